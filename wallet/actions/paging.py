"""Pages of a long list: the newest entries first, so many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Kind, Parameter
from wallet.errors import BadInput
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.messages import Message

PAGE_SIZE: Final = 50
_FARTHEST: Final = 1 << 40
"""Pages that no list has: numbers from 2^63 on are more than Python's iterators count to."""

PAGE: Final = Parameter(
    "page", Kind.NUMBER, "another page; the first has the newest", flag="--page", planned=False
)
ALL: Final = Parameter("all", Kind.FLAG, "all of them at once", flag="--all", planned=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the entries were asked for.

    Attributes:
        page: from 1.
        everything: all of them at once.
    """

    page: int = 1
    everything: bool = False

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Wanted:
        """The arguments of `PAGE` and `ALL`.

        Raises:
            BadInput: both were given.
        """
        if "page" in arguments and arguments.get("all"):
            raise BadInput("--page and --all are two things to ask for")
        return cls(arguments.get("page", 1), bool(arguments.get("all")))

    @property
    def skip(self) -> int:
        """How many newer entries are passed over."""
        return min(self.page - 1, _FARTHEST) * PAGE_SIZE

    @property
    def limit(self) -> int | None:
        """How many are shown at most; None for all."""
        return None if self.everything else PAGE_SIZE

    @property
    def places(self) -> slice:
        """Where they stand among all, the newest first."""
        return slice(self.skip, None if self.limit is None else self.skip + self.limit)

    def pages(self, total: int) -> Pages:
        """The page of so many entries.

        Raises:
            BadInput: there are not so many pages.
        """
        count = 1 if self.everything else max(1, -(-total // PAGE_SIZE))
        if self.page > count:
            raise BadInput(f"there is no page {self.page}", hint=f"the last is {count}")
        return Pages(self.page, count, total)


@dataclass(frozen=True, slots=True)
class Pages:
    """A page of a list, as it is told."""

    page: int
    count: int
    total: int

    @property
    def data(self) -> dict[str, int]:
        """For `--json`."""
        return {"total": self.total, "page": self.page, "pages": self.count}

    @property
    def next(self) -> Message | None:
        """How to see the older entries; None where there are none."""
        if self.page == self.count:
            return None
        return say("the older ones: --page {page}; all of them: --all", page=self.page + 1)
