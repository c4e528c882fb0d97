from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cbor2
import pytest

from did.base_encodings import decode_base64url, encode_base64url
from did.bbs.blind import commit
from did.bbs.parties import KeyIssuer, SecretHolder
from did.document import VerificationMethod
from did.keys.bls12381 import Bls12381G2PrivateKey
from did.keys.p256 import P256PrivateKey
from wallet.credentials.errors import (
    CredentialError,
    NotInDocument,
    ProofInvalid,
    UnsupportedFormat,
)
from wallet.credentials.formats import read_proofs
from wallet.credentials.formats.data_integrity import (
    SELECTIVE_SUITES,
    DataIntegrity,
    secure,
)
from wallet.credentials.formats.data_integrity.selective import bbs_values, ecdsa_values
from wallet.credentials.formats.data_integrity.suites import bbs, ecdsa_sd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from did.keys import PublicKey
    from wallet.credentials.jsonld import Contexts

NAMES = ["ecdsa-sd-2023", "bbs-2023", "bbs-2023 bound"]
MANDATORY = ["/issuer", "/validFrom", "/credentialSubject/name"]
SECRET = b"what the holder alone knows"


class Party:
    """An issuer and a holder of one suite, and a verifier."""

    def __init__(
        self,
        name: str,
        contexts: Contexts,
        options_for: Callable[[PublicKey], dict[str, Any]],
    ) -> None:
        self.suite, _, self.bound = name.partition(" ")
        self.contexts = contexts
        secret = bytes(range(1, 33))
        self.p256, self.bls = P256PrivateKey(secret), Bls12381G2PrivateKey(secret)
        self.is_bbs = self.suite == "bbs-2023"
        self.public_key: PublicKey = (self.bls if self.is_bbs else self.p256).public_key
        self.options = options_for(self.public_key)
        self.commitment = commit([SECRET])

    def sign(
        self, document: Mapping[str, Any], pointers: list[str], **options: Any
    ) -> dict[str, Any]:
        given = (document, {**self.options, **options}, pointers)
        if not self.is_bbs:
            proof = ecdsa_sd.sign_base(*given, self.p256, contexts=self.contexts)
        else:
            commitment = self.commitment.with_proof if self.bound else None
            proof = bbs.sign_base(
                *given, KeyIssuer(self.bls), commitment=commitment, contexts=self.contexts
            )
        return {**document, "proof": proof}

    @property
    def binding(self) -> SecretHolder | None:
        return SecretHolder(SECRET, self.commitment.blind) if self.bound else None

    def derive(self, document: Mapping[str, Any], pointers: list[str]) -> dict[str, Any]:
        if not self.is_bbs:
            return ecdsa_sd.derive(document, pointers, contexts=self.contexts)
        return bbs.derive(document, pointers, binding=self.binding, contexts=self.contexts)

    def verify(self, document: Mapping[str, Any]) -> None:
        method = self.options["verificationMethod"]
        controller = method.partition("#")[0]
        for proof in read_proofs(document):
            DataIntegrity(self.contexts).verify(
                document,
                proof,
                VerificationMethod(method, "Multikey", controller, self.public_key, {}),
            )

    def verify_base(self, document: Mapping[str, Any]) -> None:
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        given = (unsecured, document["proof"], self.public_key, self.contexts)
        if self.is_bbs:
            bbs.BBS.verify_base(*given, self.binding)
        else:
            SELECTIVE_SUITES[self.suite].verify_base(*given)

    def changed(self, derived: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """The document with other parts in its proof."""
        value = self.value(derived)
        return _with_value(derived, str(replace(value, **changes)))

    def value(self, derived: Mapping[str, Any]) -> Any:
        room = bbs_values if self.is_bbs else ecdsa_values
        return room.DerivedValue.parse(derived["proof"]["proofValue"])


def _with_value(document: Mapping[str, Any], value: object) -> dict[str, Any]:
    return {**document, "proof": {**document["proof"], "proofValue": value}}


@pytest.fixture
def party_of(
    known: Contexts, options_for: Callable[[PublicKey], dict[str, Any]]
) -> Callable[[str], Party]:
    return lambda name: Party(name, known, options_for)


@pytest.fixture(params=NAMES)
def party(request: pytest.FixtureRequest, party_of: Callable[[str], Party]) -> Party:
    return party_of(request.param)


@pytest.fixture
def base(party: Party, card: dict[str, Any]) -> dict[str, Any]:
    return party.sign(card, MANDATORY)


@pytest.fixture
def derived(party: Party, base: dict[str, Any]) -> dict[str, Any]:
    made = party.derive(base, ["/credentialSubject/card/level"])
    party.verify(made)
    return made


def test_what_is_shown_is_what_was_chosen_and_what_is_mandatory(
    party: Party, card: dict[str, Any], derived: dict[str, Any]
) -> None:
    assert {name: value for name, value in derived.items() if name != "proof"} == {
        "@context": card["@context"],
        "id": card["id"],
        "type": card["type"],
        "issuer": card["issuer"],
        "validFrom": card["validFrom"],
        "credentialSubject": {
            "type": "Member",
            "name": "Ada",
            "card": {"type": "Card", "level": "gold"},
        },
    }
    assert "1990" not in str(derived)
    assert derived["proof"].keys() == {*party.options, "type", "cryptosuite", "proofValue"}


@pytest.mark.parametrize(
    "pointers",
    [
        [],
        ["/credentialSubject/born"],
        ["/credentialSubject"],
        ["/credentialSubject/card/number", "/credentialSubject/card"],
        ["/issuer", "/credentialSubject/name"],
        [""],
    ],
)
def test_whatever_is_shown_is_verified(
    party: Party, base: dict[str, Any], card: dict[str, Any], pointers: list[str]
) -> None:
    party.verify_base(base)
    made = party.derive(base, pointers)
    party.verify(made)
    if pointers == [""]:
        assert {**made, "proof": base["proof"]} == {**card, "proof": base["proof"]}


def test_a_document_of_which_nothing_or_all_is_mandatory(
    party: Party, card: dict[str, Any]
) -> None:
    free = party.sign(card, [])
    party.verify(party.derive(free, ["/credentialSubject/card/number"]))
    with pytest.raises(NotInDocument, match="nothing of the document"):
        party.derive(free, [])
    bound = party.sign(card, [""])
    party.verify(party.derive(bound, []))


def test_a_base_proof_is_refused_by_whoever_verifies(party: Party, base: dict[str, Any]) -> None:
    with pytest.raises(ProofInvalid, match="for the holder alone"):
        party.verify(base)


def test_a_derived_proof_is_no_base_proof(party: Party, derived: dict[str, Any]) -> None:
    with pytest.raises(ProofInvalid, match="is no base proof"):
        party.derive(derived, ["/issuer"])
    with pytest.raises(ProofInvalid, match="is no base proof"):
        party.verify_base(derived)


@pytest.mark.parametrize("name", ["issuer", "validFrom", "id", "type"])
def test_what_is_mandatory_cannot_be_taken_away(
    party: Party, derived: dict[str, Any], name: str
) -> None:
    del derived[name]
    with pytest.raises(ProofInvalid):
        party.verify(derived)


def test_what_is_mandatory_cannot_be_taken_away_with_its_place(
    party: Party, derived: dict[str, Any]
) -> None:
    del derived["credentialSubject"]["name"]
    places = party.value(derived).mandatory_places
    for gone in range(len(places)):
        fewer = [place - (place > places[gone]) for place in places if place != places[gone]]
        with pytest.raises(ProofInvalid):
            party.verify(party.changed(derived, mandatory_places=tuple(fewer)))


def test_what_is_mandatory_cannot_be_called_chosen(party: Party, derived: dict[str, Any]) -> None:
    places = party.value(derived).mandatory_places
    for without in (places[1:], places[:-1], ()):
        with pytest.raises(ProofInvalid):
            party.verify(party.changed(derived, mandatory_places=without))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(issuer="did:example:other"),
        lambda d: d.update(validFrom="2026-01-31T09:00:01Z"),
        lambda d: d.update(validUntil="2030-01-31T09:00:00Z"),
        lambda d: d["credentialSubject"].update(name="Eve"),
        lambda d: d["credentialSubject"].update(born="2001-01-01"),
        lambda d: d["credentialSubject"]["card"].update(level="platinum"),
        lambda d: d["credentialSubject"]["card"].update(number=8),
        lambda d: d["credentialSubject"].pop("card"),
        lambda d: d["credentialSubject"].update(card={"type": "Card", "number": 7}),
        lambda d: d.update(credentialSubject=[d["credentialSubject"], {"name": "Eve"}]),
        lambda d: d["proof"].update(created="2026-01-31T09:00:01Z"),
        lambda d: d["proof"].update(proofPurpose="authentication"),
        lambda d: d["proof"].update(challenge="x"),
        lambda d: d["@context"].reverse(),
    ],
)
def test_what_is_shown_cannot_be_changed(
    party: Party, derived: dict[str, Any], change: Callable[[dict[str, Any]], object]
) -> None:
    document = copy.deepcopy(derived)
    change(document)
    if document["@context"] != derived["@context"]:
        party.verify(document)  # these two mean the same in either order
        return
    with pytest.raises(CredentialError):
        party.verify(document)


