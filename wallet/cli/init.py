"""`holdfast init`: a new wallet, or one restored from its recovery phrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.messages import say, text

if TYPE_CHECKING:
    import argparse

    from wallet.cli.options import Options


def _configure(parser: argparse.ArgumentParser) -> None:
    del parser


def _run(_parsed: argparse.Namespace, options: Options) -> ExitCode:
    # Deferred: making a wallet loads keys and an EVM, which no other verb of this room needs.
    from wallet.wallet import create_wallet  # noqa: PLC0415

    passphrase = options.passphrase(confirm=True)
    note(text(say("making a wallet in {home} …", home=options.home), options.language))
    wallet, phrase = create_wallet(options.home, passphrase)
    with wallet:
        words = phrase.expose_secret()
        if options.json:
            render.show_json({"home": str(options.home), "recovery_phrase": words})
        else:
            for line in phrase_lines(words, options.language):
                render.show_line(line)
    return ExitCode.DONE


def phrase_lines(words: str, language: str) -> list[str]:
    """The recovery phrase, numbered, and what it is and is not good for."""
    listed = words.split()
    rows = [
        "  "
        + "".join(
            f"{at + 1:>4} {listed[at]:<11}" for at in range(start, min(start + 4, len(listed)))
        )
        for start in range(0, len(listed), 4)
    ]
    return [
        text(say("Your recovery phrase. It is shown once: write it on paper."), language),
        *rows,
        text(
            say(
                "It brings back every key and DID of this wallet, but not its credentials,"
                " contacts or chain. Whoever has it has your keys."
            ),
            language,
        ),
    ]


INIT = Command(
    help="make a new wallet and show its recovery phrase, once",
    example="holdfast init",
    configure=_configure,
    run=_run,
)
