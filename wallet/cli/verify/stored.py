"""A credential that lies in the vault, as the bytes that it was received in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.actions.reading import noted
from wallet.actions.verifying import VERIFY_CREDENTIAL
from wallet.cli.acting import pick_up, told
from wallet.cli.asking import asker
from wallet.entries import credential as stored_credential
from wallet.errors import NoSuchEntry
from wallet.files import read_file

if TYPE_CHECKING:
    from wallet.cli.options import Options


def stored(reference: str, options: Options) -> bytes:
    """The credential of that id or name, or else the file of that name.

    Raises:
        BadInput: there is neither, or no wallet.
        Ambiguous: there are several.
        WrongPassphrase: the passphrase is not the wallet's.
    """
    with (
        options.open_wallet() as wallet,
        noted(wallet, VERIFY_CREDENTIAL.name, asked=asker(), remark=told(options)),
    ):
        pick_up(wallet, options)
        try:
            return stored_credential(wallet.index, reference).credential.raw
        except NoSuchEntry:
            return read_file(reference)
