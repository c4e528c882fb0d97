"""VC-JOSE-COSE 1.0: credentials and presentations of VCDM 2.0 as JWTs or in CBOR, in envelopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from did.document import Relationship
from wallet.credentials.formats.jose import enveloped, secure
from wallet.credentials.formats.vc_cose import attach, enveloped_cose, proposal
from wallet.credentials.strict_json import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wallet.registrars.registrar import SigningKey


def as_token(
    document: Mapping[str, Any], key: SigningKey, *, created: datetime, expires: datetime | None
) -> bytes:
    """A credential as a JWT, in the envelope that stands for it (VCDM 2.0, section 4.13.1).

    Raises:
        CredentialError: it is of VCDM 1.1, or no JWT is signed with such a key.
    """
    token = secure(
        document,
        signer=key.signer,
        verification_method=key.verification_method,
        purpose=Relationship.ASSERTION_METHOD.value,
        issued=created,
        expires=expires,
    )
    return write_json(enveloped(token))


def as_shown_token(
    document: Mapping[str, Any],
    key: SigningKey,
    *,
    created: datetime,
    challenge: str | None,
    domain: str | None,
) -> bytes:
    """The same of a presentation (section 4.13.2). Raises as `as_token`."""
    token = secure(
        document,
        signer=key.signer,
        verification_method=key.verification_method,
        purpose=Relationship.AUTHENTICATION.value,
        issued=created,
        style="vp+jwt",
        challenge=challenge,
        domain=domain,
    )
    return write_json(enveloped(token, presentation=True))


def as_cose(
    document: Mapping[str, Any], key: SigningKey, *, created: datetime, expires: datetime | None
) -> bytes:
    """A credential signed in CBOR, in its envelope. Raises as `as_token`."""
    return _in_cbor(document, key, Relationship.ASSERTION_METHOD, created=created, expires=expires)


def as_shown_cose(
    document: Mapping[str, Any],
    key: SigningKey,
    *,
    created: datetime,
    challenge: str | None,
    domain: str | None,
) -> bytes:
    """The same of a presentation. Raises as `as_token`."""
    purpose = Relationship.AUTHENTICATION
    return _in_cbor(document, key, purpose, created=created, challenge=challenge, domain=domain)


def _in_cbor(
    document: Mapping[str, Any],
    key: SigningKey,
    purpose: Relationship,
    *,
    created: datetime,
    expires: datetime | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> bytes:
    proposed = proposal(
        document,
        signer=key.signer,
        verification_method=key.verification_method,
        purpose=purpose.value,
        issued=created,
        expires=expires,
        challenge=challenge,
        domain=domain,
    )
    cbor = attach(proposed, key.signer.sign(proposed.signing_bytes))
    is_shown = purpose is Relationship.AUTHENTICATION
    return write_json(enveloped_cose(cbor, presentation=is_shown))
