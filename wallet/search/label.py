"""What of a credential can be searched for: its names, types, issuer and the names of its claims.

Never what it says of anybody: an index of values would be a second copy of every credential.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from wallet.credentials.errors import CredentialError
from wallet.credentials.received import read_credential
from wallet.search.words import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from wallet.credentials.model import Credential

FIELD: Final = "\x7f"
"""Between what tells a credential from others. JSON writes it as it is."""
BETWEEN: Final = "\n"
"""Between credentials."""
TAG: Final = "\x80"
"""Before, between and after tags."""
_MAX_NAMES: Final = 200
_MAX_DEPTH: Final = 4
_MAX_SIZE: Final = 4096
_SILENT: Final = frozenset({"id", "type", "@id", "@type", "@context", "VerifiableCredential"})
_MARKS: Final = str.maketrans({FIELD: " ", BETWEEN: " ", TAG: " "})


class Described(NamedTuple):
    """A credential in three texts."""

    own: str
    """Its id, the name that the person gave it, its role, and names in it with its tags."""
    about: str
    """JSON, as `About.read` takes it: the same text for all that are alike in it."""
    until: str
    """Until when it holds, as `moment` writes it; empty where it never ends."""


@dataclass(frozen=True, slots=True)
class About:
    """What credentials have in common.

    Attributes:
        types: the terms, as they stand there.
        issuer: its identifier.
        claims: the names of what is claimed, in the order they appear.
        text: what to look for words in.
    """

    types: tuple[str, ...]
    issuer: str
    claims: tuple[str, ...]
    text: str

    @classmethod
    def read(cls, about: str) -> Self:
        """What `Described.about` says."""
        types, issuer, claims, more = json.loads(about)
        spoken = (*(name for name in types if name not in _SILENT), issuer, *more, *claims)
        return cls(tuple(types), issuer, tuple(claims), normal(" ".join(spoken)[:_MAX_SIZE]))


@dataclass(frozen=True, slots=True)
class Label:
    """A credential as a list shows it; `valid_until` is ISO 8601 in UTC."""

    id: str
    name: str
    role: str
    types: tuple[str, ...]
    issuer: str
    claims: tuple[str, ...]
    valid_until: str | None
    tags: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The most specific type: the last one that is not every credential's."""
        special = [name for name in self.types if name != "VerifiableCredential"]
        return special[-1] if special else "VerifiableCredential"

    @property
    def shown(self) -> str:
        """The name, or else the type."""
        return self.name or self.type

    def expired(self, now: datetime) -> bool:
        """Whether it holds no more."""
        return self.valid_until is not None and self.valid_until < moment(now)

    @classmethod
    def of(
        cls,
        id: str,  # noqa: A002 -- its name
        name: str,
        role: str,
        credential: Credential,
        tags: Iterable[str] = (),
    ) -> Self:
        """Of a stored credential, with all of its claims."""
        until = credential.valid_until
        return cls(
            id,
            name,
            role,
            credential.types,
            credential.issuer,
            credential.claims,
            moment(until) if until else None,
            tuple(tags),
        )

    @classmethod
    def read(cls, own: str, about: About, until: str) -> Self:
        """From what `described` made: as many claims as an index has room for."""
        id_, name, role, more = own.split(FIELD)
        tags = tuple(more.split(TAG)[1:-1])
        return cls(id_, name, role, about.types, about.issuer, about.claims, until or None, tags)


def label_of(body: Mapping[str, Any]) -> Label:
    """The label of a stored credential. One that cannot be read has a name still."""
    id_, name, role, tags = body["id"], body["name"], body["role"], body.get("tags", ())
    try:
        credential = read_credential(body["raw"].encode())
    except CredentialError:
        return Label(id_, name, role, (), "", (), None, tuple(tags))
    return Label.of(id_, name, role, credential, tags)


def moment(time: datetime) -> str:
    """A time as text that sorts as times do."""
    return time.astimezone(UTC).isoformat()


def described(body: Mapping[str, Any]) -> Described:
    """A stored credential. One that cannot be read has a name still."""
    try:
        credential = read_credential(body["raw"].encode())
    except CredentialError:
        return Described(_own(body, ()), _written([], "", [], []), "")
    until = credential.valid_until
    return Described(
        _own(body, _texts(credential.document.get("name"))),
        _about(credential),
        moment(until) if until else "",
    )


def _own(body: Mapping[str, Any], others: Iterable[str]) -> str:
    fields = (body["id"], body["name"], body["role"], " ".join(others))
    # In the last field, where programs that know no tags take them for one more name.
    return FIELD.join(map(in_one_line, fields)) + tagged(body.get("tags", ()))


def tagged(tags: Iterable[str]) -> str:
    """Tags as they stand in a line of the index, so that each is found as a whole."""
    return "".join(f"{TAG}{in_one_line(tag)}" for tag in tags) + (TAG if tags else "")


def in_one_line(text: str) -> str:
    """A text in which no mark stands that an index puts between texts; not too long."""
    return text.translate(_MARKS)[:_MAX_SIZE]


def _about(credential: Credential) -> str:
    issuer = credential.document.get("issuer")
    more = _texts(issuer.get("name")) if isinstance(issuer, Mapping) else []
    inner: dict[str, None] = {}
    _claim_names(credential.document.get("credentialSubject"), inner, 0)
    claims = list(_few(credential.claims))
    # Sorted, so that those of one issuer and type are alike.
    more = list(_few([*more, *sorted(inner.keys() - set(claims))]))
    return _written(list(_few(credential.types)), credential.issuer[:_MAX_SIZE], claims, more)


def _written(types: list[str], issuer: str, claims: list[str], more: list[str]) -> str:
    return json.dumps([types, issuer, claims, more], ensure_ascii=False, separators=(",", ":"))


def _few(names: Iterable[str]) -> Iterator[str]:
    """As many as an index has room for; each is whole, or left out."""
    room = _MAX_SIZE
    for count, name in enumerate(names):
        room -= len(name)
        if room < 0 or count == _MAX_NAMES:
            return
        yield name


def _claim_names(value: object, names: dict[str, None], depth: int) -> None:
    if depth > _MAX_DEPTH or len(names) > _MAX_NAMES:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in _SILENT:
                names[name] = None
            _claim_names(inner, names, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value[:_MAX_NAMES]:
            _claim_names(item, names, depth + 1)


def _texts(value: object) -> list[str]:
    """A name is a text, or one with its language, or several (VC Data Model 2.0, section 11.1)."""
    if isinstance(value, str):
        return [value[:_MAX_SIZE]]
    if isinstance(value, Mapping):
        return _texts(value.get("@value"))
    if isinstance(value, list | tuple):
        return [
            text
            for item in value[:_MAX_NAMES]
            if isinstance(item, str | Mapping)
            for text in _texts(item)
        ]
    return []
