from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.embedded import EmbeddedChain
from did.chain.history import MemoryHistory
from did.chain.registry import (
    AttributeChanged,
    DelegateChanged,
    OwnerChanged,
    add_delegate,
    change_owner,
    revoke_attribute,
    revoke_delegate,
    set_attribute,
    word,
)
from did.chain.sending.transaction import prepare, send, sign
from did.document import Document, Relationship
from did.encoding import encode_multicodec, encode_multikey, to_jwk
from did.errors import (
    ChainError,
    InvalidDID,
    NotFound,
    TransactionFailed,
    UnknownNetwork,
    UnsupportedOption,
)
from did.identifier import DID
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from did.methods.ethr import (
    Ethr,
    Subject,
    ethr_did,
    planned_method_id,
    publication,
    published_method_id,
)
from did.methods.ethr.document import Account
from did.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YEAR = 31_536_000
ED25519 = Ed25519PrivateKey(b"\7" * 32).public_key
OTHER = "0x" + "00" * 18 + "0Abc"
OTHER_RAW = bytes.fromhex(OTHER[2:])


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_800_000_000

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


class Person:
    """An account with a did:ethr on a chain."""

    def __init__(self, number: int, chain: EmbeddedChain) -> None:
        self.key = Secp256k1PrivateKey(number.to_bytes(32, "big"))
        self.address = address(self.key.public_key)
        self.raw = bytes.fromhex(self.address[2:])
        self.did = ethr_did(self.address, chain.chain_id)
        self.chain = chain

    def does(self, call: bytes, *, by: Person | None = None) -> int:
        """Changes the DID; gives the block."""
        sender = by or self
        unsigned = prepare(self.chain, sender=sender.address, to=self.chain.registry, data=call)
        return send(self.chain, sign(unsigned, sender.key)).block

    def says(self, name: str, value: bytes, *, validity: int = YEAR) -> int:
        return self.does(set_attribute(self.raw, name, value, validity=validity))


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[EmbeddedChain]:
    keys = [Secp256k1PrivateKey(number.to_bytes(32, "big")) for number in range(1, 40)]
    accounts = {address(key.public_key): 10**18 for key in keys}
    path = tmp_path_factory.mktemp("ethr") / "chain.db"
    with EmbeddedChain.create(path, accounts=accounts, clock=clock) as chain:
        yield chain


@pytest.fixture(scope="module")
def people(chain: EmbeddedChain) -> Iterator[Person]:
    return (Person(number, chain) for number in range(1, 40))


@pytest.fixture
def person(people: Iterator[Person]) -> Person:
    """Somebody whose DID nobody has changed yet."""
    return next(people)


@pytest.fixture
def resolver(chain: EmbeddedChain, clock: Clock) -> Resolver:
    return Resolver({"ethr": Ethr({chain.chain_id: chain}, clock=clock)})


def _names(document: Document) -> list[str]:
    return [method.id.partition("#")[2] for method in document.verification_methods]


def test_a_did_of_which_nothing_was_written_is_its_account_alone(
    resolver: Resolver, person: Person, chain: EmbeddedChain
) -> None:
    resolution = resolver.resolve(person.did)
    controller = f"{person.did}#controller"
    assert resolution.document_metadata == {}
    assert resolution.require().to_json() == {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/suites/secp256k1recovery-2020/v2",
        ],
        "id": str(person.did),
        "verificationMethod": [
            {
                "id": controller,
                "type": "EcdsaSecp256k1RecoveryMethod2020",
                "controller": str(person.did),
                "blockchainAccountId": f"eip155:{chain.chain_id}:{person.address}",
            }
        ],
        "authentication": [controller],
        "assertionMethod": [controller],
    }


def test_a_did_on_a_chain_that_is_not_known_has_no_document(resolver: Resolver) -> None:
    for did in (f"did:ethr:0x1:{OTHER}", f"did:ethr:{OTHER}", f"did:ethr:nowhere:{OTHER}"):
        resolution = resolver.resolve(did)
        assert isinstance(resolution.error, UnknownNetwork)
        assert resolution.error.undecided
        assert resolution.document is None


