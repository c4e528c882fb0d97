"""Why a verification ended as it did, and what to do about it: out of its report alone."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.messages import say
from wallet.verify.report import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wallet.messages import Message
    from wallet.verify.report import Check, Report

MOST: Final = 3
"""How many findings are told; the report has them all."""

_MEANS: Final[Mapping[Verdict, Message]] = MappingProxyType(
    {
        Verdict.INVALID: say("Do not rely on it: something in it does not hold."),
        Verdict.REVOKED: say("It was genuine, and its issuer took it back, perhaps for a time."),
        Verdict.EXPIRED: say("It is genuine as far as was checked, and its time is not now."),
        Verdict.UNTRUSTED: say("It is what its issuer signed, and you do not trust that issuer."),
        Verdict.INDETERMINATE: say(
            "Nothing stands against it, but something could not be checked; that makes it neither"
            " valid nor invalid."
        ),
    }
)
# What to do about a check that failed, or could not be made. Of others, the finding says enough.
_FAILED: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "proof": say(
            "A signature that does not fit means that a letter was changed after it was signed, or"
            " that somebody else signed it. Ask its issuer for it again."
        ),
        "resolution": say("Ask its issuer which identifier is in use now."),
        "issuer": say("Who signed it is not who it says issued it. Do not accept it."),
        "binding": say("Whoever shows it is not whom it is about. Ask them to show it themselves."),
        "challenge": say(
            "It answers another question than yours, as a copy of an old answer would. Ask for one"
            " that is made for your challenge."
        ),
        "domain": say("It was made for somebody else. Ask for one that is made for you."),
        "period": say("Ask its issuer for one that holds now."),
        "age": say("Ask for one that is signed anew."),
        "status": say("Ask its issuer why, and for a new one."),
        "trust": say("If you do trust its issuer for this: holdfast trust add."),
        "certificate": say("The certificate that vouches for its issuer does not. Ask its issuer."),
        "key": say("The key that signed it no longer counts. Ask its issuer for it again."),
    }
)
_UNKNOWN: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "resolution": say(
            "Its issuer's keys could not be had. Try again when you are online; for a chain, see"
            " holdfast chain use."
        ),
        "status": say("Whether it was taken back could not be asked. Try again later."),
        "schema": say("Its schema could not be had. Try again later."),
        "proof": say("It is secured in a way that this wallet does not check."),
        "device": say(
            "Have it shown by the app that holds it, to a reader that checks its device."
        ),
    }
)


def why(report: Report) -> tuple[Message, ...]:
    """Why it is not valid, and what to do: a few sentences; none where it is valid."""
    if report.verdict is Verdict.VALID:
        return ()
    decisive = [check for check in report.checks if check.verdict is report.verdict][:MOST]
    return (
        _MEANS[report.verdict],
        *(say("Because: {finding}.", finding=check.sentence) for check in decisive),
        *_advice(decisive),
    )


def _advice(checks: Sequence[Check]) -> Iterator[Message]:
    """What to do about them, each thing once."""
    for name, outcome in dict.fromkeys((check.name, check.outcome) for check in checks):
        known = _UNKNOWN if outcome is Outcome.UNKNOWN else _FAILED
        if (message := known.get(name)) is not None:
            yield message
