"""A wallet that there was: by the words of its recovery phrase, or out of a backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input, Static, TextArea

from tui.paths import PathSuggester
from tui.screens.step import Step
from tui.widgets.phrase_area import PhraseArea
from wallet.backup.age.keys import Passphrase
from wallet.backup.limits import LIMITS
from wallet.backup.reading import identities_in
from wallet.errors import WalletError
from wallet.files import at_home
from wallet.messages import Message, say
from wallet.vault.phrase import WORD_COUNTS, Language, RecoveryPhrase, unknown_words, words_of
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from wallet.backup.age.keys import Unlocks


class WordsScreen(Step):
    """The words of a recovery phrase."""

    HEADING: ClassVar[Message] = say("The words of your recovery phrase")

    def __init__(self, then: Callable[[RecoveryPhrase], None]) -> None:
        """`then` is called with the phrase, which is sound."""
        super().__init__()
        self._then = then

    def furnish(self) -> ComposeResult:
        """The words, what can be said of them, and the extra word that some phrases have."""
        yield PhraseArea(words_of(Language.ENGLISH), id="words")
        yield Static(" ", id="told", classes="label", markup=False)
        yield Input(
            placeholder=self.words(say("The extra word, if you chose one")),
            password=True,
            id="extra",
        )
        yield Static(self.words(LIMITS), classes="label", markup=False)

    def on_mount(self) -> None:
        """The words come first."""
        self.query_one(PhraseArea).focus()

    @on(TextArea.Changed, "#words")
    def _check(self) -> None:
        """Say how far it has come; a word that is being typed is not judged yet."""
        self.silence()
        area = self.query_one(PhraseArea)
        is_whole = area.text.endswith((" ", "\n"))
        count, unknown = unknown_words(Secret(area.text), unfinished=not is_whole)
        counts = "/".join(map(str, WORD_COUNTS))
        told = self.words(say("words: {count} of {counts}", count=count, counts=counts))
        if unknown:
            numbers = ", ".join(map(str, unknown))
            told += " · " + self.words(say("not in the list: number {numbers}", numbers=numbers))
        self.query_one("#told", Static).update(told)

    @on(PhraseArea.Submitted)
    @on(Input.Submitted, "#extra")
    def _submit(self) -> None:
        """Read it; what is wrong is said, without a word of it."""
        area = self.query_one(PhraseArea)
        extra = self.query_one("#extra", Input)
        try:
            phrase = RecoveryPhrase.parse(Secret(area.text))
            if extra.value:
                phrase = phrase.with_extra_word(Secret(extra.value))
        except WalletError as error:
            self.complain(error)
            return
        area.forget()
        extra.value = ""
        self._then(phrase)


class BackupScreen(Step):
    """A backup's file, and what opens it."""

    HEADING: ClassVar[Message] = say("Which backup?")

    def __init__(self, then: Callable[[Path, Sequence[Unlocks]], None]) -> None:
        """`then` is called with the file and what may open it; it is opened later."""
        super().__init__()
        self._then = then

    def furnish(self) -> ComposeResult:
        """The file; its passphrase or, in place of that, a file with a key."""
        yield self.about(say("The right arrow completes a file's name."))
        yield Input(
            placeholder=self.words(say("The backup's file")), id="file", suggester=PathSuggester()
        )
        yield Input(
            placeholder=self.words(say("Passphrase of the backup")), password=True, id="passphrase"
        )
        yield Input(
            placeholder=self.words(say("Or a file with an age key, in place of a passphrase")),
            id="key",
            suggester=PathSuggester(),
        )

    def on_mount(self) -> None:
        """The first field."""
        self.focus_first()

    def on_input_submitted(self) -> None:
        """From field to field; a passphrase or a key, at the end of which it goes on."""
        file, key = self.query_one("#file", Input), self.query_one("#key", Input)
        passphrase = self.query_one("#passphrase", Input)
        if file.has_focus:
            self._take_file(file, passphrase)
        elif passphrase.has_focus and not passphrase.value:
            key.focus()
        else:
            self._take_keys(file, passphrase, key)

    def _take_file(self, file: Input, passphrase: Input) -> None:
        if at_home(Path(file.value)).is_file():
            self.silence()
            passphrase.focus()
        else:
            self.object(self.words(say("there is no such file")))

    def _take_keys(self, file: Input, passphrase: Input, key: Input) -> None:
        keys: tuple[Unlocks, ...]
        try:
            if passphrase.value:
                keys = (Passphrase(Secret(passphrase.value)),)
            elif key.value:
                keys = identities_in(key.value)
            else:
                self.object(self.words(say("a passphrase or a key opens it")))
                return
        except WalletError as error:
            self.complain(error)
            return
        passphrase.value = ""
        self._then(at_home(Path(file.value)), keys)
