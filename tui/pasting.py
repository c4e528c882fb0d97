"""What can be done with a text that was pasted, or a file that was dropped, by what it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tui.slash import Doing
from wallet.actions import ACTIONS
from wallet.messages import Message, say
from wallet.recognizing import Recognized, What

_VERIFIED: Final = frozenset({What.CREDENTIAL, What.PRESENTATION})
_TOLD: Final = frozenset({*_VERIFIED, What.REQUEST, What.OFFER, What.ASKED, What.DID_DOCUMENT})


@dataclass(frozen=True, slots=True)
class Putting:
    """A text is put into what is being written."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receiving:
    """A document, or the file that it is in, is received as a credential."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do with it."""

    label: Message
    does: Doing | Putting | Receiving


def is_told(found: Recognized) -> bool:
    """Whether a person is told what it is; words and the like are simply put in."""
    return found.kind in _TOLD or found.kind in {What.DID, What.FILE}


def ways(found: Recognized, text: str) -> tuple[Way, ...]:
    """What can be done; the first one changes nothing."""
    whole = text.strip()
    into = Way(say("Put it into the message"), Putting(text))
    match found.kind:
        case What.CREDENTIAL:
            return (_verify(whole), _keep(whole), into)
        case What.PRESENTATION:
            return (_verify(whole), into)
        case What.DID:
            did = found.did or whole
            return (
                into,
                Way(say("Add it to your contacts"), Putting(f"/contact add NAME {did}")),
                Way(say("Trust it as an issuer"), Putting(f"/trust add {did}")),
            )
        case What.FILE:
            return (*_of_files(found.paths), into)
        case _:
            return (into,)


def _of_files(paths: tuple[str, ...]) -> tuple[Way, ...]:
    """A file can be verified and stored as what stands in it can; several are only named."""
    if len(paths) != 1 or Path(paths[0]).suffix.lower() in {".png", ".jpg", ".jpeg", ".pdf"}:
        return ()
    return (_verify(paths[0]), _keep(paths[0]))


def _verify(text: str) -> Way:
    return Way(say("View and verify it"), Doing(ACTIONS["verify_credential"], {"credential": text}))


def _keep(text: str) -> Way:
    return Way(say("Store it in the wallet"), Receiving(text))
