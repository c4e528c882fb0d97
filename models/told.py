"""A template told: its slots given words, and what those words mean for a plan.

The label of a training case is worked out here: an argument is what the words say of it, and
`Unknown` where they mean no entry of the wallet, or two as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from agent.draft import Names, Pairs, Span, Spans, Unknown, Value, Word
from agent.state import ContactEntry, CredentialEntry, DIDEntry, Entry, ProductEntry, State
from models.mentions import METHODS
from models.names import Names as NameSource
from models.phrasing import Sequence, Slot, sample
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random

    from models.mentions import Mentions
    from models.phrasebook import Corpus, Template
    from wallet.actions.registry import Action, Parameter

UNHELD: Final = 0.12  # how often an entry is spoken of that the wallet does not hold
PLACES: Final = "1234"  # of steps, which may stand after a slot's name
OWN: Final = 0.45  # how often talk that asks for nothing, or a search, is about an entry
LITERAL: Final = 0.08  # how often a DID or a file is typed out where it may stand for an entry


class Untellable(Exception):
    """The wallet has nothing that this template could speak of."""


Meaning = Value | Entry
Arguments = dict[str, Meaning]


@dataclass(frozen=True, slots=True)
class Step:
    """An action and the meanings of its arguments; entries stand for themselves."""

    action: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Words:
    """What a slot becomes: pieces of text, of which some are quoted by the meaning."""

    pieces: tuple[str, ...]
    meaning: Quote | Meaning | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Pieces, by place within their slot, that a plan quotes."""

    kind: Kind
    places: tuple[int, ...]

    def value(self, texts: tuple[str, ...]) -> Value:
        """The draft's value, from the texts as typed."""
        match self.kind:
            case Kind.CLAIMS:
                pairs = zip(texts[::2], texts[1::2], strict=True)
                return Pairs(tuple((key, value) for key, value in pairs))
            case Kind.TEXTS:
                return Spans(texts)
            case _:
                return Span(texts[0])