def test_what_one_document_shows_is_nothing_to_another(
    party: Party, base: dict[str, Any], card: dict[str, Any]
) -> None:
    card["credentialSubject"] = {**card["credentialSubject"], "name": "Eve"}
    other = party.derive(party.sign(card, MANDATORY), ["/credentialSubject/born"])
    one = party.derive(base, ["/credentialSubject/born"])
    party.verify(one)
    party.verify(other)
    with pytest.raises(ProofInvalid):
        party.verify(_with_value(one, other["proof"]["proofValue"]))
    with pytest.raises(ProofInvalid):
        party.verify(_with_value(other, one["proof"]["proofValue"]))
    with pytest.raises(ProofInvalid):
        party.derive({**base, "proof": party.sign(card, MANDATORY[:1])["proof"]}, ["/issuer"])


@pytest.mark.parametrize("last", range(11))
def test_no_proof_is_taken_for_one_of_another_kind(
    party: Party, derived: dict[str, Any], base: dict[str, Any], last: int
) -> None:
    for document in (derived, base):
        data = decode_base64url(document["proof"]["proofValue"][1:])
        mixed = bytes((0xD9, 0x5D, last)) + data[3:]
        if document is derived and mixed == data:
            continue
        with pytest.raises((ProofInvalid, UnsupportedFormat)) as refusal:
            party.verify(_with_value(document, f"u{encode_base64url(mixed)}"))
        assert isinstance(refusal.value, UnsupportedFormat) is (party.is_bbs and 6 <= last <= 9)


