from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files

import pytest

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.jsonld.context import NO_CONTEXT, Meanings
from wallet.credentials.jsonld.library import library_of

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
        assert entry["licence"] in {
            "W3C Software and Document License",
            "BSD-3-Clause",
            "Apache-2.0",
        }
        if "package" in entry:
            assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
        else:
            assert re.fullmatch(r"[0-9a-f]{40}", entry["commit"])
            assert entry["repository"]
            assert entry["path"]


def test_the_base_context_gives_the_digest_that_the_standard_publishes() -> None:
    (entry,) = [e for e in ENTRIES if e["address"] == "https://www.w3.org/ns/credentials/v2"]
    assert entry["published_sha256"] == (
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"
    )


def test_the_contexts_are_those_of_the_credentials_that_people_meet() -> None:
    assert len(SHIPPED) == len(ENTRIES)
    assert set(SHIPPED) >= {
        "https://www.w3.org/2018/credentials/v1",
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
        "https://w3id.org/security/data-integrity/v2",
        "https://w3id.org/security/v2",
        "https://w3id.org/citizenship/v4rc1",
        "https://w3id.org/vaccination/v1",
        "https://w3id.org/vc/status-list/2021/v1",
        "https://w3id.org/vdl/v1",
    }


@pytest.mark.parametrize("url", [*SHIPPED])
def test_every_term_of_a_shipped_context_is_understood(url: str) -> None:
    library = library_of(SHIPPED)
    active = Meanings(library).upon(NO_CONTEXT, library.of_document(url, ()))
    waiting = [(active, term) for term in active.terms.values()]
    for outer, term in waiting:
        assert term.refused is None
        if term.scoped and outer is active:
            local = library.taken_apart(term.scoped[0])
            inner = Meanings(library).upon(active, local, override=True)
            waiting += [(inner, one) for one in inner.terms.values()]


@pytest.mark.parametrize("url", [*SHIPPED])
def test_a_document_can_have_any_shipped_context(url: str) -> None:
    document = {"@context": url, "@id": "urn:x:a", "@type": "urn:x:b"}
    assert canonicalize(document).count(b"\n") == 1


def test_an_unknown_context_is_not_there_to_be_had() -> None:
    assert "https://example.org/context" not in SHIPPED
    with pytest.raises(KeyError):
        SHIPPED["https://example.org/context"]
