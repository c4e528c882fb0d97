"""A credential that lies in the vault, as the bytes that it was received in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from wallet.actions.reading import noted
from wallet.actions.verifying import VERIFY_CREDENTIAL
from wallet.cli.acting import pick_up, told
from wallet.cli.asking import asker
from wallet.entries import credential as stored_credential
from wallet.errors import NoSuchEntry
from wallet.files import read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from did.bbs.parties import Holder
    from wallet.cli.options import Options


@contextmanager
def stored(
    reference: str, options: Options
) -> Iterator[tuple[bytes, Callable[[str], Holder] | None]]:
    """The credential of that id or name, or else the file of that name, while the vault is open.

    Beside it stands, by issuer, who knows the secret that a credential one holds is bound to.

    Raises:
        BadInput: there is neither, or no wallet.
        Ambiguous: there are several.
        WrongPassphrase: the passphrase is not the wallet's.
    """
    with options.open_wallet() as wallet:
        holders = None
        with noted(wallet, VERIFY_CREDENTIAL.name, asked=asker(), remark=told(options)):
            pick_up(wallet, options)
            try:
                entry = stored_credential(wallet.index, reference)
            except NoSuchEntry:
                raw = read_file(reference)
            else:
                raw = entry.credential.raw
                holders = wallet.vault.bbs_holder if entry.role == "held" else None
        yield raw, holders
