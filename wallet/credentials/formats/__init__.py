"""How credentials and presentations are secured: one format a module, listed in `FORMATS`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from wallet.credentials.formats.data_integrity import DataIntegrity
from wallet.credentials.formats.legacy import Vcdm1
from wallet.credentials.formats.proof import Proof, read_proofs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import VerificationMethod

__all__ = ["FORMATS", "Format", "Proof", "read_proofs"]


class Format(Protocol):
    """A way to secure a document. Adding one is a module that satisfies this and a line below."""

    @property
    def name(self) -> str:
        """The word that a person gives for it."""
        ...

    def recognizes(self, document: Mapping[str, Any], /) -> bool:
        """Whether the document claims to be secured this way."""
        ...

    def proofs(self, document: Mapping[str, Any], /) -> tuple[Proof, ...]:
        """What the document's proofs say of themselves; not yet checked.

        Raises:
            InvalidCredential: a proof is malformed.
        """
        ...

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """Return where `proof`, one of `proofs(document)`, holds for the key of `method`.

        Whether the key may sign for the issuer, when and for what purpose, is not looked at.

        Raises:
            ProofInvalid: the proof was checked and does not hold.
            InvalidCredential: the document cannot be secured at all; `UndefinedTerm` is one.
            UnsupportedFormat, UnknownContext, TooComplex, DidkitFailed: it cannot be found out.
        """
        ...


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {format_.name: format_ for format_ in (DataIntegrity(), Vcdm1())}
)
