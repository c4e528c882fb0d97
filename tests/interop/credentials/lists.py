"""Bitstring Status List 1.0: each side reads the list of the other, and refuses a changed one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tests.interop.credentials.judging import Row, judged, wrong
from tests.interop.credentials.mechanisms import ISSUER, MECHANISMS, credential, now, secure
from tests.interop.credentials.peer import Refused
from wallet.credentials.status import MIN_LENGTH, BitList
from wallet.credentials.status.issuing import bitstring_entry, unsigned_bitstring_list
from wallet.credentials.timestamps import write_timestamp
from wallet.verify.report import Verdict
from wallet.verify.sources import Body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.interop.credentials.peer import Peer

URL: Final = "https://lists.example/status/3"
SET: Final = (0, 9, 94_567, MIN_LENGTH - 1)
CLEAR: Final = (1, 8, 94_566, 94_568)
NAME: Final = "BitstringStatusList"
MECHANISM: Final = MECHANISMS[0]


def compared_lists(peer: Peer) -> Iterator[Row]:
    """A list of ours and one of the peer's, with the same bits set."""
    at = now()
    ours, theirs = _our_list(at, SET), _their_list(peer, at, SET)
    cleared = _our_list(at, ()), _their_list(peer, at, ())
    forged = _with_bits_of(ours, cleared[0]), _with_bits_of(theirs, cleared[1])
    holders = {index: _entered(index, at) for index in (*SET, *CLEAR)}
    yield Row(
        NAME,
        "list",
        ours=tuple(_misread_by_peer(peer, holders, ours)),
        theirs=tuple(_misread_by_us(holders, theirs)),
        changed=tuple(_taken(peer, holders[SET[1]], forged)),
    )


def _entered(index: int, at: datetime) -> bytes:
    entry = bitstring_entry(url=URL, index=index, purpose="revocation", id=f"{URL}#{index}")
    return credential(MECHANISM, at, credentialStatus=entry)


def _our_list(at: datetime, revoked: tuple[int, ...]) -> bytes:
    bits = BitList.empty()
    for index in revoked:
        bits = bits.with_value(index, 1)
    document = unsigned_bitstring_list(
        id=URL,
        issuer=MECHANISM.party(ISSUER).did,
        purposes=["revocation"],
        bits=bits,
        valid_from=at,
    )
    return secure(MECHANISM, document, at)


def _their_list(peer: Peer, at: datetime, revoked: tuple[int, ...]) -> bytes:
    return peer.status_list(
        MECHANISM,
        MECHANISM.party(ISSUER),
        id=URL,
        set=revoked,
        length=MIN_LENGTH,
        validFrom=write_timestamp(at),
    )


def _with_bits_of(listed: bytes, other: bytes) -> bytes:
    """A list that keeps its proof and has the bits of another."""
    document, given = json.loads(listed), json.loads(other)
    document["credentialSubject"]["encodedList"] = given["credentialSubject"]["encodedList"]
    return json.dumps(document).encode()


def _misread_by_peer(peer: Peer, holders: dict[int, bytes], listed: bytes) -> Iterator[str]:
    for index, holder in holders.items():
        try:
            found = peer.status(MECHANISM, holder, listed)
        except Refused as error:
            yield f"the peer refuses ours for the index {index}: {error}"
        else:
            if found is not (index in SET):
                yield f"the peer reads {found} at the index {index} of ours"


def _misread_by_us(holders: dict[int, bytes], listed: bytes) -> Iterator[str]:
    for index, holder in holders.items():
        report = judged(holder, presents=False, get=_Shelf(listed))
        if report.verdict is not (Verdict.REVOKED if index in SET else Verdict.VALID):
            codes = ", ".join(wrong(report))
            yield f"Holdfast says {report.verdict} of the index {index} of theirs: {codes}"


def _taken(peer: Peer, holder: bytes, forged: tuple[bytes, bytes]) -> Iterator[str]:
    for whose, listed in zip(("ours", "theirs"), forged, strict=True):
        verdict = judged(holder, presents=False, get=_Shelf(listed)).verdict
        if verdict is Verdict.VALID:
            yield f"Holdfast goes by {whose} once it was changed"
        try:
            peer.status(MECHANISM, holder, listed)
        except Refused:
            continue
        yield f"the peer goes by {whose} once it was changed"


class _Shelf:
    """Has the one list at its address."""

    def __init__(self, listed: bytes) -> None:
        self._listed: Final = listed

    def __call__(self, url: str, /, *, accept: str = "*/*") -> Body:
        del accept
        assert url == URL
        return Body(self._listed)
