"""Operations that the owner of a did:ethr signs and somebody else sends and pays for (ERC-1056).

What is signed is 0x1900, the registry, a nonce, the identity, and the operation's name and
arguments packed: no chain. Where another chain can have a registry at that address, whoever sees
the signature could use it there too, so that it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from did.chain import abi
from did.chain.deployment import chain_bound
from did.chain.hexadecimal import read_address
from did.chain.registry.calls import decoded, signed_form
from did.chain.registry.deployments import deployment
from did.chain.registry.reads import signed_nonce
from did.chain.sending.signed import recovered
from did.chain.sending.transaction import prepare
from did.difference import difference
from did.errors import ChainError, InvalidKey, NotChainBound
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PublicKey, address, checksummed
from did.methods.ethr.document import NOBODY
from did.methods.ethr.operations import (
    AddDelegate,
    ChangeOwner,
    Deactivate,
    Operation,
    RevokeAttribute,
    RevokeDelegate,
    SetAttribute,
)
from did.methods.ethr.planning import Outlook, Planned, outlook
from did.methods.ethr.resolution import now_utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from did.chain import Chain
    from did.chain.history import HistoryStore
    from did.difference import Difference
    from did.document import Document
    from did.identifier import DID
    from did.keys import DigestSigner

_PREFIX: Final = b"\x19\x00"  # EIP-191, version 0: for the contract that follows


@dataclass(frozen=True, slots=True)
class UnsignedOperation:
    """An operation as its owner signs it, once: the registry counts signatures in the nonce."""

    chain_id: int
    registry: str
    owner: str
    nonce: int
    identity: bytes
    operation: Operation

    @property
    def signing_payload(self) -> bytes:
        """The bytes whose Keccak-256 hash is signed; all of the operation is in them."""
        return b"".join(
            (
                _PREFIX,
                read_address(self.registry),
                self.nonce.to_bytes(32, "big"),
                self.identity,
                self.operation.function.partition("(")[0].encode(),
                *(_packed(argument) for argument in self.operation.arguments),
            )
        )

    @property
    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        return keccak256(self.signing_payload)


@dataclass(frozen=True, slots=True)
class SignedOperation:
    """An operation with its owner's signature: whoever sends its call carries it out.

    `v` is 27 or 28; `r` and `s` have 32 bytes each.
    """

    identity: bytes
    operation: Operation
    v: int
    r: bytes
    s: bytes

    @property
    def call(self) -> bytes:
        """The call of the registry that carries it out."""
        return abi.call(
            signed_form(self.operation.function),
            self.identity,
            self.v,
            self.r,
            self.s,
            *self.operation.arguments,
        )

    @classmethod
    def parse(cls, call: bytes) -> Self:
        """The signed operation that a call carries out.

        Raises:
            ChainError: it is no call of such a function, or what it would do is refused here.
        """
        found = decoded(call)
        name = found[0].partition("(")[0].removesuffix("Signed") if found else ""
        if found is None or not found[0].startswith(f"{name}Signed("):
            raise ChainError("the call carries out no signed operation")
        identity, v, r, s, *arguments = found[2]
        return cls(identity, _operation(name, arguments), v, r, s)

    def signer(self, digest: bytes) -> bytes | None:
        """The account whose key made the signature over `digest`, or None where it is nobody's."""
        numbers = (int.from_bytes(half, "big") for half in (self.r, self.s))
        try:
            return recovered(digest, self.v - 27, *numbers)
        except ChainError:
            return None


