"""The suites that sign what a document means: eddsa-rdfc-2022, ecdsa-rdfc-2019, and their elder.

Data Integrity EdDSA Cryptosuites 1.0, section 3.2 and appendix B (Ed25519Signature2020); Data
Integrity ECDSA Cryptosuites 1.0, section 3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from did.values import dataclass
from wallet.credentials.form import CREDENTIALS_V2
from wallet.credentials.formats.data_integrity.configuration import canonical, canonical_options
from wallet.credentials.formats.data_integrity.suites.keys import KEY_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.jsonld import Contexts

DATA_INTEGRITY_V2: Final = "https://w3id.org/security/data-integrity/v2"
DATA_INTEGRITY_V1: Final = "https://w3id.org/security/data-integrity/v1"
ED25519_2020: Final = "https://w3id.org/security/suites/ed25519-2020/v1"


@dataclass(frozen=True, slots=True)
class Rdfc:
    """A signature over the hashes of canonical N-Quads, in whatever JSON they were written."""

    name: str
    algorithms: tuple[str, ...]
    # Data Integrity 1.0, section 2.4.1: the first is added where a document has none of them.
    contexts: ClassVar[tuple[str, ...]] = (DATA_INTEGRITY_V2, DATA_INTEGRITY_V1, CREDENTIALS_V2)

    def options(self, document: Mapping[str, Any], options: Mapping[str, Any], /) -> dict[str, Any]:
        """As they were chosen: the proof is read with the contexts of the document."""
        del document
        return {"type": "DataIntegrityProof", "cryptosuite": self.name, **options}

    def signing_bytes(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        contexts: Contexts,
        algorithm: str | None = None,
        /,
    ) -> bytes:
        """3.2.3 to 3.2.5: the hash of the options, then that of the document."""
        return _signing_bytes(document, options, contexts, algorithm or self.algorithms[0])


@dataclass(frozen=True, slots=True)
class Ed25519Signature2020:
    """The suite before there were cryptosuites: the same bytes, in other words of the proof."""

    name: ClassVar[str] = "Ed25519Signature2020"
    algorithms: ClassVar[tuple[str, ...]] = ("Ed25519",)
    contexts: ClassVar[tuple[str, ...]] = (ED25519_2020,)

    def options(self, document: Mapping[str, Any], options: Mapping[str, Any], /) -> dict[str, Any]:
        """As they were chosen, under the type alone."""
        del document
        return {"type": self.name, **options}

    def signing_bytes(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        contexts: Contexts,
        algorithm: str | None = None,
        /,
    ) -> bytes:
        """B.2.1.3 to B.2.1.5: the hash of the options, then that of the document; 64 bytes."""
        return _signing_bytes(document, options, contexts, algorithm or self.algorithms[0])


def _signing_bytes(
    document: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts, algorithm: str
) -> bytes:
    kind = KEY_KINDS[algorithm]
    configuration = canonical_options(document, options, contexts, algorithm)
    transformed = canonical(document, contexts, algorithm)
    return kind.digest(configuration) + kind.digest(transformed)
