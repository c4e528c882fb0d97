"""SD-JWT VC, section 2.5, and RFC 7515, section 4.1.6: an issuer whom a certificate in `x5c` names.

The issuer is then the subject of the first certificate, and `iss` may be missing. Nothing that is
read here is worth anything before the certificates lead to a trusted root.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Final

from did.base_encodings import encode_base64url
from did.values import dataclass, field
from wallet.credentials.certificate_uses import is_for
from wallet.credentials.certificates import MAX_CHAIN, read_certificate, subject_of
from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.form import CERTIFICATE
from wallet.credentials.formats.jose.claims import Claims
from wallet.credentials.formats.jose.token import CERTIFICATES
from wallet.credentials.json_path import ROOT, child

if TYPE_CHECKING:
    from wallet.credentials.formats.jose.token import Token

_PLACE: Final = f"header.{CERTIFICATES}"
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)
_DER: Final = (b"\x30\x81", b"\x30\x82")
"""How a certificate in DER begins, and no text does."""
_DIGEST: Final = "x5t#S256"
_DID: Final = "did:"


@dataclass(frozen=True, slots=True)
class Certified:
    """The certificates that a token brings, and whom the first of them names.

    Attributes:
        chain: in DER, the signer's first; of the others nothing is known.
        id: the digest of the first (RFC 6920), which nobody's name can be taken for.
        subject: whom it names, by RFC 4514.
        claimed: `iss`, or None where the token has none.
        is_for_claimed: whether the certificate is for that name, too.
    """

    chain: tuple[bytes, ...] = field(repr=False)
    id: str
    subject: str
    claimed: str | None
    is_for_claimed: bool

    @property
    def name(self) -> str:
        """What a person calls the issuer: `iss` counts where the certificate is for it."""
        return f"{self.claimed} ({self.subject})" if self.is_for_claimed else self.subject


def read_certified(token: Token) -> Certified:
    """Whom the certificates in a token's header name.

    Raises:
        InvalidCredential: they are none, or the token names a DID or another certificate beside.
        TooComplex: there are more than are looked at.
    """
    claimed = Claims.read(token.header, token.payload).iss
    _refuse_did(claimed, child(ROOT, "iss"))
    _refuse_did(token.kid, "header.kid")
    chain = chain_in(token)
    digest = encode_base64url(hashlib.sha256(chain[0]).digest())
    if token.header.get(_DIGEST, digest) != digest:
        raise InvalidCredential(f"header.{_DIGEST}", "is of another certificate than the first")
    signer = read_certificate(chain[0])
    return Certified(
        chain,
        f"{CERTIFICATE}{digest}",
        subject_of(signer),
        claimed,
        claimed is not None and is_for(signer, claimed),
    )


def _refuse_did(name: str | None, place: str) -> None:
    """SD-JWT VC, section 7.2: who makes a token must not choose how a name's keys are found."""
    if name is not None and name.lower().startswith(_DID):
        raise InvalidCredential(
            place, "is a DID, whose keys come from its document alone, and certificates are there"
        )


def chain_in(token: Token) -> tuple[bytes, ...]:
    """The certificates in a token's header, in DER, the signer's first.

    Raises:
        InvalidCredential: they are none.
        TooComplex: there are more than are looked at.
    """
    value = token.header.get(CERTIFICATES)
    if not isinstance(value, list | tuple) or not value:
        raise InvalidCredential(_PLACE, "must be a list of certificates")
    if len(value) > MAX_CHAIN:
        raise TooComplex(f"it brings {len(value)} certificates; {MAX_CHAIN} are read")
    return tuple(map(_der, value))


def _der(text: object) -> bytes:
    """RFC 4648, section 4, and not base64url; padded, on one line, in the one way there is."""
    if isinstance(text, str) and _BASE64.fullmatch(text) and len(text) % 4 == 0:
        data = b64decode(text)
        if data.startswith(_DER) and b64encode(data).decode("ascii") == text:
            return data
    raise InvalidCredential(_PLACE, "must hold certificates in DER, each in base64 with padding")
