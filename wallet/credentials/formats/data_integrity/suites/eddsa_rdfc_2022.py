"""Data Integrity EdDSA Cryptosuites 1.0, section 3.2: eddsa-rdfc-2022."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from wallet.credentials.errors import ProofInvalid
from wallet.credentials.jsonld import Contexts, canonicalize

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class EddsaRdfc2022:
    """Ed25519 over the SHA-256 of canonical N-Quads: what is signed is what the document means."""

    name: ClassVar[str] = "eddsa-rdfc-2022"
    algorithm: ClassVar[str] = "Ed25519"
    signature_size: ClassVar[int] = 64

    def options(self, document: Mapping[str, Any], options: Mapping[str, Any], /) -> dict[str, Any]:
        """As they were chosen: the proof is read with the contexts of the document."""
        del document
        return dict(options)

    def signing_bytes(
        self, document: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts, /
    ) -> bytes:
        """3.2.3 to 3.2.5: the hash of the options, then that of the document; 64 bytes."""
        context = document.get("@context")
        # The algorithm sets this member, and so would cover any other value with no signature.
        if options.get("@context", context) != context:
            raise ProofInvalid("the proof is to be read with other contexts than the document")
        configuration = canonicalize({**options, "@context": context}, contexts=contexts)
        transformed = canonicalize(document, contexts=contexts)
        return sha256(configuration).digest() + sha256(transformed).digest()
