from __future__ import annotations

import threading
import traceback
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wallet.vault.derivation import KeyPath
from wallet.vault.errors import (
    AlreadyExists,
    InvalidRecord,
    Locked,
    RecordNotFound,
    VaultError,
    WrongPassphrase,
)
from wallet.vault.header import FLOOR, KdfCost
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.record import MAX_DEPTH, Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault, utc_now

if TYPE_CHECKING:
    from pathlib import Path

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=20,
)
BODIES = st.dictionaries(st.text(st.characters(codec="utf-8")), JSON, max_size=4)
IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=50)
FEW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def test_gives_a_new_phrase_once_and_opens_with_the_passphrase(
    path: Path, passphrase: Secret
) -> None:
    vault, phrase = Vault.create(path, passphrase, kdf=FLOOR)
    with vault:
        made = vault.put(Kind.CONTACT, {"name": "Acme"})
    assert phrase.count == 12
    with Vault.open(path, passphrase) as again:
        assert again.all(Kind.CONTACT) == (made,)
        assert again.path == path


def test_never_overwrites_a_vault(vault: Vault, passphrase: Secret) -> None:
    before = vault.path.read_bytes()
    with pytest.raises(AlreadyExists):
        Vault.create(vault.path, passphrase, kdf=FLOOR)
    assert vault.path.read_bytes() == before


def test_refuses_an_empty_passphrase(path: Path) -> None:
    with pytest.raises(VaultError, match="empty"):
        Vault.create(path, Secret(""), kdf=FLOOR)
    assert not path.parent.exists()


@FEW
@given(BODIES, st.sampled_from(Kind), IDS)
def test_what_is_put_is_got(vault: Vault, body: dict[str, Any], kind: Kind, id_: str) -> None:
    put = vault.put(kind, body, id=id_)
    got = vault.get(kind, id_)
    assert got == put
    assert got.body == body
    assert repr(got.body) == repr(body)  # 1, 1.0 and true are equal, and are not the same
    vault.delete(kind, id_)


def test_keeps_what_it_holds_across_openings(vault: Vault, passphrase: Secret) -> None:
    body: dict[str, Any] = {"学位": "硕士", "n": [1, 1.5, None, {"a": []}], "s": "\0\n\u202e"}
    put = vault.put(Kind.CREDENTIAL, body)
    vault.close()
    with Vault.open(vault.path, passphrase) as again:
        assert again.get(Kind.CREDENTIAL, put.id) == put
        assert again.get(Kind.CREDENTIAL, put.id).body == body


def test_draws_an_id_where_none_is_given(vault: Vault) -> None:
    ids = {vault.put(Kind.JOURNAL, {}).id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(bytes.fromhex(id_)) == 16 for id_ in ids)


def test_counts_the_versions_of_a_record(vault: Vault) -> None:
    first = vault.put(Kind.SETTING, {"language": "en"}, id="language")
    second = vault.put(Kind.SETTING, {"language": "zh"}, id="language")
    assert (first.version, second.version) == (1, 2)
    assert second.created == first.created
    assert vault.get(Kind.SETTING, "language") == second
    assert vault.all(Kind.SETTING) == (second,)


def test_two_kinds_may_use_one_id(vault: Vault) -> None:
    contact = vault.put(Kind.CONTACT, {"a": 1}, id="x")
    product = vault.put(Kind.PRODUCT, {"b": 2}, id="x")
    vault.delete(Kind.PRODUCT, "x")
    assert product.body == {"b": 2}
    assert vault.get(Kind.CONTACT, "x") == contact


def test_lists_the_oldest_first_even_when_the_clock_goes_back(
    path: Path, passphrase: Secret
) -> None:
    hours = iter(range(10, 0, -1))
    start = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))

    def clock() -> datetime:
        return start + timedelta(hours=next(hours))

    vault, _ = Vault.create(path, passphrase, kdf=FLOOR, clock=clock)
    with vault:
        put = [vault.put(Kind.JOURNAL, {"n": n}) for n in range(5)]
        vault.put(Kind.CONTACT, {})
        vault.delete(Kind.JOURNAL, put.pop(1).id)
        put[0] = vault.put(Kind.JOURNAL, {"n": "changed"}, id=put[0].id)
        assert vault.all(Kind.JOURNAL) == tuple(put)
        assert put[0].created == start + timedelta(hours=10)
        assert put[0].created.tzinfo is UTC


def test_the_clock_is_in_utc() -> None:
    assert utc_now().utcoffset() == timedelta(0)


def test_says_what_it_does_not_hold(vault: Vault) -> None:
    vault.put(Kind.CONTACT, {}, id="a")
    for attempt in (vault.get, vault.delete):
        with pytest.raises(RecordNotFound, match="holds no did 'a'") as caught:
            attempt(Kind.DID, "a")
        assert (caught.value.kind, caught.value.id) == ("did", "a")


