"""A proposal: an action worked out to the last byte, and not yet done.

`propose` functions make them. What a person is shown (`Statement`) is computed from the bytes
that will be signed, sent or stored (`binding`); the digest covers both, so that a consent to one
thing cannot carry another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import rfc8785

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.result import Result
    from wallet.messages import Message
    from wallet.rules.deed import Deed


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person reads before they say yes.

    Attributes:
        title: the deed in one sentence.
        facts: label and value, line by line: who, what, to whom, at what cost.
        warnings: what they should know first.
    """

    title: Message
    facts: tuple[tuple[Message, Message | str], ...] = ()
    warnings: tuple[Message, ...] = ()

    def plain(self) -> list[object]:
        """The statement in English, as JSON: what the digest is taken over."""
        return [
            str(self.title),
            [[str(label), str(value)] for label, value in self.facts],
            [str(warning) for warning in self.warnings],
        ]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a credential says, and whether it is shown with it.

    Attributes:
        name: as an action's `claims` name it.
        value: as JSON writes it; a text without its quotes. It came from outside.
        leaves: whether it is shown.
        optional: whether that is the holder's choice, by the format that secures the credential.
    """

    name: str
    value: str = field(repr=False)
    leaves: bool = True
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action that waits for a yes.

    Attributes:
        action: the action's name.
        statement: what is shown.
        binding: the bytes that will be signed, sent, stored or removed.
        perform: the deed; called once, by `wallet.actions.consent.run` alone.
        deed: what it is that the person's rules may be about: a disclosure, a spending.
        to_type: what has to be typed beside the yes: the amount of a first payment to somebody, or
            the cost, by a rule of the person's.
        claims: of a credential that is shown, what it says, claim by claim. They are read from what
            `binding` holds.
    """

    action: str
    statement: Statement
    binding: bytes = field(repr=False)  # claims stand in it
    perform: Callable[[], Result] = field(repr=False)
    deed: Deed | None = None
    to_type: str | None = None
    claims: tuple[Claim, ...] = field(default=(), repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over the action's name, the statement and the bytes, as 64 hex digits."""
        shown = [self.action, self.statement.plain(), hashlib.sha256(self.binding).hexdigest()]
        return hashlib.sha256(rfc8785.dumps(shown)).hexdigest()
