"""Rules as values: what a person forbids their wallet, or wants to be asked about twice.

The set is closed. A rule is kept as JSON; what is kept and is none of these is `Unreadable`, and
forbids all that a rule could be about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, assert_never

from did.chain.amounts import WEI_PER_ETHER, ether, read_ether
from wallet.messages import say
from wallet.rules.claims import wanted_names
from wallet.rules.errors import BadRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.messages import Message

NEVER_DISCLOSE: Final = "never-disclose"
ONLY_TO_CONTACTS: Final = "only-to-contacts"
ONCE_PER_VERIFIER: Final = "once-per-verifier"
ASK_ABOVE: Final = "ask-above"
NEVER_ABOVE: Final = "never-above"
PAY_AT_MOST: Final = "pay-at-most"
PAY_ONLY_CONTACTS: Final = "pay-only-contacts"
KINDS: Final = (
    *(NEVER_DISCLOSE, ONLY_TO_CONTACTS, ONCE_PER_VERIFIER),
    *(ASK_ABOVE, NEVER_ABOVE, PAY_AT_MOST, PAY_ONLY_CONTACTS),
)

LONGEST: Final = 200
"""Of a claim's or a type's name, in characters."""
MOST_TYPES: Final = 20
_MAX_WEI: Final = 10**12 * WEI_PER_ETHER


@dataclass(frozen=True, slots=True)
class NeverDisclose:
    """A claim is shown to nobody: of credentials of these types, or of all where there are none."""

    claim: str
    types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises `BadRule`."""
        _check_name(self.claim, "claim")
        if not any(wanted_names(self.claim)):
            raise BadRule(f"{self.claim!r} names no claim")
        _check_types(self.types)


@dataclass(frozen=True, slots=True)
class OnlyToContacts:
    """Credentials of these types, or all of them, are shown only to who is a contact."""

    types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises `BadRule`."""
        _check_types(self.types)


@dataclass(frozen=True, slots=True)
class OncePerVerifier:
    """Credentials of these types, or all of them, are shown to the same verifier once."""

    types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises `BadRule`."""
        _check_types(self.types)


@dataclass(frozen=True, slots=True)
class AskAbove:
    """What can cost more than so many wei needs its amount to be typed, beside the yes."""

    wei: int

    def __post_init__(self) -> None:
        """Raises `BadRule`."""
        _check_wei(self.wei)


@dataclass(frozen=True, slots=True)
class NeverAbove:
    """What can cost more than so many wei is not done."""

    wei: int

    def __post_init__(self) -> None:
        """Raises `BadRule`."""
        _check_wei(self.wei)


@dataclass(frozen=True, slots=True)
class PayAtMost:
    """Payments on one chain come to at most so many wei in any 24 hours, fees left out."""

    wei: int

    def __post_init__(self) -> None:
        """Raises `BadRule`."""
        _check_wei(self.wei)


@dataclass(frozen=True, slots=True)
class PayOnlyContacts:
    """Nobody is paid who is no contact, but for the wallet's own accounts."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something is kept as a rule that this program does not know, or that is damaged."""


Rule = (
    NeverDisclose
    | OnlyToContacts
    | OncePerVerifier
    | AskAbove
    | NeverAbove
    | PayAtMost
    | PayOnlyContacts
)


def to_json(rule: Rule) -> dict[str, Any]:
    """The rule as it is kept; amounts in ether, as decimal text."""
    match rule:
        case NeverDisclose(claim, types):
            return {"rule": NEVER_DISCLOSE, "claim": claim, "types": list(types)}
        case OnlyToContacts(types):
            return {"rule": ONLY_TO_CONTACTS, "types": list(types)}
        case OncePerVerifier(types):
            return {"rule": ONCE_PER_VERIFIER, "types": list(types)}
        case AskAbove(wei):
            return {"rule": ASK_ABOVE, "limit": ether(wei)}
        case NeverAbove(wei):
            return {"rule": NEVER_ABOVE, "limit": ether(wei)}
        case PayAtMost(wei):
            return {"rule": PAY_AT_MOST, "limit": ether(wei)}
        case PayOnlyContacts():
            return {"rule": PAY_ONLY_CONTACTS}
        case _:
            assert_never(rule)


