"""A verb of the command line that is not an action: those of this room, and those from upstairs.

Rooms above hand theirs down as entry points of the group `holdfast.commands`; each is loaded when
its name is typed, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.values import dataclass
from wallet.errors import BadInput

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from wallet.cli.diagnostics import ExitCode
    from wallet.cli.options import Options

GROUP: Final = "holdfast.commands"


@dataclass(frozen=True, slots=True)
class Command:
    """A verb.

    Attributes:
        help: one line.
        example: a whole command that works.
        configure: adds the verb's own arguments to its parser.
        run: does it.
        reads: whether it changes nothing in the wallet's folder, or sees itself to `--read-only`.
        makes: whether the wallet need not be there yet.
    """

    help: str
    example: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Options], ExitCode]
    reads: bool = False
    makes: bool = False


def from_upstairs(name: str) -> Command:
    """The verb that a room above hands down.

    Raises:
        BadInput: no room has it.
    """
    # Deferred: it loads parsers of mail and archives.
    from importlib.metadata import entry_points  # noqa: PLC0415

    for entry in entry_points(group=GROUP, name=name):
        command = entry.load()
        if isinstance(command, Command):
            return command
    raise BadInput(f"this installation has no {name!r}", hint="reinstall holdfast")