@dataclass
class Teller:
    """Gives slots their words, for one wallet in one language."""

    corpus: Corpus
    names: NameSource
    mentions: Mentions
    rng: Random
    state: State
    known: dict[str, Meaning] = field(default_factory=dict)
    newest: bool = False  # what is made is the wallet's newest entry of its kind
    old: str = ""  # how what is being corrected was said
    left: Names | None = None  # the claims that are left where some are not to be shown

    def tell(
        self, template: Template, actions: tuple[Action, ...]
    ) -> tuple[list[str | Slot], dict[str, Words]]:
        """The pieces of one way of saying it, and the words of its slots.

        Raises:
            Untellable: the wallet has nothing to be spoken of so.
        """
        pieces = sample(template.tree, self.rng)
        told: dict[str, Words] = {}
        said = [piece.name for piece in pieces if isinstance(piece, Slot)]
        if len(set(said)) < len(said):
            raise Untellable
        # A credential comes first: its claims are spoken of by their own names.
        one_breath = self._in_one_breath(pieces)
        # What is left of its claims, after those that are not to be shown.
        for slot in sorted(said, key=lambda name: _TURN.get(name.rstrip(PLACES), 1)):
            told[slot] = one_breath.get(slot) or self.words(slot, actions)
        if "currency" not in told and any(action.name == "send_payment" for action in actions):
            literal = " ".join(piece for piece in pieces if isinstance(piece, str))
            if "amount" in told and _ETHER.search(literal):
                told["currency"] = Words((), Word("ETH"))
        if one_breath and one_breath["amount"].pieces[0].isascii():
            at = pieces.index(Slot("currency"))
            pieces[at - 1 : at] = []
            if self.rng.random() < 0.75:
                pieces[at - 1 : at - 1] = [" "]
        return pieces, told

    def _in_one_breath(self, pieces: list[str | Slot]) -> dict[str, Words]:
        """Now and then `{amount} {currency}` as "half an ether" or "0.3ETH"."""
        pairs = zip(pieces, pieces[1:], pieces[2:], strict=False)
        side_by_side = any(
            isinstance(left, Slot) and left.name == "amount"
            and isinstance(gap, str) and not gap.strip()
            and isinstance(right, Slot) and right.name == "currency"
            for left, gap, right in pairs
        )  # fmt: skip
        if not side_by_side or self.rng.random() > 0.25:
            return {}
        number, _, currency = self.names.ether()
        return {
            "amount": Words((number,), Quote(Kind.TEXT, (0,))),
            "currency": Words((currency,), Word("ETH")),
        }

    def words(self, slot: str, actions: tuple[Action, ...]) -> Words:
        """Words for one slot."""
        name = slot.rstrip(PLACES)
        parameter = parameter_of(slot, actions)
        special = {
            "old": self._old, "topic": self._topic, "less": self._less, "rest": self._rest,
        }  # fmt: skip
        if name in special:
            return special[name]()
        if parameter is None:
            own = self._own(_OF_TALK.get(name, ())) if not actions else None
            return Words((own,), None) if own else self._text(name)
        return self._argument(name, parameter, owner_of(slot, actions))

    def _old(self) -> Words:
        """How what is being corrected was said."""
        return Words((self.old,), None)

    def _argument(self, name: str, parameter: Parameter, action: str) -> Words:
        """Words for a parameter, by its kind."""
        match parameter.kind:
            case Kind.CHOICE if parameter.name == "currency":
                return Words((self.names.currency(),), Word(parameter.choices[0]))
            case Kind.CHOICE:
                method, spoken = self.mentions.method()
                return Words((spoken,), Word(method))
            case Kind.DID | Kind.CREDENTIAL | Kind.CONTACT | Kind.PRODUCT:
                words = self._entry(parameter)
                if words.meaning is not None and not isinstance(words.meaning, Quote | Unknown):
                    self.known[name] = words.meaning
                return words
            case Kind.CLAIMS:
                return self._claims()
            case Kind.NAMES:
                return self._own_claims()
            case Kind.TEXTS:
                return self._listed(self._distinct_claims(self.rng.choice((1, 1, 2, 2, 3))))
            case _:
                return self._text(name, action)

    def _entry(self, parameter: Parameter) -> Words:
        kind = parameter.kind
        literal = 0.3 if kind is Kind.CREDENTIAL else LITERAL
        if parameter.literal and self.rng.random() < literal:
            text = self.names.place() if kind is Kind.CREDENTIAL else self.names.did()
            if parameter.name == "to" and self.rng.random() < 0.5:
                text = self.names.account()
            return Words((text,), Quote(Kind.TEXT, (0,)))
        held = [
            entry
            for entry in self._entries(kind)
            if getattr(entry, "role", None) == parameter.role or parameter.role is None
        ]
        if not held or self.rng.random() < UNHELD:
            # Words that name no credential are what a reminder is about, as they stand.
            if parameter.name == "about":
                raise Untellable
            return self._unheld(kind)
        entry = self.rng.choice(held)
        match entry:
            case DIDEntry():
                mention = self.mentions.did(self.state, entry)
            case CredentialEntry():
                mention = self.mentions.credential(self.state, entry, parameter.role)
            case ContactEntry():
                mention = self.mentions.contact(self.state, entry)
            case ProductEntry():
                mention = self.mentions.product(self.state, entry)
        if mention is None:
            raise Untellable
        return Words((mention.text,), mention.entry or Unknown())

    def _entries(self, kind: Kind) -> tuple[Entry, ...]:
        match kind:
            case Kind.DID:
                return self.state.dids
            case Kind.CREDENTIAL:
                return self.state.credentials
            case Kind.PRODUCT:
                return self.state.products
            case _:
                return self.state.contacts

    def _unheld(self, kind: Kind) -> Words:
        match kind:
            case Kind.DID:
                text, taken = self.names.label(), [did.name for did in self.state.dids]
            case Kind.CREDENTIAL:
                text = self.rng.choice(self.names.kind()[1])
                taken = [
                    form
                    for entry in self.state.credentials
                    for form in (*self.mentions.forms(entry), entry.type)
                ]
            case Kind.PRODUCT:
                text, taken = self.names.product(), [each.name for each in self.state.products]
            case _:
                text, taken = self.names.party(), [contact.name for contact in self.state.contacts]
                if self.rng.random() < 0.35:
                    text = self.names.role()
        if _near(text, taken):
            raise Untellable
        return Words((text,), Unknown())

    def _claims(self) -> Words:
        """Claims with their values, as `claims.txt` says them."""
        trees = [each.tree for each in self.corpus.templates("claims") if each.slots == {"k", "v"}]
        tree = self.rng.choice(trees) if trees else Sequence((Slot("k"), ": ", Slot("v")))
        pieces: list[str] = []
        places: list[int] = []
        keys = self._distinct_claims(self.rng.choice((1, 1, 1, 2, 2, 3)))
        said = self.known.get("claims")
        if isinstance(said, Pairs) and self.rng.random() < 0.55:
            keys = [self.rng.choice(said.pairs)[0]]
        for number, key in enumerate(keys, start=1):
            if number > 1:
                pieces.append(self._joiner(last=number == len(keys)))
            words = {"k": key, "v": self.names.value()}
            spoken = sample(tree, self.rng)
            at = {
                piece.name: place for place, piece in enumerate(spoken) if isinstance(piece, Slot)
            }
            if set(at) != {"k", "v"}:
                raise Untellable
            places += [len(pieces) + at["k"], len(pieces) + at["v"]]
            pieces += [words[piece.name] if isinstance(piece, Slot) else piece for piece in spoken]
        return Words(tuple(pieces), Quote(Kind.CLAIMS, tuple(places)))

    def _distinct_claims(self, count: int) -> list[str]:
        """What people call some claims, no two alike."""
        claims = dict(self.names.claim() for _ in range(count))
        return list(dict.fromkeys(self.rng.choice(phrases) for phrases in claims.values()))

    def _own_claims(self) -> Words:
        """Some claims of the credential already spoken of."""
        credential = self.known.get("credential")
        if not isinstance(credential, CredentialEntry) or not credential.claims:
            raise Untellable
        own = [name for name in credential.claims if not set(name) & set(",]\n")]
        chosen = self.rng.sample(own, min(len(own), self.rng.choice((1, 1, 1, 2, 2, 3))))
        words = self.corpus.rows_by_name("claims_words")
        spoken = [self.rng.choice(words.get(name, (name.replace("_", " "),))) for name in chosen]
        if len(set(spoken)) < len(spoken):
            raise Untellable
        listed = self._listed(spoken)
        return Words(listed.pieces, Names(tuple(chosen)))

    def _listed(self, texts: list[str]) -> Words:
        pieces: list[str] = []
        for number, text in enumerate(texts):
            if number:
                pieces.append(self._joiner(last=number == len(texts) - 1))
            pieces.append(text)
        return Words(tuple(pieces), Quote(Kind.TEXTS, tuple(range(0, len(pieces), 2))))

    def _joiner(self, *, last: bool) -> str:
        if self.names.zh:
            return self.rng.choice(
                ("和", "、", "，", "以及", "还有", "跟") if last else ("、", "，")
            )
        return self.rng.choice(
            (" and ", " and ", ", ", ", and ", " & ") if last else (", ", ", ", " and ")
        )

    def _topic(self) -> Words:
        """What help is asked about: of a question, what stands between the question's words."""
        for _ in range(8):
            listed = self.names.listed("topics") or _phrase(self.names)
            parts = asked_about(listed, zh=self.names.zh)
            if parts is not None:
                before, core, after = parts
                if not before and not after:
                    return Words((core,), Quote(Kind.TEXT, (0,)))
                return Words((before, core, after), Quote(Kind.TEXT, (1,)))
        raise Untellable

    def _own(self, kinds: tuple[Kind, ...]) -> str | None:
        """Now and then, what an entry of the wallet is called."""
        held = [entry for kind in kinds for entry in self._entries(kind)]
        if not held or self.rng.random() > OWN:
            return None
        entry = self.rng.choice(held)
        if isinstance(entry, CredentialEntry):
            return self.rng.choice(sorted(self.mentions.forms(entry)))
        return entry.name or None

    def _rest(self) -> Words:
        """The claims that are left where others are not to be shown, told as well."""
        if not isinstance(self.left, Names) or len(self.left.names) > _MOST_TOLD:
            raise Untellable
        words = self.corpus.rows_by_name("claims_words")
        names = self.left.names
        spoken = [self.rng.choice(words.get(name, (name.replace("_", " "),))) for name in names]
        return Words(self._listed(spoken).pieces, None)

    def _less(self) -> Words:
        """Claims that are not to be shown: the others of those spoken of, or of all, are."""
        credential = self.known.get("credential")
        if not isinstance(credential, CredentialEntry):
            raise Untellable
        before = self.known.get("claims")
        all_of = before.names if isinstance(before, Names) else credential.claims
        own = [name for name in all_of if not set(name) & set(",]\n")]
        if len(own) < 2:
            raise Untellable
        dropped = self.rng.sample(own, self.rng.choice((1, 1, 2)) if len(own) > 2 else 1)
        words = self.corpus.rows_by_name("claims_words")
        spoken = [self.rng.choice(words.get(name, (name.replace("_", " "),))) for name in dropped]
        self.left = Names(tuple(name for name in own if name not in dropped))
        return Words(self._listed(spoken).pieces, self.left)

    def _text(self, name: str, action: str = "") -> Words:
        """Words quoted as they are."""
        if name in {"query", "filter"} and (own := self._own(_SOUGHT.get(action, ()))):
            text = own
        elif name == "name":
            text = self._made(action) or self._new_name(action)
        elif name == "type" and action == "add_service":
            text = self.names.service()
        else:
            text = _TEXTS.get(name, NameSource.party)(self.names)
        return Words((text,), Quote(Kind.TEXT, (0,)))

    def _new_name(self, action: str) -> str:
        return self.names.label() if action == "create_did" else self.names.party()

    def _made(self, action: str) -> str:
        """The name of the wallet's newest entry, where the action is what made it."""
        made: Entry | None = None
        if self.newest and action == "create_did":
            made = self.state.dids[-1] if self.state.dids else None
        elif self.newest and action == "add_contact":
            made = self.state.contacts[-1] if self.state.contacts else None
        return getattr(made, "name", "")


