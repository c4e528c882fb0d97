"""Who is at the other end of a Unix socket: unix(7) on Linux, unix(4) on macOS."""

from __future__ import annotations

import os
import socket
import struct
import sys
from typing import Final

_UCRED: Final = struct.Struct("3i")  # Linux: pid, uid, gid
_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1  # macOS: sys/un.h
_XUCRED: Final = struct.Struct("2I h 16I")  # macOS: version, uid, number of groups, groups


def is_our_own(connection: socket.socket) -> bool:
    """Whether a program of this user, or of root, is at the other end; false where unknown."""
    return user_of(connection) in {os.geteuid(), 0}


def user_of(connection: socket.socket) -> int | None:
    """The user id of whoever connected, or was connected to; None where the system says nothing."""
    try:
        if sys.platform == "darwin":
            answer = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED.size)
            return int(_XUCRED.unpack(answer)[1])
        answer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        return int(_UCRED.unpack(answer)[1])
    except (OSError, AttributeError, struct.error):
        return None