@pytest.mark.parametrize("prefix", [b"", b"\xd9", b"\xd9\x5d", b"\xd9\x5e\x01", b"\x00\x5d\x03"])
def test_a_proof_that_begins_otherwise_is_none(
    party: Party, derived: dict[str, Any], prefix: bytes
) -> None:
    data = decode_base64url(derived["proof"]["proofValue"][1:])
    with pytest.raises(ProofInvalid):
        party.verify(_with_value(derived, f"u{encode_base64url(prefix + data[3:])}"))


def test_a_proof_of_one_suite_is_none_of_another(party: Party, derived: dict[str, Any]) -> None:
    others = {"ecdsa-sd-2023": "bbs-2023", "bbs-2023": "ecdsa-sd-2023"}
    derived["proof"]["cryptosuite"] = others[party.suite]
    with pytest.raises(UnsupportedFormat, match="is of"):
        party.verify(derived)
    derived["proof"]["cryptosuite"] = "ecdsa-rdfc-2019"
    with pytest.raises(CredentialError):
        party.verify(derived)


def test_the_names_of_blank_nodes_cannot_be_tampered_with(
    party: Party, derived: dict[str, Any]
) -> None:
    labels = dict(party.value(derived).label_map)
    assert len(labels) == 2
    (one, first), (other, second) = labels.items()
    foreign: Any = 9 if party.is_bbs else bytes(32)
    for tampered in (
        {},
        {one: first},
        {one: second, other: first},
        {one: first, other: first},
        {one: first, other: foreign},
        {one: first, other: second, 2: foreign},
        {one: first, 7: second},
    ):
        with pytest.raises(ProofInvalid):
            party.verify(party.changed(derived, label_map=tampered))


