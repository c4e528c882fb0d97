"""Mdocs in the wallet: kept, shown, verified, and not presented."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.wallet.credentials.mdoc.issuer import (
    MDL,
    NOW,
    SPACE,
    Authority,
    Making,
    new_key,
    pem,
    response,
)
from wallet.actions.incoming import incoming
from wallet.credentials.errors import CredentialError, UnsupportedFormat
from wallet.entries import credential as stored
from wallet.given import Given, is_document
from wallet.recognizing import What, recognize
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]


@pytest.fixture
def wallet(wallet: Wallet) -> Wallet:
    return replace(wallet, clock=lambda: NOW)


@pytest.fixture
def making() -> Making:
    return Making(Authority(), new_key())


@pytest.fixture
def data(making: Making) -> bytes:
    return making.make()


@pytest.fixture
def licence(data: bytes, tmp_path: Path) -> str:
    file = tmp_path / "licence.mdoc"
    file.write_bytes(data)
    return str(file)


MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_it_is_kept_in_base64url_with_a_warning_where_its_root_is_not_trusted(
    do: Does, propose: Proposes, wallet: Wallet, data: bytes, licence: str
) -> None:
    warned = [str(one) for one in propose("import_credential", source=licence).statement.warnings]
    assert any("not among the roots" in one for one in warned)
    made = do("import_credential", source=licence, name="licence")
    kept = stored(wallet.index, str(made.made)).credential
    assert kept.special_type == MDL
    assert kept.raw.decode() == _text(data)


def test_the_same_in_another_writing_is_the_same_entry(
    do: Does, data: bytes, tmp_path: Path
) -> None:
    ids = set()
    for name, written in (("a", data), ("b", data.hex().encode()), ("c", _text(data).encode())):
        (tmp_path / name).write_bytes(written)
        ids.add(do("import_credential", source=str(tmp_path / name)).made)
    assert len(ids) == 1
    assert do("import_credential", source=_text(data)).made in ids


def test_what_it_says_is_shown_by_namespace_and_element(do: Does, licence: str) -> None:
    entry = str(do("import_credential", source=licence).made)
    shown = do("show_credential", credential=entry)
    facts = {str(label): str(value) for label, value in shown.facts}
    assert facts[f"Claim {SPACE}/family_name"] == "Mustermann"
    assert facts[f"Claim {SPACE}/birth_date"] == "1984-01-26"
    assert facts[f"Claim {SPACE}/age_over_18"] == "true"
    assert facts[f"Claim {SPACE}/portrait"] == "256 bytes"


def test_what_is_kept_is_valid_once_its_root_is_trusted(
    do: Does, making: Making, licence: str, tmp_path: Path
) -> None:
    entry = str(do("import_credential", source=licence).made)
    assert do("verify_credential", credential=entry).data["verdict"] == Verdict.UNTRUSTED
    root = tmp_path / "root.pem"
    root.write_bytes(pem(making.authority.root))
    do("trust_issuer", x509=str(root))
    report = do("verify_credential", credential=entry).data
    assert (report["format"], report["verdict"]) == ("mdoc", Verdict.VALID)


def test_one_that_is_bound_to_a_key_of_the_wallet_is_ones_own_and_not_presented(
    do: Does, propose: Proposes, making: Making, tmp_path: Path
) -> None:
    me = str(do("create_did", method="jwk", name="me", algorithm="P-256").made)
    jwk = json.loads(base64.urlsafe_b64decode(me.removeprefix("did:jwk:") + "=="))
    x, y = (base64.urlsafe_b64decode(jwk[name] + "==") for name in "xy")
    key = {"deviceKey": {1: 2, -1: 1, -2: x, -3: y}}
    making.mso = lambda mso: {**mso, "deviceKeyInfo": key}
    file = tmp_path / "mine"
    file.write_bytes(making.make())
    warnings = propose("import_credential", source=str(file)).statement.warnings
    assert not any("none of your DIDs" in str(one) for one in warnings)
    entry = str(do("import_credential", source=str(file)).made)
    with pytest.raises(UnsupportedFormat, match="an mdoc is presented in a session of its own"):
        propose("present_credential", credential=entry, verifier=MEI)


def test_what_a_device_answered_is_not_kept(
    propose: Proposes, making: Making, tmp_path: Path
) -> None:
    file = tmp_path / "response"
    file.write_bytes(response((MDL, making.value())))
    with pytest.raises(CredentialError, match="no credential"):
        propose("import_credential", source=str(file))


def test_a_paste_is_recognized(making: Making, data: bytes) -> None:
    for text in (_text(data), data.hex(), f" {data.hex()}\n"):
        found = recognize(text)
        assert found.kind is What.CREDENTIAL
        assert {str(label): value for label, value in found.facts}["Type"] == MDL
        assert is_document(text)
        assert Given.of(text).raw == text.strip().encode()
    answered = recognize(response((MDL, making.value())).hex())
    assert (answered.kind, [v for _, v in answered.facts]) == (What.PRESENTATION, [MDL])


def test_a_paste_that_breaks_off_is_unreadable_and_words_are_words(data: bytes) -> None:
    assert recognize(data.hex()[:-20]).kind is What.UNREADABLE
    assert recognize("o" * 500).kind is What.WORDS
    assert recognize("please show my driving licence " * 10).kind is What.WORDS
    assert not is_document("p" * 300)


def test_a_file_that_is_dropped_is_recognized_in_each_writing(data: bytes, tmp_path: Path) -> None:
    for name, written in (("a.mdoc", data), ("b.txt", _text(data).encode()), ("c", data.hex())):
        file = tmp_path / name
        file.write_bytes(written if isinstance(written, bytes) else written.encode())
        came = incoming(str(file))
        assert (came.what.kind, came.given) == (What.CREDENTIAL, str(file))
        assert recognize(came.text).kind is What.CREDENTIAL
