"""Where a person looks: the terminal UI.

What Textual offers its developers writes down what is typed and shown: it is turned off before
Textual is imported, which reads the environment once.
"""

from __future__ import annotations

import os
from typing import Final

TELLING: Final = (
    "TEXTUAL",  # the console of its developer tools
    "TEXTUAL_DEBUG",  # every key, into a file
    "TEXTUAL_DEVTOOLS_HOST",
    "TEXTUAL_DEVTOOLS_PORT",
    "TEXTUAL_LOG",
    "TEXTUAL_PRESS",  # keys that nobody pressed
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_FILENAME",
    "TEXTUAL_SCREENSHOT_LOCATION",
    "TEXTUAL_SHOW_RETURN",
)
"""The variables by which it would tell what nobody else is to know."""

for _name in TELLING:
    os.environ.pop(_name, None)
