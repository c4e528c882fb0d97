"""Credentials with a base proof (ecdsa-sd-2023): issued, and parts of them worked out to be shown.

The holder gets a signature to each statement, and shows those that they choose, with the ones that
the issuer has always shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from wallet.actions.securing import BY_PARTS, Prepared
from wallet.actions.selective import place_in, trails
from wallet.credentials.errors import CredentialError, ProofInvalid
from wallet.credentials.formats.data_integrity import selective_suite_of
from wallet.credentials.model import Credential
from wallet.credentials.strict_json import read_json, write_json
from wallet.credentials.terms import claim_term
from wallet.credentials.timestamps import write_timestamp
from wallet.errors import BadInput
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from wallet.actions.securing import Mechanism
    from wallet.credentials.jsonld import Contexts
    from wallet.messages import Message
    from wallet.registrars.registrar import SigningKey

_SUBJECT: Final = "credentialSubject"


def base_suite(document: Mapping[str, Any]) -> str | None:
    """The suite of the base proof that a document has, if it has one: for its holder alone."""
    present = document.get("proof")
    for proof in present if isinstance(present, list) else [present]:
        if not isinstance(proof, dict):
            continue
        kind, name = proof.get("type"), proof.get("cryptosuite")
        if isinstance(kind, str) and isinstance(name, str):
            suite = selective_suite_of(kind, name)
            if suite is not None and suite.is_base(proof):
                return name
    return None


def is_shown_by_parts(credential: Credential) -> bool:
    """Whether its holder shows parts of it.

    Raises:
        BadInput: it has a base proof that nothing can be shown of here.
    """
    suite = base_suite(credential.document)
    if suite is not None and suite not in BY_PARTS:
        raise BadInput(f"it has a base proof of {suite}, of which no part can be shown here yet")
    return suite is not None


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
                hint=f"issue it with --suite {min(BY_PARTS)}",
            )
        return ()
    # Deferred: few credentials are secured so.
    from wallet.credentials.formats.data_integrity.selective import pointers  # noqa: PLC0415

    subject = unsigned[_SUBJECT]
    claims = [name for name in subject if name != "id"]
    chosen = [
        (_SUBJECT, *place_in(subject, one if one[:1] == "/" else claim_term(one), claims))
        for one in wanted
    ]
    written = (pointers.write_pointer(path) for path in [(_SUBJECT, "id"), *chosen])
    return tuple(dict.fromkeys((*pointers.never_withheld(unsigned), *written)))


def prepare_base(
    unsigned: Mapping[str, Any],
    mandatory: Sequence[str],
    *,
    key: SigningKey,
    now: datetime,
    contexts: Contexts,
) -> Prepared:
    """A credential with a base proof, up to the issuer's signature.

    Raises:
        NotInDocument: a pointer leads into what is one statement.
        UnsupportedFormat: the key makes no such proof.
        CredentialError: not all of it would be covered.
    """
    # Deferred: as above.
    from wallet.credentials.formats.data_integrity.signing import check_algorithm  # noqa: PLC0415
    from wallet.credentials.formats.data_integrity.suites.ecdsa_sd import (  # noqa: PLC0415
        ECDSA_SD,
        propose_base,
    )

    check_algorithm(ECDSA_SD, key.signer.public_key)
    options = {
        "created": write_timestamp(now),
        "verificationMethod": key.verification_method,
        "proofPurpose": Relationship.ASSERTION_METHOD.value,
    }
    written = write_json(unsigned)
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


def part_of(
    credential: Credential, wanted: Sequence[str] | None, *, holder: str, contexts: Contexts
) -> Credential:
    """The part of a credential that some claims are in, with its derived proof; None is all of it.

    What a credential is about, by whom and until when is shown in each case.

    Raises:
        BadInput: there is nothing by one of the names.
        NotInDocument: a pointer leads into what is shown as a whole or not at all.
        ProofInvalid: the base proof is not one of this credential.
    """
    # Deferred: as above.
    from wallet.credentials.formats.data_integrity.selective import pointers  # noqa: PLC0415
    from wallet.credentials.formats.data_integrity.suites.ecdsa_sd import derive  # noqa: PLC0415

    document = read_json(credential.raw)
    chosen = [""]
    if wanted is not None:
        places = [(_SUBJECT, *place) for name in wanted for place in trails(credential, name)]
        about = _subject_of(document, holder)
        chosen = [
            *pointers.never_withheld(document),
            *(pointers.write_pointer(path) for path in (about, *places)),
        ]
    derived = write_json(derive(document, chosen, contexts=contexts))
    return Credential.parse(derived)


def always_shown(credential: Credential) -> tuple[str, ...]:
    """The names of the claims that the issuer has always shown, whole or in part."""
    return _always(credential.document, _mandatory_pointers(credential))


def part_facts(
    document: Mapping[str, Any], mandatory: Sequence[str]
) -> Iterator[tuple[Message, Message | str]]:
    """What is always shown of a credential, and what its holder can hide, for a person."""
    always = _always(document, mandatory)
    claims = _claims_in(document)
    told = [_told(pointer) for pointer in mandatory]
    yield say("Always shown"), ", ".join(told) or say("nothing")
    yield say("Can be hidden"), ", ".join(n for n in claims if n not in always) or say("nothing")


def parts_told(credential: Credential) -> Iterator[tuple[Message, Message | str]]:
    """As `part_facts`, of a credential with a base proof; nothing of others."""
    if base_suite(credential.document) in BY_PARTS:
        yield from part_facts(credential.document, _mandatory_pointers(credential))


def _mandatory_pointers(credential: Credential) -> tuple[str, ...]:
    # Deferred: as above.
    from wallet.credentials.formats.data_integrity.selective.disclosure import (  # noqa: PLC0415
        base_proof_of,
    )
    from wallet.credentials.formats.data_integrity.selective.ecdsa_values import (  # noqa: PLC0415
        NAME,
        BaseValue,
    )

    try:
        value = BaseValue.parse(base_proof_of(credential.document, NAME).get("proofValue"))
    except ProofInvalid:
        return ()
    return value.mandatory_pointers


def _always(document: Mapping[str, Any], mandatory: Sequence[str]) -> tuple[str, ...]:
    # Deferred: as above.
    from wallet.credentials.formats.data_integrity.selective import pointers  # noqa: PLC0415

    try:
        part = pointers.select(document, mandatory)
    except CredentialError:  # a pointer that leads to nothing: then the proof does not hold
        return ()
    return () if part is None else _claims_in(part)


def _claims_in(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of what a document, or a part of one, says of its subjects."""
    subject = document.get(_SUBJECT, {})
    subjects = subject if isinstance(subject, list) else [subject]
    return tuple(
        dict.fromkeys(name for one in subjects for name in one if name not in {"id", "type"})
    )


def _told(pointer: str) -> str:
    """A pointer into the subject as a person names a claim; others as they are, without `/`."""
    if pointer in {"", f"/{_SUBJECT}", f"/{_SUBJECT}/id"}:
        return pointer.removeprefix("/") or "/"
    return pointer.removeprefix(f"/{_SUBJECT}/").removeprefix("/")


def _subject_of(document: Mapping[str, Any], holder: str) -> tuple[str | int, ...]:
    """Where the credential says that it is about its holder."""
    subject = document[_SUBJECT]
    if not isinstance(subject, list):
        return (_SUBJECT, "id")
    at = next(index for index, one in enumerate(subject) if one.get("id") == holder)
    return (_SUBJECT, at, "id")
