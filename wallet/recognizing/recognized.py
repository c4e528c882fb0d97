"""What a text was recognized as."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Mapping


class What(StrEnum):
    """What a text may be."""

    CREDENTIAL = "credential"
    PRESENTATION = "presentation"
    REQUEST = "request"  # of a presentation: a document
    DID = "did"
    DID_DOCUMENT = "did_document"
    OFFER = "offer"  # OpenID4VCI: a credential that waits at an issuer
    ASKED = "asked"  # OpenID4VP: a link by which a verifier asks
    LINK = "link"
    FILE = "file"  # the path of one, or of several
    RECOVERY_PHRASE = "recovery_phrase"
    PRIVATE_KEY = "private_key"
    JSON = "json"  # of no kind that is known here
    UNREADABLE = "unreadable"  # it would be something, and is malformed or too long
    WORDS = "words"
    NOTHING = "nothing"


SECRETS: Final = frozenset({What.RECOVERY_PHRASE, What.PRIVATE_KEY})

TITLES: Final[Mapping[What, Message]] = MappingProxyType(
    {
        What.CREDENTIAL: say("a credential"),
        What.PRESENTATION: say("a presentation"),
        What.REQUEST: say("a presentation request"),
        What.DID: say("a DID"),
        What.DID_DOCUMENT: say("a DID document"),
        What.OFFER: say("an offer of a credential"),
        What.ASKED: say("a link by which a verifier asks for a presentation"),
        What.LINK: say("a link"),
        What.FILE: say("a file"),
        What.RECOVERY_PHRASE: say("what looks like a recovery phrase"),
        What.PRIVATE_KEY: say("what looks like a private key"),
        What.JSON: say("JSON of no kind that is known here"),
        What.UNREADABLE: say("something that cannot be read"),
        What.WORDS: say("words"),
        What.NOTHING: say("nothing"),
    }
)

_WARNINGS: Final[Mapping[What, Message]] = MappingProxyType(
    {
        What.RECOVERY_PHRASE: say(
            "never paste a recovery phrase here: whoever has it has the wallet. A wallet is "
            "recovered by: holdfast init --recover"
        ),
        What.PRIVATE_KEY: say(
            "never paste a private key here: whoever has it signs in its name. It is taken over "
            "from a file: holdfast did import"
        ),
    }
)
LATER: Final = say("receiving and presenting by such a link comes with a later version")
HIDDEN: Final = say("not shown")


@dataclass(frozen=True, slots=True)
class Recognized:
    """What a text is, and what it says of itself; nothing of it has been verified.

    Attributes:
        kind: what it is.
        facts: label and value, line by line; the values came from outside.
        reason: why it is unreadable.
        caution: what a person should know of it.
        did: the DID that it is or describes.
        paths: the files that it names.
        link: the parameters of a link, by name.
    """

    kind: What
    facts: tuple[tuple[Message, str], ...] = ()
    reason: Message | None = None
    caution: Message | None = None
    did: str | None = None
    paths: tuple[str, ...] = ()
    link: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def title(self) -> Message:
        """It in a word or two."""
        return TITLES[self.kind]

    @property
    def is_secret(self) -> bool:
        """Whether the text must not be shown, kept, or given to the model."""
        return self.kind in SECRETS

    @property
    def warning(self) -> Message | None:
        """What is to be said before anything is done with it."""
        return _WARNINGS.get(self.kind) or self.caution or self.reason

    def shown(self, text: str) -> Message | str:
        """The text itself, unless it must not be shown."""
        return HIDDEN if self.is_secret else text
