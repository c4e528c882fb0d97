from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.evidence import AcceptedBlocks, AcceptedHash, InvalidEvidence, NotAccepted
from did.chain.registry import add_delegate, change_owner, revoke_attribute, set_attribute
from did.chain.sending.transaction import prepare, send, sign
from did.errors import (
    ChainError,
    DIDError,
    InvalidDID,
    NotFound,
    UnknownNetwork,
    Unreachable,
    UnsupportedOption,
)
from did.identifier import DID
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from did.methods.ethr import Ethr, ethr_did
from did.methods.ethr.offline import OfflineEthr, gather
from did.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from did.chain.evidence import BlockName, EthrEvidence

START = 1_800_000_000
KEYS = [Secp256k1PrivateKey(bytes((number,)) * 32) for number in range(1, 5)]
BUSY, QUIET, GONE, PAYER = (bytes.fromhex(address(key.public_key)[2:]) for key in KEYS)


class Clock:
    def __init__(self, seconds: int = START) -> None:
        self.seconds = seconds

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[EmbeddedChain]:
    """A chain with a hundred seconds from block to block, and a last block that changes nobody."""
    path = tmp_path_factory.mktemp("offline") / "chain.db"
    accounts = {address(key.public_key): 10**18 for key in KEYS}
    with EmbeddedChain.create(path, accounts=accounts, clock=clock) as chain:

        def does(key: Secp256k1PrivateKey, call: bytes, to: str = chain.registry) -> None:
            clock.seconds += 100
            unsigned = prepare(chain, sender=address(key.public_key), to=to, data=call)
            send(chain, sign(unsigned, key))

        does(KEYS[0], set_attribute(BUSY, "did/svc/Hub", b"https://hub", validity=10_000))  # 1
        does(KEYS[0], add_delegate(BUSY, "veriKey", PAYER, validity=350))  # 2, until block 5
        does(KEYS[2], set_attribute(GONE, "did/svc/Hub", b"https://gone", validity=9_000))  # 3
        does(KEYS[0], revoke_attribute(BUSY, "did/svc/Hub", b"https://hub"))  # 4
        does(KEYS[0], set_attribute(BUSY, "\xff did", b"?", validity=5))  # 5
        does(KEYS[2], change_owner(GONE, bytes(20)))  # 6
        does(KEYS[0], change_owner(BUSY, PAYER))  # 7
        does(KEYS[3], b"", to="0x" + "11" * 20)  # 8
        yield chain


def did_of(chain: EmbeddedChain, account: bytes) -> DID:
    return ethr_did("0x" + account.hex(), chain.chain_id)


@pytest.fixture(scope="module")
def evidences(chain: EmbeddedChain) -> list[EthrEvidence]:
    return [gather(chain, did_of(chain, account)) for account in (BUSY, QUIET, GONE)]


@pytest.fixture(scope="module")
def accepted(evidences: list[EthrEvidence]) -> AcceptedBlocks:
    return AcceptedBlocks.of(evidences[0].roots)


@pytest.fixture
def offline(evidences: list[EthrEvidence], accepted: AcceptedBlocks, clock: Clock) -> OfflineEthr:
    return OfflineEthr(evidences, accepted, clock=clock)


def outcome(resolve: Callable[..., Any], did: DID, options: dict[str, str]) -> Any:
    try:
        document, metadata = resolve(did, options)
    except DIDError as error:
        return type(error)
    return document, {name: value for name, value in metadata.items() if name != "asOf"}


@pytest.mark.parametrize("account", [BUSY, QUIET, GONE], ids=["busy", "quiet", "gone"])
@pytest.mark.parametrize("later", [0, 60, 100_000])
@pytest.mark.parametrize(
    "options",
    [
        {},
        *({"versionId": str(block)} for block in (0, 1, 2, 3, 4, 5, 6, 7, 8)),
        *({"versionTime": str(START + seconds)} for seconds in range(0, 800, 50)),
        {"versionTime": "2099-01-01T00:00:00Z"},
        {"versionId": "1", "versionTime": "1"},
        {"versionId": "one"},
        {"versionId": "latest"},
    ],
    ids=str,
)
def test_evidence_leads_to_the_document_that_the_chain_leads_to(
    chain: EmbeddedChain,
    evidences: list[EthrEvidence],
    accepted: AcceptedBlocks,
    account: bytes,
    later: int,
    options: dict[str, str],
) -> None:
    clock = Clock(START + 800 + later)
    online = Ethr({chain.chain_id: chain}, clock=clock)
    offline = OfflineEthr(evidences, accepted, clock=clock)
    did = did_of(chain, account)
    for _ in range(2):
        found = outcome(offline.resolve, did, options)
        if found is Unreachable:  # a block that the evidence has nothing of
            assert int(options["versionId"]) not in offline.as_of(did).times
            return
        assert found == outcome(online.resolve, did, options)


