"""`holdfast unlock` and `holdfast lock`: a keeper that listens for a while, for scripts."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.errors import BadInput, ReadOnly
from wallet.messages import say, text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from wallet.cli.options import Options
    from wallet.messages import Message

USUAL: Final = "15m"
LONGEST: Final = 24 * 60 * 60
"""Seconds."""
_DURATION: Final = re.compile(r"([1-9][0-9]{0,5})([smh])")
_UNITS: Final[Mapping[str, int]] = MappingProxyType({"s": 1, "m": 60, "h": 3600})


def _configure_unlock(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--for",
        dest="duration",
        metavar="TIME",
        default=USUAL,
        help=f"such as 90s, 15m or 8h; without it, {USUAL}",
    )
    parser.add_argument(
        "--status", action="store_true", help="say whether it is unlocked, and change nothing"
    )


def seconds_in(duration: str) -> int:
    """`90s`, `15m`, `8h` in seconds.

    Raises:
        BadInput: it is none of these, or longer than a day.
    """
    match = _DURATION.fullmatch(duration)
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 0 < seconds <= LONGEST:
        raise BadInput(
            f"{duration!r:.40} is no time to stay unlocked",
            hint="such as 90s, 15m or 8h, up to 24h",
        )
    return seconds


def _unlock(parsed: argparse.Namespace, options: Options) -> ExitCode:
    # Deferred: for who unlocks, and not for who asks for help.
    from wallet.vault.errors import Unanswered  # noqa: PLC0415
    from wallet.vault.files import VAULT_FILE  # noqa: PLC0415
    from wallet.vault.keeper.child import Keeper  # noqa: PLC0415
    from wallet.vault.keeper.connecting import Listening, end_in  # noqa: PLC0415
    from wallet.vault.vault import Vault  # noqa: PLC0415

    if parsed.status:
        return _status(options)
    if options.read_only:
        raise ReadOnly("unlock")
    seconds, earlier = seconds_in(parsed.duration), None
    keeper = replace(options, whole=True).unlocks()
    assert isinstance(keeper, Keeper)  # noqa: S101 - `whole` asks for the passphrase
    # The whole file is checked: a script should hear of damage now, and not at night.
    with Vault.open(options.home / VAULT_FILE, keeper, read_only=True) as vault:
        vault.check()
        with suppress(Unanswered):  # it ends by itself when its place is taken
            earlier = Listening.found(options.home)
        until = keeper.listen(str(options.home.resolve()), seconds)
        try:
            if earlier is not None:
                earlier.end()
        except BaseException:  # Ctrl-C: nobody was told that it is unlocked
            end_in(options.home)
            raise
    return _show(
        say("unlocked until {until}; holdfast lock ends it", until=_clock(until)),
        options,
        until=until,
    )


def _status(options: Options) -> ExitCode:
    from wallet.vault.keeper.connecting import Listening  # noqa: PLC0415 - as above

    found = Listening.found(options.home)
    until = None if found is None else found.until()
    if until is None:
        options.require_wallet()  # "locked" would be believed of another one
        _show(say("the wallet is locked"), options, until=None)
        return ExitCode.LOCKED
    return _show(
        say("unlocked until {until}; holdfast lock ends it", until=_clock(until.isoformat())),
        options,
        until=until.isoformat(),
    )


def _lock(_: argparse.Namespace, options: Options) -> ExitCode:
    from wallet.actions.locking import locked  # noqa: PLC0415 - as above

    result = locked(options.home)
    if not result.data["held"]:
        options.require_wallet()  # as above
    if options.json or not options.quiet:
        render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _clock(until: str) -> str:
    """The time on the person's own clock, with the day where it is another one."""
    then, today = datetime.fromisoformat(until).astimezone(), datetime.now(UTC).astimezone()
    return f"{then:%H:%M}" if then.date() == today.date() else f"{then:%Y-%m-%d %H:%M}"


def _show(sentence: Message, options: Options, *, until: str | None) -> ExitCode:
    if options.json:
        render.show_json({"unlocked": until is not None, "until": until})
    elif not options.quiet:
        render.show_line(text(sentence, options.language))
    return ExitCode.DONE


def _configure_lock(_: argparse.ArgumentParser) -> None:
    """There is nothing to say."""


UNLOCK: Final = Command(
    help="keep the wallet unlocked for a while, for scripts of yours",
    example="holdfast unlock --for 8h",
    configure=_configure_unlock,
    run=_unlock,
    reads=True,
)
LOCK: Final = Command(
    help="end what unlock began: from now on it takes the passphrase again",
    example="holdfast lock",
    configure=_configure_lock,
    run=_lock,
)
