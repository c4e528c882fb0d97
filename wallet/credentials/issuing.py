"""VC Data Model 2.0, section 4: a credential, not yet secured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import CREDENTIALS_V2, UNDEFINED_TERMS_V2
from wallet.credentials.model import Credential
from wallet.credentials.terms import claim_term, type_term
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["UNDEFINED_TERMS_V2", "claim_members", "unsigned_credential"]


def unsigned_credential(
    *,
    issuer: str,
    subject: str,
    type: str,  # noqa: A002 - the standard's word
    claims: Mapping[str, str],
    valid_from: datetime,
    valid_until: datetime | None = None,
    id: str | None = None,  # noqa: A002 - the standard's word
) -> dict[str, Any]:
    """What `issuer` says of `subject`, both DIDs; type and claims are named in a person's words.

    Where its type had to be written otherwise (`terms`), the credential's `name` keeps the words.

    Raises:
        InvalidCredential: a name makes no term, or the credential would be malformed.
    """
    term = type_term(type)
    document = {
        "@context": [CREDENTIALS_V2, UNDEFINED_TERMS_V2],
        **({} if id is None else {"id": id}),
        "type": ["VerifiableCredential", term],
        **({} if term == type else {"name": type}),
        "issuer": issuer,
        "validFrom": write_timestamp(valid_from),
        **({} if valid_until is None else {"validUntil": write_timestamp(valid_until)}),
        "credentialSubject": {"id": subject, **claim_members(claims)},
    }
    Credential.of(document)
    return document


def claim_members(claims: Mapping[str, str]) -> dict[str, str]:
    """The claims as members of a subject.

    Raises:
        InvalidCredential: a name makes no term, or two make the same one.
    """
    members = {claim_term(name): value for name, value in claims.items()}
    if len(members) != len(claims):
        raise InvalidCredential("claim", "two names are the same once written as terms")
    return members
