"""What is asked in a body, read once: strict JSON, and no member that is not understood.

A member that nobody here knows could change what its sender means, and is refused.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, InvalidJSON
from wallet.credentials.strict_json import read_json, write_json
from wallet.credentials.timestamps import read_timestamp
from wallet.serving.problems import MALFORMED, PARSING, Problem

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from wallet.credentials.form import JSONObject

CHECKS: Final = frozenset({"proof", "credentialStatus", "credentialSchema"})
"""What `checks` may ask for; without it, everything is checked."""

ISSUE_OPTIONS: Final = frozenset(
    {
        *("created", "expires", "credentialId", "mandatoryPointers"),
        *("proofId", "previousProof", "commitment"),
    }
)
"""What `options` of `issue` may hold."""

_DIGITS: Final = 12
MAX_POINTERS: Final = 256
"""How many JSON pointers a request may hold."""


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """`POST /credentials/issue`.

    Attributes:
        credential: as it came, without a proof or with those that are to stay.
        created: when the proof says that it was made; None for now.
        expires: when it says that it ends.
        mandatory: JSON pointers to what a holder cannot hide; None where nothing is said of it.
        proof_id: what the proof is called.
        previous: the proofs of the credential that it builds on.
        commitment: what its holder gave, as `holdfast commitment` writes it; it is not read here.
    """

    credential: JSONObject = field(repr=False)
    created: datetime | None = None
    expires: datetime | None = None
    mandatory: tuple[str, ...] | None = None
    proof_id: str | None = None
    previous: tuple[str, ...] = ()
    commitment: JSONObject | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read it. Raises `Problem`."""
        body = _members(data, {"credential"})
        options = _options(body, ISSUE_OPTIONS)
        credential = _object(body, "credential")
        id_ = _text(options, "credentialId")
        if id_ is not None and credential.setdefault("id", id_) != id_:
            raise _malformed("credentialId", "is not the id of the credential")
        return cls(
            credential,
            created=_time(options, "created"),
            expires=_time(options, "expires"),
            mandatory=_pointers(options, "mandatoryPointers"),
            proof_id=_text(options, "proofId"),
            previous=_texts(options, "previousProof") or (),
            commitment=None
            if options.get("commitment") is None
            else _object(options, "commitment"),
        )


