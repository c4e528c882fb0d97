"""The prompt: the wallet's entries that matter, the turns before, and the message.

    D1 work, ethr, published
    C1~ university degree, Degree, from MIT, held: gpa, graduation_date
    P1= Acme
    < show my degree
    >show_credential credential=C1
    < no, send it toP1 Acme
    >

Drafts and handles stand there in shorthand (`agent.shorthand`); a mark after a handle says how
plainly the message names the entry (`agent.candidates`), and a handle in the message that the words
after it name that entry (`agent.links`). The model continues with a draft
(`agent.draft`) and a newline. Only entries that the message may mean are listed, so the prompt
stays short whatever the wallet holds. The training data in `models/` is rendered by this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from agent import shorthand
from agent.candidates import BEFORE, Candidate, candidates, folded
from agent.claim_words import plain_word
from agent.claims_said import ClaimsSaid, claims_said
from agent.draft import Draft, DraftStep, Handle, Names, Unknown, Value
from agent.links import links, named_wholly, naming, plainly
from agent.state import ContactEntry, CredentialEntry, DIDEntry, Entry, ProductEntry, State
from agent.words import UNIT, Masked, canonical, mask
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CLAIMS_LISTED: Final = 12
TURNS_KEPT: Final = 2  # earlier user turns in a prompt
LONGEST_MESSAGE: Final = 1_000  # characters
LONGEST_LABEL: Final = 80
# Names of more words, or Chinese ones of more characters, can be read as sentences.
_SENTENCE, _SENTENCE_ZH = 3, 8
_LETTERS: Final = {Kind.DID: "D", Kind.CREDENTIAL: "C", Kind.CONTACT: "P", Kind.PRODUCT: "G"}
# Words that may tell one credential from another that is called the same.
_TELLS_APART: Final = re.compile(
    r"\b(?:expired|old|older|oldest|new|newer|newest|latest|recent|current|valid|lapsed|out of date"
    r"|1st|first|last|2nd|second|third|other|earlier|later|previous|next|both|all|each|every|two"
    r")\b|\d|过期|旧|新|最|上[个次]|下[个次]|去年|今年|前|后|第|另|都|两|全|哪|那",
    re.IGNORECASE,
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CAPITALISED: Final = re.compile(r"\b[A-Z](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier exchange: what was said, the draft it became, and what was asked back.

    `entries` are what the draft's handles stood for then; a later prompt lists other entries, or
    the same in another order, and the draft is retold with its own handles. `offered` are entries
    that the agent named when it asked back, in the order it named them; `hinted` those that it
    named by a part of the name, which no prompt tells.
    """

    text: str
    draft: Draft
    missing: tuple[str, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=lambda: MappingProxyType({}))
    offered: tuple[Entry, ...] = ()
    hinted: tuple[Entry, ...] = ()

    def drafted(self, shortlist: Shortlist) -> Draft:
        """The draft in a later prompt's handles; an entry it does not list is `?`."""

        def now(value: Value) -> Value:
            if not isinstance(value, Handle) or value.name not in self.entries:
                return value
            handle = shortlist.handle(self.entries[value.name])
            return Handle(handle) if handle else Unknown()

        steps = (
            DraftStep(step.action, tuple((name, now(value)) for name, value in step.arguments))
            for step in self.draft.steps
        )
        return Draft(tuple(steps))

    def retold(self, shortlist: Shortlist) -> str:
        """The draft, and what was asked back, as a later prompt tells them."""
        told = self.drafted(shortlist).write_short()
        if self.missing:
            told += shorthand.UNKNOWN_MARK + "".join(map(shorthand.argument, self.missing))
            handles = (shortlist.handle(entry) for entry in self.offered)
            told += "".join(shorthand.word(handle) for handle in handles if handle)
        return told


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The entries a prompt lists; a handle is the kind's letter and the place, D1, C2, P3, G4."""

    dids: tuple[Candidate[DIDEntry], ...] = ()
    credentials: tuple[Candidate[CredentialEntry], ...] = ()
    contacts: tuple[Candidate[ContactEntry], ...] = ()
    products: tuple[Candidate[ProductEntry], ...] = ()

    def entry(self, handle: str) -> Entry:
        """The entry that a handle stands for.

        Raises:
            KeyError: no entry has that handle.
        """
        listed = self._by_letter()[handle[0]]
        place = int(handle[1:]) - 1
        if not 0 <= place < len(listed):
            raise KeyError(handle)
        entry: Entry = listed[place].entry
        return entry

    def meant(self, value: Value | None) -> Entry | None:
        """The entry that a draft's value is; None where it is no handle, or an earlier step's."""
        if not isinstance(value, Handle) or value.name.startswith("$"):
            return None
        return self.entry(value.name)

    def handle(self, entry: Entry) -> str | None:
        """The handle of an entry, or None where the prompt does not list it."""
        for letter, listed in self._by_letter().items():
            for place, candidate in enumerate(listed, start=1):
                if type(candidate.entry) is type(entry) and candidate.entry.id == entry.id:
                    return f"{letter}{place}"
        return None

    def handles(self, letter: str) -> tuple[str, ...]:
        """All handles of a kind, by its letter."""
        return tuple(f"{letter}{place}" for place in range(1, len(self._by_letter()[letter]) + 1))

    def named(self, kind: Kind) -> tuple[Entry, ...]:
        """The entries of a kind that the message names, as far as code can tell."""
        listed = self._by_letter()[_LETTERS[kind]] if kind in _LETTERS else ()
        return tuple(each.entry for each in listed if each.match.strip(BEFORE))

    def lines(self, today: date) -> Iterable[str]:
        """One line an entry, as the model reads them."""
        for letter, listed in self._by_letter().items():
            for place, candidate in enumerate(listed, start=1):
                mark = shorthand.word(f"{letter}{place}")
                yield f"{mark}{candidate.match}{_described(candidate.entry, today)}"

    def _by_letter(self) -> dict[str, Sequence[Candidate[Any]]]:
        return {
            "G": self.products, "D": self.dids, "C": self.credentials, "P": self.contacts,
        }  # fmt: skip

    def undecided(self, text: str) -> frozenset[str]:
        """Handles of those that the message's words name no more plainly than another of the kind.

        Of credentials, what else is said may tell; of others, that an earlier turn was about one.
        """
        named = self.linked_at(text).values()
        single = {handle for handles in named for handle in handles if _alone(handle, handles)}
        told = {
            f"{letter}{place}"
            for letter, listed in self._by_letter().items()
            for place, each in enumerate(listed, start=1)
            if letter == _LETTERS[Kind.CREDENTIAL] or BEFORE in each.match
        }
        return frozenset(handle for handles in named for handle in handles) - single - told

    def tied(self, text: str, role: str | None) -> frozenset[str]:
        """Handles of credentials of a role that the words name as well as others of it.

        None where something else that is said may tell, or an earlier turn was about one.
        """
        if _TELLS_APART.search(self._beside_names(text)):
            return frozenset()
        letter = _LETTERS[Kind.CREDENTIAL]
        fitting = {
            f"{letter}{place}": each
            for place, each in enumerate(self.credentials, start=1)
            if role in {None, each.entry.role}
        }
        places = [
            [handle for handle in handles if handle in fitting]
            for handles in self.linked_at(text).values()
        ]
        alone = {handles[0] for handles in places if len(handles) == 1}
        said = {handle for handle, each in fitting.items() if BEFORE in each.match}
        if alone or said:
            return frozenset()
        return frozenset(handle for handles in places for handle in handles)

    def _beside_names(self, text: str) -> str:
        """What a message says beside the words that name entries: "first aid" is no first one."""
        named = self.naming(text)
        for at, match in enumerate(tuple(UNIT.finditer(text))):
            if at in named and not named.isdisjoint({at - 1, at + 1}):
                text = text[: match.start()] + "_" * len(match[0]) + text[match.end() :]
        return text

    def linked_handles(self, text: str) -> frozenset[str]:
        """Handles of those that the message's words name."""
        return frozenset(handle for handles in self.linked_at(text).values() for handle in handles)

    def plain(self, text: str, role: str | None = None) -> frozenset[str]:
        """Handles of those that the message's words name better than any other of the kind.

        Of credentials, where a role is given, than any other of that role.
        """
        entries = self._matching()
        if role is not None:
            entries = [
                (handle, entry) for handle, entry in entries if getattr(entry, "role", role) == role
            ]
        return plainly(text, entries)

    def named_wholly(self, text: str) -> frozenset[int]:
        """Places of the message's words that are an entry's name from end to end."""
        return named_wholly(text, self._matching())

    def within_names(self, text: str) -> frozenset[int]:
        """Places of the message's words inside credentials' names that read like sentences."""
        units = [plain_word(unit[0]) for unit in UNIT.finditer(text)]
        found: set[int] = set()
        for each in self.credentials:
            own = [plain_word(unit[0]) for unit in UNIT.finditer(each.entry.name)]
            if len(own) > (_SENTENCE_ZH if folded(each.entry.name).han else _SENTENCE):
                starts = (at for at in range(len(units)) if units[at : at + len(own)] == own)
                found.update(place for at in starts for place in range(at, at + len(own)))
        return frozenset(found)

    def naming(self, text: str) -> frozenset[int]:
        """Places of the message's words that name an entry, wholly or in part."""
        return naming(text, self._matching())

    def naming_others(self, text: str, handle: str) -> frozenset[int]:
        """Places of the message's words that name an entry other than one."""
        return naming(text, [each for each in self._matching() if each[0] != handle])

    def linked_at(self, text: str) -> dict[int, list[str]]:
        """Place of a word of the message -> handles of what it and the words after it name."""
        entries = self._matching()
        return links(text, entries) if entries else {}

    def _matching(self) -> list[tuple[str, Entry]]:
        """Handles and entries that the message may name."""
        return [
            (f"{letter}{place}", each.entry)
            for letter, listed in self._by_letter().items()
            for place, each in enumerate(listed, start=1)
            if each.match.strip(BEFORE)
        ]

    def linked(self, text: str) -> str:
        """A message with each entry's handle before the words that name it."""
        found = self.linked_at(text)
        if not found:
            return text
        pieces: list[str] = []
        end = 0
        for at, match in enumerate(UNIT.finditer(text)):
            start = match.start() - text[: match.start()].endswith(" ")
            if at in found:
                pieces += [text[end:start], *map(shorthand.word, found[at])]
                end = start
        return "".join((*pieces, text[end:]))


