"""Names that came from outside, marked where they may deceive whoever reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.display import printable
from wallet.lookalikes import double_of, mixes_scripts
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wallet.messages import Message


@dataclass(frozen=True, slots=True)
class Marked:
    """A name as it may be shown.

    Attributes:
        text: safe to show; what is hidden in it is shown by its number.
        warnings: why it may not be what it looks like; the gravest first.
    """

    text: str
    warnings: tuple[Message, ...] = ()

    @property
    def warning(self) -> Message | None:
        """The gravest, if there is one."""
        return self.warnings[0] if self.warnings else None


def marked_name(name: str, known: Iterable[str] = ()) -> Marked:
    """A name, held against those that the person knows: their contacts' and their own DIDs'."""
    shown = printable(name)
    warnings = []
    if (other := double_of(name, known)) is not None:
        warnings.append(say("{name} looks like {other}, and is not", name=shown, other=other))
    if shown != name:
        warnings.append(say("there are signs in this name that are not seen: {name}", name=shown))
    if mixes_scripts(name):
        warnings.append(say("the letters of {name} are of scripts that do not mix", name=shown))
    return Marked(shown, tuple(warnings))
