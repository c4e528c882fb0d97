"""Holdfast's own two themes, beside those that Textual brings.

Text stands out from what is behind it by 4.5 to 1 at the least (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

_FOCUSED: Final = "bold underline"
"""Of a button's words: reversed, as Textual has them, they stand in a hole in the button."""
DARK: Final = Theme(
    name="holdfast-dark",
    primary="#6fb3a8",
    secondary="#8fa3c8",
    accent="#e0b15c",
    foreground="#e4e6e3",
    background="#121614",
    surface="#1a201d",
    panel="#242c28",
    success="#7fc97f",
    warning="#e0b15c",
    error="#ee7d76",
    dark=True,
    variables={
        "button-focus-text-style": _FOCUSED,
        "footer-key-foreground": "#e0b15c",
        "input-selection-background": "#6fb3a8 35%",
    },
)
LIGHT: Final = Theme(
    name="holdfast-light",
    primary="#1d6a5f",
    secondary="#3f5585",
    accent="#8a5a00",
    foreground="#1b201e",
    background="#faf9f5",
    surface="#f1f0ea",
    panel="#e4e3da",
    success="#23703a",
    warning="#8a5a00",
    error="#b3261e",
    dark=False,
    variables={
        "button-focus-text-style": _FOCUSED,
        "footer-key-foreground": "#8a5a00",
        "input-selection-background": "#1d6a5f 25%",
    },
)
OWN: Final = (DARK, LIGHT)
MUTED: Final = "$foreground 70%"
"""Of a piece of `Content`: there, `$text-muted`, which goes by the ground, comes out white."""
