"""Universal Wallet 2020 (w3c-ccg/universal-wallet-interop-spec): locked with a password.

"Only ciphertext wallet contents can be exported". The specification leaves open how they are
locked; here as in its first implementation, which others read: an `EncryptedWallet` credential,
for a key that PBKDF2 makes of the password with a salt that is the same for everybody. That is
weaker than a backup: such a file needs a long password.
"""

from __future__ import annotations

import hashlib
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from nacl.bindings import crypto_sign_ed25519_sk_to_curve25519, crypto_sign_seed_keypair

from did.encoding import encode_multikey
from did.keys.x25519 import X25519PrivateKey
from did.strict_json import NotStrict, parse
from wallet.backup.errors import DamagedBackup, NotABackup, WrongKey
from wallet.backup.jwe import lock, unlock
from wallet.credentials.errors import CredentialError
from wallet.credentials.received import is_cose, is_mdoc, read_credential
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from wallet.credentials.model import Credential
    from wallet.vault.secret import Secret

CONTEXT: Final = "https://w3id.org/wallet/v1"
_VC: Final = "https://www.w3.org/2018/credentials/v1"
_SALT: Final = b"salt"
_ROUNDS: Final = 100_000
_JWT: Final = "JWTCredential"
_MEMBERS: Final[Mapping[str, str]] = MappingProxyType({_JWT: "jwt", "MdocCredential": "mdoc"})
"""Objects around a credential that is no JSON: their type, and the member that it is."""


def lock_wallet(contents: Sequence[Any], password: Secret, created: datetime) -> dict[str, Any]:
    """The contents as an `EncryptedWallet`."""
    private = _private(password)
    did = f"did:key:{encode_multikey(private.public_key)}"
    kid = f"{did}#{did.removeprefix('did:key:')}"
    plain = json.dumps({"contents": list(contents)}, ensure_ascii=False).encode()
    return {
        "@context": [_VC, CONTEXT],
        "id": f"{did}#encrypted-wallet",
        "type": ["VerifiableCredential", "EncryptedWallet"],
        "issuer": did,
        "issuanceDate": write_timestamp(created),
        "credentialSubject": {
            "id": did,
            "encryptedWalletContents": lock(plain, private.public_key, kid),
        },
    }


def unlock_wallet(data: bytes, password: Secret) -> tuple[Any, ...]:
    """The contents of an `EncryptedWallet`.

    Raises:
        NotABackup: it is none.
        DamagedBackup: it is malformed.
        WrongKey: the password does not open it.
    """
    try:
        document = parse(data)  # as large as the caller reads, unlike a credential
        locked = document["credentialSubject"]["encryptedWalletContents"]
        is_one = "EncryptedWallet" in document["type"] and isinstance(locked, dict)
    except (NotStrict, KeyError, TypeError) as error:
        raise NotABackup("the file is no locked Universal Wallet") from error
    if not is_one:
        raise NotABackup("the file is no locked Universal Wallet")
    plain = _unlocked(locked, password)
    try:
        contents = json.loads(plain)["contents"]
    except (ValueError, KeyError, TypeError, RecursionError):
        # `from None`: the error holds what was locked.
        raise DamagedBackup("what the Universal Wallet holds cannot be read") from None
    if not isinstance(contents, list):
        raise DamagedBackup("what the Universal Wallet holds cannot be read")
    return tuple(contents)


def content_of(credential: Credential) -> Any:
    """A credential as a wallet's content: itself, or an object that says what it is.

    What is signed in CBOR stands in its envelope (VCDM 2.0, section 4.13.1).
    """
    text = credential.raw.decode().strip()
    if text.startswith("{"):
        return json.loads(text)
    if is_cose(credential):
        # Deferred: few credentials are signed so.
        from wallet.credentials.formats.vc_cose import enveloped_cose  # noqa: PLC0415

        return enveloped_cose(credential.raw)
    type_ = "MdocCredential" if is_mdoc(credential) else _JWT
    return {"@context": [CONTEXT], "type": [type_], _MEMBERS[type_]: text}


def credentials_in(contents: Sequence[Any]) -> tuple[tuple[Credential, ...], int]:
    """The credentials among the contents, and how many others there are."""
    found = []
    for content in contents:
        if not isinstance(content, dict):
            continue
        try:
            found.append(read_credential(_raw_of(content)))
        except CredentialError:
            continue
    return tuple(found), len(contents) - len(found)


def _raw_of(content: dict[str, Any]) -> bytes:
    for type_, member in _MEMBERS.items():
        if content.get("type") == [type_] and isinstance(content.get(member), str):
            return bytes(content[member].encode())
    return json.dumps(content).encode()


def _private(password: Secret) -> X25519PrivateKey:
    """The key that most make of a password: one of Ed25519 first, turned into X25519."""
    seed = _seed(password)
    return X25519PrivateKey(crypto_sign_ed25519_sk_to_curve25519(crypto_sign_seed_keypair(seed)[1]))


def _seed(password: Secret) -> bytes:
    secret = password.expose_secret().encode()
    return hashlib.pbkdf2_hmac("sha256", secret, _SALT, _ROUNDS, 32)


def _unlocked(locked: dict[str, Any], password: Secret) -> bytes:
    try:
        return unlock(locked, _private(password))
    except WrongKey:
        return unlock(locked, X25519PrivateKey(_seed(password)))  # as some others make it
