"""A private key that came from elsewhere, as the vault keeps it: sealed for who signs alone.

What a record holds of it opens under the sub-key of the recovery phrase, which whoever reads
records does not have. The seal binds the public half: in another key's record it does not open.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from did.confidential import SecretBytes, SecretText
from wallet.vault.errors import IntegrityError, VaultError

if TYPE_CHECKING:
    from did.keys import PrivateKey, SigningKey, VerifyingKey
    from wallet.vault.cipher import RowCipher
    from wallet.vault.derivation import KeyPath
    from wallet.vault.record import Record

TABLE: Final = "imported key"
"""What the seal's context calls the place of such keys: none of the vault's tables."""
LARGEST: Final = 8_192  # bytes of a JWK


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key by its public half, and its sealed private half.

    Attributes:
        name: the public half as a Multikey, `z6Mk…`; also the id of the record.
        sealed: the private half.
    """

    name: str
    sealed: bytes

    @classmethod
    def of(cls, record: Record) -> Self:
        """The key that a vault record holds."""
        return cls(record.id, b64decode(record.body["sealed"]))

    def body(self) -> dict[str, Any]:
        """The key as a record's body."""
        return {"sealed": b64encode(self.sealed).decode()}

    @property
    def algorithm(self) -> str:
        """A name of `did.keys.ALGORITHMS`."""
        return self.public_key.algorithm

    @property
    def public_key(self) -> VerifyingKey:
        """The public half, by its name alone. Raises `InvalidKey` where that is none."""
        # Deferred, here and below: a wallet is opened by who signs nothing, too.
        from did.encoding import decode_multikey  # noqa: PLC0415
        from did.keys import verifying_key  # noqa: PLC0415

        return verifying_key(decode_multikey(self.name))

    def __str__(self) -> str:
        return self.name


KeyRef: TypeAlias = "KeyPath | SealedKey"
"""What names a key that signs: a path from the recovery phrase, or the sealed key itself."""


def seal_key(key: SigningKey, cipher: RowCipher) -> SealedKey:
    """The key as a record may hold it; `cipher` is that of `TABLE`."""
    from did.encoding import encode_multikey  # noqa: PLC0415 - as above

    name = encode_multikey(key.public_key)
    secret = SecretBytes(key.expose_secret())
    return SealedKey(name, cipher.seal(secret, row_id=name.encode(), version=0))


def open_key(sealed: SealedKey, cipher: RowCipher) -> SigningKey:
    """The key for one signature. Raises `IntegrityError` where it is not the one of its name."""
    from did.encoding import encode_multikey  # noqa: PLC0415 - as above
    from did.errors import InvalidKey  # noqa: PLC0415
    from did.keys import ALGORITHMS, signing_key  # noqa: PLC0415

    called = f"the imported key {sealed.name:.100}"
    opened = partial(cipher.open, row_id=sealed.name.encode(), version=0, name=called)
    secret = SecretBytes(opened(sealed.sealed))
    try:
        key = signing_key(ALGORITHMS[sealed.algorithm].private_key(secret))
    except InvalidKey:
        # `from None`: the frames below hold the key.
        raise IntegrityError(called) from None
    if encode_multikey(key.public_key) != sealed.name:
        raise IntegrityError(called)
    return key


def write_private_jwk(key: PrivateKey) -> SecretBytes:
    """The private key as a JWK in UTF-8, with what its kind needs and nothing else."""
    from did.private_jwk import unsafe_encode_private_jwk  # noqa: PLC0415 - as above

    text = SecretText(json.dumps(unsafe_encode_private_jwk(key), separators=(",", ":")))
    return text.encode()


def read_private_jwk(data: bytes) -> SigningKey:
    """The key that signs which a private JWK, in UTF-8, is.

    Raises:
        VaultError: it is none; nothing of it is quoted.
    """
    data = SecretBytes(data)
    from did.errors import InvalidKey  # noqa: PLC0415 - as above
    from did.keys import signing_key  # noqa: PLC0415
    from did.private_jwk import decode_private_jwk  # noqa: PLC0415
    from did.strict_json import NotStrict  # noqa: PLC0415

    if len(data) > LARGEST:
        raise VaultError("a JWK has at most 8 KiB")
    try:
        return signing_key(decode_private_jwk(_object(data)))
    except NotStrict:
        raise VaultError("the JWK is no strict JSON") from None  # as above
    except InvalidKey as error:
        raise VaultError(str(error), hint=error.hint) from None


def _object(data: SecretBytes) -> dict[str, Any]:
    from did.private_jwk import hushed  # noqa: PLC0415 - as above
    from did.strict_json import parse  # noqa: PLC0415

    value = hushed(parse(data))
    if not isinstance(value, dict):
        raise VaultError("a JWK is a JSON object")
    return value
