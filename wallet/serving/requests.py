"""Reading a request: its body within bounds, its type, its token."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect

from wallet.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from wallet.serving.bearer import Bearer
    from wallet.serving.limits import Limits

_DRAINED: Final = 4
"""How many times the longest body is read of one that is too long, so that its sender gets to read
the answer."""


async def body_of(request: Request, limits: Limits) -> bytes:
    """The body, which is JSON by its type.

    Raises:
        Problem: it is too long, comes too slowly, or is of another type.
    """
    try:
        async with asyncio.timeout(limits.body_seconds):
            data = await _read(request, limits.body)
    except TimeoutError as error:
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, "the request came too slowly") from error
    except ClientDisconnect as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "the request was broken off") from error
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (
        kind.startswith("application/") and kind.endswith("+json")
    ):
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "the body must be JSON, and say so",
            headers={"Accept-Post": "application/json"},
        )
    return data


async def _read(request: Request, limit: int) -> bytes:
    too_long = Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request may hold {limit} bytes", limit=limit
    )
    said = request.headers.get("content-length", "0")
    if len(said) > 12 or int(said) > _DRAINED * limit:
        raise too_long
    read, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > _DRAINED * limit:
            raise too_long
        if size <= limit:
            read += chunk
    if size > limit:
        raise too_long
    return bytes(read)


def require(token: Bearer, request: Request) -> None:
    """Return where the request holds the token. Raises `Problem`."""
    given = [value for name, value in request.headers.raw if name == b"authorization"]
    if len(given) != 1 or not token.allows(given[0]):
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "this takes the token that the server showed when it was started",
            headers={"WWW-Authenticate": 'Bearer realm="holdfast"'},
        )
