"""The addresses by which a request chooses how it is secured, which its body does not say."""

from __future__ import annotations

from typing import Final

from wallet.credentials.formats.data_integrity import SELECTIVE_SUITES, SUITES

JWT: Final = "jwt"
"""No suite, but a JWT of VCDM 2.0 in its envelope (VC-JOSE-COSE)."""
COSE: Final = "cose"
"""The same, signed in CBOR."""
NAMES: Final = (*SUITES, *SELECTIVE_SUITES, JWT, COSE)
"""`/NAME/credentials/issue` signs by that suite; without a name, by the key's usual one."""


def algorithms_of(name: str | None) -> tuple[str, ...]:
    """The algorithms of the keys that sign by a suite, or by any that signs a document whole."""
    if name in {JWT, COSE}:
        # Deferred: for tokens.
        from wallet.credentials.formats.jose import SIGNATURES  # noqa: PLC0415

        return tuple(dict.fromkeys(one.key for one in SIGNATURES.values()))
    if name is None:
        return tuple(dict.fromkeys(one for suite in SUITES.values() for one in suite.algorithms))
    return SUITES[name].algorithms if name in SUITES else SELECTIVE_SUITES[name].algorithms


def is_taken(path: str) -> bool:
    """Whether the path of an address is one of those by which something is asked."""
    first, _, rest = path.lstrip("/").partition("/")
    asked = rest.partition("/")[0] if first in NAMES else first
    return asked in {"", "openapi.json", "credentials", "presentations"}
