"""Base proofs (ecdsa-sd-2023, bbs-2023): credentials of which their holder shows parts, issued.

By ecdsa-sd-2023 the holder gets a signature to each statement; by bbs-2023 one over all, of which
each proof is new, and which may be bound to a secret of the holder's.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from wallet.actions.securing import BBS_SUITE, BY_PARTS, Prepared
from wallet.actions.selective import place_in
from wallet.credentials.strict_json import read_json, write_json
from wallet.credentials.terms import claim_term
from wallet.credentials.timestamps import write_timestamp
from wallet.errors import BadInput
from wallet.exchange.claim_paths import claim_named
from wallet.messages import say
from wallet.registrars.registrar import BbsKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from wallet.actions.securing import Mechanism
    from wallet.credentials.jsonld import Contexts
    from wallet.messages import Message
    from wallet.registrars.registrar import SigningKey

_SUBJECT: Final = "credentialSubject"


def mandatory_of(
    way: Mechanism, unsigned: Mapping[str, Any], wanted: Sequence[str]
) -> tuple[str, ...]:
    """Pointers to what a holder cannot hide: what was named, whom it is about, how long it holds.

    Raises:
        BadInput: there is nothing by one of the names; or it is not secured by parts.
    """
    if not way.by_parts:
        if wanted:
            raise BadInput(
                "only a credential that is secured by parts has claims that are always shown",
                hint=f"issue it with --suite {' or '.join(sorted(BY_PARTS))}",
            )
        return ()
    # Deferred: few credentials are secured so.
    from wallet.credentials.formats.data_integrity.selective import pointers  # noqa: PLC0415

    subject = unsigned[_SUBJECT]
    claims = [name for name in subject if name != "id"]
    about = [(_SUBJECT, "id")] if "id" in subject else []
    named = [claim_named(one) for one in wanted]
    chosen = [
        (_SUBJECT, *place_in(subject, one if one[:1] == "/" else claim_term(one), claims))
        for one in named
    ]
    written = (pointers.write_pointer(path) for path in [*about, *chosen])
    return tuple(dict.fromkeys((*pointers.never_withheld(unsigned), *written)))


def dated(now: datetime, way: Mechanism) -> datetime:
    """When a credential is issued: by bbs-2023, its day, for the second is a mark of it."""
    if way.suite != BBS_SUITE:
        return now
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def marks_told(unsigned: Mapping[str, Any], way: Mechanism) -> Iterator[Message]:
    """What of a credential by bbs-2023 would link all that is shown of it, though no proof does."""
    if way.suite != BBS_SUITE:
        return
    if "id" in unsigned[_SUBJECT]:
        yield say(
            "whom it is about is shown each time, so that verifiers can tell that it is the same"
            " credential: --unnamed leaves it out"
        )
    if "credentialStatus" in unsigned:
        yield say(
            "its place in the status list is shown each time, so that verifiers can tell that it is"
            " the same credential"
        )


def prepare_base(
    unsigned: Mapping[str, Any],
    mandatory: Sequence[str],
    *,
    key: SigningKey | BbsKey,
    now: datetime,
    contexts: Contexts,
    commitment: bytes | None = None,
) -> Prepared:
    """A credential with a base proof, up to the issuer's signature.

    The key says by which suite; `commitment` is that of the holder to whose secret it is bound.

    Raises:
        NotInDocument: a pointer leads into what is one statement.
        ProofInvalid: the commitment does not show that what it hides is known.
        UnsupportedFormat: the key makes no such proof.
        CredentialError: not all of it would be covered.
    """
    options = {
        "created": write_timestamp(now),
        "verificationMethod": key.verification_method,
        "proofPurpose": Relationship.ASSERTION_METHOD.value,
    }
    written = write_json(unsigned)
    if isinstance(key, BbsKey):
        return _prepare_bbs(written, options, mandatory, key, contexts, commitment)
    # Deferred: as above.
    from wallet.credentials.formats.data_integrity.signing import check_algorithm  # noqa: PLC0415
    from wallet.credentials.formats.data_integrity.suites.ecdsa_sd import (  # noqa: PLC0415
        ECDSA_SD,
        propose_base,
    )

    check_algorithm(ECDSA_SD, key.signer.public_key)
    document = read_json(written)
    proposed = propose_base(document, options, mandatory, contexts=contexts)

    def finish() -> bytes:
        signature = key.signer.sign(proposed.signing_bytes)
        return write_json({**document, "proof": proposed.signed(signature, key.signer.public_key)})

    return Prepared(
        # What is not mandatory was signed by a key of the proof's own: it is bound beside it.
        proposed.signing_bytes + written,
        f"Data Integrity {ECDSA_SD.name}, {key.verification_method}",
        finish,
    )


def _prepare_bbs(
    written: bytes,
    options: Mapping[str, Any],
    mandatory: Sequence[str],
    key: BbsKey,
    contexts: Contexts,
    commitment: bytes | None,
) -> Prepared:
    # Deferred: as above.
    from did.bbs.blind import check_commitment  # noqa: PLC0415
    from wallet.credentials.formats.data_integrity.suites.bbs import (  # noqa: PLC0415
        propose_base,
        refusals,
    )

    if commitment is not None:
        with refusals():
            check_commitment(commitment)
    document = read_json(written)
    proposed = propose_base(document, options, mandatory, commitment=commitment, contexts=contexts)

    def finish() -> bytes:
        signature = proposed.sign(key.signer)
        return write_json({**document, "proof": proposed.signed(signature, key.signer.public_key)})

    return Prepared(
        # The header names what is mandatory; the other statements follow from the document.
        proposed.header + written + (commitment or b""),
        f"Data Integrity {BBS_SUITE}, {key.verification_method}",
        finish,
    )
