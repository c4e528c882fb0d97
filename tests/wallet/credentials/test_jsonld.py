from __future__ import annotations

import socket
from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import (
    CredentialError,
    InvalidCredential,
    TooComplex,
    UndefinedTerm,
    UnknownContext,
    UnsupportedFormat,
)
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.jsonld.guard import count_statements
from wallet.credentials.jsonld.library import library_of
from wallet.credentials.jsonld.own import MAX_OWN_TERMS, MAX_OWN_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
UNDEFINED_TERMS = "https://www.w3.org/ns/credentials/undefined-terms/v2"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"

CREDENTIAL: dict[str, Any] = {
    "@context": [V2],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential"],
    "issuer": "did:example:university",
    "validFrom": "2026-01-31T09:00:00Z",
    "credentialSubject": {"id": "did:example:ada", "name": "Ada"},
}
OPEN: dict[str, Any] = {**CREDENTIAL, "@context": [V2, UNDEFINED_TERMS]}
PROOF: dict[str, Any] = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "verificationMethod": "did:example:university#1",
    "proofPurpose": "assertionMethod",
    "proofValue": "z1",
}


def about(document: dict[str, Any], **claims: object) -> dict[str, Any]:
    copy = deepcopy(document)
    copy["credentialSubject"].update(claims)
    return copy


def own(*contexts: object) -> dict[str, Any]:
    return {**CREDENTIAL, "@context": [V2, *contexts]}


def nested(depth: int) -> dict[str, Any]:
    return {"@id": "https://e.x/a", **({"@context": {"a": nested(depth - 1)}} if depth else {})}


def lines(document: Mapping[str, Any]) -> list[str]:
    return canonicalize(document).decode().splitlines()


def test_a_credential_becomes_one_statement_for_each_thing_it_says() -> None:
    credential = f"<{CREDENTIAL['id']}>"
    vocabulary = "https://www.w3.org/2018/credentials#"
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    date = '"2026-01-31T09:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
    assert lines(CREDENTIAL) == [
        '<did:example:ada> <https://schema.org/name> "Ada" .',
        f"{credential} <{rdf_type}> <{vocabulary}VerifiableCredential> .",
        f"{credential} <{vocabulary}credentialSubject> <did:example:ada> .",
        f"{credential} <{vocabulary}issuer> <did:example:university> .",
        f"{credential} <{vocabulary}validFrom> {date} .",
    ]


def test_the_order_of_members_and_types_changes_nothing() -> None:
    turned = dict(reversed(list(CREDENTIAL.items())))
    assert canonicalize(turned) == canonicalize(CREDENTIAL)


