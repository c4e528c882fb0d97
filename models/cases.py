"""Training cases without end: a wallet, a conversation, and the draft that is right.

A scene is a whole request, one that lacks something, a question answered, a correction, a word
that points back, several steps, or nothing for a wallet. Whatever its label, a case is only given
out where the planner's grammar could write that label.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Final

from agent.draft import Draft, Pairs, Span
from agent.prompt import TURNS_KEPT, Prompt, Turn, compose
from agent.state import CredentialEntry, State
from agent.words import mask
from models.drafting import ENTRIES, MAKES, drafted, from_earlier, held_of, missing, told
from models.mentions import Mentions
from models.names import Names as NameSource
from models.noise import typed
from models.phrasebook import EVERYBODY, LANGUAGES, Authors, Corpus, Split, Template
from models.phrasing import Sequence, Slot, sample, texts
from models.told import (
    Meaning,
    Step,
    Teller,
    Untellable,
    Words,
    given_by,
    parameter_of,
    resolved,
)
from models.wallets import Wallets
from models.writable import writable
from wallet.actions import PLANNED
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agent.state import ContactEntry, DIDEntry, Entry
    from wallet.actions.registry import Action, Parameter

_POINTS_BACK: Final = re.compile(
    r"\b(?:it|this|that|them|him|her|she|he|they)\b|[它她他这那該该此其這]", re.IGNORECASE
)
# Actions in which there is more to get wrong are drawn more often.
_WEIGHTS: Final = Counter(
    {"issue_credential": 3, "present_credential": 4, "request_presentation": 3, "add_contact": 2,
     "create_did": 2, "show_did": 2, "publish_did": 2, "verify_credential": 2, "show_credential": 2,
     "list_credentials": 2, "search": 2, "help": 2, "send_payment": 4, "set_reminder": 4,
     "record_event": 3, "add_service": 3, "revoke_credential": 2, "rotate_key": 2,
     "deactivate_did": 2, "anchor_credential": 2, "trace_product": 2, "back_up": 2,
     "delete_credential": 2, "import_credential": 2}
)  # fmt: skip

OTHERS: Final = (
    "no, the other one", "the other one", "not that one, the other one", "I meant the other one",
    "wrong one, the other", "and the other one?", "now the other one", "the other one too",
    "the other",
    "no no, the other one please", "sorry, I want the other one", "not this one",
    "do the same for the other",
)  # fmt: skip
OTHERS_ZH: Final = (
    "另一个", "不是，另一张", "我说的是另一个", "不对，是另外那张", "换另一个", "另外那个",
    "那另一张呢", "另一个也要",
    "不是这个，是另一个", "错了，另一张", "再弄另一个", "不是不是，另外一个", "另一张也一样",
)  # fmt: skip
QUOTES: Final = (('"', '"'), ('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("«", "»"))
QUOTES_ZH: Final = (("“", "”"), ('"', '"'), ("「", "」"), ("‘", "’"), ("《", "》"), ("【", "】"))
# How requests are joined: before the first, between them, before the last.
JOINERS: Final = (
    ("", ", ", " and "), ("", ", ", " and then "), ("", ", ", ", then "), ("", ". ", ". "),
    ("", ". then ", ". then "), ("", "; ", "; "), ("first ", ", then ", ", then "),
    ("", ", ", " and after that "), ("", ", ", ", and also "), ("", ", ", " and also "),
    ("", ". ", ". also "), ("", ", ", ", after that "), ("", ", ", " and "), ("", " and ", " and "),
    ("", ", ", ". and "), ("", ", ", ", plus "), ("", ". ", ". Oh and "), ("1. ", " 2. ", " 2. "),
    ("", ", then ", ", and finally "), ("", ", ", " & "), ("", " then ", " then "),
)  # fmt: skip
JOINERS_ZH: Final = (
    ("", "，", "，"), ("", "，然后", "，然后"), ("先", "，再", "，再"), ("", "，", "，再"), ("",
     "，", "，顺便"),
    ("", "；", "；"), ("", "。", "。"), ("", "，", "，另外"), ("", "，接着", "，最后"), ("", "，",
     "，并且"),
    ("", "，", "，还有"), ("先", "，然后", "，然后"), ("首先", "，其次", "，最后"), ("", "，",
     "，完了"),
    ("", "，", " "), ("", "，", "，之后"), ("", "，", "，也"), ("", "。", "。再"), ("", "、", "、"),
)  # fmt: skip
# How an offered entry is picked by its place; the last row is for the last one.
PLACES_EN: Final = (
    ("the first one", "first", "1", "the first", "number one", "1st", "the former",
     "first one please",
     "no. 1", "option 1", "the top one"),
    ("the second one", "second", "2", "the second", "number two", "2nd", "second one please",
     "no. 2",
     "option 2", "the other one"),
    ("the third one", "third", "3", "the third", "number three", "3rd", "option 3"),
    ("the fourth one", "fourth", "4", "the fourth", "number four", "4th", "option 4"),
    ("the last one", "last", "the last", "the latter"),
)  # fmt: skip
PLACES_ZH: Final = (
    ("第一个", "第一张", "第1个", "1", "一", "头一个", "前面那个", "前一个", "第一个吧", "选1",
     "一号"),
    ("第二个", "第二张", "第2个", "2", "二", "后面那个", "第二个吧", "选2", "二号", "另一个"),
    ("第三个", "第三张", "第3个", "3", "三", "第三个吧", "选3"),
    ("第四个", "第四张", "第4个", "4", "四", "第四个吧", "选4"),
    ("最后一个", "最后那个", "后一个", "最后一张"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a model is taught of a case: the prompt's text, and the draft that is right."""

    lang: str
    scene: str
    asked: str
    draft: Draft


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

    @property
    def lesson(self) -> Lesson:
        """What a model is taught of it."""
        return Lesson(self.lang, self.scene, self.prompt.text, self.draft)