def test_two_things_cannot_be_told_as_one(party: Party, card: dict[str, Any]) -> None:
    card["credentialSubject"] = [{"name": "Ada"}, {"born": "1990-12-10"}]
    pointers = ["/credentialSubject/0/name", "/credentialSubject/1/born"]
    derived = party.derive(party.sign(card, ["/issuer"]), pointers)
    party.verify(derived)
    derived["credentialSubject"] = {"name": "Ada", "born": "1990-12-10"}
    with pytest.raises(ProofInvalid):
        party.verify(derived)
    for label in dict(party.value(derived).label_map).values():
        with pytest.raises(ProofInvalid):
            party.verify(party.changed(derived, label_map={0: label}))


def test_places_stand_once_in_their_order_and_among_the_statements(
    party: Party, derived: dict[str, Any]
) -> None:
    value = party.value(derived)
    for name in ("mandatory_places", *(["chosen_places"] if party.is_bbs else [])):
        places = getattr(value, name)
        is_set = party.is_bbs and name == "mandatory_places"
        for wrong in (
            *([] if is_set else [places[::-1]]),
            (*places, places[-1]),
            (places[0], *places),
            (*places, 1000),
            (*places, 2**64 - 1),
            places[:-1],
            tuple(place + 1 for place in places),
        ):
            with pytest.raises(ProofInvalid):
                party.verify(party.changed(derived, **{name: wrong}))


def test_the_signatures_of_statements_cannot_be_moved_added_or_left_out(
    party_of: Callable[[str], Party], card: dict[str, Any]
) -> None:
    party = party_of("ecdsa-sd-2023")
    base = party.sign(card, MANDATORY)
    derived = party.derive(base, ["/credentialSubject/card/level"])
    value = party.value(derived)
    hidden = ecdsa_values.BaseValue.parse(base["proof"]["proofValue"]).signatures
    signatures = value.signatures
    unused = next(one for one in hidden if one not in signatures)
    for wrong in (
        signatures[::-1],
        signatures[1:],
        (*signatures, unused),
        (*signatures[:-1], unused),
        (),
        (signatures[0],) * len(signatures),
    ):
        with pytest.raises(ProofInvalid):
            party.verify(party.changed(derived, signatures=wrong))


def test_the_key_of_the_statements_is_the_one_that_the_issuer_signed(
    party_of: Callable[[str], Party], card: dict[str, Any]
) -> None:
    party = party_of("ecdsa-sd-2023")
    derived = party.derive(party.sign(card, MANDATORY), ["/credentialSubject/born"])
    value = party.value(derived)
    mine = P256PrivateKey(b"\x05" * 32)
    for key in (
        b"\x80\x24" + mine.public_key.raw,
        b"\x80\x24" + bytes(33),
        b"\x81\x24" + value.public_key[2:],
        bytes(35),
    ):
        with pytest.raises(ProofInvalid):
            party.verify(party.changed(derived, public_key=key))


def test_a_proof_is_of_no_other_presentation(
    party_of: Callable[[str], Party], card: dict[str, Any]
) -> None:
    for party in map(party_of, NAMES[1:]):
        made = bbs.derive(
            party.sign(card, MANDATORY),
            ["/credentialSubject/born"],
            presentation_header=b"one",
            binding=party.binding,
            contexts=party.contexts,
        )
        party.verify(made)
        with pytest.raises(ProofInvalid):
            party.verify(party.changed(made, presentation_header=b"two"))


