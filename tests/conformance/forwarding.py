"""A server in front of another that asks it for the proof alone, where nothing was said of it.

A suite that tries a cryptosuite asks whether a proof is right. Some tests do not say so, and bring
a credential that is refused for another reason.
"""

from __future__ import annotations

import json
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.conformance.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conformance.configuration import Server


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Answers as the server does."""

    server: Server

    def get(self, _path: str, /) -> tuple[int, Any]:
        """Nothing is to be got here."""
        return HTTPStatus.NOT_FOUND, {}

    def post(self, path: str, body: bytes, /) -> tuple[int, Any]:
        """What the server says to the same body, which asks for the proof."""
        asked = json.loads(body)
        options = {"checks": ["proof"], **(asked.get("options") or {})}
        request = Request(  # noqa: S310 - the address is that of a server on loopback
            f"{self.server.address}{path}",
            data=json.dumps({**asked, "options": options}).encode(),
            headers={"Content-Type": "application/json"},
        )
        unsafe = ssl._create_unverified_context()  # noqa: S323 - nobody vouches for it
        try:
            with urlopen(request, context=unsafe) as answer:  # noqa: S310 - as above
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)


@contextmanager
def asking_for_the_proof(server: Server, folder: Path) -> Iterator[Server]:
    """The same server, of whose verifier the proof alone is asked."""
    with listening(Forwarding(server), folder) as address:
        yield replace(server, verifier=address)
