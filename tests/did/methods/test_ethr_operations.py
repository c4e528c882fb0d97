from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.deployment import registry_address
from did.chain.embedded import EmbeddedChain
from did.chain.hexadecimal import data
from did.chain.history import MemoryHistory
from did.chain.refusal import RequestRefused
from did.chain.registry import changed, described, signed_nonce
from did.chain.sending.transaction import prepare, send, sign
from did.document import Document, Relationship
from did.errors import (
    ChainError,
    InsufficientFunds,
    InvalidDocument,
    InvalidKey,
    NotChainBound,
    NotFound,
    TransactionFailed,
    UnknownNetwork,
)
from did.identifier import DID
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey, address, checksummed
from did.methods.ethr import (
    AddDelegate,
    ChangeOwner,
    Deactivate,
    Ethr,
    Operation,
    PlannedSignature,
    Purpose,
    RevokeAttribute,
    RevokeDelegate,
    SetAttribute,
    SignedOperation,
    ethr_did,
    plan,
    plan_signature,
    plan_signed,
    publish_key,
    publish_service,
    revocation,
    revoke_key,
    revoke_service,
    sign_operation,
)
from did.methods.ethr.operations import MAX_VALIDITY, MAX_VALUE, call_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from did.chain import Chain
    from did.methods.ethr import Planned

YEAR = 31_536_000
KEY = Ed25519PrivateKey(b"\7" * 32).public_key
OTHER = bytes(18) + b"\x0a\xbc"
FRIEND = Secp256k1PrivateKey((99).to_bytes(32, "big"))


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_800_000_000

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


class Person:
    def __init__(self, number: int, chain: Chain, clock: Clock) -> None:
        self.key = Secp256k1PrivateKey(number.to_bytes(32, "big"))
        self.address = address(self.key.public_key)
        self.raw = bytes.fromhex(self.address[2:])
        self.did = ethr_did(self.address, chain.chain_id)
        self.chain, self.clock = chain, clock

    def plan(self, *operations: Operation, **more: Any) -> Planned:
        return plan(self.chain, self.did, operations, clock=self.clock, **more)

    def does(self, *operations: Operation) -> Document:
        """What the document is after doing it, which is what was planned."""
        planned = self.plan(*operations)
        for transaction in planned.transactions:
            send(self.chain, sign(transaction, self.key))
        now = self.document()
        assert now.raw == planned.after.raw
        return now

    def document(self) -> Document:
        return Ethr({self.chain.chain_id: self.chain}, clock=self.clock).resolve(self.did, {})[0]

    def permits(self, operation: Operation, **more: Any) -> PlannedSignature:
        return plan_signature(self.chain, self.did, operation, clock=self.clock, **more)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[EmbeddedChain]:
    keys = [Secp256k1PrivateKey(number.to_bytes(32, "big")) for number in range(1, 60)]
    accounts = {address(key.public_key): 10**18 for key in keys}
    accounts[address(FRIEND.public_key)] = 10**18
    path = tmp_path_factory.mktemp("operations") / "chain.db"
    with EmbeddedChain.create(path, accounts=accounts, clock=clock) as chain:
        yield chain


@pytest.fixture(scope="module")
def people(chain: EmbeddedChain, clock: Clock) -> Iterator[Person]:
    return (Person(number, chain, clock) for number in range(1, 60))


@pytest.fixture
def person(people: Iterator[Person]) -> Person:
    return next(people)


def _paths(planned: Planned | PlannedSignature) -> list[str]:
    return [one.path for one in planned.differences]


@pytest.mark.parametrize(
    "operation",
    [
        ChangeOwner(OTHER),
        Deactivate(),
        AddDelegate("veriKey", OTHER, YEAR),
        AddDelegate("sigAuth", OTHER, 60),
        publish_key(KEY),
        publish_key(KEY, purpose=Purpose.VERI_KEY, validity=timedelta(days=1)),
        publish_key(FRIEND.public_key, purpose=Purpose.ENC),
        publish_service("Hub", "https://hub.example"),
        publish_service("Msg", {"uri": "https://msg.example", "accept": ["didcomm/v2"]}),
        publish_service("Two", ["https://a.example", "https://b.example"]),
    ],
)
def test_what_is_planned_is_what_comes(person: Person, operation: Operation) -> None:
    planned = person.plan(operation)
    assert planned.before.raw == person.document().raw
    assert planned.differences
    assert planned.unsigned.data == call_of(operation, person.raw)
    assert planned.cost == planned.unsigned.cost
    person.does(operation)


