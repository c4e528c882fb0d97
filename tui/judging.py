"""Verifying for a screen: the wallet says what is asked, and a thread beside it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from did.values import replace
from wallet.actions.journal import Asker
from wallet.actions.reading import noted
from wallet.actions.verifying import VERIFY_CREDENTIAL
from wallet.entries import credential
from wallet.judging import Asked, Judge, policy_of

if TYPE_CHECKING:
    from wallet.verify.report import Report
    from wallet.wallet import Wallet


def asked_of(wallet: Wallet) -> Asked:
    """What is asked of every document: by this wallet's policy, for now. Needs the wallet."""
    read_only = wallet.vault.read_only
    return Asked(wallet.home, policy_of(wallet.home), at=wallet.clock(), read_only=read_only)


def stored(wallet: Wallet, reference: str) -> tuple[Asked, bytes]:
    """The same, and the bytes of a credential that a person wants verified; it is written down."""
    with noted(wallet, VERIFY_CREDENTIAL.name, asked=Asker.PERSON):
        raw = credential(wallet.index, reference).credential.raw
        return replace(asked_of(wallet), as_holder=True), raw


def judged(asked: Asked, data: bytes) -> Report:
    """The report on a document."""
    with Judge(asked) as judge:
        return judge(data)