@dataclass(frozen=True, slots=True)
class _Said:
    """One turn before entries have handles; `spoken` are the words of each argument."""

    text: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    offered: tuple[Entry, ...] = ()
    spoken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A message as typed, what each slot means and how it was said."""

    text: str
    meanings: Mapping[str, Meaning | None]
    pieces: Mapping[str, str]

    def arguments(self, action: Action) -> dict[str, Meaning]:
        """The meanings by parameter."""
        return {
            parameter.name: meaning
            for slot, meaning in self.meanings.items()
            if meaning is not None and (parameter := parameter_of(slot, (action,) * 4))
        }

    def words(self, action: Action) -> dict[str, str]:
        """How each argument was said."""
        return {
            parameter.name: text
            for slot, text in self.pieces.items()
            if (parameter := parameter_of(slot, (action,) * 4))
        }


class Cases:
    """Cases in one language, from one half of the corpus."""

    def __init__(self, lang: str, split: Split, seed: int, authors: Authors = EVERYBODY) -> None:
        self.rng = Random(f"{lang} {split} {seed}")
        self.lang = lang
        self.corpora = {each: Corpus(each, split, authors=authors) for each in LANGUAGES}
        sources = {each: NameSource(self.corpora[each], self.rng) for each in LANGUAGES}
        self.corpus = self.corpora[lang]
        self.names = sources[lang]
        other = next(each for each in LANGUAGES if each != lang)
        self.mentions = Mentions(self.corpus, self.names, self.rng)
        self.wallets = Wallets(self.names, sources[other], self.rng)
        self._sorted: dict[tuple[str, bool], tuple[Template, ...]] = {}
        self._several = tuple(
            template
            for template in self.corpus.templates("multi")
            if template.keys and all(name in PLANNED for name in _names(template))
        )
        self._pointers: dict[tuple[str, str], tuple[Template, ...]] = {}
        self.scenes: dict[str, tuple[int, Callable[[Teller], tuple[_Said, ...]]]] = {
            "whole": (41, self._whole),
            "partial": (17, self._partial),
            "fill": (7, self._fill),
            "correct": (6, self._correct),
            "cancel": (2, self._cancel),
            "follow": (5, self._follow),
            "multi": (8, self._multi),
            "joined": (8, self._joined),
            "none": (13, self._none),
            "quoted": (3, self._quoted),
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
        if len(said) < TURNS_KEPT + 1 and self.rng.random() < 0.12:
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
        history = self._history(state, earlier, last.text) if earlier else []
        prompt = compose(state, history, last.text)
        draft = drafted(last.steps, prompt)
        if draft is None or not writable(draft, prompt):
            return None
        return Case(self.lang, scene, state, tuple(history), last.text, prompt, draft)

    def _history(self, state: State, earlier: list[_Said], message: str) -> list[Turn]:
        blank = tuple(Turn(turn.text, Draft(), turn.missing) for turn in earlier)
        lines = compose(State(now=state.now), blank, message)  # what is said, without the wallet
        history = []
        for turn in earlier:
            draft, entries = told(turn.steps, lines)
            history.append(Turn(turn.text, draft, turn.missing, entries, turn.offered))
        return history

    # Scenes

    def _whole(self, teller: Teller) -> tuple[_Said, ...]:
        return (self._request(teller, partial=False),)

    def _partial(self, teller: Teller) -> tuple[_Said, ...]:
        return (self._request(teller, partial=True),)

    def _request(
        self, teller: Teller, *, partial: bool, without: str | None = None, plain: bool = False
    ) -> _Said:
        """One step, with all that it needs or lacking something."""
        action = self._action(partial=partial)
        templates = self._templates(action, partial=partial)
        if without is not None:
            templates = tuple(each for each in templates if without not in each.slots)
        if not templates:
            raise Untellable
        chosen = self.rng.choice(templates)
        said = self._spoken(teller, chosen, (action,), wrapped=True, plain=plain)
        step = Step(action.name, said.arguments(action))
        return _Said(said.text, (step,), missing(step, teller.state), spoken=said.words(action))

    def _templates(self, action: Action, *, partial: bool) -> tuple[Template, ...]:
        """An action's phrasings that say all it needs, or those that lack something."""
        key = (action.name, partial)
        if key not in self._sorted:
            required = {p.name for p in action.planned_parameters if p.required}
            self._sorted[key] = tuple(
                template
                for template in self.corpus.templates(action.name)
                if (required <= given_by(template.slots, action)) != partial
            )
        return self._sorted[key]

    def _pointing(self, action: Action, name: str) -> tuple[Template, ...]:
        """An action's phrasings that leave a parameter out and may point back at it."""
        key = (action.name, name)
        if key not in self._pointers:
            self._pointers[key] = tuple(
                template
                for template in self.corpus.templates(action.name)
                if name not in given_by(template.slots, action) and points_back(template)
            )
        return self._pointers[key]

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
        asked = self._offering(teller, asked)
        answered = self._answered(teller, asked)
        if answered.missing and self.rng.random() < 0.6:
            return asked, answered, self._answered(teller, answered)
        return asked, answered

    def _answered(self, teller: Teller, asked: _Said) -> _Said:
        """The answer to what is asked back."""
        if not asked.missing:
            raise Untellable
        step = asked.steps[0]
        action = PLANNED[step.action]
        if self.rng.random() < 0.25 and (chosen := self._by_place(teller, asked, action)):
            return chosen
        parameter = asked.missing[0] if self.rng.random() < 0.7 else self.rng.choice(asked.missing)
        bare = Template((), Sequence((Slot(parameter),)), frozenset({parameter}))
        unsaid = {p.name for p in action.planned_parameters if not p.required} - {*step.arguments}
        wanted = {*asked.missing, *unsaid}
        templates = [
            template
            for template in self.corpus.templates("fill")
            if template.keys[0] == step.action
            and (keys := set(_listed(template.keys[-1]))) <= wanted
            and (parameter in keys)
        ]
        said = self.rng.choice(templates) if templates and self.rng.random() < 0.8 else bare
        spoken = self._spoken(teller, said, (action,), wrapped=self.rng.random() < 0.04)
        filled = Step(step.action, {**step.arguments, **spoken.arguments(action)})
        return _Said(spoken.text, (filled,), missing(filled, teller.state))

    def _by_place(self, teller: Teller, asked: _Said, action: Action) -> _Said | None:
        """An answer that picks one of the entries that were offered, by its place."""
        if len(asked.offered) < 2:
            return None
        at = self.rng.randrange(len(asked.offered))
        entry = asked.offered[at]
        name = next(
            (p.name for p in action.planned_parameters
             if p.name in asked.missing and p.kind in ENTRIES and isinstance(entry,
             ENTRIES[p.kind])),
            None,
        )  # fmt: skip
        if name is None:
            return None
        forms = PLACES_ZH if self.lang == "zh" else PLACES_EN
        last = at == len(asked.offered) - 1
        choices = (*forms[at], *(forms[-1] if last else ()))
        step = Step(action.name, {**asked.steps[0].arguments, name: entry})
        return _Said(self.rng.choice(choices), (step,), missing(step, teller.state))

    def _offering(self, teller: Teller, asked: _Said) -> _Said:
        """The question, with a few entries named that may be meant."""
        action = PLANNED[asked.steps[0].action]
        kinds = [
            (parameter.kind, parameter.role)
            for parameter in action.planned_parameters
            if parameter.name in asked.missing and parameter.kind in ENTRIES
        ]
        if not kinds or self.rng.random() < 0.5:
            return asked
        kind, role = kinds[0]
        held = [
            entry
            for entry in held_of(kind, teller.state)
            if role is None or getattr(entry, "role", None) == role
        ]
        if len(held) < 2:
            return asked
        offered = self.rng.sample(held, min(len(held), self.rng.choice((2, 2, 3, 4))))
        return replace(asked, offered=tuple(offered))

    def _correct(self, teller: Teller) -> tuple[_Said, ...]:
        """A plan, and a correction of one argument, or something more to one that was left open."""
        if self.rng.random() < 0.08:
            return self._the_other(teller)
        first = self._request(teller, partial=self.rng.random() < 0.2)
        step = first.steps[0]
        action = PLANNED[step.action]
        names = {parameter.name for parameter in action.planned_parameters}
        optional = {p.name for p in action.planned_parameters if not p.required}
        templates = [
            template
            for template in self.corpus.templates("correct")
            if template.keys
            and (keys := set(_listed(template.keys[-1]))) <= names
            and keys <= {*step.arguments, *optional}
            and (len(template.keys) == 1 or template.keys[0] == action.name)
            and ("old" not in template.slots or template.keys[-1] in first.spoken)
        ]
        if not templates:
            raise Untellable
        template = self.rng.choice(templates)
        keys = set(_listed(template.keys[-1]))
        if "credential" in keys and "claims" in step.arguments:
            raise Untellable
        if "claims" in keys:
            teller.known = {
                "credential": step.arguments.get("credential"),
                "claims": step.arguments.get("claims"),
            }
        teller.old = first.spoken.get(template.keys[-1], "")
        said = self._spoken(teller, template, (action,), wrapped=self.rng.random() < 0.05)
        given = said.arguments(action)
        if not given:
            raise Untellable
        old, new = step.arguments.get("claims"), given.get("claims")
        if isinstance(old, Pairs) and isinstance(new, Pairs):
            given["claims"] = Pairs(tuple({**dict(old.pairs), **dict(new.pairs)}.items()))
        return first, _Said(said.text, (Step(step.action, {**step.arguments, **given}),))

    def _the_other(self, teller: Teller) -> tuple[_Said, ...]:
        """A plan about one of two entries that fit, and a word that means the other one."""
        first = self._request(teller, partial=False)
        step = first.steps[0]
        options = []
        for parameter in PLANNED[step.action].planned_parameters:
            named = step.arguments.get(parameter.name)
            if parameter.kind not in ENTRIES or not isinstance(named, ENTRIES[parameter.kind]):
                continue
            fitting = [
                entry
                for entry in held_of(parameter.kind, teller.state)
                if parameter.role is None or getattr(entry, "role", None) == parameter.role
            ]
            alike = [
                entry
                for entry in fitting
                if getattr(entry, "type", "") == getattr(named, "type", "")
            ]
            for among in (fitting, alike):
                if len(among) == 2:
                    other = among[1] if among[0] == named else among[0]
                    options.append((parameter.name, other))
        if not options or "claims" in step.arguments:
            raise Untellable
        name, other = self.rng.choice(options)
        text = self.rng.choice(OTHERS_ZH if self.lang == "zh" else OTHERS)
        return first, _Said(text, (Step(step.action, {**step.arguments, name: other}),))

    def _cancel(self, teller: Teller) -> tuple[_Said, ...]:
        """A plan or a question, called off."""
        first = self._request(teller, partial=self.rng.random() < 0.4)
        templates = self.corpus.templates("cancel")
        if not templates:
            raise Untellable
        said = self._spoken(teller, self.rng.choice(templates), (), wrapped=False)
        return first, _Said(said.text, ())

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
            if kind in {parameter.kind, parameter.entry}
            and parameter.role in {None, getattr(entry, "role", None)}
            for template in self._pointing(action, parameter.name)
        ]
        if not options:
            raise Untellable
        action, name, template = self.rng.choice(options)
        teller.known = {name: entry}
        said = self._spoken(teller, template, (action,), wrapped=True)
        if not _POINTS_BACK.search(said.text):
            raise Untellable
        given = said.arguments(action)
        return first, _Said(said.text, (Step(action.name, {**given, name: entry}),))

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
        if not self._several:
            raise Untellable
        template = self.rng.choice(self._several)
        actions = tuple(PLANNED[name] for name in _names(template))
        said = self._spoken(teller, template, actions, wrapped=True)
        return (_Said(said.text, tuple(self._steps(actions, said))),)

    def _joined(self, teller: Teller) -> tuple[_Said, ...]:
        """Two or three requests in one breath; a later one may point back at an earlier one."""
        texts: list[str] = []
        steps: list[Step] = []
        for place in range(self.rng.choice((2, 2, 2, 2, 3))):
            if place and self.rng.random() < 0.4 and (more := self._more(teller, steps)):
                said, step = more
            else:
                request = self._request(teller, partial=self.rng.random() < 0.12, plain=True)
                said, step = request.text, request.steps[0]
            texts.append(said)
            steps.append(step)
        joiners = JOINERS_ZH if self.lang == "zh" else JOINERS
        start, between, last = self.rng.choice(joiners)
        points = ".!?。！？ "
        parts = [text.rstrip(points) for text in texts]
        text = start + between.join(parts[:-1]) + last + parts[-1]
        if self.rng.random() < 0.2:
            text = "".join(
                piece for piece in self._wrapped([text], teller.state) if isinstance(piece, str)
            )
        return (_Said(text, tuple(steps)),)

    def _more(self, teller: Teller, earlier: list[Step]) -> tuple[str, Step] | None:
        """A further request about what an earlier step makes or speaks of."""
        options = [
            (action, parameter, template)
            for action in PLANNED.values()
            for parameter in action.planned_parameters
            if parameter.required and parameter.kind in ENTRIES
            and from_earlier(parameter.kind, parameter.name, earlier, parameter.role) is not None
            for template in self._pointing(action, parameter.name)
        ]  # fmt: skip
        if not options:
            return None
        action, parameter, template = self.rng.choice(options)
        meaning = from_earlier(parameter.kind, parameter.name, earlier, parameter.role)
        if isinstance(meaning, CredentialEntry):
            teller.known["credential"] = meaning
        said = self._spoken(teller, template, (action,), wrapped=False, plain=True)
        arguments = {**said.arguments(action), parameter.name: meaning}
        if not _POINTS_BACK.search(said.text) or missing_text(action, arguments):
            return None
        return said.text, Step(action.name, arguments)

    def _steps(self, actions: tuple[Action, ...], said: _Spoken) -> Iterator[Step]:
        """Each step's own arguments; what it lacks comes from an earlier step."""
        taken: set[str] = set()
        earlier: list[Step] = []
        meanings = said.meanings
        for place, action in enumerate(actions, start=1):
            arguments: dict[str, Meaning] = {}
            for parameter in action.planned_parameters:
                name = parameter.name
                named = [name, *([str(parameter.entry)] if parameter.entry else [])]
                slots = [f"{each}{place}" for each in named] + named
                slot = next((each for each in slots if each in meanings and each not in taken), "")
                if slot:
                    taken.add(slot)
                    meaning = meanings[slot]
                elif parameter.required and parameter.kind in ENTRIES:
                    meaning = from_earlier(parameter.kind, name, earlier, parameter.role)
                else:
                    meaning = _alike(action, parameter, earlier)
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
        said = self._spoken(teller, self.rng.choice(templates), (), wrapped=wrapped)
        return (_Said(said.text, ()),)

    def _quoted(self, teller: Teller) -> tuple[_Said, ...]:
        """A request that stands in somebody else's words, and so is none."""
        templates = self.corpus.templates("quoted")
        if not templates:
            raise Untellable
        frame = self.rng.choice(templates)
        pieces = [
            self._other(teller) if isinstance(piece, Slot) else piece
            for piece in sample(frame.tree, self.rng)
        ]
        return (_Said("".join(pieces), ()),)

    def _other(self, teller: Teller) -> str:
        """Somebody else's request, as an instruction in a text would have it."""
        if self.rng.random() < 0.2:
            return self.names.instruction()
        other = Teller(self.corpus, self.names, self.mentions, self.rng, teller.state)
        said = self._request(other, partial=self.rng.random() < 0.2, plain=True).text
        if self.rng.random() < 0.3 and (more := self._more(other, [])):
            said = f"{said} {more[0]}"
        return said.rstrip(".!?。！？ ")

    # Words

    def _spoken(
        self,
        teller: Teller,
        template: Template,
        actions: tuple[Action, ...],
        *,
        wrapped: bool,
        plain: bool = False,
    ) -> _Spoken:
        """The message as typed, and what its slots say; `plain` where a longer one takes it in."""
        pieces, told_slots = teller.tell(template, actions)
        if wrapped and not plain and self.rng.random() < 0.3:
            pieces = self._wrapped(pieces, teller.state)
        texts: list[str] = []
        owners: list[tuple[str, int] | None] = []
        for piece in pieces:
            if isinstance(piece, str):
                texts.append(piece)
                owners.append(None)
            else:
                words = told_slots[piece.name]
                texts += words.pieces
                owners += [(piece.name, place) for place in range(len(words.pieces))]
        quoted = frozenset(
            at for at, owner in enumerate(owners) if owner and _kept(told_slots[owner[0]], owner[1])
        )
        texts = typed(texts, quoted, self.lang, self.rng)
        if quoted and self.rng.random() < 0.1:
            texts, owners = self._in_quotes(texts, owners, quoted)
        spoken = {
            slot: tuple(texts[at] for at, owner in enumerate(owners) if owner and owner[0] == slot)
            for slot in told_slots
        }
        meanings = resolved(told_slots, spoken)
        return _Spoken("".join(texts).strip(), meanings, {k: "".join(v) for k, v in spoken.items()})

    def _in_quotes(
        self, texts: list[str], owners: list[tuple[str, int] | None], quoted: frozenset[int]
    ) -> tuple[list[str], list[tuple[str, int] | None]]:
        """What is named or quoted, in quotation marks."""
        left, right = self.rng.choice(QUOTES_ZH if self.lang == "zh" else QUOTES)
        every = self.rng.random() < 0.5
        chosen = quoted if every else frozenset({self.rng.choice(sorted(quoted))})
        found: list[str] = []
        whose: list[tuple[str, int] | None] = []
        for at, text in enumerate(texts):
            owner = owners[at] if at < len(owners) else None
            if at in chosen and not mask(text).literals and '"' not in text:
                found += [left, text, right]
                whose += [None, owner, None]
            else:
                found.append(text)
                whose.append(owner)
        return found, whose

    def _wrapped(self, pieces: list[str | Slot], state: State) -> list[str | Slot]:
        wrappers = [
            template
            for template in self.corpus.templates("wrappers")
            if "request" in template.slots and template.slots <= {"request", "other"}
        ]
        if not wrappers:
            return pieces
        chosen = self.rng.choice(wrappers)
        if self.rng.random() < 0.08 and (quoting := [w for w in wrappers if "other" in w.slots]):
            chosen = self.rng.choice(quoting)
        frame: list[str | Slot] = [
            self._other(Teller(self.corpus, self.names, self.mentions, self.rng, state))
            if isinstance(piece, Slot) and piece.name == "other" else piece
            for piece in sample(chosen.tree, self.rng)
        ]  # fmt: skip
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
    return _listed(template.keys[0])


def _listed(key: str) -> list[str]:
    return [name.strip() for name in key.split("+")]


def _alike(action: Action, parameter: Parameter, earlier: list[Step]) -> Meaning | None:
    """What a step lacks that an earlier one of its sort says for both: "and another to Bo"."""
    for step in reversed(earlier):
        if step.action == action.name and (parameter.required or parameter.name == "currency"):
            return step.arguments.get(parameter.name)
        if parameter.name == "source" and isinstance(step.arguments.get("credential"), Span):
            return step.arguments["credential"]
    return None


def missing_text(action: Action, arguments: Mapping[str, Meaning]) -> bool:
    """Whether something that is needed and no entry can stand for was left out."""
    return any(
        parameter.required and parameter.name not in arguments
        for parameter in action.planned_parameters
    )
