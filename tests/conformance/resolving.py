"""A resolver over HTTP for the suite of did:key, which knows the protocol of years ago alone.

The wallet's resolver answers; what is done here is to say it in the words of the Community Group's
DID Resolution of 2022, for which the suite was written: errors by their names in camelCase, and
what a DID URL names as `didDocument`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from did.methods import METHODS
from did.resolver import Resolver
from tests.conformance.configuration import Server
from tests.conformance.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from did.errors import DIDError

_CONTEXT: Final = "https://w3id.org/did-resolution/v1"
_MARKS: Final = frozenset("/?#")
"""What is in a DID URL and in no DID."""


@dataclass(frozen=True, slots=True)
class Resolving:
    """Answers `GET /identifiers/…`."""

    resolver: Resolver = field(default_factory=lambda: Resolver(METHODS))

    def get(self, path: str, /) -> tuple[int, Any]:
        """The result of resolving a DID, or of dereferencing a DID URL."""
        split = urlsplit(path)
        asked = unquote(split.path.removeprefix("/identifiers/"))
        options: dict[str, str | bool] = dict(parse_qsl(split.query))
        if _MARKS & set(asked):
            named = self.resolver.dereference_url(asked, **options)
            return _answer(named.error, "didDereferencingMetadata", named.content_stream)
        resolved = self.resolver.resolve(asked, **options)
        document = None if resolved.document is None else resolved.document.to_json()
        return _answer(resolved.error, "didResolutionMetadata", document)

    def post(self, _path: str, _body: bytes, /) -> tuple[int, Any]:
        """Nothing is to be posted."""
        return HTTPStatus.NOT_FOUND, {}


@contextmanager
def resolving(folder: Path) -> Iterator[Server]:
    """The resolver on loopback, for as long as the context lasts."""
    with listening(Resolving(), folder) as address:
        yield Server(address, {})


def _answer(error: DIDError | None, metadata: str, document: Any) -> tuple[int, Any]:
    result = {
        "@context": _CONTEXT,
        "didDocument": document,
        "didDocumentMetadata": {},
        metadata: {} if error is None else {"error": error.code},
    }
    return HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST, result
