"""Links: to a page, and those by which issuers and verifiers call a wallet."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from wallet.credentials.errors import CredentialError
from wallet.messages import say
from wallet.recognizing.openid import by_parameters
from wallet.recognizing.recognized import LATER, Recognized, What

if TYPE_CHECKING:
    from collections.abc import Mapping

OFFERS: Final = frozenset({"openid-credential-offer", "haip", "haip-vci"})
ASKING: Final = frozenset(
    {"openid4vp", "haip-vp", "mdoc-openid4vp", "eudi-openid4vp", "openid", "openid-vc"}
)
_WEB: Final = frozenset({"https", "http"})
_LONGEST: Final = 65_536
_MOST: Final = 50
"""Parameters of one link."""


def read_link(text: str) -> Recognized | None:
    """What a link is; None where the text is no link that is known here."""
    scheme, colon, _ = text[:40].partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in OFFERS | ASKING | _WEB or " " in text:
        return None
    if scheme in _WEB and not text[len(scheme) :].startswith("://"):
        return None
    if len(text) > _LONGEST:
        return Recognized(What.UNREADABLE, reason=say("the link is too long"))
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        parameters = _parameters(parts.query)
        found = by_parameters(parameters)
    except (ValueError, CredentialError) as error:
        return Recognized(What.UNREADABLE, reason=say("it cannot be read: {why}", why=error))
    if found is not None:
        return found
    if scheme in _WEB:
        return _page(scheme, host, parameters, has_user=parts.username is not None)
    kind = What.OFFER if scheme in OFFERS else What.ASKED
    return Recognized(kind, caution=LATER, link=parameters)


def _page(scheme: str, host: str, parameters: Mapping[str, str], *, has_user: bool) -> Recognized:
    if not host:
        return Recognized(What.UNREADABLE, reason=say("the link names no host"))
    caution = None
    if has_user:
        caution = say("what stands before the @ is not where it leads: that is {host}", host=host)
    elif scheme == "http":
        caution = say("whoever is on the way can read and change what comes from there")
    return Recognized(What.LINK, facts=((say("Host"), host),), caution=caution, link=parameters)


def _parameters(query: str) -> Mapping[str, str]:
    """Raises `ValueError` where there are too many, or one stands there twice."""
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST, errors="strict")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a parameter stands there twice")
    return MappingProxyType(found)