def test_what_was_said_is_taken_back(person: Person) -> None:
    endpoint = {"b": [1, "x"], "a": "https://hub.example"}
    person.does(
        AddDelegate("veriKey", OTHER, YEAR), publish_key(KEY), publish_service("Hub", endpoint)
    )
    bare = person.does(
        RevokeDelegate("veriKey", OTHER),
        revoke_key(KEY),
        revoke_service("Hub", dict(reversed(endpoint.items()))),
    )
    assert len(bare.verification_methods) == 1
    assert bare.services == ()


def test_a_key_is_published_for_its_purpose(person: Person) -> None:
    document = person.does(publish_key(KEY, purpose=Purpose.VERI_KEY))
    id_ = f"{person.did}#delegate-1"
    assert document.authorizes(id_, Relationship.ASSERTION_METHOD)
    assert not document.authorizes(id_, Relationship.AUTHENTICATION)


def test_a_person_sees_what_changes_in_the_document(person: Person) -> None:
    planned = person.plan(publish_key(KEY))
    assert _paths(planned) == [
        "/@context/https:~1~1w3id.org~1security~1multikey~1v1",
        "/verificationMethod/#delegate-1",
        "/authentication/#delegate-1",
        "/assertionMethod/#delegate-1",
    ]
    (owner,) = person.plan(ChangeOwner(OTHER)).differences
    assert owner.path == "/verificationMethod/#controller/blockchainAccountId"
    assert owner.before.endswith(person.address)
    assert owner.after.endswith(checksummed(OTHER))


def test_what_expires_meanwhile_is_no_difference(person: Person, clock: Clock) -> None:
    person.does(AddDelegate("veriKey", OTHER, 10))
    clock.seconds += 11
    planned = person.plan(publish_service("Hub", "https://hub.example"))
    assert _paths(planned) == ["/service/#service-1"]


def test_several_operations_are_transactions_in_a_row(person: Person) -> None:
    planned = person.plan(publish_key(KEY), publish_service("Hub", "https://hub.example"))
    first, second = planned.transactions
    assert second.nonce == first.nonce + 1
    assert planned.cost == first.cost + second.cost
    with pytest.raises(ValueError, match="unpack"):
        _ = planned.unsigned