def from_json(value: Mapping[str, Any]) -> Rule:
    """The rule that was kept so.

    Raises:
        BadRule: a member is missing, too many or of another form, or the kind is none of `KINDS`.
    """
    match dict(value):
        case {"rule": "never-disclose", "claim": str(claim), "types": list(types), **rest}:
            rule: Rule = NeverDisclose(claim, _texts(types))
        case {"rule": "only-to-contacts", "types": list(types), **rest}:
            rule = OnlyToContacts(_texts(types))
        case {"rule": "once-per-verifier", "types": list(types), **rest}:
            rule = OncePerVerifier(_texts(types))
        case {"rule": "ask-above", "limit": str(limit), **rest}:
            rule = AskAbove(read_amount(limit))
        case {"rule": "never-above", "limit": str(limit), **rest}:
            rule = NeverAbove(read_amount(limit))
        case {"rule": "pay-at-most", "limit": str(limit), **rest}:
            rule = PayAtMost(read_amount(limit))
        case {"rule": "pay-only-contacts", **rest}:
            rule = PayOnlyContacts()
        case _:
            raise BadRule("this is no rule that is known here")
    if rest:
        raise BadRule(f"a rule has no member {min(map(str, rest))!r:.100}")
    return rule


def words(rule: Rule | Unreadable) -> Message:
    """The rule as a sentence."""
    match rule:
        case NeverDisclose(claim, ()):
            return say("never disclose {claim}", claim=claim)
        case NeverDisclose(claim, types):
            return say("never disclose {claim} of {types}", claim=claim, types=", ".join(types))
        case OnlyToContacts(()):
            return say("show credentials only to contacts")
        case OnlyToContacts(types):
            return say("show {types} only to contacts", types=", ".join(types))
        case OncePerVerifier(()):
            return say("show credentials at most once to a verifier")
        case OncePerVerifier(types):
            return say("show {types} at most once to a verifier", types=", ".join(types))
        case Unreadable():
            return say("a rule that this program cannot read: whatever it could forbid is refused")
        case AskAbove() | NeverAbove() | PayAtMost() | PayOnlyContacts():
            return _words_of_spending(rule)
        case _:
            assert_never(rule)


def _words_of_spending(rule: AskAbove | NeverAbove | PayAtMost | PayOnlyContacts) -> Message:
    match rule:
        case AskAbove(wei):
            return say("ask again for what can cost more than {limit} ETH", limit=ether(wei))
        case NeverAbove(wei):
            return say("never do what can cost more than {limit} ETH", limit=ether(wei))
        case PayAtMost(wei):
            return say("never pay more than {limit} ETH in 24 hours", limit=ether(wei))
        case PayOnlyContacts():
            return say("pay only contacts")
        case _:
            assert_never(rule)


def read_amount(text: str) -> int:
    """An amount of ether, as decimal text, in wei; every digit counts.

    Raises:
        BadRule: it is no such text.
    """
    wei = read_ether(text)
    if wei is None:
        raise BadRule(f"{text!r:.100} is no amount of ether", hint="such as 0.1")
    return wei


def _texts(values: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise BadRule("a type is a text")
    return tuple(values)


def _check_types(types: tuple[str, ...]) -> None:
    if len(types) > MOST_TYPES:
        raise BadRule(f"a rule is about at most {MOST_TYPES} types")
    for name in types:
        _check_name(name, "type")
        if not any(wanted_names(name)):
            raise BadRule(f"{name!r} names no type")


def _check_name(name: str, what: str) -> None:
    if not 0 < len(name) <= LONGEST or not name.isprintable():
        raise BadRule(f"the name of a {what} has 1 to {LONGEST} printable characters")


def _check_wei(wei: int) -> None:
    if not 0 <= wei < _MAX_WEI:
        raise BadRule("a limit is from 0 to 999999999999 ether")
