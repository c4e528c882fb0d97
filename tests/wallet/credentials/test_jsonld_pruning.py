from __future__ import annotations

import json
from typing import Any

import pyoxigraph
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import CredentialError
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.jsonld.canonical import canonical_form
from wallet.credentials.jsonld.context import Meanings
from wallet.credentials.jsonld.engines import read_statements
from wallet.credentials.jsonld.guard import read
from wallet.credentials.jsonld.library import library_of
from wallet.credentials.jsonld.pruning import Pruner
from wallet.credentials.jsonld.survey import words_in

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OPEN = "https://www.w3.org/ns/credentials/undefined-terms/v2"
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"

EVERY_NAME = frozenset(
    name
    for url in SHIPPED
    for name in Pruner(library_of(SHIPPED))._index(library_of(SHIPPED).of_document(url, ())).names
)


def with_whole_contexts(document: dict[str, Any]) -> bytes:
    library = library_of(SHIPPED)
    reading = read(document, Meanings(library))
    contexts = Pruner(library).pruned([local for _, local in reading.gaps], EVERY_NAME)
    for (place, _), context in zip(reading.gaps, contexts, strict=True):
        place["@context"] = context
    statements = read_statements(
        reading.document, reading.statements, is_intricate=reading.is_intricate
    )
    return canonical_form(statements)


def by_another_processor(document: dict[str, Any]) -> bytes:
    def load(url: str, _options: object) -> dict[str, Any]:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": {"@context": SHIPPED[url]},
        }

    options = {
        "base": None,
        "documentLoader": load,
        "rdfDirection": "i18n-datatype",
        "format": "application/n-quads",
    }
    text: str = pyld.to_rdf(document, options)
    return canonical_form([*pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS)])


# Words that mean something somewhere in the shipped contexts, and some that never do.
NAMES = st.sampled_from(
    """name description degree issuer proof credentialSubject termsOfUse validFrom evidence
    familyName birthDate image holder id type verifiableCredential credentialSchema jsonSchema
    relatedResource created proofPurpose proofValue cnf kid sec cred xsd @direction @value
    @list""".split()  # noqa: SIM905 - words are read better so
)
TYPES = st.sampled_from(
    """VerifiableCredential VerifiablePresentation PermanentResidentCard Person
    DataIntegrityProof Ed25519Signature2020 JsonSchema BitstringStatusList JsonSchemaCredential
    PostalAddress urn:x:type""".split()  # noqa: SIM905
)
TEXTS = st.sampled_from(
    """a did:example:ada assertionMethod name sec:x cred:x schema:x urn:x:y 2026-01-31T09:00:00Z
    Person credentials/v2 https://schema.org/name rtl :""".split()  # noqa: SIM905
)
VALUES = st.recursive(
    TEXTS | st.integers(-9, 9) | st.booleans() | st.floats(-9, 9),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.builds(
            lambda types, members: {"type": types, **members},
            st.lists(TYPES, min_size=1, max_size=2, unique=True),
            st.dictionaries(NAMES, inner, max_size=4),
        )
        | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)
CONTEXTS = st.sampled_from(
    [[V2], [V2, OPEN], [V2, CITIZENSHIP, OPEN], [V1, ED25519_2020], [V1, CITIZENSHIP], [OPEN]]
)
DOCUMENTS = st.builds(
    lambda contexts, types, members: {
        **members,
        "@context": contexts,
        "id": "urn:x:document",
        "type": types,
    },
    CONTEXTS,
    st.lists(TYPES, min_size=1, max_size=2, unique=True),
    st.dictionaries(NAMES, VALUES, max_size=6),
)


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
@example(
    {
        "@context": [V2, OPEN],
        "id": "urn:x:document",
        "type": ["VerifiableCredential", "JsonSchema"],
        "jsonSchema": "a",
    }
)
def test_a_pruned_context_means_what_the_whole_one_does(document: dict[str, Any]) -> None:
    try:
        canonical = canonicalize(document)
    except CredentialError:
        return
    assert canonical == with_whole_contexts(document)


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_another_processor_reads_the_same_with_the_whole_contexts(
    document: dict[str, Any],
) -> None:
    try:
        canonical = canonicalize(document)
    except CredentialError:
        return
    assert canonical == by_another_processor(document)


@pytest.mark.parametrize("url", [*SHIPPED])
def test_every_term_of_a_shipped_context_means_the_same_pruned(url: str) -> None:
    library = library_of(SHIPPED)
    index = Pruner(library)._index(library.of_document(url, ()))
    for name in sorted(index.names):
        document = {"@context": url, "@id": "urn:x:a", name: "urn:x:b"}
        try:
            canonical = canonicalize(document)
        except CredentialError:
            continue
        assert canonical == with_whole_contexts(document)


def test_a_pruned_context_is_small_and_found_again() -> None:
    library = library_of(SHIPPED)
    pruner = Pruner(library)
    local = library.of_document(V2, ())
    words = words_in({"@context": V2, "type": "VerifiableCredential", "issuer": "urn:x:a"})
    (first,) = pruner.pruned([local], words)
    (second,) = pruner.pruned([local], words)
    assert first is second
    assert len(json.dumps(first)) < len(json.dumps(SHIPPED[V2])) / 10
    assert pruner.pruned([local, local], words) == [first, first]


def test_what_is_kept_stays_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wallet.credentials.jsonld.pruning.MAX_KEPT", 20)
    monkeypatch.setattr("wallet.credentials.jsonld.context.MAX_KEPT", 20)
    contexts = {"urn:x:context": {f"t{n}": f"urn:x:{n}" for n in range(15)}}
    for round_ in range(2):
        for n in range(15):
            document = {"@context": "urn:x:context", "@id": "urn:x:a", f"t{n}": str(round_)}
            assert canonicalize(document, contexts=contexts) == (
                f'<urn:x:a> <urn:x:{n}> "{round_}" .\n'.encode()
            )


def test_equal_contexts_in_other_mappings_are_not_taken_for_each_other() -> None:
    document = {"@context": "urn:x:context", "@id": "urn:x:a", "name": "b"}
    for number in range(30):
        contexts = {"urn:x:context": {"name": f"urn:x:{number}"}}
        assert f"<urn:x:{number}>".encode() in canonicalize(document, contexts=contexts)


def test_a_name_that_two_types_define_is_not_read_by_the_engine_that_knows_one() -> None:
    document = {
        "@context": [V2, OPEN],
        "id": "urn:x:document",
        "type": ["VerifiableCredential", "DataIntegrityProof"],
        "created": "2026-01-01T00:00:00Z",
    }
    canonical = canonicalize(document)
    assert b"<http://purl.org/dc/terms/created>" in canonical
    assert canonical == by_another_processor(document)