def test_it_is_a_method_of_a_resolver(offline: OfflineEthr, chain: EmbeddedChain) -> None:
    found = Resolver({offline.name: offline}).resolve(did_of(chain, BUSY))
    assert found.document is not None
    assert found.document_metadata["asOf"]["block"] == "8"
    assert found.document_metadata["asOf"]["time"] == "2027-01-15T08:13:20Z"
    assert found.document_metadata["asOf"]["blockHash"].startswith("0x")


def test_as_of_says_what_the_document_rests_on(
    offline: OfflineEthr, evidences: list[EthrEvidence], chain: EmbeddedChain
) -> None:
    known = offline.as_of(did_of(chain, BUSY))
    assert known.rests_on == evidences[0].roots
    assert known.timestamp == START + 800


def test_a_did_by_its_public_key_has_the_same_evidence(
    offline: OfflineEthr, chain: EmbeddedChain, clock: Clock
) -> None:
    key = KEYS[1].public_key
    did = DID.parse(f"did:ethr:{chain.chain_id:#x}:0x{key.raw.hex()}")
    online = Ethr({chain.chain_id: chain}, clock=clock)
    for one in (did, did_of(chain, QUIET), did):
        assert outcome(offline.resolve, one, {}) == outcome(online.resolve, one, {})


def test_what_expires_is_gone_when_its_time_has_come(
    chain: EmbeddedChain,
) -> None:
    clock = Clock(START + 800)
    early = gather(chain, did_of(chain, BUSY), at_block=3)
    offline = OfflineEthr([early], AcceptedBlocks.of(early.roots), clock=clock)
    did = did_of(chain, BUSY)
    clock.seconds = START + 550
    assert len(offline.resolve(did, {})[0].verification_methods) == 2
    clock.seconds = START + 551
    assert len(offline.resolve(did, {})[0].verification_methods) == 1
    clock.seconds = START + 500
    assert len(offline.resolve(did, {})[0].verification_methods) == 2


def test_a_clock_that_is_behind_the_evidence_does_not_bring_back_what_was_revoked(
    evidences: list[EthrEvidence], accepted: AcceptedBlocks, chain: EmbeddedChain
) -> None:
    late = OfflineEthr(evidences, accepted, clock=Clock(START + 250))
    right = OfflineEthr(evidences, accepted, clock=Clock(START + 800))
    for account in (BUSY, GONE):
        did = did_of(chain, account)
        assert late.resolve(did, {}) == right.resolve(did, {})


def test_nothing_is_said_of_what_came_after_the_evidence(
    offline: OfflineEthr, chain: EmbeddedChain, clock: Clock
) -> None:
    clock.seconds = START + 5_000
    did = did_of(chain, BUSY)
    for options in (
        {"versionId": "9"},
        {"versionTime": str(START + 800)},  # another block of that second may follow
        {"versionTime": str(START + 4_999)},
    ):
        with pytest.raises(Unreachable, match="ends with block 8, of 2027-01-15T08:13:20Z"):
            offline.resolve(did, options)
    with pytest.raises(NotFound, match="has not come yet"):
        offline.resolve(did, {"versionTime": str(START + 5_001)})
    early = gather(chain, did, at_block=8)
    assert early.roots == gather(chain, did).roots


def test_a_block_whose_time_the_evidence_does_not_say_is_undecided(chain: EmbeddedChain) -> None:
    early = gather(chain, did_of(chain, QUIET), at_block=4)
    offline = OfflineEthr([early], AcceptedBlocks.of(early.roots))
    with pytest.raises(Unreachable, match="does not say when block 2 was made"):
        offline.resolve(did_of(chain, QUIET), {"versionId": "2"})


def test_a_did_without_evidence_is_undecided(offline: OfflineEthr, chain: EmbeddedChain) -> None:
    for did in (did_of(chain, PAYER), ethr_did("0x" + BUSY.hex(), 1)):
        with pytest.raises(Unreachable, match="there is no evidence of") as refused:
            offline.resolve(did, {})
        assert refused.value.undecided