def test_chains_may_be_opened_when_they_are_first_needed(
    chain: EmbeddedChain, person: Person, clock: Clock
) -> None:
    asked: list[int] = []

    def open_chain(chain_id: int) -> EmbeddedChain | None:
        asked.append(chain_id)
        return chain if chain_id == chain.chain_id else None

    method = Ethr(open_chain, clock=clock)
    assert method.name == "ethr"
    assert asked == []
    assert method.resolve(person.did, {})[0].did == person.did
    assert asked == [chain.chain_id]


@pytest.mark.parametrize(
    ("network", "chain_id"),
    [("", 1), ("mainnet:", 1), ("0x1:", 1), ("0x01:", 1), ("sepolia:", 11_155_111), ("0xaB:", 171)],
)
def test_a_network_is_a_chain_id_or_a_name_and_ethereum_if_left_out(
    network: str, chain_id: int
) -> None:
    subject = Subject.of(DID.parse(f"did:ethr:{network}{OTHER}"))
    assert subject == Subject(chain_id, OTHER_RAW)


@pytest.mark.parametrize(
    "did",
    [
        "did:key:z6Mk",
        "did:ethr:0x1",
        f"did:ethr:{OTHER[:-1]}",
        f"did:ethr:{OTHER}0",
        f"did:ethr:{OTHER[2:]}",
        f"did:ethr:0x1::{OTHER[:-2]}gg",
        "did:ethr:0x02" + "ff" * 32,
        "did:ethr:0x05" + "00" * 32,
    ],
)
def test_refuses_what_is_no_did_ethr(did: str) -> None:
    with pytest.raises(InvalidDID):
        Subject.of(DID.parse(did))


def test_a_did_of_an_account_has_one_way_to_be_written() -> None:
    did = ethr_did(OTHER.lower(), 255)
    assert did == ethr_did(OTHER, 255)
    assert str(did).startswith("did:ethr:0xff:0x")
    with pytest.raises(InvalidDID):
        ethr_did("alice", 1)


def test_a_did_is_given_back_as_it_was_asked_for(resolver: Resolver, person: Person) -> None:
    lower = DID("ethr", person.did.method_specific_id.lower())
    document = resolver.resolve(lower).require()
    assert document.did == lower
    assert _names(document) == ["controller"]


def test_a_did_of_a_public_key_has_the_key_while_it_owns_itself(
    resolver: Resolver, person: Person, chain: EmbeddedChain
) -> None:
    public = person.key.public_key
    did = DID("ethr", f"{chain.chain_id:#x}:0x{public.raw.hex()}")
    document = resolver.resolve(did).require()
    key = document.method(f"{did}#controllerKey")
    assert key is not None
    assert key.public_key == public
    assert document.authorizes(key.id, Relationship.AUTHENTICATION)
    assert document.authorizes(key.id, Relationship.ASSERTION_METHOD)
    person.does(change_owner(person.raw, OTHER_RAW))
    assert _names(resolver.resolve(did).require()) == ["controller"]


def test_publishing_a_key_gives_it_the_name_that_was_planned(
    resolver: Resolver, person: Person, chain: EmbeddedChain, clock: Clock
) -> None:
    document = resolver.resolve(person.did).require()
    assert published_method_id(document, ED25519) is None
    planned = planned_method_id(chain, person.did)
    unsigned = publication(chain, person.did, ED25519)
    assert unsigned.summary().arguments["value"] == "0x" + encode_multicodec(ED25519).hex()
    receipt = send(chain, sign(unsigned, person.key))

    resolution = resolver.resolve(person.did)
    document = resolution.require()
    assert published_method_id(document, ED25519) == planned == f"{person.did}#delegate-1"
    method = document.method(planned)
    assert method is not None
    assert (method.type, method.public_key) == ("Multikey", ED25519)
    assert document.raw["@context"][-1] == "https://w3id.org/security/multikey/v1"
    assert document.authorizes(planned, Relationship.AUTHENTICATION)
    assert document.authorizes(planned, Relationship.ASSERTION_METHOD)
    assert resolution.document_metadata == {
        "versionId": str(receipt.block),
        "updated": clock().isoformat().replace("+00:00", "Z"),
    }
    assert planned_method_id(chain, person.did) == f"{person.did}#delegate-2"