def test_takes_frozen_json(vault: Vault) -> None:
    record = vault.put(Kind.DID, MappingProxyType({"a": (1, MappingProxyType({"b": ()}))}))
    assert record.body == {"a": [1, {"b": []}]}
    assert vault.get(Kind.DID, record.id) == record


def test_does_not_follow_later_changes_of_what_it_was_given(vault: Vault) -> None:
    inner: list[int] = []
    record = vault.put(Kind.DID, {"a": inner})
    inner.append(1)
    assert record.body == {"a": []}


def deep(levels: int) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for _ in range(levels):
        body = {"a": body}
    return body


@pytest.mark.parametrize(
    "body",
    [
        {"a": b"bytes"},
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": {1: 2}},
        {1: 2},
        {"a": {1, 2}},
        {"a": "\ud800"},
        {"\ud800": 1},
        {"a": 10**5000},
        {"a": object()},
        {"a": "x" * (8 * 1024 * 1024)},
        deep(MAX_DEPTH + 1),
        deep(100_000),
    ],
    ids=lambda body: repr(type(body)),
)
def test_refuses_what_is_not_json(vault: Vault, body: Any) -> None:
    with pytest.raises(InvalidRecord):
        vault.put(Kind.DID, body)
    assert vault.all(Kind.DID) == ()
    vault.put(Kind.DID, deep(MAX_DEPTH))


@pytest.mark.parametrize("id_", ["", "x" * 2049, "\udc80"])
def test_refuses_what_is_no_id(vault: Vault, id_: str) -> None:
    for attempt in (vault.get, vault.delete, lambda k, i: vault.put(k, {}, id=i)):
        with pytest.raises(InvalidRecord):
            attempt(Kind.DID, id_)


def change_and_fail(vault: Vault) -> None:
    with vault.transaction():
        vault.put(Kind.DID, {"n": 1}, id="kept")
        vault.put(Kind.DID, {"n": 1}, id="new")
        vault.delete(Kind.DID, "new")
        assert vault.get(Kind.DID, "kept").body == {"n": 1}
        raise RuntimeError


def test_a_transaction_that_fails_leaves_nothing(vault: Vault, passphrase: Secret) -> None:
    vault.put(Kind.DID, {"n": 0}, id="kept")
    with pytest.raises(RuntimeError):
        change_and_fail(vault)
    assert [record.body for record in vault.all(Kind.DID)] == [{"n": 0}]
    vault.close()
    with Vault.open(vault.path, passphrase) as again:
        assert again.get(Kind.DID, "kept").version == 1


def test_a_transaction_inside_another_is_part_of_it(vault: Vault) -> None:
    with vault.transaction():
        with vault.transaction():
            vault.put(Kind.DID, {}, id="inner")
        vault.put(Kind.DID, {}, id="outer")
    assert [record.id for record in vault.all(Kind.DID)] == ["inner", "outer"]


def catch_a_failure_inside(vault: Vault) -> None:
    with vault.transaction():
        vault.put(Kind.DID, {}, id="kept")
        with pytest.raises(RuntimeError):
            change_and_fail(vault)
        with pytest.raises(VaultError):
            vault.put(Kind.DID, {}, id="after")


def test_a_failure_inside_fails_the_whole_even_if_it_is_caught(vault: Vault) -> None:
    with pytest.raises(VaultError, match="nothing of it was kept"):
        catch_a_failure_inside(vault)
    assert vault.all(Kind.DID) == ()


def test_what_is_not_found_does_not_fail_a_transaction(vault: Vault) -> None:
    with vault.transaction():
        for attempt in (vault.get, vault.delete):
            with pytest.raises(RecordNotFound):
                attempt(Kind.DID, "none")
        vault.put(Kind.DID, {}, id="kept")
    assert len(vault.all(Kind.DID)) == 1


def test_an_empty_transaction_changes_nothing(vault: Vault) -> None:
    before = vault.path.read_bytes()
    with vault.transaction():
        pass
    assert vault.path.read_bytes() == before


def test_threads_share_a_vault(vault: Vault) -> None:
    def work(name: str) -> None:
        for n in range(20):
            vault.put(Kind.JOURNAL, {"by": name, "n": n})
            vault.all(Kind.JOURNAL)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(vault.all(Kind.JOURNAL)) == 80


