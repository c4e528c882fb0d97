"""RFC 7515, section 7.1, and RFC 7519, section 7.2: a signed and compact JWT, read strictly.

A token has one spelling: base64url without padding or spare bits, and JSON that every reader reads
alike. No key or address that a token brings along is ever used, and certificates only for a reader
that asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from did.base_encodings import NotEncoded, decode_base64url
from did.errors import quoted
from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, InvalidJSON, UnsupportedFormat
from wallet.credentials.formats.jose.algorithms import (
    SignatureAlgorithm,
    check_signature,
    read_algorithm,
)
from wallet.credentials.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PublicKey

MAX_TOKEN: Final = 1 << 20
"""The longest token read, in bytes."""

NO_TYPE: Final = ""
"""Stands among the types that a reader allows where a header may have no `typ`."""

CERTIFICATES: Final = "x5c"
"""RFC 7515, section 4.1.6."""
_BROUGHT_KEYS: Final = ("jwk", "jku", "x5u", CERTIFICATES)
_OF_ENCRYPTION: Final = ("enc", "zip")
# RFC 7519, section 5.3: what may stand in the header a second time, and must then be the same.
_REPLICATED: Final = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce")


@dataclass(frozen=True, slots=True)
class Token:
    """A JWT whose form is right; whether its signature is, `check_token` says.

    `typ` is without `application/`, and `NO_TYPE` where the header has none. `kid` is as it stands
    there. `signing_input` is the very bytes that were signed.
    """

    header: Mapping[str, Any]
    payload: Mapping[str, Any] = field(repr=False)
    signing_input: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: SignatureAlgorithm
    typ: str
    kid: str | None

    @property
    def alg(self) -> str:
        """The name of the algorithm, as the header has it."""
        return self.algorithm.name


class Parts(NamedTuple):
    """A JWS before its payload is looked at, with the members that `Token` has."""

    header: Mapping[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes
    algorithm: SignatureAlgorithm
    typ: str


def read_token(token: bytes, *, typ: frozenset[str], certified: bool = False) -> Token:
    """The token that the bytes are, from the first to the last, of one of the types in `typ`.

    `certified` lets it bring certificates (`x5c`), which are not looked at.

    Raises:
        InvalidCredential: it is none, says that it is another thing, or brings its own key.
        InvalidJSON: its header or payload is no strict JSON.
        UnsupportedFormat: it is encrypted, an SD-JWT, or signed in a way not checked here.
    """
    parts = read_parts(token, typ=typ, certified=certified)
    header = parts.header
    payload = _object(parts.payload, "payload")
    for name in header.keys() & _REPLICATED:
        if name in payload and header[name] != payload[name]:
            raise InvalidCredential(f"header.{name}", "is not what the payload says")
    return Token(
        header=header,
        payload=payload,
        signing_input=parts.signing_input,
        signature=parts.signature,
        algorithm=parts.algorithm,
        typ=parts.typ,
        kid=_optional_text(header, "kid"),
    )


def read_parts(token: bytes, *, typ: frozenset[str], certified: bool = False) -> Parts:
    """The parts of a JWS, whose payload may be any bytes. Raises as `read_token`."""
    parts = _split(token)
    header = _object(_decode(parts[0], "header"), "header")
    _refuse_dangers(header, certified=certified)
    algorithm = read_algorithm(header.get("alg"))
    found = _read_type(header, typ)
    signature = _decode(parts[2], "signature")
    if len(signature) != algorithm.size:
        raise InvalidCredential(
            "signature", f"must have the {algorithm.size} bytes of {algorithm.name}"
        )
    return Parts(
        header=header,
        payload=_decode(parts[1], "payload"),
        signing_input=token[: len(parts[0]) + 1 + len(parts[1])],
        signature=signature,
        algorithm=algorithm,
        typ=found,
    )


def brought_key(name: str) -> InvalidCredential:
    """Why a member of a header that holds a key, or leads to one, is refused."""
    return InvalidCredential(
        f"header.{name}", "brings a key along, and keys come from the document of a DID alone"
    )


def check_token(token: Token, public_key: PublicKey) -> None:
    """Return where the token is signed with the key.

    Raises:
        ProofInvalid: it is not, or the key is of another kind than the token's algorithm.
    """
    check_signature(token.algorithm, public_key, token.signature, token.signing_input)


def _split(token: bytes) -> list[str]:
    if len(token) > MAX_TOKEN:
        raise InvalidCredential("token", f"must be at most {MAX_TOKEN} bytes long")
    if b"~" in token:
        raise UnsupportedFormat("the token is an SD-JWT, of which a part can be left out")
    if token.lstrip()[:1] == b"{":
        raise UnsupportedFormat("the token is a JWS in the JSON serialization, not the compact one")
    try:
        parts = token.decode("ascii").split(".", 5)
    except UnicodeDecodeError as error:
        raise InvalidCredential("token", "must be of the characters of base64url") from error
    if len(parts) == 5:
        raise UnsupportedFormat("the token is encrypted (JWE), and cannot be read here")
    if len(parts) != 3:
        raise InvalidCredential("token", "must be of three parts, with a dot between them")
    return parts


def _decode(part: str, name: str) -> bytes:
    try:
        return decode_base64url(part)
    except NotEncoded as error:
        raise InvalidCredential(name, str(error)) from error


def _object(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = read_json(data)
    except InvalidJSON as error:
        raise InvalidJSON(f"the {name} of the token: {error}") from error
    if not isinstance(value, dict):
        raise InvalidCredential(name, "must be a JSON object")
    return value


def _refuse_dangers(header: Mapping[str, Any], *, certified: bool) -> None:
    """RFC 7515, section 4: what changes how a token is read; others are passed over, as it says."""
    for name in ("crit", "b64"):
        if name in header:
            raise InvalidCredential(
                f"header.{name}", "asks for an extension, and none is understood here"
            )
    for name in _BROUGHT_KEYS:
        if name in header and not (certified and name == CERTIFICATES):
            raise brought_key(name)
    for name in _OF_ENCRYPTION:
        if name in header:
            raise UnsupportedFormat("the header of the token is of one that is encrypted (JWE)")


def _read_type(header: Mapping[str, Any], allowed: frozenset[str]) -> str:
    """RFC 7515, section 4.1.9: a media type, mostly written without its `application/`."""
    typ = _optional_text(header, "typ")
    typ = NO_TYPE if typ is None else typ.removeprefix("application/") or "application/"
    if typ in allowed:
        return typ
    if typ.endswith("sd-jwt"):
        raise UnsupportedFormat("the token is an SD-JWT, by its header")
    if typ == NO_TYPE:
        raise InvalidCredential("header.typ", "is missing")
    known = ", ".join(sorted(allowed - {NO_TYPE}))
    raise InvalidCredential(
        "header.typ", f"says that it is {quoted(typ)}, and not what is read", hint=f"read: {known}"
    )


def _optional_text(header: Mapping[str, Any], name: str) -> str | None:
    value = header.get(name)
    if name in header and (not isinstance(value, str) or not value):
        raise InvalidCredential(f"header.{name}", "must be text")
    return value
