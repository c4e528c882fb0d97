"""Bitstring Status List 1.0, section 2.1, and Token Status List, section 6: where a status is.

`credentialStatus` belongs to the VC Data Model, `status` to JSON Web Tokens; a credential secured
as a JWT may have both, and each is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.form import is_absolute_iri, read_set
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.status.errors import MalformedStatus, StatusError
from wallet.credentials.status.form import (
    check_index,
    read_index,
    read_list_url,
    read_messages,
    read_names,
    read_references,
    read_size,
    read_text,
)
from wallet.credentials.status.tracking import check_untracked, names_of
from wallet.credentials.status.values import StatusEntry, StatusKind, UnknownEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTRIES: Final = 32
"""Each entry costs a look at a list, which somebody has to fetch."""

_OF_CREDENTIALS: Final = {
    kind.value: kind for kind in (StatusKind.BITSTRING, StatusKind.STATUS_LIST_2021)
}


def status_entries(document: Mapping[str, Any]) -> tuple[StatusEntry | UnknownEntry, ...]:
    """Every status that a credential, or the claims of a JWT, says it has; in their order.

    Only the members of `document` itself are looked at: the `vc` claim of a credential of the data
    model 1.1 is to be put in its place before.

    Raises:
        MalformedStatus: an entry breaks a rule of its standard.
        StatusOutOfRange: its index, or its size, is beyond any list that is read.
        StatusUnavailable: its list has an address from which nothing is fetched.
        StatusUnverified: its list has an address that betrays the holder.
        TooComplex: there are more than `MAX_ENTRIES`.
    """
    listed = document.get("credentialStatus")
    if isinstance(listed, list) and len(listed) > MAX_ENTRIES:
        raise TooComplex(f"the credential has {len(listed)} statuses, of which none is looked at")
    try:
        entries = (*_entries_of_credential(document), *_entries_of_claims(document))
    except StatusError:
        raise
    except InvalidCredential as error:
        raise MalformedStatus(error.path, error.reason) from error
    if len(entries) > MAX_ENTRIES:
        raise TooComplex(f"the credential has {len(entries)} statuses, of which none is looked at")
    names = names_of(document) if entries else frozenset()
    for entry in entries:
        if isinstance(entry, StatusEntry):
            check_untracked(entry.url, entry.index, names)
    return entries


def _entries_of_credential(document: Mapping[str, Any]) -> Iterator[StatusEntry | UnknownEntry]:
    for path, raw in read_set(document, "credentialStatus"):
        types = read_names(raw, "type", path)
        known = [_OF_CREDENTIALS[name] for name in types if name in _OF_CREDENTIALS]
        match known:
            case []:
                yield UnknownEntry(types[0], path)
            case [kind]:
                yield _read_entry(raw, kind, path)
            case _:
                raise MalformedStatus(child(path, "type"), "must name one kind of status list")


def _read_entry(raw: Mapping[str, Any], kind: StatusKind, path: str) -> StatusEntry:
    url = read_list_url(raw, "statusListCredential", path)
    size = read_size(raw, path)
    messages = read_messages(raw, "statusMessage", path, size=size)
    if size > 1 and not messages:
        raise MalformedStatus(child(path, "statusMessage"), "is missing")
    return StatusEntry(
        kind=kind,
        url=url,
        index=read_index(read_text(raw, "statusListIndex", path), child(path, "statusListIndex")),
        pointer=path,
        purpose=read_text(raw, "statusPurpose", path),
        size=size,
        messages=messages,
        references=read_references(raw, path),
        id=_read_id(raw, path, url=url),
    )


def _read_id(raw: Mapping[str, Any], path: str, *, url: str) -> str | None:
    if "id" not in raw:
        return None
    identifier = raw["id"]
    if not isinstance(identifier, str) or not is_absolute_iri(identifier):
        raise MalformedStatus(child(path, "id"), "must be an absolute URL")
    if identifier == url:
        raise MalformedStatus(child(path, "id"), "must not be the URL of the list itself")
    return identifier


def _entries_of_claims(claims: Mapping[str, Any]) -> Iterator[StatusEntry | UnknownEntry]:
    """A mechanism is a member of `status` that is an object.

    A credential may use the word for a claim of its own, which is told by there being no mechanism.
    """
    if "status" not in claims:
        return
    status, path = claims["status"], child(ROOT, "status")
    if not isinstance(status, Mapping):
        status = {}
    found = False
    for name, raw in status.items():
        if name == StatusKind.TOKEN:
            yield _read_token_entry(raw, child(path, name))
        elif isinstance(raw, Mapping):
            yield UnknownEntry(name, child(path, name))
        else:
            continue
        found = True
    if not found and "@context" not in claims:
        raise MalformedStatus(path, "must be an object with a way to learn the status")


def _read_token_entry(raw: object, path: str) -> StatusEntry:
    if not isinstance(raw, Mapping):
        raise MalformedStatus(path, "must be an object with idx and uri")
    index = raw.get("idx")
    # A boolean is an `int` to Python.
    if type(index) is not int or index < 0:
        raise MalformedStatus(child(path, "idx"), "must be a whole number, not below zero")
    return StatusEntry(
        kind=StatusKind.TOKEN,
        url=read_list_url(raw, "uri", path),
        index=check_index(index),
        pointer=path,
    )
