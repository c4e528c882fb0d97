"""Templates for issuing: a type, the claims that such a credential makes, how long it holds.

Those that are built in are data here; a person's own lie sealed in the vault. A template fills in
and forbids nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from wallet.entries import find
from wallet.errors import BadInput
from wallet.messages import LANGUAGES, Message, say, text
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

LONGEST: Final = 100
"""Of a name, a type or a claim's name, and of a hint, in characters."""
MOST: Final = 100
"""Templates of one's own, and claims of one."""
LONGEST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that is usual: what it is called in the credential, and what to write there."""

    name: str
    hint: Message | str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """What a sort of credential usually says.

    Attributes:
        name: what it is called by, such as "degree".
        title: what a person reads.
        type: the credential's.
        claims: in the order they are asked for.
        days: for how many it usually holds; None for no end.
        own: whether the person made it.
    """

    name: str
    title: Message | str
    type: str
    claims: tuple[Claim, ...]
    days: int | None = None
    own: bool = False

    def __post_init__(self) -> None:
        """Raises `BadInput` where it is none."""
        named = (self.name, self.type, *(one.name for one in self.claims))
        if not all(0 < len(one.strip()) <= LONGEST and one.isprintable() for one in named):
            raise BadInput(f"a name in a template has 1 to {LONGEST} printable characters")
        hints = [one.hint for one in self.claims if isinstance(one.hint, str)]
        if not all(len(hint) <= LONGEST and (hint.isprintable()) for hint in hints):
            raise BadInput(f"a hint has up to {LONGEST} printable characters")
        if not 0 < len({one.name for one in self.claims}) == len(self.claims) <= MOST:
            raise BadInput(f"a template has 1 to {MOST} claims, each of its own name")
        if self.days is not None and not 0 < self.days <= LONGEST_DAYS:
            raise BadInput(f"a credential holds for 1 to {LONGEST_DAYS} days, or without an end")

    @property
    def id(self) -> str:
        """Its name."""
        return self.name

    @property
    def label(self) -> str:
        """Its name."""
        return self.name

    def expires(self, now: datetime) -> str | None:
        """The last day on which one that is issued now usually holds, as `issue` takes it."""
        return None if self.days is None else (now + timedelta(self.days)).date().isoformat()

    @classmethod
    def of(cls, record: Record) -> Self:
        """The template that a vault record holds. Raises `IntegrityError`."""
        try:
            body = record.body
            claims = tuple(Claim(str(one["name"]), str(one["hint"])) for one in body["claims"])
            days = None if body["days"] is None else int(body["days"])
            return cls(body["name"], body["name"], body["type"], claims, days, own=True)
        except (KeyError, TypeError, ValueError, AttributeError, BadInput):
            raise IntegrityError("the record of a template", "cannot be read") from None

    def body(self) -> dict[str, Any]:
        """The template as a record's body, and for `--json`."""
        return {
            "name": self.name,
            "type": self.type,
            "claims": [{"name": one.name, "hint": str(one.hint)} for one in self.claims],
            "days": self.days,
        }


BUILT_IN: Final = (
    Template(
        "degree",
        say("University degree"),
        "University Degree",
        (
            Claim("degree", say("such as Bachelor of Science")),
            Claim("field", say("what was studied")),
            Claim("university", say("who awarded it")),
            Claim("graduated", say("a date, such as 2027-06-30")),
        ),
    ),
    Template(
        "membership",
        say("Membership"),
        "Membership",
        (
            Claim("organization", say("of what")),
            Claim("level", say("such as ordinary, or honorary")),
            Claim("memberNumber", say("the number on the card")),
            Claim("since", say("a date, such as 2027-06-30")),
        ),
        days=365,
    ),
    Template(
        "employment",
        say("Employment"),
        "Employment",
        (
            Claim("employer", say("the firm or the office")),
            Claim("position", say("such as Engineer")),
            Claim("department", say("where in the house")),
            Claim("since", say("a date, such as 2027-06-30")),
        ),
        days=365,
    ),
    Template(
        "course",
        say("Course certificate"),
        "Course Certificate",
        (
            Claim("course", say("what was taught")),
            Claim("provider", say("who taught it")),
            Claim("hours", say("a number")),
            Claim("grade", say("such as passed, or 1.3")),
            Claim("completed", say("a date, such as 2027-06-30")),
        ),
        days=3 * 365,
    ),
    Template(
        "ticket",
        say("Event ticket"),
        "Event Ticket",
        (
            Claim("event", say("what it is for")),
            Claim("place", say("where it is")),
            Claim("date", say("a date, such as 2027-06-30")),
            Claim("seat", say("such as row 4, seat 12")),
        ),
        days=90,
    ),
    Template(
        "licence",
        say("Professional licence"),
        "Professional Licence",
        (
            Claim("profession", say("such as Nurse")),
            Claim("licenceNumber", say("the number in the register")),
            Claim("authority", say("who grants it")),
            Claim("scope", say("what it allows")),
        ),
        days=2 * 365,
    ),
    Template(
        "age",
        say("Proof of age"),
        "Age Proof",
        (
            Claim("ageOver", say("a number, such as 18: the date of birth stays out")),
            Claim("checkedBy", say("by what it was found out")),
        ),
        days=365,
    ),
)
"""Ready for use."""


def templates(vault: Vault) -> tuple[Template, ...]:
    """Those that are built in, and then the person's own, the oldest first."""
    return (*BUILT_IN, *map(Template.of, vault.all(Kind.TEMPLATE)))


def template(vault: Vault, reference: str) -> Template:
    """The one of that name, or of that title in any language. Raises `NoSuchEntry`."""
    wanted = reference.strip().casefold()
    known = templates(vault)
    for one in known:
        if any(text(one.title, language).casefold() == wanted for language in LANGUAGES):
            return one
    return find(known, reference, noun="template")
