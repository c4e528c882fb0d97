"""Where in the input something was found: in words for a person, and as RFC 6901 for a machine."""

from __future__ import annotations

from typing import Self

from did.values import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the input, or a place inside it.

    `subject` names the part: "presentation", "credential", "credential 2". `pointer` is a JSON
    Pointer (RFC 6901) from the root of the input or, inside a JWT, from that of its payload: ""
    is the whole.
    """

    subject: str
    pointer: str = ""

    def at(self, *steps: str | int) -> Self:
        """The place that these names and indices lead to from here."""
        pointer = self.pointer
        for step in steps:
            pointer += f"/{_token(step)}"
        return type(self)(self.subject, pointer)

    def beneath(self, pointer: str) -> Self:
        """The place that a JSON Pointer leads to from here."""
        return type(self)(self.subject, self.pointer + pointer)


def _token(step: str | int) -> str:
    if isinstance(step, int) or step.isalnum():
        return str(step)
    return step.replace("~", "~0").replace("/", "~1")


DOCUMENT = Place("document")
"""The input as a whole, where it is not known what it is."""