def test_a_key_is_published_for_as_long_as_is_said(
    resolver: Resolver, person: Person, chain: EmbeddedChain, clock: Clock
) -> None:
    unsigned = publication(chain, person.did, ED25519, validity=timedelta(seconds=50))
    send(chain, sign(unsigned, person.key))
    clock.seconds += 50
    assert len(_names(resolver.resolve(person.did).require())) == 2
    clock.seconds += 1
    assert len(_names(resolver.resolve(person.did).require())) == 1


def test_the_owner_of_a_did_publishes_its_keys(
    person: Person, people: Iterator[Person], chain: EmbeddedChain
) -> None:
    other = next(people)
    person.does(change_owner(person.raw, other.raw))
    unsigned = publication(chain, person.did, ED25519)
    assert unsigned.sender == other.address
    send(chain, sign(unsigned, other.key))


def test_keys_are_published_on_the_chain_of_the_did(chain: EmbeddedChain) -> None:
    did = ethr_did(OTHER, 1)
    with pytest.raises(UnknownNetwork, match="is on chain 1"):
        publication(chain, did, ED25519)
    with pytest.raises(UnknownNetwork):
        planned_method_id(chain, did)


def test_a_key_that_would_not_fit_is_not_published(person: Person) -> None:
    with pytest.raises(TransactionFailed):
        person.says("did/pub/Multikey/veriKey", bytes(5000))


def test_the_time_is_now_where_no_other_is_given(chain: EmbeddedChain) -> None:
    somebody = ethr_did(OTHER, chain.chain_id)
    document, metadata = Ethr({chain.chain_id: chain}).resolve(somebody, {})
    assert (_names(document), metadata) == (["controller"], {})


def test_delegates_act_in_their_roles_until_they_are_revoked(
    resolver: Resolver, person: Person, chain: EmbeddedChain
) -> None:
    for role in ("veriKey", "sigAuth", "enc"):
        person.does(add_delegate(person.raw, role, OTHER_RAW, validity=YEAR))
    document = resolver.resolve(person.did).require()
    verifies, authenticates = (f"{person.did}#delegate-{number}" for number in (1, 2))
    assert _names(document) == ["controller", "delegate-1", "delegate-2"]
    method = document.method(verifies)
    assert method is not None
    assert method.raw["blockchainAccountId"].lower() == f"eip155:{chain.chain_id}:{OTHER}".lower()
    assert document.relationships[Relationship.ASSERTION_METHOD][1:] == (verifies, authenticates)
    assert document.relationships[Relationship.AUTHENTICATION][1:] == (authenticates,)

    person.does(revoke_delegate(person.raw, "veriKey", OTHER_RAW))
    assert _names(resolver.resolve(person.did).require()) == ["controller", "delegate-2"]
    person.does(add_delegate(person.raw, "veriKey", OTHER_RAW, validity=YEAR))
    assert _names(resolver.resolve(person.did).require())[-1] == "delegate-5"


def test_a_revoked_delegate_is_none_in_the_block_that_revokes_it(
    resolver: Resolver, person: Person
) -> None:
    person.does(add_delegate(person.raw, "veriKey", OTHER_RAW, validity=YEAR))
    block = person.does(revoke_delegate(person.raw, "veriKey", OTHER_RAW))
    for options in ({}, {"versionId": str(block)}):
        document = resolver.resolve(person.did, **options).require()
        assert _names(document) == ["controller"]
    before = resolver.resolve(person.did, versionId=str(block - 1)).require()
    assert _names(before) == ["controller", "delegate-1"]


