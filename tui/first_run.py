"""What follows what, from nothing to an open wallet; the screens know it not.

Nothing is made before the last step, so that each can be left without a trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.opening import Made, Restored
from tui.screens.choosing import ChoosingScreen
from tui.screens.making import MakingScreen
from tui.screens.phrase import PhraseScreen
from tui.screens.restoring import BackupScreen, WordsScreen
from tui.screens.unlock import UnlockScreen
from tui.screens.welcome import BACKUP, CREATE, PHRASE
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tui.app import HoldfastApp
    from wallet.backup.age.keys import Unlocks
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.secret import Secret


class FirstRun:
    """The way of one person through it."""

    def __init__(self, app: HoldfastApp) -> None:
        """`app` shows the screens."""
        self._app = app

    def begin(self, way: str, *, over: bool = False) -> None:
        """Go one of the ways; `over`, in the place of a wallet whose passphrase is forgotten."""
        match way:
            case _ if way == CREATE:
                self._create()
            case _ if way == PHRASE:
                self._bring_back(over=over)
            case _ if way == BACKUP:
                self._restore(over=over)

    def unlock(self) -> None:
        """Somebody else made a wallet here meanwhile."""
        told = self._app.words(say("a wallet was made here meanwhile: it is opened"))
        self._app.notify(told, markup=False)
        self._app.push_screen(UnlockScreen())

    def _create(self) -> None:
        def chosen(passphrase: Secret) -> None:
            self._app.push_screen(PhraseScreen(lambda phrase: self._make(phrase, passphrase)))

        self._app.push_screen(ChoosingScreen(chosen))

    def _bring_back(self, *, over: bool) -> None:
        def read(phrase: RecoveryPhrase) -> None:
            def chosen(passphrase: Secret) -> None:
                self._make(phrase, passphrase, over=over)

            self._app.push_screen(ChoosingScreen(chosen))

        self._app.push_screen(WordsScreen(read))

    def _restore(self, *, over: bool) -> None:
        def opened(file: Path, keys: Sequence[Unlocks]) -> None:
            def chosen(passphrase: Secret) -> None:
                way = Restored(file, keys, passphrase, over=over)
                self._app.push_screen(MakingScreen(way, self._app.enter))

            self._app.push_screen(ChoosingScreen(chosen))

        self._app.push_screen(BackupScreen(opened))

    def _make(self, phrase: RecoveryPhrase, passphrase: Secret, *, over: bool = False) -> None:
        way = Made(phrase, passphrase, over=over)
        self._app.push_screen(MakingScreen(way, self._app.begin))
