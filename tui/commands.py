"""What the command palette offers: rooms, deeds, looks, and the way out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from tui.naming import LANGUAGE_NAMES
from tui.rooms import ROOMS
from wallet.messages import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.screen import Screen

    from tui.app import HoldfastApp


def commands(app: HoldfastApp, screen: Screen[object]) -> Iterator[SystemCommand]:
    """All that can be done from that screen."""
    words = app.words
    if app.session.is_open and not screen.is_modal:
        yield from _rooms(app)
        yield from _deeds(app)
    if app.session.is_open:
        yield SystemCommand(words(say("Lock")), words(say("Forget the keys")), app.action_lock)
    yield SystemCommand(
        words(say("Keyboard")), words(say("The keys that work here")), app.action_keys
    )
    if not screen.is_modal:
        yield SystemCommand(
            words(say("Jump")), words(say("To anything on the screen")), app.action_jump
        )
    if app.clipboard and app.session.is_open:
        yield SystemCommand(
            words(say("Write what was copied into a file")),
            words(say("Where the clipboard does not reach")),
            app.copy_into_file,
        )
    yield from _looks(app)
    yield SystemCommand(words(say("Quit")), words(say("Leave Holdfast")), app.action_quit)


def _rooms(app: HoldfastApp) -> Iterator[SystemCommand]:
    for number, door in enumerate(ROOMS, start=1):
        title = app.words(door.title)
        yield SystemCommand(
            app.words(say("Go to: {room}", room=title)),
            app.words(say("Key {key}", key=str(number))),
            partial(app.action_go, door.name),
        )


def _deeds(app: HoldfastApp) -> Iterator[SystemCommand]:
    if app.undoable is not None:
        yield SystemCommand(
            app.words(say("Take back")), app.words(say("Undo what was done last")), app.take_back
        )
    if app.session.read_only:
        return
    # Deferred: it imports every action, and the palette is opened after the first paint.
    from wallet.actions import ACTIONS  # noqa: PLC0415

    for action in ACTIONS.values():
        if action.needs_consent:
            yield SystemCommand(
                app.words(action.help),
                f"holdfast {' '.join(action.verb)}",
                partial(app.show_form, action.name, {}, room=app.room),
            )


def _looks(app: HoldfastApp) -> Iterator[SystemCommand]:
    for language in LANGUAGES:
        if language != app.language:
            yield SystemCommand(
                LANGUAGE_NAMES[language],
                app.words(say("Language")),
                partial(app.choose_language, language),
            )
    for theme in sorted(app.available_themes):
        if theme != app.theme:
            yield SystemCommand(
                app.words(say("Theme: {name}", name=theme)),
                app.words(say("How it looks")),
                partial(app.choose_theme, theme),
            )
