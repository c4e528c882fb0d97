"""Many verifications: judged by other processes, heard of in a thread, called off at once.

Those processes give way to whatever else wants a processor, which a person waits for.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from wallet.cli.verify.answers import Shape
from wallet.cli.verify.batch import chunks, processors
from wallet.cli.verify.inputs import inputs
from wallet.cli.verify.pool import PROGRAM, Gone, Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wallet.cli.verify.answers import Answer
    from wallet.judging import Asked

CHUNK: Final = 12
"""Inputs that a worker is given at once: few, so that the first answers come soon."""
_GIVING_WAY: Final = f"import os\nos.nice(10)\n{PROGRAM}"


class Batch:
    """Files and folders; `heard` gets the answers as they come, in order, and at last None.

    It is called in a thread of the batch's own, and no more once the batch was called off.
    """

    def __init__(
        self,
        names: Sequence[str],
        asked: Asked,
        language: str,
        heard: Callable[[Batch, list[Answer] | None], None],
    ) -> None:
        self._names: Final = tuple(names)
        self._asked: Final = asked
        self._shape: Final = Shape(json=False, language=language)
        self._heard: Final = heard
        self._called_off: Final = Event()
        self._thread: Final = Thread(target=self._run, name="batch", daemon=True)

    def start(self) -> None:
        """Begin. One processor is left to the screen, where there are several."""
        self._thread.start()

    def call_off(self) -> None:
        """End it; what was heard stays."""
        self._called_off.set()

    def _run(self) -> None:
        jobs = max(1, processors() - 1)
        try:
            with (
                suppress(Gone),
                Pool(jobs, self._asked, self._shape, program=_GIVING_WAY) as pool,
            ):
                for some in pool.answers(chunks(inputs(self._names), most=CHUNK)):
                    if self._called_off.is_set():
                        return
                    self._heard(self, some)
        finally:
            if not self._called_off.is_set():
                self._heard(self, None)

    def is_over(self) -> bool:
        """Whether nothing of it runs any more."""
        return not self._thread.is_alive()
