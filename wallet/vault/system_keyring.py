"""The system's keyring, where a person may keep a wallet's passphrase: an option, never the rule.

By the library `keyring`, which is an extra of this installation. Only keyrings that encrypt what
they hold are taken, named here: neither a plug-in nor the environment says where a passphrase goes.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final

from wallet.vault.errors import VaultError
from wallet.vault.header import Header
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyring.backend import KeyringBackend

SERVICE: Final = "holdfast"
_KEYRINGS: Final = (
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)


def system_keyring() -> KeyringBackend:
    """The keyring of this system.

    Raises:
        VaultError: it has none that is reached from here, or the extra is not installed.
    """
    for module, name in _KEYRINGS:
        try:
            kind = getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            raise VaultError(
                "this installation cannot reach the system's keyring",
                hint="install holdfast with its extra: holdfast[keyring]",
            ) from error
        if kind.viable:
            keyring: KeyringBackend = kind()
            return keyring
    raise VaultError("this system has no keyring that can be reached from here")


def kept_passphrase(keyring: KeyringBackend, meta: Mapping[str, bytes]) -> Secret | None:
    """The passphrase that was kept for the wallet with those `meta` rows."""
    with _errors():
        kept = keyring.get_password(SERVICE, _name(meta))
    return None if kept is None else Secret(kept)


def keep_passphrase(keyring: KeyringBackend, meta: Mapping[str, bytes], passphrase: Secret) -> None:
    """Keeps it from now on, in place of the one before. It is not tried here."""
    with _errors():
        keyring.set_password(SERVICE, _name(meta), passphrase.expose_secret())


def forget_passphrase(keyring: KeyringBackend, meta: Mapping[str, bytes]) -> bool:
    """Keeps none any more; whether there was one."""
    with _errors():
        there = keyring.get_password(SERVICE, _name(meta)) is not None
        if there:
            keyring.delete_password(SERVICE, _name(meta))
    return there


def _name(meta: Mapping[str, bytes]) -> str:
    """What a wallet is called there: the random number that names it."""
    return Header.parse(meta["header"]).wallet.hex()


@contextmanager
def _errors() -> Iterator[None]:
    # Deferred: whoever gets here has the library.
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        yield
    except KeyringError as error:
        # `from None`: the frames below hold the passphrase.
        raise VaultError(f"the system's keyring refuses: {error}") from None