def _alone(handle: str, handles: Sequence[str]) -> bool:
    """Whether the words at a place name no other entry of the kind as well."""
    return not any(other[0] == handle[0] and other != handle for other in handles)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is given, and what is needed to understand its answer.

    Attributes:
        text: the whole prompt; the model continues it.
        shortlist: what the handles stand for.
        message: the message, masked; its literals and those of the earlier turns.
        earlier: the earlier user turns that stand in the prompt, masked.
        claims_told: credentials of which one of those was to show some claims alone, by id.
    """

    text: str
    shortlist: Shortlist
    message: Masked
    earlier: tuple[Masked, ...]
    claims_told: frozenset[str] = frozenset()

    def exact_claims(self, credential: CredentialEntry) -> tuple[str, ...] | None:
        """All of a credential's claims that are to be shown, where the words leave no doubt."""
        after_others = credential.id in self.claims_told
        return self.said_of(credential).exact(credential.claims, after_others=after_others)

    def said_of(self, credential: CredentialEntry) -> ClaimsSaid:
        """What the message says of a credential's claims."""
        text = self.message.text
        wholly, named = self.shortlist.named_wholly(text), self.shortlist.naming(text)
        return claims_said(text, credential.claims, wholly, named)

    def restore(self, text: str) -> str:
        """A run of the message, or of an earlier turn, as the person typed it."""
        lines = (self.message, *reversed(self.earlier))
        line = next((line for line in lines if text in line.text), self.message)
        restored = line.restore(text)
        for mark, literal in self.message.literals.items():
            restored = restored.replace(mark, literal)
        return restored


