"""Base proofs, of which a holder shows parts (ecdsa-sd-2023, bbs-2023): made, and shown.

By bbs-2023, one may be bound to a secret of its holder's, who alone can show it then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.actions.base_proofs import dated, prepare_base
from wallet.actions.securing import BBS_SUITE, Mechanism
from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.formats.data_integrity import SELECTIVE_SUITES
from wallet.credentials.formats.data_integrity.selective.pointers import never_withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from wallet.credentials.jsonld import Contexts
    from wallet.registrars.registrar import BbsKey, SigningKey


def with_base_proof(
    document: Mapping[str, Any],
    suite: str,
    mandatory: Sequence[str] | None,
    *,
    key: SigningKey | BbsKey,
    now: datetime,
    contexts: Contexts,
    commitment: bytes | None = None,
) -> bytes:
    """The credential with its base proof; a holder cannot hide what `mandatory` points to.

    Where nothing was said of that, it is what no holder should be able to hide. The context that
    defines the proof is added where none of the credential's does. `commitment` is that of the
    holder to whose secret it is bound.

    Raises:
        UnsupportedFormat: the suite does not sign with such a key.
        CredentialError: not all of the credential would be covered, a pointer leads nowhere, or the
            commitment does not hold.
    """
    if key.signer.public_key.algorithm not in SELECTIVE_SUITES[suite].algorithms:
        raise UnsupportedFormat(f"{suite} does not sign with a key like {key.verification_method}")
    if "proof" in document:
        raise InvalidCredential("$.proof", "is there already, and a base proof stands alone")
    whole = _with_context(document, SELECTIVE_SUITES[suite].contexts)
    return prepare_base(
        whole,
        never_withheld(whole) if mandatory is None else mandatory,
        key=key,
        now=dated(now, Mechanism("di", suite)),
        contexts=contexts,
        commitment=commitment,
    ).finish()


def is_bound_base(credential: Mapping[str, Any]) -> bool:
    """Whether it has a base proof that is bound to its holder's secret. Raises `ProofInvalid`."""
    proof = credential.get("proof")
    if not isinstance(proof, dict) or proof.get("cryptosuite") != BBS_SUITE:
        return False
    # Deferred: it loads its curve.
    from wallet.credentials.formats.data_integrity.suites import bbs  # noqa: PLC0415

    return bbs.is_bound(credential)


def _with_context(document: Mapping[str, Any], contexts: tuple[str, ...]) -> dict[str, Any]:
    """Data Integrity 1.0, section 2.4.1: the words of the proof are defined by one of them."""
    value = document.get("@context", [])
    present = value if isinstance(value, list) else [value]
    if any(context in contexts for context in present):
        return dict(document)
    return {**document, "@context": [*present, contexts[0]]}
