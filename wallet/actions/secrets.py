"""What only somebody may do who knows the passphrase: change it, and see the recovery phrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.actions.consent import Answer, By, decide, offered, run
from wallet.actions.journal import Asker
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.reading import noted
from wallet.actions.result import Result
from wallet.errors import BadInput, WalletError
from wallet.messages import say
from wallet.settings import Settings
from wallet.vault.files import VAULT_FILE
from wallet.vault.keeper.connecting import end_in
from wallet.vault.keyring import Passphrase
from wallet.vault.store import Store
from wallet.vault.system_keyring import keep_passphrase, system_keyring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.messages import Message
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet


def _unheard(_: Message) -> None:
    """Nobody is to be told."""


def change_passphrase(
    wallet: Wallet, old: Secret, new: Secret, remark: Callable[[Message], None] = _unheard
) -> Result:
    """Another passphrase, for somebody who typed both into a dialog: that is their consent.

    `remark` is told what failed of what comes with it.

    Raises:
        WrongPassphrase: the old one is not the wallet's.
        BadInput: the new one is the old one, or empty.
    """

    def work_out() -> Proposal:
        if not new:
            raise BadInput("the passphrase is empty")
        if new == old:
            raise BadInput("that is the passphrase already")

        def perform() -> Result:
            wallet.vault.change_passphrase(old, new)
            tell_the_others(wallet.home, new, remark)
            return Result(
                say("changed the passphrase"),
                next=say(
                    "copies of the wallet's folder still open with the passphrase of their time"
                ),
            )

        statement = Statement(say("Change the passphrase of the wallet"))
        return Proposal("change_passphrase", statement, b"", perform)

    proposal = offered(wallet, "change_passphrase", work_out, asked=Asker.PERSON)
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.DIALOG)))


def show_phrase(wallet: Wallet, passphrase: Secret) -> RecoveryPhrase:
    """The recovery phrase, for somebody who has typed the passphrase just now.

    Raises:
        WrongPassphrase: it is not the wallet's; the journal says that somebody tried.
    """
    with noted(wallet, "show_phrase", asked=Asker.PERSON):
        Passphrase(passphrase).unwrap(Store.peek(wallet.home / VAULT_FILE))
        return wallet.vault.unsafe_expose_phrase()


def tell_the_others(home: Path, new: Secret, remark: Callable[[Message], None]) -> None:
    """Whoever was unlocked with the old one is locked, and the system's keyring gets the new.

    The passphrase is changed by now: what fails here is said beside that, to `remark`.
    """
    try:
        end_in(home)
    except WalletError as error:
        said = "the passphrase is changed, but what was unlocked is not locked: {error}"
        remark(say(said, error=error))
    try:
        if Settings.read(home).keyring:
            keep_passphrase(system_keyring(), Store.peek(home / VAULT_FILE), new)
    except WalletError as error:
        said = "the passphrase is changed, but not in the system's keyring: {error}"
        remark(say(said, error=error))
