from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
import textual.command
import textual.scroll_view
import textual.widgets
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import _data_table, _select, _tabs

from tui.textual_words import OF_TEXTUAL
from wallet.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_NAMES = ("Button", "Checkbox", "DirectoryTree", "Input", "OptionList", "RadioSet", "Select")
_MORE = ("SelectionList", "TabbedContent", "TextArea", "Tree")


def _classes() -> Iterator[type]:
    """The widgets of Textual that a screen here may have, and what they are made of."""
    for name in (*_NAMES, *_MORE):
        yield from getattr(textual.widgets, name).__mro__
    modules: tuple[ModuleType, ...] = (_select, _tabs, _data_table, textual.scroll_view)
    for module in (*modules, textual.command):
        yield from (one for one in vars(module).values() if inspect.isclass(one))


def _said() -> set[str]:
    return {
        binding.description
        for one in _classes()
        if issubclass(one, Widget) and one.__module__.startswith("textual.")
        for binding in Binding.make_bindings(vars(one).get("BINDINGS", ()))
        if binding.description
    }


def test_the_keys_of_textuals_own_widgets_are_said_in_the_persons_language() -> None:
    said = _said()
    assert {"Dismiss menu", "Delete all to the left", "Cursor up"} <= said
    assert {word for word in said if text(word, "zh") == word} == set()


@pytest.mark.parametrize("word", OF_TEXTUAL, ids=str)
def test_each_of_them_has_its_chinese(word: object) -> None:
    assert text(str(word), "zh") != str(word)
