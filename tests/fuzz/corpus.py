"""What fuzzing starts with, and where it leaves what it found."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tests.fuzz.parties import LIST
from tests.fuzz.seeds import NAMES, seed
from tests.wallet.credentials.mdoc.issuer import MDL, Authority, Making, new_key, response

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT: Final = Path("build/fuzz")

LISTS: Final[Mapping[bytes, str]] = MappingProxyType(
    {b"\x01": "bitstring status list", b"\x02": "token status list"}
)
"""The first byte of an input that is a status list, and the seed that it is the list of."""


def write_corpus(folder: Path) -> None:
    """Every seed, both lists, and mdocs, which nothing may make valid: no root is trusted."""
    for number, name in enumerate(NAMES):
        (folder / f"seed-{number:02}").write_bytes(seed(name).data)
    for mark, name in LISTS.items():
        (folder / f"list-{mark.hex()}").write_bytes(mark + seed(name).web[LIST])
    making = Making(Authority(), new_key())
    (folder / "mdoc").write_bytes(making.make())
    (folder / "mdoc-response").write_bytes(response((MDL, making.value())))
