"""The first run in lines: a new wallet, its recovery phrase, a first DID and a sample."""

from __future__ import annotations

import unicodedata
from random import SystemRandom
from typing import TYPE_CHECKING, Final

from wallet.actions import ACTIONS
from wallet.actions.moving_in import move_in
from wallet.cli import render, terminal
from wallet.cli.init import phrase_lines
from wallet.cli.parser import build
from wallet.errors import BadInput
from wallet.messages import Message, say, text
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.vault.strength import WORDS, Score, strength

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.plain import PlainTalk
    from wallet.cli.options import Options

    Tells = Callable[[Message], None]
    Asks = Callable[[str], str]

_ASKED: Final = 3
"""Words of the recovery phrase."""
_RANDOM: Final = SystemRandom()


def first_run(options: Options, tell: Tells, ask: Asks) -> Secret | None:
    """Make a wallet in one of three ways; its passphrase, where it is known here.

    Raises:
        WalletError: none was made.
    """
    language = options.language
    tell(say("There is no wallet here yet. It will lie in {folder}", folder=options.home))
    ways = (
        say("Create a new wallet"),
        say("Bring back a wallet from its recovery phrase"),
        say("Bring back a wallet from a backup"),
    )
    match _chosen(ways, tell, ask, language):
        case 1:
            return _create(options, tell)
        case 2:
            _run(options, ["init", "--recover"])
        case _:
            file = ask(text(say("The backup's file: "), language))
            _run(options, ["restore", "--", file.strip()])
    return None


def settle_in(talk: PlainTalk, ask: Asks, language: str) -> None:
    """A first DID and a sample, where the person wants them."""
    talk.say(say("Now a first DID: a name that is yours alone, to hold and to issue credentials."))
    name = ask(text(say("What shall it be called? Enter alone leaves it for later: "), language))
    if not name.strip():
        return
    if talk.do(ACTIONS["create_did"], {"name": name.strip()}) is None:
        return
    talk.say(say("A sample credential can be added, to play with. /sample remove takes it away."))
    if _chosen((say("Add the sample"), say("No, thank you")), talk.say, ask, language) == 1:
        talk.do(ACTIONS["add_sample"], {})


def _chosen(choices: Sequence[Message], tell: Tells, ask: Asks, language: str) -> int:
    """The number of the one that is chosen; asked again until it is one."""
    for number, choice in enumerate(choices, start=1):
        tell(say("{number}. {choice}", number=number, choice=choice))
    while True:
        typed = ask(text(say("Type a number, 1 to {count}: ", count=len(choices)), language))
        if typed.strip().isdecimal() and 1 <= int(typed.strip()[:3]) <= len(choices):
            return int(typed.strip())


def _create(options: Options, tell: Tells) -> Secret:
    language = options.language
    passphrase = _new_passphrase(tell, language)
    phrase = RecoveryPhrase.generate(12)
    for line in phrase_lines(phrase.expose_secret(), language):
        render.show_line(line)
    _check(phrase, tell, language)
    move_in(options.home, passphrase, phrase, tell=tell)
    tell(say("Your wallet is made."))
    return passphrase


def _new_passphrase(tell: Tells, language: str) -> Secret:
    """Typed twice; what is weak is taken once the person has heard so."""
    warned = ""
    while True:
        typed = terminal.ask_secret(text(say("Choose a passphrase: "), language))
        if not typed:
            tell(say("the passphrase is empty"))
            continue
        found = strength(Secret(typed))
        tell(say("{strength}: {advice}", strength=WORDS[found.score], advice=found.advice))
        if found.score < Score.FAIR and typed != warned:
            warned = typed
            tell(say("Such a passphrase is guessed soon. Type it again to take it all the same."))
            continue
        if terminal.ask_secret(text(say("Once more: "), language)) == typed:
            return Secret(typed)
        tell(say("the two passphrases differ"))


def _check(phrase: RecoveryPhrase, tell: Tells, language: str) -> None:
    """Three of its words, which only somebody has who wrote them down."""
    words = phrase.expose_secret().split()
    tell(say("Write it down. Then type three of its words: the wallet is made after that."))
    for number in sorted(_RANDOM.sample(range(1, phrase.count + 1), _ASKED)):
        question = text(say("Word {number}: ", number=number), language)
        while _folded(terminal.ask_secret(question)) != _folded(words[number - 1]):
            tell(say("that is another word"))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKD", word).strip().lower()


def _run(options: Options, argv: list[str]) -> None:
    """A verb of the command line, for this wallet."""
    parsed = build(argv).parse_args(argv)
    if parsed.command.run(parsed, options):
        raise BadInput("no wallet was made")
