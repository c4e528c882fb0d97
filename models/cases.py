"""Training cases without end: a wallet, a conversation, and the draft that is right.

A scene is a whole request, one that lacks something, a question answered, a correction, a word
that points back, several steps, or nothing for a wallet. Whatever its label, a case is only given
out where the planner's grammar could write that label.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from agent.draft import Draft
from agent.prompt import TURNS_KEPT, Prompt, Turn, compose
from models.corpus import LANGUAGES, Corpus, Split, Template
from models.drafting import ENTRIES, MAKES, drafted, from_earlier, missing
from models.mentions import Mentions
from models.names import Names as NameSource
from models.noise import typed
from models.phrasing import Sequence, Slot, sample, texts
from models.told import Meaning, Step, Teller, Untellable, Words, resolved
from models.wallets import Wallets
from models.writable import writable
from wallet.actions import PLANNED
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.state import ContactEntry, CredentialEntry, DIDEntry, State
    from wallet.actions.registry import Action

_POINTS_BACK: Final = re.compile(
    r"\b(?:it|this|that|them|him|her|she|he|they)\b|[它她他这那該该此其這]", re.IGNORECASE
)
# Actions in which there is more to get wrong are drawn more often.
_WEIGHTS: Final = Counter(
    {"issue_credential": 3, "present_credential": 4, "request_presentation": 3, "add_contact": 2,
     "create_did": 2, "show_did": 2, "publish_did": 2, "verify_credential": 2, "show_credential": 2,
     "list_credentials": 2, "search": 2, "help": 2}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation up to a message, and what its last message asks."""

    lang: str
    scene: str
    state: State
    history: tuple[Turn, ...]
    message: str
    prompt: Prompt
    draft: Draft


@dataclass(frozen=True, slots=True)
class _Said:
    """One turn before entries have handles."""

    text: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()