def test_keys_of_each_kind_are_written_as_their_kind_is(resolver: Resolver, person: Person) -> None:
    secp256k1 = Secp256k1PrivateKey(b"\5" * 32).public_key
    person.says("did/pub/Ed25519/veriKey/base64", ED25519.raw)
    person.says("did/pub/X25519/enc", b"\7" * 32)
    person.says("did/pub/Secp256k1/sigAuth/hex", secp256k1.raw)
    person.says("did/pub/Multikey/veriKey", encode_multicodec(ED25519))
    document = resolver.resolve(person.did).require()
    ids = [f"{person.did}#delegate-{number}" for number in range(1, 5)]
    forms = {method.id: method.raw for method in document.verification_methods}
    assert forms[ids[0]]["type"] == "Ed25519VerificationKey2020"
    assert forms[ids[0]]["publicKeyMultibase"] == encode_multikey(ED25519)
    assert forms[ids[1]]["type"] == "X25519KeyAgreementKey2020"
    assert forms[ids[1]]["publicKeyMultibase"].startswith("z6LS")
    assert forms[ids[2]]["type"] == "EcdsaSecp256k1VerificationKey2019"
    assert dict(forms[ids[2]]["publicKeyJwk"]) == to_jwk(secp256k1)
    assert forms[ids[3]]["type"] == "Multikey"
    assert [document.verification_methods[n].public_key for n in (1, 3, 4)] == [
        ED25519,
        secp256k1,
        ED25519,
    ]
    assert document.relationships[Relationship.KEY_AGREEMENT] == (ids[1],)
    assert document.relationships[Relationship.AUTHENTICATION][1:] == (ids[2],)
    assert document.relationships[Relationship.ASSERTION_METHOD][1:] == (ids[0], ids[2], ids[3])
    assert document.to_json()["@context"][2:] == [
        "https://w3id.org/security/v2",
        "https://w3id.org/security/suites/ed25519-2020/v1",
        "https://w3id.org/security/suites/x25519-2020/v1",
        "https://w3id.org/security/multikey/v1",
        {"publicKeyJwk": {"@id": "https://w3id.org/security#publicKeyJwk", "@type": "@json"}},
    ]

    person.does(revoke_attribute(person.raw, "did/pub/X25519/enc", b"\7" * 32))
    after = resolver.resolve(person.did).require()
    assert after.relationships[Relationship.KEY_AGREEMENT] == ()


def test_services_are_said_and_taken_back(resolver: Resolver, person: Person) -> None:
    person.says("did/svc/Hub", b"https://hub.example")
    person.says("did/svc/Msg", b'{"uri": "https://msg.example", "accept": ["didcomm/v2"]}')
    first, second = resolver.resolve(person.did).require().services
    assert (first.id, first.types) == (f"{person.did}#service-1", ("Hub",))
    assert first.endpoint == "https://hub.example"
    assert second.endpoint["uri"] == "https://msg.example"
    person.does(revoke_attribute(person.raw, "did/svc/Hub", b"https://hub.example"))
    (left,) = resolver.resolve(person.did).require().services
    assert left.id == f"{person.did}#service-2"


def test_a_did_given_up_authorizes_nothing_whatever_its_key_writes_later(
    resolver: Resolver, person: Person, chain: EmbeddedChain
) -> None:
    person.says("did/pub/Multikey/veriKey", encode_multicodec(ED25519))
    block = person.does(change_owner(person.raw, bytes(20)))
    for _ in range(2):
        resolution = resolver.resolve(person.did)
        assert resolution.deactivated
        assert resolution.document_metadata["versionId"] == str(block)
        assert "nextVersionId" not in resolution.document_metadata
        document = resolution.require()
        assert document.verification_methods == ()
        assert not any(document.relationships.values())
        with pytest.raises(TransactionFailed, match="deactivated"):
            person.does(change_owner(person.raw, person.raw))
    with pytest.raises(ChainError, match="deactivated"):
        planned_method_id(chain, person.did)
    before = resolver.resolve(person.did, versionId=str(block - 1))
    assert not before.deactivated
    assert _names(before.require()) == ["controller", "delegate-1"]
    assert before.document_metadata["nextVersionId"] == str(block)


