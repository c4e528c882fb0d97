"""The parser: a verb for each action, and those of this room and from upstairs beside them.

Only what is typed is loaded: where a verb of this room is called, the parser has no other.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wallet.cli.options import Parser, common_options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from wallet.cli.command import Command

UPSTAIRS: Final = {
    "ask": "ask for something in plain words",
    "demo": "run the main job in a fresh wallet, in a temporary folder",
    "model": "the model that plans and talks: another one, and how good it is",
    "plan": "plan cases of the agent's contract, one a line, and run nothing",
}
_GROUPS: Final = {
    "did": "your DIDs, and other people's",
    "chain": "the chain that your DIDs live on",
    "contact": "your contacts",
    "product": "what happened to your products, signed",
    "status": "the lists that say which of your credentials you took back",
    "trust": "whose credentials you trust, and for what",
    "policy": "the rules that you set for your wallet",
    "memory": "what the wallet remembers about you",
    "context": "the vocabularies that you added",
    "export": "what is yours, in forms that other programs read",
    "profile": "several wallets, by name",
    "qr": "QR codes, shown and read",
    "sample": "a credential to play with",
    "template": "what sorts of credentials usually say",
}
_WITH_VALUE: Final = frozenset({"--home", "--profile", "--passphrase-file", "--passphrase-fd"})
_WITHOUT: Final = frozenset({"--json", "--quiet", "--read-only", "--plain"})


_ROOMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "chain": ("status", "use", "serve", "export", "import", "receipt"),
        "context": ("add", "list", "remove"),
        "trust": ("add", "list", "remove", "import"),
        "export": ("wallet", "keys"),
        "profile": ("list", "use"),
        "qr": ("show", "read"),
    }
)
"""The modules of this room with several verbs, which are named as the first word of those is."""


def _one(module: str, name: str) -> Command:
    command: Command = getattr(import_module(module), name)
    return command


def _of(verb: tuple[str, ...]) -> Command:
    command: Command = import_module(f"wallet.cli.{verb[0]}").COMMANDS[verb]
    return command


OWN: Final[Mapping[tuple[str, ...], Callable[[], Command]]] = MappingProxyType(
    {
        ("verify",): partial(_one, "wallet.cli.verify.command", "VERIFY"),
        ("serve",): partial(_one, "wallet.cli.serve", "SERVE"),
        ("product", "verify"): partial(_one, "wallet.cli.product", "VERIFY"),
        ("init",): partial(_one, "wallet.cli.init", "INIT"),
        ("did", "resolve"): partial(_one, "wallet.cli.resolve", "RESOLVE"),
        ("did", "import"): partial(_one, "wallet.cli.importing", "COMMAND"),
        ("backup",): partial(_one, "wallet.cli.recovery", "BACKUP"),
        ("restore",): partial(_one, "wallet.cli.recovery", "RESTORE"),
        ("passphrase",): partial(_one, "wallet.cli.passphrase", "COMMAND"),
        ("doctor",): partial(_one, "wallet.cli.doctor", "DOCTOR"),
        ("approve",): partial(_one, "wallet.cli.approving", "APPROVE"),
        ("unlock",): partial(_one, "wallet.cli.unlocking", "UNLOCK"),
        ("lock",): partial(_one, "wallet.cli.unlocking", "LOCK"),
        ("import-wallet",): partial(_one, "wallet.cli.export", "IMPORT"),
        **{
            (room, name): partial(_of, (room, name))
            for room, names in _ROOMS.items()
            for name in names
        },
    }
)
"""What loads each verb of this room."""


def build(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of `argv`: with every verb, with the one of this room that is typed, or with none.

    A verb from upstairs is loaded only if it stands in `argv`.
    """
    common = common_options()
    parser = Parser(
        prog="holdfast",
        description="A wallet for DIDs and verifiable credentials; alone, the terminal UI.",
        epilog="holdfast VERB --help shows a verb's arguments and an example.",
        parents=[common],
    )
    parser.add_argument(
        "--plain", action="store_true", help="without a verb: lines alone, for screen readers"
    )
    if _is_alone(argv):
        return parser  # the terminal UI is on the screen sooner
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb")
    groups: dict[str, Any] = {}
    if (typed := _typed(argv)) is not None:
        _add_command(_place(verbs, groups, typed), typed[-1], OWN[typed](), common)
        return parser
    for verb, load in OWN.items():
        _add_command(_place(verbs, groups, verb), verb[-1], load(), common)
    for name, help_line in UPSTAIRS.items():
        if name in argv:
            from wallet.cli.command import from_upstairs  # noqa: PLC0415 - reads package metadata

            _add_command(verbs, name, from_upstairs(name), common)
        else:
            verbs.add_parser(name, help=help_line)
    # Deferred: what signs, sends and remembers.
    from wallet.actions import ACTIONS  # noqa: PLC0415
    from wallet.cli.arguments import add_action  # noqa: PLC0415

    hidden = _hidden(argv, {action.verb for action in ACTIONS.values()})
    for action in ACTIONS.values():
        if action.verb not in OWN and action.verb not in hidden:
            add_action(_place(verbs, groups, action.verb), action, common)
    return parser


def _hidden(argv: Sequence[str], verbs: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The verbs that give way: `history` to `history verify` where that is typed, and else that.

    argparse knows no word that is both a verb and the first of others.
    """
    typed = _words(argv)
    hidden: set[tuple[str, ...]] = set()
    for alone in (verb for verb in verbs if len(verb) == 1):
        others = {verb for verb in verbs if verb[:1] == alone and verb != alone}
        hidden |= {alone} if typed in others else others
    return hidden


def _typed(argv: Sequence[str]) -> tuple[str, ...] | None:
    """The verb of this room that `argv` calls; None where another option comes before it."""
    two = _words(argv)
    return next((verb for verb in (two[:1], two) if verb in OWN), None)


def _words(argv: Sequence[str]) -> tuple[str, ...]:
    """The first word of `argv` and the argument after it; nothing where an option comes before."""
    words = iter(argv)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif word not in _WITHOUT and word.partition("=")[0] not in _WITH_VALUE:
            return (word, next(words, ""))
    return ()


def _is_alone(argv: Sequence[str]) -> bool:
    """Whether no verb stands in `argv`, and nothing that asks for help."""
    words = iter(argv)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif word not in _WITHOUT and word.partition("=")[0] not in _WITH_VALUE:
            return False
    return True


def _place(verbs: Any, groups: dict[str, Any], verb: tuple[str, ...]) -> Any:
    """Where a verb is added: at the top, or below its first word."""
    if len(verb) == 1:
        return verbs
    first = verb[0]
    if first not in groups:
        group = verbs.add_parser(first, help=_GROUPS.get(first))
        groups[first] = group.add_subparsers(metavar="VERB", dest="subverb", required=True)
    return groups[first]


def _add_command(verbs: Any, name: str, command: Command, common: argparse.ArgumentParser) -> None:
    parser = verbs.add_parser(
        name,
        help=command.help,
        description=command.help,
        epilog=f"example: {command.example}",
        parents=[common],
    )
    command.configure(parser)
    parser.set_defaults(command=command)
