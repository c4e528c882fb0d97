"""A `Finding`: what one check says of the wallet, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from wallet.messages import text

if TYPE_CHECKING:
    from wallet.messages import Message


class Health(StrEnum):
    """What a finding comes to."""

    OK = "ok"
    WARN = "warn"
    """It works, and the person should know something about it."""
    FAIL = "fail"
    UNKNOWN = "unknown"
    """It could not be found out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Attributes:
        check: the id of what was looked at, such as "files".
        result: what it comes to.
        sentence: what is so.
        advice: what to do about it; None where there is nothing to do.
    """

    check: str
    result: Health
    sentence: Message
    advice: Message | None = None

    def to_json(self) -> dict[str, Any]:
        """Machine form, in English."""
        return {
            "check": self.check,
            "result": self.result.value,
            "sentence": text(self.sentence, "en"),
            "advice": None if self.advice is None else text(self.advice, "en"),
        }


def sound(check: str, sentence: Message) -> Finding:
    """All is well."""
    return Finding(check, Health.OK, sentence)


def odd(check: str, sentence: Message, advice: Message | None = None) -> Finding:
    """It works, and something is to be known."""
    return Finding(check, Health.WARN, sentence, advice)


def broken(check: str, sentence: Message, advice: Message) -> Finding:
    """It does not work, or is not safe."""
    return Finding(check, Health.FAIL, sentence, advice)


def unclear(check: str, sentence: Message, advice: Message | None = None) -> Finding:
    """It could not be found out."""
    return Finding(check, Health.UNKNOWN, sentence, advice)
