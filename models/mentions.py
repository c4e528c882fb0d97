"""How an entry of the wallet is spoken of, and which entry such words then mean.

Words that fit no entry, or two as well, mean none: the plan leaves the argument out and the
wallet asks.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from models.noise import slip, traditional
from models.phrasing import Slot, sample

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Sequence as Listed
    from random import Random

    from agent.state import ContactEntry, CredentialEntry, DIDEntry, Entry, ProductEntry, State
    from models.names import Names
    from models.phrasebook import Corpus
    from models.phrasing import Sequence

E = TypeVar("E", bound="DIDEntry | CredentialEntry | ContactEntry | ProductEntry")

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
_PUBLISHED: Final = {
    True: ("published one", "published DID", "one that is on chain", "public one"),
    False: ("unpublished one", "unpublished DID", "one that isn't published yet",
            "one I haven't published"),
}  # fmt: skip
_PUBLISHED_ZH: Final = {
    True: ("已发布的那个", "发布过的那个", "已经上链的"),
    False: ("没发布的那个", "还没发布的", "未发布的那个", "没上链的那个"),
}
_CALLED: Final = (
    "小{}",
    "老{}",
    "{}先生",
    "{}女士",
    "{}老师",
    "{}医生",
    "{}总",
    "{}师傅",
    "{}姐",
    "{}哥",
)
_HEADS_ZH: Final = (
    "资格证", "毕业证", "许可证", "合格证", "登记证", "通行证", "证明", "证书", "执照", "护照",
    "报告", "记录", "保单",
    "证", "卡", "票", "单", "券",
)  # fmt: skip
_SUBJECT: Final = (
    "{0} I issued to {1}", "{0} I gave {1}", "{1}'s {0}", "{0} for {1}", "{0} of {1}",
    "{0} I signed for {1}",
    "{0} I made out to {1}", "{0} {1} got from me", "{1} {0}",
)  # fmt: skip
_SUBJECT_ZH: Final = (
    "我签给{1}的{0}",
    "发给{1}的{0}",
    "{1}的{0}",
    "给{1}的那张{0}",
    "我给{1}签的{0}",
    "我开给{1}的那张{0}",
    "{0}（{1}的）",
)
_VAGUE: Final = (
    "the one from {}", "the {} one", "the thing from {}", "the one {} gave me", "the {} thing",
    "that thing I got from {}", "the one issued by {}",
)  # fmt: skip
_VAGUE_ZH: Final = (
    "{}那个",
    "{}那张",
    "{}发的那个",
    "{}给的那张",
    "{}开的那张",
    "{}的那个",
    "{}发的",
    "{}那份",
)
_OVER: Final = {
    True: ("expired {}", "old {}", "outdated {}", "{} that has expired", "{} that ran out"),
    False: ("current {}", "valid {}", "new {}", "{} that's still valid"),
}
_OVER_ZH: Final = {
    True: ("过期的{}", "旧的{}", "过了期的{}", "失效的那张{}", "旧{}"),
    False: ("没过期的{}", "有效的{}", "新的{}", "还有效的那张{}", "新{}"),
}
TODAY: Final = "2026-11-23"
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
        """By name or part of it, as the only one of its method, or as published or not."""
        chance = self.rng.random()
        refer = self._refer("method", frozenset({"method"}))
        if entry.method in METHODS and refer and chance < 0.12:
            same = [did for did in state.dids if did.method == entry.method]
            spoken = self.rng.choice((METHODS_ZH if self.names.zh else METHODS)[entry.method])
            return Mention(_filled(refer, {"method": spoken}, self.rng), _only(same))
        if chance < 0.15:
            same = [did for did in state.dids if did.published == entry.published]
            words = _PUBLISHED_ZH if self.names.zh else _PUBLISHED
            return Mention(self.rng.choice(words[entry.published]), _only(same))
        if not entry.name:
            return None
        return self._by_name(entry, state.dids)

    def product(self, state: State, entry: ProductEntry) -> Mention | None:
        """By name, or part of it."""
        return self._by_name(entry, state.products) if entry.name else None

    def contact(self, state: State, entry: ContactEntry) -> Mention:
        """By name, by part of it, or by the name misspelt."""
        name = entry.name
        if self.rng.random() < 0.4 and (both := _in_common(name, state.contacts)):
            part = self.rng.choice(both)
            return Mention(part, _meant(part, state.contacts))
        if (
            self.rng.random() < 0.1
            and re.fullmatch("[\u4e00-\u9fff]{3}", name)
            and not _HONORIFIC.search(name)
            and name[:2] not in self.corpus.words("surnames")
        ):
            return Mention(name[1:], _meant(name[1:], state.contacts))
        if (
            self.names.zh
            and self.rng.random() < 0.08
            and re.fullmatch("[\u4e00-\u9fff]{2,3}", name)
        ):
            surname = name[0]
            if surname in self.corpus.words("surnames"):
                alike = [each for each in state.contacts if each.name.startswith(surname)]
                return Mention(self.rng.choice(_CALLED).format(surname), _only(alike))
        return self._by_name(entry, state.contacts)

    def _by_name(self, entry: E, entries: Listed[E]) -> Mention:
        name, chance = entry.name, self.rng.random()
        words = name.split(" ")
        if chance < 0.16 and len(words) > 1:
            part = self._part(words)
            return Mention(part, _meant(part, entries))
        if (
            chance < 0.24
            and len(name) > 4
            and any(len(word) > 3 and word.isalpha() for word in words)
        ):
            return Mention(self._misspelt(name), _meant(name, entries))
        if chance < 0.27 and self.names.zh and not name.isascii():
            return Mention(traditional(name), _meant(name, entries))
        if chance < 0.31 and name.isascii():
            return Mention(name.replace(" ", self.rng.choice(("", "-"))), _meant(name, entries))
        if chance < 0.42:
            return Mention(name.lower(), _meant(name, entries))
        if chance < 0.44 and not name.isascii():
            return Mention(_unaccented(name), _meant(name, entries))
        return Mention(name, _meant(name, entries))

    def _part(self, words: list[str]) -> str:
        """Some of the words of a name, in their order."""
        if self.rng.random() < 0.6 or len(words) == 2:
            telling = [word for word in words if len(word) > 2]
            return self.rng.choice(telling or words)
        at = self.rng.randrange(len(words))
        return " ".join(words[:at] + words[at + 1 :])

    def _misspelt(self, name: str) -> str:
        words = name.split(" ")
        at = self.rng.choice(
            [at for at, word in enumerate(words) if len(word) > 3 and word.isalpha()]
        )
        words[at] = slip(words[at], self.rng)
        return " ".join(words)

    def credential(self, state: State, entry: CredentialEntry, role: str | None) -> Mention:
        """By name, by type, by issuer and type; by part of these, or with whether it is over."""
        fitting = [other for other in state.credentials if role in {None, other.role}]
        refer = self._refer("issuer", frozenset({"type", "issuer"}))
        by_issuer = entry.issuer and not entry.issuer.startswith("did:") and entry.name == ""
        by_issuer = by_issuer or self.rng.random() < 0.2
        if refer and by_issuer and not entry.issuer.startswith("did:"):
            return self._by_issuer(fitting, entry, refer)
        chance = self.rng.random()
        if (
            entry.role == "issued"
            and chance < 0.5
            and (mention := self._by_subject(fitting, entry))
        ):
            return mention
        if chance < 0.06 and entry.issuer and not entry.issuer.startswith("did:"):
            return self._vaguely(fitting, entry)
        if chance < 0.16 and (head := self._head(entry)):
            meant = [other for other in fitting if self._is_called(other, head)]
            return Mention(head, _only(meant))
        forms = sorted(self.forms(entry))
        name = entry.name
        text = name if name and self.rng.random() < 0.5 else self.rng.choice(forms)
        meant = [other for other in fitting if text.casefold() in self.forms(other)]
        exact = [other for other in fitting if other.name.casefold() == text.casefold()]
        if self.rng.random() < (0.1 if len(meant) < 2 else 0.35):
            return self._by_end(entry, text, meant)
        only = _only(exact) or _only(meant)
        if only is None and len(meant) < 2:
            only = entry
        if self.rng.random() < 0.1:
            words = text.split(" ")
            if len(words) > 2:
                part = self._part(words)
                bag = set(part.casefold().split())
                meant = [other for other in fitting if bag <= self._bag(other)]
                return Mention(part, _only(meant))
            if any(len(word) > 3 and word.isalpha() and word.isascii() for word in words):
                return Mention(self._misspelt(text), only)
        return Mention(text, only)

    def _head(self, entry: CredentialEntry) -> str:
        """The word for what sort of paper it is: card, licence, 证."""
        form = self.rng.choice(sorted(self.types(entry)))
        if self.names.zh:
            return next((head for head in _HEADS_ZH if form.endswith(head) and form != head), "")
        return form.rsplit(" ", 1)[1] if " " in form else ""

    def _is_called(self, entry: CredentialEntry, head: str) -> bool:
        """Whether a sort of paper fits an entry."""
        forms = self.forms(entry)
        if self.names.zh:
            return any(form.endswith(head) for form in forms)
        return any(head in form.split() for form in forms)

    def _by_subject(self, fitting: list[CredentialEntry], entry: CredentialEntry) -> Mention | None:
        """As the one that was issued to somebody whom its name names."""
        phrase = next(
            (p for p in _phrases(self.corpus).get(entry.type, ()) if entry.name.startswith(p)), ""
        )
        subject = entry.name[len(phrase) :].strip(" -").removeprefix("for ").removeprefix("of ")
        if not phrase or not subject:
            return None
        spoken = self.rng.choice((phrase, phrase, self._head(entry) or phrase))
        words = _SUBJECT_ZH if self.names.zh else _SUBJECT
        meant = [
            other
            for other in fitting
            if subject.casefold() in other.name.casefold() and self._is_called(other, spoken)
        ] or [entry]
        return Mention(self.rng.choice(words).format(spoken, subject), _only(meant))

    def _vaguely(self, fitting: list[CredentialEntry], entry: CredentialEntry) -> Mention:
        """By who issued it, or a word of who did, alone."""
        words = entry.issuer.split(" ")
        part = entry.issuer if len(words) == 1 or self.rng.random() < 0.5 else self._part(words)
        bag = set(part.casefold().split())
        meant = [
            other
            for other in fitting
            if bag <= set(other.issuer.casefold().split()) or part in other.issuer
        ]
        return Mention(
            self.rng.choice(_VAGUE_ZH if self.names.zh else _VAGUE).format(part), _only(meant)
        )

    def _bag(self, entry: CredentialEntry) -> set[str]:
        """Every word that an entry may be called by."""
        return {
            word for form in (*self.forms(entry), entry.issuer.casefold()) for word in form.split()
        }

    def _by_end(self, entry: CredentialEntry, text: str, meant: list[CredentialEntry]) -> Mention:
        """As the one that is over, or the one that is not."""
        over = _is_over(entry)
        words = (_OVER_ZH if self.names.zh else _OVER)[over]
        spoken = self.rng.choice(words).format(text)
        alike = [other for other in meant or [entry] if _is_over(other) == over]
        return Mention(spoken, _only(alike))

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


def _only(entries: Collection[E]) -> E | None:
    return next(iter(entries)) if len(entries) == 1 else None


def _meant(text: str, entries: Collection[E]) -> E | None:
    """The one entry of that name, or else the only one with these words in its name."""
    spoken = text.casefold()
    exact = [entry for entry in entries if entry.name.casefold() == spoken]
    if exact:
        return _only(exact)
    if spoken.isascii():
        words = set(spoken.split())
        return _only([entry for entry in entries if words <= set(entry.name.casefold().split())])
    return _only([entry for entry in entries if spoken in entry.name.casefold()])


def _in_common(name: str, entries: Collection[ContactEntry]) -> list[str]:
    """The words, or the first two characters, that a name has in common with another."""
    others = [entry.name for entry in entries if entry.name != name]
    if " " in name:
        words = [word for word in name.split(" ") if len(word) > 2 and word[-1] != "."]
        return [word for word in words if any(word in other.split(" ") for other in others)]
    is_han = len(name) == 3 and not name[:2].isascii()
    return [name[:2]] if is_han and any(other[:2] == name[:2] for other in others) else []


def _is_over(entry: CredentialEntry) -> bool:
    return bool(entry.valid_until) and str(entry.valid_until) < TODAY


def _unaccented(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def _filled(tree: Sequence, values: dict[str, str], rng: Random) -> str:
    pieces = sample(tree, rng)
    return "".join(values[piece.name] if isinstance(piece, Slot) else piece for piece in pieces)
