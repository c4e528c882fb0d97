"""`holdfast verify FILE`: a verdict on a file, with no vault opened and no question asked."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.verifying import VERIFY_CREDENTIAL, report_on
from wallet.clock import now
from wallet.errors import BadInput
from wallet.files import LARGEST, read_file
from wallet.resolution import Chains, opened_resolver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.cli.options import Options

STANDARD_INPUT: Final = "-"


def reads_without_vault(action: Action, arguments: Mapping[str, Any]) -> bool:
    """Whether this is a verification of something that stands outside the wallet."""
    if action is not VERIFY_CREDENTIAL:
        return False
    source = arguments["credential"]
    # Path.exists would raise on a name that is too long for the file system.
    there = os.path.exists(source)  # noqa: PTH110
    return there or source == STANDARD_INPUT or "/" in source or "." in source


def verify_file(arguments: Mapping[str, Any], options: Options) -> Result:
    """The report on a file, or on standard input.

    Raises:
        BadInput: the file cannot be read.
    """
    source = arguments["credential"]
    data = _standard_input() if source == STANDARD_INPUT else read_file(source)
    chains = Chains(options.home)
    try:
        resolver = opened_resolver(chains, offline=arguments.get("offline", False))
        return report_on(data, source, resolver, now(), arguments)
    finally:
        chains.close()


def _standard_input() -> bytes:
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadInput("standard input is larger than a mebibyte")
    return data