def test_earlier_versions_are_found_by_block_and_by_time(
    resolver: Resolver, person: Person, clock: Clock
) -> None:
    start = clock.seconds
    blocks = []
    for number in range(3):
        clock.seconds += 100
        blocks.append(person.says("did/svc/Hub", f"https://{number}".encode()))

    def versions(**options: str) -> tuple[int, Mapping[str, Any]]:
        resolution = resolver.resolve(person.did, **options)
        return len(resolution.require().services), resolution.document_metadata

    count, metadata = versions(versionId=str(blocks[1]))
    assert count == 2
    assert metadata == {
        "versionId": str(blocks[1]),
        "updated": _iso(start + 200),
        "nextVersionId": str(blocks[2]),
        "nextUpdate": _iso(start + 300),
    }
    assert versions(versionId=str(blocks[0] - 1))[0] == 0
    assert versions(versionTime=_iso(start + 299))[0] == 2
    assert versions(versionTime=_iso(start + 300))[0] == 3
    assert versions(versionTime="2001-01-01T00:00:00+01:00")[0] == 0
    assert versions(versionId="latest") == versions()


class Counting:
    """The chain, and what it was asked."""

    def __init__(self, chain: EmbeddedChain) -> None:
        self.chain = chain
        self.chain_id, self.registry = chain.chain_id, chain.registry
        self.asked: list[str] = []

    def request(self, method: str, params: Any = (), /) -> Any:
        self.asked.append(method)
        return self.chain.request(method, params)

    def request_many(self, calls: Any, /) -> tuple[Any, ...]:
        self.asked += [method for method, _ in calls]
        return self.chain.request_many(calls)


def test_whether_a_key_was_good_when_it_signed_costs_one_question_once_its_history_is_kept(
    chain: EmbeddedChain, person: Person, clock: Clock
) -> None:
    start, counting = clock.seconds, Counting(chain)
    clock.seconds += 100
    published = person.says("did/pub/Multikey/sigAuth", encode_multicodec(ED25519), validity=50)
    clock.seconds += 1000
    ethr = Ethr({chain.chain_id: counting}, clock=clock, histories=MemoryHistory())
    ethr.resolve(person.did, {})
    for second, good in ((start + 99, False), (start + 100, True), (start + 151, False)):
        counting.asked.clear()
        document, _ = ethr.resolve(person.did, {"versionTime": _iso(second)})
        assert document.authorizes(f"{person.did}#delegate-1", Relationship.AUTHENTICATION) is good
        assert counting.asked == ["eth_call"]
    counting.asked.clear()
    ethr.resolve(person.did, {"versionId": str(published)})
    assert counting.asked == ["eth_call"]


