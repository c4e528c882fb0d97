"""VC Data Model 2.0 and 1.1, section 4: credentials and presentations.

Each is the bytes that were received, and a typed view of them. What the view does not name stays
in `document`, which is to be read only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.form import (
    JSONObject,
    Version,
    check_described,
    read_id,
    read_object,
    read_party,
    read_set,
    read_subjects,
    read_types,
    read_version,
)
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.strict_json import read_json, write_json
from wallet.credentials.timestamps import read_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# The names of the two ends of the validity period, and whether the first must be there.
_PERIODS: Final = {
    Version.V2_0: ("validFrom", "validUntil", False),
    Version.V1_1: ("issuanceDate", "expirationDate", True),
}
_NO_CLAIMS: Final = frozenset({"id", "type", "@id", "@type", "@context"})


@dataclass(frozen=True, slots=True)
class Credential:
    """A verifiable credential: well formed, always; whether it holds is for `wallet.verify`.

    `subjects` are the identifiers of the subjects that have one. `claims` are the names of what is
    claimed about any of them, in the order they appear. Times are in UTC.
    """

    raw: bytes = field(repr=False)
    document: Mapping[str, Any] = field(compare=False, repr=False)
    version: Version
    id: str | None
    types: tuple[str, ...]
    issuer: str
    subjects: tuple[str, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    claims: tuple[str, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a credential from the bytes of its JSON.

        Raises:
            InvalidJSON: the bytes are no strict JSON.
            InvalidCredential: the JSON is no credential of a data model this wallet reads.
        """
        document = read_object(read_json(data))
        version = read_version(document)
        types = read_types(document, "VerifiableCredential")
        subjects = read_subjects(document)
        check_described(document, version)
        valid_from, valid_until = _read_period(document, version)
        return cls(
            raw=data,
            document=document,
            version=version,
            id=read_id(document),
            types=types,
            issuer=read_party(document, "issuer"),
            subjects=tuple(subject["id"] for subject in subjects if "id" in subject),
            valid_from=valid_from,
            valid_until=valid_until,
            claims=tuple(
                dict.fromkeys(
                    name for subject in subjects for name in subject if name not in _NO_CLAIMS
                )
            ),
        )

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """A credential from a JSON object, copied; `raw` is its compact JSON. Raises as `parse`."""
        return cls.parse(write_json(document))


@dataclass(frozen=True, slots=True)
class Presentation:
    """A verifiable presentation, and the credentials in it."""

    raw: bytes = field(repr=False)
    document: Mapping[str, Any] = field(compare=False, repr=False)
    version: Version
    id: str | None
    types: tuple[str, ...]
    holder: str | None
    credentials: tuple[Credential, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a presentation, with every credential in it, from the bytes of its JSON.

        Raises:
            InvalidJSON: the bytes are no strict JSON.
            InvalidCredential: the presentation, or a credential in it, is malformed.
            UnsupportedFormat: a credential in it is enveloped, as a JWT for instance.
        """
        document = read_object(read_json(data))
        return cls(
            raw=data,
            document=document,
            version=read_version(document),
            id=read_id(document),
            types=read_types(document, "VerifiablePresentation"),
            holder=read_party(document, "holder") if "holder" in document else None,
            credentials=_read_credentials(document),
        )

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """A presentation from a JSON object, copied. Raises as `parse`."""
        return cls.parse(write_json(document))


def _read_period(document: JSONObject, version: Version) -> tuple[datetime | None, datetime | None]:
    """4.9 Validity Period. VCDM 1.1 names the two ends otherwise, and requires the first."""
    start_name, end_name, required = _PERIODS[version]
    start = _read_time(document, start_name)
    end = _read_time(document, end_name)
    if required and start is None:
        raise InvalidCredential(child(ROOT, start_name), "is missing")
    if start is not None and end is not None and end < start:
        raise InvalidCredential(child(ROOT, end_name), f"is earlier than {start_name}")
    return start, end


def _read_time(document: JSONObject, name: str) -> datetime | None:
    return read_timestamp(document[name], path=child(ROOT, name)) if name in document else None


def _read_credentials(document: JSONObject) -> tuple[Credential, ...]:
    """4.13 Verifiable Presentations: the credentials, one, several or none."""
    name = "verifiableCredential"
    if document.get(name) == []:
        return ()
    return tuple(_read_embedded(path, member) for path, member in read_set(document, name))


def _read_embedded(path: str, document: JSONObject) -> Credential:
    if "EnvelopedVerifiableCredential" in _types(document):
        raise UnsupportedFormat(f"{path} is an enveloped credential, which cannot be read yet")
    try:
        return Credential.of(document)
    except InvalidCredential as error:
        raise type(error)(path + error.path.removeprefix(ROOT), error.reason) from error


def _types(document: JSONObject) -> list[Any]:
    value = document.get("type")
    return value if isinstance(value, list) else [value]
