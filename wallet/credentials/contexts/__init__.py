"""The JSON-LD contexts that the wallet ships: data files, their origin and digest in a manifest.

No context is ever fetched: whoever answers for an address could change what a signed name means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass, field

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class ContextFolder(Mapping[str, Any]):
    """Contexts by address, each what stands under `@context` in its file: an object, or a list.

    The folder holds `manifest.json` and the files it lists; a file is read when first asked for.
    """

    folder: Traversable
    _files: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _read: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __getitem__(self, address: str) -> Any:
        if address not in self._read:
            text = (self.folder / self._manifest()[address]).read_text("utf-8")
            self._read[address] = json.loads(text)["@context"]
        return self._read[address]

    def __iter__(self) -> Iterator[str]:
        return iter(self._manifest())

    def __len__(self) -> int:
        return len(self._manifest())

    def _manifest(self) -> Mapping[str, str]:
        if not self._files:
            entries = json.loads((self.folder / "manifest.json").read_text("utf-8"))["contexts"]
            self._files.update({entry["address"]: entry["file"] for entry in entries})
        return self._files


SHIPPED: Final[Mapping[str, Any]] = ContextFolder(Path(__file__).parent)
