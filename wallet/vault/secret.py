"""What shows itself only when asked by name: `Secret`, and all else that is `Confidential`."""

from __future__ import annotations

import hmac
from typing import Final, NoReturn, final

from wallet.vault.errors import VaultError


class Confidential:
    """What must reach no log, traceback, pickle or copy. Python cannot wipe it from memory."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is never pickled or copied")


@final
class Secret(Confidential):
    """A passphrase, or another text that only who needs it may see."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Raises `VaultError` for a text that is not Unicode (a lone surrogate)."""
        try:
            value.encode()
        except UnicodeEncodeError:
            # Neither the cause, which quotes the text, nor this frame's locals may show it.
            del value
            raise VaultError("the secret is not valid Unicode text") from None
        self._value: Final = value

    def expose_secret(self) -> str:
        """The text itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would tell two secrets apart