@pytest.mark.parametrize(
    ("did", "error"),
    [("did:ethr:0x12", InvalidDID), ("did:ethr:nowhere:0x" + "11" * 20, UnknownNetwork)],
)
def test_refuses_a_did_that_is_none(offline: OfflineEthr, did: str, error: type[DIDError]) -> None:
    with pytest.raises(error):
        offline.resolve(DID.parse(did), {})
    with pytest.raises(error):
        offline.as_of(DID.parse(did))


def test_refuses_options_that_make_no_sense(offline: OfflineEthr, chain: EmbeddedChain) -> None:
    with pytest.raises(UnsupportedOption):
        offline.resolve(did_of(chain, BUSY), {"versionId": "-1"})


def test_evidence_of_blocks_that_nobody_accepts_gives_no_document(
    evidences: list[EthrEvidence], chain: EmbeddedChain
) -> None:
    for accepted in (AcceptedBlocks(), AcceptedHash(chain.chain_id, bytes(32))):
        offline = OfflineEthr(evidences, accepted)
        with pytest.raises(NotAccepted) as refused:
            offline.resolve(did_of(chain, BUSY), {})
        assert refused.value.undecided


def test_evidence_of_somebody_else_gives_no_document(
    evidences: list[EthrEvidence], accepted: AcceptedBlocks, chain: EmbeddedChain
) -> None:
    swapped = replace(evidences[1], identity=BUSY)  # nothing was ever said of QUIET
    offline = OfflineEthr([swapped], accepted)
    with pytest.raises(InvalidEvidence):
        offline.resolve(did_of(chain, BUSY), {})


def test_of_several_pieces_of_evidence_the_newest_accepted_one_counts(
    evidences: list[EthrEvidence], chain: EmbeddedChain
) -> None:
    did = did_of(chain, BUSY)
    old, new = gather(chain, did, at_block=2), evidences[0]
    both = AcceptedBlocks.of([*old.roots, *new.roots])
    for order in ([old, new], [new, old]):
        assert OfflineEthr(order, both).as_of(did).block.number == 8
        only_old = OfflineEthr(order, AcceptedBlocks.of(old.roots))
        assert only_old.as_of(did).block.number == 2
        assert only_old.as_of(did) is only_old.as_of(did)


def test_one_piece_of_evidence_that_is_wrong_spoils_the_others(
    evidences: list[EthrEvidence], accepted: AcceptedBlocks, chain: EmbeddedChain
) -> None:
    wrong = replace(evidences[0], state=evidences[1].state)
    with pytest.raises(InvalidEvidence):
        OfflineEthr([evidences[0], wrong], accepted).resolve(did_of(chain, BUSY), {})


def test_evidence_of_two_branches_contradicts_itself(tmp_path: Any) -> None:
    pieces: list[EthrEvidence] = []
    names: list[BlockName] = []
    for number, values in enumerate(([b"a"], [b"b", b"c"])):
        path = tmp_path / f"{number}.db"
        accounts = {address(KEYS[0].public_key): 10**18}
        with EmbeddedChain.create(path, accounts=accounts, chain_id=77_001) as chain:
            for value in values:
                call = set_attribute(BUSY, "did/svc/Hub", value, validity=99)
                sender = address(KEYS[0].public_key)
                unsigned = prepare(chain, sender=sender, to=chain.registry, data=call)
                send(chain, sign(unsigned, KEYS[0]))
            did = did_of(chain, BUSY)
            pieces.append(gather(chain, did))
            names += pieces[-1].roots
    with pytest.raises(InvalidEvidence, match="contradict each other"):
        OfflineEthr(pieces, AcceptedBlocks.of(names)).resolve(did, {})


def test_a_registry_that_is_nowhere_listed_has_to_be_named(
    evidences: list[EthrEvidence], accepted: AcceptedBlocks, chain: EmbeddedChain
) -> None:
    did, elsewhere = did_of(chain, BUSY), {chain.chain_id: "0x" + "66" * 20}
    with pytest.raises(InvalidEvidence, match="not known as the registry"):
        OfflineEthr(evidences, accepted, registries=elsewhere).resolve(did, {})
    named = {chain.chain_id: chain.registry}
    assert OfflineEthr(evidences, accepted, registries=named).resolve(did, {})


def test_evidence_is_gathered_from_the_chain_of_the_did(chain: EmbeddedChain) -> None:
    with pytest.raises(ChainError, match="and this is chain"):
        gather(chain, ethr_did("0x" + BUSY.hex(), 1))
    with pytest.raises(InvalidDID):
        gather(chain, DID.parse("did:ethr:0x12"))
