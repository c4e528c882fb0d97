"""The prompt: the wallet's entries that matter, the turns before, and the message.

    D1 work ethr published
    C1 UniversityDegree, Degree, from MIT, held: gpa, graduation_date
    P1 Acme
    < show my degree
    > show_credential credential=C1
    < no, send it to Acme
    >

The model continues with a draft (`agent.draft`) and a newline. Where the message calls entries by
name, only those are listed, and of many the ones nearest to the conversation; so the prompt stays
short whatever the wallet holds. The training data in `models/` is rendered by this very module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from agent.draft import Draft, DraftStep, Handle, Unknown, Value
from agent.state import ContactEntry, CredentialEntry, DIDEntry, Entry, State
from agent.words import Masked, Units, mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

E = TypeVar("E", DIDEntry, CredentialEntry, ContactEntry)

LISTED: Final = 8  # entries of a kind in a prompt
TELLING: Final = 4  # letters of a word that can stand for a whole name
CLAIMS_LISTED: Final = 12
TURNS_KEPT: Final = 2  # earlier user turns in a prompt
LONGEST_MESSAGE: Final = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier exchange: what was said, the draft it became, and what was asked back.

    `entries` are what the draft's handles stood for then; a later prompt lists other entries, or
    the same in another order, and the draft is retold with its own handles.
    """

    text: str
    draft: Draft
    missing: tuple[str, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=lambda: MappingProxyType({}))

    def retold(self, shortlist: Shortlist) -> str:
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
        return Draft(tuple(steps)).write()


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The entries a prompt lists; a handle is the kind's letter and the place, D1, C2, P3."""

    dids: tuple[DIDEntry, ...]
    credentials: tuple[CredentialEntry, ...]
    contacts: tuple[ContactEntry, ...]

    def entry(self, handle: str) -> Entry:
        """The entry that a handle stands for.

        Raises:
            KeyError: no entry has that handle.
        """
        entries = self._by_letter()[handle[0]]
        place = int(handle[1:]) - 1
        if not 0 <= place < len(entries):
            raise KeyError(handle)
        return entries[place]

    def handle(self, entry: Entry) -> str | None:
        """The handle of an entry, or None where the prompt does not list it."""
        for letter, entries in self._by_letter().items():
            for place, listed in enumerate(entries, start=1):
                if type(listed) is type(entry) and listed.id == entry.id:
                    return f"{letter}{place}"
        return None

    def handles(self, letter: str) -> tuple[str, ...]:
        """All handles of a kind, by its letter."""
        return tuple(f"{letter}{place}" for place in range(1, len(self._by_letter()[letter]) + 1))

    def lines(self) -> Iterable[str]:
        """One line an entry, as the model reads them."""
        for place, did in enumerate(self.dids, start=1):
            published = "published" if did.published else "not published"
            yield f"D{place} {_clean(did.name) or '-'} {did.method} {published}"
        for place, credential in enumerate(self.credentials, start=1):
            yield f"C{place} {_credential(credential)}"
        for place, contact in enumerate(self.contacts, start=1):
            yield f"P{place} {_clean(contact.name)}"

    def _by_letter(self) -> dict[str, Sequence[Entry]]:
        return {"D": self.dids, "C": self.credentials, "P": self.contacts}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is given, and what is needed to understand its answer.

    Attributes:
        text: the whole prompt; the model continues it.
        shortlist: what the handles stand for.
        message: the message, masked; its literals and those of the earlier turns.
        earlier: the earlier user turns that stand in the prompt, masked.
    """

    text: str
    shortlist: Shortlist
    message: Masked
    earlier: tuple[str, ...]


def compose(state: State, history: Sequence[Turn], message: str) -> Prompt:
    """The prompt for a message, after the turns before it (oldest first)."""
    turns = history[-TURNS_KEPT:]
    literals: dict[str, str] = {}
    earlier: list[str] = []
    for turn in turns:
        masked = mask(turn.text, literals)
        literals = masked.literals
        earlier.append(masked.text)
    masked = mask(message, literals)
    spoken = " ".join((*(turn.text for turn in turns), message))
    shortlist = _shortlist(state, message, spoken)
    lines = [*shortlist.lines()]
    for turn, said in zip(turns, earlier, strict=True):
        asked = f" ?{','.join(turn.missing)}" if turn.missing else ""
        lines += [f"< {said}", f"> {turn.retold(shortlist)}{asked}"]
    lines += [f"< {masked.text}", ">"]
    return Prompt("\n".join(lines), shortlist, masked, tuple(earlier))


def _shortlist(state: State, message: str, spoken: str) -> Shortlist:
    """The entries to list: those that the message calls by name, else the nearest ones."""
    folded, shingles = _spaced_out(message), _shingles(spoken)
    return Shortlist(
        _nearest(_called(state.dids, folded), shingles),
        _nearest(_called(state.credentials, folded), shingles),
        _nearest(_called(state.contacts, folded), shingles),
    )


def _called(entries: tuple[E, ...], message: str) -> tuple[E, ...]:
    """Those whose whole label is in the message; else those with a word of it; else all."""
    whole = tuple(
        entry for entry in entries if any(_spaced_out(label) in message for label in _labels(entry))
    )
    if whole:
        return whole
    some = tuple(
        entry
        for entry in entries
        if any(word in message for label in _labels(entry) for word in _telling_words(label))
    )
    return some or entries


def _telling_words(label: str) -> Iterable[str]:
    """The words of a label that are long enough to mean it: "clinic" of Acme Clinic."""
    return (f" {word} " for word in _spaced_out(label).split() if len(word) >= TELLING)


def _spaced_out(text: str) -> str:
    """Folded words between single spaces, so that a part of a word is not found in it."""
    return f" {' '.join(Units.of(mask(text).text.casefold()).words)} "


def _labels(entry: Entry) -> tuple[str, ...]:
    """What an entry is called."""
    match entry:
        case DIDEntry() | ContactEntry():
            return (entry.name,) if entry.name else ()
        case CredentialEntry():
            return tuple(filter(None, (entry.name, _spaced(entry.type))))


def _nearest(entries: tuple[E, ...], shingles: frozenset[str]) -> tuple[E, ...]:
    newest_first = entries[::-1]
    if len(newest_first) <= LISTED:
        return newest_first
    # sorted() is stable: entries that share as much stay newest first.
    ranked = sorted(newest_first, key=lambda entry: -_shared(entry, shingles))[:LISTED]
    return tuple(entry for entry in newest_first if entry in ranked)


def _shared(entry: Entry, shingles: frozenset[str]) -> float:
    words = " ".join(filter(None, _words_of(entry)))
    own = _shingles(words)
    return len(own & shingles) / (len(own) + 1)


def _words_of(entry: Entry) -> tuple[str, ...]:
    match entry:
        case DIDEntry():
            return (entry.name, entry.method, entry.id)
        case CredentialEntry():
            return (entry.name, _spaced(entry.type), entry.issuer, entry.id)
        case ContactEntry():
            return (entry.name,)


def _shingles(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, folded: enough to see a misspelt name again."""
    folded = text.casefold()
    return frozenset(folded[at : at + 2] for at in range(len(folded) - 1)) | frozenset(
        character for character in folded if character > "\u2e7f"
    )


def _credential(credential: CredentialEntry) -> str:
    parts = [credential.type]
    if credential.name and credential.name != credential.type:
        parts.append(_clean(credential.name))
    if credential.issuer and not credential.issuer.startswith("did:"):
        parts.append(f"from {_clean(credential.issuer)}")
    parts.append(credential.role)
    claims = ", ".join(map(_clean, credential.claims[:CLAIMS_LISTED]))
    return f"{', '.join(parts)}: {claims}"


def _clean(label: str) -> str:
    """A label on one line; it can forge neither a line of the prompt nor a mark."""
    return mask(label).text[:80]


def _spaced(term: str) -> str:
    """UniversityDegree as "University Degree"."""
    return "".join(f" {c}" if c.isupper() else c for c in term)