def test_two_derived_proofs_of_one_credential_share_nothing_by_which_they_could_be_linked(
    party_of: Callable[[str], Party], card: dict[str, Any]
) -> None:
    for party in map(party_of, NAMES[1:]):
        base = party.sign(card, ["/issuer"])
        chosen: tuple[list[str], ...] = ["/credentialSubject/born"], ["/credentialSubject/name"], []
        made = [party.derive(base, pointers) for pointers in (*chosen, *chosen)]
        data = [decode_base64url(one["proof"]["proofValue"][1:]) for one in made]
        hidden = decode_base64url(base["proof"]["proofValue"][1:])
        for index, one in enumerate(data):
            for other in (*data[:index], hidden):
                assert not _runs(one, 16) & _runs(other, 16)


def test_two_derived_proofs_with_long_lists_of_places_share_these_alone(
    party_of: Callable[[str], Party], card: dict[str, Any]
) -> None:
    for party in map(party_of, NAMES[1:]):
        base = party.sign(card, MANDATORY)
        one, other = (party.value(party.derive(base, ["/credentialSubject"])) for _ in range(2))
        assert not _runs(one.proof, 8) & _runs(other.proof, 8)
        assert sorted(one.mandatory_places) == sorted(other.mandatory_places)
        told = {"proof": b"", "mandatory_places": ()}
        assert replace(one, **told) == replace(other, **told)


def test_the_order_in_which_a_derived_proof_tells_what_is_always_shown_says_nothing(
    party_of: Callable[[str], Party], card: dict[str, Any]
) -> None:
    for party in map(party_of, NAMES[1:]):
        shown = party.derive(party.sign(card, MANDATORY), ["/credentialSubject"])
        value = party.value(shown)
        for places in (sorted(value.mandatory_places), sorted(value.mandatory_places)[::-1]):
            told = str(replace(value, mandatory_places=tuple(places)))
            party.verify({**shown, "proof": {**shown["proof"], "proofValue": told}})
        fewer = str(replace(value, mandatory_places=value.mandatory_places[1:]))
        with pytest.raises(ProofInvalid):
            party.verify({**shown, "proof": {**shown["proof"], "proofValue": fewer}})


def _runs(data: bytes, size: int) -> set[bytes]:
    return {data[at : at + size] for at in range(len(data) - size + 1)}


def test_a_document_bound_to_a_holder_is_shown_by_this_holder_alone(
    party_of: Callable[[str], Party], card: dict[str, Any], known: Contexts
) -> None:
    party = party_of("bbs-2023 bound")
    base = party.sign(card, MANDATORY)
    blind = party.commitment.blind
    for binding in (
        None,
        SecretHolder(b"a guess", blind),
        SecretHolder(SECRET, b"\x01" * 32),
        SecretHolder(SECRET, bytes(32)),
    ):
        with pytest.raises(ProofInvalid):
            bbs.derive(base, ["/issuer"], binding=binding, contexts=known)
    free = party_of("bbs-2023")
    with pytest.raises(ProofInvalid, match="bound to no secret"):
        bbs.derive(free.sign(card, MANDATORY), [], binding=party.binding, contexts=known)
    assert SECRET.decode() not in repr(party.binding)
    derived = party.derive(base, ["/credentialSubject/born"])
    count = party.value(derived).count
    for other in (0, count - 1, count + 1, 1 << 40):
        with pytest.raises(CredentialError):
            party.verify(party.changed(derived, count=other))


def test_a_key_of_another_kind_judges_no_proof(
    party: Party, derived: dict[str, Any], key: Any, issuer: str
) -> None:
    (proof,) = read_proofs(derived)
    method = VerificationMethod(proof.verification_method, "Multikey", issuer, key.public_key, {})
    with pytest.raises(UnsupportedFormat, match="is of"):
        DataIntegrity(party.contexts).verify(derived, proof, method)
    other = replace(method, id="did:example:other#key")
    with pytest.raises(ProofInvalid, match="another verification method"):
        DataIntegrity(party.contexts).verify(derived, proof, other)


