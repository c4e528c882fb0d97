"""VC Data Model 1.1, section 6.3.1: a document spread over `vc` or `vp` and the registered claims.

Read as the standard and did-jwt-vc read it, but that a claim and a member which disagree are
refused, where others let one of them win. Written without what the claims say already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, assert_never

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats.jose.claims import numeric_date
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.timestamps import read_timestamp, write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wallet.credentials.formats.jose.claims import Claims
    from wallet.credentials.formats.jose.kinds import Kind

# What some writers repeat beside `vc`, and other readers would let win over what stands in it.
_MODEL_MEMBERS: Final = frozenset(
    {
        "@context", "id", "type", "holder", "credentialSubject", "verifiableCredential", "proof",
        "issuanceDate", "expirationDate", "validFrom", "validUntil", "credentialStatus",
        "credentialSchema", "refreshService", "termsOfUse", "evidence",
    }
)  # fmt: skip


def document_of(payload: Mapping[str, Any], claims: Claims, kind: Kind) -> dict[str, Any]:
    """The document of a payload: what its `vc` or `vp` says, and what the claims say for it.

    Raises:
        InvalidCredential: a claim and a member disagree, or `iss` is missing.
    """
    match kind:
        case "credential":
            document = _credential(payload, claims)
        case "presentation":
            document = _presentation(payload, claims)
        case _:
            assert_never(kind)
    for name in _MODEL_MEMBERS & payload.keys():
        if name not in document or not _same(name, payload[name], document[name]):
            raise InvalidCredential(child(ROOT, name), "says otherwise than what it stands beside")
    return document


def payload_of(document: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """The claims and `vc` or `vp` of a document, without those that only a token has.

    Raises:
        InvalidCredential: a time of it cannot be read.
    """
    rest = dict(document)
    party = "issuer" if kind == "credential" else "holder"
    claims: dict[str, object] = {
        "iss": _take_id(rest, party),
        "jti": _take_text(rest, "id"),
    }
    if kind == "presentation":
        return {**_present(claims), "vp": rest}
    claims["sub"] = _take_id(rest, "credentialSubject")
    claims["nbf"] = _take_time(rest, "issuanceDate")
    claims["exp"] = _take_time(rest, "expirationDate")
    return {**_present(claims), "vc": rest}


def _credential(payload: Mapping[str, Any], claims: Claims) -> dict[str, Any]:
    path = child(ROOT, "vc")
    document = _object(payload["vc"], path)
    if "issuer" in payload and payload["issuer"] != document.setdefault(
        "issuer", payload["issuer"]
    ):
        raise InvalidCredential(child(ROOT, "issuer"), "says otherwise than vc.issuer")
    _fill_party(document, "issuer", claims.iss, path)
    _fill(document, "id", claims.jti, path)
    if claims.sub is not None:
        _fill_subject(document, claims.sub, path)
    start = claims.nbf
    if start is None and "issuanceDate" not in document:
        start = claims.iat  # did-jwt-vc makes tokens without `nbf`
    _fill_time(document, "issuanceDate", start, path)
    _fill_time(document, "expirationDate", claims.exp, path)
    if "status" in payload:  # Token Status List, section 6.2: whether the token was taken back
        _fill(document, "status", payload["status"], path)
    return document


def _presentation(payload: Mapping[str, Any], claims: Claims) -> dict[str, Any]:
    path = child(ROOT, "vp")
    document = _object(payload["vp"], path)
    _fill_party(document, "holder", claims.iss, path)
    _fill(document, "id", claims.jti, path)
    if claims.sub not in {None, claims.iss}:
        raise InvalidCredential(child(ROOT, "sub"), "is not its holder, and is for credentials")
    return document


def _object(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise InvalidCredential(path, "must be an object with members")
    return dict(value)


def _fill(target: dict[str, Any], name: str, value: object, path: str) -> None:
    if value is not None and target.setdefault(name, value) != value:
        raise InvalidCredential(child(path, name), f"is not what the claims say: {value!r:.100}")


def _fill_party(document: dict[str, Any], name: str, iss: str | None, path: str) -> None:
    if iss is None:
        raise InvalidCredential(child(ROOT, "iss"), "is missing")
    party = document.get(name)
    if isinstance(party, dict):
        document[name] = party = dict(party)
        _fill(party, "id", iss, child(path, name))
    else:
        _fill(document, name, iss, path)


def _fill_subject(document: dict[str, Any], sub: str, path: str) -> None:
    """A token has one subject, and so has the credential in it where the token names it."""
    path = child(path, "credentialSubject")
    subjects = document.get("credentialSubject", {})
    listed = isinstance(subjects, list)
    subject = subjects[0] if listed and len(subjects) == 1 else subjects
    if not isinstance(subject, dict):
        raise InvalidCredential(path, "must be one object, for the claim 'sub' names one subject")
    subject = dict(subject)
    _fill(subject, "id", sub, path)
    document["credentialSubject"] = [subject] if listed else subject


def _fill_time(document: dict[str, Any], name: str, at: datetime | None, path: str) -> None:
    """A claim in whole seconds stands for every time within that second."""
    if at is None:
        return
    if name not in document:
        document[name] = write_timestamp(at)
        return
    said = read_timestamp(document[name], path=child(path, name))
    if numeric_date(said) != numeric_date(at):
        raise InvalidCredential(
            child(path, name), f"is not what the claims say: {write_timestamp(at)}"
        )


def _same(name: str, outer: object, inner: object) -> bool:
    """Whether a member beside `vc` says what that in it does; a time, to the second."""
    if outer == inner or name not in {"issuanceDate", "expirationDate"}:
        return outer == inner
    times = [read_timestamp(value, path=child(ROOT, name)) for value in (outer, inner)]
    return numeric_date(times[0]) == numeric_date(times[1])


def _present(claims: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in claims.items() if value is not None}


def _take_text(document: dict[str, Any], name: str) -> str | None:
    return document.pop(name) if isinstance(document.get(name), str) else None


def _take_id(document: dict[str, Any], name: str) -> str | None:
    """The identifier of a party or subject. One in a list stays in its place as well."""
    value = document.get(name)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        value = dict(value[0])
        return _take_text(value, "id")
    if isinstance(value, dict):
        document[name] = value = dict(value)
        return _take_text(value, "id")
    return _take_text(document, name)


def _take_time(document: dict[str, Any], name: str) -> int | None:
    """The claim for a time, which stays in its place where the claim would change its spelling."""
    if name not in document:
        return None
    at = read_timestamp(document[name], path=child(ROOT, name))
    if document[name] == write_timestamp(at):
        del document[name]
    return numeric_date(at)