_ETHER: Final = re.compile(r"(?<![a-z])eth(?:er)?(?![a-z])|以太", re.IGNORECASE)
_QUESTIONS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"((?:what(?: is| are|'s|s)) (?:an? |the )?)([\w:\- ]+?)( for| good for)?$",
        r"(what (?:an? |the )?)([\w:\- ]+?)( is| are| means| stands for)$",
        r"(what (?:does|do) (?:an? |the )?)([\w:\- ]+?)( mean| stand for| do)$",
        r"(how (?:do|does|can|should) (?:an? |the )?)([\w:\- ]+?)( works?)$",
        r"(how (?:do|can|should|would) (?:I|you|one|we) )([\w:\- ]+)()$",
        r"(how (?:an? |the )?)([\w:\- ]+?)( works?)$",
        r"(how to )([\w:\- ]+)()$",
    )
)
_QUESTIONS_ZH: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(什么是|啥是|何为|什么叫|啥叫|咩系|咩叫|乜嘢系|乜系|所谓)(.+?)()$",
        r"()(.+?)(到?底?是(?:个?什么|啥|个啥)(?:意思|东西)?|是什么意思|有(?:什么|啥)用|(?:是|用来)?(?:干什么|干嘛|干啥)用?的?|是?怎么回事|是?咋回事|是?怎么一回事|[系是]?(?:咩|乜嘢?)(?:来[嘅㗎]|嚟[嘅㗎])?)$",
        r"(怎么|如何|怎样|咋|怎么样|点样|点解|点)(.+?)()$",
        r"()(.+?)(怎么用|怎么弄|怎么办|咋用|咋办|怎么操作)$",
    )
)
_QUESTION_WORDS: Final = re.compile(
    r"\b(?:what|how|why|who|which|when|where|can|could|do|does|is|are|should|will|if)\b"
    r"|[什怎如咋啥吗呢哪谁几咩乜]|点[样解]|为何|能不能|是不是|会不会|要不要|多少|不$",
    re.IGNORECASE,
)


