"""RFC 7519, section 4.1: the registered claims of a JWT, each in its form or refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from did.values import dataclass
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import ROOT, child

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = -62_135_596_800
"""0001-01-01T00:00:00Z in seconds."""
_LAST: Final = 253_402_300_799
"""9999-12-31T23:59:59Z. Milliseconds taken for seconds lie beyond."""

REGISTERED: Final = frozenset(
    {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf", "vc", "vp"}
)
"""What belongs to the token, and not to the document in it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says of itself. Times are in UTC; `aud` is empty where there is none."""

    iss: str | None
    sub: str | None
    jti: str | None
    iat: datetime | None
    nbf: datetime | None
    exp: datetime | None
    nonce: str | None
    aud: tuple[str, ...]

    @classmethod
    def read(cls, header: Mapping[str, Any], payload: Mapping[str, Any]) -> Self:
        """The claims of a payload; `iss` may stand in the header instead (VC-JOSE-COSE, 4.1).

        Raises:
            InvalidCredential: one has another form than the standard's.
        """
        return cls(
            iss=_text(payload if "iss" in payload else header, "iss"),
            sub=_text(payload, "sub"),
            jti=_text(payload, "jti"),
            iat=_instant(payload, "iat"),
            nbf=_instant(payload, "nbf"),
            exp=_instant(payload, "exp"),
            nonce=_text(payload, "nonce"),
            aud=_audience(payload),
        )

    @property
    def created(self) -> datetime | None:
        """From when on the token counts: the later of `iat` and `nbf`."""
        return max((at for at in (self.iat, self.nbf) if at is not None), default=None)


def numeric_date(instant: datetime) -> int:
    """NumericDate: the whole seconds since 1970. The instant must know its offset."""
    if instant.tzinfo is None:
        msg = "a time without an offset names no instant"
        raise ValueError(msg)
    return (instant - _EPOCH) // timedelta(seconds=1)


def _text(payload: Mapping[str, Any], name: str) -> str | None:
    if name not in payload:
        return None
    value = payload[name]
    if not isinstance(value, str) or not value:
        raise InvalidCredential(child(ROOT, name), "must be text")
    return value


def _instant(payload: Mapping[str, Any], name: str) -> datetime | None:
    if name not in payload:
        return None
    value = payload[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidCredential(child(ROOT, name), "must be a number of seconds since 1970")
    if not _FIRST <= value <= _LAST:
        raise InvalidCredential(child(ROOT, name), "is no second of the years 1 to 9999")
    return _EPOCH + timedelta(seconds=value)


def _audience(payload: Mapping[str, Any]) -> tuple[str, ...]:
    if "aud" not in payload:
        return ()
    value = payload["aud"]
    audience = value if isinstance(value, list) else [value]
    if not audience or not all(isinstance(one, str) and one for one in audience):
        raise InvalidCredential(child(ROOT, "aud"), "must be text, or a list of texts")
    return tuple(audience)
