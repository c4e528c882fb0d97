"""Asking the web for status lists, schemas and related resources, and keeping the answers.

What is kept is answered with while it is young, and offline whatever its age: whoever gets it is
told since when. When the network fails, nothing old is passed off as new.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from did.errors import Unreachable, quoted
from did.values import dataclass, field
from wallet.clock import now
from wallet.verify.sources import MAX_BODY, Body

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from did.fetch import Fetch
    from wallet.cache import Cache

MAX_AGE: Final = timedelta(minutes=5)
"""How old what is kept may be that is answered with unasked."""

_NO_TIME: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class KeepingGet:
    """A `Get` that asks the web, and keeps what it says in a cache.

    `fetch` makes what asks when it is first needed: most credentials need no web.
    """

    fetch: Callable[[], Fetch] = field(repr=False)
    cache: Cache = field(repr=False)
    offline: bool = False
    max_age: timedelta = MAX_AGE
    clock: Callable[[], datetime] = now

    def __call__(self, url: str, /, *, accept: str = "*/*") -> Body:
        """As `Get`. Raises `DIDError`."""
        kept = self.cache.load_body(url)
        if self.offline:
            if kept is None:
                raise Unreachable(f"what is at {quoted(url)} is not kept here")
            return Body(kept.data, kept.retrieved)
        moment = self.clock()
        if kept is not None and _NO_TIME <= moment - kept.retrieved <= self.max_age:
            return Body(kept.data, kept.retrieved)
        data = self.fetch()(url, limit=MAX_BODY, accept=accept)
        # Deferred: SQLite, as above.
        from wallet.cache import Body as KeptBody  # noqa: PLC0415

        self.cache.keep_body(url, KeptBody(data, moment))
        return Body(data, earlier=None if kept is None else kept.data)