def test_who_can_pay_for_each_and_not_for_all_is_told(chain: EmbeddedChain, clock: Clock) -> None:
    poor, friend = Person(777, chain, clock), address(FRIEND.public_key)
    price = plan(chain, ethr_did(friend, chain.chain_id), publish_key(KEY), clock=clock).cost
    unsigned = prepare(chain, sender=friend, to=poor.address, value=price * 3 // 2)
    send(chain, sign(unsigned, FRIEND))
    poor.plan(publish_key(KEY))
    with pytest.raises(InsufficientFunds):
        poor.plan(publish_key(KEY), publish_service("Hub", "https://hub.example"))


def test_a_new_owner_sends_what_the_old_one_no_longer_can(
    person: Person, people: Iterator[Person]
) -> None:
    friend = next(people)
    person.does(ChangeOwner(friend.raw))
    planned = person.plan(publish_key(KEY))
    assert planned.unsigned.sender == friend.address
    send(person.chain, sign(planned.unsigned, friend.key))
    with pytest.raises(ChainError, match="is not owned by") as caught:
        person.plan(revoke_key(KEY), sender=person.address)
    assert friend.address in str(caught.value.hint)
    planned = person.plan(revoke_key(KEY), sender=friend.address.lower())
    assert planned.unsigned.sender == friend.address


@pytest.mark.parametrize(
    "operations",
    [
        (),
        (RevokeDelegate("veriKey", OTHER),),
        (RevokeAttribute("did/svc/Hub", b"https://hub.example"),),
        (SetAttribute("something/else", b"x", 60),),
        (AddDelegate("captain", OTHER, 60),),
        (publish_key(KEY), revoke_key(KEY), revoke_key(KEY)),
        (ChangeOwner(OTHER), publish_key(KEY)),
        (Deactivate(), publish_key(KEY)),
    ],
)
def test_what_would_change_nothing_or_not_work_is_refused_before_it_costs_anything(
    person: Person, operations: Sequence[Operation]
) -> None:
    with pytest.raises(ChainError):
        person.plan(*operations)
    assert changed(person.chain, person.raw) == 0


def test_to_give_a_did_to_its_owner_changes_nothing(person: Person) -> None:
    with pytest.raises(ChainError, match="the change of owner would leave the document"):
        person.plan(ChangeOwner(person.raw))


def test_a_did_given_up_is_never_changed_again(person: Person) -> None:
    person.does(Deactivate())
    with pytest.raises(ChainError, match="was deactivated"):
        person.plan(publish_key(KEY))
    with pytest.raises(ChainError, match="was deactivated"):
        person.permits(publish_key(KEY))
    with pytest.raises(NotFound):
        revocation(person.chain, person.did, f"{person.did}#controller")


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: ChangeOwner(bytes(20)), ChainError),
        (lambda: ChangeOwner(bytes(19)), ChainError),
        (lambda: AddDelegate("a" * 33, OTHER, 1), ChainError),
        (lambda: AddDelegate("veriKey", b"", 1), ChainError),
        (lambda: AddDelegate("veriKey", OTHER, 0), ChainError),
        (lambda: AddDelegate("veriKey", OTHER, MAX_VALIDITY + 1), ChainError),
        (lambda: RevokeDelegate("a" * 33, OTHER), ChainError),
        (lambda: RevokeDelegate("veriKey", b""), ChainError),
        (lambda: SetAttribute("a" * 33, b"", 1), ChainError),
        (lambda: SetAttribute("did/svc/Hub", bytes(MAX_VALUE + 1), 1), ChainError),
        (lambda: SetAttribute("did/svc/Hub", b"", -1), ChainError),
        (lambda: RevokeAttribute("é" * 17, b""), ChainError),
        (lambda: RevokeAttribute("did/svc/Hub", bytes(MAX_VALUE + 1)), ChainError),
        (lambda: publish_service("a b", "x"), InvalidDocument),
        (lambda: publish_service("", "x"), InvalidDocument),
        (lambda: publish_service("A" * 30, "x"), ChainError),
        (lambda: publish_service("Hub", {"a": object()}), InvalidDocument),
        (lambda: publish_service("Hub", {"a": float("nan")}), InvalidDocument),
    ],
)
def test_what_the_registry_could_not_take_is_no_operation(make: Any, error: Any) -> None:
    with pytest.raises(error):
        make()


def test_the_longest_value_and_validity_fit(person: Person) -> None:
    value = b"https://" + b"a" * (MAX_VALUE - 8)
    document = person.does(SetAttribute("did/svc/Hub", value, MAX_VALIDITY))
    assert document.services[0].endpoint == value.decode()


def test_an_entry_is_taken_back_by_its_name_in_the_document(person: Person) -> None:
    person.does(
        publish_key(KEY),
        AddDelegate("sigAuth", OTHER, YEAR),
        SetAttribute("did/pub/Ed25519/veriKey/base64", KEY.raw, YEAR),
        publish_service("Hub", "https://hub.example"),
    )
    names = ("delegate-1", "delegate-2", "delegate-3", "service-1")
    found = [
        revocation(person.chain, person.did, f"{person.did}#{name}", clock=person.clock)
        for name in names
    ]
    assert found == [
        revoke_key(KEY),
        RevokeDelegate("sigAuth", OTHER),
        RevokeAttribute("did/pub/Ed25519/veriKey/base64", KEY.raw),
        revoke_service("Hub", "https://hub.example"),
    ]
    assert len(person.does(*found).verification_methods) == 1
    for name in ("delegate-1", "controller", "delegate-9"):
        with pytest.raises(NotFound, match=name):
            revocation(person.chain, person.did, f"{person.did}#{name}", clock=person.clock)


def test_a_did_is_changed_on_its_own_chain(chain: EmbeddedChain) -> None:
    did = ethr_did(data(OTHER), 1)
    for refused in (
        lambda: plan(chain, did, Deactivate()),
        lambda: plan_signature(chain, did, Deactivate()),
        lambda: revocation(chain, did, f"{did}#delegate-1"),
    ):
        with pytest.raises(UnknownNetwork):
            refused()


def test_a_plan_rests_on_what_is_kept(person: Person) -> None:
    kept = MemoryHistory()
    person.does(publish_key(KEY))
    planned = person.plan(revoke_key(KEY), histories=kept)
    assert kept.load(person.chain.chain_id, person.chain.registry, person.raw) is not None
    permitted = person.permits(revoke_key(KEY), histories=kept)
    assert permitted.differences == planned.differences


