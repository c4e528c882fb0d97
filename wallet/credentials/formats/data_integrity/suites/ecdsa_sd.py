"""ecdsa-sd-2023: a signature to each statement, of which the holder shows some.

Data Integrity ECDSA Cryptosuites 1.0, sections 3.4 and 3.6. What is shown is linked to what was
shown before: by its signatures, and by the names of its blank nodes.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from did.base_encodings import decode_base64url
from did.encoding import decode_multicodec, encode_multicodec
from did.errors import InvalidKey
from did.keys import verifying_key
from did.keys.p256 import P256PrivateKey
from did.values import dataclass, field, replace
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats.data_integrity.selective.disclosure import (
    base_options,
    base_proof_of,
    disclose,
    proof_hash,
    read_shown,
    sort_statements,
    without_proofs,
    without_value,
)
from wallet.credentials.formats.data_integrity.selective.ecdsa_values import (
    NAME,
    BaseValue,
    DerivedValue,
)
from wallet.credentials.formats.data_integrity.selective.labels import hmac_labels
from wallet.credentials.formats.data_integrity.suites.rdfc import Rdfc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from did.bbs.parties import Holder
    from did.keys import PublicKey, Signer, VerifyingKey
    from wallet.credentials.jsonld import Contexts

_DIGEST: Final = 32


@dataclass(frozen=True, slots=True)
class EcdsaSd:
    """A signature over what is mandatory, and one by a key made for it to each other statement."""

    name: ClassVar[str] = NAME
    algorithms: ClassVar[tuple[str, ...]] = ("P-256",)
    contexts: ClassVar[tuple[str, ...]] = Rdfc.contexts

    def is_base(self, proof: Mapping[str, Any], /) -> bool:
        """Whether a proof of this suite is a base proof, which is for its holder alone."""
        return BaseValue.is_one(proof.get("proofValue"))

    def verify(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        key: PublicKey,
        contexts: Contexts,
        /,
    ) -> None:
        """3.6.7 Verify Derived Proof."""
        value = DerivedValue.parse(proof.get("proofValue"))
        shown = read_shown(document, value.labels, value.mandatory_places, contexts)
        options = proof_hash(document, without_value(proof), contexts)
        _check_base(key, value.signature, options, value.public_key, shown.mandatory_hash)
        _check_statements(value.public_key, value.signatures, shown.others)

    def verify_base(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        key: PublicKey,
        contexts: Contexts,
        holder: Holder | None = None,
        /,
    ) -> None:
        """Whether what an issuer gave its holder will do: all the signatures hold."""
        del holder  # nothing is bound to one
        value = BaseValue.parse(proof.get("proofValue"))
        whole = sort_statements(
            document, value.mandatory_pointers, _labels_by(value.hmac_key), contexts
        )
        options = proof_hash(document, without_value(proof), contexts)
        _check_base(key, value.signature, options, value.public_key, whole.mandatory_hash)
        _check_statements(value.public_key, value.signatures, whole.others)


ECDSA_SD: Final = EcdsaSd()


@dataclass(frozen=True, slots=True)
class BaseProposal:
    """A base proof that lacks one signature: that of the issuer, over `signing_bytes`."""

    options: Mapping[str, Any]
    unsigned: BaseValue = field(repr=False)
    signing_bytes: bytes

    def signed(self, signature: bytes, key: VerifyingKey) -> dict[str, Any]:
        """The base proof. Raises `ProofInvalid` where the signature is not over these bytes."""
        if not key.verify(signature, self.signing_bytes):
            raise ProofInvalid("the signature does not fit the document, its proof and the key")
        return {**self.options, "proofValue": str(replace(self.unsigned, signature=signature))}


def propose_base(
    document: Mapping[str, Any],
    proof_options: Mapping[str, Any],
    mandatory_pointers: Sequence[str],
    *,
    contexts: Contexts = SHIPPED,
    hmac_key: bytes | None = None,
    statement_key: P256PrivateKey | None = None,
) -> BaseProposal:
    """3.6.1 Create Base Proof, all but the issuer's signature; of the document without proofs.

    `hmac_key`, of 32 bytes, and `statement_key` are made anew for each proof where none are given;
    the key is forgotten after this.

    Raises:
        NotInDocument: a pointer leads to nothing, or into what is one statement.
        ProofInvalid, InvalidCredential: the options are not those of a base proof.
        CredentialError: as `canonicalize` does.
    """
    options = base_options(NAME, proof_options)
    unsecured = without_proofs(document)
    hmac_key = secrets.token_bytes(_DIGEST) if hmac_key is None else hmac_key
    whole = sort_statements(unsecured, mandatory_pointers, _labels_by(hmac_key), contexts)
    statement_key = _new_key() if statement_key is None else statement_key
    public_key = encode_multicodec(statement_key.public_key)
    signatures = tuple(statement_key.sign(line) for line in whole.others)
    return BaseProposal(
        options,
        BaseValue(b"", public_key, hmac_key, signatures, tuple(mandatory_pointers)),
        proof_hash(unsecured, options, contexts) + public_key + whole.mandatory_hash,
    )


def sign_base(
    document: Mapping[str, Any],
    proof_options: Mapping[str, Any],
    mandatory_pointers: Sequence[str],
    signer: Signer,
    *,
    contexts: Contexts = SHIPPED,
) -> dict[str, Any]:
    """Propose and sign at once: the base proof. Raises as `propose_base` and `signed` do."""
    proposed = propose_base(document, proof_options, mandatory_pointers, contexts=contexts)
    return proposed.signed(signer.sign(proposed.signing_bytes), signer.public_key)


def derive(
    document: Mapping[str, Any], selective_pointers: Sequence[str], *, contexts: Contexts = SHIPPED
) -> dict[str, Any]:
    """3.6.6 Add Derived Proof: the part of a document that a verifier is shown, with its proof.

    Raises:
        ProofInvalid: the document has no base proof of this suite, or one of another document.
        NotInDocument: a pointer leads to nothing, or into what is one statement; or nothing at all
            would be shown.
        CredentialError: as `canonicalize` does.
    """
    proof = base_proof_of(document, NAME)
    base = BaseValue.parse(proof.get("proofValue"))
    shown = disclose(
        without_proofs(document),
        base.mandatory_pointers,
        selective_pointers,
        _labels_by(base.hmac_key),
        contexts,
    )
    _check_statements(base.public_key, base.signatures, shown.whole.others)
    value = DerivedValue(
        base.signature,
        base.public_key,
        tuple(base.signatures[place] for place in shown.chosen_places),
        {number: decode_base64url(label[1:]) for number, label in shown.label_map.items()},
        shown.mandatory_places,
    )
    return {**shown.document, "proof": {**proof, "proofValue": str(value)}}


def _labels_by(hmac_key: bytes) -> Callable[[Iterable[str]], dict[str, str]]:
    return partial(hmac_labels, key=hmac_key)


def _new_key() -> P256PrivateKey:
    while True:
        try:
            return P256PrivateKey(secrets.token_bytes(32))
        except InvalidKey:  # pragma: no cover - one in 2**32
            continue


def _check_base(
    key: PublicKey, signature: bytes, options: bytes, public_key: bytes, mandatory: bytes
) -> None:
    if not verifying_key(key).verify(signature, options + public_key + mandatory):
        raise ProofInvalid("the signature does not fit the document, its proof and the key")


def _check_statements(
    public_key: bytes, signatures: Sequence[bytes], statements: Sequence[bytes]
) -> None:
    if len(signatures) != len(statements):
        raise ProofInvalid("the proof has another number of signatures than of statements")
    try:
        key = decode_multicodec(public_key)
    except InvalidKey as error:
        raise ProofInvalid("the proof holds no key for its statements") from error
    if key.algorithm not in ECDSA_SD.algorithms:
        raise ProofInvalid("the proof holds no key for its statements")
    verify = verifying_key(key).verify
    for signature, line in zip(signatures, statements, strict=True):
        if not verify(signature, line):
            raise ProofInvalid("a statement of the document was not signed by its issuer")
