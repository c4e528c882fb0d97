"""The DID methods: one a module, loaded when the first DID of it is met.

Those that need nothing given to them are in the table. A method that needs a chain or the network
is made with it, and put beside these, by whoever composes the house.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import Document
    from did.identifier import DID
    from did.resolver import Method


class _Lazy:
    """A method by its name, and where its rules are."""

    def __init__(self, name: str, module: str, kind: str) -> None:
        self.name: Final = name
        self._place: Final = (module, kind)

    @cached_property
    def _method(self) -> Method:
        module, kind = self._place
        method: Method = getattr(import_module(module), kind)()
        return method

    @cached_property
    def parameters(self) -> frozenset[str]:
        """As the method itself; none where it defines none."""
        found: frozenset[str] = getattr(self._method, "parameters", frozenset())
        return found

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """As the method itself."""
        return self._method.resolve(did, options)


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        method.name: method
        for method in (
            _Lazy("key", "did.methods.key", "Key"),
            _Lazy("jwk", "did.methods.jwk", "Jwk"),
            _Lazy("pkh", "did.methods.pkh", "Pkh"),
            _Lazy("peer", "did.methods.peer", "Peer"),
        )
    }
)
