"""ISO/IEC 18013-5, section 9.1.2.4: the `MobileSecurityObject`, which is what an issuer signs."""

from __future__ import annotations

import hashlib
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.formats.cose.cbor import Encoded, read_cbor
from wallet.credentials.json_path import child
from wallet.credentials.timestamps import in_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ROOT: Final = "$.issuerAuth.payload"
_HASHES: Final[Mapping[str, Callable[[bytes], Any]]] = MappingProxyType(
    {"SHA-256": hashlib.sha256, "SHA-384": hashlib.sha384, "SHA-512": hashlib.sha512}
)
MOST_DIGESTS: Final = 5_000


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """What is signed, well formed.

    Attributes:
        doctype: what sort of document it is.
        algorithm: what the digests are made by.
        digests: by namespace and number.
        device_key: the holder's, a `COSE_Key`.
        signed: when it was signed; in UTC, as are the ends of its period.
        valid_from: the beginning.
        valid_until: the end.
        status: where its issuer says whether it was taken back; None where nowhere.
    """

    doctype: str
    algorithm: str
    digests: Mapping[str, Mapping[int, bytes]] = field(repr=False)
    device_key: Mapping[Any, Any] = field(repr=False)
    signed: datetime
    valid_from: datetime
    valid_until: datetime
    status: object

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """What the payload of a signature is.

        Raises:
            InvalidCredential, InvalidCBOR, TooComplex: it is none.
            UnsupportedFormat: its version or its digests are of a kind that is not read here.
        """
        embedded = read_cbor(payload)
        if not isinstance(embedded, Encoded):
            raise InvalidCredential(_ROOT, "is not embedded as the standard asks")
        value = _map(embedded.value(), _ROOT)
        version = _text(value, "version")
        if not version.startswith("1."):
            raise UnsupportedFormat(f"it is of the version {version[:20]!r}; 1.0 is read")
        algorithm = _text(value, "digestAlgorithm")
        if algorithm not in _HASHES:
            raise UnsupportedFormat(f"its digests are made by {algorithm[:40]!r}")
        validity = _map(value.get("validityInfo"), child(_ROOT, "validityInfo"))
        device = _map(value.get("deviceKeyInfo"), child(_ROOT, "deviceKeyInfo"))
        start, end = _time(validity, "validFrom"), _time(validity, "validUntil")
        if end < start:
            raise InvalidCredential(_ROOT, "has a period that ends before it begins")
        if "status" in value and value["status"] is None:
            raise InvalidCredential(child(_ROOT, "status"), "must not be null")
        return cls(
            doctype=_text(value, "docType"),
            algorithm=algorithm,
            digests=_digests(value.get("valueDigests"), _HASHES[algorithm](b"").digest_size),
            device_key=_map(device.get("deviceKey"), child(_ROOT, "deviceKeyInfo")),
            signed=_time(validity, "signed"),
            valid_from=start,
            valid_until=end,
            status=value.get("status"),
        )

    def digest_of(self, received: bytes) -> bytes:
        """The digest of an item, embedded as it was received."""
        return bytes(_HASHES[self.algorithm](received).digest())


def _digests(value: object, size: int) -> Mapping[str, Mapping[int, bytes]]:
    path = child(_ROOT, "valueDigests")
    spaces = _map(value, path)
    if sum(len(one) for one in spaces.values() if isinstance(one, dict)) > MOST_DIGESTS:
        raise InvalidCredential(path, f"holds more than {MOST_DIGESTS} digests")
    for name, digests in spaces.items():
        for number, digest in _map(digests, path).items():
            is_digest = isinstance(digest, bytes) and len(digest) == size
            if not isinstance(name, str) or not is_number(number) or not is_digest:
                raise InvalidCredential(path, "holds something else than digests")
    return MappingProxyType(spaces)


def is_number(value: object) -> bool:
    """Whether it is one that a digest may have (`DigestID`)."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31


def _map(value: object, path: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise InvalidCredential(path, "must be a map")
    return value


def _text(value: Mapping[Any, Any], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or not found:
        raise InvalidCredential(child(_ROOT, name), "must be text")
    return found


def _time(value: Mapping[Any, Any], name: str) -> datetime:
    found = value.get(name)
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise InvalidCredential(child(_ROOT, f"validityInfo.{name}"), "must be a date and time")
    return in_utc(found, path=child(_ROOT, f"validityInfo.{name}"))
