"""`Secret`: a passphrase, which shows itself only when asked by name."""

from __future__ import annotations

import hmac
from typing import Final, final

from did.confidential import Confidential, SecretBytes, SecretText
from wallet.vault.errors import VaultError

__all__ = ["Confidential", "Secret", "SecretBytes", "SecretText"]


@final
class Secret(Confidential):
    """A passphrase, or another text that only who needs it may see."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Raises `VaultError` for a text that is not Unicode (a lone surrogate)."""
        self._value: Final = SecretText(value)
        del value  # no local of this frame shows it from here on
        try:
            self._value.encode()
        except UnicodeEncodeError:  # which quotes the text
            raise VaultError("the secret is not valid Unicode text") from None

    def expose_secret(self) -> SecretText:
        """The text itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would tell two secrets apart
