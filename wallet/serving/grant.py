"""What a person agrees to once, when the server starts: these DIDs sign for whoever has the token.

Each use is written into the journal, with the digest of the consent.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from did.errors import DIDError
from did.values import dataclass
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result
from wallet.credentials.strict_json import write_json
from wallet.credentials.timestamps import write_timestamp
from wallet.entries import OwnDID, dids, find
from wallet.errors import BadInput, NoSuchEntry, WalletError
from wallet.messages import Message, say
from wallet.registrars.registrar import BBS
from wallet.serving.problems import MALFORMED, Problem
from wallet.serving.suites import is_taken
from wallet.status_lists import BITSTRING, OwnStatusList, status_lists

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from wallet.registrars.registrar import BbsKey, SigningKey
    from wallet.wallet import Wallet

ACTION: Final = "serve"
"""What the journal calls the consent itself."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Who signs what, and until when.

    Attributes:
        signers: the DIDs that sign.
        lists: the status lists in which what is issued gets a place, if its issuer has one of them.
        address: where the server listens.
        until: when it ends; None for when the server does.
    """

    signers: tuple[OwnDID, ...]
    lists: tuple[OwnStatusList, ...]
    address: str
    until: datetime | None = None

    @classmethod
    def of(
        cls,
        wallet: Wallet,
        *,
        address: str,
        named: Sequence[str] = (),
        lists: Sequence[str] = (),
        until: datetime | None = None,
    ) -> Grant:
        """The DIDs that were named, or all that can sign; and the lists of those names.

        Raises:
            NoSuchEntry: a DID or a list is not the wallet's, or no DID of it can sign.
            BadInput: a DID or a list is of a kind that is not served.
        """
        held = dids(wallet.vault)
        if named:
            signers = tuple(find(held, one, noun="DID") for one in dict.fromkeys(named))
            for one in signers:
                _key(wallet, one)
        else:
            signers = tuple(one for one in held if _can_sign(wallet, one))
        if not signers:
            raise NoSuchEntry(
                "the wallet has no DID to sign with",
                hint="make one: holdfast did create; or serve with --verify-only",
            )
        return cls(signers, _found(wallet, lists, signers), address, until)

    def signer(self, did: str | None, at: datetime) -> OwnDID:
        """The DID of that name, which may sign then.

        Raises:
            Problem: it was not agreed to, or no longer.
        """
        self.check(at)
        for own in self.signers:
            if own.id == did:
                return own
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            f"{did!r:.200} is no DID that signs here",
            type=MALFORMED,
            check="issuer",
        )

    def check(self, at: datetime) -> None:
        """Return where it has not ended then. Else `Problem`."""
        if self.until is not None and at >= self.until:
            raise Problem(HTTPStatus.FORBIDDEN, "what was agreed to has ended")

    def proposal(self, wallet: Wallet) -> Proposal:
        """What the person is shown, and what they agree to."""
        facts: list[tuple[Message, Message | str]] = [(say("Address"), self.address)]
        facts += [(say("Signs"), f"{one.described}, {one.algorithm}") for one in self.signers]
        facts += [(say("Status list"), f"{one.name} ({one.url})") for one in self.lists]
        until = say("the server is stopped") if self.until is None else self.until.isoformat()
        facts.append((say("Until"), until))
        statement = Statement(
            say("Sign credentials and presentations for whoever has the token"),
            tuple(facts),
            (
                say("nobody is asked again: whatever is sent with the token is signed"),
                say("what is bound to your secret (bbs-2023) is shown for whoever has it, too"),
                say("each use is written into the journal"),
                *(
                    ()
                    if all(self._is_found(wallet, one) for one in self.signers)
                    else (say("one of the DIDs is not published: what it signs cannot be checked"),)
                ),
            ),
        )
        binding = write_json(
            {
                "signers": [one.id for one in self.signers],
                "lists": [one.url for one in self.lists],
                "address": self.address,
                "until": None if self.until is None else write_timestamp(self.until),
            }
        )
        return Proposal(ACTION, statement, binding, lambda: Result(say("serving")))

    @staticmethod
    def _is_found(wallet: Wallet, own: OwnDID) -> bool:
        return _key(wallet, own).resolvable


def _key(wallet: Wallet, own: OwnDID) -> SigningKey | BbsKey:
    """What it signs with. Raises `BadInput` where nobody could check it."""
    registrar = wallet.registrars[own.did.method]
    return registrar.bbs_signing(own) if own.algorithm == BBS else registrar.signing(own)


def _can_sign(wallet: Wallet, own: OwnDID) -> bool:
    if own.deactivated:
        return False
    try:
        _key(wallet, own)
    except (WalletError, DIDError):
        return False
    return True


def _found(
    wallet: Wallet, names: Sequence[str], signers: Sequence[OwnDID]
) -> tuple[OwnStatusList, ...]:
    known = {one.name.casefold(): one for one in status_lists(wallet.vault)}
    found = []
    for name in names:
        if (one := known.get(name.casefold())) is None:
            raise NoSuchEntry(
                f"there is no status list {name!r}", hint="begin one: holdfast status create"
            )
        if one.kind != BITSTRING:
            raise BadInput(
                f"{name!r} is a token list, and what is issued here points to bitstrings"
            )
        if one.issuer not in {own.id for own in signers}:
            raise BadInput(
                f"the status list {one.name!r} is by {one.issuer}, which does not sign here",
                hint="name that DID, too: --signer",
            )
        if is_taken(urlsplit(one.url).path):
            raise BadInput(
                f"{one.url} cannot be served: something else is asked at such an address"
            )
        found.append(one)
    if len({urlsplit(one.url).path for one in found}) != len(found):
        raise BadInput("two of the status lists would stand at one address of the server")
    return tuple(found)
