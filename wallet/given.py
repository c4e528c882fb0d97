"""What a person gives to be read: a document itself, as it was pasted, or the name of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.values import dataclass, field
from wallet.errors import BadInput
from wallet.files import LARGEST, read_file
from wallet.messages import say
from wallet.verify.kinds import WRITTEN

if TYPE_CHECKING:
    from wallet.messages import Message

PASTED: Final = say("what you pasted")
_LONGEST_NAME: Final = 255
"""In bytes, of one part of a path."""


@dataclass(frozen=True, slots=True)
class Given:
    """A document's bytes, and what to call where they come from."""

    raw: bytes = field(repr=False)
    source: Message | str

    @classmethod
    def of(cls, text: str) -> Given:
        """What the text is, or what stands in the file that it names.

        Raises:
            BadInput: see `read_file`; or it is a document of more than a mebibyte.
        """
        if not is_document(text):
            return cls(read_file(text), text)
        raw = text.strip().encode(errors="replace")
        if len(raw) > LARGEST:
            raise BadInput("what was pasted is larger than a mebibyte")
        return cls(raw, PASTED)


def is_document(text: str) -> bool:
    """Whether a text is JSON, a token of JOSE, an mdoc or signed in CBOR; no name of a file is."""
    plain = text.strip()
    if plain.startswith("{") or len(plain) <= _LONGEST_NAME:
        return plain.startswith("{")
    data = plain.encode(errors="replace")
    # RFC 7515: a token begins with the base64url of a JSON object, and is longer than any name.
    return any(is_(data) for is_ in WRITTEN)
