"""What can be wrong with an age file."""

from __future__ import annotations


class AgeError(Exception):
    """An age file cannot be read; one clause for a person."""


class NotAge(AgeError):
    """The file does not begin as an age file of version 1 does."""


class BadHeader(AgeError):
    """The header is malformed, or was changed."""


class NoMatch(AgeError):
    """None of the keys given opens the file."""


class BadPayload(AgeError):
    """What the file holds was changed, or is cut off."""
