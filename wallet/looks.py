"""`[terminal]` of `config.toml`: how the terminal UI looks, speaks and locks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from did.values import dataclass
from wallet.errors import BadInput
from wallet.messages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = 24 * 60
"""Minutes after which it locks at the latest, where it does by itself."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What a person chose; None is what the program chooses.

    Attributes:
        language: `en` or `zh`.
        theme: the name of a theme.
        lock_after: minutes in which nobody is there; 0 for never.
    """

    language: str | None = None
    theme: str | None = None
    lock_after: int = 5

    def __post_init__(self) -> None:
        """Raises `BadInput` for what nobody can have chosen."""
        if self.language is not None and self.language not in LANGUAGES:
            raise BadInput("the language is 'en' or 'zh'")
        if not 0 <= self.lock_after <= LONGEST:
            raise BadInput(f"minutes are 0, for never, to {LONGEST}")

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """Those of the table. Raises `TypeError` where it is no such table."""
        if others := sorted(table.keys() - {"language", "theme", "lock_after"}):
            raise TypeError(f"{others[0]!r} is not understood")
        language, theme = table.get("language"), table.get("theme")
        lock_after = table.get("lock_after", 5)
        if not isinstance(language, str | None) or not isinstance(theme, str | None):
            raise TypeError("'language' and 'theme' are texts")
        if type(lock_after) is not int:
            raise TypeError("'lock_after' is a number of minutes")
        try:
            return cls(language, theme, lock_after)
        except BadInput as error:
            raise TypeError(str(error)) from None

    def table(self) -> dict[str, Any]:
        """The table, without what was not chosen."""
        chosen = {"language": self.language, "theme": self.theme, "lock_after": self.lock_after}
        return {name: value for name, value in chosen.items() if value is not None}
