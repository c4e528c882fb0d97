"""The parser: a verb for each action, with the action's parameters as its arguments."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from wallet.actions import ACTIONS
from wallet.actions.registry import Action, Kind, Parameter
from wallet.cli.chain import COMMANDS as CHAIN
from wallet.cli.command import Command, from_upstairs
from wallet.cli.init import INIT
from wallet.cli.options import common_options
from wallet.cli.resolve import RESOLVE
from wallet.messages import preferred_language, text

if TYPE_CHECKING:
    from collections.abc import Sequence

UPSTAIRS: Final = {
    "ask": "ask for something in plain words",
    "demo": "run the main job in a fresh wallet, in a temporary folder",
}
OWN: Final[dict[tuple[str, ...], Command]] = {("init",): INIT, ("did", "resolve"): RESOLVE, **CHAIN}
_GROUPS: Final = {
    "did": "your DIDs, and other people's",
    "chain": "the chain that your DIDs live on",
    "contact": "your contacts",
}
_LISTS: Final = frozenset({Kind.CLAIMS, Kind.NAMES, Kind.TEXTS, Kind.DOCUMENTS})


def build(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The whole parser; a verb from upstairs is loaded only if it stands in `argv`."""
    common = common_options()
    parser = argparse.ArgumentParser(
        prog="holdfast",
        description="A wallet for DIDs and verifiable credentials; alone, the terminal UI.",
        epilog="holdfast VERB --help shows a verb's arguments and an example.",
        parents=[common],
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb")
    groups: dict[str, Any] = {}
    for verb, command in OWN.items():
        _add_command(_place(verbs, groups, verb), verb[-1], command, common)
    for name, help_line in UPSTAIRS.items():
        if name in argv:
            _add_command(verbs, name, from_upstairs(name), common)
        else:
            verbs.add_parser(name, help=help_line)
    for action in ACTIONS.values():
        _add_action(_place(verbs, groups, action.verb), action, common)
    return parser


def arguments_of(action: Action, parsed: argparse.Namespace) -> dict[str, Any]:
    """The action's arguments out of a parsed command line; what was not given is left out."""
    values = vars(parsed)
    given = {
        parameter.name: values[_destination(parameter)]
        for parameter in action.parameters
        if values.get(_destination(parameter)) is not None
    }
    for parameter in action.parameters:
        if parameter.kind is Kind.CLAIMS and parameter.name in given:
            given[parameter.name] = dict(given[parameter.name])
    return given


def _place(verbs: Any, groups: dict[str, Any], verb: tuple[str, ...]) -> Any:
    """Where a verb is added: at the top, or below its first word."""
    if len(verb) == 1:
        return verbs
    first = verb[0]
    if first not in groups:
        group = verbs.add_parser(first, help=_GROUPS[first])
        groups[first] = group.add_subparsers(metavar="VERB", dest="subverb", required=True)
    return groups[first]


def _add_action(place: Any, action: Action, common: argparse.ArgumentParser) -> None:
    parser = place.add_parser(
        action.verb[-1],
        help=_said(action.help),
        description=_said(action.help),
        epilog=f"example: {action.example}",
        parents=[common],
    )
    for parameter in action.parameters:
        _add_parameter(parser, parameter)
    if action.needs_consent:
        parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")
    parser.set_defaults(action=action)


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


def _add_parameter(parser: argparse.ArgumentParser, parameter: Parameter) -> None:
    settings: dict[str, Any] = {"help": _said(parameter.help)}
    if parameter.kind is Kind.CHOICE:
        settings["choices"] = (*parameter.choices, *parameter.unplanned)
    if parameter.kind in _LISTS:
        settings["action"] = "append"
    if parameter.kind is Kind.CLAIMS:
        settings |= {"type": _claim, "metavar": "NAME=VALUE"}
    if parameter.kind is Kind.NUMBER:
        settings |= {"type": _number, "metavar": "N"}
    if parameter.kind is Kind.FLAG:
        # Not said is not given: `arguments_of` leaves out what is None.
        settings |= {"action": "store_const", "const": True}
    if parameter.flag is None:
        if parameter.kind in _LISTS:  # a list of words needs no flag before each
            settings |= {"nargs": "+", "action": "store"}
        elif not parameter.required:
            settings["nargs"] = "?"
        parser.add_argument(_destination(parameter), metavar=parameter.name.upper(), **settings)
        return
    required = parameter.required and parameter.unless is None
    if "choices" not in settings and parameter.kind is not Kind.FLAG:
        settings.setdefault("metavar", parameter.name.upper())
    flags = [parameter.flag] + (["-o"] if parameter.flag == "--output" else [])
    parser.add_argument(*flags, dest=_destination(parameter), required=required, **settings)


def _said(message: str) -> str:
    """A line of help in the person's language, as argparse wants it: % is its own mark."""
    return text(message, preferred_language()).replace("%", "%%")


def _destination(parameter: Parameter) -> str:
    """Where argparse keeps it, apart from the common options."""
    return f"argument_{parameter.name}"


def _claim(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name.strip(), value


def _number(text: str) -> int:
    if not text.isdecimal() or not (number := int(text[:20])) >= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return number
