"""`holdfast init`: a new wallet, or one restored from its recovery phrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.backup.limits import LIMITS
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.errors import BadInput
from wallet.files import read_file
from wallet.hardening import harden
from wallet.messages import say, text

if TYPE_CHECKING:
    import argparse

    from wallet.cli.options import Options


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recover",
        action="store_true",
        help="from a recovery phrase, which is asked for; where there is a backup: restore",
    )
    parser.add_argument(
        "--phrase-file", metavar="FILE", help="with --recover: a file that holds the phrase"
    )


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if parsed.recover or parsed.phrase_file is not None:
        return _recover(parsed.phrase_file, options)
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


def _recover(file: str | None, options: Options) -> ExitCode:
    """A wallet with the keys of a phrase, and with nothing else that there was."""
    # Deferred: as above.
    from wallet.cli import terminal  # noqa: PLC0415
    from wallet.vault.phrase import RecoveryPhrase  # noqa: PLC0415
    from wallet.vault.secret import Secret  # noqa: PLC0415
    from wallet.wallet import create_wallet  # noqa: PLC0415

    harden()
    try:
        words = (
            terminal.ask_secret("Recovery phrase: ") if file is None else read_file(file).decode()
        )
    except UnicodeDecodeError:
        raise BadInput(f"{file!r} is not UTF-8") from None  # the error holds what was read
    phrase = RecoveryPhrase.parse(Secret(words))
    passphrase = options.passphrase(confirm=True)
    note(text(say("making a wallet in {home} …", home=options.home), options.language))
    create_wallet(options.home, passphrase, phrase=phrase)[0].close()
    if options.json:
        render.show_json({"home": str(options.home), "note": str(LIMITS)})
    else:
        render.show_line(text(say("recovered the keys of a wallet"), options.language))
        render.show_line(text(LIMITS, options.language))
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
        text(LIMITS, language),
        text(say("Whoever has the phrase has your keys."), language),
    ]


INIT = Command(
    help="make a new wallet and show its recovery phrase, once",
    example="holdfast init",
    configure=_configure,
    run=_run,
)
