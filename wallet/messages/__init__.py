"""Every sentence a person reads, in English and Chinese.

A sentence is a `Message`: a constant English template with named placeholders, and the values
for them. The English template is the gettext message id; `text` renders it in a language at the
edge, where a face draws it. Rooms below the faces never hold rendered text.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("en", "zh")
_CATALOGUES: Final = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence not yet in a language: an English template, and the values of its placeholders."""

    template: str
    arguments: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        """The sentence in English, for logs and machine-readable output."""
        return text(self, "en")


def say(template: str, /, **arguments: object) -> Message:
    """A message; `say("created {did}", did=…)`."""
    return Message(template, MappingProxyType(arguments))


def text(message: Message | str, language: str) -> str:
    """The sentence in `language`; a template that no catalogue has is shown in English.

    An argument that is itself a `Message` is rendered in the same language.
    """
    if isinstance(message, str):
        message = Message(message)
    template = _catalogue(language).gettext(message.template) if message.template else ""
    arguments = {
        name: text(value, language) if isinstance(value, Message) else str(value)
        for name, value in message.arguments.items()
    }
    return template.format_map(arguments) if arguments else template


def language_of(sentence: str) -> str:
    """The language a sentence is written in: "zh" where Han characters outweigh Latin words."""
    han = sum("\u4e00" <= character <= "\u9fff" for character in sentence)
    latin_words = sum(word.isascii() and word.isalpha() for word in sentence.split())
    return "zh" if han > latin_words else "en"


def preferred_language(environment: Mapping[str, str] | None = None) -> str:
    """The person's language by HOLDFAST_LANGUAGE, else by the locale, else English."""
    for variable in ("HOLDFAST_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        # No local name for this process's own, which may hold a secret: crash screens show locals.
        value = (os.environ if environment is None else environment).get(variable, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("holdfast", _CATALOGUES, languages=[language], fallback=True)
