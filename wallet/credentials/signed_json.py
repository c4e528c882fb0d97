"""JSON documents that are no credentials and are signed all the same: bundles, lists of trust.

Data Integrity 1.0, by a suite over canonical JSON, for `assertionMethod`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from did.resolver import Resolver
from wallet.credentials.errors import CredentialError, UnsupportedFormat
from wallet.credentials.formats.data_integrity import DataIntegrity, Proposal, proposal
from wallet.credentials.formats.proof import Proof, read_proofs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from did.keys import Signer
    from did.resolver import Resolves

_SUITES: Final = {
    "Ed25519": "eddsa-jcs-2022",
    "P-256": "ecdsa-jcs-2019",
    "P-384": "ecdsa-jcs-2019",
}
SIGNING_ALGORITHMS: Final = frozenset(_SUITES)
"""Those of the keys that sign such documents."""


def signing(
    document: Mapping[str, Any], *, signer: Signer, verification_method: str, created: datetime
) -> Proposal:
    """The document and what a signature of it is made over.

    Raises:
        UnsupportedFormat: no such document is signed with such a key.
    """
    algorithm = signer.public_key.algorithm
    if algorithm not in _SUITES:
        raise UnsupportedFormat(
            f"a key of {algorithm} signs no JSON", hint=f"one of {', '.join(_SUITES)} does"
        )
    return proposal(
        document,
        signer=signer,
        verification_method=verification_method,
        purpose=Relationship.ASSERTION_METHOD.value,
        created=created,
        suite=_SUITES[algorithm],
    )


def signer_of(
    document: Mapping[str, Any], accepted: Collection[str], resolver: Resolves | None = None
) -> str | None:
    """Which of the `accepted` DIDs signed the document; None where none of them did.

    Without a `resolver`, only DIDs that are their own document are found.
    """
    asked = Resolver() if resolver is None else resolver
    try:
        proofs = read_proofs(document)
    except CredentialError:
        return None
    for proof in proofs:
        did = proof.verification_method.partition("#")[0]
        if did in accepted and _holds(document, proof, asked):
            return did
    return None


def _holds(document: Mapping[str, Any], proof: Proof, resolver: Resolves) -> bool:
    found = resolver.resolve(proof.verification_method.partition("#")[0])
    listed = found.document
    if listed is None or found.deactivated:
        return False
    method = listed.method(proof.verification_method)
    needed = Relationship.ASSERTION_METHOD
    if method is None or not listed.authorizes(method.id, needed) or proof.purpose != needed.value:
        return False
    try:
        DataIntegrity().verify(document, proof, method)
    except CredentialError:
        return False
    return True
