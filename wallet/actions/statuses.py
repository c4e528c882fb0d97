"""Taking credentials back: the wallet's status lists, and what they say of what it issued."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result, Table
from wallet.actions.securing import Mechanism, prepare
from wallet.credentials.form import is_absolute_iri
from wallet.credentials.formats import jose
from wallet.credentials.formats.data_integrity import TOKENS_ALONE
from wallet.credentials.status import TOKEN_TYPE, Purpose
from wallet.entries import OwnDID, dids, find, known_dids
from wallet.entries import credential as stored_credential
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import write_over
from wallet.messages import Message, say
from wallet.registrars.document_keys import signs_alone
from wallet.sources import wallet_contexts
from wallet.status_lists import (
    BITSTRING,
    REVOKED,
    SUSPENDED_TOKEN,
    TOKEN,
    OwnStatusList,
    initial_bits,
    keep,
    lists_of,
    status_lists,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.entries import StoredCredential
    from wallet.wallet import Wallet

LONGEST_ADDRESS: Final = 1024
_NAME: Final = re.compile(r"[^\W_][\w. -]{0,63}")


@dataclass(frozen=True, slots=True)
class _Signed:
    """A list worked out to the bytes that its issuer's key signs."""

    binding: bytes = field(repr=False)
    described: str
    finish: Callable[[], bytes] = field(repr=False)


