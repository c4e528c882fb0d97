from __future__ import annotations

import subprocess
import sys

from agent.demo import sentences
from wallet.messages import language_of, say, text


def test_the_demonstration_runs_to_its_end_without_a_question() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wallet.cli.main", "demo"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    agreed = text(say("(the demo answers: yes)"), "zh")
    assert done.stdout.count("(the demo answers: yes)") + done.stdout.count(agreed) == 7
    assert "verdict: VALID" in done.stdout
    assert "verdict: INVALID" in done.stdout
    assert "exit code 1" in done.stdout


def test_the_demonstration_speaks_both_languages() -> None:
    assert {language_of(sentence) for sentence in sentences()} == {"en", "zh"}