def test_another_key_of_the_kind_does_not_fit(party: Party, derived: dict[str, Any]) -> None:
    other: Any = (Bls12381G2PrivateKey if party.is_bbs else P256PrivateKey)(b"\x05" * 32)
    suite = SELECTIVE_SUITES[party.suite]
    unsecured = {name: value for name, value in derived.items() if name != "proof"}
    suite.verify(unsecured, derived["proof"], party.public_key, party.contexts)
    with pytest.raises(ProofInvalid, match="does not fit"):
        suite.verify(unsecured, derived["proof"], other.public_key, party.contexts)


def test_a_base_proof_that_was_tampered_with_is_found_out_by_its_holder(
    party: Party, base: dict[str, Any]
) -> None:
    party.verify_base(base)
    room: Any = bbs_values if party.is_bbs else ecdsa_values
    value = room.BaseValue.parse(base["proof"]["proofValue"])
    changes: list[dict[str, Any]] = [
        {"signature": value.signature[:-1] + bytes((value.signature[-1] ^ 1,))},
        {"mandatory_pointers": value.mandatory_pointers[1:]},
        {"mandatory_pointers": (*value.mandatory_pointers, "/credentialSubject/card")},
    ]
    for change in changes:
        with pytest.raises(ProofInvalid):
            party.verify_base(_with_value(base, str(replace(value, **change))))
    for document in (
        {**base, "issuer": "did:example:x"},
        {**base, "validUntil": base["validFrom"]},
    ):
        with pytest.raises(ProofInvalid):
            party.verify_base(document)


@pytest.mark.parametrize("member", ["proofValue", "previousProof", "@context"])
def test_a_base_proof_is_made_of_options_alone(
    party: Party, card: dict[str, Any], member: str
) -> None:
    with pytest.raises(ProofInvalid, match="without"):
        party.sign(card, [], **{member: "urn:x:y"})


def test_a_base_proof_of_malformed_options_is_not_made(party: Party, card: dict[str, Any]) -> None:
    for malformed in ({"created": "yesterday"}, {"verificationMethod": "#key"}):
        with pytest.raises(CredentialError):
            party.sign(card, [], **malformed)


@pytest.mark.parametrize(
    "pointer",
    ["issuer", "/nowhere", "/type/7", "/type/01", "/type/-", "/credentialSubject/name/x", "/~2"],
)
def test_a_pointer_that_leads_nowhere_is_refused(
    party: Party, card: dict[str, Any], base: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(NotInDocument):
        party.sign(card, [pointer])
    with pytest.raises(NotInDocument):
        party.derive(base, [pointer])


def test_a_document_with_other_proofs_is_shown_with_the_derived_one_alone(
    party: Party, base: dict[str, Any], key: Any, method: VerificationMethod, now: Any
) -> None:
    both = secure(
        base,
        signer=key,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
        suite="eddsa-jcs-2022",
        contexts=party.contexts,
    )
    made = party.derive(both, ["/credentialSubject/born"])
    assert isinstance(made["proof"], dict)
    party.verify(made)
    with pytest.raises(ProofInvalid, match="one proof of"):
        party.derive({**both, "proof": [base["proof"], base["proof"]]}, [])
    with pytest.raises(ProofInvalid, match="and has 0"):
        party.derive({**both, "proof": both["proof"][1:]}, [])


def _cbor(value: object) -> bytes:
    return cbor2.dumps(value)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data + b"\0",
        lambda data: data[:-1],
        lambda data: data[:3],
        lambda data: data[:3] + b"\xc6" + data[3:],
        lambda data: data[:3] + b"\x9f" + data[4:] + b"\xff",
        lambda data: data[:3] + b"\x98" + bytes((data[3] & 31,)) + data[4:],
        lambda data: data[:3] + b"\x9b" + bytes(7) + bytes((data[3] & 31,)) + data[4:],
        lambda data: data[:3] + b"\x9b" + b"\xff" * 8 + data[4:],
        lambda data: data[:3] + b"\x5b" + b"\x7f" * 8 + data[4:],
        lambda data: data[:3] + _cbor({}),
        lambda data: data[:3] + _cbor([]),
        lambda data: data[:3] + _cbor(5),
        lambda data: data[:3] + _cbor([*cbor2.loads(data[3:]), 0, 0]),
        lambda data: data[:3] + _cbor(cbor2.loads(data[3:])[:-1]),
        lambda data: data[:3] + _cbor([None, *cbor2.loads(data[3:])[1:]]),
        lambda data: data[:3] + _cbor(["text", *cbor2.loads(data[3:])[1:]]),
        lambda data: data[:3] + b"\x81" * 5000 + b"\0",
    ],
)
def test_cbor_is_read_in_its_one_form_alone(
    party: Party,
    base: dict[str, Any],
    derived: dict[str, Any],
    damage: Callable[[bytes], bytes],
) -> None:
    for document, judge in ((derived, party.verify), (base, party.verify_base)):
        data = decode_base64url(document["proof"]["proofValue"][1:])
        damaged = _with_value(document, f"u{encode_base64url(damage(data))}")
        with pytest.raises(ProofInvalid):
            judge(damaged)


