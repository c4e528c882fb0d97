"""Something secured in every way there is, each valid as it stands: where attacks on it begin.

Nothing of it is kept in a file: it is made when it is first wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from tests.fuzz.in_cbor import cwt_list, in_cbor, mdoc_making, trusting
from tests.fuzz.parties import (
    CHALLENGE,
    CLAIMS,
    DOMAIN,
    HOLDER,
    INDEX,
    ISSUER,
    LIST,
    MADE,
    MALLORY,
    NOTHING,
    NOW,
    Party,
    embedded,
    older,
    token_of,
    unsigned,
)
from wallet.credentials.formats import jose, legacy
from wallet.credentials.formats.cose.written import kept
from wallet.credentials.formats.vc_cose import enveloped_cose
from wallet.credentials.presenting import older_presentation, unsigned_presentation
from wallet.credentials.status import TOKEN_TYPE, BitList
from wallet.credentials.status.issuing import (
    bitstring_entry,
    token_entry,
    token_list_claims,
    unsigned_bitstring_list,
)
from wallet.credentials.strict_json import write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Secured = Literal["json", "token", "enveloped", "cbor"]


@dataclass(frozen=True, slots=True)
class Seed:
    """Bytes that are valid for `CHALLENGE` and `DOMAIN` at `NOW`.

    `secured` says which bytes of them are signed: of "json", all but white space between values;
    of a "token", all; of one "enveloped", the token in the envelope; of "cbor", which is in
    base64url, all but an unsigned header. `web` is what stands at the
    addresses it names. `slow` is what another process is asked about.
    """

    name: str
    data: bytes = field(repr=False)
    secured: Secured
    web: Mapping[str, bytes] = field(default_factory=lambda: NOTHING, repr=False)
    slow: bool = False

    @property
    def asked(self) -> dict[str, Any]:
        """What a presentation was made for, and by whom an mdoc is trusted."""
        presents = self.name.startswith("presentation")
        asked = {"challenge": CHALLENGE, "domain": DOMAIN} if presents else {}
        return {**asked, "policy": trusting()} if self.name == "mdoc" else asked


_SHOWN: Final = {"purpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN}

_SUITES: Final = (
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
)
_DIDKIT: Final = (
    ("Ed25519Signature2018", "Ed25519"),
    ("JsonWebSignature2020", "P-256"),
    ("EthereumEip712Signature2021", "secp256k1"),
    ("Eip712Signature2021", "secp256k1"),
)


def _suite(suite: str, algorithm: str) -> Seed:
    issuer = Party.of(algorithm)
    secured = embedded(unsigned(issuer.did, HOLDER.did), issuer, suite)
    return Seed(f"{suite} {algorithm}", write_json(secured), "json")


def _of_2020() -> Seed:
    secured = embedded(older(ISSUER.did, HOLDER.did), ISSUER, "Ed25519Signature2020")
    return Seed("Ed25519Signature2020", write_json(secured), "json")


def _set() -> Seed:
    first = embedded(unsigned(ISSUER.did, HOLDER.did), ISSUER, "eddsa-jcs-2022")
    both = embedded(first, MALLORY, "eddsa-rdfc-2022")
    return Seed("set of proofs", write_json(both), "json")


def _chain() -> Seed:
    first = embedded(unsigned(ISSUER.did, HOLDER.did), ISSUER, proof_id="urn:uuid:1")
    both = embedded(first, MALLORY, previous_proof="urn:uuid:1")
    return Seed("chain of proofs", write_json(both), "json")


def _jwt(algorithm: str) -> Seed:
    issuer = Party.of(algorithm)
    token = token_of(unsigned(issuer.did, HOLDER.did), issuer, "vc+jwt")
    return Seed(f"vc+jwt {algorithm}", token, "token")


def _older_jwt() -> Seed:
    token = token_of(older(ISSUER.did, HOLDER.did), ISSUER, "jwt-vc")
    return Seed("jwt-vc", token, "token")


def _envelope() -> Seed:
    token = token_of(unsigned(ISSUER.did, HOLDER.did), ISSUER, "vc+jwt")
    return Seed("envelope", write_json(jose.enveloped(token)), "enveloped")


def _presentation() -> Seed:
    member = embedded(unsigned(ISSUER.did, HOLDER.did), ISSUER)
    document = unsigned_presentation(holder=HOLDER.did, credentials=[member])
    return Seed("presentation", write_json(embedded(document, HOLDER, **_SHOWN)), "json")


def _presentation_of_envelope() -> Seed:
    token = token_of(unsigned(ISSUER.did, HOLDER.did), ISSUER, "vc+jwt")
    document = unsigned_presentation(holder=HOLDER.did, credentials=[jose.enveloped(token)])
    return Seed("presentation vp+jwt", token_of(document, HOLDER, "vp+jwt", **_SHOWN), "token")


def _older_presentation() -> Seed:
    token = token_of(older(ISSUER.did, HOLDER.did), ISSUER, "jwt-vc").decode()
    document = older_presentation(holder=HOLDER.did, credentials=[token])
    return Seed("presentation jwt-vp", token_of(document, HOLDER, "jwt-vp", **_SHOWN), "token")


def bits(*indices: int) -> BitList:
    """A list in which these are taken back."""
    return BitList.empty().with_values(dict.fromkeys(indices, 1))


def bitstring_list(found: BitList, by: Party = ISSUER, **options: Any) -> bytes:
    """The issuer's list, signed."""
    document = unsigned_bitstring_list(
        id=LIST,
        issuer=by.did,
        bits=found,
        **{"purposes": ("revocation",), "valid_from": NOW - timedelta(days=1), **options},
    )
    return write_json(embedded(document, by))


