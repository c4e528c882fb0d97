"""The addresses, put together: what verifies is there for everybody, what signs for the token."""

from __future__ import annotations

import hashlib
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from did.errors import DIDError
from did.representation import chosen
from wallet.credentials.formats.data_integrity import SELECTIVE_SUITES
from wallet.serving.guard import Guard
from wallet.serving.openapi import described
from wallet.serving.problems import MEDIA_TYPE, Problem
from wallet.serving.requests import body_of, require
from wallet.serving.suites import NAMES
from wallet.serving.verifying import derive_task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

    from starlette.requests import Request

    from wallet.serving.limits import Limits
    from wallet.serving.pool import Pool
    from wallet.serving.signing import Signing
    from wallet.serving.verifying import Answer

_JSON: Final = "application/json"
LIST_TYPES: Final = ("application/vc", "application/ld+json", _JSON)
"""What a status list is, the most precise first: programs older than the first ask for another."""
LIST_SECONDS: Final = 60
"""How long a copy of a status list may be kept by whoever got it."""


def application(
    pool: Pool,
    signing: Signing | None,
    *,
    address: str,
    hosts: Collection[str],
    limits: Limits,
    tell: Callable[[str], None],
) -> Guard:
    """What is served; without `signing`, it only verifies. `address` is how it is reached."""
    routes = [
        *_verifying(pool, limits),
        *_deriving(pool, signing, limits),
        *_describing(signing, address),
    ]
    if signing is not None:
        routes += _Signs(signing, limits).routes()
    return Guard(addressed(routes), hosts=hosts, limits=limits, tell=tell)


def addressed(routes: Sequence[Route]) -> Starlette:
    """Those routes, where whatever is not answered is a problem."""
    app = Starlette(
        routes=routes,
        exception_handlers={Problem: _refused, HTTPException: _not_found, Exception: _broken},
    )
    app.router.redirect_slashes = False
    return app


def _verifying(pool: Pool, limits: Limits) -> Iterator[Route]:
    async def do(request: Request, *, task: str) -> Response:
        return _response(await pool.do(task, await body_of(request, limits)))

    def route(path: str, task: str) -> Route:
        return Route(path, _handler(partial(do, task=task)), methods=["POST"])

    for prefix in ("", *(f"/{name}" for name in NAMES)):
        yield route(f"{prefix}/credentials/verify", "verify-credential")
        yield route(f"{prefix}/presentations/verify", "verify-presentation")


def _deriving(pool: Pool, signing: Signing | None, limits: Limits) -> Iterator[Route]:
    """For everybody; with the token, what is bound to the wallet's secret, too."""

    async def derive(request: Request, *, suite: str | None) -> Response:
        if signing is None or "authorization" not in request.headers:
            return _response(await pool.do(derive_task(suite), await body_of(request, limits)))
        require(signing.token, request)
        return _response(await signing.derive(await body_of(request, limits), suite))

    for suite in (None, *SELECTIVE_SUITES):
        path = "/credentials/derive" if suite is None else f"/{suite}/credentials/derive"
        yield Route(path, _handler(partial(derive, suite=suite)), methods=["POST"])


class _Signs:
    """The addresses that take the token."""

    def __init__(self, signing: Signing, limits: Limits) -> None:
        self._signing: Final = signing
        self._limits: Final = limits

    def routes(self) -> Iterator[Route]:
        """All of them; a status list is there for everybody."""
        for suite in (None, *NAMES):
            prefix = "" if suite is None else f"/{suite}"
            issue = _handler(partial(self._issue, suite=suite))
            yield Route(f"{prefix}/credentials/issue", issue, methods=["POST"])
            if suite not in SELECTIVE_SUITES:
                prove = _handler(partial(self._prove, suite=suite))
                yield Route(f"{prefix}/presentations/prove", prove, methods=["POST"])
        yield Route("/credentials/status", self._set_status, methods=["POST"])
        for path in self._signing.paths:
            yield Route(path, self._status_list, methods=["GET"])
            yield Route(f"{path}/publish", self._publish, methods=["POST"])

    async def _issue(self, request: Request, *, suite: str | None) -> Response:
        return _response(await self._signing.issue(await self._allowed(request), suite))

    async def _prove(self, request: Request, *, suite: str | None) -> Response:
        return _response(await self._signing.prove(await self._allowed(request), suite))

    async def _set_status(self, request: Request) -> Response:
        return _response(await self._signing.set_status(await self._allowed(request)))

    async def _publish(self, request: Request) -> Response:
        await self._allowed(request)
        await self._signing.publish()
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _status_list(self, request: Request) -> Response:
        found = self._signing.status_list(request.url.path)
        try:
            media_type = chosen(request.headers.get("accept"), LIST_TYPES)
        except DIDError as error:
            raise Problem(HTTPStatus.NOT_ACCEPTABLE, str(error)) from error
        tag = f'"{hashlib.sha256(found.encode()).hexdigest()[:32]}"'
        cached = f"public, max-age={LIST_SECONDS}"
        headers = {"Cache-Control": cached, "ETag": tag, "Vary": "Accept"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(found, media_type=media_type, headers=headers)

    async def _allowed(self, request: Request) -> bytes:
        require(self._signing.token, request)
        return await body_of(request, self._limits)


def _describing(signing: Signing | None, address: str) -> Iterator[Route]:
    grant = None if signing is None else signing.issuing.grant
    document = described(address, lists=None if signing is None else signing.paths)
    index = {
        "name": "holdfast",
        "description": "VC API: credentials and presentations, issued, shown and verified",
        "openapi": f"{address}/openapi.json",
        "signs": grant is not None,
        "issuers": []
        if grant is None
        else [{"id": one.id, "algorithm": one.algorithm} for one in grant.signers],
        "cryptosuites": list(NAMES),
        "statusLists": [] if grant is None else [one.url for one in grant.lists],
        "paths": sorted(document["paths"]),
    }

    async def openapi(_: Request) -> Response:
        return JSONResponse(document)

    async def root(_: Request) -> Response:
        return JSONResponse(index)

    yield Route("/openapi.json", openapi, methods=["GET"])
    yield Route("/", root, methods=["GET"])


def _handler(
    bound: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """A plain function of it, for which Starlette looks."""

    async def handle(request: Request) -> Response:
        return await bound(request)

    return handle


def _response(answer: Answer) -> Response:
    return Response(
        answer.body,
        status_code=answer.status,
        media_type=MEDIA_TYPE if answer.is_problem else _JSON,
        headers={"Cache-Control": "no-store"},
    )


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - it handles no other
    return Response(
        error.body(),
        status_code=error.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **error.headers},
    )


async def _broken(request: Request, _: Exception) -> Response:
    """A defect here, which the guard tells of."""
    broke = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "something broke here")
    return await _refused(request, broke)


async def _not_found(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: an address that is none, or another method than its own."""
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    status = HTTPStatus(error.status_code)
    detail = (
        "there is nothing at this address"
        if status is HTTPStatus.NOT_FOUND
        else "this address is not asked so"
    )
    return await _refused(request, Problem(status, detail, headers=error.headers or {}))