def asked_about(topic: str, *, zh: bool) -> tuple[str, str, str] | None:
    """A topic parted: the question's words, what it is about, and the question's words again.

    None for a question that is about more than a name can say.
    """
    for pattern in _QUESTIONS_ZH if zh else _QUESTIONS:
        match = pattern.match(topic)
        if match and not _QUESTION_WORDS.search(match[2]):
            return match[1], match[2], match[3] or ""
    return None if _QUESTION_WORDS.search(topic) else ("", topic, "")


def _phrase(names: NameSource) -> str:
    return names.rng.choice(names.kind()[1])


def _sought(names: NameSource) -> str:
    """What is looked for: listed words, a sort of credential, or somebody."""
    chance = names.rng.random()
    if chance < 0.5 and (listed := names.listed("queries")):
        return listed
    return _phrase(names) if chance < 0.75 else names.party()


# Which entries talk may be about where nothing is asked of the wallet, and which may be looked for.
_OF_TALK: Final[Mapping[str, tuple[Kind, ...]]] = {
    "name": (Kind.CONTACT,),
    "issuer": (Kind.CONTACT,),
    "type": (Kind.CREDENTIAL,),
    "any": (Kind.CREDENTIAL, Kind.PRODUCT, Kind.DID),
}
_SOUGHT: Final[Mapping[str, tuple[Kind, ...]]] = {
    "search": (Kind.CREDENTIAL, Kind.CONTACT, Kind.PRODUCT, Kind.DID),
    "list_credentials": (Kind.CREDENTIAL,),
    "show_history": (Kind.CREDENTIAL, Kind.CONTACT),
}
# Slots that are told before or after the others.
_TURN: Final = {"credential": 0, "rest": 2}
_MOST_TOLD: Final = 3  # claims