def token_list(found: BitList, by: Party = ISSUER, **claims: Any) -> bytes:
    """The issuer's list as a token."""
    payload = token_list_claims(uri=LIST, issued=MADE, bits=found)
    return by.token({**payload, **claims}, typ=TOKEN_TYPE)


def revocable() -> dict[str, Any]:
    """A credential whose status stands in the list, signed."""
    entry = bitstring_entry(url=LIST, index=INDEX, purpose="revocation")
    return embedded(unsigned(ISSUER.did, HOLDER.did, credentialStatus=entry), ISSUER)


def _status() -> Seed:
    web = {LIST: bitstring_list(bits(7))}
    return Seed("bitstring status list", write_json(revocable()), "json", MappingProxyType(web))


def _token_status() -> Seed:
    document = unsigned(ISSUER.did, HOLDER.did, status=token_entry(LIST, INDEX))
    web = {LIST: token_list(bits(7))}
    token = token_of(document, ISSUER, "vc+jwt")
    return Seed("token status list", token, "token", MappingProxyType(web))


def _cose(algorithm: str) -> Seed:
    issuer = Party.of(algorithm)
    data = in_cbor(unsigned(issuer.did, HOLDER.did), issuer)
    return Seed(f"vc+cose {algorithm}", data, "cbor")


def _presentation_of_cose() -> Seed:
    member = enveloped_cose(in_cbor(unsigned(ISSUER.did, HOLDER.did), ISSUER))
    document = unsigned_presentation(holder=HOLDER.did, credentials=[member])
    return Seed("presentation vp+cose", in_cbor(document, HOLDER, **_SHOWN), "cbor")


def _cwt_status() -> Seed:
    document = unsigned(ISSUER.did, HOLDER.did, status=token_entry(LIST, INDEX))
    web = {LIST: cwt_list(bits(7), ISSUER)}
    return Seed("cwt status list", in_cbor(document, ISSUER), "cbor", MappingProxyType(web))


def _mdoc() -> Seed:
    return Seed("mdoc", kept(mdoc_making().make()), "cbor")


def _didkit(proof_type: str, algorithm: str) -> Seed:
    issuer = Party.of(algorithm)
    document = legacy.unsigned_credential(
        issuer=issuer.did,
        subject=HOLDER.did,
        type="Degree",
        claims=CLAIMS,
        valid_from=NOW - timedelta(days=30),
        valid_until=NOW + timedelta(days=30),
        proof_type=proof_type,
    )
    secured = legacy.issue(document, issuer.jwk, proof_type=proof_type)
    return Seed(proof_type, write_json(secured), "json", slow=True)


_MAKERS: Final[Mapping[str, Callable[[], Seed]]] = MappingProxyType(
    {
        **{f"{name} {key}": partial(_suite, name, key) for name, key in _SUITES},
        "Ed25519Signature2020": _of_2020,
        "set of proofs": _set,
        "chain of proofs": _chain,
        **{
            f"vc+jwt {key}": partial(_jwt, key)
            for key in ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")
        },
        "jwt-vc": _older_jwt,
        "envelope": _envelope,
        "presentation": _presentation,
        "presentation vp+jwt": _presentation_of_envelope,
        "presentation jwt-vp": _older_presentation,
        **{
            f"vc+cose {key}": partial(_cose, key)
            for key in ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")
        },
        "presentation vp+cose": _presentation_of_cose,
        "mdoc": _mdoc,
        "bitstring status list": _status,
        "token status list": _token_status,
        "cwt status list": _cwt_status,
        **{name: partial(_didkit, name, key) for name, key in _DIDKIT},
    }
)

SLOW: Final = tuple(name for name, _ in _DIDKIT)
FAST: Final = tuple(name for name in _MAKERS if name not in SLOW)
NAMES: Final = (*FAST, *SLOW)


@cache
def seed(name: str) -> Seed:
    """The seed of that name, always the same one."""
    return _MAKERS[name]()
