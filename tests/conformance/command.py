"""The program that the suite of VC-JOSE-COSE runs, where it means to run a container.

`docker compose … run --rm NAME issue|verify --input FILE --key FILE --feature F --output FILE`: the
files are under `/tests`, which is the suite's folder of that name.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

from tests.conformance.jose_cose import Answer, Result, answered

if TYPE_CHECKING:
    from collections.abc import Sequence


def standing_in(folder: Path, options: Sequence[str] = ()) -> Path:
    """A folder to be put before the others in which programs are found, with this one in it."""
    script = folder / "docker"
    command = shlex.join([sys.executable, "-P", str(Path(__file__)), *options])
    script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', "utf-8")
    script.chmod(0o700)
    return folder


def main() -> int:
    """Do what was asked, and write the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=("issue", "verify"))
    for name in ("input", "key", "feature", "output"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--sd", type=json.loads, default=[])
    words = sys.argv[1:]
    verb = next(at for at, word in enumerate(words) if word in {"issue", "verify"})
    asked = parser.parse_args(words[verb:])
    if words[0] == "--always":
        answer = Answer(Result(words[1]), "")
    else:
        key = json.loads(_inside(asked.key).read_text("utf-8"))
        given = _inside(asked.input).read_bytes()
        answer = answered(asked.verb, asked.feature, given, key, asked.sd)
    _inside(asked.output).write_text(json.dumps(answer.to_json()), "utf-8")
    return 0


def _inside(path: str) -> Path:
    return Path.cwd() / path.removeprefix("/")


if __name__ == "__main__":
    sys.exit(main())
