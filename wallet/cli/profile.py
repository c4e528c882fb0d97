"""`holdfast profile list|use`: several wallets by name; needs no passphrase."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.actions.result import Result, Table
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.messages import say
from wallet.profiles import DEFAULT, Profile, data_folder, listed, named, use

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from wallet.cli.options import Options
    from wallet.messages import Message
    from wallet.profiles import Listed

_KIBIBYTE: Final = 1024


def _list(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """Those there are, and which one this command is about."""
    del parsed
    found = listed(data_folder())
    here = options.profile
    if here.name is None:
        used: Message = say("in use is the folder {home}", home=here.home)
    elif here.name == DEFAULT:
        used = say("in use is the default one")
    else:
        used = say("in use: {name}", name=here.name)
    result = Result(
        say("profiles: {count}", count=len(found)) if found else say("no profiles yet"),
        data={
            "profiles": [_data(one, here) for one in found],
            "in_use": here.name,
            "home": str(here.home),
        },
        facts=((say("Note"), used),),
        table=Table(
            (say("Profile"), say("In use"), say("Size"), say("Last changed")),
            tuple(_row(one, here) for one in found),
        ),
        next=None if found else say("holdfast init, or holdfast --profile NAME init"),
    )
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _data(one: Listed, here: Profile) -> dict[str, object]:
    return {
        "name": one.profile.name,
        "home": str(one.profile.home),
        "in_use": one.profile == here,
        "wallet": one.has_wallet,
        "bytes": one.size,
        "changed": one.changed.isoformat(timespec="seconds"),
    }


def _row(one: Listed, here: Profile) -> tuple[Message | str, ...]:
    size = say("{count} KiB", count=-(-one.size // _KIBIBYTE))
    return (
        one.profile.name or "",
        say("yes") if one.profile == here else "",
        size if one.has_wallet else say("no wallet"),
        one.changed.isoformat(timespec="seconds"),
    )


def _configure_use(parser: argparse.ArgumentParser) -> None:
    ways = parser.add_mutually_exclusive_group(required=True)
    ways.add_argument("name", metavar="NAME", nargs="?", help="the profile to use from now on")
    ways.add_argument("--none", action="store_true", help="the default one again")


def _use(parsed: argparse.Namespace, options: Options) -> ExitCode:
    data = data_folder()
    profile = named(DEFAULT if parsed.none else parsed.name, data)
    use(profile, data)
    summary = (
        say("the default profile is used from now on")
        if profile.name == DEFAULT
        else say("the profile {name} is used from now on", name=profile.name)
    )
    result = Result(summary, data={"profile": profile.name, "home": str(profile.home)})
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _nothing(parser: argparse.ArgumentParser) -> None:
    del parser


COMMANDS: Final[Mapping[tuple[str, ...], Command]] = MappingProxyType(
    {
        ("profile", "list"): Command(
            help="list your profiles, each a wallet of its own",
            example="holdfast profile list",
            configure=_nothing,
            run=_list,
            reads=True,
            makes=True,
        ),
        ("profile", "use"): Command(
            help="choose the profile that is used where none is said",
            example="holdfast profile use work",
            configure=_configure_use,
            run=_use,
            makes=True,
        ),
    }
)