class Passing:
    """A chain that answers as another does, but for the block to come."""

    def __init__(self, chain: Chain, pending: Any, latest: Any = None) -> None:
        self.chain, self.pending, self.latest = chain, pending, latest
        self.chain_id, self.registry = chain.chain_id, chain.registry

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "pending":
            if self.pending is None:
                raise RequestRefused("unknown block")
            return self.pending
        if method == "eth_getBlockByNumber" and params[0] == "latest" and self.latest:
            return self.latest
        return self.chain.request(method, params)

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        return tuple(self.request(*call) for call in calls)


def test_documents_are_as_of_the_block_to_come_where_a_node_knows_it(
    person: Person, clock: Clock
) -> None:
    person.does(AddDelegate("veriKey", OTHER, 100))
    for pending, known in (
        (None, 2),
        ({"number": None}, 2),
        ({"number": "0x9", "timestamp": hex(clock.seconds + 100)}, 2),
        ({"number": "0x9", "timestamp": hex(clock.seconds + 101)}, 1),
    ):
        chain = Passing(person.chain, pending)
        planned = plan(chain, person.did, publish_key(KEY), clock=clock)
        assert len(planned.before.verification_methods) == known
    with pytest.raises(ChainError, match="no last block"):
        plan(Passing(person.chain, None, latest="0x"), person.did, publish_key(KEY), clock=clock)


SIGNED: list[Operation] = [
    AddDelegate("veriKey", OTHER, YEAR),
    RevokeDelegate("veriKey", OTHER),
    publish_key(KEY),
    revoke_key(KEY),
    ChangeOwner(OTHER),
]


def test_what_an_owner_signs_somebody_else_sends(person: Person) -> None:
    for count, operation in enumerate(SIGNED):
        to_sign = person.permits(operation)
        assert to_sign.unsigned.nonce == count
        signed = sign_operation(to_sign.unsigned, person.key)
        assert SignedOperation.parse(signed.call) == signed
        planned = plan_signed(
            person.chain, person.did, signed, payer=address(FRIEND.public_key), clock=person.clock
        )
        assert planned.after.raw == to_sign.after.raw
        assert planned.before.raw == to_sign.before.raw
        assert to_sign.differences == planned.differences
        function, arguments = described(planned.unsigned.data) or ("", {})
        assert function == f"{operation.function.partition('(')[0]}Signed"
        assert arguments["identity"] == data(person.raw)
        send(person.chain, sign(planned.unsigned, FRIEND))
        assert person.document().raw == planned.after.raw


def test_a_did_is_given_up_by_a_signature(person: Person) -> None:
    signed = sign_operation(person.permits(Deactivate()).unsigned, person.key)
    assert SignedOperation.parse(signed.call).operation == Deactivate()
    planned = plan_signed(
        person.chain, person.did, signed, payer=address(FRIEND.public_key), clock=person.clock
    )
    send(person.chain, sign(planned.unsigned, FRIEND))
    assert person.document().verification_methods == ()


def test_a_signature_counts_once_and_for_one_owner(
    person: Person, people: Iterator[Person]
) -> None:
    payer = address(FRIEND.public_key)
    signed = sign_operation(person.permits(publish_key(KEY)).unsigned, person.key)
    planned = plan_signed(person.chain, person.did, signed, payer=payer, clock=person.clock)
    send(person.chain, sign(planned.unsigned, FRIEND))
    with pytest.raises(InvalidKey, match="did not sign this") as caught:
        plan_signed(person.chain, person.did, signed, payer=payer, clock=person.clock)
    assert caught.value.hint is not None
    with pytest.raises(TransactionFailed, match="bad_signature"):
        prepare(person.chain, sender=payer, to=person.chain.registry, data=signed.call)

    other = next(people)
    signed = sign_operation(person.permits(revoke_key(KEY)).unsigned, person.key)
    person.does(ChangeOwner(other.raw))
    with pytest.raises(InvalidKey):
        plan_signed(person.chain, person.did, signed, payer=payer, clock=person.clock)
    with pytest.raises(ChainError, match="is not about"):
        plan_signed(
            person.chain,
            other.did,
            SignedOperation(person.raw, publish_key(KEY), signed.v, signed.r, signed.s),
            payer=payer,
            clock=person.clock,
        )


