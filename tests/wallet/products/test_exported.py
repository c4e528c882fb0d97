from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import DIDError
from did.keys.ed25519 import Ed25519PrivateKey
from did.methods.key import key_did
from wallet.clock import now
from wallet.credentials.formats.data_integrity import attach
from wallet.credentials.signed_json import signing
from wallet.errors import WalletError
from wallet.products.errors import LogBroken
from wallet.products.exported import Exported, unsigned_log
from wallet.products.log import begun, happened
from wallet.products.product import Product

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = Ed25519PrivateKey(bytes(range(32)))
SIGNER = str(key_did(KEY.public_key))
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 2**53 - 1, 1.5, "", "x", "did:key:z", [], {}, [[]], {"a": None}, "z" * 999]
)


def signed(document: dict[str, Any]) -> dict[str, Any]:
    method = f"{SIGNER}#{SIGNER.removeprefix('did:key:')}"
    proposed = signing(document, signer=KEY, verification_method=method, created=now())
    return attach(proposed, KEY.sign(proposed.signing_bytes))


def exported() -> dict[str, Any]:
    events = [signed(begun("kettle", signer=SIGNER, at=now()))]
    events.append(signed(happened(events, "sold", place="Rotterdam", at=now())))
    return signed(unsigned_log(Product("kettle", SIGNER, tuple(events))))


LOG = exported()


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a JSON value."""
    if way:
        yield way
    items = value.items() if isinstance(value, dict) else ()
    for key, inner in items or (enumerate(value) if isinstance(value, list) else ()):
        yield from places(inner, (*way, key))


def holds(form: dict[str, Any]) -> bool:
    try:
        Exported.parse(json.dumps(form).encode()).verify(lambda _: None)
    except (WalletError, DIDError):
        return False
    return True


def test_a_log_that_nobody_touched_holds() -> None:
    assert holds(LOG)


@given(st.sampled_from(list(places(LOG))), JUNK)
def test_any_change_anywhere_is_noticed_and_breaks_nothing(way: tuple[Any, ...], junk: Any) -> None:
    form = copy.deepcopy(LOG)
    inside: Any = form
    for step in way[:-1]:
        inside = inside[step]
    same = inside[way[-1]] == junk and type(inside[way[-1]]) is type(junk)
    inside[way[-1]] = junk
    assert holds(form) == same


@given(st.sampled_from(list(places(LOG))))
def test_anything_that_is_left_out_is_missed(way: tuple[Any, ...]) -> None:
    form = copy.deepcopy(LOG)
    inside: Any = form
    for step in way[:-1]:
        inside = inside[step]
    del inside[way[-1]]
    assert not holds(form)


def test_a_message_names_ten_faults_and_counts_the_rest() -> None:
    form = {**LOG, "count": 30}
    with pytest.raises(LogBroken, match=r"event 12 is missing; and \d+ more") as broken:
        Exported.parse(json.dumps(form).encode()).verify(lambda _: None)
    assert len(broken.value.findings) == 29
