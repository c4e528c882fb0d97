"""VC Data Model 2.0 and 1.1, section 4: credentials and presentations.

Each is the bytes that were received, and a typed view of them. What the view does not name stays
in `document`, which is to be read only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import (
    JSONObject,
    Version,
    check_described,
    read_id,
    read_members,
    read_object,
    read_party,
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

    `raw` is what was received: the bytes of its JSON, or those of the JWT that it came in.
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

    @property
    def special_type(self) -> str:
        """The most specific type: the last one that is not every credential's."""
        special = [name for name in self.types if name != "VerifiableCredential"]
        return special[-1] if special else "VerifiableCredential"

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a credential from the bytes of its JSON.

        Raises:
            InvalidJSON: the bytes are no strict JSON.
            InvalidCredential: the JSON is no credential of a data model this wallet reads.
        """
        return cls.read(read_json(data), raw=data)

    @classmethod
    def read(cls, value: object, *, raw: bytes) -> Self:
        """The credential that a strict JSON value is, received as `raw`.

        Raises:
            InvalidCredential: it is no credential of a data model this wallet reads.
        """
        document = read_object(value)
        version = read_version(document)
        types = read_types(document, "VerifiableCredential")
        subjects = read_subjects(document)
        check_described(document, version)
        valid_from, valid_until = _read_period(document, version)
        return cls(
            raw=raw,
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
    """A verifiable presentation.

    `members` are what it holds out, each with its JSONPath: the JSON object of a credential or of
    an envelope around one, or the text of a JWT (VCDM 1.1). What they are worth is not looked at.
    """

    raw: bytes = field(repr=False)
    document: Mapping[str, Any] = field(compare=False, repr=False)
    version: Version
    id: str | None
    types: tuple[str, ...]
    holder: str | None
    members: tuple[tuple[str, JSONObject | str], ...] = field(compare=False, repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a presentation from the bytes of its JSON.

        Raises:
            InvalidJSON: the bytes are no strict JSON.
            InvalidCredential: the presentation is malformed.
        """
        return cls.read(read_json(data), raw=data)

    @classmethod
    def read(cls, value: object, *, raw: bytes) -> Self:
        """The presentation that a strict JSON value is, received as `raw`.

        Raises:
            InvalidCredential: it is none.
        """
        document = read_object(value)
        return cls(
            raw=raw,
            document=document,
            version=read_version(document),
            id=read_id(document),
            types=read_types(document, "VerifiablePresentation"),
            holder=read_party(document, "holder") if "holder" in document else None,
            members=read_members(document),
        )

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """A presentation from a JSON object, copied. Raises as `parse`."""
        return cls.parse(write_json(document))


def _read_period(document: JSONObject, version: Version) -> tuple[datetime | None, datetime | None]:
    """4.9 Validity Period. VCDM 1.1 names the two ends otherwise, and requires the first.

    A proof over what names mean does not say of which version its document is. Where the contexts
    of one of 1.1 are taken for those of 2.0, its end stays where nobody looks for it.
    """
    if version is Version.V2_0 and "expirationDate" in document:
        raise InvalidCredential(
            child(ROOT, "expirationDate"), "is the end of a credential of VCDM 1.1, and this is 2.0"
        )
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