# What a slot becomes that is quoted, or that no action takes.
_TEXTS: Final[Mapping[str, Callable[[NameSource], str]]] = {
    "type": _phrase,
    "credential": _phrase,
    "did": NameSource.did,
    "source": NameSource.place,
    "expires": NameSource.time,
    "when": NameSource.when,
    "about": NameSource.about,
    "event": NameSource.event,
    "place": NameSource.location,
    "product": NameSource.product,
    "endpoint": NameSource.endpoint,
    "path": NameSource.backup,
    "foreign": NameSource.foreign,
    "currency": NameSource.currency,
    "org": NameSource.organisation,
    "filter": _sought,
    "query": _sought,
    "any": lambda names: names.listed("any") or names.syllables(),
    "amount": NameSource.amount,
    "issuer": NameSource.organisation,
    "claims": lambda names: names.rng.choice(names.claim()[1]),
    "method": lambda names: names.rng.choice(tuple(METHODS)),
}


def parameter_of(slot: str, actions: tuple[Action, ...]) -> Parameter | None:
    """What a slot gives: to the step its suffix names, else to the first that takes it."""
    return next((parameter for _, parameter in _takers(slot, actions)), None)


def owner_of(slot: str, actions: tuple[Action, ...]) -> str:
    """The name of the action that a slot belongs to, if any."""
    return next((action.name for action, _ in _takers(slot, actions)), "")


def given_by(slots: frozenset[str], action: Action) -> frozenset[str]:
    """The parameters of an action that these slots say."""
    return frozenset(parameter.name for slot in slots for _, parameter in _takers(slot, (action,)))


def _takers(slot: str, actions: tuple[Action, ...]) -> Iterator[tuple[Action, Parameter]]:
    chosen = actions[int(slot[-1]) - 1 : int(slot[-1])] if slot[-1] in PLACES else actions
    name = slot.rstrip(PLACES)
    for action in chosen:
        for parameter in action.planned_parameters:
            if parameter.name == name or (name == "less" and parameter.kind is Kind.NAMES):
                yield action, parameter
            elif parameter.entry is not None and parameter.entry == name:
                # {credential} where words or a credential may stand: said as an entry.
                yield action, replace(parameter, kind=parameter.entry, entry=None)


def resolved(
    told: Mapping[str, Words], typed: Mapping[str, tuple[str, ...]]
) -> dict[str, Meaning | None]:
    """Slot -> its meaning, quotations taken from the words as typed."""
    meanings: dict[str, Meaning | None] = {}
    for slot, words in told.items():
        meaning = words.meaning
        if isinstance(meaning, Quote):
            texts = tuple(typed[slot][place] for place in meaning.places)
            meaning = meaning.value(texts)
        meanings[slot] = meaning
    return meanings


def _near(text: str, taken: list[str]) -> bool:
    """Whether words might be taken for one of these names."""
    folded = text.casefold()
    words = set(folded.split())
    for name in taken:
        other = name.casefold()
        if other and (folded in other or other in folded or words & set(other.split())):
            return True
        if sum(a == b for a, b in zip(folded, other, strict=False)) > 0.6 * max(
            len(folded), len(other)
        ):
            return True
    return False
