"""A stored record, and the bytes it is sealed as."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

from wallet.vault.errors import InvalidRecord

MAX_SIZE: Final = 8 * 1024 * 1024
"""The largest record in bytes of JSON."""
MAX_DEPTH: Final = 100
MAX_ID_SIZE: Final = 2048
"""In characters: the longest DID that this program reads."""


class Kind(StrEnum):
    """What a record is; part of what its seal binds."""

    DID = "did"
    CREDENTIAL = "credential"
    PRESENTATION = "presentation"
    REQUEST = "request"
    CONTACT = "contact"
    PRODUCT = "product"
    REMINDER = "reminder"
    SETTING = "setting"
    TRANSACTION = "transaction"
    ANCHORING = "anchoring"
    STATUS_LIST = "status_list"
    JOURNAL = "journal"
    SEARCH = "search"
    RULE = "rule"
    DISCLOSURE = "disclosure"
    KEY = "key"
    PAYMENT = "payment"
    PENDING = "pending"
    MEMORY = "memory"
    TRASH = "trash"
    TEMPLATE = "template"
    TALK = "talk"


KIND_CODES: Final = MappingProxyType({kind: code for code, kind in enumerate(Kind, start=1)})
"""A byte for each kind, as the directory has it: new kinds are added at the end, none is moved."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing the wallet keeps."""

    kind: Kind
    id: str
    version: int
    """1 when first put, one more with each change."""
    created: datetime
    """When it was first put, in UTC."""
    sequence: int
    """Rises from record to record in the order in which they were first put."""
    body: Mapping[str, Any]
    """JSON."""

    def to_bytes(self) -> bytes:
        """UTF-8 JSON of everything but the version, which the seal binds.

        Raises:
            InvalidRecord: the body is not JSON, or too large.
        """
        members = {
            "kind": self.kind,
            "id": self.id,
            "created": self.created.isoformat(),
            "sequence": self.sequence,
            "body": self.body,
        }
        try:
            data = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
        except ValueError as error:  # a lone surrogate, or a number of more than 4,300 digits
            raise InvalidRecord(
                f"a {self.kind} cannot be stored: {type(error).__name__}"
            ) from error
        if len(data) > MAX_SIZE:
            raise InvalidRecord(f"a {self.kind} of {len(data)} bytes is too large to be stored")
        return data

    @classmethod
    def read(cls, data: bytes, kind: Kind, version: int) -> Self | None:
        """The record in authenticated bytes; `None` if it is of another kind."""
        members = json.loads(data)
        return None if members["kind"] != kind else cls._read(members, version)

    @classmethod
    def of(cls, data: bytes, version: int) -> Self:
        """The record in authenticated bytes, of whatever kind."""
        return cls._read(json.loads(data), version)

    @classmethod
    def _read(cls, members: Mapping[str, Any], version: int) -> Self:
        return cls(
            kind=Kind(members["kind"]),
            id=members["id"],
            version=version,
            created=datetime.fromisoformat(members["created"]),
            sequence=members["sequence"],
            body=members["body"],
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a kind, the newest first."""

    records: tuple[Record, ...]
    before: int | None
    """What to ask for the older ones with; `None` where there are none."""


def kind_code(content: bytes) -> int:
    """The code of the kind of what `Record.to_bytes` made: its kind stands first."""
    return KIND_CODES[Kind(content.split(b'"', 4)[3].decode())]


def plain_json(body: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in dictionaries and lists alone, so that what is put is what is got.

    Raises:
        InvalidRecord: something in it is not JSON, or nested deeper than `MAX_DEPTH`.
    """
    copy: dict[str, Any] = _plain(body, 0)
    return copy


def _plain(value: object, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise InvalidRecord(f"a record nested deeper than {MAX_DEPTH} cannot be stored")
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [_plain(item, depth + 1) for item in value]
        case Mapping() if all(isinstance(name, str) for name in value):
            return {name: _plain(item, depth + 1) for name, item in value.items()}
        case _:
            raise InvalidRecord(f"a {type(value).__name__} is not JSON and cannot be stored")


def checked_id(id: str) -> str:  # noqa: A002 -- the field's own name
    """The id itself.

    Raises:
        InvalidRecord: it is empty, longer than `MAX_ID_SIZE`, or not Unicode text.
    """
    if not 0 < len(id) <= MAX_ID_SIZE:
        raise InvalidRecord(f"an id has 1 to {MAX_ID_SIZE} characters, not {len(id)}")
    if any("\ud800" <= character <= "\udfff" for character in id):
        raise InvalidRecord("an id is Unicode text")
    return id
