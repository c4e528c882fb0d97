"""The registrars, by method: all of them, and so whatever each method needs."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wallet.registrars.ethr import EthrRegistrar
from wallet.registrars.fixed import (
    AccountRegistrar,
    ForeignRegistrar,
    KeyRegistrar,
    PeerRegistrar,
)
from wallet.registrars.web import WebRegistrar
from wallet.registrars.webvh import WebVHRegistrar
from wallet.vault.derivation import Branch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.resolver import Resolves
    from wallet.registrars.registrar import Registrar
    from wallet.registrars.sending import Sending
    from wallet.resolution import Chains
    from wallet.vault.vault import Vault


def registrars_of(
    vault: Vault, chains: Chains, resolver: Resolves, sending: Sending
) -> Mapping[str, Registrar]:
    """By method, how the wallet makes DIDs."""
    return MappingProxyType(
        {
            "ethr": EthrRegistrar(vault, chains, resolver, sending),
            "key": KeyRegistrar(vault, resolver, "key", Branch.DID_KEY),
            "jwk": KeyRegistrar(vault, resolver, "jwk", Branch.DID_JWK),
            "peer": PeerRegistrar(vault, resolver, "peer", Branch.PEER),
            "pkh": AccountRegistrar(vault, resolver, "pkh", Branch.PEER),
            "web": WebRegistrar(vault, resolver),
            "webvh": WebVHRegistrar(vault, resolver, sending.clock),
            "tz": ForeignRegistrar(vault, resolver, "tz", Branch.TZ),
        }
    )
