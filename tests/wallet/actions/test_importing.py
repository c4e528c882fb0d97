from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from did.keys import ALGORITHMS
from did.methods import METHODS
from did.pem import unsafe_encode_private_pem
from did.private_jwk import unsafe_encode_private_jwk
from did.resolver import Resolver
from wallet.actions.importing import import_key
from wallet.entries import NO_NUMBER, credentials, dids
from wallet.errors import BadInput
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.verify.pipeline import verify
from wallet.verify.report import Verdict
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from did.keys import PrivateKey
    from tests.wallet.conftest import Does, Proposes
    from wallet.wallet import Wallet

    Write = Callable[..., str]

NAMES = ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")


def key(name: str = "Ed25519", byte: int = 7) -> PrivateKey:
    algorithm = ALGORITHMS[name]
    return algorithm.private_key(b"\x01" + bytes([byte]) * (algorithm.secret_size - 1))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a key to a file, and gives its name."""

    def written(made: PrivateKey, name: str = "key") -> str:
        path = tmp_path / name
        path.write_text(
            unsafe_encode_private_pem(made)
            if name.endswith(".pem")
            else json.dumps(unsafe_encode_private_jwk(made)),
            encoding="ascii",
        )
        return str(path)

    return written


def judged(data: bytes, *, challenge: str | None = None, domain: str | None = None) -> Verdict:
    sources, at = Sources(Resolver(METHODS)), datetime.now(UTC)
    return verify(data, sources=sources, at=at, challenge=challenge, domain=domain).verdict


@pytest.mark.parametrize("file", ["key.pem", "key.json"])
@pytest.mark.parametrize("method", ["key", "jwk"])
@pytest.mark.parametrize("name", NAMES)
def test_an_imported_key_signs_what_others_can_check(
    wallet: Wallet, do: Does, write: Write, name: str, method: str, file: str
) -> None:
    did = do("import_key", file=write(key(name), file), method=method, name="office").data["did"]
    (own,) = dids(wallet.vault)
    assert (own.id, own.name, own.algorithm, own.number) == (did, "office", name, NO_NUMBER)
    signing = wallet.registrars[method].signing(own)
    assert signing.signer.public_key == key(name).public_key
    form = {"format": "jwt"} if name == "secp256k1" else {}
    do(
        "issue_credential",
        type="Degree",
        issuer="office",
        subject="office",
        claims={"n": "1"},
        **form,
    )
    (issued,) = credentials(wallet.vault)
    assert issued.credential.issuer == did
    assert judged(issued.credential.raw) is Verdict.VALID


def test_a_holder_presents_with_an_imported_key(do: Does, write: Write, tmp_path: Path) -> None:
    do("import_key", file=write(key()), name="me")
    do("create_did", method="key", name="school")
    issued = do("issue_credential", type="Card", issuer="school", subject="me", claims={"n": "1"})
    request = {"challenge": "a-challenge-of-their-own", "domain": "school.example"}
    where = str(tmp_path / "presentation.json")
    done = do(
        "present_credential", credential=issued.made, verifier="school", output=where, **request
    )
    assert done.saved is not None
    assert judged(done.saved.read_bytes(), **request) is Verdict.VALID


def test_says_what_a_phrase_does_not_bring_back_and_that_the_file_is_still_there(
    propose: Proposes, write: Write
) -> None:
    file = write(key(), "key.pem")
    waiting = propose("import_key", file=file)
    assert "only a backup does" in str(waiting.statement.warnings[0])
    done = waiting.perform()
    assert file in str(done.next)
    assert "delete it" in str(done.next)


def test_is_listed_and_shown_as_imported(do: Does, write: Write) -> None:
    did = do("import_key", file=write(key()), name="office").data["did"]
    do("create_did", method="key", name="mine")
    listed = {entry["name"]: entry for entry in do("list_dids").data["dids"]}
    assert listed["office"]["imported"] is True
    assert "imported" not in listed["mine"]
    assert do("show_did", did="office").data["document"]["id"] == did


def test_takes_no_place_among_the_keys_of_the_phrase(
    wallet: Wallet, do: Does, write: Write
) -> None:
    do("import_key", file=write(key()))
    do("create_did", method="key")
    do("import_key", file=write(key(byte=8)))
    do("create_did", method="key")
    assert [own.number for own in dids(wallet.vault)] == [NO_NUMBER, 0, NO_NUMBER, 1]


def test_notices_a_key_that_the_wallet_has(
    wallet: Wallet, do: Does, propose: Proposes, write: Write
) -> None:
    do("import_key", file=write(key(), "key.pem"), name="office")
    with pytest.raises(BadInput, match="has that key already: it is office"):
        propose("import_key", file=write(key(), "key.json"))
    again = propose("import_key", file=write(key(), "key.json"), method="jwk")
    assert "the same key as office" in str(again.statement.warnings[-1])
    again.perform()
    assert wallet.vault.count(Kind.KEY) == 1
    assert len(dids(wallet.vault)) == 2


def test_notices_a_key_that_was_exported_from_the_same_wallet(
    wallet: Wallet, do: Does, propose: Proposes, tmp_path: Path
) -> None:
    do("create_did", method="key", name="mine")
    (own,) = dids(wallet.vault)
    with wallet.registrars["key"].unsafe_jwk(own) as jwk:
        (tmp_path / "mine.json").write_bytes(jwk)
    with pytest.raises(BadInput, match="it is mine"):
        propose("import_key", file=str(tmp_path / "mine.json"))


def test_two_that_wait_for_a_yes_cannot_both_be_done(propose: Proposes, write: Write) -> None:
    first, second = (propose("import_key", file=write(key())) for _ in range(2))
    first.perform()
    with pytest.raises(BadInput, match="already"):
        second.perform()


def test_nothing_is_kept_before_the_yes(wallet: Wallet, propose: Proposes, write: Write) -> None:
    propose("import_key", file=write(key()))
    assert not any(wallet.vault.each())


def test_neither_the_journal_nor_the_result_holds_the_key(
    wallet: Wallet, do: Does, propose: Proposes, write: Write
) -> None:
    file = write(key())
    waiting = propose("import_key", file=file)
    result = do("import_key", file=file)
    with pytest.raises(BadInput):
        do("import_key", file=file)
    told = json.dumps(
        [
            waiting.statement.plain(),
            dict(result.data),
            [(str(label), str(value)) for label, value in result.facts],
            str(result.next),
            *(record.body for record in wallet.vault.each() if record.kind is not Kind.KEY),
        ],
        ensure_ascii=False,
    )
    secret = key().expose_secret()
    for form in (unsafe_encode_private_jwk(key())["d"], secret.hex()):
        assert form not in told + repr(waiting)


def test_a_sealed_key_in_the_record_of_another_is_refused(
    wallet: Wallet, do: Does, write: Write
) -> None:
    for byte, name in ((7, "one"), (8, "two")):
        do("import_key", file=write(key(byte=byte)), name=name)
    one, two = dids(wallet.vault)
    assert one.imported is not None
    assert two.imported is not None
    theirs = wallet.vault.get(Kind.KEY, two.imported).body
    wallet.vault.put(Kind.KEY, theirs, id=one.imported)
    with pytest.raises(IntegrityError):
        wallet.registrars["key"].signing(one)


def test_a_did_that_names_another_key_signs_nothing(wallet: Wallet, do: Does, write: Write) -> None:
    for byte, name in ((7, "one"), (8, "two")):
        do("import_key", file=write(key(byte=byte)), name=name)
    one, two = dids(wallet.vault)
    wallet.vault.put(Kind.DID, {**one.body(), "imported": two.imported}, id=one.id)
    changed = dids(wallet.vault)[0]
    with pytest.raises(BadInput, match="no key that others could check"):
        wallet.registrars["key"].signing(changed)


def test_an_encrypted_key_takes_its_password(
    wallet: Wallet, propose: Proposes, tmp_path: Path
) -> None:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    data = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a password")
    )
    file = str(tmp_path / "key.pem")
    (tmp_path / "key.pem").write_bytes(data)
    (tmp_path / "password").write_text("a password\n")
    (tmp_path / "wrong").write_text("another\n")
    with pytest.raises(BadInput, match="encrypted") as caught:
        propose("import_key", file=file)
    assert caught.value.hint is not None
    with pytest.raises(BadInput, match="no private key that this password opens"):
        propose("import_key", file=file, password_file=str(tmp_path / "wrong"))
    asked: list[str] = []

    def ask() -> Secret:
        asked.append("once")
        return Secret("a password")

    assert "under its password" in str(import_key(wallet, {"file": file}, ask=ask).perform().next)
    assert asked == ["once"]
    with pytest.raises(BadInput, match="already"):
        propose("import_key", file=file, password_file=str(tmp_path / "password"))


def test_asks_for_no_password_where_there_is_none(wallet: Wallet, write: Write) -> None:
    def ask() -> Secret:
        raise AssertionError

    import_key(wallet, {"file": write(key(), "key.pem")}, ask=ask).perform()


@pytest.mark.parametrize("arguments", [{"name": "office"}, {"name": "x" * 101}, {"name": "a\x1b"}])
def test_refuses_a_name_that_cannot_be_had(
    do: Does, propose: Proposes, write: Write, arguments: dict[str, Any]
) -> None:
    do("create_did", method="key", name="Office")
    with pytest.raises(BadInput, match=r"name|called"):
        propose("import_key", file=write(key()), **arguments)


def test_is_exported_like_any_other(wallet: Wallet, do: Does, write: Write) -> None:
    do("import_key", file=write(key("P-384")))
    (own,) = dids(wallet.vault)
    with wallet.registrars["key"].unsafe_jwk(own) as jwk:
        assert json.loads(jwk) == unsafe_encode_private_jwk(key("P-384"))


def test_an_imported_did_is_its_own_document(do: Does, propose: Proposes, write: Write) -> None:
    do("import_key", file=write(key()), name="office")
    with pytest.raises(BadInput, match="cannot be changed"):
        propose("rotate_key", did="office")
