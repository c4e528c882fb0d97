"""How credentials and presentations are secured: one format a module, listed in `FORMATS`."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.formats.data_integrity import DataIntegrity
from wallet.credentials.formats.legacy import Vcdm1
from wallet.credentials.formats.proof import COSE, Proof, read_proofs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from did.bbs.parties import Holder
    from did.document import VerificationMethod
    from wallet.credentials.jsonld import Contexts

__all__ = ["FORMATS", "Format", "Proof", "formats_with", "read_proofs"]


class Format(Protocol):
    """A way to secure a document. Adding one is a module that satisfies this and a line below."""

    @property
    def name(self) -> str:
        """The word that a person gives for it."""
        ...

    def secures(self, proof: Proof, /) -> bool:
        """Whether a proof is of this format: each proof is judged by the one that secures it."""
        ...

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """Return where `proof`, one of those of `document`, holds for the key of `method`.

        Whether the key may sign for the issuer, when and for what purpose, is not looked at.

        Raises:
            ProofInvalid: the proof was checked and does not hold.
            InvalidCredential: the document cannot be secured at all; `UndefinedTerm` is one.
            UnsupportedFormat, UnknownContext, TooComplex, DidkitFailed: it cannot be found out.
        """
        ...


def formats_with(
    contexts: Contexts,
    *,
    as_holder: bool = False,
    holders: Callable[[str], Holder] | None = None,
) -> Mapping[str, Format]:
    """The formats, reading JSON-LD with these contexts; `as_holder`, what is for holders, too.

    `holders` as in `DataIntegrity`.
    """
    if contexts is SHIPPED and not as_holder:
        return FORMATS
    data_integrity = DataIntegrity(contexts, as_holder, holders)
    return _table(data_integrity, _LazyJose(), _LazySdJwt(), _LazyCose(), Vcdm1(contexts=contexts))


class _LazyJose:
    """JOSE, loaded when the first token is met."""

    name: Final = "jose"

    def secures(self, proof: Proof, /) -> bool:
        """As `Jose`."""
        return proof.type == "JWT" and self._jose.secures(proof)

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """As `Jose`."""
        self._jose.verify(document, proof, method)

    @cached_property
    def _jose(self) -> Format:
        from wallet.credentials.formats.jose import Jose  # noqa: PLC0415 - deferred: for tokens

        return Jose()


class _LazySdJwt:
    """SD-JWT, loaded when the first one is met."""

    name: Final = "sd-jwt"

    def secures(self, proof: Proof, /) -> bool:
        """As `SdJwt`."""
        return proof.type == "JWT" and self._sd_jwt.secures(proof)

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """As `SdJwt`."""
        self._sd_jwt.verify(document, proof, method)

    @cached_property
    def _sd_jwt(self) -> Format:
        from wallet.credentials.formats.sd_jwt import SdJwt  # noqa: PLC0415 - deferred: as above

        return SdJwt()


class _LazyCose:
    """COSE, loaded when the first signature of its kind is met."""

    name: Final = "cose"

    def secures(self, proof: Proof, /) -> bool:
        """As `Cose`."""
        return proof.type == COSE and self._cose.secures(proof)

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """As `Cose`."""
        self._cose.verify(document, proof, method)

    @cached_property
    def _cose(self) -> Format:
        from wallet.credentials.formats.vc_cose import Cose  # noqa: PLC0415 - as above

        return Cose()


def _table(*formats: Format) -> Mapping[str, Format]:
    return MappingProxyType({format_.name: format_ for format_ in formats})


FORMATS: Final[Mapping[str, Format]] = _table(
    DataIntegrity(), _LazyJose(), _LazySdJwt(), _LazyCose(), Vcdm1()
)
