"""What adding, listing and removing trusted issuers comes to; the file alone is needed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.errors import DIDError
from did.identifier import DID
from wallet.actions.proposal import Statement
from wallet.actions.result import Result, Table
from wallet.credentials.signed_json import signer_of
from wallet.credentials.timestamps import write_timestamp
from wallet.errors import BadInput
from wallet.files import read_file
from wallet.messages import say
from wallet.trust import (
    TrustedRoot,
    add,
    add_root,
    read_document,
    remove,
    remove_root,
    trusted,
    trusted_roots,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wallet.messages import Message
    from wallet.trust import Trusted


def added(home: Path, entry: Trusted) -> Result:
    """Trust an issuer. Raises `BadInput` where the very same stands there."""
    add(home, entry)
    return Result(sentence(entry), data=entry.to_json())


def issuer_in(text: str) -> str:
    """An issuer as credentials name them: a DID, or the https address of one of SD-JWT VCs.

    Raises:
        BadInput: it is neither.
        InvalidDID: it is no DID.
    """
    if not is_address(text):
        return str(DID.parse(text))
    # Deferred: most issuers are named by DIDs.
    from wallet.verify.issuers import metadata_address  # noqa: PLC0415

    try:
        metadata_address(text)
    except DIDError as error:
        raise BadInput(f"nobody issues by the name {text!r:.200}: {error}") from error
    return text


def is_address(text: str) -> bool:
    """Whether it is meant as an address, and not as a DID or a name."""
    return "://" in text


def root_in(text: str, *, types: Sequence[str] = (), name: str = "") -> TrustedRoot:
    """The root in a file, or whose PEM the text is.

    Raises:
        BadInput: there is none.
    """
    is_itself = text.lstrip().startswith(_PEM)
    data = text.encode() if is_itself else read_file(text)
    return TrustedRoot.read(data, types=tuple(dict.fromkeys(types)), name=name)


_PEM: Final = "-----BEGIN CERTIFICATE-----"


def root_added(home: Path, root: TrustedRoot) -> Result:
    """Trust the issuers under a root. Raises `BadInput` where it stands there."""
    add_root(home, root)
    return Result(root_sentence(root), data=root.to_json())


def root_sentence(root: TrustedRoot) -> Message:
    """What a root is trusted for."""
    if not root.types:
        return say("issuers under {root} are trusted", root=root.subject)
    types = ", ".join(root.types)
    return say("issuers of {types} under {root} are trusted", types=types, root=root.subject)


def root_facts(root: TrustedRoot) -> tuple[tuple[Message, Message | str], ...]:
    """What a person compares before they trust it."""
    return (
        (say("Subject"), root.subject),
        (say("SHA-256"), root.fingerprint),
        (say("Valid from"), write_timestamp(root.valid_from)),
        (say("Valid until"), write_timestamp(root.valid_until)),
        (say("Types"), ", ".join(root.types) or say("all")),
        *(((say("Name"), root.name),) if root.name else ()),
    )


def root_statement(root: TrustedRoot) -> Statement:
    """What is agreed to where a root is trusted."""
    return Statement(
        say("Trust the issuers under a root"),
        facts=root_facts(root),
        warnings=(
            say(
                "whoever has the key of this root can issue anything under it: compare its SHA-256"
                " with what its authority publishes"
            ),
        ),
    )


def root_named(home: Path, reference: str) -> TrustedRoot | None:
    """The root of a fingerprint, the beginning of one, or a name; None where there is none.

    Raises:
        BadInput: several are meant.
    """
    if reference.startswith("did:"):
        return None
    digits = reference.replace(":", "").lower()
    found = [
        one
        for one in trusted_roots(home)
        if one.name == reference or (len(digits) >= _FEWEST and one.fingerprint.startswith(digits))
    ]
    if len(found) > 1:
        raise BadInput(f"{reference!r} is more than one root", hint="see: holdfast trust list")
    return found[0] if found else None


_FEWEST: Final = 8
"""The digits of a fingerprint that are enough to name it."""


def listed(home: Path) -> Result:
    """Those who are trusted by name, and the roots under which others are."""
    entries, roots = trusted(home), trusted_roots(home)
    return Result(
        _counted(entries, roots),
        data={
            "trusted": [entry.to_json() for entry in entries],
            "roots": [root.to_json() for root in roots],
        },
        table=Table(
            (say("Issuer"), say("Types"), say("Name")),
            (
                *((one.issuer, ", ".join(one.types) or say("all"), one.name) for one in entries),
                *(
                    (
                        f"{one.subject} (SHA-256 {one.fingerprint})",
                        ", ".join(one.types) or say("all"),
                        one.name,
                    )
                    for one in roots
                ),
            ),
        ),
    )


def _counted(entries: Sequence[Trusted], roots: Sequence[TrustedRoot]) -> Message:
    if not roots:
        if not entries:
            return say("nobody is trusted by name: trust is not judged")
        return say("trusted issuers: {count}", count=len(entries))
    return say(
        "trusted issuers: {count}; roots of certificates: {roots}",
        count=len(entries),
        roots=len(roots),
    )


def removed(home: Path, issuer: str) -> Result:
    """Trust an issuer, or a root, for nothing any more. Raises `NoSuchEntry`."""
    root = root_named(home, issuer)
    if root is not None:
        remove_root(home, root.fingerprint)
        summary = say("{root} is trusted no longer", root=root.subject)
        return Result(summary, data={**root.to_json(), "removed": 1})
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
