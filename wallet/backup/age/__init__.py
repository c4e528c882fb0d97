"""age files (c2sp.org/age, version 1), written and read a piece at a time.

The library for Python holds what a passphrase seals in memory twice over; a backup may be large.
The ciphers are those of `cryptography`.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from did.confidential import SecretBytes
from wallet.backup.age.errors import BadHeader, BadPayload, NoMatch
from wallet.backup.age.header import derived, read_header, write_header
from wallet.backup.age.keys import FILE_KEY_SIZE, Passphrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

    from wallet.backup.age.keys import Recipient, Unlocks

CHUNK: Final = 64 * 1024
"""How much plain text a chunk of the payload holds, in bytes; the last may hold less."""

_TAG: Final = 16
_NONCE: Final = 16


def encrypt(pieces: Iterable[bytes], recipients: Sequence[Recipient]) -> Iterator[bytes]:
    """The bytes of an age file that holds the pieces one after another.

    Raises:
        ValueError: there is nobody to open it, or a passphrase is not alone.
    """
    alone = not any(isinstance(one, Passphrase) for one in recipients) or len(recipients) == 1
    if not recipients or not alone:
        raise ValueError("a passphrase stands alone, and somebody must open the file")
    file_key = SecretBytes(secrets.token_bytes(FILE_KEY_SIZE))
    nonce = secrets.token_bytes(_NONCE)
    yield write_header([recipient.wrap(file_key) for recipient in recipients], file_key) + nonce
    cipher = _payload_cipher(file_key, nonce)
    number, held, size = 0, list[SecretBytes](), 0
    for piece in map(SecretBytes, pieces):
        held.append(piece)
        size += len(piece)
        if size <= CHUNK:
            continue
        # One chunk stays behind, since it may be the last.
        joined, whole = SecretBytes(b"".join(held)), (size - 1) // CHUNK * CHUNK
        for start in range(0, whole, CHUNK):
            chunk = joined[start : start + CHUNK]
            yield cipher.encrypt(_counter(number, last=False), chunk, None)
            number += 1
        held, size = [joined[whole:]], size - whole
    yield cipher.encrypt(_counter(number, last=True), b"".join(held), None)


def decrypt(file: BinaryIO, keys: Sequence[Unlocks]) -> Iterator[bytes]:
    """The chunks that an age file holds, each authenticated before it is given out.

    Whoever uses one before the last has come uses what may have been cut off.

    Raises:
        NotAge, BadHeader: the file is none.
        NoMatch: none of the keys opens it.
        BadPayload: it was changed or cut off from here on.
    """
    header = read_header(file)
    found = (key.unwrap(header.stanzas) for key in keys)
    file_key = next((one for one in found if one is not None), None)
    if file_key is None:
        raise NoMatch("none of the keys given opens it")
    header.check(file_key)
    nonce = file.read(_NONCE)
    if len(nonce) != _NONCE:
        raise BadHeader("it is cut off")
    yield from _chunks(file, _payload_cipher(file_key, nonce))


def _chunks(file: BinaryIO, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    number, sealed = 0, file.read(CHUNK + _TAG)
    while True:
        following = file.read(CHUNK + _TAG) if len(sealed) == CHUNK + _TAG else b""
        last = not following
        try:
            chunk = SecretBytes(cipher.decrypt(_counter(number, last=last), sealed, None))
        except InvalidTag as error:
            raise BadPayload("it was changed, or is cut off") from error
        if last and number and not chunk:
            raise BadPayload("it ends in an empty chunk")
        yield chunk
        if last:
            return
        number, sealed = number + 1, following


def _payload_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(derived(file_key, salt=nonce, info=b"payload"))


def _counter(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


__all__ = ["CHUNK", "BadHeader", "decrypt", "encrypt"]
