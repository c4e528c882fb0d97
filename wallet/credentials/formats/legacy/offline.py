"""Whose key a verification method is, where nobody needs to be asked: did:key, did:jwk, did:pkh.

didkit finds keys by itself, so it is asked only about DIDs whose name is the key or the account,
and only after the key that the wallet found has been held against the one in the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.errors import DIDError
from did.identifier import DID
from did.keys.secp256k1 import Secp256k1PublicKey, address
from did.methods.jwk import Jwk
from did.methods.key import Key
from did.methods.pkh import Pkh
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import VerificationMethod
    from did.keys import PublicKey
    from did.resolver import Method
    from wallet.credentials.formats.legacy.kinds import Kind

_METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {method.name: method for method in (Key(), Jwk(), Pkh())}
)
_CHAIN: Final = "eip155:"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who signs: a key, or an account on Ethereum, `0x` and 40 digits, whose key nobody knows."""

    key: PublicKey | None
    account: str = ""
    chain_id: int | None = None

    @property
    def algorithm(self) -> str:
        """The name of the key's algorithm; accounts have keys of secp256k1."""
        return "secp256k1" if self.key is None else self.key.algorithm

    def is_key(self, key: Secp256k1PublicKey) -> bool:
        """Whether it is that key, or the account of it."""
        if self.key is not None:
            return self.key == key
        return self.account.lower() == address(key).lower()


def require_askable(party: object, kind: Kind) -> str:
    """A DID, `party`, that didkit resolves without asking anyone.

    Raises:
        UnsupportedFormat: it is none.
    """
    if isinstance(party, str) and party.startswith("did:"):
        name = party.split(":", 2)[1]
        if name in kind.methods and (name != "pkh" or party.startswith(f"did:pkh:{_CHAIN}")):
            return party
    raise UnsupportedFormat(
        "didkit would resolve DIDs by itself, so it is only asked about "
        + ", ".join(f"did:{name}".replace("pkh", "pkh:eip155") for name in sorted(kind.methods)),
    )


def default_method(did: str) -> str:
    """The verification method that signs for a DID of these methods."""
    match did.split(":", 2):
        case ["did", "key", key]:
            return f"{did}#{key}"
        case ["did", "pkh", _]:
            return f"{did}#blockchainAccountId"
        case _:
            return f"{did}#0"


def find_method(id_: str, kind: Kind) -> VerificationMethod:
    """The verification method of that absolute DID URL.

    Raises:
        UnsupportedFormat: it is none of a DID that didkit is asked about, or has no usable key.
    """
    did = require_askable(id_.partition("#")[0], kind)
    parsed: Any
    try:
        parsed = DID.parse(did)
        document, _ = _METHODS[parsed.method].resolve(parsed, {})
    except DIDError as error:
        raise UnsupportedFormat(f"the verification method has no key: {error}") from error
    method = document.method(id_)
    if method is None:
        raise UnsupportedFormat("the verification method is not one of its DID")
    return method


def holder_of(method: VerificationMethod, kind: Kind) -> Holder:
    """Who signs with `method`.

    Raises:
        ProofInvalid: its key is not the one that its DID is the name of.
        UnsupportedFormat: didkit would look for it elsewhere, or knows no such key.
    """
    own = find_method(method.id, kind)
    if own.public_key != method.public_key:
        raise ProofInvalid("the key is not the one that its DID is the name of")
    match own.public_key, own.raw.get("blockchainAccountId"):
        case None, str(account) if account.startswith(_CHAIN):
            _, chain, digits = account.split(":")
            holder = Holder(None, digits, int(chain))
        case None, _:
            raise UnsupportedFormat(f"{method.id} has no key that can be used")
        case key, _:
            holder = Holder(key)
    if holder.algorithm not in kind.algorithms:
        raise UnsupportedFormat(
            f"didkit verifies no such proof of a key of {holder.algorithm}",
            hint=f"keys of {', '.join(kind.algorithms)}",
        )
    return holder