def test_a_time_may_be_seconds_since_1970(
    chain: EmbeddedChain, person: Person, clock: Clock
) -> None:
    clock.seconds += 100
    person.says("did/svc/Hub", b"https://hub.example")
    ethr = Ethr({chain.chain_id: chain}, clock=clock)
    for seconds, count in ((clock.seconds - 1, 0), (clock.seconds, 1)):
        document, _ = ethr.resolve(person.did, {"versionTime": str(seconds)})
        assert len(document.services) == count
    with pytest.raises(NotFound, match="9999"):
        ethr.resolve(person.did, {"versionTime": "9" * 18})


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"versionId": "1", "versionTime": "1"}, UnsupportedOption),
        ({"versionId": "newest"}, UnsupportedOption),
        ({"versionId": "-1"}, UnsupportedOption),
        ({"versionId": "99999"}, NotFound),
        ({"versionTime": "yesterday"}, UnsupportedOption),
        ({"versionTime": "2001-01-01T00:00:00"}, UnsupportedOption),
        ({"versionTime": "9999-01-01T00:00:00Z"}, NotFound),
    ],
)
def test_a_version_that_makes_no_sense_is_not_the_latest(
    chain: EmbeddedChain,
    clock: Clock,
    person: Person,
    options: dict[str, str],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        Ethr({chain.chain_id: chain}, clock=clock).resolve(person.did, options)


def test_what_has_not_happened_yet_is_passed_over(
    resolver: Resolver, person: Person, clock: Clock
) -> None:
    person.says("did/svc/Hub", b"https://hub.example")
    clock.seconds -= 1
    assert resolver.resolve(person.did).require().services == ()
    clock.seconds += 1
    assert len(resolver.resolve(person.did).require().services) == 1


DOCUMENT_DID = DID("ethr", f"0x5:{OTHER}")


def _account(*changes: Any, now: int = 0) -> Account:
    account = Account(DOCUMENT_DID, Subject(5, OTHER_RAW), OTHER_RAW)
    for change in changes:
        account.add(change, now=now)
    return account


def _says(name: bytes, value: bytes, *, valid_to: int = 100) -> AttributeChanged:
    return AttributeChanged(1, 0, 0, name.ljust(32, b"\0"), value, valid_to)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (b"did/pub/New/veriKey", {"publicKeyHex": "0102"}),
        (b"did/pub/New/veriKey/hex", {"publicKeyHex": "0102"}),
        (b"did/pub/New/veriKey/base64", {"publicKeyBase64": "AQI="}),
        (b"did/pub/New/veriKey/base58", {"publicKeyBase58": "5T"}),
        (b"did/pub/New/veriKey/other", {"value": "0102"}),
        (b"did/pub/New", {"publicKeyHex": "0102"}),
    ],
)
def test_keys_of_unknown_kinds_are_kept_as_they_ask_to_be(
    name: bytes, form: dict[str, str]
) -> None:
    document = _account(_says(name, b"\1\2")).document()
    method = document["verificationMethod"][1]
    assert method == {
        "id": f"{DOCUMENT_DID}#delegate-1",
        "type": "New",
        "controller": str(DOCUMENT_DID),
        **form,
    }
    assert Document.parse(document).verification_methods[1].public_key is None
    (term,) = form
    if term == "publicKeyBase58":
        assert document["@context"][-1] == "https://w3id.org/security/v2"
    elif term != "value":
        assert term in document["@context"][-1]


def test_a_context_that_defines_a_term_is_enough() -> None:
    point = Secp256k1PrivateKey(b"\5" * 32).public_key.raw
    document = _account(
        _says(b"did/pub/Secp256k1/veriKey", point), _says(b"did/pub/New/veriKey/base58", b"\1\2")
    ).document()
    assert document["@context"][-1].keys() == {"publicKeyJwk"}


def test_a_key_that_is_no_point_is_left_out_and_keeps_its_number() -> None:
    document = _account(
        _says(b"did/pub/Secp256k1/veriKey", b"\5" * 33),
        _says(b"did/pub/Multikey/veriKey", encode_multicodec(ED25519)),
    ).document()
    names = [method["id"].partition("#")[2] for method in document["verificationMethod"]]
    assert names == ["controller", "delegate-2"]


@pytest.mark.parametrize("name", [b"\xff", b"did/other/Ed25519", b"other", b"did/pub"])
def test_attributes_that_say_nothing_of_keys_or_services_are_passed_over(name: bytes) -> None:
    account = _account(_says(name, b"\1"))
    assert (account.keys_named, account.services_named) == (0, 0)


