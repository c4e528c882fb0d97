"""Who is at the other end of a Unix socket: unix(7) on Linux, unix(4) on macOS."""

from __future__ import annotations

import os
import socket
import struct
import sys
from typing import Final

_UCRED: Final = struct.Struct("3i")  # Linux: pid, uid, gid
_SO_PEERCRED: Final = getattr(socket, "SO_PEERCRED", 17)
_SOL_LOCAL, _LOCAL_PEERCRED, _LOCAL_PEERPID = 0, 1, 2  # macOS: sys/un.h
_XUCRED: Final = struct.Struct("2I h 16I")  # macOS: version, uid, number of groups, groups
_PID: Final = struct.Struct("i")


def is_our_own(connection: socket.socket) -> bool:
    """Whether a program of this user, or of root, is at the other end; false where unknown."""
    return user_of(connection) in {os.geteuid(), 0}


def user_of(connection: socket.socket) -> int | None:
    """The user id of whoever connected, or was connected to; None where the system says nothing."""
    if sys.platform == "darwin":
        return _told(connection, _SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED, 1)
    return _told(connection, socket.SOL_SOCKET, _SO_PEERCRED, _UCRED, 1)


def process_of(connection: socket.socket) -> int | None:
    """The process that listens, for whoever connected to it; None where the system says nothing."""
    if sys.platform == "darwin":
        return _told(connection, _SOL_LOCAL, _LOCAL_PEERPID, _PID, 0)
    return _told(connection, socket.SOL_SOCKET, _SO_PEERCRED, _UCRED, 0)


def _told(
    connection: socket.socket, level: int, option: int, shape: struct.Struct, at: int
) -> int | None:
    """The member `at` of what the system answers in that shape."""
    try:
        return int(shape.unpack(connection.getsockopt(level, option, shape.size))[at])
    except (OSError, struct.error):
        return None