def compose(state: State, history: Sequence[Turn], message: str) -> Prompt:
    """The prompt for a message, after the turns before it (oldest first)."""
    turns = history[-TURNS_KEPT:]
    literals: dict[str, str] = {}
    earlier: list[Masked] = []
    for turn in turns:
        masked = mask(turn.text, literals)
        literals = masked.literals
        earlier.append(masked)
    masked = mask(message, literals)
    shortlist = _shortlist(state, turns, message)
    lines = [*shortlist.lines(state.now.date())]
    for turn, said in zip(turns, earlier, strict=True):
        lines += [f"<{said.text}", f">{turn.retold(shortlist)}"]
    lines += [f"<{shortlist.linked(masked.text)}", ">"]
    told = frozenset(chain.from_iterable(map(_claims_told, turns)))
    return Prompt("\n".join(lines), shortlist, masked, tuple(earlier), told)


def _claims_told(turn: Turn) -> Iterator[str]:
    """The credentials, by id, of which a turn was to show some claims alone."""
    for step in turn.draft.steps:
        values = [value for _, value in step.arguments]
        if any(isinstance(value, Names) for value in values):
            handles = (value.name for value in values if isinstance(value, Handle))
            yield from (turn.entries[name].id for name in handles if name in turn.entries)


def _shortlist(state: State, turns: Sequence[Turn], message: str) -> Shortlist:
    """The entries that the message may mean, and those that the turns before it were about."""
    before = " ".join(turn.text for turn in turns)
    kept = [entry for turn in turns for entry in (*turn.entries.values(), *turn.offered)]
    return Shortlist(
        candidates(state.dids, message, before, kept),
        candidates(state.credentials, message, before, kept),
        candidates(state.contacts, message, before, kept),
        candidates(state.products, message, before, kept),
    )


