"""How a claim is named, the same for every format: a name, a JSON pointer, or a claims path.

A JSON pointer (RFC 6901) begins with `/`; a claims path pointer is that of the Digital Credentials
Query Language (OpenID for Verifiable Presentations 1.0, section 7), an array. Both begin at the
subject; a path may say `credentialSubject` first. Within the wallet a claim is a name or a pointer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUBJECT: Final = "credentialSubject"


def claim_named(text: str) -> str:
    """The claim that a person names, as a name or a pointer; a path is an array in JSON.

    Raises:
        BadInput: it begins as an array and is no path.
    """
    if not text.startswith("["):
        return text
    try:
        path = json.loads(text)
    except ValueError as error:
        raise BadInput(
            f"{text!r:.100} is no claims path", hint="""such as '["address", "city"]'"""
        ) from error
    return claim_at(path)


def claim_at(path: Any) -> str:
    """The claim that a claims path leads to, as a name or a pointer.

    One that leads to all elements of an array (`null`) leads to the array: nothing less of it is
    asked for.

    Raises:
        BadInput: it is none.
    """
    if not isinstance(path, list) or not all(map(_is_step, path)):
        raise BadInput(f"{path!r:.100} is no claims path", hint="names, places, or null for all")
    steps = path[1:] if path[:1] == [_SUBJECT] else path
    steps = steps[: steps.index(None)] if None in steps else steps
    if not steps:
        raise BadInput("a claims path leads to a claim, and this one to all of them")
    if len(steps) == 1 and isinstance(steps[0], str) and steps[0][:1] not in {"/", "["}:
        return steps[0]
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def path_of(claim: str) -> list[str | int]:
    """The claims path of a name or a pointer, from the subject on."""
    return [_step(step) for step in steps_of(claim)]


def steps_of(claim: str) -> Sequence[str]:
    """The steps of a name, which is one, or of a pointer (RFC 6901, section 4)."""
    if not claim.startswith("/"):
        return [claim]
    return [step.replace("~1", "/").replace("~0", "~") for step in claim[1:].split("/")]


def _is_step(step: object) -> bool:
    return step is None or isinstance(step, str) or (type(step) is int and step >= 0)


def _step(step: str) -> str | int:
    return int(step) if step.isdecimal() and step.isascii() else step