def test_a_name_that_a_map_has_twice_is_refused(party: Party, derived: dict[str, Any]) -> None:
    value = party.value(derived)
    labels = dict(value.label_map)
    written = _cbor(labels)
    twice = bytes((written[0] + 1,)) + written[1:] + _cbor(1) + _cbor(labels[1])
    data = decode_base64url(derived["proof"]["proofValue"][1:])
    assert data.count(written) == 1
    damaged = f"u{encode_base64url(data.replace(written, twice))}"
    with pytest.raises(ProofInvalid, match="preferred form"):
        party.verify(_with_value(derived, damaged))


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        "u",
        "z6Mk",
        "u*",
        "u2V0=",
        "u" + "A" * (1 << 20),
        ["u2V0B"],
    ],
)
def test_a_value_that_is_no_base64url_of_a_proof_is_refused(
    party: Party, derived: dict[str, Any], value: object
) -> None:
    with pytest.raises(ProofInvalid, match="proofValue"):
        party.verify(_with_value(derived, value))
    with pytest.raises(ProofInvalid, match="proofValue"):
        party.verify(_with_value(derived, derived["proof"]["proofValue"] + "="))


@pytest.mark.parametrize(
    "key",
    [b"\x80\x24" + bytes(33), b"\x80\x24\x04" + b"\1" * 32, b"\xed\x01" + b"\1" * 33, bytes(35)],
)
def test_an_issuer_cannot_sign_statements_with_what_is_no_key(
    party_of: Callable[[str], Party], card: dict[str, Any], key: bytes
) -> None:
    party = party_of("ecdsa-sd-2023")
    given = (card, party.options, MANDATORY)
    proposed = ecdsa_sd.propose_base(*given, contexts=party.contexts)
    forged = replace(
        proposed,
        unsigned=replace(proposed.unsigned, public_key=key),
        signing_bytes=proposed.signing_bytes[:32] + key + proposed.signing_bytes[-32:],
    )
    proof = forged.signed(party.p256.sign(forged.signing_bytes), party.p256.public_key)
    with pytest.raises(ProofInvalid, match="no key for its statements"):
        party.verify_base({**card, "proof": proof})
    with pytest.raises(ProofInvalid, match="no key for its statements"):
        party.derive({**card, "proof": proof}, [])
    with pytest.raises(ProofInvalid, match="does not fit"):
        proposed.signed(party.p256.sign(b""), party.p256.public_key)


def test_a_signature_that_is_not_over_what_was_proposed_is_refused(
    party_of: Callable[[str], Party], card: dict[str, Any]
) -> None:
    party = party_of("bbs-2023")
    one, other = (
        bbs.propose_base(card, party.options, pointers, contexts=party.contexts)
        for pointers in (["/issuer"], ["/validFrom"])
    )
    with pytest.raises(ProofInvalid, match="does not fit"):
        one.signed(other.sign(KeyIssuer(party.bls)), party.bls.public_key)
    with pytest.raises(ProofInvalid, match="does not fit"):
        one.signed(b"", party.bls.public_key)
    assert one.hmac_key.hex() not in repr(one)
