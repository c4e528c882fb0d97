from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files

import pytest

from wallet.credentials.contexts import SHIPPED

FOLDER = files("wallet.credentials.contexts")
ENTRIES = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["contexts"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_every_context_is_the_file_whose_digest_the_manifest_gives(entry: dict[str, str]) -> None:
    data = (FOLDER / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert SHIPPED[entry["address"]] == json.loads(data)["@context"]


def test_every_file_is_listed_with_its_origin_and_licence() -> None:
    listed = {entry["file"] for entry in ENTRIES}
    present = {file.name for file in FOLDER.iterdir() if file.name.endswith(".jsonld")}
    assert listed == present
    for entry in ENTRIES:
        assert entry["licence"]
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])


def test_the_contexts_are_those_of_the_credentials_that_the_wallet_reads() -> None:
    assert len(SHIPPED) == len(ENTRIES) == 10
    assert set(SHIPPED) >= {
        "https://www.w3.org/2018/credentials/v1",
        "https://www.w3.org/ns/credentials/v2",
        "https://w3id.org/security/data-integrity/v2",
    }


def test_an_unknown_context_is_not_there_to_be_had() -> None:
    assert "https://example.org/context" not in SHIPPED
    with pytest.raises(KeyError):
        SHIPPED["https://example.org/context"]