def test_only_the_owner_signs(person: Person) -> None:
    unsigned = person.permits(publish_key(KEY)).unsigned
    with pytest.raises(InvalidKey, match="is not that of"):
        sign_operation(unsigned, FRIEND)

    class Liar:
        public_key = person.key.public_key

        def sign(self, message: bytes, /) -> bytes:
            return person.key.sign(message)

        def sign_digest(self, digest: bytes, /) -> bytes:
            return person.key.sign_digest(digest[::-1])

    with pytest.raises(InvalidKey, match="signed something else"):
        sign_operation(unsigned, Liar())
    broken = SignedOperation(person.raw, publish_key(KEY), 29, b"\1" * 32, b"\1" * 32)
    assert broken.signer(unsigned.digest) is None


class Elsewhere(Passing):
    """The same chain, its registry told to be at another address, with another id."""

    def __init__(self, chain: Chain, registry: str, chain_id: int) -> None:
        super().__init__(chain, None)
        self.inside = chain.registry
        self.registry, self.chain_id = registry, chain_id

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        if method == "eth_call":
            params = [{**params[0], "to": self.inside}, *params[1:]]
        if method != "eth_getLogs":
            return super().request(method, params)
        logs = super().request(method, [{**params[0], "address": self.inside}])
        return [{**log, "address": self.registry} for log in logs]


def test_nothing_is_signed_that_would_count_on_another_chain_too(
    person: Person, chain: EmbeddedChain
) -> None:
    assert bytes.fromhex(chain.registry[2:]) == registry_address(chain.chain_id)
    shared = Elsewhere(chain, "0x03d5003bf0e79C5F5223588F347ebA39AfbC3818", 11_155_111)
    did = ethr_did(person.address, 11_155_111)
    with pytest.raises(NotChainBound, match="other chains") as caught:
        plan_signature(shared, did, publish_key(KEY))
    assert caught.value.hint is not None
    allowed = plan_signature(shared, did, publish_key(KEY), unsafe_replayable=True)
    assert allowed.unsigned.registry == shared.registry


def test_old_registries_count_attributes_by_identity(
    person: Person, people: Iterator[Person], chain: EmbeddedChain
) -> None:
    owner = next(people)
    for operation in (publish_key(KEY), ChangeOwner(owner.raw)):
        signed = sign_operation(person.permits(operation).unsigned, person.key)
        payer = address(FRIEND.public_key)
        planned = plan_signed(chain, person.did, signed, payer=payer, clock=person.clock)
        send(chain, sign(planned.unsigned, FRIEND))
    assert (signed_nonce(chain, person.raw), signed_nonce(chain, owner.raw)) == (2, 0)

    old = Elsewhere(chain, "0xdCa7EF03e98e0DC2B855bE647C39ABe984fcF21B", 1)
    new = Elsewhere(chain, "0x03d5003bf0e79C5F5223588F347ebA39AfbC3818", 11_155_111)
    nonces = [
        plan_signature(
            where,
            ethr_did(person.address, where.chain_id),
            operation,
            unsafe_replayable=True,
            clock=person.clock,
        ).unsigned.nonce
        for where in (old, new)
        for operation in (revoke_key(KEY), AddDelegate("veriKey", OTHER, 1))
    ]
    assert nonces == [2, 0, 0, 0]


@pytest.mark.parametrize(
    "call",
    [b"", b"\1\2\3\4", call_of(Deactivate(), OTHER)],
)
def test_a_call_that_carries_out_no_signed_operation_is_none(call: bytes) -> None:
    with pytest.raises(ChainError, match="no signed operation"):
        SignedOperation.parse(call)


def test_an_operation_on_what_is_no_text_is_refused() -> None:
    signed = SignedOperation(OTHER, RevokeAttribute("abcd", b""), 27, b"\1" * 32, b"\1" * 32)
    with pytest.raises(ChainError, match="no text"):
        SignedOperation.parse(signed.call.replace(b"abcd", b"\xff\xff\xff\xff"))


def test_the_did_of_a_public_key_is_changed_through_its_account(person: Person) -> None:
    did = DID("ethr", f"{person.chain.chain_id:#x}:0x{person.key.public_key.raw.hex()}")
    planned = plan(person.chain, did, ChangeOwner(OTHER), clock=person.clock)
    assert planned.unsigned.sender == person.address
    assert "/verificationMethod/#controllerKey" in _paths(planned)
