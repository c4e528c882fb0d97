"""What signs, as the addresses ask it: in one thread, one after another, its errors as problems."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from did.errors import DIDError
from wallet.credentials.errors import CredentialError, InvalidCredential, InvalidJSON
from wallet.errors import WalletError
from wallet.serving.bodies import DeriveRequest, IssueRequest, ProveRequest, StatusRequest
from wallet.serving.problems import BLANK, MALFORMED, PARSING, Problem
from wallet.serving.verifying import Answer, derive_task
from wallet.vault.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.serving.bearer import Bearer
    from wallet.serving.issuing import Issuing
    from wallet.serving.lists import Lists
    from wallet.serving.pool import Pool

_T = TypeVar("_T")


class Signing:
    """The wallet's side of the server."""

    def __init__(self, issuing: Issuing, lists: Lists, token: Bearer, pool: Pool) -> None:
        """`pool` looks at what was issued before it leaves."""
        self._issuing: Final = issuing
        self._kept: Final = lists
        self._pool: Final = pool
        self.token: Final = token
        # One thread: the keeper is asked one thing at a time, and so is the vault's file.
        self._thread: Final = ThreadPoolExecutor(1, thread_name_prefix="signing")
        self._lists: Mapping[str, str] = {}

    def close(self) -> None:
        """Wait for what is being signed."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def issue(self, body: bytes, suite: str | None) -> Answer:
        """The answer to `POST /credentials/issue`. Raises `Problem`."""
        issued = await self._do(lambda: self._issuing.issue(IssueRequest.parse(body), suite))
        try:
            found = await self._pool.do("check", issued.document)
            if not found.is_problem:
                await self._do(lambda: self._issuing.keep(issued))
        except Problem:
            await self._do(lambda: self._issuing.refuse(issued))
            raise
        if found.is_problem:
            await self._do(lambda: self._issuing.refuse(issued))
            return found
        return _created("verifiableCredential", issued.document)

    async def prove(self, body: bytes, suite: str | None) -> Answer:
        """The answer to `POST /presentations/prove`. Raises `Problem`."""
        secured = await self._do(lambda: self._issuing.prove(ProveRequest.parse(body), suite))
        return _created("verifiablePresentation", secured)

    async def derive(self, body: bytes, suite: str | None) -> Answer:
        """The answer to `POST /credentials/derive` with the token. Raises `Problem`."""
        derived = await self._do(lambda: self._issuing.derive(DeriveRequest.parse(body), suite))
        if derived is None:
            return await self._pool.do(derive_task(suite), body)
        return _created("verifiableCredential", derived)

    async def set_status(self, body: bytes) -> Answer:
        """The answer to `POST /credentials/status`. Raises `Problem`."""
        await self._do(lambda: self._kept.set_status(StatusRequest.parse(body)))
        await self.publish()
        return Answer(HTTPStatus.OK, b"{}")

    async def publish(self) -> None:
        """Sign the status lists as they stand now. Raises `Problem`."""
        lists = await self._do(self._kept.signed)
        self._lists = {urlsplit(url).path: text for url, text in lists.items()}
        self._pool.publish(lists)

    async def keep_fresh(self, seconds: float) -> None:
        """Sign the lists anew every so often: another program may have taken something back."""
        while self._lists:
            await asyncio.sleep(seconds)
            with suppress(Problem):  # what stands there stays
                await self.publish()

    @property
    def paths(self) -> tuple[str, ...]:
        """Those of the addresses at which status lists stand."""
        return tuple(self._lists)

    def status_list(self, path: str) -> str:
        """The list that stands there."""
        return self._lists[path]

    @property
    def issuing(self) -> Issuing:
        """What was agreed to, and signs."""
        return self._issuing

    async def _do(self, deed: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, deed)
        except (WalletError, DIDError) as error:
            raise _problem_of(error) from error


def _created(member: str, document: bytes) -> Answer:
    return Answer(HTTPStatus.CREATED, b'{"%s":%s}' % (member.encode(), document))


def _problem_of(error: WalletError | DIDError) -> Problem:
    """What is said of an error: that of the document is the client's, that of the vault is ours."""
    match error:
        case VaultError():
            return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "the wallet cannot sign now")
        case InvalidJSON():
            return Problem(HTTPStatus.BAD_REQUEST, str(error), type=PARSING, check="syntax")
        case InvalidCredential():
            return Problem(HTTPStatus.BAD_REQUEST, str(error), type=MALFORMED, check="model")
        case CredentialError():
            return Problem(HTTPStatus.BAD_REQUEST, str(error), type=MALFORMED, check="proof")
        case _:
            return Problem(HTTPStatus.BAD_REQUEST, str(error), type=BLANK, check="request")
