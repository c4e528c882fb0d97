"""Canonical N-Quads of a document, and of the options of a proof read with its contexts.

Data Integrity EdDSA Cryptosuites 1.0, sections 3.2.3 and 3.2.5; Data Integrity ECDSA Cryptosuites
1.0, sections 3.2.3, 3.2.5 and 3.6.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats.proof_end import check_end_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.jsonld import Contexts


def canonical_options(
    document: Mapping[str, Any],
    options: Mapping[str, Any],
    contexts: Contexts,
    algorithm: str | None = None,
) -> bytes:
    """Proof Configuration: the options of a proof, read with the contexts of its document.

    `algorithm` is that of the key.

    Raises:
        ProofInvalid: the options name other contexts, or their end by another name.
        CredentialError: as `canonicalize` does.
    """
    check_end_named(options)
    context = document.get("@context")
    # The algorithm sets this member, and so would cover any other value with no signature.
    if options.get("@context", context) != context:
        raise ProofInvalid("the proof is to be read with other contexts than the document")
    return canonical({**options, "@context": context}, contexts, algorithm)


def canonical(
    document: Mapping[str, Any], contexts: Contexts, algorithm: str | None = None
) -> bytes:
    """Transformation: the canonical N-Quads. Raises as `canonicalize` does."""
    # Deferred: the JSON-LD engine, which a proof over JSON as it stands does without.
    from wallet.credentials.jsonld import HashAlgorithm, canonicalize  # noqa: PLC0415

    # ECDSA Cryptosuites, section 3: for P-384, blank nodes too are told apart with SHA-384.
    hashing = HashAlgorithm.SHA_384 if algorithm == "P-384" else HashAlgorithm.SHA_256
    return canonicalize(document, contexts=contexts, algorithm=hashing)
