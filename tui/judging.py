"""Verifying for a screen: the wallet says what is asked, and a thread beside it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from did.values import dataclass, replace
from wallet.actions.journal import Asker
from wallet.actions.reading import noted
from wallet.actions.verifying import VERIFY_CREDENTIAL
from wallet.entries import credential
from wallet.judging import Asked, Judge, policy_of
from wallet.statuses_seen import remember

if TYPE_CHECKING:
    from wallet.verify.report import Report
    from wallet.wallet import Wallet


def asked_of(wallet: Wallet) -> Asked:
    """What is asked of every document: by this wallet's policy, for now. Needs the wallet."""
    read_only = wallet.vault.read_only
    return Asked(wallet.home, policy_of(wallet.home), at=wallet.clock(), read_only=read_only)


@dataclass(frozen=True, slots=True)
class Stored:
    """A credential of the wallet's to be judged, and what is asked of it."""

    id: str
    raw: bytes
    asked: Asked


def stored(wallet: Wallet, reference: str) -> Stored:
    """A credential that a person wants verified; that they do is written down."""
    with noted(wallet, VERIFY_CREDENTIAL.name, asked=Asker.PERSON):
        entry = credential(wallet.index, reference)
        asked = replace(asked_of(wallet), as_holder=True)
        return Stored(entry.id, entry.credential.raw, asked)


def seen(wallet: Wallet, id_: str, report: Report) -> None:
    """Keep what the report on such a credential says of its status, for the list of them."""
    remember(wallet.vault, id_, report, wallet.clock())


def judged(asked: Asked, data: bytes) -> Report:
    """The report on a document."""
    with Judge(asked) as judge:
        return judge(data)
