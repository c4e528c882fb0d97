from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.contexts.added import (
    MAX_ADDED,
    Added,
    AddedContexts,
    ChangedContext,
    combined,
)
from wallet.credentials.errors import InvalidCredential, InvalidJSON, UnknownContext
from wallet.credentials.jsonld import canonicalize
from wallet.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://example.org/context/v1"
DATA = b'{"@context": {"name": "urn:x:name"}}'
DIGEST = hashlib.sha256(DATA).hexdigest()
DOCUMENT = {"@context": URL, "@id": "urn:x:a", "name": "b"}


@pytest.fixture
def added(tmp_path: Path) -> AddedContexts:
    return AddedContexts(tmp_path / "contexts")


def test_a_document_with_a_context_that_was_added_can_be_read(added: AddedContexts) -> None:
    with pytest.raises(UnknownContext):
        canonicalize(DOCUMENT, contexts=combined(added))
    assert added.add(DATA, URL) == Added(URL, DIGEST, replaced=False)
    assert canonicalize(DOCUMENT, contexts=combined(added)) == b'<urn:x:a> <urn:x:name> "b" .\n'


def test_what_is_added_is_listed_and_its_files_are_for_the_owner_alone(
    added: AddedContexts,
) -> None:
    assert added.listed() == ()
    added.add(DATA, URL)
    added.add(DATA, "urn:x:second")
    assert added.listed() == (Added(URL, DIGEST), Added("urn:x:second", DIGEST))
    assert {path.stat().st_mode & 0o777 for path in added.folder.iterdir()} == {0o600}
    assert sorted(path.name for path in added.folder.iterdir()) == sorted(
        [f"{DIGEST}.jsonld", "manifest.json"]
    )


def test_a_context_that_was_added_can_be_replaced_and_the_old_file_is_gone(
    added: AddedContexts,
) -> None:
    added.add(DATA, URL)
    other = b'{"@context": {"name": "urn:x:other"}}'
    assert added.add(other, URL).replaced
    assert not (added.folder / f"{DIGEST}.jsonld").exists()
    assert b"urn:x:other" in canonicalize(DOCUMENT, contexts=combined(added))
    assert added.add(other, URL).replaced
    assert b"urn:x:other" in canonicalize(DOCUMENT, contexts=combined(added))


def test_a_context_that_was_removed_is_unknown_again(added: AddedContexts) -> None:
    added.add(DATA, URL)
    added.add(DATA, "urn:x:second")
    added.remove(URL)
    contexts = combined(added)
    assert URL not in contexts
    assert "urn:x:second" in contexts
    assert contexts["urn:x:second"] == {"name": "urn:x:name"}
    with pytest.raises(BadInput, match="no context was added"):
        added.remove(URL)


def test_the_shipped_contexts_are_there_beside_the_added_ones(added: AddedContexts) -> None:
    assert combined(added) is SHIPPED
    added.add(DATA, URL)
    contexts = combined(added)
    assert {*contexts} == {*SHIPPED, URL}
    assert len(contexts) == len(SHIPPED) + 1
    v2 = "https://www.w3.org/ns/credentials/v2"
    assert contexts[v2] is SHIPPED[v2]


def test_a_list_of_the_contexts_in_force_is_not_changed_by_a_later_one(
    added: AddedContexts,
) -> None:
    added.add(DATA, URL)
    contexts = combined(added)
    added.add(DATA, "urn:x:second")
    assert "urn:x:second" not in contexts


@pytest.mark.parametrize("changed", [DATA + b" ", DATA[:-1], b"", None])
def test_a_file_that_has_changed_is_refused_by_name(
    added: AddedContexts, changed: bytes | None
) -> None:
    added.add(DATA, URL)
    path = added.folder / f"{DIGEST}.jsonld"
    if changed is None:
        path.unlink()
    else:
        path.write_bytes(changed)
    with pytest.raises(ChangedContext, match=DIGEST) as refusal:
        canonicalize(DOCUMENT, contexts=combined(added))
    assert refusal.value.url == URL
    added.add(DATA, URL)
    assert canonicalize(DOCUMENT, contexts=combined(added))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "context",
        "/context",
        "https:",
        "https://",
        "https:///context",
        "https://user@example.org/",
        "https://example.org:port/",
        "https://example.org:99999/",
        "http://[::1/",
        "https://example.org/a b",
        "https://example.org/" + "a" * 3000,
        *SHIPPED,
    ],
)
def test_an_address_that_is_none_or_taken_is_refused(added: AddedContexts, url: str) -> None:
    with pytest.raises(BadInput):
        added.add(DATA, url)
    assert not added.folder.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"@context": {}, "@context": {}}',
        b'{"@context": {"a": NaN}}',
        b'{"@context": ' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"@context": {"a": "' + b"a" * (1 << 20) + b'"}}',
    ],
)
def test_a_file_that_is_not_strict_json_or_too_large_is_refused(
    added: AddedContexts, data: bytes
) -> None:
    with pytest.raises(InvalidJSON):
        added.add(data, URL)


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b'{"@context": null}', b'{"@context": "urn:x:y"}', b'{"@context": 1}']
)
def test_a_file_without_a_context_is_refused(added: AddedContexts, data: bytes) -> None:
    with pytest.raises(InvalidCredential, match="must be an object"):
        added.add(data, URL)


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        '{"contexts": 1}',
        '{"contexts": [1]}',
        '{"contexts": [{"address": "urn:x:y"}]}',
        '{"contexts": [{"address": "urn:x:y", "sha256": 1}]}',
        '{"contexts": [{"address": "urn:x:y", "sha256": "../../etc/passwd"}]}',
    ],
)
def test_a_manifest_that_is_none_is_refused_by_name(added: AddedContexts, manifest: str) -> None:
    added.folder.mkdir()
    (added.folder / "manifest.json").write_text(manifest)
    for use in (added.listed, lambda: added.add(DATA, URL), lambda: combined(added)):
        with pytest.raises(BadInput, match=r"manifest\.json"):
            use()


def test_an_entry_in_the_manifest_never_takes_the_place_of_a_shipped_context(
    added: AddedContexts,
) -> None:
    added.add(DATA, URL)
    v2 = "https://www.w3.org/ns/credentials/v2"
    path = added.folder / "manifest.json"
    path.write_text(path.read_text().replace(URL, v2))
    contexts = combined(added)
    assert contexts[v2] is SHIPPED[v2]
    assert len(contexts) == len(SHIPPED)


def test_there_is_an_end_to_what_can_be_added(added: AddedContexts) -> None:
    added.add(DATA, URL)
    entry = {"address": "", "sha256": DIGEST}
    entries = [{**entry, "address": f"urn:x:{number}"} for number in range(MAX_ADDED)]
    (added.folder / "manifest.json").write_text(json.dumps({"contexts": entries}))
    with pytest.raises(BadInput, match="no more"):
        added.add(DATA, URL)


def test_a_context_that_uses_what_is_not_known_is_refused_when_it_is_used(
    added: AddedContexts,
) -> None:
    added.add(b'{"@context": ["https://example.org/other", {"name": "urn:x:name"}]}', URL)
    with pytest.raises(UnknownContext, match="other"):
        canonicalize(DOCUMENT, contexts=combined(added))
