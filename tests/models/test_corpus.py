from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.demo import sentences
from agent.state import State
from models.check import leaked
from wallet.actions import ACTIONS

ROOT = Path(__file__).parents[2]
SETS = sorted((ROOT / "models" / "evaluation").glob("*.jsonl"))


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_line_of_the_corpus_parses_and_none_stands_twice() -> None:
    assert run("-m", "models.check").endswith("0 lines are wrong\n")


def test_a_line_that_an_evaluation_set_has_is_found(tmp_path: Path) -> None:
    texts = {
        "en": "would you be so kind as to open the red box",
        "zh": "麻烦把那个红色的大箱子打开一下",
    }
    for lang, text in texts.items():
        said = {"text": text, "history": []}
        (tmp_path / f"x-{lang}.jsonl").write_text(json.dumps(said), encoding="utf-8")
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "none.txt").write_text(f"fine\n[um, ]{text}\n", encoding="utf-8")
        (tmp_path / "taught" / lang).mkdir(parents=True)
        (tmp_path / "taught" / lang / "a.jsonl").write_text(json.dumps(said), encoding="utf-8")
        found = [(file, number) for file, number, _ in leaked(lang, tmp_path, tmp_path)]
        assert found == [(f"{lang}/none.txt", 2), (f"taught/{lang}/a.jsonl", 1)]


def test_what_the_demonstration_says_is_in_no_corpus_file() -> None:
    corpus = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "models" / "corpus").rglob("*.txt")
    )
    assert not [sentence for sentence in sentences() if sentence in corpus]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_every_case_of_an_evaluation_set_can_be_read(path: Path) -> None:
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(cases) == len({case["id"] for case in cases}) >= 110
    for case in cases:
        State.from_json(case["wallet"])
        for step in case["expect"]:
            assert step["action"] in {*ACTIONS, "ask", "none"}
