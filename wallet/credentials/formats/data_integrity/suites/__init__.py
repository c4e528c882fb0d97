"""Cryptosuites of Data Integrity 1.0, section 3: one a module, listed in `SUITES`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from wallet.credentials.formats.data_integrity.suites.eddsa_jcs_2022 import EddsaJcs2022
from wallet.credentials.formats.data_integrity.suites.eddsa_rdfc_2022 import EddsaRdfc2022

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.jsonld import Contexts


class Suite(Protocol):
    """How a document and the options of its proof become the bytes that are signed."""

    @property
    def name(self) -> str:
        """The value of `cryptosuite`."""
        ...

    @property
    def algorithm(self) -> str:
        """The algorithm of the keys it signs with, as `did.keys` names it."""
        ...

    @property
    def signature_size(self) -> int:
        """Bytes of a signature."""
        ...

    def options(self, document: Mapping[str, Any], options: Mapping[str, Any], /) -> dict[str, Any]:
        """The options that go into a new proof of the document, given those a person chose."""
        ...

    def signing_bytes(
        self, document: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts, /
    ) -> bytes:
        """The bytes to be signed: transformation and hashing of the two, joined.

        `document` is without its proofs, `options` a proof without its `proofValue`.

        Raises:
            ProofInvalid: the options do not fit the document.
            InvalidCredential, UnknownContext, TooComplex, UnsupportedFormat: they cannot be
                canonicalized.
        """
        ...


SUITES: Final[Mapping[str, Suite]] = MappingProxyType(
    {suite.name: suite for suite in (EddsaRdfc2022(), EddsaJcs2022())}
)