@dataclass(frozen=True, slots=True)
class PlannedSignature:
    """An operation to be signed, and what it makes of the DID's document."""

    did: DID
    before: Document
    after: Document
    unsigned: UnsignedOperation

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What changes in the document, for a person to see."""
        return difference(self.before, self.after)


def plan_signature(
    chain: Chain,
    did: DID,
    operation: Operation,
    *,
    unsafe_replayable: bool = False,
    histories: HistoryStore | None = None,
    clock: Callable[[], datetime] = now_utc,
) -> PlannedSignature:
    """What the DID's owner signs for others to carry out the operation.

    With `unsafe_replayable`, also for a registry that other chains can have at the same address:
    there, whoever sees the signature can change the DID of the same account with it.

    Raises:
        NotChainBound: other chains can have a registry at this address.
        InvalidDID, UnknownNetwork: `did` is no did:ethr, or is on another chain.
        ChainError: it was deactivated, nothing would change, or the chain gave no answer that can
            be relied on.
        Unreachable: the chain did not answer.
    """
    if not unsafe_replayable and not chain_bound(chain.chain_id, chain.registry):
        raise NotChainBound(
            f"what is signed for the registry {chain.registry} names no chain, and other chains "
            f"than {chain.chain_id} can have a registry there, where it would count as well",
            hint="let the owner send the operation itself",
        )
    seen = outlook(chain, did, (operation,), histories=histories, clock=clock)
    return PlannedSignature(did, seen.before, seen.after, _unsigned(chain, seen, operation))


def sign_operation(unsigned: UnsignedOperation, signer: DigestSigner) -> SignedOperation:
    """The operation, signed.

    Raises:
        InvalidKey: the signer's key is not the owner's, or did not make this signature.
    """
    key = signer.public_key
    if not isinstance(key, Secp256k1PublicKey) or address(key) != unsigned.owner:
        raise InvalidKey(f"the key is not that of {unsigned.owner}, which owns the DID")
    signature = signer.sign_digest(unsigned.digest)
    r, s, v = signature[:32], signature[32:64], 27 + signature[64]
    signed = SignedOperation(unsigned.identity, unsigned.operation, v, r, s)
    if signed.signer(unsigned.digest) != read_address(unsigned.owner):
        raise InvalidKey("the signer signed something else")
    return signed


def plan_signed(
    chain: Chain,
    did: DID,
    signed: SignedOperation,
    *,
    payer: str,
    histories: HistoryStore | None = None,
    clock: Callable[[], datetime] = now_utc,
) -> Planned:
    """What a signed operation makes of the DID's document, and the transaction of its payer.

    Raises:
        InvalidKey: the owner did not sign it, or did so for another registry or nonce.
        InvalidDID, UnknownNetwork, ChainError, Unreachable: as `plan_signature`.
        InsufficientFunds, TransactionFailed: the payer cannot pay, or the registry would refuse.
    """
    seen = outlook(chain, did, (signed.operation,), histories=histories, clock=clock)
    if signed.identity != seen.subject.account:
        raise ChainError(f"the signed operation is not about {did}")
    unsigned = _unsigned(chain, seen, signed.operation)
    if signed.signer(unsigned.digest) != seen.owner:
        raise InvalidKey(
            f"{unsigned.owner}, which owns {did}, did not sign this for this registry, or signed "
            f"something else since",
            hint="ask the owner to sign it again",
        )
    transaction = prepare(chain, sender=payer, to=chain.registry, data=signed.call)
    return Planned(did, (signed.operation,), seen.before, seen.after, (transaction,))


def _unsigned(chain: Chain, seen: Outlook, operation: Operation) -> UnsignedOperation:
    """Whose signatures are counted: the owner's, and by old contracts for attributes the DID's."""
    legacy = deployment(chain.chain_id, chain.registry).legacy_nonce
    attribute = isinstance(operation, SetAttribute | RevokeAttribute)
    counted = seen.subject.account if legacy and attribute else seen.owner
    return UnsignedOperation(
        chain_id=chain.chain_id,
        registry=chain.registry,
        owner=checksummed(seen.owner),
        nonce=signed_nonce(chain, counted),
        identity=seen.subject.account,
        operation=operation,
    )


def _packed(argument: abi.Value) -> bytes:
    """An argument as it is signed: bytes as they are, numbers in 32 bytes."""
    return argument if isinstance(argument, bytes) else int(argument).to_bytes(32, "big")


def _operation(name: str, arguments: list[abi.Value]) -> Operation:
    """The operation of a function by its name. Raises `ChainError`."""
    match name, arguments:
        case "changeOwner", [owner]:
            return Deactivate() if owner == NOBODY else ChangeOwner(owner)
        case "addDelegate", [kind, delegate, validity]:
            return AddDelegate(_name(kind), delegate, validity)
        case "revokeDelegate", [kind, delegate]:
            return RevokeDelegate(_name(kind), delegate)
        case "setAttribute", [kind, value, validity]:
            return SetAttribute(_name(kind), value, validity)
        case _:
            kind, value = arguments
            return RevokeAttribute(_name(kind), value)


def _name(text: bytes) -> str:
    try:
        return text.rstrip(b"\0").decode()
    except UnicodeDecodeError as error:
        raise ChainError("the operation names something that is no text") from error
