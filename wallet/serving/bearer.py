"""The token that allows signing (RFC 6750): given or made, kept as its digest alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final, Self, final

from did.confidential import Confidential, SecretText
from wallet.errors import BadInput

SHORTEST: Final = 16
"""Characters of a token that is given."""
LONGEST: Final = 1_024
_SCHEME: Final = b"bearer "
_ALLOWED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")


@final
class Bearer(Confidential):
    """Knows the token when it sees it, and cannot tell it."""

    __slots__ = ("_digest",)

    def __init__(self, token: str) -> None:
        """`token` is forgotten here.

        Raises:
            BadInput: it is too short to be secret, or no token of RFC 6750, section 2.1.
        """
        if not SHORTEST <= len(token) <= LONGEST or not _ALLOWED.issuperset(token):
            raise BadInput(
                "the token is none that can be sent",
                hint=f"{SHORTEST} to {LONGEST} letters, digits and -._~+/, hard to guess",
            )
        self._digest: Final = hashlib.sha256(token.encode("ascii")).digest()

    @classmethod
    def drawn(cls) -> tuple[Self, SecretText]:
        """A new one of 256 bits, and the token, to be shown once."""
        token = SecretText(secrets.token_urlsafe(32))
        return cls(token), token

    def allows(self, authorization: bytes | None) -> bool:
        """Whether the value of a header `Authorization` holds the token."""
        given = authorization or b""
        if given[: len(_SCHEME)].lower() != _SCHEME:
            return False
        digest = hashlib.sha256(given[len(_SCHEME) :].strip()).digest()
        return hmac.compare_digest(digest, self._digest)
