"""How an entry of the wallet is spoken of, and which entry such words then mean.

Words that fit no entry, or two as well, mean none: the plan leaves the argument out and the
wallet asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.noise import slip, traditional
from models.phrasing import Slot, sample

if TYPE_CHECKING:
    from random import Random

    from agent.state import ContactEntry, CredentialEntry, DIDEntry, Entry, State
    from models.corpus import Corpus
    from models.names import Names
    from models.phrasing import Sequence

# What people call the DID methods.
METHODS: Final = {
    "key": ("key", "did:key", "Key", "key-based"),
    "jwk": ("jwk", "did:jwk", "JWK"),
    "peer": ("peer", "did:peer", "Peer"),
    "web": ("web", "did:web", "Web"),
    "webvh": ("webvh", "did:webvh"),
    "ethr": ("ethr", "did:ethr", "ethereum", "Ethereum", "on-chain", "eth"),
    "pkh": ("pkh", "did:pkh"),
}
METHODS_ZH: Final = {**METHODS, "ethr": ("ethr", "以太坊", "链上", "did:ethr", "eth")}
_HONORIFIC: Final = re.compile("(?:老师|医生|经理|阿姨|师傅|女士|先生)$")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words, and the entry they mean, if they mean just one."""

    text: str
    entry: Entry | None


@dataclass(frozen=True)
class Mentions:
    """A source of mentions in one language."""

    corpus: Corpus
    names: Names
    rng: Random

    def method(self) -> tuple[str, str]:
        """A DID method: the word for it in a plan, and as spoken."""
        spoken = METHODS_ZH if self.names.zh else METHODS
        method = self.rng.choice((*spoken, "ethr", "key", "ethr"))
        return method, self.rng.choice(spoken[method])

    def did(self, state: State, entry: DIDEntry) -> Mention | None:
        """By name, or as the only one of its method."""
        same = [did for did in state.dids if did.method == entry.method]
        refer = self._refer("method", frozenset({"method"}))
        if entry.method in METHODS and refer and self.rng.random() < 0.12:
            spoken = self.rng.choice((METHODS_ZH if self.names.zh else METHODS)[entry.method])
            return Mention(_filled(refer, {"method": spoken}, self.rng), _only(same))
        if not entry.name:
            return None
        named = [did for did in state.dids if did.name.casefold() == entry.name.casefold()]
        return Mention(entry.name, _only(named))

    def contact(self, state: State, entry: ContactEntry) -> Mention:
        """By name, by part of it, or by the name misspelt."""
        name, chance = entry.name, self.rng.random()
        parts = name.split(" ")
        if chance < 0.18 and len(parts) > 1 and len(parts[0]) > 2:
            return self._part_of_name(state, parts[0])
        if (
            chance < 0.25
            and re.fullmatch("[\u4e00-\u9fff]{3}", name)
            and not _HONORIFIC.search(name)
            and name[:2] not in self.corpus.words("surnames")
        ):
            return self._part_of_name(state, name[1:])
        if chance < 0.33 and len(name) > 4 and name.isascii() and name.replace(" ", "").isalpha():
            at = self.rng.choice([at for at, part in enumerate(parts) if len(part) > 2] or [0])
            parts[at] = slip(parts[at], self.rng)
            return Mention(" ".join(parts), entry)
        if chance < 0.4 and self.names.zh:
            return Mention(traditional(name), entry)
        return Mention(name, entry)

    def _part_of_name(self, state: State, part: str) -> Mention:
        sharing = [
            contact for contact in state.contacts if part.casefold() in contact.name.casefold()
        ]
        return Mention(part, _only(sharing))

    def credential(self, state: State, entry: CredentialEntry, role: str | None) -> Mention:
        """By name, by type, by issuer and type."""
        fitting = [other for other in state.credentials if role in {None, other.role}]
        refer = self._refer("issuer", frozenset({"type", "issuer"}))
        by_issuer = entry.issuer and not entry.issuer.startswith("did:") and entry.name == ""
        by_issuer = by_issuer or self.rng.random() < 0.2
        if refer and by_issuer and not entry.issuer.startswith("did:"):
            return self._by_issuer(fitting, entry, refer)
        forms = sorted(self.forms(entry))
        name = entry.name
        text = name if name and self.rng.random() < 0.55 else self.rng.choice(forms)
        meant = [other for other in fitting if text.casefold() in self.forms(other)]
        exact = [other for other in fitting if other.name.casefold() == text.casefold()]
        return Mention(text, _only(exact) or _only(meant))

    def _by_issuer(
        self, fitting: list[CredentialEntry], entry: CredentialEntry, refer: Sequence
    ) -> Mention:
        spoken = self.rng.choice(sorted(self.types(entry)))
        text = _filled(refer, {"type": spoken, "issuer": entry.issuer}, self.rng)
        meant = [
            other
            for other in fitting
            if other.issuer == entry.issuer and (spoken not in text or spoken in self.forms(other))
        ]
        return Mention(text, _only(meant))

    def types(self, entry: CredentialEntry) -> frozenset[str]:
        """What an entry's type may be called, folded."""
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entry.type).casefold()
        phrases = _phrases(self.corpus).get(entry.type, ())
        return frozenset({spaced, *map(str.casefold, phrases)})

    def forms(self, entry: CredentialEntry) -> frozenset[str]:
        """Everything an entry may be called for itself, folded; the last word stands for all."""
        forms = {*self.types(entry), *filter(None, [entry.name.casefold()])}
        heads = {form.rsplit(" ", 1)[1] for form in forms if " " in form}
        return frozenset(forms | {head for head in heads if len(head) > 2 and head.isalpha()})

    def _refer(self, by: str, at_most: frozenset[str]) -> Sequence | None:
        trees = [
            template.tree
            for template in self.corpus.templates("refer")
            if by in template.slots and template.slots <= at_most
        ]
        return self.rng.choice(trees) if trees else None


_PHRASES: Final[dict[int, dict[str, tuple[str, ...]]]] = {}


def _phrases(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """Type term -> what people call it."""
    rows = corpus.rows("types")
    if id(rows) not in _PHRASES:
        _PHRASES[id(rows)] = {row[0]: row[1:] for row in rows}
    return _PHRASES[id(rows)]


def _only(
    entries: list[Entry] | list[DIDEntry] | list[CredentialEntry] | list[ContactEntry],
) -> Entry | None:
    return entries[0] if len(entries) == 1 else None


def _filled(tree: Sequence, values: dict[str, str], rng: Random) -> str:
    pieces = sample(tree, rng)
    return "".join(values[piece.name] if isinstance(piece, Slot) else piece for piece in pieces)
