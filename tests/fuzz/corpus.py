"""What fuzzing starts with, and where it leaves what it found."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tests.fuzz.in_cbor import mdoc_making
from tests.fuzz.parties import LIST
from tests.fuzz.seeds import NAMES, seed
from tests.wallet.credentials.mdoc.issuer import MDL, response
from wallet.credentials.formats.cose.written import decoded

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT: Final = Path("build/fuzz")

LISTS: Final[Mapping[bytes, str]] = MappingProxyType(
    {b"\x01": "bitstring status list", b"\x02": "token status list", b"\x03": "cwt status list"}
)
"""The first byte of an input that is a status list, and the seed that it is the list of."""


def write_corpus(folder: Path) -> None:
    """Every seed, what is CBOR as such, too; the lists; and an mdoc that somebody presents."""
    for number, name in enumerate(NAMES):
        given = seed(name)
        (folder / f"seed-{number:02}").write_bytes(given.data)
        if given.secured == "cbor":
            (folder / f"cbor-{number:02}").write_bytes(decoded(given.data) or b"")
    for mark, name in LISTS.items():
        (folder / f"list-{mark.hex()}").write_bytes(mark + seed(name).web[LIST])
    (folder / "mdoc-response").write_bytes(response((MDL, mdoc_making().value())))
