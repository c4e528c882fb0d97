"""What a person calls their credentials: a name, and tags to sort them by."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from did.errors import DIDError
from did.identifier import DID
from wallet.actions.credentials import ENTRY
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Undo
from wallet.entries import credential, name_of, names
from wallet.errors import BadInput
from wallet.messages import say
from wallet.search.words import normal
from wallet.vault.record import Kind as Sort

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.entries import StoredCredential
    from wallet.messages import Message
    from wallet.wallet import Wallet

LONGEST_NAME: Final = 100
LONGEST_TAG: Final = 40
"""In characters."""
MOST_TAGS: Final = 20
"""Of one credential."""
_ID: Final = re.compile(r"cred-[0-9a-f]{8,64}", re.ASCII)


def rename(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Another name for a credential; an empty one, and it is called by its type again."""
    entry = credential(wallet.index, arguments["credential"])
    name = checked_name(arguments["name"].strip())
    if name == entry.name:
        raise BadInput("the credential is called so already")
    renamed = replace(entry, name=name)
    others = [one for one in wallet.index.named(name) if one.id != entry.id] if name else []
    summary = say("{old} is called {name} now", old=entry.label, name=renamed.label)

    def perform() -> Result:
        undo = Undo(RENAME_CREDENTIAL.name, {"credential": entry.id, "name": entry.name})
        return replace(_changed(wallet, entry, {"name": name}, summary), undo=undo)

    statement = Statement(
        say("Call {old} {name}", old=entry.label, name=renamed.label),
        facts=_facts(wallet, entry),
        warnings=tuple(
            say("{id} is called so, too: only their ids will tell them apart", id=one.id)
            for one in others[:1]
        ),
    )
    return Proposal(RENAME_CREDENTIAL.name, statement, f"{entry.id}\n{name}".encode(), perform)


def tag(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """More tags for a credential."""
    entry = credential(wallet.index, arguments["credential"])
    wanted, has = tags_of(arguments["tags"]), {normal(one) for one in entry.tags}
    fresh = tuple(one for one in wanted if normal(one) not in has)
    if not fresh:
        raise BadInput("the credential has these tags already")
    if len(entry.tags) + len(fresh) > MOST_TAGS:
        raise BadInput(f"a credential has at most {MOST_TAGS} tags")
    tagged, shown = replace(entry, tags=entry.tags + fresh), ", ".join(fresh)
    summary = say("{name} has the tags now: {tags}", name=entry.label, tags=_said(tagged))

    def perform() -> Result:
        undo = Undo(UNTAG_CREDENTIAL.name, {"credential": entry.id, "tags": list(fresh)})
        tags = {"tags": list(tagged.tags)}
        return replace(_changed(wallet, entry, tags, summary), undo=undo)

    statement = Statement(
        say("Tag {name}: {tags}", name=entry.label, tags=shown), facts=_facts(wallet, entry)
    )
    return Proposal(TAG_CREDENTIAL.name, statement, f"{entry.id}\n{shown}".encode(), perform)


def untag(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Fewer tags for a credential."""
    entry = credential(wallet.index, arguments["credential"])
    unwanted = {normal(one) for one in tags_of(arguments["tags"])}
    gone = tuple(one for one in entry.tags if normal(one) in unwanted)
    if not gone:
        raise BadInput(
            "the credential has no such tag", hint=f"it has: {', '.join(entry.tags) or 'none'}"
        )
    left = replace(entry, tags=tuple(one for one in entry.tags if one not in gone))
    shown = ", ".join(gone)
    summary = (
        say("{name} has the tags now: {tags}", name=entry.label, tags=_said(left))
        if left.tags
        else say("{name} has no tags now", name=entry.label)
    )

    def perform() -> Result:
        undo = Undo(TAG_CREDENTIAL.name, {"credential": entry.id, "tags": list(gone)})
        tags = {"tags": list(left.tags)}
        return replace(_changed(wallet, entry, tags, summary), undo=undo)

    statement = Statement(
        say("Take tags from {name}: {tags}", name=entry.label, tags=shown),
        facts=_facts(wallet, entry),
    )
    return Proposal(UNTAG_CREDENTIAL.name, statement, f"{entry.id}\n{shown}".encode(), perform)


def tags_of(words: Sequence[str]) -> tuple[str, ...]:
    """Tags as they are kept: `#work` is `work`, and no tag stands there twice.

    Raises:
        BadInput: one is empty, too long, or has signs in it that no tag has.
    """
    found: dict[str, str] = {}
    for word in words:
        one = word.strip().removeprefix("#").strip()
        if not 0 < len(one) <= LONGEST_TAG or not one.isprintable() or "," in one:
            raise BadInput(f"a tag has 1 to {LONGEST_TAG} printable characters, and no comma")
        found.setdefault(normal(one), one)
    return tuple(found.values())


def checked_name(name: str) -> str:
    """What a credential may be called. Raises `BadInput`."""
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(f"a credential's name has up to {LONGEST_NAME} printable characters")
    try:
        DID.parse(name)
    except DIDError:
        if not _ID.fullmatch(name):
            return name
    raise BadInput(f"{name!r} is no name: whatever it stands for would be taken for it")


def _changed(
    wallet: Wallet, entry: StoredCredential, changes: Mapping[str, Any], summary: Message
) -> Result:
    with wallet.vault.transaction():
        record = wallet.vault.get(Sort.CREDENTIAL, entry.id)  # deleted meanwhile, it stays so
        wallet.vault.put(Sort.CREDENTIAL, {**record.body, **changes}, id=entry.id)
    return Result(summary, data={"id": entry.id, **changes})


def _facts(wallet: Wallet, entry: StoredCredential) -> tuple[tuple[Message, str], ...]:
    return (
        (say("Id"), entry.id),
        (say("Type"), entry.type),
        (say("Issuer"), name_of(entry.credential.issuer, names(wallet.vault))),
        *(((say("Tags"), _said(entry)),) if entry.tags else ()),
    )


def _said(entry: StoredCredential) -> str:
    return ", ".join(entry.tags)


_TAGS: Final = Parameter("tags", Kind.TEXTS, "words to sort it by", required=True)

RENAME_CREDENTIAL: Final = Action(
    name="rename_credential",
    verb=("rename",),
    help="Call a credential by another name",
    example='holdfast rename cred-1f2e3d4c "Bachelor of Science"',
    parameters=(
        ENTRY,
        Parameter(
            "name",
            Kind.TEXT,
            "what to call it; an empty one for its type",
            required=True,
            empty=True,
        ),
    ),
    propose=rename,
    planned=False,
)

TAG_CREDENTIAL: Final = Action(
    name="tag_credential",
    verb=("tag",),
    help="Tag a credential with words to sort it by",
    example="holdfast tag cred-1f2e3d4c work 2027",
    parameters=(ENTRY, _TAGS),
    propose=tag,
    planned=False,
)

UNTAG_CREDENTIAL: Final = Action(
    name="untag_credential",
    verb=("untag",),
    help="Take tags from a credential",
    example="holdfast untag cred-1f2e3d4c work",
    parameters=(ENTRY, _TAGS),
    propose=untag,
    planned=False,
)
