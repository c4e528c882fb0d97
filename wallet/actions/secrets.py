"""What only somebody may do who knows the passphrase: change it, and see the recovery phrase."""

from __future__ import annotations

from contextlib import suppress
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
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet


def change_passphrase(wallet: Wallet, old: Secret, new: Secret) -> Result:
    """Another passphrase, for somebody who typed both into a dialog: that is their consent.

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
            _tell_the_others(wallet, new)
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


def _tell_the_others(wallet: Wallet, new: Secret) -> None:
    """Whoever was unlocked with the old one is locked, and the system's keyring gets the new.

    The passphrase is changed by now: that the others cannot be told changes nothing of it.
    """
    with suppress(WalletError):
        end_in(wallet.home)
    with suppress(WalletError):
        if Settings.read(wallet.home).keyring:
            keep_passphrase(system_keyring(), Store.peek(wallet.home / VAULT_FILE), new)
