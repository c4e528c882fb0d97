"""Credentials with a base proof (ecdsa-sd-2023, bbs-2023): parts of them, worked out to be shown.

The holder shows the statements that they choose, with those that the issuer has always shown.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.securing import BBS_SUITE
from wallet.actions.selective import trails
from wallet.credentials.errors import CredentialError
from wallet.credentials.formats.data_integrity import selective_suite_of
from wallet.credentials.model import Credential
from wallet.credentials.strict_json import read_json, write_json
from wallet.errors import BadInput
from wallet.messages import say
from wallet.sources import wallet_contexts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from wallet.messages import Message
    from wallet.wallet import Wallet

_SUBJECT: Final = "credentialSubject"
_HEADER: Final = 16
"""Bytes that are drawn for each proof of bbs-2023."""


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
    """Whether its holder shows parts of it."""
    return base_suite(credential.document) is not None


def is_unlinkable(credential: Credential) -> bool:
    """Whether each proof of a part of it is new, so that none is a mark of the credential."""
    return base_suite(credential.document) == BBS_SUITE


def part_of(
    wallet: Wallet, credential: Credential, wanted: Sequence[str] | None, *, holder: str
) -> Credential:
    """The part of a credential that some claims are in, with its derived proof; None is all of it.

    What a credential is about, by whom and until when is shown in each case.

    Raises:
        BadInput: there is nothing by one of the names.
        NotInDocument: a pointer leads into what is shown as a whole or not at all.
        ProofInvalid: the base proof is not one of this credential, or is bound to another secret.
    """
    # Deferred: few credentials are secured so.
    from wallet.credentials.formats.data_integrity.selective import pointers  # noqa: PLC0415

    document = read_json(credential.raw)
    chosen = [""]
    if wanted is not None:
        places = [(_SUBJECT, *place) for name in wanted for place in trails(credential, name)]
        about = _subject_of(document, holder)
        if about is None and not places:
            raise BadInput(
                "nothing of it would be shown but that there is one",
                hint=f"name what to show: --disclose {credential.claims[0]}",
            )
        chosen = [
            *pointers.never_withheld(document),
            *(pointers.write_pointer(path) for path in (*filter(None, [about]), *places)),
        ]
    derive = derived_by_bbs if is_unlinkable(credential) else _derives_ecdsa
    return Credential.parse(write_json(derive(wallet, credential, document, chosen)))


def _derives_ecdsa(
    wallet: Wallet, _: Credential, document: Mapping[str, Any], chosen: Sequence[str]
) -> dict[str, Any]:
    # Deferred: as above.
    from wallet.credentials.formats.data_integrity.suites.ecdsa_sd import derive  # noqa: PLC0415

    return derive(document, chosen, contexts=wallet_contexts(wallet.home))


def derived_by_bbs(
    wallet: Wallet, credential: Credential, document: Mapping[str, Any], chosen: Sequence[str]
) -> dict[str, Any]:
    """The part of a credential that pointers lead to; by the wallet's secret where it is bound.

    Raises:
        ProofInvalid: as `disclosed_part`.
        CredentialError: as the suite's `derive`.
    """
    # Deferred: as above.
    from wallet.credentials.formats.data_integrity.suites.bbs import (  # noqa: PLC0415
        derive,
        is_bound,
    )

    return derive(
        document,
        chosen,
        # Two proofs of one part then differ in this, too.
        presentation_header=secrets.token_bytes(_HEADER),
        binding=wallet.vault.bbs_holder(credential.issuer) if is_bound(document) else None,
        contexts=wallet_contexts(wallet.home),
    )


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
    if is_shown_by_parts(credential):
        yield from part_facts(credential.document, _mandatory_pointers(credential))


def _mandatory_pointers(credential: Credential) -> tuple[str, ...]:
    # Deferred: as above.
    from wallet.credentials.formats.data_integrity.selective import (  # noqa: PLC0415
        bbs_values,
        ecdsa_values,
    )
    from wallet.credentials.formats.data_integrity.selective.disclosure import (  # noqa: PLC0415
        base_proof_of,
    )

    name = base_suite(credential.document) or ""
    parse: Callable[[object], bbs_values.BaseValue | ecdsa_values.BaseValue] = (
        bbs_values.BaseValue.parse if name == BBS_SUITE else ecdsa_values.BaseValue.parse
    )
    try:
        value = parse(base_proof_of(credential.document, name).get("proofValue"))
    except CredentialError:
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


def _subject_of(document: Mapping[str, Any], holder: str) -> tuple[str | int, ...] | None:
    """Where the credential says that it is about its holder; None where it names nobody."""
    subject = document[_SUBJECT]
    if not isinstance(subject, list):
        return (_SUBJECT, "id") if "id" in subject else None
    at = (index for index, one in enumerate(subject) if one.get("id") == holder)
    return next(((_SUBJECT, index, "id") for index in at), None)