def test_claim_names_of_any_script_are_signed() -> None:
    (line,) = [line for line in lines(about(OPEN, 毕业日期="2025")) if "2025" in line]
    assert line == (
        '<did:example:ada> <https://www.w3.org/ns/credentials/undefined-term#毕业日期> "2025" .'
    )


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (about(CREDENTIAL, isAdmin=True), "$.credentialSubject.isAdmin"),
        ({**CREDENTIAL, "isAdmin": True}, "$.isAdmin"),
        ({**CREDENTIAL, "type": ["VerifiableCredential", "Degree"]}, "$.type"),
        ({**CREDENTIAL, "issuer": {"id": "did:example:u", "logo": "x"}}, "$.issuer.logo"),
        # A term of the type's own context means nothing inside an object of no such type.
        (about(CREDENTIAL, validFrom="2026-01-31T09:00:00Z"), "$.credentialSubject.validFrom"),
        (about(CREDENTIAL, knows=[{"id": "urn:a:b"}]), "$.credentialSubject.knows"),
        (
            {**CREDENTIAL, "credentialStatus": {"type": "BitstringStatusListEntry", "size": 1}},
            "$.credentialStatus.size",
        ),
        ({**CREDENTIAL, "proof": {**PROOF, "canary": 1}}, "$.proof.canary"),
        ({**CREDENTIAL, "proof": [PROOF, {**PROOF, "jws": "e"}]}, "$.proof[1].jws"),
        ({**CREDENTIAL, "proof": {**PROOF, "proofPurpose": "partying"}}, "$.proof.proofPurpose"),
    ],
)
def test_refuses_what_no_context_defines_and_says_where(
    document: dict[str, Any], path: str
) -> None:
    with pytest.raises(UndefinedTerm) as refusal:
        canonicalize(document)
    assert refusal.value.path == path


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        # A relative reference is dropped, or read against a base that nobody named.
        ({**CREDENTIAL, "id": "degree-1"}, r"\$\.id must be an absolute IRI"),
        ({**CREDENTIAL, "id": 1}, r"\$\.id must be an absolute IRI"),
        ({**CREDENTIAL, "issuer": "university"}, r"\$\.issuer must be an absolute IRI"),
        ({**CREDENTIAL, "id": "_:b0"}, r"\$\.id must be an absolute IRI"),
        (about(OPEN, id="../ada"), r"\$\.credentialSubject\.id must be an absolute IRI"),
        # The same statement under another name would hide from whoever reads the document.
        (about(CREDENTIAL, **{"https://schema.org/age": 1}), "must be a plain name"),
        (about(CREDENTIAL, **{"schema:age": 1}), "must be a plain name"),
        (
            {**CREDENTIAL, "https://www.w3.org/2018/credentials#validUntil": "2030"},
            "must be a plain name",
        ),
        # Look-alikes of keywords, and keywords that only JSON-LD knows.
        (about(OPEN, **{"@vip": True}), r"\[\"@vip\"\] is no keyword"),
        (about(OPEN, **{"@reverse": {}}), "is no keyword"),
        (about(OPEN, **{"@graph": []}), "is no keyword"),
        (about(OPEN, **{"@included": []}), "is no keyword"),
        (about(OPEN, **{"@index": "x"}), "is no keyword"),
        (about(OPEN, knows={"@list": ["a"], "@index": "b"}), "is no keyword"),
        (about(OPEN, knows={"@list": [None]}), "null or a list in a list"),
        (about(OPEN, knows={"@list": ["a", ["b"]]}), "null or a list in a list"),
        (about(OPEN, knows={"@set": ["a"]}), "is no keyword"),
        (about(OPEN, **{"@id": "did:example:eve"}), "is given twice"),
        (about(OPEN, type="A", **{"@type": "B"}), "is given twice"),
        # What makes no statement.
        (about(OPEN, degree=None), "null or a list in a list"),
        (about(OPEN, degree=[["a"]]), "null or a list in a list"),
        (about(OPEN, degree=[]), r"\$\.credentialSubject\.degree is an empty list"),
        (about(OPEN, degree=["a", "b", "a"]), "holds a value twice"),
        (about(OPEN, type=["A", "A"]), "holds a value twice"),
        (about(OPEN, type=[1]), "must be a name"),
        (about(OPEN, type=[None]), "must be a name"),
        (about(OPEN, type=[]), "is an empty list"),
        ({**CREDENTIAL, "proof": {}}, "says nothing"),
        ({**CREDENTIAL, "proof": {"id": "urn:a:b"}}, "says nothing"),
        ({**CREDENTIAL, "proof": "urn:a:b"}, "must be an object"),
        # Names and IRIs that are not IRIs.
        (about(OPEN, **{"graduation date": "x"}), "no IRI may hold"),
        (about(OPEN, **{"a#b": "x"}), "no IRI may hold"),
        (about(OPEN, **{"a%b": "x"}), "no IRI may hold"),
        (about(OPEN, type="A B"), "no IRI may hold"),
        (about(OPEN, type="urn:a b"), "must be an absolute IRI"),
        # Literals written out.
        (about(OPEN, degree={"@value": None}), "must hold a value"),
        (about(OPEN, degree={"@value": ["a"]}), "must hold a value"),
        (about(OPEN, degree={"@value": "a", "@direction": "up"}), "must be 'ltr' or 'rtl'"),
        (about(OPEN, degree={"@value": 1, "@direction": "rtl"}), "must be 'ltr' or 'rtl'"),
        (
            about(OPEN, degree={"@value": "a", "@type": "https://www.w3.org/ns/i18n#_rtl"}),
            "as a language and a direction",
        ),
        (about(OPEN, degree={"@value": "a", "@type": "@json", "@language": "en"}), "type alone"),
        (about(OPEN, degree={"@value": "a", "@index": "b"}), "must hold a value"),
        (about(OPEN, degree={"@value": "a", "type": "b"}), "absolute IRI"),
        (about(OPEN, degree={"@value": "a", "@type": "urn:t:t", "type": "b"}), "must hold a value"),
        (about(OPEN, degree={"@value": "a", "@language": "not valid"}), "language tag"),
        (about(OPEN, degree={"@value": 1, "@language": "en"}), "language tag"),
        (about(OPEN, degree={"@value": "a", "@language": None}), "language tag"),
        (about(OPEN, degree={"@value": "a", "@language": "en", "@type": "urn:t:t"}), "language"),
        (about(OPEN, degree={"@value": "a", "@type": "b"}), "absolute IRI"),
        (about(OPEN, degree={"@value": "a", "@type": None}), "absolute IRI"),
        # Contexts of the document's own.
        ({**CREDENTIAL, "@context": [V2, {"isAdmin": "urn:a:admin"}]}, "contexts by URL"),
        ({**CREDENTIAL, "@context": [V2, {"name": None}]}, "contexts by URL"),
        ({**CREDENTIAL, "@context": [V2, {"@vocab": "urn:"}]}, "contexts by URL"),
        ({**CREDENTIAL, "@context": [V2, None]}, "contexts by URL"),
        (about(OPEN, **{"@context": {"name": "urn:a:other"}}), r"\$\.credentialSubject.*by URL"),
        (own({"salary": "https://e.x/givenName"}), "contexts by URL"),
        (own({"Name": "https://e.x/name"}), "contexts by URL"),
        (own({"name": "urn:name"}), "contexts by URL"),
        (own({"name": "schema:name"}), "contexts by URL"),
        (own({"name": "https://e.x/#"}), "contexts by URL"),
        (own({"": "https://e.x/"}), "contexts by URL"),
        (own({"name": {"@id": "https://e.x/name", "@type": "@id"}}), "contexts by URL"),
        (own({"Medal": {"@id": "urn:a:Medal", "@context": {"a": "urn:a:b"}}}), "contexts by URL"),
        (own({"Medal": {"@id": "urn:a:Medal", "@context": V2}}), "a context that is none"),
        (own({"Medal": {"@context": {"a": "urn:a:a"}}}), "contexts by URL"),
        (own({"id": "@type"}), "contexts by URL"),
        (own({"kind": "@type"}), "contexts by URL"),
        (own({"@vocab": "https://e.x/v"}), "contexts by URL"),
        (own({"@vocab": ""}), "contexts by URL"),
        (own({"@context": {"salary": "https://e.x/givenName"}}), "contexts by URL"),
        (own({"@context": {}, "a": "https://e.x/a"}), "contexts by URL"),
        (own({"a": nested(10)}), "nested too deep"),
        (
            {**own({"@vocab": "https://e.x/"}), "credentialSubject": {"v#name": "Ada"}},
            "no IRI may hold",
        ),
        ({**own({"@vocab": "https://e.x/"}), "credentialSubject": {"v/name": "Ada"}}, "longer"),
        (own({"name": ["https://e.x/name"]}), "contexts by URL"),
        (own({"@import": V2}), "contexts by URL"),
        (own({"@protected": "yes"}), "contexts by URL"),
        # Redefining what is protected.
        ({**CREDENTIAL, "@context": [V2, V1]}, "not usable as JSON-LD"),
        (own({"name": "https://e.x/name"}), "redefines the protected 'name'"),
        (
            own({"@protected": True, "a": "https://e.x/a"}, {"a": "https://e.x/other/a"}),
            "redefines the protected 'a'",
        ),
    ],
)
def test_refuses_what_a_proof_would_not_cover_or_could_be_read_in_two_ways(
    document: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        canonicalize(document)


def test_a_context_in_the_document_gives_names_that_their_iris_end_in() -> None:
    named = own({"Medal": "https://e.x/v#Medal"}, {"grade": {"@id": "https://e.x/v/grade"}})
    statements = canonicalize({**named, "credentialSubject": {"type": "Medal", "grade": "A"}})
    assert b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://e.x/v#Medal>" in statements
    assert b'<https://e.x/v/grade> "A"' in statements


def test_a_context_in_the_document_may_bring_others_with_its_types() -> None:
    medal = {"id": "@id", "type": "@type", "grade": {"@id": "https://e.x/v#grade"}}
    own_context = {"Medal": {"@id": "urn:e:Medal", "@context": medal, "@protected": True}}
    given = {"id": "urn:e:1", "type": "Medal", "grade": "A"}
    statements = canonicalize({**own(own_context), "credentialSubject": given})
    assert b'<urn:e:1> <https://e.x/v#grade> "A"' in statements
    assert (
        canonicalize({**own({"@context": own_context}), "credentialSubject": given}) == statements
    )
    with pytest.raises(UndefinedTerm, match="grade"):
        canonicalize({**own(own_context), "credentialSubject": {"grade": "A"}})


def test_a_vocabulary_in_the_document_makes_an_iri_that_ends_in_the_name() -> None:
    document = {**own({"@vocab": "https://e.x/v#"}), "credentialSubject": {"grade": "A"}}
    assert b'<https://e.x/v#grade> "A"' in canonicalize(document)
    with pytest.raises(UndefinedTerm, match="catch-all"):
        canonicalize(document, vocabulary=False)


def test_a_context_in_the_document_takes_nothing_from_what_types_say() -> None:
    assert canonicalize(own({"issuer": "https://e.x/issuer"})) == canonicalize(CREDENTIAL)


def test_a_context_in_the_document_says_no_more_than_its_names() -> None:
    with pytest.raises(UndefinedTerm, match="price"):
        canonicalize({**own({"grade": "https://e.x/grade"}), "credentialSubject": {"price": "1"}})


def test_a_context_in_the_document_that_defines_very_many_names_is_too_complex() -> None:
    own_terms = {f"t{n}": f"https://e.x/t{n}" for n in range(MAX_OWN_TERMS)}
    canonicalize(own(own_terms))
    with pytest.raises(TooComplex, match="more than 256 names"):
        canonicalize(own({**own_terms, "more": "https://e.x/more"}))
    long = f"https://e.x/{'x' * MAX_OWN_TEXT}/name"
    with pytest.raises(TooComplex, match="longer than 16384 characters"):
        canonicalize(own({"Medal": {"@id": "urn:e:Medal", "@context": {"name": long}}}))


def test_a_context_in_the_document_may_be_there_again_further_in() -> None:
    scoped = {"@protected": True, "grade": "https://e.x/v#grade"}
    medal = {"@protected": True, "Medal": {"@id": "urn:e:Medal", "@context": scoped}}
    subject = {"type": "Medal", "grade": "A", "@context": medal}
    whole = canonicalize({**own(medal), "credentialSubject": subject})
    assert whole == canonicalize({**own(medal), "credentialSubject": {**subject, "@context": V2}})
    other = {**medal, "Medal": {"@id": "urn:e:Medal", "@context": {"grade": "urn:e:grade"}}}
    with pytest.raises(InvalidCredential, match="redefines the protected 'Medal'"):
        canonicalize({**own(medal), "credentialSubject": {**subject, "@context": other}})


def test_a_document_that_holds_many_contexts_is_too_complex() -> None:
    contexts = [{f"t{n}": f"https://e.x/t{n}"} for n in range(32)]
    canonicalize(own(*contexts))
    with pytest.raises(TooComplex, match="holds 33 contexts"):
        canonicalize({**own(*contexts), "credentialSubject": {"name": "Ada", "@context": {}}})


def test_a_document_whose_contexts_define_very_many_names_is_too_complex() -> None:
    contexts = [{f"t{n}": f"https://e.x/{at}/t{n}" for n in range(256)} for at in range(8)]
    canonicalize(own(*contexts))
    with pytest.raises(TooComplex, match="define 2049 names"):
        canonicalize(own(*contexts, {"more": "https://e.x/more"}))


def test_a_context_in_the_document_names_nothing_that_a_known_one_names_otherwise() -> None:
    expiration = "https://w3id.org/security#expiration"
    with pytest.raises(InvalidCredential, match="security#expiration, which a known context"):
        canonicalize(own({"expiration": expiration}))
    within = {"Medal": {"@id": "urn:e:Medal", "@context": {"expiration": expiration}}}
    canonicalize(own(within))
    with pytest.raises(InvalidCredential, match="which a known context gives one"):
        canonicalize({**own(within), "credentialSubject": {"type": "Medal", "name": "Ada"}})
    catch_all = own({"@vocab": "https://w3id.org/security#"})
    with pytest.raises(InvalidCredential, match="which a known context gives one"):
        canonicalize({**catch_all, "credentialSubject": {"expiration": "2026-01-31"}})


def test_a_context_in_the_document_shortens_no_name_that_a_known_vocabulary_makes() -> None:
    subject = {"not/granted": "PhD"}
    made = "https://www.w3.org/ns/credentials/undefined-term#not/granted"
    assert f'<{made}> "PhD"'.encode() in canonicalize({**OPEN, "credentialSubject": subject})
    for context in ({"granted": made}, {"@vocab": made.removesuffix("granted")}):
        with pytest.raises(InvalidCredential, match="which a known context gives one"):
            canonicalize({**own(context), "credentialSubject": {"granted": "PhD"}})


def test_nothing_of_a_context_in_the_document_is_kept_for_good() -> None:
    library = library_of(SHIPPED)
    medal = {"Medal": {"@id": "urn:e:Medal", "@context": {"grade": "https://e.x/v#grade"}}}
    given = {"type": "Medal", "grade": "A"}
    canonicalize({**own(medal), "credentialSubject": given})
    before = len(library._taken_apart)
    for _ in range(3):
        canonicalize({**own(deepcopy(medal)), "credentialSubject": given})
    assert len(library._taken_apart) == before


def test_what_only_the_engine_drops_is_still_noticed() -> None:
    dropped_by_the_engine_alone = {**CREDENTIAL, "issuer": "http://[bad"}
    with pytest.raises(InvalidCredential, match=r"^\$ would not be covered by a proof in full"):
        canonicalize(dropped_by_the_engine_alone)


def test_an_iri_by_a_prefix_is_refused() -> None:
    document = {
        "@context": [V1],
        "type": ["VerifiableCredential"],
        "issuer": "cred:someone",
        "issuanceDate": "2026-01-31T09:00:00Z",
        "credentialSubject": {"id": "did:example:ada"},
    }
    with pytest.raises(InvalidCredential, match=r"\$\.issuer .* not by a prefix"):
        canonicalize(document)


@pytest.mark.parametrize("place", ["@context of the credential", "inside"])
def test_an_unknown_context_is_refused_and_nothing_is_fetched(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> NoReturn:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", connect)
    url = "https://example.org/context"
    document = (
        about(OPEN, **{"@context": url})
        if place == "inside"
        else {**CREDENTIAL, "@context": [V2, url]}
    )
    with pytest.raises(UnknownContext) as refusal:
        canonicalize(document)
    assert refusal.value.url == url


def test_a_context_in_the_document_that_is_one_of_the_known_is_taken_for_it() -> None:
    written_out = {**OPEN, "@context": [V2, dict(SHIPPED[UNDEFINED_TERMS])]}
    document = about(OPEN, degree="BSc")
    assert canonicalize(about(written_out, degree="BSc")) == canonicalize(document)


@pytest.mark.parametrize(
    "value",
    [
        "a",
        1,
        1.5,
        True,
        {"id": "urn:a:b"},
        {"type": "Thing"},
        {},
        {"deeper": {"deeper": ["a", {"b": "c"}]}},
        {"@value": "a"},
        {"@value": "a", "@language": "zh-Hant"},
        {"@value": "1", "@type": "http://www.w3.org/2001/XMLSchema#integer"},
        {"@value": "a", "@direction": "rtl"},
        {"@value": {"a": [None, 1]}, "@type": "@json"},
        {"@list": []},
        {"@list": ["a", "a", {"@list": ["b", {"c": 1}]}]},
        {"@context": V2, "name": "b"},
    ],
)
def test_everything_else_that_is_said_is_covered(value: object) -> None:
    document = about(OPEN, said=value)
    assert canonicalize(document) != canonicalize(OPEN)


def test_members_that_are_json_are_covered_whatever_they_hold() -> None:
    schema: dict[str, Any] = {"type": "JsonSchema", "jsonSchema": {"b": [None, 1.0], "a": {}}}
    document = about(OPEN, schema=schema)
    other = deepcopy(document)
    other["credentialSubject"]["schema"]["jsonSchema"]["b"].append([])
    assert any('"{\\"a\\":{},\\"b\\":[null,1]}"' in line for line in lines(document))
    assert canonicalize(other) != canonicalize(document)


def test_a_presentation_covers_its_credentials_each_with_its_own_contexts() -> None:
    old = {
        "@context": [V1, DATA_INTEGRITY],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:university",
        "issuanceDate": "2026-01-31T09:00:00Z",
        "credentialSubject": {"id": "did:example:ada"},
        "proof": PROOF,
    }
    presentation: dict[str, Any] = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:ada",
        "verifiableCredential": [{**about(OPEN, degree="BSc"), "proof": [PROOF]}, old],
    }
    assert canonicalize(presentation)
    old["credentialSubject"] = {"id": "did:example:ada", "degree": "BSc"}
    with pytest.raises(UndefinedTerm) as refusal:
        canonicalize(presentation)
    assert refusal.value.path == "$.verifiableCredential[1].credentialSubject.degree"


@pytest.mark.parametrize(
    "context",
    [
        {"term": {"@id": "urn:a:b", "@container": ["@list", "@set"]}},
        {"term": {"@id": "urn:a:b", "@container": ["@list", "@language"]}},
        {"term": {"@id": "urn:a:b", "@container": 1}},
        {"term": {"@id": "urn:a:b", "@container": [1]}},
        {"term": {"@id": "urn:a:b", "@nest": "x"}},
        {"term": {"@id": "urn:a:b", "@index": "x"}},
        {"term": {"@id": "urn:a:b", "@direction": "rtl"}},
        {"term": {"@id": "urn:a:b", "@language": 1}},
        {"term": {"@id": "urn:a:b", "@type": "@json", "@container": "@list"}},
        {"term": {"@id": "urn:a:b", "@type": "relative"}},
        {"term": {"@id": "urn:a:b", "@type": 1}},
        {"term": {"@reverse": "urn:a:b"}},
        {"term": {"@id": "_:b"}},
        {"term": 1},
        {"term": {"@id": 1}},
        {"term": "other", "other": "term"},
        {"": "urn:a:b", "term": "urn:a:c"},
        {"@import": "https://example.org/context"},
        {"@import": 1},
        {"@direction": "rtl"},
        {"@propagate": "yes"},
        {"@vocab": "relative"},
        {"@vocab": 1},
        {"@other": 1},
        [[]],
        1,
        {f"t{number}": f"t{number + 1}" for number in range(100)},
    ],
)
def test_a_context_that_uses_more_than_is_understood_is_refused(context: Any) -> None:
    document = {"@context": "urn:x:context", "@id": "urn:x:a", "term": "b"}
    with pytest.raises((UnsupportedFormat, UnknownContext), match=r"not (understood|known)"):
        canonicalize(document, contexts={"urn:x:context": context})


def test_what_is_not_understood_of_a_name_does_not_matter_where_it_is_not_used() -> None:
    context = {"term": "urn:x:term", "children": {"@reverse": "urn:x:parent"}}
    document = {"@context": "urn:x:context", "@id": "urn:x:a", "term": "b"}
    assert canonicalize(document, contexts={"urn:x:context": context})


@pytest.mark.parametrize(
    "context",
    [
        {"term": None},
        {"term": {"@id": None}},
        {"term": "relative"},
        {"@vocab": None},
        {"Thing": {"@id": "urn:x:Thing", "@context": {"term": "urn:x:term"}}},
    ],
)
def test_a_term_that_a_context_empties_is_refused(context: dict[str, Any]) -> None:
    document = {"@context": "urn:x:context", "@id": "urn:x:a", "term": "b"}
    with pytest.raises(UndefinedTerm):
        canonicalize(document, contexts={"urn:x:context": context})


def test_a_context_by_type_ends_with_its_object_and_one_by_property_does_not() -> None:
    contexts = {
        "urn:x:context": {
            "id": "@id",
            "type": "@type",
            "Thing": {"@id": "urn:x:Thing", "@context": {"own": "urn:x:own"}},
            "Part": {"@id": "urn:x:Part", "@context": {"own": "urn:x:own"}},
            "open": {"@id": "urn:x:open", "@context": {"within": "urn:x:within"}},
            "closed": {"@id": "urn:x:closed", "@context": None},
            "plain": "urn:x:plain",
        }
    }
    top = {"@context": "urn:x:context", "id": "urn:x:a"}
    good: dict[str, Any] = {
        **top,
        "type": ["Thing", "Part"],
        "own": "1",
        "plain": {"type": "Part", "own": "2", "open": {"within": {"id": "urn:x:b"}}},
        "open": {"plain": {"within": "3"}},
    }
    assert count_statements(good, contexts) == 11
    for bad in (
        {**top, "type": "Thing", "plain": {"own": "1"}},
        {**top, "plain": {"within": "1"}},
        {**top, "open": {"plain": {"own": "1"}}},
    ):
        with pytest.raises(UndefinedTerm):
            count_statements(bad, contexts)
    forgotten = {**top, "closed": {"@id": "urn:x:b", "@type": "urn:x:Thing"}}
    assert count_statements(forgotten, contexts) == 2
    with pytest.raises(UndefinedTerm):
        count_statements({**top, "closed": {"plain": "1"}}, contexts)


def test_where_the_quick_engine_reads_a_context_otherwise_another_is_asked() -> None:
    contexts = {
        "urn:x:context": {
            "Thing": {"@id": "urn:x:Thing", "@context": {"own": "urn:x:own"}},
            "open": {"@id": "urn:x:open", "@context": {"within": "urn:x:within"}},
            "plain": "urn:x:plain",
        }
    }
    # oxigraph ends the context of a property too early inside an object with one of its type.
    document = {
        "@context": "urn:x:context",
        "@id": "urn:x:a",
        "@type": "Thing",
        "open": {"plain": {"within": "1"}},
    }
    assert count_statements(document, contexts) == 4
    assert canonicalize(document, contexts=contexts).count(b"\n") == 4


@pytest.mark.parametrize("copies", [1, 600])
def test_objects_of_several_types_with_contexts_are_read_in_full_or_refused(copies: int) -> None:
    citizenship = "https://w3id.org/citizenship/v4rc1"
    person = {"type": ["Person", "EmployablePerson"], "residentSince": "2015-01-01"}
    document = {
        **CREDENTIAL,
        "@context": [V2, citizenship],
        "credentialSubject": [
            {**person, "id": f"urn:x:{number}", "givenName": "Ada"} for number in range(copies)
        ],
    }
    if copies > 1:
        with pytest.raises(TooComplex, match="several types"):
            canonicalize(document)
        return
    assert any("citizenship#residentSince" in line for line in lines(document))
    document["credentialSubject"][0]["resident"] = "1"
    with pytest.raises(UndefinedTerm, match="resident"):
        canonicalize(document)


def test_a_type_may_bring_a_context_that_forgets_all_others() -> None:
    contexts = {"urn:x:c": {"T": {"@id": "urn:x:T", "@context": None}, "plain": "urn:x:plain"}}
    document = {"@context": "urn:x:c", "@id": "urn:x:a", "@type": "T", "plain": "1"}
    with pytest.raises(UndefinedTerm):
        canonicalize(document, contexts=contexts)


def test_too_many_values_or_contexts_are_refused() -> None:
    with pytest.raises(TooComplex, match="at most 10000"):
        canonicalize(about(OPEN, numbers=[str(number) for number in range(10_000)]))
    with pytest.raises(TooComplex, match="at most 256"):
        canonicalize({**OPEN, "@context": [V2] * 257})
    with pytest.raises(TooComplex, match="at most 256"):
        canonicalize(about(OPEN, x=[{"@context": V2, "name": str(n)} for n in range(300)]))
    with pytest.raises(TooComplex, match="at most 1024"):
        canonicalize(about(OPEN, x=[{"name": str(number)} for number in range(1025)]))
    with pytest.raises(TooComplex, match="look too much alike"):
        canonicalize(about(OPEN, x={"@list": ["a"] * 900}))


def test_a_document_nested_without_end_is_refused() -> None:
    deep: Any = "a"
    for _ in range(10_000):
        deep = {"x": deep}
    with pytest.raises(TooComplex, match="nested deeper"):
        canonicalize(about(OPEN, x=deep))


def test_what_json_cannot_express_is_refused() -> None:
    for value in ("\ud800", float("nan"), float("inf")):
        with pytest.raises(InvalidCredential, match=r"not usable as JSON-LD|more digits"):
            canonicalize(about(OPEN, x=value))


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (5, '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (100.0, '"100"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (-0.0, '"0"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (1.5, '"1.5E0"^^<http://www.w3.org/2001/XMLSchema#double>'),
        (1e-7, '"1.0E-7"^^<http://www.w3.org/2001/XMLSchema#double>'),
        (1e21, '"1.0E21"^^<http://www.w3.org/2001/XMLSchema#double>'),
        # Sixteen digits, as the standard counts them, and not the fewest that do.
        (9.95, '"9.949999999999999E0"^^<http://www.w3.org/2001/XMLSchema#double>'),
        (
            {"@value": 5, "@type": "http://www.w3.org/2001/XMLSchema#double"},
            '"5.0E0"^^<http://www.w3.org/2001/XMLSchema#double>',
        ),
        (
            {"@value": -0.0, "@type": "http://www.w3.org/2001/XMLSchema#double"},
            '"-0.0E0"^^<http://www.w3.org/2001/XMLSchema#double>',
        ),
        ({"@value": 5, "@type": "urn:x:y"}, '"5"^^<urn:x:y>'),
        ({"@value": 0.5, "@type": "urn:x:y"}, '"5.0E-1"^^<urn:x:y>'),
    ],
)
def test_a_number_is_written_as_the_standard_has_it(number: object, written: str) -> None:
    assert any(line.endswith(f"{written} .") for line in lines(about(OPEN, x=number)))


def test_a_number_of_more_digits_than_are_signed_is_refused() -> None:
    for number in (1.6492870268043536, 1.7976931348623157e308, 2**75 + 1, 10**400):
        with pytest.raises(InvalidCredential, match="more digits than a proof would cover"):
            canonicalize(about(OPEN, x=number))


def test_many_things_without_an_identifier_are_fine_where_they_differ() -> None:
    document = about(OPEN, items=[{"name": str(n), "size": {"mm": n}} for n in range(300)])
    assert canonicalize(document)


SHAPES: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.just({}),
    lambda inner: st.dictionaries(
        st.sampled_from("ab"), inner | st.lists(inner, min_size=1, max_size=9), max_size=2
    ),
    max_leaves=60,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=4))
def test_nothing_without_identifiers_is_more_than_can_be_told_apart(
    shapes: list[dict[str, Any]],
) -> None:
    with suppress(TooComplex):
        canonicalize(about(OPEN, x=shapes))


NAMES = st.text(max_size=8) | st.sampled_from(["id", "type", "@id", "@type", "@value", "@context"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_a_claim_is_covered_or_refused_but_never_dropped(claims: dict[str, Any]) -> None:
    document = about(OPEN)
    document["credentialSubject"]["more"] = claims
    try:
        canonical = canonicalize(document)
    except CredentialError:
        return
    for name in claims.keys() - {"@context", "@id", "id"}:
        without = deepcopy(document)
        del without["credentialSubject"]["more"][name]
        assert canonicalize(without) != canonical