@pytest.mark.parametrize("rest", [b"", "é/veriKey".encode(), b"Ed25519/veriKey/hex/more"])
def test_what_looks_like_a_key_or_service_and_is_none_counts_all_the_same(rest: bytes) -> None:
    account = _account(_says(b"did/pub/" + rest, b"\1"), _says(b"did/svc/" + rest, b"\1"))
    assert (account.keys_named, account.services_named) == (1, 1)
    assert not account.keys
    assert not account.services


@pytest.mark.parametrize("prefix", [b"\4", b""])
def test_a_point_may_be_written_in_full(prefix: bytes) -> None:
    key = Secp256k1PrivateKey(b"\5" * 32).public_key
    document = _account(_says(b"did/pub/Secp256k1/veriKey", prefix + key.uncompressed())).document()
    assert document["verificationMethod"][1]["publicKeyJwk"] == to_jwk(key)


def test_a_private_key_published_by_mistake_is_not_shown_as_its_public_one() -> None:
    document = _account(_says(b"did/pub/Secp256k1/veriKey", b"\5" * 32)).document()
    assert len(document["verificationMethod"]) == 1


def test_roles_and_services_that_are_no_text_are_passed_over() -> None:
    role = DelegateChanged(1, 0, 0, b"\xff" * 32, OTHER_RAW, 100)
    account = _account(role, _says(b"did/svc/Hub", b"\xff"))
    assert (account.keys_named, account.services_named, account.services) == (0, 1, {})


@pytest.mark.parametrize(
    "value",
    [
        b"5",
        b"NaN",
        b"null",
        b"[]",
        b"[1]",
        b"[" * 4000,
        b'{"a":' * 800 + b"1" + b"}" * 800,
        b'{"a": NaN}',
        rb'{"a": "\ud800"}',
        b"9" * 4096,
        b'"text"x',
    ],
)
def test_an_endpoint_that_is_no_json_of_an_endpoint_is_the_text_itself(value: bytes) -> None:
    document = _account(_says(b"did/svc/Hub", value)).document()
    assert Document.parse(document).services[0].endpoint == value.decode()


@pytest.mark.parametrize(
    "value", ['["https://a", {"b": 1}]', '{"a": {"b": [1, 2]}}', '"https://a"']
)
def test_an_endpoint_may_be_json(value: str) -> None:
    document = _account(_says(b"did/svc/Hub", value.encode())).document()
    assert document["service"][0]["serviceEndpoint"] != value
    Document.parse(document)


def test_an_attribute_with_no_time_at_all_never_held() -> None:
    assert _account(AttributeChanged(1, 50, 0, word("did/svc/Hub"), b"x", 50)).services == {}


_WORDS = st.sampled_from(
    [b"did/pub/Ed25519/veriKey", b"did/svc/Hub", b"did/pub/Secp256k1/enc", b"veriKey", b"sigAuth"]
) | st.binary(max_size=32)
_CHANGES = st.one_of(
    st.builds(
        OwnerChanged, st.just(1), st.just(5), st.just(0), st.sampled_from([OTHER_RAW, bytes(20)])
    ),
    st.builds(
        DelegateChanged,
        st.just(1),
        st.just(5),
        st.just(0),
        _WORDS.map(lambda name: name.ljust(32, b"\0")),
        st.just(OTHER_RAW),
        st.integers(0, 2**256 - 1),
    ),
    st.builds(
        AttributeChanged,
        st.just(1),
        st.just(5),
        st.just(0),
        _WORDS.map(lambda name: name.ljust(32, b"\0")),
        st.binary(max_size=40) | st.just(b"\2" * 32),
        st.integers(0, 2**256 - 1),
    ),
)


@given(st.lists(_CHANGES, max_size=12))
def test_whatever_was_written_the_document_is_one(changes: list[Any]) -> None:
    document = Document.parse(_account(*changes, now=10).document())
    names = [method.id for method in document.verification_methods]
    assert len(names) == len(set(names))
