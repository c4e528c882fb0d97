"""The wire between a keeper and whoever asks it: JSON objects, one a line, over a stream socket.

Bytes stand in base64. A line is bounded, so that neither end can be made to fill the other's
memory: what is signed is at most a credential, whose size is bounded itself.
"""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final, final

from wallet.vault.secret import SecretBytes, SecretText

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

LONGEST: Final = 64 * 1024 * 1024
"""Bytes of a line."""
_CHUNK: Final = 64 * 1024
_SOONEST: Final = 0.001
"""Seconds; a timeout of 0 would be none."""


class BrokenWire(Exception):
    """The other end is gone, or sent what is no line of this wire."""


class LateWire(BrokenWire):
    """The other end is there, and its whole line was not within the socket's timeout."""


@final
class Wire:
    """One end. Not for several threads at once."""

    __slots__ = ("_left", "_socket")

    def __init__(self, connection: socket.socket) -> None:
        """A connected stream socket, which is this object's from now on."""
        self._socket: Final = connection
        self._left = b""

    def send(self, message: Mapping[str, Any]) -> None:
        """Sends an object. Raises `BrokenWire`, or `LateWire` where it is not taken in time."""
        line = SecretText(json.dumps(message, separators=(",", ":")) + "\n")
        try:
            self._socket.sendall(line.encode())
        except TimeoutError as error:
            raise LateWire from error
        except OSError as error:
            raise BrokenWire from error

    def receive(self) -> dict[str, Any]:
        """The next object. Raises `BrokenWire`, at the end too, or `LateWire`."""
        parts, size = [SecretBytes(self._left)], len(self._left)
        patience = self._socket.gettimeout()
        deadline = None if patience is None else time.monotonic() + patience
        while parts[-1].find(b"\n") < 0:
            chunk = self._chunk(deadline)
            parts.append(chunk)
            size += len(chunk)
            if not chunk or size > LONGEST:
                raise BrokenWire
        line, _, self._left = map(SecretBytes, b"".join(parts).partition(b"\n"))
        try:
            message = _hushed(json.loads(line))
        except (ValueError, RecursionError):
            raise BrokenWire from None  # the error would quote what may be a secret
        if not isinstance(message, dict):
            raise BrokenWire
        self._socket.settimeout(patience)
        return message

    def hangs_up(self, within: float) -> bool:
        """Whether the other end does, within so many seconds; what it says is passed over."""
        deadline = time.monotonic() + within
        try:
            while self._chunk(deadline):
                pass
        except LateWire:
            return False
        except BrokenWire:  # it hung up while there was something that it had not read
            return True
        return True

    def _chunk(self, deadline: float | None) -> SecretBytes:
        """What is there; nothing where the other end hung up."""
        try:
            if deadline is not None:  # of the whole line, however slowly it comes
                self._socket.settimeout(max(deadline - time.monotonic(), _SOONEST))
            return SecretBytes(self._socket.recv(_CHUNK))
        except TimeoutError as error:
            raise LateWire from error
        except OSError as error:
            raise BrokenWire from error

    def close(self) -> None:
        """Hangs up; the other end's `receive` raises."""
        self._socket.close()


def _hushed(message: Any) -> Any:
    """The message, with what may be a secret as text that says nothing of itself."""
    if isinstance(message, dict):
        for name in message:
            if isinstance(message[name], str):
                message[name] = SecretText(message[name])
    return message


def packed(data: bytes) -> SecretText:
    """Bytes as they stand in a message."""
    return SecretText(b64encode(data), "ascii")


def unpacked(text: object) -> SecretBytes:
    """Bytes out of a message. Raises `BrokenWire` where they are none."""
    if not isinstance(text, str):
        raise BrokenWire
    try:
        return SecretBytes(b64decode(text, validate=True))
    except ValueError:
        raise BrokenWire from None  # as above