def _described(entry: Entry, today: date) -> str:
    match entry:
        case DIDEntry():
            published = "published" if entry.published else "unpublished"
            return f"{_clean(entry.name)}, {entry.method}, {published}"
        case CredentialEntry():
            return _credential(entry, today)
        case ContactEntry() | ProductEntry():
            return _clean(entry.name)


def _credential(credential: CredentialEntry, today: date) -> str:
    term = _CAPITALISED.sub(lambda match: match[0].lower(), _CAMEL.sub(" ", credential.type))
    parts = [_clean(term)]
    if credential.name and _clean(credential.name).casefold() != parts[0].casefold():
        parts.append(_clean(credential.name))
    if credential.issuer and not credential.issuer.startswith("did:"):
        parts.append(f" from{_clean(credential.issuer)}")
    parts.append(f" {credential.role}")
    if _has_ended(credential.valid_until, today):
        parts.append(" expired")
    claims = ",".join(map(_clean, credential.claims[:CLAIMS_LISTED]))
    return f"{','.join(parts)}:{claims}"


def _has_ended(until: str | None, today: date) -> bool:
    """Whether a credential is over, to the day; a time that cannot be read says nothing."""
    try:
        moment = datetime.fromisoformat(until) if until else None
    except ValueError:
        return False
    if moment is None:
        return False
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date() < today


@lru_cache(maxsize=4_096)
def _clean(label: str) -> str:
    """A label on one line; it can forge neither a line of the prompt nor a mark."""
    return canonical(mask(label).typed)[:LONGEST_LABEL]
