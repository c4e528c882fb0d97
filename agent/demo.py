"""`holdfast demo`: the main job, from nothing to a verified credential, without a question.

A fresh wallet in a temporary folder; sentences from a plain file, planned by the real model; a
real chain; and `holdfast verify` as a process of its own. Whatever needs a yes is shown as a
person would see it, and the demonstration says yes. It fails if anything ends otherwise than it
should.
"""

from __future__ import annotations

import json
import re
import secrets
import shlex
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agent.conversation import Conversation
from agent.lines import take_turn
from agent.model import LlamaModel, find_model
from wallet.actions.consent import Answer, By
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.cli.init import phrase_lines
from wallet.cli.options import Options
from wallet.entries import dids
from wallet.errors import WalletError
from wallet.hardening import harden
from wallet.messages import say, text
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet

if TYPE_CHECKING:
    import argparse

    from wallet.actions.proposal import Proposal
    from wallet.wallet import Wallet

_PASTED: Final = re.compile(r"\{([^{}]+)\}")


class DemoFailed(WalletError):
    """A step of the demonstration ended otherwise than it should."""


def sentences() -> tuple[str, ...]:
    """What the demonstration says, in order."""
    text_file = files("agent").joinpath("demo.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text_file.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def pasted(sentence: str, wallet: Wallet) -> str:
    """The sentence with the wallet's DIDs in place of their names in braces.

    Raises:
        DemoFailed: the wallet has no DID of that name.
    """
    by_name = {own.name: own.id for own in dids(wallet.vault)}

    def did_of(match: re.Match[str]) -> str:
        try:
            return by_name[match[1]]
        except KeyError as error:
            raise DemoFailed(f"no DID was made under the name {match[1]!r}") from error

    return _PASTED.sub(did_of, sentence)


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, metavar="FILE", help="another GGUF file")


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    started = time.monotonic()
    harden()
    with tempfile.TemporaryDirectory(prefix="holdfast-demo-") as folder:
        home = Path(folder) / "wallet"
        demo = _Demo(home, Options(home=home, language=options.language))
        with LlamaModel(find_model(parsed.model)) as model:
            demo.converse(model)
        demo.verify_elsewhere()
    demo.title(f"done in {time.monotonic() - started:.1f} s")
    return ExitCode.DONE


class _Demo:
    def __init__(self, home: Path, options: Options) -> None:
        self._home = home
        self._options = options

    def title(self, line: str) -> None:
        render.show_line()
        render.show_line(f"── {line}")

    def converse(self, model: LlamaModel) -> None:
        self.title(f"a new wallet in {self._home}")
        wallet, phrase = create_wallet(self._home, Secret(secrets.token_urlsafe(16)))
        with wallet:
            for line in phrase_lines(phrase.expose_secret(), self._options.language):
                render.show_line(line)
            conversation = Conversation(wallet, model)
            for sentence in sentences():
                said = pasted(sentence, wallet)
                self.title(f"you: {said}")
                code = take_turn(
                    conversation, said, self._options, _say_yes, remark=render.show_line
                )
                if code is not ExitCode.DONE:
                    raise DemoFailed(f"{said!r} ended with exit code {int(code)}")

    def verify_elsewhere(self) -> None:
        """Check the presentation in a new process, and then a copy with one claim changed."""
        presentation = self._presentation()
        proof = json.loads(presentation.read_bytes())["proof"]
        binding = ["--challenge", proof["challenge"], "--domain", proof["domain"]]
        self._verify(presentation, binding, expected=ExitCode.DONE)
        forged = presentation.with_name("forged.json")
        forged.write_bytes(_with_one_claim_changed(presentation.read_bytes()))
        self._verify(forged, binding, expected=ExitCode.FAILED)

    def _presentation(self) -> Path:
        found = sorted((self._home / "outbox").glob("presentation-*.json"))
        if len(found) != 1:
            raise DemoFailed("the conversation left no presentation")
        return found[0]

    def _verify(self, file: Path, binding: list[str], *, expected: ExitCode) -> None:
        command = ["verify", str(file), *binding, "--home", str(self._home)]
        self.title(f"a new process: holdfast {shlex.join(command)}")
        done = subprocess.run(
            [sys.executable, "-P", "-m", "wallet.cli.main", *command],
            capture_output=True,
            text=True,
            check=False,
        )
        for line in (*done.stdout.splitlines(), *done.stderr.splitlines()):
            render.show_line(line)
        render.show_line(f"exit code {done.returncode}")
        if done.returncode != expected:
            raise DemoFailed(f"verify ended with {done.returncode}, not {int(expected)}")


def _say_yes(proposal: Proposal, language: str) -> Answer:
    for line in render.statement_lines(proposal.statement, language):
        render.show_line(line)
    render.show_line(text(say("(the demo answers: yes)"), language))
    return Answer(yes=True, by=By.DEMO)


def _with_one_claim_changed(data: bytes) -> bytes:
    """A copy of a presentation in which one claim of its credential says something else."""
    presentation: dict[str, Any] = json.loads(data)
    credential = presentation["verifiableCredential"]
    subject = (credential[0] if isinstance(credential, list) else credential)["credentialSubject"]
    name = next(name for name in subject if name != "id")
    render.show_line()
    render.show_line(f"in a copy, {name!r} is changed from {subject[name]!r} to 'Principal'")
    subject[name] = "Principal"
    return json.dumps(presentation, ensure_ascii=False).encode()


COMMAND = Command(
    help="run the main job in a fresh wallet, in a temporary folder",
    example="holdfast demo",
    configure=_configure,
    run=_run,
    reads=True,
    makes=True,
)
