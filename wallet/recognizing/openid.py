"""What OpenID for Verifiable Credential Issuance and Presentations put into a link or a QR code.

OpenID4VCI 1.0, section 4.1: a credential offer. OpenID4VP 1.0, section 5: a request. They are only
told here; nothing is fetched, and nothing answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import CredentialError
from wallet.credentials.strict_json import read_json
from wallet.messages import say
from wallet.recognizing.recognized import LATER, Recognized, What

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wallet.messages import Message

    Facts = tuple[tuple[Message, str], ...]

_MOST: Final = 20
"""Types that are told of one offer or request."""


def is_offer(value: Mapping[str, Any]) -> bool:
    """Whether an object is a credential offer."""
    return "credential_issuer" in value or "credential_configuration_ids" in value


def is_asked(value: Mapping[str, Any]) -> bool:
    """Whether an object is a request of OpenID4VP."""
    return not {"dcql_query", "presentation_definition"}.isdisjoint(value)


def offered_by(value: Mapping[str, Any], link: Mapping[str, str] | None = None) -> Recognized:
    """A credential offer: who offers what."""
    issuer = value.get("credential_issuer")
    offered = value.get("credential_configuration_ids", value.get("credentials"))
    if not isinstance(issuer, str) or not issuer:
        return _unreadable("credential_issuer")
    if not isinstance(offered, list) or not all(isinstance(one, str) for one in offered):
        return _unreadable("credential_configuration_ids")
    facts = ((say("Issuer"), issuer), *((say("Type"), one) for one in offered[:_MOST]))
    return Recognized(What.OFFER, facts=facts, caution=LATER, link=link or {})


def asked_by(value: Mapping[str, Any], link: Mapping[str, str] | None = None) -> Recognized:
    """A request: who asks, for what, and where the answer goes."""
    named = (
        (say("Verifier"), value.get("client_id")),
        (say("Answered to"), value.get("response_uri", value.get("redirect_uri"))),
    )
    facts: Facts = (
        *((label, text) for label, text in named if isinstance(text, str) and text),
        *((say("Type"), one) for one in _wanted(value)[:_MOST]),
    )
    return Recognized(What.ASKED, facts=facts, caution=LATER, link=link or {})


def by_parameters(parameters: Mapping[str, str]) -> Recognized | None:
    """What a link's parameters say; None where they are no offer and no request.

    Raises:
        CredentialError: what should be JSON in them is none.
    """
    if (offer := parameters.get("credential_offer")) is not None:
        value = read_json(offer.encode())
        return offered_by(value, parameters) if isinstance(value, dict) else _unreadable("offer")
    if (address := parameters.get("credential_offer_uri")) is not None:
        facts = ((say("To be fetched from"), address),)
        return Recognized(What.OFFER, facts=facts, caution=LATER, link=parameters)
    if not {"request_uri", "request", "dcql_query", "presentation_definition"}.isdisjoint(
        parameters
    ):
        value = {**parameters, **dict(_parsed(parameters))}
        found = asked_by(value, parameters)
        fetched = parameters.get("request_uri")
        more = () if fetched is None else ((say("To be fetched from"), fetched),)
        return Recognized(What.ASKED, (*found.facts, *more), caution=LATER, link=parameters)
    return None


def _parsed(parameters: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name in ("dcql_query", "presentation_definition"):
        if name in parameters:
            yield name, read_json(parameters[name].encode())


def _wanted(value: Mapping[str, Any]) -> tuple[str, ...]:
    """The types, or what stands for them, that a query names (OpenID4VP 1.0, section 6)."""
    query = value.get("dcql_query")
    if isinstance(query, str):
        try:
            query = read_json(query.encode())
        except CredentialError:
            return ()
    listed = query.get("credentials") if isinstance(query, dict) else None
    found = [_type(one) for one in listed] if isinstance(listed, list) else []
    return tuple(dict.fromkeys(one for one in found if one))


def _type(query: Any) -> str:
    meta = query.get("meta") if isinstance(query, dict) else None
    match meta:
        case {"type_values": [[str(name), *_], *_]} | {"vct_values": [str(name), *_]}:
            return name
        case {"doctype_value": str(name)}:
            return name
        case _:
            return ""


def _unreadable(member: str) -> Recognized:
    reason = say("it cannot be read: {why}", why=f"no {member!r} that can be used")
    return Recognized(What.UNREADABLE, reason=reason)
