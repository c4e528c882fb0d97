"""Stories: whole commands and what they answer, `tests/stories/*.txt`.

`$ holdfast …` is typed; the lines below it are the whole of standard output, those with `! ` in
front the whole of standard error, `exit N` the exit code (0 if not said). A stream that is not
mentioned is not looked at; `(nothing)` says it is empty. `…` stands for any text, alone on its
line for any lines; `{name}` is a word to be remembered, and the same one from there on. `< FILE`
is standard input; `setsid` runs a command where no terminal can ask; `edit FILE OLD NEW` changes
a file; `later` goes on in another second than the one before. After `-- NAME --` comes a file that
is there from the beginning.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from wallet.cli.main import main

STORIES = sorted((Path(__file__).parent / "stories").glob("*.txt"))
PASSPHRASE = "correct horse battery staple"


@dataclass
class Command:
    typed: str
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    exit: int = 0


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_the_story_goes_as_it_is_told(
    story: Path, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, *files = re.split(r"(?m)^-- (.+) --\n", story.read_text(encoding="utf-8"))
    for name, content in zip(files[::2], files[1::2], strict=True):
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    shutil.copytree(template, tmp_path / "wallet")
    monkeypatch.chdir(tmp_path)
    for name, value in {"HOLDFAST_HOME": "wallet", "HOLDFAST_LANGUAGE": "en"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")
    known: dict[str, str] = {}
    for command in commands(told):
        typed = re.sub(r"\{([a-z_]+)\}", lambda match: known[match[1]], command.typed)
        code, out, err = run(shlex.split(typed))
        for expected, actual in ((command.out, out), (command.err, err)):
            if expected:
                found = re.fullmatch(pattern(expected, known), actual)
                assert found, "\n".join((f"$ {typed}", *expected, "--- but:", out, err))
                known.update(found.groupdict())
        assert code == command.exit, "\n".join((f"$ {typed}", out, err))


def commands(told: str) -> list[Command]:
    found: list[Command] = []
    for line in told.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:]))
        elif line.startswith("! "):
            found[-1].err.append(line[2:])
        elif line.startswith("exit "):
            found[-1].exit = int(line[5:])
        elif line and not line.startswith("#"):
            found[-1].out.append(line)
    return found


def pattern(lines: list[str], known: dict[str, str]) -> str:
    if lines == ["(nothing)"]:
        return ""
    seen: set[str] = set()

    def place(match: re.Match[str]) -> str:
        name = match[1]
        if name in known:
            return re.escape(known[name])
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return rf"(?P<{name}>\S+)"

    def one(line: str) -> str:
        if line == "…":
            return r"(?:.*\n)*?"
        return re.sub(r"\\\{([a-z_]+)\\\}", place, re.escape(line).replace("…", ".*?")) + r"\n"

    return "".join(map(one, lines))


def run(words: list[str]) -> tuple[int, str, str]:
    if words[0] == "edit":
        file = Path(words[1])
        text = file.read_text(encoding="utf-8")
        assert words[2] in text
        file.write_text(text.replace(words[2], words[3]), encoding="utf-8")
        return 0, "", ""
    if words[0] == "later":
        time.sleep(1.1)  # blocks and proofs are dated by the second
        return 0, "", ""
    alone = words[0] == "setsid"
    arguments = words[2 if alone else 1 :]
    if not any(word.startswith("--passphrase") for word in arguments):
        arguments = ["--passphrase-file", "passphrase", *arguments]
    if alone or "<" in arguments:
        return run_apart(arguments)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def run_apart(arguments: list[str]) -> tuple[int, str, str]:
    source = b""
    if "<" in arguments:
        *arguments, _, name = arguments
        source = Path(name).read_bytes()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "wallet.cli.main", *arguments],
        input=source,
        capture_output=True,
        check=False,
        start_new_session=True,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()
