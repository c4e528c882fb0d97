"""VC-JOSE-COSE 1.0, section 3.1, and VCDM 1.1, section 6.3.1: what a token can hold, and its types.

A credential is never taken for a presentation, nor a token of another trade for either.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from wallet.credentials.formats.jose.token import NO_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind: TypeAlias = Literal["credential", "presentation"]
Style: TypeAlias = Literal["vc+jwt", "vp+jwt", "jwt-vc", "jwt-vp"]

# The type of the standard, and those of its drafts, which tokens of their time still bear.
TYPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "vc+jwt": "credential",
        "vp+jwt": "presentation",
        "vc-ld+jwt": "credential",
        "vp-ld+jwt": "presentation",
        "vc+ld+json+jwt": "credential",
        "vp+ld+json+jwt": "presentation",
    }
)
UNTYPED: Final = frozenset({"JWT", NO_TYPE})
"""Says nothing of the kind: the payload does, by `vc`, `vp` or its own `type`."""
READ_TYPES: Final = UNTYPED | TYPES.keys()

CONTENT_TYPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {"vc": "credential", "vp": "presentation"}
)
OLDER_CLAIMS: Final[Mapping[str, Kind]] = MappingProxyType(
    {"vc": "credential", "vp": "presentation"}
)
MODEL_TYPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {"VerifiableCredential": "credential", "VerifiablePresentation": "presentation"}
)
PURPOSES: Final[Mapping[Kind, str]] = MappingProxyType(
    {"credential": "assertionMethod", "presentation": "authentication"}
)
"""A token does not say its purpose; what it holds does."""
STYLES: Final[Mapping[Style, tuple[Kind, str]]] = MappingProxyType(
    {
        "vc+jwt": ("credential", "vc+jwt"),
        "vp+jwt": ("presentation", "vp+jwt"),
        "jwt-vc": ("credential", "JWT"),
        "jwt-vp": ("presentation", "JWT"),
    }
)
"""For each way to write a token: what it holds, and the `typ` of its header."""
