"""RFC 9901, section 4: an issuer's token, disclosures, and perhaps a key binding, on one line."""

from __future__ import annotations

from typing import Final, Self

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.formats.sd_jwt.disclosure import digest_of

MOST_DISCLOSURES: Final = 1_000
"""Of one credential; a digest is made and looked for of each."""
MAX_BYTES: Final = 1 << 20
_BETWEEN: Final = "~"


@dataclass(frozen=True, slots=True)
class Compact:
    """The parts, as they were received and in their order.

    Attributes:
        issued: the issuer-signed JWT.
        disclosures: in base64url each.
        key_binding: the key binding JWT, or None where the text ends in a tilde.
    """

    issued: str = field(repr=False)
    disclosures: tuple[str, ...] = field(repr=False)
    key_binding: str | None = field(repr=False, default=None)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The parts of an SD-JWT or SD-JWT+KB in its compact form.

        Raises:
            InvalidCredential: it is none.
            TooComplex: it has more disclosures than are looked at.
        """
        if len(data) > MAX_BYTES:
            raise InvalidCredential("token", f"must be at most {MAX_BYTES} bytes long")
        try:
            issued, mark, rest = data.decode("ascii").partition(_BETWEEN)
        except UnicodeDecodeError as error:
            raise InvalidCredential("token", "must be of ASCII") from error
        if not mark:
            raise InvalidCredential("token", "is no SD-JWT: it has no tilde")
        *disclosures, last = rest.split(_BETWEEN)
        if len(disclosures) > MOST_DISCLOSURES:
            raise TooComplex(f"it has {len(disclosures)} disclosures; {MOST_DISCLOSURES} are read")
        if not all(disclosures):
            raise InvalidCredential("token", "has two tildes beside one another")
        return cls(issued, tuple(disclosures), last or None)

    @property
    def unbound(self) -> str:
        """Without the key binding: what `sd_hash` is taken over (section 4.3.1)."""
        return _BETWEEN.join((self.issued, *self.disclosures, ""))

    def hash(self, algorithm: str) -> str:
        """The `sd_hash` of it, in base64url, by the algorithm that its digests are made by."""
        return digest_of(self.unbound, algorithm)

    def write(self) -> str:
        """On one line, as it was read."""
        return self.unbound + (self.key_binding or "")
