"""The arguments of an action's verb: made of its parameters, and read back from what was typed."""

from __future__ import annotations

import argparse
from typing import Any, Final

from wallet.actions.registry import Action, Kind, Parameter
from wallet.messages import preferred_language, text

_LISTS: Final = frozenset({Kind.CLAIMS, Kind.NAMES, Kind.TEXTS, Kind.DOCUMENTS})


def add_action(place: Any, action: Action, common: argparse.ArgumentParser) -> None:
    """Add the verb of `action` at its place; what is typed after it is read by its parameters."""
    parser = place.add_parser(
        action.verb[-1],
        help=_said(action.help),
        description=_said(action.help),
        epilog=f"example: {action.example}",
        parents=[common],
    )
    add_parameters(parser, action)
    parser.set_defaults(action=action)


def add_parameters(parser: argparse.ArgumentParser, action: Action) -> None:
    """Add what an action takes, and --yes where it needs one."""
    for parameter in action.parameters:
        _add_parameter(parser, parameter)
    if action.needs_consent:
        parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")


def arguments_of(action: Action, parsed: argparse.Namespace) -> dict[str, Any]:
    """The action's arguments out of a parsed command line; what was not given is left out."""
    values = vars(parsed)
    given = {
        parameter.name: values[_destination(parameter)]
        for parameter in action.parameters
        if values.get(_destination(parameter)) not in (None, [])
    }
    for parameter in action.parameters:
        if parameter.kind is Kind.CLAIMS and parameter.name in given:
            given[parameter.name] = dict(given[parameter.name])
    return given


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
            needed = parameter.required and parameter.unless is None
            settings |= {"nargs": "+" if needed else "*", "action": "store"}
        elif not parameter.required or parameter.unless is not None:
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
