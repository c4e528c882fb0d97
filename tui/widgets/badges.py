"""A standing or a verdict as a sign, a word and a colour; nothing is said by the colour alone."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from textual.content import Content

from tui.themes import MUTED
from wallet.cli.render import MARKS, verdict_word
from wallet.messages import text
from wallet.overview import STANDINGS, Standing
from wallet.verify.report import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

_STANDINGS: Final[Mapping[Standing, tuple[str, str]]] = MappingProxyType(
    {
        Standing.IN_FORCE: ("✓", "$text-success"),
        Standing.SOON: ("!", "$text-warning"),
        Standing.EXPIRED: ("✗", "$text-error"),
        Standing.INVALID: ("✘", "$text-error"),
        Standing.REVOKED: ("⊘", "$text-error"),
        Standing.SUSPENDED: ("~", "$text-warning"),
        Standing.DELETED: ("-", MUTED),
    }
)
_VERDICTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        Verdict.VALID: ("✓", "$text-success"),
        Verdict.INDETERMINATE: ("?", "$text-warning"),
        Verdict.UNTRUSTED: ("!", "$text-warning"),
    }
)
_BAD: Final = ("✗", "$text-error")
_OUTCOMES: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.PASS: "$text-success",
        Outcome.FAIL: "$text-error",
        Outcome.WARN: "$text-warning",
        Outcome.UNKNOWN: "$text-warning",
        Outcome.SKIPPED: MUTED,
    }
)


def badge(standing: Standing, language: str) -> Content:
    """How a credential stands: `✓ in force`."""
    sign, colour = _STANDINGS[standing]
    return Content.styled(f"{sign} {text(STANDINGS[standing], language)}", colour)


def verdict_badge(verdict: str, language: str) -> Content:
    """What a verification came to, or that there was nothing to verify: `✗ invalid`."""
    sign, colour = _VERDICTS.get(verdict, _BAD)
    return Content.styled(f"{sign} {text(verdict_word(verdict), language)}", colour)


def mark(outcome: Outcome) -> Content:
    """The sign of a check."""
    return Content.styled(MARKS[outcome], _OUTCOMES[outcome])
