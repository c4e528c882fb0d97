"""The recovery phrase: shown, and then asked for in three places, before anything is made."""

from __future__ import annotations

import unicodedata
from random import SystemRandom
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widgets import Button, Input, Static

from tui.keys import key
from tui.screens.step import Step
from wallet.cli.init import phrase_lines
from wallet.messages import Message, say
from wallet.vault.phrase import WORD_COUNTS, RecoveryPhrase
from wallet.vault.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

READING: Final = 1.0  # seconds for which the recovery phrase stays in any case
_RANDOM: Final = SystemRandom()
_A_ROW: Final = 4
"""Words in a row, as `phrase_lines` writes them."""
ASKED: Final = 3
"""How many of its words are asked for."""


class _Words(Static):
    """The phrase; what is selected with a mouse may lie in a clipboard for years."""

    ALLOW_SELECT = False


class PhraseScreen(Step):
    """The recovery phrase of the wallet that is about to be made."""

    HEADING: ClassVar[Message] = say("Your recovery phrase")
    BINDINGS: ClassVar[list[BindingType]] = [key("w", "other_count", say("12 or 24 words"))]

    def __init__(self, then: Callable[[RecoveryPhrase], None]) -> None:
        """`then` is called with the phrase, once it was written down and asked for."""
        super().__init__()
        self._then = then
        self._phrase = RecoveryPhrase.generate(WORD_COUNTS[0])
        self._shown = 0.0

    def furnish(self) -> ComposeResult:
        """The words, numbered, and a button to go on."""
        yield _Words("\n".join(self._lines()), markup=False, id="phrase")
        yield Button(self.words(say("I wrote it down")), variant="primary", compact=True)

    def on_mount(self) -> None:
        """From now on it can be read."""
        self._shown = self.holdfast.clock()
        self.query_one(Button).focus()

    def action_other_count(self) -> None:
        """A new phrase, of 24 words in place of 12, or the other way around."""
        (count,) = set(WORD_COUNTS) - {self._phrase.count}
        self._phrase = RecoveryPhrase.generate(count)
        self.query_one("#phrase", Static).update("\n".join(self._lines()))
        self._shown = self.holdfast.clock()

    def on_button_pressed(self) -> None:
        """Go on; an Enter too many on the screen before must not lose the phrase."""
        if self.holdfast.clock() - self._shown >= READING:
            self.app.push_screen(CheckScreen(self._phrase, self._then))

    def _lines(self) -> list[str]:
        """What is said of it, with the words in a paragraph of their own."""
        title, *lines = phrase_lines(self._phrase.expose_secret(), self.holdfast.language)
        rows = self._phrase.count // _A_ROW
        return [title, "", *lines[:rows], "", *lines[rows:]]


class CheckScreen(Step):
    """Three of its words, which only somebody has who wrote them down."""

    HEADING: ClassVar[Message] = say("Is it written down?")
    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "back", say("See it again"))]

    def __init__(
        self,
        phrase: RecoveryPhrase,
        then: Callable[[RecoveryPhrase], None],
        *,
        choose: Callable[[Sequence[int], int], list[int]] = _RANDOM.sample,
    ) -> None:
        """`choose` gives some of several numbers, no one twice."""
        super().__init__()
        self._phrase = phrase
        self._then = then
        self._numbers = tuple(sorted(choose(range(1, phrase.count + 1), ASKED)))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Which words are asked for, from 1."""
        return self._numbers

    def furnish(self) -> ComposeResult:
        """A field for each word."""
        yield self.about(say("Type these words of it. The wallet is made after that."))
        for number in self._numbers:
            words = self.words(say("Word {number}", number=number))
            yield Input(placeholder=words, id=f"word-{number}")

    def on_mount(self) -> None:
        """The first field."""
        self.focus_first()

    def on_input_submitted(self) -> None:
        """On to the next field, and at the last one see whether they are right."""
        fields = list(self.query(Input))
        at = next((at for at, field in enumerate(fields) if field.has_focus), 0)
        if at + 1 < len(fields):
            fields[at + 1].focus()
            return
        words = [SecretText(word) for word in self._phrase.expose_secret().split()]
        for number, field in zip(self._numbers, fields, strict=True):
            if _folded(SecretText(field.value)) != _folded(words[number - 1]):
                field.value = ""
                wrong = say(
                    "word {number} is another one: Esc shows the phrase again", number=number
                )
                self.object(self.words(wrong))
                field.focus()
                return
        self._then(self._phrase)


def _folded(word: SecretText) -> SecretText:
    return SecretText(unicodedata.normalize("NFKD", word).strip().lower())
