"""The status lists that the server keeps: set at a request, signed, and told at their addresses."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from did.document import Relationship
from wallet.actions import journal
from wallet.actions.journal import Outcome
from wallet.credentials.formats.data_integrity import secure
from wallet.credentials.strict_json import write_json
from wallet.entries import credential
from wallet.errors import NoSuchEntry
from wallet.serving.problems import Problem
from wallet.sources import wallet_contexts
from wallet.status_lists import REVOKED, OwnStatusList, keep, status_lists

if TYPE_CHECKING:
    from wallet.serving.bodies import StatusRequest
    from wallet.serving.grant import Grant
    from wallet.wallet import Wallet


class Lists:
    """The lists of a grant. As `Issuing`, for one thread."""

    def __init__(self, wallet: Wallet, grant: Grant, *, digest: str) -> None:
        """`digest` is that of the consent."""
        self._wallet: Final = wallet
        self._grant: Final = grant
        self._digest: Final = digest
        self._ids: Final[dict[str, str | None]] = {}

    def set_status(self, request: StatusRequest) -> None:
        """Set or clear what a list says of a credential that was issued here.

        Raises:
            Problem: there is no such credential, or no such list.
        """
        for kept in self._lists():
            stored = self._meant(kept, request)
            if stored is not None:
                changed = kept.with_value(stored, REVOKED if request.value else 0)
                keep(self._wallet.vault, changed)
                name = "revoke_credential" if request.value else "reinstate_credential"
                journal.use(self._wallet, name, Outcome.DONE, granted=self._digest, made=stored)
                return
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "no such credential has a place in a status list of that purpose here",
        )

    def signed(self) -> dict[str, str]:
        """The lists by their addresses, signed as they stand now. Raises `Problem`."""
        return {kept.url: self._signed(kept) for kept in self._lists()}

    def _signed(self, kept: OwnStatusList) -> str:
        now = self._wallet.clock()
        own = self._grant.signer(kept.issuer, now)
        key = self._wallet.registrars[own.did.method].signing(own)
        return write_json(
            secure(
                kept.unsigned(now),
                signer=key.signer,
                verification_method=key.verification_method,
                purpose=Relationship.ASSERTION_METHOD.value,
                created=now,
                contexts=wallet_contexts(self._wallet.home),
            )
        ).decode()

    def _lists(self) -> tuple[OwnStatusList, ...]:
        served = {one.url for one in self._grant.lists}
        return tuple(one for one in status_lists(self._wallet.vault) if one.url in served)

    def _meant(self, kept: OwnStatusList, request: StatusRequest) -> str | None:
        """The credential of the wallet that is meant, where it has a place in that list."""
        if kept.purpose != request.purpose:
            return None
        if request.place is not None and request.place[0] != kept.url:
            return None
        for stored, index in kept.taken.items():
            if request.place is not None and request.place[1] != index:
                continue
            if request.credential is None or self._id_of(stored) == request.credential:
                return stored
        return None

    def _id_of(self, stored: str) -> str | None:
        """The id that a credential of the wallet has; None where it is there no longer."""
        if stored not in self._ids:
            with suppress(NoSuchEntry):
                self._ids[stored] = credential(self._wallet.index, stored).credential.id
        return self._ids.get(stored)
