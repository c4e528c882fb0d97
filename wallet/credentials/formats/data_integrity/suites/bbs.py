"""bbs-2023: one signature over all statements, of which the holder shows some, unlinkably.

Data Integrity BBS Cryptosuites 1.0, sections 3.3 and 3.4, baseline and with anonymous holder
binding. What is shown is linked to what was shown before by nothing that is not told: but what is
told may be rare, and `created` and `id` of the proof are always told.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, assert_never

from did.bbs.blind import blind_verify_proof
from did.bbs.errors import NoProof, TooManyMessages
from did.bbs.parties import Signature, holds_alone
from did.bbs.proofs import prove, verify_proof
from did.errors import InvalidKey
from did.keys.bls12381 import Bls12381G2PublicKey
from did.values import dataclass, field
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import ProofInvalid, TooComplex, UnsupportedFormat
from wallet.credentials.formats.data_integrity.selective.bbs_values import (
    NAME,
    BaseValue,
    DerivedValue,
    Feature,
)
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
from wallet.credentials.formats.data_integrity.selective.labels import shuffled_labels
from wallet.credentials.formats.data_integrity.suites.rdfc import Rdfc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from did.bbs.parties import Holder, Issuer
    from did.keys import PublicKey
    from wallet.credentials.jsonld import Contexts

_DIGEST: Final = 32
_SYSTEM: Final = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Bbs:
    """A BBS signature over the statements that are not mandatory; its header is all else."""

    name: ClassVar[str] = NAME
    algorithms: ClassVar[tuple[str, ...]] = ("BLS12381G2",)
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
        """3.4.7 Verify Derived Proof."""
        value = DerivedValue.parse(proof.get("proofValue"))
        shown = read_shown(document, value.labels, value.mandatory_places, contexts)
        if len(shown.others) != len(value.chosen_places):
            raise ProofInvalid("the proof has another number of places than of statements")
        header = proof_hash(document, without_value(proof), contexts) + shown.mandatory_hash
        told = dict(zip(value.chosen_places, shown.others, strict=True))
        if not _proves(_public_key(key), value, header, told):
            raise ProofInvalid("the proof does not fit the document and the key")

    def verify_base(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        key: PublicKey,
        contexts: Contexts,
        holder: Holder | None = None,
        /,
    ) -> None:
        """Whether what an issuer gave its holder will do: the signature holds for that key.

        Raises:
            UnsupportedFormat: it is bound to a secret, and nobody who knows that was asked.
        """
        value = BaseValue.parse(proof.get("proofValue"))
        bound = value.feature is Feature.HOLDER_BINDING
        if bound and holder is None:
            raise UnsupportedFormat(
                "the base proof is bound to its holder's secret, and theirs alone to judge"
            )
        if value.public_key != key.raw:
            raise ProofInvalid("the proof was made with another key")
        whole = sort_statements(
            document, value.mandatory_pointers, _labels_by(value.hmac_key), contexts
        )
        header = proof_hash(document, without_value(proof), contexts) + whole.mandatory_hash
        _check_signature(value, header, whole.others, holder if bound else None)


BBS: Final = Bbs()


@dataclass(frozen=True, slots=True)
class BaseProposal:
    """A base proof that lacks its one signature, over `header` and `messages`.

    `commitment` is that of the holder to whom the document is to be bound, or None.
    """

    options: Mapping[str, Any]
    header: bytes
    messages: tuple[bytes, ...] = field(repr=False)
    mandatory_pointers: tuple[str, ...]
    commitment: bytes | None
    hmac_key: bytes = field(repr=False)

    def sign(self, issuer: Issuer) -> bytes:
        """The issuer's signature.

        Raises:
            ProofInvalid: the commitment does not hold.
            TooComplex: there are too many messages.
        """
        with refusals():
            return issuer.sign_messages(self.header, self.messages, self.commitment)

    def signed(self, signature: bytes, key: Bls12381G2PublicKey) -> dict[str, Any]:
        """The base proof. A blind signature can be judged by the holder alone.

        Raises:
            ProofInvalid: the signature is not that key's over these messages.
        """
        feature = Feature.BASELINE if self.commitment is None else Feature.HOLDER_BINDING
        given = Signature(key, signature, self.header, self.messages)
        if feature is Feature.BASELINE and not holds_alone(given):
            raise ProofInvalid("the signature does not fit the document, its proof and the key")
        value = BaseValue(
            signature, self.header, key.raw, self.hmac_key, self.mandatory_pointers, feature
        )
        return {**self.options, "proofValue": str(value)}


def propose_base(
    document: Mapping[str, Any],
    proof_options: Mapping[str, Any],
    mandatory_pointers: Sequence[str],
    *,
    commitment: bytes | None = None,
    contexts: Contexts = SHIPPED,
    hmac_key: bytes | None = None,
) -> BaseProposal:
    """3.4.1 Create Base Proof, all but the signature; of the document without proofs.

    `commitment` is the one of a holder, with its proof, to whom the document is to be bound.
    `hmac_key`, of 32 bytes, is made anew for each proof where none is given.

    Raises:
        NotInDocument: a pointer leads to nothing, or into what is one statement.
        ProofInvalid, InvalidCredential: the options are not those of a base proof.
        CredentialError: as `canonicalize` does.
    """
    options = base_options(NAME, proof_options)
    unsecured = without_proofs(document)
    hmac_key = secrets.token_bytes(_DIGEST) if hmac_key is None else hmac_key
    whole = sort_statements(unsecured, mandatory_pointers, _labels_by(hmac_key), contexts)
    header = proof_hash(unsecured, options, contexts) + whole.mandatory_hash
    pointers = tuple(mandatory_pointers)
    return BaseProposal(options, header, whole.others, pointers, commitment, hmac_key)


def sign_base(
    document: Mapping[str, Any],
    proof_options: Mapping[str, Any],
    mandatory_pointers: Sequence[str],
    issuer: Issuer,
    *,
    commitment: bytes | None = None,
    contexts: Contexts = SHIPPED,
) -> dict[str, Any]:
    """Propose and sign at once: the base proof. Raises as `propose_base` and `sign` do."""
    proposed = propose_base(
        document, proof_options, mandatory_pointers, commitment=commitment, contexts=contexts
    )
    return proposed.signed(proposed.sign(issuer), issuer.public_key)


def derive(
    document: Mapping[str, Any],
    selective_pointers: Sequence[str],
    *,
    presentation_header: bytes = b"",
    binding: Holder | None = None,
    contexts: Contexts = SHIPPED,
    random: Callable[[int], bytes] = secrets.token_bytes,
    shuffle: Callable[[list[int]], None] = _SYSTEM.shuffle,
) -> dict[str, Any]:
    """3.4.6 Add Derived Proof: the part of a document that a verifier is shown, with its proof.

    The places of what is always shown, a set, are told in an order that `shuffle` gives them.

    Raises:
        ProofInvalid: the document has no base proof of this suite, or one that does not hold; or it
            is bound to a holder, and `binding` is none or another's.
        NotInDocument: a pointer leads to nothing, or into what is one statement; or nothing at all
            would be shown.
        CredentialError: as `canonicalize` does.
    """
    proof = base_proof_of(document, NAME)
    base = BaseValue.parse(proof.get("proofValue"))
    unsecured = without_proofs(document)
    shown = disclose(
        unsecured,
        base.mandatory_pointers,
        selective_pointers,
        _labels_by(base.hmac_key),
        contexts,
    )
    whole = shown.whole
    header = proof_hash(unsecured, without_value(proof), contexts) + whole.mandatory_hash
    signature = _check_signature(base, header, whole.others, binding)
    with refusals():
        if binding is not None:
            proved = binding.prove(signature, presentation_header, shown.chosen_places)
        else:
            proved = prove(
                *(signature.key, signature.value, header, presentation_header),
                *(signature.messages, shown.chosen_places),
                random=random,
            )
    always = [*shown.mandatory_places]
    shuffle(always)
    value = DerivedValue(
        proved,
        {number: int(label[1:]) for number, label in shown.label_map.items()},
        tuple(always),
        shown.chosen_places,
        presentation_header,
        base.feature,
        None if binding is None else len(whole.others),
    )
    return {**shown.document, "proof": {**proof, "proofValue": str(value)}}


@contextmanager
def refusals() -> Iterator[None]:
    """What is wrong with a signature, as what is wrong with a credential."""
    try:
        yield
    except NoProof as error:
        raise ProofInvalid(str(error)) from error
    except TooManyMessages as error:
        raise TooComplex(str(error)) from error


def is_bound(document: Mapping[str, Any]) -> bool:
    """Whether a document's base proof is bound to its holder's secret. Raises `ProofInvalid`."""
    value = BaseValue.parse(base_proof_of(document, NAME).get("proofValue"))
    return value.feature is Feature.HOLDER_BINDING


def _labels_by(hmac_key: bytes) -> Callable[[Iterable[str]], dict[str, str]]:
    return partial(shuffled_labels, key=hmac_key)


def _public_key(key: PublicKey) -> Bls12381G2PublicKey:
    if not isinstance(key, Bls12381G2PublicKey):
        raise ProofInvalid(f"a proof of {NAME} is not made with a key of {key.algorithm}")
    return key


def _proves(
    key: Bls12381G2PublicKey, value: DerivedValue, header: bytes, told: Mapping[int, bytes]
) -> bool:
    with refusals():
        match value.feature:
            case Feature.BASELINE:
                return verify_proof(key, value.proof, header, value.presentation_header, told)
            case Feature.HOLDER_BINDING:
                count = value.count or 0
                return blind_verify_proof(
                    key, value.proof, header, value.presentation_header, count, told
                )
            case _ as unreachable:
                assert_never(unreachable)


def _check_signature(
    base: BaseValue, header: bytes, messages: Sequence[bytes], binding: Holder | None
) -> Signature:
    """The signature of a base proof that holds for those messages. Raises `ProofInvalid`."""
    if (base.feature is Feature.HOLDER_BINDING) != (binding is not None):
        raise ProofInvalid(
            "the document is bound to its holder's secret"
            if binding is None
            else "the document is bound to no secret"
        )
    try:
        key = Bls12381G2PublicKey(base.public_key)
    except InvalidKey as error:
        raise ProofInvalid("the base proof holds no key") from error
    given = Signature(key, base.signature, header, tuple(messages))
    with refusals():
        holds = holds_alone(given) if binding is None else binding.holds(given)
    if base.header != header or not holds:
        raise ProofInvalid(
            "the base proof does not fit the document"
            if binding is None
            else "the base proof does not fit the document, or is bound to another secret"
        )
    return given
