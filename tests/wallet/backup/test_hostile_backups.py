"""Backups that somebody made or damaged: each is refused by name, and nothing is written."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from wallet.backup.age import encrypt
from wallet.backup.age.keys import Passphrase
from wallet.backup.errors import (
    BackupError,
    DamagedBackup,
    NewerBackup,
    NotABackup,
    WrongKey,
)
from wallet.backup.lines import read_lines
from wallet.backup.parts import MAX_LINE
from wallet.backup.reading import opened
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JUNK = "test test test test test test test test test test test junk"
Line = dict[str, Any]
MANIFEST: Line = {
    "part": "manifest",
    "format": "holdfast-backup",
    "version": 1,
    "created": "2026-01-01T00:00:00+00:00",
    "program": "holdfast 0.1.0",
    "note": "",
}
PHRASE: Line = {"part": "phrase", "language": "english", "words": JUNK}
KEY: Line = {  # RFC 8037, appendix A.1
    "part": "key",
    "created": "2026-01-01T00:00:00+00:00",
    "jwk": {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    },
}
FILE: Line = {"part": "file", "name": "config.toml", "text": "private_hosts = true\n"}
CONTEXT: Line = {
    "part": "context",
    "address": "https://school.example/v1",
    "text": '{"@context": {"a": "https://school.example/a"}}',
}
RECORD: Line = {
    "part": "record",
    "kind": "contact",
    "id": "Mei",
    "version": 1,
    "created": "2026-01-01T00:00:00+00:00",
    "body": {"name": "Mei", "did": "did:web:mei.example"},
}
OTHER = {**RECORD, "id": "Li"}
GOOD = [MANIFEST, PHRASE, FILE, CONTEXT, RECORD, OTHER]


def archive(lines: list[Any], end: Line | None = None) -> bytes:
    """The lines and an end that fits them, so that they alone are what is wrong."""
    data = b"".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines
    )
    counts: dict[str, int] = {}
    for line in lines:
        if isinstance(line, dict) and isinstance(line.get("part"), str):
            name = f"record {line.get('kind')}" if line["part"] == "record" else line["part"]
            counts[name] = counts.get(name, 0) + 1
    fitting = {"part": "end", "counts": counts, "sha256": hashlib.sha256(data).hexdigest()}
    return data + json.dumps({**fitting, **(end or {})}).encode() + b"\n"


def without(line: Line, name: str) -> Line:
    return {key: value for key, value in line.items() if key != name}


def with_body(text: str) -> bytes:
    line = json.dumps({**OTHER, "body": "BODY"}).replace('"BODY"', text)
    return archive([*GOOD[:5], line.encode() + b"\n"])


def forged() -> Iterator[tuple[str, bytes]]:  # noqa: C901, PLR0912 - a list, spelt out
    """Archives of somebody who has the key."""
    whole = archive(GOOD)
    yield "nothing", b""
    yield "end alone", archive([])
    yield "no manifest", archive(GOOD[1:])
    yield "no phrase", archive([MANIFEST, *GOOD[2:]])
    yield "no phrase and nothing", archive([MANIFEST])
    yield "no end", whole[: whole.rindex(b'{"part": "end"')]
    yield "more after the end", whole + json.dumps(RECORD).encode() + b"\n"
    yield "two ends", whole + whole[whole.rindex(b'{"part": "end"') :]
    yield "half a line after the end", whole + b"{"
    for place in range(1, len(GOOD)):
        swapped = [*GOOD[:place], *GOOD[place + 1 :], GOOD[place]]
        if place < 4:
            yield f"part {place} at the end", archive(swapped)
        yield f"part {place} first", archive([GOOD[place], *GOOD[:place], *GOOD[place + 1 :]])
        yield f"part {place} twice", archive([*GOOD[: place + 1], *GOOD[place:]])
    yield "two manifests", archive([MANIFEST, *GOOD])
    version: Any
    part: Any
    for version in (2, 3, 10**6):
        yield f"version {version}", archive([{**MANIFEST, "version": version}, *GOOD[1:]])
    for version in (0, -1, None, "1", 1.0, True, [1]):
        yield f"version {version!r}", archive([{**MANIFEST, "version": version}, *GOOD[1:]])
    for format_ in ("other", None, 1):
        yield f"format {format_!r}", archive([{**MANIFEST, "format": format_}, *GOOD[1:]])
    for at, line in enumerate(GOOD[:5]):
        for name in line:
            if name not in {"note", "language"}:
                yield (
                    f"{line['part']} lacks {name}",
                    archive([*GOOD[:at], without(line, name), *GOOD[at + 1 :]]),
                )
                for wrong in (None, -7, ["x"], "\ud800"):
                    yield (
                        f"{line['part']} {name} {wrong!r}",
                        archive([*GOOD[:at], {**line, name: wrong}, *GOOD[at + 1 :]]),
                    )
    for name in (
        "../config.toml",
        "/etc/passwd",
        "vault.db",
        "chain.db",
        "contexts/../../x",
        "config.toml\x00",
        "CONFIG.TOML",
        "./config.toml",
        "",
        "config.toml/",
        "~/.ssh/authorized_keys",
    ):
        yield f"file {name!r}", archive([*GOOD[:2], {**FILE, "name": name}, *GOOD[3:]])
    for part in ("symlink", "link", "folder", "device", "", None, 1, []):
        yield f"part {part!r}", archive([*GOOD[:5], {**OTHER, "part": part}])
    for words in ("", "test", JUNK + " test", JUNK.replace("junk", "test"), "x" * 5000):
        yield f"phrase {words:.20}", archive([MANIFEST, {**PHRASE, "words": words}, *GOOD[2:]])
    for word in ("", "\x1b", "x" * 5000, None, 7, "\ud800"):
        yield (
            f"extra word {word!r:.20}",
            archive([MANIFEST, {**PHRASE, "extra_word": word}, *GOOD[2:]]),
        )
    for place, key in enumerate(
        (
            without(KEY, "jwk"),
            without(KEY, "created"),
            {**KEY, "jwk": None},
            {**KEY, "jwk": json.dumps(KEY["jwk"])},
            {**KEY, "jwk": without(KEY["jwk"], "d")},
            {**KEY, "jwk": {**KEY["jwk"], "d": "AAAA"}},
            {**KEY, "jwk": {**KEY["jwk"], "x": "A" * 43}},
            {**KEY, "jwk": {**KEY["jwk"], "crv": "X25519"}},
            {**KEY, "jwk": {**KEY["jwk"], "kid": "x" * 9000}},
        )
    ):
        yield f"key {place} that is none", archive([*GOOD[:2], key, *GOOD[2:]])
    yield "a key twice", archive([*GOOD[:2], KEY, KEY, *GOOD[2:]])
    yield "a key after the files", archive([*GOOD[:3], KEY, *GOOD[3:]])
    sealed = {**OTHER, "kind": "key", "body": {"sealed": "AAAA"}}
    yield "a sealed key", archive([*GOOD[:5], sealed])
    for levels in (200, 5_000, 200_000):
        yield f"depth {levels}", with_body('{"a": ' + "[" * levels + "]" * levels + "}")
    for text in ("[]", "null", '"x"', '{"a": 1e999}', '{"a": "\\ud800"}'):
        yield f"body {text}", with_body(text)
    yield "huge integer", archive([*GOOD[:5], b'{"part": "record", "version": 1e999}\n'])
    yield "many digits", archive([*GOOD[:5], b'{"part": ' + b"9" * 5000 + b"}\n"])
    yield "not a number", archive([*GOOD[:5], b'{"part": NaN}\n'])
    yield "name twice", archive([*GOOD[:5], b'{"part": "record", "part": "record"}\n'])
    yield "no utf-8", archive([*GOOD[:5], b'{"part": "\xff"}\n'])
    yield "no object", archive([*GOOD[:5], b"[]\n"])
    yield "empty line", archive([*GOOD[:5], b"\n"])
    yield "endless line", archive([*GOOD[:5]])[:-1] + b" " * (MAX_LINE + 70_000)
    for name, value in (
        ("sha256", "0" * 64),
        ("sha256", "A" * 64),
        ("sha256", ""),
        ("sha256", None),
        ("counts", {}),
        ("counts", None),
        ("counts", {"record contact": 3}),
        ("counts", {"record contact": True}),
        ("counts", []),
    ):
        yield f"end {name} {value!s:.12}", archive(GOOD, {name: value})


FORGED = list(forged())


def test_the_archive_that_the_others_are_made_of_is_good(tmp_path: Path, backups: Any) -> None:
    assert len(list(read_lines([archive(GOOD)]))) == len(GOOD) + 1
    file = tmp_path / "backup.age"
    file.write_bytes(b"".join(encrypt([archive(GOOD)], [backups.key])))
    backups.restore(file, tmp_path / "home")
    with backups.open(tmp_path / "home") as restored:
        assert [record.id for record in restored.vault.each()][:2] == ["Mei", "Li"]


def test_there_are_two_hundred_and_more_of_them() -> None:
    assert len(FORGED) + 60 + 60 >= 250


@pytest.mark.parametrize(("name", "data"), FORGED, ids=[name for name, _ in FORGED])
def test_an_archive_that_is_none_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(BackupError) as refused:
        list(read_lines([data]))
    assert "junk" not in str(refused.value), name
    assert KEY["jwk"]["d"] not in str(refused.value), name


def test_each_is_refused_by_its_name() -> None:
    found = {}
    for name, data in FORGED:
        with pytest.raises(BackupError) as refused:
            list(read_lines(data[at : at + 999] for at in range(0, len(data), 999)))
        found[name] = type(refused.value)
    assert found["version 2"] is NewerBackup
    assert found["format 'other'"] is NotABackup
    assert found["file '../config.toml'"] is DamagedBackup
    assert found["endless line"] is DamagedBackup


@pytest.mark.parametrize("place", range(60))
def test_a_flipped_bit_is_refused(place: int, tmp_path: Path, backups: Any) -> None:
    data = bytearray(b"".join(encrypt([archive(GOOD)], [backups.key])))
    data[len(data) * place // 60] ^= 1 << place % 8
    file = tmp_path / "backup.age"
    file.write_bytes(data)
    with pytest.raises(BackupError), opened(file, [backups.key]) as parts:
        list(parts)


@pytest.mark.parametrize("place", range(60))
def test_a_backup_that_is_cut_off_is_refused(place: int, tmp_path: Path, backups: Any) -> None:
    data = b"".join(encrypt([archive(GOOD)], [backups.key]))
    file = tmp_path / "backup.age"
    file.write_bytes(data[: len(data) * place // 60])
    with pytest.raises(BackupError), opened(file, [backups.key]) as parts:
        list(parts)


RESTORED = {
    name: data
    for name, data in FORGED
    if name in {"no end", "version 2", "part 5 twice", "two ends", "end sha256 000000000000"}
} | {
    "settings": archive([*GOOD[:2], {**FILE, "text": "chain = 'x'"}, *GOOD[3:]]),
    "trust": archive([*GOOD[:2], {**FILE, "name": "trust.toml", "text": "[["}, *GOOD[3:]]),
    "context": archive([*GOOD[:3], {**CONTEXT, "text": "{}"}, RECORD]),
    "context's address": archive([*GOOD[:3], {**CONTEXT, "address": "../x"}, RECORD]),
    "chain": archive([*GOOD[:4], {"part": "chain", "text": "{}"}, RECORD]),
    "key": archive([*GOOD[:2], {**KEY, "jwk": {}}, *GOOD[2:]]),
    "chain of nothing": archive([*GOOD[:4], {"part": "chain", "text": "["}, RECORD]),
}


@pytest.mark.parametrize("name", RESTORED)
def test_nothing_is_left_of_what_cannot_be_restored(
    name: str, tmp_path: Path, backups: Any
) -> None:
    file = tmp_path / "backup.age"
    file.write_bytes(b"".join(encrypt([RESTORED[name]], [backups.key])))
    with pytest.raises(BackupError):
        backups.restore(file, tmp_path / "home")
    assert [path.name for path in tmp_path.iterdir()] == ["backup.age"]


def test_another_passphrase_and_another_file_are_told_apart(tmp_path: Path, backups: Any) -> None:
    file = tmp_path / "backup.age"
    file.write_bytes(b"".join(encrypt([archive(GOOD)], [backups.key])))
    with pytest.raises(WrongKey), opened(file, [Passphrase(Secret("other"))]) as parts:
        list(parts)
    file.write_bytes(b"SQLite format 3\x00")
    with pytest.raises(NotABackup), opened(file, [backups.key]) as parts:
        list(parts)
    with pytest.raises(BackupError), opened(tmp_path / "none", [backups.key]) as parts:
        list(parts)
    with pytest.raises(BackupError), opened(tmp_path, [backups.key]) as parts:
        list(parts)