def create(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A new status list: kept here, and signed for the first time."""
    name, url = arguments["name"], arguments["url"]
    kind = arguments.get("kind", BITSTRING)
    purpose = arguments.get("purpose", Purpose.REVOCATION.value)
    messages = tuple(arguments.get("messages", ()))
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name!r} cannot name a status list", hint="letters, digits, . _ and -")
    if not is_absolute_iri(url) or not url.startswith("https://") or len(url) > LONGEST_ADDRESS:
        raise BadInput(f"{url!r:.100} is no address of the web", hint="it begins with https://")
    for other in status_lists(wallet.vault):
        if other.url == url or other.name.casefold() == name.casefold():
            raise BadInput(f"the status list {other.name!r} at {other.url} is there already")
    issuer = _issuer(wallet, arguments.get("issuer"))
    bits = initial_bits(kind, purpose, messages)
    made = OwnStatusList(url, name, issuer.id, kind, purpose, bits, messages=messages)
    facts = (
        (say("Name"), name),
        (say("Purpose"), say("revocation and suspension") if kind == TOKEN else purpose),
        (say("Issuer"), issuer.described),
        (say("Room for"), str(bits.length)),
    )
    title = say("Begin the status list {name}", name=name)
    return _publishing(wallet, "create_status_list", made, title, facts, arguments)


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """The wallet's status lists."""
    kept = status_lists(wallet.vault)
    rows = [
        {
            "name": one.name,
            "url": one.url,
            "kind": one.kind,
            "purpose": one.purpose,
            "issuer": one.issuer,
            "issued": len(one.taken),
            "set": sum(one.value_of(credential) != 0 for credential in one.taken),
        }
        for one in kept
    ]
    return Result(
        say("status lists: {count}", count=len(rows)) if rows else say("no status lists yet"),
        data={"status_lists": rows},
        table=Table(
            (say("Name"), say("Purpose"), say("Credentials"), say("Set"), say("Address")),
            tuple(
                (
                    str(row["name"]),
                    str(row["purpose"]),
                    str(row["issued"]),
                    str(row["set"]),
                    str(row["url"]),
                )
                for row in rows
            ),
        ),
    )


def publish(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The list as it stands, signed anew."""
    kept = find_list(wallet, arguments["name"])
    title = say("Sign the status list {name}", name=kept.name)
    return _publishing(wallet, "publish_status_list", kept, title, (), arguments)


def revoke(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Take a credential back for good."""
    entry, kept = _listed(wallet, arguments, Purpose.REVOCATION)
    title = say("Revoke {name}", name=entry.label)
    return _setting(wallet, "revoke_credential", entry, kept, REVOKED, title, arguments)


def suspend(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Take a credential back for a time."""
    entry, kept = _listed(wallet, arguments, Purpose.SUSPENSION)
    value = SUSPENDED_TOKEN if kept.kind == TOKEN else 1
    title = say("Suspend {name}", name=entry.label)
    return _setting(wallet, "suspend_credential", entry, kept, value, title, arguments)


def reinstate(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Let a credential count again that was suspended, or revoked by mistake."""
    entry = stored_credential(wallet.index, arguments["credential"])
    held = [one for one in lists_of(wallet.vault, entry.id) if one.value_of(entry.id)]
    held = [one for one in held if one.purpose != Purpose.MESSAGE]
    if not held:
        raise NoSuchEntry(f"{entry.label} is neither revoked nor suspended")
    title = say("Let {name} count again", name=entry.label)
    return _setting(wallet, "reinstate_credential", entry, held[0], 0, title, arguments)


def set_value(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Give a credential any value of a list, such as a message."""
    entry = stored_credential(wallet.index, arguments["credential"])
    kept = find_list(wallet, arguments["list"])
    text = arguments["value"]
    if not text.isascii() or not text.isdecimal() or len(text) > len("65535"):
        raise BadInput(f"{text!r} is no value of a status list", hint="a whole number from 0 on")
    title = say("Set {name} to {value} in {list}", name=entry.label, value=text, list=kept.name)
    return _setting(wallet, "set_status", entry, kept, int(text), title, arguments)


def find_list(wallet: Wallet, reference: str) -> OwnStatusList:
    """A list by its name, or by its address.

    Raises:
        NoSuchEntry: there is none.
    """
    kept = status_lists(wallet.vault)
    for one in kept:
        if reference == one.url or reference.casefold() == one.name.casefold():
            return one
    names = ", ".join(one.name for one in kept) or "none yet: holdfast status create"
    raise NoSuchEntry(f"the wallet has no status list {reference!r}", hint=f"it has: {names}")


def _listed(
    wallet: Wallet, arguments: Mapping[str, Any], purpose: Purpose
) -> tuple[StoredCredential, OwnStatusList]:
    """The credential, and its list for that purpose."""
    entry = stored_credential(wallet.index, arguments["credential"])
    for one in lists_of(wallet.vault, entry.id):
        if one.kind == TOKEN or one.purpose == purpose:
            return entry, one
    raise NoSuchEntry(
        f"{entry.label} is in no status list for {purpose}",
        hint="only a credential issued with --status can be taken back",
    )


def _setting(
    wallet: Wallet,
    action: str,
    entry: StoredCredential,
    kept: OwnStatusList,
    value: int,
    title: Message,
    arguments: Mapping[str, Any],
) -> Proposal:
    changed = kept.with_value(entry.id, value)
    facts = (
        (say("Id"), entry.id),
        (say("Status list"), kept.name),
        (say("Value"), f"{kept.value_of(entry.id)} → {value}"),
    )
    return _publishing(wallet, action, changed, title, facts, arguments)


def _publishing(
    wallet: Wallet,
    action: str,
    kept: OwnStatusList,
    title: Message,
    facts: tuple[tuple[Message, Message | str], ...],
    arguments: Mapping[str, Any],
) -> Proposal:
    """A list as it is to be, signed, kept, and written as the file to publish."""
    signed = _signed(wallet, kept)
    suffix = "jwt" if kept.kind == TOKEN else "json"
    target = Path(arguments.get("output", wallet.home / "outbox" / f"{kept.name}.{suffix}"))

    def perform() -> Result:
        data = signed.finish() + b"\n"
        keep(wallet.vault, kept)
        saved = write_over(target, data, lambda present: _is_of(present, kept.url))
        return Result(
            say("the status list {name} is signed", name=kept.name),
            data={"name": kept.name, "url": kept.url, "file": str(saved)},
            made=kept.url,
            saved=saved,
            next=say("put the file at {url}: until then, nobody can see it", url=kept.url),
        )

    statement = Statement(
        title,
        facts=(
            *facts,
            (say("Address"), kept.url),
            (say("Secured by"), signed.described),
            (say("Saved as"), str(target)),
        ),
    )
    return Proposal(action, statement, signed.binding, perform)


def _signed(wallet: Wallet, kept: OwnStatusList) -> _Signed:
    issuer = find(dids(wallet.vault), kept.issuer, noun="DID")
    key = wallet.registrars[issuer.did.method].signing(issuer)
    unsigned = kept.unsigned(wallet.clock())
    if kept.kind == TOKEN:
        token = jose.token_proposal(
            unsigned,
            typ=TOKEN_TYPE,
            signer=key.signer,
            verification_method=key.verification_method,
        )
        return _Signed(
            token.signing_bytes,
            f"JWT {TOKEN_TYPE} {token.alg}, {key.verification_method}",
            lambda: jose.attach(token, key.signer.sign(token.signing_bytes)),
        )
    # A list by a key that no cryptosuite signs with is a JWT.
    way = Mechanism("jwt" if issuer.algorithm in TOKENS_ALONE else "di")
    contexts = wallet_contexts(wallet.home)
    prepared = prepare(
        wallet, issuer, unsigned, way, key=key, now=wallet.clock(), contexts=contexts
    )
    return _Signed(prepared.binding, prepared.described, prepared.finish)


def _issuer(wallet: Wallet, reference: str | None) -> OwnDID:
    if reference is not None:
        return find(dids(wallet.vault), reference, noun="DID")
    held = [own for own in known_dids(wallet.vault) if signs_alone(own)]
    if not held:
        raise NoSuchEntry("the wallet has no DID to sign with", hint="holdfast did create")
    return held[-1]


def _is_of(present: bytes, url: str) -> bool:
    """Whether a file is an earlier state of the list at that address, JSON or a JWT."""
    # Deferred: only a second publishing looks at the first.
    from wallet.credentials.errors import CredentialError  # noqa: PLC0415
    from wallet.credentials.formats.jose import NO_TYPE, read_token  # noqa: PLC0415
    from wallet.credentials.strict_json import read_json  # noqa: PLC0415

    types = frozenset({TOKEN_TYPE, "vc+jwt", NO_TYPE})
    try:
        if present.lstrip().startswith(b"{"):
            value = read_json(present)
        else:
            value = read_token(present.strip(), typ=types).payload
    except CredentialError:
        return False
    return isinstance(value, dict) and url in {value.get("id"), value.get("sub")}
