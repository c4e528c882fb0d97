"""What is about to happen, as far as a rule can be about it; and what is known beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.rules.claims import claims_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Self

    from wallet.rules.claims import Path
    from wallet.rules.marks import Mark


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential that is shown: its types, and the claims of it that can be read then."""

    types: tuple[str, ...]
    claims: tuple[Path, ...]

    @classmethod
    def whole(
        cls, types: tuple[str, ...], document: Mapping[str, Any], contexts: Mapping[str, Any]
    ) -> Self:
        """A credential that hides nothing."""
        return cls(types, claims_of(document, contexts))


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Credentials are shown; `verifier` is a DID, or a domain where that is all there is.

    `holder` is the DID that shows them; empty where it is not known. `marks` are what they can be
    recognized by.
    """

    verifier: str
    credentials: tuple[Shown, ...]
    holder: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The types of all of them, each once."""
        return tuple(dict.fromkeys(name for shown in self.credentials for name in shown.types))


@dataclass(frozen=True, slots=True)
class Payment:
    """So many wei go to an account, written with EIP-55's checksum, on a chain."""

    chain_id: int
    to: str
    wei: int


@dataclass(frozen=True, slots=True)
class Spending:
    """Transactions are sent, which cost at most so many wei in all; one may be a payment."""

    wei: int
    payment: Payment | None = None


Deed = Disclosure | Spending


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something that was shown to a verifier before: types of credentials, and by which DID.

    `marks` are what it can be recognized by; earlier releases kept none.
    """

    verifier: str
    types: tuple[str, ...]
    holder: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What rules go by beside the deed.

    Attributes:
        contacts: the DIDs of the person's contacts.
        earlier: what was shown before.
        accounts: those of the person's contacts, and the wallet's own.
        paid: what was paid on the chain of a payment in the last 24 hours, in wei.
    """

    contacts: frozenset[str] = frozenset()
    earlier: tuple[Earlier, ...] = ()
    accounts: frozenset[str] = frozenset()
    paid: int = 0
