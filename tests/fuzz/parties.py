"""Who signs what is tried here, what they sign with it, and the judge of it.

Keys are of fixed seeds and protect nothing; everybody is a did:key, which nobody has to be asked
about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import encode_base64url
from did.encoding import encode_multikey, to_jwk
from did.errors import NotFound
from did.keys import ALGORITHMS, SigningKey
from did.resolver import Resolver
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.formats import data_integrity, jose
from wallet.credentials.issuing import UNDEFINED_TERMS_V2, unsigned_credential
from wallet.credentials.strict_json import write_json
from wallet.verify.pipeline import verify
from wallet.verify.policy import DEFAULT
from wallet.verify.sources import Body, Sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.jose import Style
    from wallet.verify.policy import Policy
    from wallet.verify.report import Report

NOW: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)
MADE: Final = NOW - timedelta(hours=1)
CHALLENGE: Final = "c-8f6b3e8e"
DOMAIN: Final = "https://shop.example"
LIST: Final = "https://university.example/status/1"
INDEX: Final = 94_567
ID: Final = "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"
CLAIMS: Final = {"degree": "Bachelor of Science", "毕业日期": "2026-06-30", "level": "4"}
NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})

RESOLVER: Final = Resolver()
"""Knows the methods that need no network."""


@dataclass(frozen=True, slots=True)
class Party:
    """Someone with a did:key."""

    key: SigningKey = field(repr=False)
    did: str

    @classmethod
    def of(cls, algorithm: str = "Ed25519", number: int = 1) -> Party:
        """Someone whose key is of that algorithm; always the same for a number."""
        kind = ALGORITHMS[algorithm]
        key = kind.private_key(bytes((*range(1, kind.secret_size), number)))
        assert isinstance(key, SigningKey)
        return cls(key, f"did:key:{encode_multikey(key.public_key)}")

    @property
    def method(self) -> str:
        """The DID URL of the key."""
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    @property
    def jwk(self) -> bytes:
        """The private key as a JSON Web Key."""
        secret = encode_base64url(self.key.expose_secret())
        return write_json({**to_jwk(self.key.public_key), "d": secret})

    def token(self, payload: object, *, typ: object = "vc+jwt", **header: object) -> bytes:
        """Whatever it is, signed as it is; a member of the header that is None is left out."""
        alg = next(a.name for a in jose.SIGNATURES.values() if a.key == self.key.algorithm)
        members = {"alg": alg, "typ": typ, "kid": self.method, **header}
        present = {name: value for name, value in members.items() if value is not None}
        return self.sign_token(write_json(present), write_json(payload))

    def sign_token(self, header: bytes, payload: bytes) -> bytes:
        """Any two parts of a token, signed."""
        signing_input = f"{encode_base64url(header)}.{encode_base64url(payload)}"
        signature = encode_base64url(self.key.sign(signing_input.encode()))
        return f"{signing_input}.{signature}".encode()


def judge(
    data: bytes,
    web: Mapping[str, bytes] = NOTHING,
    *,
    at: datetime = NOW,
    challenge: str | None = None,
    domain: str | None = None,
    policy: Policy = DEFAULT,
) -> Report:
    """The report on any bytes, where nobody can be asked but for what stands in `web`."""

    def get(url: str, /, *, accept: str = "*/*") -> Body:
        del accept
        if url not in web:
            raise NotFound("nothing stands there")
        return Body(web[url])

    sources = Sources(RESOLVER, get)
    return verify(data, sources=sources, at=at, challenge=challenge, domain=domain, policy=policy)


def unsigned(issuer: str, holder: str, **members: Any) -> dict[str, Any]:
    """A credential of VCDM 2.0, not yet secured."""
    document = unsigned_credential(
        issuer=issuer,
        subject=holder,
        type="University Degree",
        claims=CLAIMS,
        valid_from=NOW - timedelta(days=30),
        valid_until=NOW + timedelta(days=30),
        id=ID,
    )
    return {**document, **members}


def older(issuer: str, holder: str) -> dict[str, Any]:
    """The same of VCDM 1.1."""
    document = unsigned(issuer, holder)
    start, end = document.pop("validFrom"), document.pop("validUntil")
    contexts = [CREDENTIALS_V1, UNDEFINED_TERMS_V2]
    document.pop("name", None)
    return {
        **document,
        "@context": contexts,
        "issuanceDate": start,
        "expirationDate": end,
    }


def embedded(
    document: Mapping[str, Any], by: Party, suite: str | None = None, **options: Any
) -> dict[str, Any]:
    """A document with a proof in it, of a credential where `options` say no purpose."""
    return data_integrity.secure(
        document,
        signer=by.key,
        verification_method=by.method,
        created=MADE,
        suite=suite,
        **{"purpose": "assertionMethod", **options},
    )


def token_of(document: Mapping[str, Any], by: Party, style: Style, **options: Any) -> bytes:
    """A token with a document in it."""
    return jose.secure(
        document,
        signer=by.key,
        verification_method=by.method,
        issued=MADE,
        style=style,
        **{"purpose": "assertionMethod", **options},
    )


ISSUER: Final = Party.of(number=1)
HOLDER: Final = Party.of(number=2)
MALLORY: Final = Party.of(number=3)
