"""What one client may ask of the server, so that it is there for the others."""

from __future__ import annotations

from did.strict_json import MAX_BYTES
from did.values import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds.

    Attributes:
        head: bytes of the head of a request that are waited for.
        body: bytes that a request may hold.
        requests: how many are answered at once; one more is told to come back.
        connections: how many may be open at once.
        head_seconds: how long a client may take for the head of a request.
        body_seconds: how long for its body.
        judging_seconds: how long one task of a worker may take.
        answer_seconds: how long a whole answer may take, waiting for a worker included.
        idle_seconds: how long a connection may wait for its next request.
        stop_seconds: how long what was begun may take to end when the server is stopped.
    """

    head: int = 16 << 10
    body: int = MAX_BYTES
    requests: int = 64
    connections: int = 256
    head_seconds: float = 5.0
    body_seconds: float = 10.0
    judging_seconds: float = 10.0
    answer_seconds: float = 30.0
    idle_seconds: float = 15.0
    stop_seconds: float = 10.0
