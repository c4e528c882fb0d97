"""What the wallet knows of one credential: what it says, whose it is, and what happened with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from wallet.credentials.readable import claims_said
from wallet.credentials.received import certified_name
from wallet.entries import contacts, credential, dids, holder_of, name_of, names
from wallet.journal import sieve
from wallet.marking import marked_name
from wallet.messages import say
from wallet.overview import listed
from wallet.trust import trust_rule, trusted
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from wallet.credentials.readable import Said
    from wallet.entries import StoredCredential
    from wallet.messages import Message
    from wallet.overview import Listed
    from wallet.wallet import Wallet

BLOCKS: Final = 40
"""Of the journal, the newest that are looked through: some 10,000 entries."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued it, as far as the person knows them.

    Attributes:
        did: its identifier.
        name: what the person calls it, or what it calls itself; may be empty.
        is_known: whether it is a contact, or a DID of the wallet's own.
        standing: what the person thinks of it: whether it is trusted, and for what.
        warnings: why the name may not be what it looks like.
    """

    did: str
    name: str
    is_known: bool
    standing: Message
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of it.

    Attributes:
        listed: as a list shows it.
        entry: the credential itself.
        claims: what it says.
        subjects: whom it is about, each with the name that the person knows.
        holder: the DID of the wallet's that can present it, if one can.
        issuer: who issued it.
    """

    listed: Listed
    entry: StoredCredential
    claims: tuple[Said, ...]
    subjects: tuple[str, ...]
    holder: str
    issuer: Issuer


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened with it; `at` is ISO 8601."""

    at: str
    what: Message


def dossier(wallet: Wallet, id_: str) -> Dossier:
    """Raises `NoSuchEntry` where the credential is gone."""
    entry, known = credential(wallet.index, id_), names(wallet.vault)
    holder = holder_of(dids(wallet.vault), entry)
    return Dossier(
        listed(wallet, id_),
        entry,
        claims_said(entry.credential),
        tuple(name_of(subject, known) for subject in entry.credential.subjects),
        "" if holder is None else holder.described,
        _issuer(wallet, entry, known),
    )


def past(
    wallet: Wallet, entry: StoredCredential, titles: Mapping[str, Message]
) -> tuple[Event, ...]:
    """What happened with it, the newest first, as far as the journal and the vault tell.

    `titles` are what actions are called, by name.
    """
    stored = wallet.vault.get(Kind.CREDENTIAL, entry.id).created
    events = [
        Event(stored.isoformat(timespec="seconds"), say("it came into the wallet")),
        *_written(wallet, entry.id, titles),
        *_shown(wallet, entry),
    ]
    issued = entry.credential.valid_from
    if issued is not None:
        events.append(Event(issued.isoformat(timespec="seconds"), say("its issuer dated it")))
    return tuple(sorted(events, key=lambda event: event.at, reverse=True))


def _written(wallet: Wallet, id_: str, titles: Mapping[str, Message]) -> Iterator[Event]:
    """What the journal says was made of it."""
    blocks = sieve.begin(wallet.vault).left
    for block in islice(blocks, BLOCKS):
        for record in wallet.vault.block(Kind.JOURNAL, block).values():
            entry = record.body
            if entry.get("made") == id_:
                yield Event(str(entry["at"]), _deed(entry, titles))


def _deed(entry: Mapping[str, Any], titles: Mapping[str, Message]) -> Message:
    action, outcome, asker = (str(entry.get(name, "")) for name in ("action", "outcome", "asked"))
    return say(
        "{action}: {outcome}; asked by {asker}",
        action=titles.get(action, action),
        outcome=_OUTCOMES.get(outcome, outcome),
        asker=_ASKERS.get(asker, asker),
    )


_OUTCOMES: Final = {one.value: said for one, said in sieve.OUTCOMES.items()}
_ASKERS: Final = {one.value: said for one, said in sieve.ASKERS.items()}


def _shown(wallet: Wallet, entry: StoredCredential) -> Iterator[Event]:
    """What was shown of its types; the vault keeps to whom, and not which credential it was."""
    known = names(wallet.vault)
    for record in wallet.vault.all(Kind.DISCLOSURE):
        body = record.body
        if set(body.get("types", ())) == set(entry.credential.types) and "at" in body:
            verifier = name_of(str(body.get("verifier")), known)
            what = say("one of its type was shown to {verifier}", verifier=verifier)
            yield Event(str(body["at"]), what)


def _issuer(wallet: Wallet, entry: StoredCredential, known: Mapping[str, str]) -> Issuer:
    did = entry.credential.issuer
    claimed = _own_name(entry)
    name = known.get(did, claimed)
    others = [one.name for one in contacts(wallet.vault) if str(one.did) != did]
    warnings = () if did in known else marked_name(claimed, others).warnings
    return Issuer(did, name, did in known, _standing(wallet, entry), warnings if claimed else ())


def _own_name(entry: StoredCredential) -> str:
    """What the issuer calls itself, where it does."""
    issuer = entry.credential.document.get("issuer")
    name = issuer.get("name") if isinstance(issuer, Mapping) else None
    return name if isinstance(name, str) else ""


def _standing(wallet: Wallet, entry: StoredCredential) -> Message:
    did = entry.credential.issuer
    if certified_name(entry.credential) is not None:
        return say("a certificate names it, which counts under a root that you trust: verify it")
    if any(own.id == did for own in dids(wallet.vault)):
        return say("it is one of your own DIDs")
    if trust_rule(wallet.home) is None:
        return say("you have named nobody whom you trust, so nobody is told as untrusted")
    given = [one for one in trusted(wallet.home) if one.issuer == did]
    if not given:
        return say("it is not among those whom you trust")
    types = sorted({name for one in given for name in one.types})
    if any(not one.types for one in given):
        return say("you trust it for everything")
    if set(types) & set(entry.credential.types):
        return say("you trust it for {types}", types=", ".join(types))
    return say("you trust it for {types}, and not for this", types=", ".join(types))
