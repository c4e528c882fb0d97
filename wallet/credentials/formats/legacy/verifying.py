"""Verifying one proof of a document of VCDM 1.1: our own guards, then didkit.

didkit judges a signature alone, and not all that stands beside it. Each guard is for something that
it was seen to take: a member that no signature covers, a value or a time written otherwise, another
key, another spelling of the signature.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.form import Version, read_version
from wallet.credentials.formats.legacy.asking import (
    NOT_THEIRS,
    check_times,
    require_created,
    require_to_hold,
    written_out,
)
from wallet.credentials.formats.legacy.kinds import OWN_CONTEXT, PROOF_TYPES, Covers, Kind
from wallet.credentials.formats.legacy.offline import holder_of, require_askable
from wallet.credentials.formats.legacy.signature import check_form, recover

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from did.document import VerificationMethod
    from wallet.credentials.formats.didkit_pipe import DidkitPipe
    from wallet.credentials.formats.legacy.offline import Holder
    from wallet.credentials.formats.proof import Proof
    from wallet.credentials.jsonld import Contexts

_ITS_OWN: Final = "https://w3id.org/security#Eip712Signature2021"
"""An address, under which nothing is, for the context that didkit writes out."""

# Contexts with that one, so that what is worked out of them is kept. They are kept beside it, so
# that their identity stays their own.
_combined: Final[dict[int, tuple[Contexts, Contexts]]] = {}


def verify(
    document: Mapping[str, Any],
    proof: Proof,
    method: VerificationMethod,
    *,
    pipe: DidkitPipe,
    contexts: Contexts,
) -> None:
    """As `Format.verify`. didkit is shown one proof at a time: of several it takes the best."""
    kind = kind_of(proof.type)
    # (1) What didkit would have to ask others about, it is not asked.
    _require_askable(document, proof, kind)
    # (2) The key is the proof's own, and the one that its DID names.
    if method.id != proof.verification_method:
        raise ProofInvalid("the proof names another verification method than the one given")
    holder = holder_of(method, kind)
    # (3) The proof is written in its one form.
    check_form(kind, holder.algorithm, proof.raw)
    require_created(proof.raw)
    # (4) All of the document is covered, (5) and didkit agrees.
    alone = {**document, "proof": dict(proof.raw)}
    match kind.covers:
        case Covers.STATEMENTS:
            # Deferred: the JSON-LD engine, which no proof over JSON needs.
            from wallet.credentials.jsonld import canonicalize  # noqa: PLC0415

            check_times(document, proof.raw)
            canonicalize(alone, contexts=with_own_context(alone, contexts))
            require_to_hold(pipe, written_out(alone, contexts), proof)
        case Covers.JSON:
            _verify_typed(alone, proof, holder, pipe)


def kind_of(proof_type: str) -> Kind:
    """What is known of a type of proof. Raises `UnsupportedFormat` where that is nothing."""
    if proof_type not in PROOF_TYPES:
        raise UnsupportedFormat(
            f"the proof is of the type {proof_type[:100]!r}",
            hint=f"supported: {', '.join(sorted(PROOF_TYPES))}",
        )
    return PROOF_TYPES[proof_type]


def check_version(document: Mapping[str, Any]) -> None:
    """Raises `UnsupportedFormat` for another version of the data model than 1.1."""
    if read_version(document) is not Version.V1_1:
        raise UnsupportedFormat("proofs of this kind are made for VC Data Model 1.1 only")


def _require_askable(document: Mapping[str, Any], proof: Proof, kind: Kind) -> None:
    check_version(document)
    if len(proof.domains) > 1:
        raise UnsupportedFormat("didkit reads a proof for one domain, and this is for several")
    require_askable(proof.verification_method.partition("#")[0], kind)
    for name in ("issuer", "holder"):
        party = document.get(name)
        if party is not None:
            require_askable(party.get("id") if isinstance(party, dict) else party, kind)


def with_own_context(document: Mapping[str, Any], contexts: Contexts) -> Contexts:
    """The contexts, and the one that didkit writes out in a proof, where a proof here has it.

    Any other that is written out is refused when the document is canonicalized: it could make words
    mean others.
    """
    written = (proof.get("@context") for proof in _proofs(document))
    for context in (one[0] for one in written if isinstance(one, list) and len(one) == 1):
        kept, combined = _combined.get(id(contexts), (None, contexts))
        if kept is contexts and combined[_ITS_OWN] == context:
            return combined
        if isinstance(context, dict) and _digest(context) == OWN_CONTEXT:
            _combined.clear()
            _combined[id(contexts)] = (contexts, {**contexts, _ITS_OWN: context})
            return _combined[id(contexts)][1]
    return contexts


def _proofs(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The proofs of a document, and those of the credentials that it holds out."""
    for part in (document, *_objects(document.get("verifiableCredential"))):
        yield from _objects(part.get("proof"))


def _objects(value: object) -> list[Mapping[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [element for element in listed if isinstance(element, dict)]


def _digest(context: Mapping[str, Any]) -> str:
    try:
        return sha256(rfc8785.dumps([context])).hexdigest()
    except (rfc8785.CanonicalizationError, RecursionError):
        return ""


def _verify_typed(
    document: Mapping[str, Any], proof: Proof, holder: Holder, pipe: DidkitPipe
) -> None:
    """Ethereum EIP712 Signature 2021: who signed the JSON as it stands, and what didkit says."""
    # Deferred: Keccak, and what else is used for no other proof.
    from wallet.credentials.formats.legacy.typed_data import read  # noqa: PLC0415

    value = proof.raw["proofValue"]
    for typed in read(document, proof.raw):
        if holder.is_key(recover(value, typed.digest())):
            break
    else:
        raise ProofInvalid("the key of the proof did not sign the document as it stands")
    declared = "eip712Domain" if "eip712Domain" in proof.raw else "eip712"
    shown = {**proof.raw, declared: typed.declaration()}
    try:
        require_to_hold(pipe, {**document, "proof": shown}, proof)
    except ProofInvalid as error:
        if NOT_THEIRS in str(error):
            raise
        raise UnsupportedFormat(
            "the signature holds for the document as it stands, and didkit reads it otherwise",
            hint="it writes times anew before it hashes them, as 09:00:00Z for 09:00:00.000Z",
        ) from error