@dataclass(frozen=True, slots=True)
class ProveRequest:
    """`POST /presentations/prove`. `holder` of the presentation may be left to the server."""

    presentation: JSONObject = field(repr=False)
    challenge: str | None = None
    domain: str | None = None
    created: datetime | None = None

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read it. Raises `Problem`."""
        body = _members(data, {"presentation"})
        options = _options(body, {"challenge", "domain", "created"})
        return cls(
            _object(body, "presentation"),
            challenge=_text(options, "challenge"),
            domain=_text(options, "domain"),
            created=_time(options, "created"),
        )


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """`POST /credentials/verify` and `/presentations/verify`.

    Attributes:
        document: the bytes of the JSON, or of the token, that is to be judged.
        checks: what is to be checked; None for everything.
        challenge: what a presentation must answer.
        domain: whom it must be for.
    """

    document: bytes = field(repr=False)
    checks: frozenset[str] | None = None
    challenge: str | None = None
    domain: str | None = None

    @classmethod
    def parse(cls, data: bytes, member: str) -> Self:
        """Read what stands in `member`: a JSON object, or the text of a token. Raises `Problem`."""
        body = _members(data, {member})
        bound = {"challenge", "domain"} if member == "verifiablePresentation" else set()
        # What a suite says for presentations it says for credentials, too: there it binds nothing.
        options = _options(body, {"checks", "challenge", "domain"})
        value = body.get(member)
        # A document that stands there as text is none: only a token is text.
        if isinstance(value, str) and value and not value.lstrip().startswith(("{", "[", '"')):
            document = value.encode()
        else:
            document = write_json(_object(body, member))
        return cls(
            document,
            checks=_checks(options),
            **{name: _text(options, name) for name in bound},
        )


@dataclass(frozen=True, slots=True)
class DeriveRequest:
    """`POST /credentials/derive`."""

    credential: JSONObject = field(repr=False)
    pointers: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read it. Raises `Problem`."""
        body = _members(data, {"verifiableCredential"})
        options = _options(body, {"selectivePointers"})
        pointers = _pointers(options, "selectivePointers") or ()
        return cls(_object(body, "verifiableCredential"), pointers)


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """`POST /credentials/status`: which credential is meant, and what is said of it.

    Attributes:
        credential: its id; None where its place is given.
        place: the address of a status list, and an index in it.
        purpose: of the list.
        value: whether it is set or cleared.
    """

    credential: str | None
    place: tuple[str, int] | None
    purpose: str
    value: bool

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read it; `status` is true where it is left out. Raises `Problem`."""
        body = _members(data, {"credentialId", "credentialStatus", "status", "indexAllocator"})
        entry = _object(body, "credentialStatus")
        credential, place = _text(body, "credentialId"), _place(entry)
        if credential is None and place is None:
            raise _malformed("credentialId", "is missing")
        value = body.get("status", True)
        if not isinstance(value, bool):
            raise _malformed("status", "must be true or false")
        return cls(credential, place, _text(entry, "statusPurpose") or "revocation", value)


def _place(entry: dict[str, Any]) -> tuple[str, int] | None:
    """Bitstring Status List 1.0, section 2.1: the index is written as text."""
    url, index = _text(entry, "statusListCredential"), _text(entry, "statusListIndex")
    if url is None or index is None:
        return None
    if not index.isascii() or not index.isdecimal() or len(index) > _DIGITS:
        raise _malformed("statusListIndex", "must be a number, written as text")
    return url, int(index)


def _members(data: bytes, known: Collection[str]) -> dict[str, Any]:
    try:
        body = read_json(data)
    except InvalidJSON as error:
        raise Problem(HTTPStatus.BAD_REQUEST, str(error), type=PARSING, check="syntax") from error
    if not isinstance(body, dict):
        raise Problem(
            HTTPStatus.BAD_REQUEST, "the body must be a JSON object", type=PARSING, check="syntax"
        )
    _refuse_others(body, {*known, "options"}, "the body")
    return body


def _options(body: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    options = body.get("options")
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise _malformed("options", "must be an object")
    _refuse_others(options, known, "options")
    return options


def _refuse_others(value: dict[str, Any], known: Collection[str], place: str) -> None:
    if others := sorted(value.keys() - set(known)):
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            f"{place} has {others[0]!r:.80}, which is not understood here;"
            f" understood: {', '.join(sorted(known)) or 'nothing'}",
            type=MALFORMED,
            check="request",
        )


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in body:
        raise _malformed(name, "is missing")
    value = body[name]
    if not isinstance(value, dict):
        raise _malformed(name, "must be an object")
    return value


def _text(options: dict[str, Any], name: str) -> str | None:
    value = options.get(name)
    if value is not None and not (isinstance(value, str) and value):
        raise _malformed(name, "must be text")
    return value


def _texts(options: dict[str, Any], name: str) -> tuple[str, ...] | None:
    value = options.get(name)
    if value is None:
        return None
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _malformed(name, "must be a list of texts")
    return tuple(texts)


def _pointers(options: dict[str, Any], name: str) -> tuple[str, ...] | None:
    pointers = _texts(options, name)
    if pointers is not None and len(pointers) > MAX_POINTERS:
        raise _malformed(name, f"holds more than {MAX_POINTERS} pointers")
    return pointers


def _checks(options: dict[str, Any]) -> frozenset[str] | None:
    named = _texts(options, "checks")
    if named is None:
        return None
    if others := sorted(set(named) - CHECKS):
        raise _malformed("checks", f"names {others[0]!r:.80}; known: {', '.join(sorted(CHECKS))}")
    if "proof" not in named:
        raise _malformed("checks", "must name proof: without its proof, nothing of it counts")
    return frozenset(named)


def _time(options: dict[str, Any], name: str) -> datetime | None:
    if options.get(name) is None:
        return None
    try:
        return read_timestamp(options[name], path=name)
    except InvalidCredential as error:
        raise Problem(
            HTTPStatus.BAD_REQUEST, str(error), type=MALFORMED, check="request"
        ) from error


def _malformed(name: str, reason: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, f"{name} {reason}", type=MALFORMED, check="request")
