"""`holdfast init`: a new wallet, or one restored from its recovery phrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.confidential import SecretText
from wallet.backup.limits import LIMITS
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.errors import BadInput
from wallet.files import read_secret
from wallet.hardening import harden
from wallet.messages import say, text

if TYPE_CHECKING:
    import argparse

    from wallet.cli.options import Options
    from wallet.messages import Message
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

_LANGUAGES: Final = ("english", "chinese")
_WORDS: Final = (12, 24)
_EXTRA_WORD: Final = (
    say("Your extra word belongs to it, and is not shown: these words alone open another wallet."),
    say("Keep it in another place than the phrase. Whoever loses one of the two has lost both."),
)
_WHOEVER_HAS_IT: Final = say("Whoever has the phrase has your keys.")
_WHOEVER_HAS_BOTH: Final = say("Whoever has the phrase and the extra word has your keys.")


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recover",
        action="store_true",
        help="from a recovery phrase, which is asked for; where there is a backup: restore",
    )
    parser.add_argument(
        "--phrase-file", metavar="FILE", help="with --recover: a file that holds the phrase"
    )
    parser.add_argument(
        "--words", type=int, choices=_WORDS, help="how many words a new phrase has; 12 if not said"
    )
    parser.add_argument(
        "--language",
        dest="phrase_language",
        choices=_LANGUAGES,
        help="whose words a new phrase is of; english if not said",
    )
    parser.add_argument(
        "--extra-word",
        action="store_true",
        help="ask for an extra word that belongs to the phrase: BIP-39 calls it a passphrase",
    )
    parser.add_argument(
        "--extra-word-file", metavar="FILE", help="its first line is the extra word"
    )


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if parsed.recover or parsed.phrase_file is not None:
        return _recover(parsed, options)
    # Deferred: making a wallet loads keys and an EVM, which no other verb of this room needs.
    from wallet.vault.phrase import Language, RecoveryPhrase  # noqa: PLC0415

    harden()
    language = Language.CHINESE if parsed.phrase_language == "chinese" else Language.ENGLISH
    drawn = RecoveryPhrase.generate(parsed.words or _WORDS[0], language)
    wallet, phrase = _made(drawn, parsed, options)
    with wallet:
        words = phrase.expose_secret()
        if options.json:
            render.show_json({**_data(wallet, phrase, options), "recovery_phrase": words})
            return ExitCode.DONE
        for line in phrase_lines(words, options.language, extra_word=phrase.has_extra_word):
            render.show_line(line)
        if phrase.has_extra_word:
            render.show_line(text(_known_by(wallet), options.language))
    return ExitCode.DONE


def _recover(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """A wallet with the keys of a phrase, and with nothing else that there was."""
    # Deferred: as above.
    from wallet.cli import terminal  # noqa: PLC0415
    from wallet.vault.phrase import RecoveryPhrase  # noqa: PLC0415
    from wallet.vault.secret import Secret  # noqa: PLC0415

    if parsed.words or parsed.phrase_language:
        raise BadInput(
            "a phrase that is there has its own words and language",
            hint="leave out --words and --language",
        )
    file = parsed.phrase_file
    harden()
    try:
        words = (
            terminal.ask_secret("Recovery phrase: ", instead="--phrase-file")
            if file is None
            else read_secret(file).decode()
        )
    except UnicodeDecodeError:
        raise BadInput(f"{file!r} is not UTF-8") from None  # the error holds what was read
    wallet, phrase = _made(RecoveryPhrase.parse(Secret(words)), parsed, options)
    with wallet:
        if options.json:
            render.show_json({**_data(wallet, phrase, options), "note": str(LIMITS)})
        else:
            for line in (say("recovered the keys of a wallet"), _known_by(wallet), LIMITS):
                render.show_line(text(line, options.language))
    return ExitCode.DONE


def _made(
    phrase: RecoveryPhrase, parsed: argparse.Namespace, options: Options
) -> tuple[Wallet, RecoveryPhrase]:
    """The wallet of a phrase, and the phrase with its extra word if one was asked for."""
    # Deferred: as above.
    from wallet.wallet import create_wallet  # noqa: PLC0415

    if parsed.extra_word or parsed.extra_word_file is not None:
        phrase = phrase.with_extra_word(_extra_word(parsed.extra_word_file, options))
    passphrase = options.passphrase(confirm=True)
    note(text(say("making a wallet in {home} …", home=options.home), options.language))
    return create_wallet(options.home, passphrase, phrase=phrase)


def _extra_word(file: str | None, options: Options) -> Secret:
    # Deferred: as above.
    from wallet.cli import terminal  # noqa: PLC0415
    from wallet.vault.secret import Secret  # noqa: PLC0415

    if file is not None:
        try:
            return Secret(read_secret(file).split(b"\n", 1)[0].removesuffix(b"\r").decode())
        except UnicodeDecodeError:
            raise BadInput(f"{file!r} is not UTF-8") from None  # as above
    note(
        text(
            say(
                "No extra word is wrong: another one, or one with a space or a capital more, opens"
                " another wallet, which is valid and empty."
            ),
            options.language,
        )
    )
    typed = terminal.ask_secret(
        text(say("Extra word: "), options.language), instead="--extra-word-file"
    )
    if terminal.ask_secret("Once more: ") != typed:
        raise BadInput("the two extra words differ")
    return Secret(typed)


def _data(wallet: Wallet, phrase: RecoveryPhrase, options: Options) -> dict[str, object]:
    return {
        "home": str(options.home),
        "extra_word": phrase.has_extra_word,
        "first_account": _first_account(wallet),
    }


def _known_by(wallet: Wallet) -> Message:
    """By what a person can tell one wallet from that of another extra word."""
    return say(
        "Its first account is {address}: by that you can tell it from another one.",
        address=_first_account(wallet),
    )


def _first_account(wallet: Wallet) -> str:
    # Deferred: as above.
    from wallet.registrars.accounts import account_address  # noqa: PLC0415

    return account_address(wallet.vault, 0)


def phrase_lines(words: str, language: str, *, extra_word: bool = False) -> list[str]:
    """The recovery phrase, numbered, and what it is and is not good for.

    `extra_word` says whether one belongs to it; it is never shown.
    """
    listed = [SecretText(word) for word in words.split()]
    rows = [
        SecretText(
            "  "
            + "".join(
                f"{at + 1:>4} {listed[at]:<11}" for at in range(start, min(start + 4, len(listed)))
            )
        )
        for start in range(0, len(listed), 4)
    ]
    return [
        text(say("Your recovery phrase. It is shown once: write it on paper."), language),
        *rows,
        *(text(line, language) for line in (_EXTRA_WORD if extra_word else ())),
        text(LIMITS, language),
        text(_WHOEVER_HAS_BOTH if extra_word else _WHOEVER_HAS_IT, language),
    ]


INIT = Command(
    help="make a new wallet and show its recovery phrase, once",
    example="holdfast init",
    configure=_configure,
    run=_run,
    makes=True,
)
