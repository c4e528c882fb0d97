"""Credentials of which a part is shown: bound to their holder's key, and shown claim by claim.

One way of saying what is shown serves every such format: a claim's name, or the JSON pointer
(RFC 6901) of something in it, `/address/city`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from did.encoding import to_jwk
from did.methods.jwk import jwk_did
from wallet.actions.securing import Prepared
from wallet.credentials.formats.sd_jwt.opening import open_sd_jwt
from wallet.credentials.formats.sd_jwt.securing import issuance, showing
from wallet.entries import dids
from wallet.errors import BadInput
from wallet.exchange.claim_paths import steps_of
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from did.keys import PublicKey
    from wallet.actions.securing import Request
    from wallet.credentials.json_path import Trail
    from wallet.credentials.model import Credential
    from wallet.entries import Contact, OwnDID
    from wallet.messages import Message
    from wallet.registrars.registrar import SigningKey
    from wallet.wallet import Wallet

UNBOUND: Final = say(
    "it is bound to no key, since the subject's DID has none that can be found now: whoever has a"
    " copy can show it"
)


def is_selective(credential: Credential) -> bool:
    """Whether its holder can leave claims out of what is shown."""
    return b"~" in credential.raw and not credential.raw.lstrip().startswith(b"{")


def key_of(wallet: Wallet, subject: Contact) -> PublicKey | None:
    """The key that somebody shows by that a credential is theirs, where it can be found now."""
    document = wallet.resolver.resolve(str(subject.did)).document
    if document is None:
        return None
    for method in document.verification_methods:
        if document.authorizes(method.id, Relationship.AUTHENTICATION) and method.public_key:
            return method.public_key
    return None


def prepare_issue(
    wallet: Wallet,
    issuer: OwnDID,
    subject: Contact,
    unsigned: Mapping[str, Any],
    *,
    key: SigningKey,
    until: datetime | None,
) -> tuple[Prepared, tuple[Message, ...]]:
    """An SD-JWT VC up to its signature, and what is doubtful about it.

    `unsigned` is the credential in the form of the VC Data Model. Each claim can be shown or hidden
    by its holder.

    Raises:
        BadInput: the credential says something that an SD-JWT VC has no place for.
        InvalidCredential: a claim has a name that it cannot have.
        UnsupportedFormat: no JWT is signed with such a key.
    """
    for name in ("credentialSchema", "credentialStatus"):
        if name in unsigned:
            raise BadInput(f"an SD-JWT has no place for {name!r}", hint="issue it by --format jwt")
    holder = key_of(wallet, subject)
    claims = {n: v for n, v in unsigned["credentialSubject"].items() if n != "id"}
    made = issuance(
        claims,
        type=unsigned["type"][-1],
        issuer=issuer.id,
        verification_method=key.verification_method,
        signer=key.signer,
        issued=wallet.clock(),
        draw=wallet.draw,
        subject=str(subject.did),
        holder=holder,
        expires=until,
        status=unsigned.get("status"),
    )
    prepared = Prepared(
        made.proposal.signing_bytes,
        f"SD-JWT {made.proposal.alg}, {key.verification_method}",
        lambda: made.finish(key.signer.sign(made.proposal.signing_bytes)),
    )
    return prepared, () if holder is not None else (UNBOUND,)


def holder_among(wallet: Wallet, credential: Credential) -> OwnDID | None:
    """The wallet's DID that a credential is about, by its DID or by the key it is bound to."""
    own = dids(wallet.vault)
    found = next((one for one in own if one.id in credential.subjects), None)
    if found is not None or not any(did.startswith("did:jwk:") for did in credential.subjects):
        return found
    return next((one for one in own if _bound_did(wallet, one) in credential.subjects), None)


def _bound_did(wallet: Wallet, own: OwnDID) -> str:
    try:
        signing = wallet.registrars[own.did.method].signing(
            own, purpose=Relationship.AUTHENTICATION
        )
    except BadInput:  # it signs nothing
        return ""
    return str(jwk_did(signing.signer.public_key))


def shown(
    credential: Credential,
    wanted: Sequence[str],
    *,
    request: Request,
    key: SigningKey,
    at: datetime,
) -> tuple[Prepared, Mapping[str, Any]]:
    """A part of an SD-JWT for one verifier, up to its key binding; and what can be read of it.

    Raises:
        BadInput: there is nothing by one of the names.
        InvalidCredential: it is bound to another key.
    """
    made = showing(
        credential.raw.strip(),
        [trail(credential, name) for name in wanted],
        nonce=request.challenge,
        audience=request.domain,
        created=at,
        signer=key.signer,
    )
    unbound = made.compact.write().encode("ascii")
    document = open_sd_jwt(unbound).document
    if made.binding is None:
        return Prepared(unbound, "SD-JWT", lambda: made.finish(None)), document
    bound = made.binding
    return (
        Prepared(
            unbound + bound.signing_bytes,
            f"SD-JWT, {to_jwk(key.signer.public_key)['kty']} {bound.alg}",
            lambda: made.finish(key.signer.sign(bound.signing_bytes)),
        ),
        document,
    )


def trail(credential: Credential, name: str) -> Trail:
    """The place of a claim: of a name, itself; of a JSON pointer, what it leads to.

    Raises:
        BadInput: there is nothing.
    """
    return place_in(credential.document["credentialSubject"], name, credential.claims)


def trails(credential: Credential, name: str) -> tuple[Trail, ...]:
    """The places of a claim; there are several where several subjects have one of that name.

    Raises:
        BadInput: there is none.
    """
    subject = credential.document["credentialSubject"]
    if not isinstance(subject, list) or name.startswith("/"):
        return (trail(credential, name),)
    found = tuple((index, name) for index, one in enumerate(subject) if name in one)
    return found or (place_in({}, name, credential.claims),)


def place_in(subject: Any, name: str, claims: Sequence[str]) -> Trail:
    """The place of a claim in a subject, or list of them, with claims of these names.

    Raises:
        BadInput: there is nothing.
    """
    value = subject
    place: list[str | int] = []
    for step in steps_of(name):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            place.append(int(step))
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            place.append(step)
            value = value[step]
        else:
            has = ", ".join(claims) or "none"
            raise BadInput(f"it has no claim {name!r:.100}", hint=f"it has: {has}")
    return tuple(place)


def names_in(claims: Sequence[str]) -> tuple[str, ...]:
    """The names of the claims that names and pointers lead into, each once."""
    return tuple(dict.fromkeys(_name_in(steps_of(claim)) for claim in claims))


def _name_in(steps: Sequence[str]) -> str:
    """The first step that is a name: of several subjects, the first says which."""
    return next((step for step in steps if not step.isdecimal()), steps[0])
