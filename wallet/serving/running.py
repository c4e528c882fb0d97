"""A server from beginning to end: its workers, what it signs, and the socket that it listens on."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from did.values import dataclass, field
from wallet.serving.app import LIST_SECONDS, application
from wallet.serving.pool import Pool
from wallet.serving.server import serve
from wallet.serving.signing import Signing

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable

    from wallet.judging import Asked
    from wallet.serving.bearer import Bearer
    from wallet.serving.issuing import Issuing
    from wallet.serving.limits import Limits
    from wallet.serving.lists import Lists


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens.

    Attributes:
        listener: the socket.
        address: how it is reached: scheme, host and port.
        hosts: the values of the header `Host` that are for it, in lower case.
        context: for TLS; None for none.
    """

    listener: socket.socket = field(repr=False)
    address: str
    hosts: tuple[str, ...]
    context: ssl.SSLContext | None = field(default=None, repr=False)


async def run(
    place: Place,
    asked: Asked,
    signs: tuple[Issuing, Lists, Bearer] | None,
    *,
    workers: int,
    limits: Limits,
    started: Callable[[], None],
    tell: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT; without `signs`, verifying alone.

    `started` is called once requests are answered; `tell` is told in a word what broke.
    """
    async with AsyncExitStack() as stack:
        pool = Pool(asked, size=workers, patience=limits.judging_seconds)
        await stack.enter_async_context(pool)
        signing = None
        if signs is not None:
            issuing, lists, token = signs
            signing = Signing(issuing, lists, token, pool)
            stack.callback(signing.close)
            await signing.publish()
            refreshing = asyncio.create_task(signing.keep_fresh(LIST_SECONDS))
            stack.callback(refreshing.cancel)
        app = application(
            pool, signing, address=place.address, hosts=place.hosts, limits=limits, tell=tell
        )
        await serve(app, place.listener, limits=limits, context=place.context, started=started)
