"""What adding, listing and removing trusted issuers comes to; the file alone is needed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.actions.result import Result, Table
from wallet.credentials.signed_json import signer_of
from wallet.errors import BadInput
from wallet.messages import say
from wallet.trust import add, read_document, remove, trusted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wallet.messages import Message
    from wallet.trust import Trusted


def added(home: Path, entry: Trusted) -> Result:
    """Trust an issuer. Raises `BadInput` where the very same stands there."""
    add(home, entry)
    return Result(sentence(entry), data=entry.to_json())


def listed(home: Path) -> Result:
    """Those who are trusted by name."""
    entries = trusted(home)
    return Result(
        say("trusted issuers: {count}", count=len(entries))
        if entries
        else say("nobody is trusted by name: trust is not judged"),
        data={"trusted": [entry.to_json() for entry in entries]},
        table=Table(
            (say("Issuer"), say("Types"), say("Name")),
            tuple((one.issuer, ", ".join(one.types) or say("all"), one.name) for one in entries),
        ),
    )


def removed(home: Path, issuer: str) -> Result:
    """Trust an issuer for nothing any more. Raises `NoSuchEntry`."""
    count = remove(home, issuer)
    summary = say("{issuer} is trusted no longer", issuer=issuer)
    return Result(summary, data={"issuer": issuer, "removed": count})


def sentence(entry: Trusted) -> Message:
    """Who is trusted for what."""
    if not entry.types:
        return say("{issuer} is trusted for everything", issuer=entry.issuer)
    types = ", ".join(entry.types)
    return say("{issuer} is trusted for {types}", issuer=entry.issuer, types=types)


def offered(home: Path, data: bytes, signer: str) -> tuple[Trusted, ...]:
    """Those in a list that somebody signed who are not trusted so already.

    Raises:
        BadInput: it is no such list, or not signed by `signer`.
    """
    document, entries = read_document(data)
    if signer_of(document, {signer}) is None:
        raise BadInput(
            f"the list is not signed by {signer}",
            hint="a signer's DID is one that is its own document, such as a did:key",
        )
    known = {(one.issuer, one.types) for one in trusted(home)}
    return tuple(one for one in entries if (one.issuer, one.types) not in known)


def taken_over(home: Path, fresh: Sequence[Trusted]) -> Result:
    """Trust all of them."""
    for entry in fresh:
        add(home, entry)
    return Result(
        say("issuers taken over: {count}", count=len(fresh)),
        data={"added": [entry.to_json() for entry in fresh]},
    )
