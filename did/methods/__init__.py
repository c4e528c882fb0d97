"""The DID methods: one a module. Those that need nothing given to them are in the table.

A method that needs a chain or the network is made with it, and put beside these, by whoever
composes the house.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.methods.jwk import Jwk
from did.methods.key import Key
from did.methods.peer import Peer
from did.methods.pkh import Pkh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.resolver import Method

METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {method.name: method for method in (Key(), Jwk(), Pkh(), Peer())}
)
