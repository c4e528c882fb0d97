"""Data Integrity 1.0, sections 4.2 and 4.3, Add Proof: in two steps, for a person's yes between.

`proposal` works out the very bytes to be signed; `attach` puts the signature of these bytes, and
of no others, into the document.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from did.base_encodings import encode_base58btc
from did.keys import verifying_key
from did.values import dataclass, field
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.form import read_set
from wallet.credentials.formats.data_integrity.chains import previous_proofs, with_proofs
from wallet.credentials.formats.data_integrity.suites import (
    SUITES,
    SelectiveSuite,
    Suite,
    default_suite,
    suite_named,
)
from wallet.credentials.formats.proof import Proof
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.strict_json import read_json, write_json
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from did.keys import PublicKey, Signer
    from wallet.credentials.jsonld import Contexts


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document, the options of a proof for it, and what a signature of both is made over.

    `signing_bytes` is what goes into the algorithm of the key: the hash of the options and then
    that of the document with the proofs that the new one builds on. It is SHA-256 and 64 bytes,
    but for keys of P-384, SHA-384 and 96 bytes.
    """

    document: Mapping[str, Any] = field(repr=False)
    options: Mapping[str, Any]
    suite: str
    public_key: PublicKey
    signing_bytes: bytes

    @property
    def digest(self) -> str:
        """A name for exactly this: the SHA-256 of what is signed, in hex."""
        return sha256(self.signing_bytes).hexdigest()


def proposal(  # noqa: PLR0913 - the options of a proof are as many as the standard lists
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    purpose: str,
    created: datetime,
    expires: datetime | None = None,
    suite: str | None = None,
    challenge: str | None = None,
    domain: str | Sequence[str] | None = None,
    proof_id: str | None = None,
    previous_proof: str | Sequence[str] | None = None,
    contexts: Contexts = SHIPPED,
) -> Proposal:
    """What a proof of the document would be; nothing is signed. The document is copied.

    `suite` is the key's default where it is None. Proofs that the document already has are kept,
    and the new one joins their set. Those whose `id` is in `previous_proof` it signs as well, and
    so builds on them; whether they hold is for the signer to have verified before. Where the suite
    reads JSON-LD and no context of the document has its words, the context that has is added.

    Raises:
        UnsupportedFormat: there is no such suite, or it does not sign with such a key.
        InvalidCredential, UnknownContext, TooComplex: not all of the document would be covered,
            or the proofs would not hang together.
    """
    way = suite_named(default_suite(signer.public_key) if suite is None else suite)
    check_algorithm(way, signer.public_key)
    copy = _with_context(read_json(write_json(document)), way)
    chosen = {
        "id": proof_id,
        "created": write_timestamp(created),
        "expires": None if expires is None else write_timestamp(expires),
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
        "challenge": challenge,
        "domain": _one_or_list(domain),
        "previousProof": _one_or_list(previous_proof),
    }
    options = way.options(
        copy, {name: value for name, value in chosen.items() if value is not None}
    )
    Proof.of(options, child(ROOT, "proof"))
    present = [proof for _, proof in read_set(copy, "proof")]
    previous = previous_proofs({**copy, "proof": [*present, options]}, options)
    return Proposal(
        document=copy,
        options=options,
        suite=way.name,
        public_key=signer.public_key,
        signing_bytes=way.signing_bytes(
            with_proofs(copy, previous), options, contexts, signer.public_key.algorithm
        ),
    )


def attach(proposed: Proposal, signature: bytes) -> dict[str, Any]:
    """The secured document, the signature having been checked.

    Raises:
        ProofInvalid: the signature is not the proposed key's over the proposed bytes.
    """
    check_signature(SUITES[proposed.suite], proposed.public_key, signature, proposed.signing_bytes)
    proof = {**proposed.options, "proofValue": encode_base58btc(signature)}
    if "proof" not in proposed.document:
        return {**proposed.document, "proof": proof}
    present = proposed.document["proof"]
    proofs = present if isinstance(present, list) else [present]
    return {**proposed.document, "proof": [*proofs, proof]}


def secure(  # noqa: PLR0913 - as above
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    purpose: str,
    created: datetime,
    expires: datetime | None = None,
    suite: str | None = None,
    challenge: str | None = None,
    domain: str | Sequence[str] | None = None,
    proof_id: str | None = None,
    previous_proof: str | Sequence[str] | None = None,
    contexts: Contexts = SHIPPED,
) -> dict[str, Any]:
    """Propose, sign and attach at once. Raises as `proposal` and `attach` do."""
    proposed = proposal(
        document,
        signer=signer,
        verification_method=verification_method,
        purpose=purpose,
        created=created,
        expires=expires,
        suite=suite,
        challenge=challenge,
        domain=domain,
        proof_id=proof_id,
        previous_proof=previous_proof,
        contexts=contexts,
    )
    return attach(proposed, signer.sign(proposed.signing_bytes))


def check_signature(
    suite: Suite, public_key: PublicKey, signature: bytes, signing_bytes: bytes
) -> None:
    """Return where the signature holds.

    Raises:
        ProofInvalid: it does not.
        UnsupportedFormat: the suite does not sign with such a key.
    """
    check_algorithm(suite, public_key)
    if not verifying_key(public_key).verify(signature, signing_bytes):
        raise ProofInvalid("the signature does not fit the document, its proof and the key")


def check_algorithm(suite: Suite | SelectiveSuite, public_key: PublicKey) -> None:
    """Return where the suite signs with such a key. Raises `UnsupportedFormat` where not."""
    if public_key.algorithm not in suite.algorithms:
        algorithms = " or ".join(suite.algorithms)
        raise UnsupportedFormat(
            f"{suite.name} is of {algorithms}, and the key of {public_key.algorithm}",
            hint=f"sign with a DID whose key is of {algorithms}",
        )


def _with_context(document: dict[str, Any], suite: Suite) -> dict[str, Any]:
    """2.4.1 Context Injection. Proofs that the document has already mean what they did."""
    value = document.get("@context", [])
    present = value if isinstance(value, list) else [value]
    if not suite.contexts or any(context in suite.contexts for context in present):
        return document
    return {**document, "@context": [*present, suite.contexts[0]]}


def _one_or_list(value: str | Sequence[str] | None) -> str | list[str] | None:
    return value if value is None or isinstance(value, str) else list(value)
