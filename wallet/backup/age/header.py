"""The header of an age file: stanzas that wrap the file key, and a MAC (c2sp.org/age, "Header")."""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from did.confidential import SecretBytes
from wallet.backup.age.errors import BadHeader, NotAge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

VERSION: Final = b"age-encryption.org/v1"
MAX_STANZAS: Final = 64
"""How many recipients are read: a bound on the work before the file is known to be sound."""

_COLUMNS: Final = 64
_LONGEST_LINE: Final = 4096  # bytes; a stanza's first line may name other kinds of recipients
_MAX_BODY: Final = 64  # lines
_ARGUMENTS: Final = re.compile(rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*")


@dataclass(frozen=True, slots=True)
class Stanza:
    """The file key, wrapped for one recipient; its first argument says of which kind."""

    arguments: tuple[str, ...]
    body: bytes

    def to_bytes(self) -> bytes:
        """The lines, the last one shorter than the others."""
        text = encoded(self.body)
        lines = [text[at : at + _COLUMNS] for at in range(0, len(text) + 1, _COLUMNS)]
        return "\n".join([f"-> {' '.join(self.arguments)}", *lines, ""]).encode()


@dataclass(frozen=True, slots=True)
class Header:
    """The stanzas, the MAC, and the bytes that the MAC is over."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    covered: bytes

    def check(self, file_key: bytes) -> None:
        """Raises `BadHeader` unless the MAC was made with that file key."""
        if not hmac.compare_digest(_mac(file_key, self.covered), self.mac):
            raise BadHeader("its header was changed")


def write_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """The header of a new file."""
    covered = VERSION + b"\n" + b"".join(stanza.to_bytes() for stanza in stanzas) + b"---"
    return covered + f" {encoded(_mac(file_key, covered))}\n".encode()


def read_header(file: BinaryIO) -> Header:
    """The header at the beginning of a file, which is left where the payload begins.

    Raises:
        NotAge: it begins otherwise.
        BadHeader: it is malformed.
    """
    if file.read(len(VERSION) + 1) != VERSION + b"\n":
        raise NotAge("it is no age file of version 1")
    covered, stanzas = VERSION + b"\n", list[Stanza]()
    while (line := _line(file)).startswith(b"->"):
        if len(stanzas) == MAX_STANZAS:
            raise BadHeader(f"its header names more than {MAX_STANZAS} recipients")
        if not _ARGUMENTS.fullmatch(line):
            raise BadHeader("its header is malformed")
        body_lines = _body(file)
        covered += b"\n".join([line, *body_lines, b""])
        stanzas.append(Stanza(tuple(line.decode().split(" ")[1:]), decoded(b"".join(body_lines))))
    if not line.startswith(b"--- ") or not stanzas:
        raise BadHeader("its header is malformed")
    mac = decoded(line[4:])
    if len(mac) != 32:
        raise BadHeader("its header is malformed")
    return Header(tuple(stanzas), mac, covered + b"---")


def derived(key: bytes, *, salt: bytes, info: bytes) -> SecretBytes:
    """32 bytes of HKDF-SHA-256."""
    return SecretBytes(HKDF(SHA256(), 32, salt, info).derive(key))


def encoded(data: bytes) -> str:
    """Standard base64 without padding."""
    return b64encode(data).rstrip(b"=").decode()


def decoded(text: bytes) -> bytes:
    """The bytes of canonical base64 without padding. Raises `BadHeader`."""
    if not _BASE64.fullmatch(text):
        raise BadHeader("its header is malformed")
    try:
        data = b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error as error:
        raise BadHeader("its header is malformed") from error
    if encoded(data).encode() != text:
        raise BadHeader("its header is malformed")
    return data


def _body(file: BinaryIO) -> list[bytes]:
    lines = [_line(file)]
    while len(lines[-1]) == _COLUMNS:
        if len(lines) == _MAX_BODY:
            raise BadHeader("its header is too long")
        lines.append(_line(file))
    if len(lines[-1]) > _COLUMNS:
        raise BadHeader("its header is malformed")
    return lines


def _line(file: BinaryIO) -> bytes:
    line = file.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise BadHeader("its header is cut off, or too long")
    return line[:-1]


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(derived(file_key, salt=b"", info=b"header"), covered, "sha256")
