"""A private key in a file of another program: PEM (PKCS#8) or a JWK, told apart by looking."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from did.confidential import SecretBytes
from did.errors import InvalidKey
from did.keys import signing_key
from did.private_jwk import decode_private_jwk, hushed
from did.strict_json import NotStrict, parse
from wallet.errors import BadInput

if TYPE_CHECKING:
    from did.keys import SigningKey
    from wallet.vault.secret import Secret

_LABEL: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----", re.ASCII)
_ENCRYPTED: Final = "ENCRYPTED PRIVATE KEY"
_LISTED: Final = 5
_HINTS: Final = {
    "EC PRIVATE KEY": "openssl pkcs8 -topk8 -in FILE -out NEW writes it as PKCS#8",
    "EC PARAMETERS": "openssl pkcs8 -topk8 -in FILE -out NEW writes it as PKCS#8",
    "OPENSSH PRIVATE KEY": "ssh-keygen -p -m PKCS8 -f COPY turns a copy of it into PKCS#8",
}


def is_encrypted(data: bytes) -> bool:
    """Whether it takes a password to read the key: a block "ENCRYPTED PRIVATE KEY" of PEM."""
    return _label(data) == _ENCRYPTED


def read_key(data: bytes, password: Secret | None = None, *, kid: str | None = None) -> SigningKey:
    """The one key that signs which a file holds, or of a JWK set the one with that `kid`.

    Raises:
        BadInput: it holds none, several, one of a kind that signs nothing here, or one that the
            password does not open; nothing of it is quoted but the names of the keys in a set.
    """
    # `from None`: the frames below hold the key.
    try:
        if data.lstrip().startswith(b"{"):
            return signing_key(decode_private_jwk(_jwk(SecretBytes(data), kid)))
        if (label := _label(data)) is not None:
            return _from_pem(SecretBytes(data), label, password)
    except InvalidKey as error:
        raise BadInput(str(error), hint=error.hint) from None
    raise BadInput("the file holds no private key", hint="a private JWK, or PKCS#8 in PEM")


def _jwk(data: SecretBytes, kid: str | None) -> dict[str, Any]:
    """The JWK that the file is, or the only one of its set, or the one called `kid`."""
    try:
        value = hushed(parse(data))
    except NotStrict:
        raise BadInput("the file is no strict JSON, and so no JWK") from None  # as above
    assert isinstance(value, dict)  # noqa: S101 - it begins as an object does
    if "keys" not in value:
        return value
    found = value.pop("keys")  # RFC 7517, section 5
    keys = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    named = keys if kid is None else [one for one in keys if one.get("kid") == kid]
    match named:
        case [only]:
            return only
        case _:
            wanted = "of one key" if kid is None else f"of one key called {kid!r:.100}"
            raise BadInput(f"the JWK set is not {wanted}", hint=_choice(keys))


def _choice(keys: list[dict[str, Any]]) -> str:
    names = [f"{one['kid']:.100}" for one in keys[:_LISTED] if isinstance(one.get("kid"), str)]
    return f"--kid names one: {', '.join(names)}" if names else "write a file with one of them"


def _from_pem(data: SecretBytes, label: str, password: Secret | None) -> SigningKey:
    # Deferred: OpenSSL, for those who have such a file.
    from did.pem import decode_private_pem  # noqa: PLC0415

    if label in _HINTS:
        raise BadInput(f"the PEM is a {label!r}, not a 'PRIVATE KEY'", hint=_HINTS[label])
    text, given = data.decode("ascii", "replace"), None
    if label == _ENCRYPTED and password is not None:
        from wallet.vault.pem_cost import refuse_costly  # noqa: PLC0415 - as above

        refuse_costly(text)
        given = password.expose_secret().encode()
    return signing_key(decode_private_pem(text, password=given))


def _label(data: bytes) -> str | None:
    """What the first block of PEM says that it is."""
    found = _LABEL.match(data.lstrip()[:100].decode("ascii", "replace"))
    return None if found is None else found[1]
