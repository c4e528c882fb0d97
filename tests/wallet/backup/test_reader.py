"""A reader that knows docs/backup.md alone; it stands here to show that it can be written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wallet.wallet import Wallet


KEY = {  # RFC 8037, appendix A.1
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
}


class Reader:
    """Everything in the plain text of a backup, by kind."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.phrase = ""
        self.keys: list[dict[str, str]] = []
        self.created = ""
        self.files: dict[str, str] = {}
        self.contexts: dict[str, str] = {}
        self.chain: list[str] = []
        self.records: dict[str, dict[str, Any]] = {}
        digest, counts, ended = hashlib.sha256(), Counter[str](), False
        for line in lines:
            part = json.loads(line)
            if part["part"] == "end":
                assert part["sha256"] == digest.hexdigest()
                assert part["counts"] == counts
                ended = True
                continue
            digest.update(line)
            self._take(part)
            kind = f"record {part['kind']}" if part["part"] == "record" else part["part"]
            counts[kind] += 1
        assert ended

    def _take(self, part: dict[str, Any]) -> None:
        match part["part"]:
            case "manifest":
                assert (part["format"], part["version"]) == ("holdfast-backup", 1)
                self.created = part["created"]
            case "phrase":
                self.phrase = part["words"]
            case "key":
                self.keys.append(part["jwk"])
            case "file":
                self.files[part["name"]] = part["text"]
            case "context":
                self.contexts[part["address"]] = part["text"]
            case "chain":
                self.chain.append(part["text"])
            case "record":
                self.records.setdefault(part["kind"], {})[part["id"]] = part["body"]
            case other:
                raise AssertionError(other)


def test_whoever_reads_the_documentation_reads_the_backup(
    small: Wallet, backups: Any, do: Any, tmp_path: Path
) -> None:
    pyrage = pytest.importorskip("pyrage")
    (tmp_path / "key.json").write_text(json.dumps(KEY), encoding="ascii")
    do("import_key", file=str(tmp_path / "key.json"), name="office")
    sealed = backups.write(small).read_bytes()
    plain = pyrage.passphrase.decrypt(sealed, "a backup's own passphrase")
    read = Reader(plain.splitlines(keepends=True))
    assert read.phrase == "test test test test test test test test test test test junk"
    assert [body["name"] for body in read.records["did"].values()] == ["school", "work", "office"]
    assert read.keys == [KEY]
    (credential,) = read.records["credential"].values()
    assert json.loads(credential["raw"])["type"] == ["VerifiableCredential", "Degree"]
    assert read.files == {"config.toml": "private_hosts = true  # at home\n"}
    assert json.loads(read.chain[0])["blocks"] == len(read.chain) - 1 == 1
    assert read.records["contact"].keys() == {"Mei"}