def test_a_closed_vault_does_nothing(vault: Vault) -> None:
    record = vault.put(Kind.DID, {})
    vault.close()
    vault.close()
    for attempt in (
        lambda: vault.get(Kind.DID, record.id),
        lambda: vault.all(Kind.DID),
        lambda: vault.put(Kind.DID, {}),
        lambda: vault.delete(Kind.DID, record.id),
        lambda: vault.change_passphrase(Secret("a"), Secret("b")),
    ):
        with pytest.raises(Locked, match="the vault is locked"):
            attempt()
    with pytest.raises(Locked), vault.transaction():
        pass


def close_inside(vault: Vault) -> None:
    with vault.transaction():
        vault.put(Kind.DID, {})
        vault.close()


def test_closing_inside_a_transaction_keeps_nothing_of_it(vault: Vault, passphrase: Secret) -> None:
    with pytest.raises(Locked):
        close_inside(vault)
    with Vault.open(vault.path, passphrase) as again:
        assert again.all(Kind.DID) == ()


def test_leaves_one_file_when_closed(vault: Vault) -> None:
    vault.put(Kind.DID, {})
    vault.close()
    assert list(vault.path.parent.iterdir()) == [vault.path]


def snapshot(folder: Path) -> dict[str, tuple[bytes, int, int, int]]:
    def facts(file: Path) -> tuple[bytes, int, int, int]:
        status = file.stat()
        return file.read_bytes(), status.st_mtime_ns, status.st_ino, status.st_mode

    entries = {file.name: facts(file) for file in folder.iterdir()}
    return entries | {".": (b"", folder.stat().st_mtime_ns, 0, 0)}


@pytest.fixture
def closed(vault: Vault) -> Path:
    vault.put(Kind.DID, {"a": 1}, id="kept")
    vault.close()
    return vault.path


@pytest.mark.parametrize(
    "wrong", ["", "correct horse battery stapl", "Correct horse battery staple"]
)
def test_a_wrong_passphrase_touches_nothing(closed: Path, wrong: str) -> None:
    before = snapshot(closed.parent)
    with pytest.raises(WrongPassphrase) as caught:
        Vault.open(closed, Secret(wrong))
    assert str(caught.value) == "wrong passphrase, or a damaged wallet"
    assert caught.value.hint is None
    assert snapshot(closed.parent) == before


def test_a_wrong_passphrase_touches_nothing_while_the_wallet_is_in_use(vault: Vault) -> None:
    vault.put(Kind.DID, {})
    before = snapshot(vault.path.parent)
    with pytest.raises(WrongPassphrase):
        Vault.open(vault.path, Secret("wrong"))
    after = snapshot(vault.path.parent)
    assert "vault.db-wal" in before
    assert after.keys() == before.keys()
    assert after["vault.db"] == before["vault.db"]
    assert after["vault.db-wal"] == before["vault.db-wal"]


def test_no_traceback_shows_a_passphrase_even_with_its_locals(closed: Path) -> None:
    with pytest.raises(WrongPassphrase) as caught:
        Vault.open(closed, Secret("my-wrong-passphrase"))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert len(shown.stack) > 1
    assert "my-wrong" not in str([frame.locals for frame in shown.stack[1:]])


def test_a_new_passphrase_takes_the_place_of_the_old(closed: Path, passphrase: Secret) -> None:
    new = Secret("新的口令")
    with Vault.open(closed, passphrase) as vault:
        vault.change_passphrase(passphrase, new)
        vault.put(Kind.DID, {"a": 2}, id="kept")
    with pytest.raises(WrongPassphrase):
        Vault.open(closed, passphrase)
    with Vault.open(closed, new) as vault:
        assert vault.get(Kind.DID, "kept").version == 2
        dearer = KdfCost(ops=4, mem=64 * 1024 * 1024)
        vault.change_passphrase(new, passphrase, kdf=dearer)
    assert b'"ops":4' in closed.read_bytes()
    Vault.open(closed, passphrase).close()


def test_a_passphrase_is_changed_only_by_who_knows_it(closed: Path, passphrase: Secret) -> None:
    with Vault.open(closed, passphrase) as vault:
        with pytest.raises(WrongPassphrase):
            vault.change_passphrase(Secret("wrong"), Secret("new"))
        with pytest.raises(VaultError, match="empty"):
            vault.change_passphrase(passphrase, Secret(""))
    Vault.open(closed, passphrase).close()


def test_the_same_phrase_gives_the_same_keys_in_another_wallet(
    tmp_path: Path, passphrase: Secret
) -> None:
    phrase = RecoveryPhrase.generate(24)
    keys = []
    for name in ("one", "two"):
        vault, given_back = Vault.create(
            tmp_path / name / "vault.db", passphrase, phrase=phrase, kdf=FLOOR
        )
        with vault:
            keys.append([vault.public_key(p) for p in (KeyPath.ethr(0), KeyPath.assertion(0, 0))])
        assert given_back == phrase
    assert keys[0] == keys[1]