class Cases:
    """Cases in one language, from one half of the corpus."""

    def __init__(self, lang: str, split: Split, seed: int) -> None:
        self.rng = Random(f"{lang} {split} {seed}")
        self.lang = lang
        self.corpora = {each: Corpus(each, split) for each in LANGUAGES}
        sources = {each: NameSource(self.corpora[each], self.rng) for each in LANGUAGES}
        self.corpus = self.corpora[lang]
        self.names = sources[lang]
        other = next(each for each in LANGUAGES if each != lang)
        self.mentions = Mentions(self.corpus, self.names, self.rng)
        self.wallets = Wallets(self.names, sources[other], self.rng)
        self.scenes: dict[str, tuple[int, Callable[[Teller], tuple[_Said, ...]]]] = {
            "whole": (45, self._whole),
            "partial": (20, self._partial),
            "fill": (5, self._fill),
            "correct": (4, self._correct),
            "follow": (4, self._follow),
            "multi": (10, self._multi),
            "none": (14, self._none),
        }

    def some(self, count: int) -> Iterator[Case]:
        """`count` cases about one wallet, or a few less."""
        state = self.wallets.draw()
        weights = [weight for weight, _ in self.scenes.values()]
        for scene in self.rng.choices(tuple(self.scenes), weights, k=count):
            for _ in range(6):
                case = self._try(scene, state)
                if case is not None:
                    yield case
                    break

    def _try(self, scene: str, state: State) -> Case | None:
        teller = Teller(self.corpus, self.names, self.mentions, self.rng, state)
        try:
            said = self.scenes[scene][1](teller)
        except Untellable:
            return None
        if len(said) < TURNS_KEPT + 1 and self.rng.random() < 0.08:
            said = (*self._before(state), *said)
        return self._case(scene, state, said)

    def _before(self, state: State) -> tuple[_Said, ...]:
        """An earlier turn that has nothing to do with what follows."""
        teller = Teller(self.corpus, self.names, self.mentions, self.rng, state)
        scene = self.rng.choice((self._whole, self._whole, self._partial, self._none))
        try:
            return scene(teller)
        except Untellable:
            return ()

    def _case(self, scene: str, state: State, said: tuple[_Said, ...]) -> Case | None:
        *earlier, last = said
        if not last.text.strip() or len(last.text) > 400:
            return None
        blank = tuple(Turn(turn.text, Draft(), turn.missing) for turn in earlier)
        first = compose(state, blank, last.text)
        history = []
        for turn in earlier:
            draft = drafted(turn.steps, first)
            if draft is None:
                return None
            history.append(Turn(turn.text, draft, turn.missing))
        prompt = compose(state, history, last.text)
        draft = drafted(last.steps, prompt)
        if draft is None or not writable(draft, prompt):
            return None
        return Case(self.lang, scene, state, tuple(history), last.text, prompt, draft)

    # Scenes

    def _whole(self, teller: Teller) -> tuple[_Said, ...]:
        return (self._request(teller, partial=False),)

    def _partial(self, teller: Teller) -> tuple[_Said, ...]:
        return (self._request(teller, partial=True),)

    def _request(self, teller: Teller, *, partial: bool, without: str | None = None) -> _Said:
        """One step, with all that it needs or lacking something."""
        action = self._action(partial=partial)
        required = {parameter.name for parameter in action.planned_parameters if parameter.required}
        templates = [
            template
            for template in self.corpus.templates(action.name)
            if without not in template.slots and (required <= template.slots) != partial
        ]
        if not templates:
            raise Untellable
        text, meanings = self._spoken(teller, self.rng.choice(templates), (action,), wrapped=True)
        arguments = {name: meaning for name, meaning in meanings.items() if meaning is not None}
        step = Step(action.name, arguments)
        return _Said(text, (step,), missing(step, teller.state))

    def _action(self, *, partial: bool) -> Action:
        actions = [
            action
            for action in PLANNED.values()
            if self.corpus.templates(action.name)
            and (not partial or any(parameter.required for parameter in action.planned_parameters))
        ]
        if not actions:
            raise Untellable
        weights = [_WEIGHTS[action.name] or 1 for action in actions]
        return self.rng.choices(actions, weights)[0]

    def _fill(self, teller: Teller) -> tuple[_Said, ...]:
        """A question asked back, and its answer; now and then the next question's, too."""
        asked = self._request(teller, partial=self.rng.random() < 0.85)
        answered = self._answered(teller, asked)
        if answered.missing and self.rng.random() < 0.6:
            return asked, answered, self._answered(teller, answered)
        return asked, answered

    def _answered(self, teller: Teller, asked: _Said) -> _Said:
        """The answer to what is asked back."""
        if not asked.missing:
            raise Untellable
        step = asked.steps[0]
        parameter = asked.missing[0] if self.rng.random() < 0.7 else self.rng.choice(asked.missing)
        bare = Template((), Sequence((Slot(parameter),)), frozenset({parameter}))
        templates = [
            template
            for template in self.corpus.templates("fill")
            if template.keys == (step.action, parameter)
        ]
        said = self.rng.choice(templates) if templates and self.rng.random() < 0.8 else bare
        text, meanings = self._spoken(teller, said, (PLANNED[step.action],), wrapped=False)
        given = {name: meaning for name, meaning in meanings.items() if meaning is not None}
        filled = Step(step.action, {**step.arguments, **given})
        return _Said(text, (filled,), missing(filled, teller.state))

    def _correct(self, teller: Teller) -> tuple[_Said, ...]:
        """A plan, and a correction of one argument."""
        first = self._request(teller, partial=self.rng.random() < 0.2)
        step = first.steps[0]
        action = PLANNED[step.action]
        names = {parameter.name for parameter in action.planned_parameters}
        templates = [
            template
            for template in self.corpus.templates("correct")
            if template.keys and template.keys[-1] in names & step.arguments.keys()
        ]
        if not templates:
            raise Untellable
        template = self.rng.choice(templates)
        if template.keys[-1] == "credential" and "claims" in step.arguments:
            raise Untellable
        text, meanings = self._spoken(teller, template, (action,), wrapped=False)
        given = {name: meaning for name, meaning in meanings.items() if meaning is not None}
        if not given:
            raise Untellable
        return first, _Said(text, (Step(step.action, {**step.arguments, **given}),))

    def _follow(self, teller: Teller) -> tuple[_Said, ...]:
        """A request, and another that points back at what the first was about."""
        teller.newest = True
        first = self._request(teller, partial=False)
        step = first.steps[0]
        about = self._about(step, teller.state)
        if about is None:
            raise Untellable
        kind, entry = about
        options = [
            (action, parameter.name, template)
            for action in PLANNED.values()
            for parameter in action.planned_parameters
            if parameter.kind is kind and parameter.role in {None, getattr(entry, "role", None)}
            for template in self.corpus.templates(action.name)
            if parameter.name not in template.slots and points_back(template)
        ]
        if not options:
            raise Untellable
        action, name, template = self.rng.choice(options)
        teller.known = {name: entry}
        text, meanings = self._spoken(teller, template, (action,), wrapped=True)
        if not _POINTS_BACK.search(text):
            raise Untellable
        given = {other: meaning for other, meaning in meanings.items() if meaning is not None}
        return first, _Said(text, (Step(action.name, {**given, name: entry}),))

    def _about(
        self, step: Step, state: State
    ) -> tuple[Kind, DIDEntry | CredentialEntry | ContactEntry] | None:
        """What a step was about: the entry it named, or the newest of the kind it makes."""
        newest = {Kind.DID: state.dids[-1:], Kind.CONTACT: state.contacts[-1:]}
        if made := newest.get(MAKES.get(step.action, Kind.TEXT)):
            return MAKES[step.action], made[0]
        named = [
            (kind, meaning)
            for meaning in step.arguments.values()
            for kind, sort in ENTRIES.items()
            if isinstance(meaning, sort)
        ]
        return named[0] if len(named) == 1 else None

    def _multi(self, teller: Teller) -> tuple[_Said, ...]:
        """Two steps or more in one message."""
        templates = [
            template
            for template in self.corpus.templates("multi")
            if template.keys and all(name in PLANNED for name in _names(template))
        ]
        if not templates:
            raise Untellable
        template = self.rng.choice(templates)
        actions = tuple(PLANNED[name] for name in _names(template))
        text, meanings = self._spoken(teller, template, actions, wrapped=True)
        return (_Said(text, tuple(self._steps(actions, meanings))),)

    def _steps(
        self, actions: tuple[Action, ...], meanings: dict[str, Meaning | None]
    ) -> Iterator[Step]:
        """Each step's own arguments; what it lacks comes from an earlier step."""
        taken: set[str] = set()
        earlier: list[Step] = []
        for place, action in enumerate(actions, start=1):
            arguments: dict[str, Meaning] = {}
            for parameter in action.planned_parameters:
                name = parameter.name
                slot = f"{name}{place}" if f"{name}{place}" in meanings else name
                if slot in meanings and slot not in taken:
                    taken.add(slot)
                    meaning = meanings[slot]
                elif parameter.required and parameter.kind in ENTRIES:
                    meaning = from_earlier(parameter.kind, name, earlier)
                else:
                    meaning = None
                if meaning is not None:
                    arguments[name] = meaning
            earlier.append(Step(action.name, arguments))
        yield from earlier

    def _none(self, teller: Teller) -> tuple[_Said, ...]:
        """Nothing for a wallet to do."""
        templates = self.corpus.templates("none")
        if not templates:
            raise Untellable
        wrapped = self.rng.random() < 0.1
        text, _ = self._spoken(teller, self.rng.choice(templates), (), wrapped=wrapped)
        return (_Said(text, ()),)

    # Words

    def _spoken(
        self, teller: Teller, template: Template, actions: tuple[Action, ...], *, wrapped: bool
    ) -> tuple[str, dict[str, Meaning | None]]:
        """The message as typed, and slot -> meaning."""
        pieces, told = teller.tell(template, actions)
        if wrapped and self.rng.random() < 0.22:
            pieces = self._wrapped(pieces)
        texts: list[str] = []
        owners: list[tuple[str, int] | None] = []
        for piece in pieces:
            if isinstance(piece, str):
                texts.append(piece)
                owners.append(None)
            else:
                words = told[piece.name]
                texts += words.pieces
                owners += [(piece.name, place) for place in range(len(words.pieces))]
        quoted = frozenset(
            at for at, owner in enumerate(owners) if owner and _kept(told[owner[0]], owner[1])
        )
        texts = typed(texts, quoted, self.lang, self.rng)
        spoken = {
            slot: tuple(texts[at] for at, owner in enumerate(owners) if owner and owner[0] == slot)
            for slot in told
        }
        return "".join(texts).strip(), resolved(told, spoken)

    def _wrapped(self, pieces: list[str | Slot]) -> list[str | Slot]:
        wrappers = [
            template
            for template in self.corpus.templates("wrappers")
            if template.slots == {"request"}
        ]
        if not wrappers:
            return pieces
        frame = sample(self.rng.choice(wrappers).tree, self.rng)
        at = next((at for at, piece in enumerate(frame) if isinstance(piece, Slot)), None)
        if at is None:
            return pieces
        if isinstance(pieces[0], str) and at > 0 and not pieces[0].startswith(("I ", "I'")):
            pieces = [pieces[0][:1].lower() + pieces[0][1:], *pieces[1:]]
        if at + 1 < len(frame) and isinstance(pieces[-1], str):
            pieces = [*pieces[:-1], pieces[-1].rstrip("?.!。？！")]
        return [*frame[:at], *pieces, *frame[at + 1 :]]


def points_back(template: Template) -> bool:
    """Whether a template may hold a word that points back."""
    return any(_POINTS_BACK.search(text) for text in texts(template.tree))


def _kept(words: Words, place: int) -> bool:
    """Whether a piece of a slot's words keeps its letters: all but what joins a list."""
    places = getattr(words.meaning, "places", None)
    return places is None or place in places


def _names(template: Template) -> list[str]:
    return [name.strip() for name in template.keys[0].split("+")]
