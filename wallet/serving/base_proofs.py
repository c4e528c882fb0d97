"""Base proofs, for suites of which a holder shows parts: each made in its own steps."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from did.document import Relationship
from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.formats.data_integrity import SELECTIVE_SUITES
from wallet.credentials.formats.data_integrity.selective.pointers import never_withheld
from wallet.credentials.formats.data_integrity.signing import check_algorithm
from wallet.credentials.strict_json import read_json, write_json
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from wallet.credentials.jsonld import Contexts
    from wallet.registrars.registrar import SigningKey


class Signs(Protocol):
    """Makes the base proof of a document that has none."""

    def __call__(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        mandatory: Sequence[str],
        key: SigningKey,
        contexts: Contexts,
        /,
    ) -> dict[str, Any]:
        """The proof. Raises CredentialError."""
        ...


def with_base_proof(
    document: Mapping[str, Any],
    suite: str,
    mandatory: Sequence[str] | None,
    *,
    key: SigningKey,
    now: datetime,
    contexts: Contexts,
) -> bytes:
    """The credential with its base proof; a holder cannot hide what `mandatory` points to.

    Where nothing was said of that, it is what no holder should be able to hide. The context that
    defines the proof is added where none of the credential's does.

    Raises:
        UnsupportedFormat: the suite is not signed by here, or not with such a key.
        CredentialError: not all of the credential would be covered, or a pointer leads nowhere.
    """
    if suite not in _SIGNS:
        raise UnsupportedFormat(f"no base proof of {suite} is made here")
    if "proof" in document:
        raise InvalidCredential("$.proof", "is there already, and a base proof stands alone")
    check_algorithm(SELECTIVE_SUITES[suite], key.signer.public_key)
    whole = read_json(write_json(_with_context(document, SELECTIVE_SUITES[suite].contexts)))
    options = {
        "created": write_timestamp(now),
        "verificationMethod": key.verification_method,
        "proofPurpose": Relationship.ASSERTION_METHOD.value,
    }
    pointers = never_withheld(whole) if mandatory is None else mandatory
    return write_json({**whole, "proof": _SIGNS[suite](whole, options, pointers, key, contexts)})


def _ecdsa_sd(
    document: Mapping[str, Any],
    options: Mapping[str, Any],
    mandatory: Sequence[str],
    key: SigningKey,
    contexts: Contexts,
    /,
) -> dict[str, Any]:
    # Deferred: for credentials of this suite.
    from wallet.credentials.formats.data_integrity.suites.ecdsa_sd import sign_base  # noqa: PLC0415

    return sign_base(document, options, mandatory, key.signer, contexts=contexts)


_SIGNS: Final[Mapping[str, Signs]] = MappingProxyType({"ecdsa-sd-2023": _ecdsa_sd})
"""By suite. A suite without a line here is verified and derived from, and not issued by."""

SIGNED: Final = tuple(_SIGNS)


def _with_context(document: Mapping[str, Any], contexts: tuple[str, ...]) -> dict[str, Any]:
    """Data Integrity 1.0, section 2.4.1: the words of the proof are defined by one of them."""
    value = document.get("@context", [])
    present = value if isinstance(value, list) else [value]
    if any(context in contexts for context in present):
        return dict(document)
    return {**document, "@context": [*present, contexts[0]]}
