"""What an action is: declared once, and every face derives from the declaration.

The command line's verbs, the planner's grammar, the terminal UI's forms and the consent dialog
are each made from an `Action`; an action knows none of them. An action that only reads has a
`read`; one that signs, sends, publishes, pays, deletes or reveals has a `propose`, whose result
is shown to a person and done only with their consent (`wallet.actions.consent`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


class Kind(StrEnum):
    """What sort of value a parameter takes; each face maps a kind to a widget of its own."""

    DID = "did"  # a DID of the wallet, by DID or name
    CREDENTIAL = "credential"  # a credential of the wallet, by id or name
    CONTACT = "contact"  # a contact, by name, or a literal DID
    PRODUCT = "product"  # a product of the wallet, by id or name
    TEXT = "text"
    CHOICE = "choice"
    CLAIMS = "claims"  # claim name -> value
    NAMES = "names"  # claim names of the chosen credential
    TEXTS = "texts"  # several texts
    TIME = "time"  # ISO 8601 date or date-time
    AMOUNT = "amount"  # a decimal, as text: "0.25"
    PATH = "path"  # a file to read or write; never planned
    DOCUMENTS = "documents"  # credentials of the wallet, or files; never planned
    NUMBER = "number"  # a whole number from 1 on; never planned
    FLAG = "flag"  # said or not said; never planned


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing an action needs to know.

    Attributes:
        name: what the planner and `--json` call it.
        kind: what sort of value.
        help: one line, an English message id.
        required: whether the action cannot be done without it.
        unless: another parameter that makes up for its absence.
        choices: the words of a `Kind.CHOICE`.
        unplanned: more such words, which only a person may say.
        flag: the command line's option; None makes it a positional argument.
        planned: whether the agent may fill it in.
        literal: whether a DID, a file's path or an address typed out may stand for an entry.
        role: for `Kind.CREDENTIAL`, only credentials the wallet `held` or `issued`.
        entry: for `Kind.TEXT`, the kind of an entry whose id may stand there in place of words.
        empty: for `Kind.TEXT`, whether the empty text says something of its own.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    choices: tuple[str, ...] = ()
    unplanned: tuple[str, ...] = ()
    flag: str | None = None
    planned: bool = True
    literal: bool = False
    role: str | None = None
    unless: str | None = None
    entry: Kind | None = None
    empty: bool = False


class Reads(Protocol):
    """What an action that only reads does."""

    def __call__(self, wallet: Wallet, arguments: Mapping[str, Any], /) -> Result:
        """The result; nothing is changed."""
        ...


class Proposes(Protocol):
    """What an action that needs consent does first: everything but the deed."""

    def __call__(self, wallet: Wallet, arguments: Mapping[str, Any], /) -> Proposal:
        """What would be done, to the last byte."""
        ...


@dataclass(frozen=True, slots=True)
class Action:
    """Something one can ask of the wallet.

    Attributes:
        name: the name in `agent-contract` terms, such as "create_did".
        verb: the words on the command line, such as ("did", "create").
        help: one line, an English message id.
        example: a whole command that works, shown by `--help`.
        parameters: in the order the command line takes them.
        read: for an action that only reads.
        propose: for an action that needs consent.
        planned: whether the agent may propose it.
    """

    name: str
    verb: tuple[str, ...]
    help: str
    example: str
    parameters: tuple[Parameter, ...] = ()
    read: Reads | None = None
    propose: Proposes | None = None
    planned: bool = True

    @property
    def needs_consent(self) -> bool:
        """Whether the action signs, sends, publishes, deletes, changes or reveals something."""
        return self.propose is not None

    @property
    def planned_parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the agent may fill in."""
        return tuple(parameter for parameter in self.parameters if parameter.planned)

    def parameter(self, name: str) -> Parameter:
        """The parameter called `name`.

        Raises:
            BadInput: the action has none of that name.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters) or "none"
        raise BadInput(f"{self.name} takes no {name!r}", hint=f"it takes: {known}")

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Refuse arguments that the action does not take, or that lack what it needs.

        Raises:
            BadInput: naming the argument.
        """
        for name in arguments:
            self.parameter(name)
        for parameter in self.parameters:
            excused = parameter.unless in arguments
            if parameter.required and not excused and parameter.name not in arguments:
                raise BadInput(f"{self.name} needs {parameter.name!r}")


def table(*actions: Action) -> dict[str, Action]:
    """Actions by name; a name twice is a mistake in the program."""
    by_name = {action.name: action for action in actions}
    if len(by_name) != len(actions):
        raise ValueError("two actions share a name")
    return by_name
