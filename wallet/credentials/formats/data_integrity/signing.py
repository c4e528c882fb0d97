"""Data Integrity 1.0, section 4.2, Add Proof: in two steps, so that a person can say yes between.

`proposal` works out the very bytes to be signed; `attach` puts the signature of these bytes, and
of no others, into the document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from multiformats import multibase

from did.keys import verifying_key
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.data_integrity.suites import SUITES, Suite
from wallet.credentials.formats.proof import Proof
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.strict_json import read_json, write_json
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from did.keys import PublicKey, Signer
    from wallet.credentials.jsonld import Contexts

DEFAULT_SUITE: Final = "eddsa-rdfc-2022"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document, the options of a proof for it, and what a signature of both is made over.

    `signing_bytes` is what goes into the algorithm of the suite: for those of Ed25519, the SHA-256
    of the options and then that of the document, 64 bytes.
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
    suite: str = DEFAULT_SUITE,
    challenge: str | None = None,
    domain: str | Sequence[str] | None = None,
    contexts: Contexts = SHIPPED,
) -> Proposal:
    """What a proof of the document would be; nothing is signed. The document is copied.

    Proofs that the document already has are kept, and not signed: the new one joins their set.

    Raises:
        UnsupportedFormat: there is no such suite, or it does not sign with such a key.
        InvalidCredential, UnknownContext, TooComplex: not all of the document would be covered.
    """
    if suite not in SUITES:
        raise UnsupportedFormat(
            f"the cryptosuite {suite!r} is not supported", hint=f"supported: {', '.join(SUITES)}"
        )
    _check_algorithm(SUITES[suite], signer.public_key)
    copy: dict[str, Any] = read_json(write_json(document))
    unsecured = {name: value for name, value in copy.items() if name != "proof"}
    options = SUITES[suite].options(
        unsecured,
        {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": write_timestamp(created),
            "verificationMethod": verification_method,
            "proofPurpose": purpose,
            **({} if challenge is None else {"challenge": challenge}),
            **({} if domain is None else {"domain": _domain(domain)}),
        },
    )
    Proof.of(options, child(ROOT, "proof"))
    return Proposal(
        document=copy,
        options=options,
        suite=suite,
        public_key=signer.public_key,
        signing_bytes=SUITES[suite].signing_bytes(unsecured, options, contexts),
    )


def attach(proposed: Proposal, signature: bytes) -> dict[str, Any]:
    """The secured document, the signature having been checked.

    Raises:
        ProofInvalid: the signature is not the proposed key's over the proposed bytes.
    """
    check_signature(SUITES[proposed.suite], proposed.public_key, signature, proposed.signing_bytes)
    proof = {**proposed.options, "proofValue": multibase.encode(signature, "base58btc")}
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
    suite: str = DEFAULT_SUITE,
    challenge: str | None = None,
    domain: str | Sequence[str] | None = None,
    contexts: Contexts = SHIPPED,
) -> dict[str, Any]:
    """Propose, sign and attach at once. Raises as `proposal` and `attach` do."""
    proposed = proposal(
        document,
        signer=signer,
        verification_method=verification_method,
        purpose=purpose,
        created=created,
        suite=suite,
        challenge=challenge,
        domain=domain,
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
    _check_algorithm(suite, public_key)
    if not verifying_key(public_key).verify(signature, signing_bytes):
        raise ProofInvalid("the signature does not fit the document, its proof and the key")


def _check_algorithm(suite: Suite, public_key: PublicKey) -> None:
    if public_key.algorithm != suite.algorithm:
        raise UnsupportedFormat(
            f"{suite.name} is of {suite.algorithm}, and the key of {public_key.algorithm}",
            hint=f"sign with a DID whose key is of {suite.algorithm}",
        )


def _domain(domain: str | Sequence[str]) -> str | list[str]:
    return domain if isinstance(domain, str) else list(domain)
