"""ECDSA signatures as JOSE and Data Integrity write them: r ‖ s, each as wide as the curve's order.

RFC 7518, section 3.4; Data Integrity ECDSA Cryptosuites 1.0, section 3. Of the two s that fit, the
low one is always written, and either is read: whoever sees one signature can make the other, and
so nothing may be known by its signature.
"""

from __future__ import annotations


def write_signature(r: int, s: int, order: int) -> bytes:
    """The signature with that r, and with s or, where that is the lower, its negative."""
    width = _width(order)
    return r.to_bytes(width) + low(s, order).to_bytes(width)


def read_signature(signature: bytes, order: int) -> tuple[int, int] | None:
    """Its r and s; None where its length is another, or one of them is not in 1 … `order` - 1."""
    width = _width(order)
    if len(signature) != 2 * width:
        return None
    r, s = int.from_bytes(signature[:width]), int.from_bytes(signature[width:])
    return (r, s) if 0 < r < order and 0 < s < order else None


def low(s: int, order: int) -> int:
    """Of s and its negative, the one in the lower half of the order."""
    return min(s, order - s)


def _width(order: int) -> int:
    return (order.bit_length() + 7) // 8
