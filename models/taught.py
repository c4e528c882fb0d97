"""Cases that people wrote as cases: a wallet, what somebody says to it, and the right plan.

`corpus/taught/` holds them in the form of the agent's contract. A phrasing of the corpus is told
of a wallet drawn at random; these speak of the very wallet that they stand beside. What the model
is to write follows from the plan, and is used only if the planner's rules make that plan of it
again. Working that out takes longer than it is good to wait for, and so it is kept in `run/`.

    python -m models.taught     # how many can be taught, and which cannot
"""

from __future__ import annotations

import gzip
import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import chain, product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from agent.draft import Draft, DraftStep, Handle, Unknown
from agent.errors import MessageTooLong, ModelFailed
from agent.history import turns
from agent.model import ScriptedModel
from agent.plan import to_json
from agent.planner import plan
from agent.prompt import compose
from agent.scoring import same
from agent.state import State
from models.cases import Case, Lesson
from models.noise import typed
from models.phrasebook import LANGUAGES
from models.writable import writable
from wallet.actions import PLANNED
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agent.prompt import Turn

FOLDER: Final = Path(__file__).parent / "corpus" / "taught"
SCENE: Final = "taught"
SLIPS: Final = 2  # a case more with each, where the plan stays what it was
_HERE: Final = Path(__file__).parent
_KEPT: Final = _HERE / "run"
_LETTERS: Final = {Kind.DID: "D", Kind.CREDENTIAL: "C", Kind.CONTACT: "P", Kind.PRODUCT: "G"}


def taught(lang: str, folder: Path = FOLDER) -> Iterator[tuple[str, Case | None]]:
    """The cases of a language with their ids; None for one that cannot be taught."""
    for path in sorted((folder / lang).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            yield raw["id"], case_of(raw)


def lessons(lang: str) -> list[Lesson]:
    """What is taught of the cases of a language: each as it was written, and as it may be typed."""
    kept = _KEPT / f"taught-{lang}-{_digest(lang)}.json.gz"
    if kept.exists():
        return [
            Lesson(lang, SCENE, asked, Draft.read(line))
            for asked, line in json.loads(gzip.decompress(kept.read_bytes()))
        ]
    paths = sorted((FOLDER / lang).glob("*.jsonl"))
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    with ProcessPoolExecutor() as pool:
        found = [*chain.from_iterable(pool.map(_lessons_of, lines, chunksize=50))]
    kept.parent.mkdir(parents=True, exist_ok=True)
    written = [(each.asked, each.draft.write_short()) for each in found]
    kept.write_bytes(gzip.compress(json.dumps(written).encode()))
    return found


def _digest(lang: str) -> str:
    """Of all that lessons follow from: the cases, and the rules that make plans of drafts."""
    files = [*(FOLDER / lang).glob("*.jsonl"), *_HERE.parent.glob("agent/**/*.py")]
    files += [Path(__file__), _HERE / "noise.py", _HERE / "writable.py"]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _lessons_of(line: str) -> list[Lesson]:
    raw = json.loads(line)
    rng = Random(raw["id"])
    texts = [raw["text"]]
    texts += ["".join(typed([raw["text"]], frozenset(), raw["lang"], rng)) for _ in range(SLIPS)]
    found = (case_of({**raw, "text": text}) for text in dict.fromkeys(texts))
    return [case.lesson for case in found if case is not None]


def case_of(raw: Mapping[str, Any]) -> Case | None:
    """A case of the contract, with the draft that the rules make its plan of; None without one."""
    state = State.from_json(raw["wallet"])
    before = list(raw.get("history") or ())
    history = turns(before, state, PLANNED)
    prompt = compose(state, history, raw["text"])
    said = [
        *before,
        {"role": "user", "text": raw["text"]},
        {"role": "agent", "plan": raw["expect"]},
    ]
    meant = turns(said, state, PLANNED)[-1]
    whole = meant.drafted(prompt.shortlist)
    linked = prompt.shortlist.linked_handles(prompt.message.text)
    for draft in _ways(whole, meant, linked):
        if writable(draft, prompt) and _comes_to(draft, raw, state, history):
            return Case(raw["lang"], SCENE, state, tuple(history), raw["text"], prompt, draft)
    return None


def _ways(whole: Draft, meant: Turn, linked: frozenset[str]) -> Iterator[Draft]:
    """Drafts that may be meant: what no word names may be left out, what is missing be unknown.

    The first are those that say least of entries that no word names.
    """
    choices: list[list[tuple[DraftStep, ...]]] = []
    for place, step in enumerate(whole.steps):
        last = place == len(whole.steps) - 1
        missing = meant.missing if last else ()
        choices.append([(one,) for one in _of_step(step, missing, linked)])
    for steps in product(*choices):
        yield Draft(tuple(chain.from_iterable(steps)))


def _of_step(
    step: DraftStep, missing: Sequence[str], linked: frozenset[str]
) -> Iterator[DraftStep]:
    unnamed = [
        name
        for name, value in step.arguments
        if isinstance(value, Handle) and value.name[0] != "$" and value.name not in linked
    ]
    order = [each.name for each in PLANNED[step.action].planned_parameters]
    entries = [
        each.name
        for each in PLANNED[step.action].planned_parameters
        if each.name in missing and each.kind in _LETTERS
    ]
    named = {handle[0] for handle in linked}
    for left_out in ({*unnamed}, set()) if unnamed else (set(),):
        kept = tuple(pair for pair in step.arguments if pair[0] not in left_out)
        unknown = tuple((name, Unknown()) for name in entries)
        is_said = bool(named & {_LETTERS[PLANNED[step.action].parameter(e).kind] for e in entries})
        for more in (unknown, ()) if is_said else ((), unknown):
            said = sorted((*kept, *more), key=lambda pair: order.index(pair[0]))
            yield replace(step, arguments=tuple(said))


def _comes_to(draft: Draft, raw: Mapping[str, Any], state: State, history: Sequence[Turn]) -> bool:
    """Whether the planner makes the right plan of a draft."""
    model = ScriptedModel(iter([draft.write_short()]))
    try:
        got = to_json(plan(raw["text"], state, model, history=history).plan)
    except (MessageTooLong, ModelFailed):
        return False
    return any(same(got, wanted) for wanted in (raw["expect"], *raw.get("accept", ())))


def main() -> None:
    """Say how many cases can be taught."""
    for lang in LANGUAGES:
        found = [*taught(lang)]
        left = [name for name, case in found if case is None]
        print(f"{lang}: {len(found) - len(left)} of {len(found)} can be taught; not {left}")


if __name__ == "__main__":
    main()
