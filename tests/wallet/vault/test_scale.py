from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wallet.vault.derivation import KeyPath
from wallet.vault.directory import SLOTS, Directory, Slot
from wallet.vault.errors import IntegrityError, InvalidRecord, Locked, RecordNotFound, VaultError
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.vault.record import Record

COUNT = 600
FEW = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)


def entries(count: int, start: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((f"c {n}", {"n": n, "x": "x" * 600}) for n in range(start, start + count))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "vault.db"
    vault, _ = Vault.create(path, Secret("correct horse battery staple"), kdf=FLOOR)
    with vault:
        vault.put_many(Kind.CREDENTIAL, entries(COUNT))
        vault.put_many(Kind.JOURNAL, ((None, {"n": n}) for n in range(30)))
        vault.put_many(Kind.CREDENTIAL, entries(50, COUNT))
    return path


@pytest.fixture
def closed(template: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "wallet"
    folder.mkdir(mode=0o700)
    return Path(shutil.copy2(template, folder))


def run(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608


def opened(path: Path, passphrase: Secret, **more: Any) -> Vault:
    return Vault.open(path, passphrase, at_once=0, **more)


def checked(path: Path, passphrase: Secret) -> Vault:
    # Nothing but reading a row will notice what is done to it from now on.
    vault = opened(path, passphrase)
    vault.check()
    return vault


# Pages


def test_pages_go_from_the_newest_to_the_oldest(closed: Path, passphrase: Secret) -> None:
    with opened(closed, passphrase) as vault:
        seen: list[Record] = []
        before: int | None = None
        while True:
            page = vault.page(Kind.CREDENTIAL, before=before, limit=77)
            seen += page.records
            if page.before is None:
                break
            before = page.before
        assert seen == list(reversed(vault.all(Kind.CREDENTIAL)))
        assert [record.body["n"] for record in seen] == list(range(COUNT + 49, -1, -1))


def test_a_page_goes_on_where_the_last_record_was_deleted(vault: Vault) -> None:
    vault.put_many(Kind.DID, entries(5))
    page = vault.page(Kind.DID, limit=2)
    vault.delete(Kind.DID, "c 3")
    vault.put(Kind.DID, {"n": 5}, id="c 5")
    rest = vault.page(Kind.DID, before=page.before)
    assert [record.body["n"] for record in rest.records] == [2, 1, 0]
    assert rest.before is None


def test_a_page_of_nothing(vault: Vault) -> None:
    assert vault.page(Kind.DID).records == ()
    vault.put(Kind.DID, {})
    assert vault.page(Kind.DID, limit=0).before is None
    assert vault.page(Kind.DID, before=-5).records == ()


def test_a_page_reads_no_other_row(closed: Path, passphrase: Secret) -> None:
    with checked(closed, passphrase) as vault:
        run(closed, "UPDATE record SET sealed = zeroblob(length(sealed)) WHERE number <= 600")
        assert len(vault.page(Kind.CREDENTIAL, limit=50).records) == 50
        assert len(vault.all(Kind.JOURNAL)) == 30
        with pytest.raises(IntegrityError):
            vault.page(Kind.CREDENTIAL, limit=51)


def test_counts_each_kind(closed: Path, passphrase: Secret) -> None:
    with opened(closed, passphrase) as vault:
        assert vault.count(Kind.CREDENTIAL) == COUNT + 50
        assert vault.count(Kind.JOURNAL) == len(vault.all(Kind.JOURNAL)) == 30
        assert vault.count(Kind.CONTACT) == 0
        vault.delete(Kind.CREDENTIAL, "c 7")
        assert vault.count(Kind.CREDENTIAL) == COUNT + 49


def test_blocks_tell_which_records_changed(vault: Vault) -> None:
    vault.put_many(Kind.DID, entries(SLOTS + 10))
    before = vault.blocks(Kind.DID)
    vault.put(Kind.CONTACT, {})
    assert vault.blocks(Kind.DID) == before
    vault.put(Kind.DID, {}, id=f"c {SLOTS}")
    after = vault.blocks(Kind.DID)
    assert [n for n in before if before[n] != after[n]] == [1]
    assert [r.id for r in vault.block(Kind.DID, 1).values()][:1] == [f"c {SLOTS - 1}"]
    numbers = list(vault.block(Kind.DID, 1))
    vault.delete(Kind.DID, f"c {SLOTS}")
    assert f"c {SLOTS}" not in [r.id for r in vault.numbered(Kind.DID, numbers)]
    assert vault.numbered(Kind.CONTACT, numbers[:3]) == ()


# Many in one transaction


def test_puts_many_or_none(vault: Vault) -> None:
    def some() -> Iterator[tuple[str | None, dict[str, Any]]]:
        yield from entries(10)
        yield None, {"bad": object()}

    with pytest.raises(InvalidRecord):
        vault.put_many(Kind.DID, some())
    assert vault.all(Kind.DID) == ()
    with pytest.raises(RecordNotFound):
        vault.get(Kind.DID, "c 1")
    ids = vault.put_many(Kind.DID, [("a", {"n": 1}), (None, {"n": 2}), ("a", {"n": 3})])
    assert ids[0] == ids[2] == "a"
    assert [(record.version, record.body["n"]) for record in vault.all(Kind.DID)] == [
        (2, 3),
        (1, 2),
    ]


def test_many_are_in_the_order_in_which_they_came(vault: Vault) -> None:
    vault.put_many(Kind.DID, entries(30))
    found = vault.all(Kind.DID)
    assert [record.body["n"] for record in found] == list(range(30))
    assert len({record.sequence for record in found}) == 30


@FEW
@given(st.lists(st.tuples(st.sampled_from("pdt"), st.integers(0, 5)), max_size=30))
def test_the_directory_follows_whatever_is_done(
    vault: Vault, passphrase: Secret, steps: list[tuple[str, int]]
) -> None:
    for what, n in steps:
        if what == "p":
            vault.put(Kind.DID, {"n": n}, id=f"{n}")
        elif what == "d":
            try:
                vault.delete(Kind.DID, f"{n}")
            except RecordNotFound:
                assert f"{n}" not in [record.id for record in vault.all(Kind.DID)]
        else:
            with pytest.raises(ZeroDivisionError):
                fail_inside(vault, n)
    with opened(vault.path, passphrase) as other:
        other.check()
        assert other.all(Kind.DID) == vault.all(Kind.DID)
        assert other.count(Kind.DID) == len(vault.all(Kind.DID))


def fail_inside(vault: Vault, n: int) -> None:
    with vault.transaction():
        vault.put(Kind.DID, {"n": "lost"}, id=f"{n}")
        vault.delete(Kind.DID, f"{n}")
        vault.put(Kind.DID, {"n": "lost"}, id="lost")
        raise ZeroDivisionError


# What a large file promises before all of it was checked


def test_what_was_changed_is_noticed_when_it_is_read(closed: Path, passphrase: Secret) -> None:
    with checked(closed, passphrase) as vault:
        old = next(row for row in rows(closed, "record") if row[0] == 300)
        vault.put(Kind.CREDENTIAL, {"n": "new"}, id="c 299")
        put_back(closed, old)
        with pytest.raises(IntegrityError, match="put back from earlier"):
            vault.get(Kind.CREDENTIAL, "c 299")
        with pytest.raises(IntegrityError, match="put back from earlier"):
            vault.all(Kind.CREDENTIAL)
        with pytest.raises(IntegrityError, match="put back from earlier"):
            vault.put(Kind.CREDENTIAL, {}, id="c 299")
        assert vault.get(Kind.CREDENTIAL, "c 300").body["n"] == 300


def put_back(path: Path, row: tuple[Any, ...]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("REPLACE INTO record VALUES (?, ?, ?, ?)", row)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET number = 100000 WHERE number = 300",
        "UPDATE record SET version = version + 1 WHERE number = 300",
        "UPDATE record SET id = randomblob(16) WHERE number = 300",
        "UPDATE record SET sealed = zeroblob(length(sealed)) WHERE number = 300",
        (
            "UPDATE record SET sealed = (SELECT sealed FROM record WHERE number = 301)"
            " WHERE number = 300"
        ),
    ],
)
def test_a_row_changed_beside_an_open_vault_is_noticed(
    closed: Path, passphrase: Secret, statement: str
) -> None:
    with checked(closed, passphrase) as vault:
        run(closed, statement)
        with pytest.raises(IntegrityError):
            vault.get(Kind.CREDENTIAL, "c 299")
        with pytest.raises(IntegrityError):
            vault.page(Kind.CREDENTIAL, limit=500)
        with pytest.raises(IntegrityError):
            vault.put(Kind.CREDENTIAL, {}, id="c 299")


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("DELETE FROM record WHERE number = 300", "lacks 1"),
        (
            "INSERT INTO record SELECT 9999, x'09', version, sealed FROM record WHERE number = 1",
            "holds 1",
        ),
        ("DELETE FROM block WHERE number = 1", "is not the one"),
        ("UPDATE block SET sealed = zeroblob(length(sealed)) WHERE number = 1", "is not the one"),
        ("UPDATE block SET number = number + 7", "is not the one"),
        ("INSERT INTO block VALUES (70, x'00')", "is not the one"),
        ("UPDATE block SET sealed = 'text' WHERE number = 1", "the directory"),
    ],
)
def test_opening_notices_what_is_missing_or_too_much(
    closed: Path, passphrase: Secret, statement: str, named: str
) -> None:
    run(closed, statement)
    with pytest.raises(IntegrityError, match=named):
        opened(closed, passphrase)


def test_an_older_block_put_back_is_noticed(closed: Path, passphrase: Secret) -> None:
    old = rows(closed, "block")[1]
    with opened(closed, passphrase) as vault:
        vault.delete(Kind.CREDENTIAL, "c 299")
        with closing(sqlite3.connect(closed, isolation_level=None)) as connection:
            connection.execute("REPLACE INTO block VALUES (?, ?)", old)
    with pytest.raises(IntegrityError, match="is not the one"):
        opened(closed, passphrase)


def test_a_missing_record_is_not_taken_for_one_that_never_was(
    closed: Path, passphrase: Secret
) -> None:
    # As many rows as there should be: only the directory knows that this one is not there.
    with checked(closed, passphrase) as vault:
        run(
            closed,
            "UPDATE record SET id = randomblob(16) WHERE number = 300",
        )
        with pytest.raises(IntegrityError, match="lacks 1"):
            vault.get(Kind.CREDENTIAL, "c 299")
        with pytest.raises(RecordNotFound):
            vault.get(Kind.CREDENTIAL, "never there")


def test_a_late_check_stops_the_wallet(closed: Path, passphrase: Secret) -> None:
    damage_one_unread(closed)
    heard: list[IntegrityError] = []
    vault = lucky(closed, passphrase, heard)
    signer = vault.signer(KeyPath.did_key(0))
    with pytest.raises(IntegrityError, match="record "):
        vault.check()
    assert len(heard) == 1
    for attempt in (
        lambda: vault.get(Kind.CREDENTIAL, "c 1"),
        lambda: vault.page(Kind.CREDENTIAL),
        lambda: vault.put(Kind.DID, {}),
        lambda: vault.signer(KeyPath.did_key(0)),
        vault.check,
    ):
        with pytest.raises(IntegrityError, match="record "):
            attempt()
    with pytest.raises(Locked):
        signer.sign(b"message")
    vault.close()


def damage_one_unread(path: Path) -> None:
    run(path, "UPDATE record SET sealed = zeroblob(length(sealed)) WHERE number = 300")


def lucky(path: Path, passphrase: Secret, heard: list[IntegrityError]) -> Vault:
    # The sample finds the row in one of ten openings.
    for _ in range(20):
        try:
            return opened(path, passphrase, on_damage=heard.append)
        except IntegrityError:
            continue
    raise AssertionError


def test_a_late_check_finds_a_damaged_structure(closed: Path, passphrase: Secret) -> None:
    with closing(sqlite3.connect(closed, isolation_level=None)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_record_1'"
        ).fetchone()
        ids = [row[0] for row in connection.execute("SELECT id FROM record")]
    whole = bytearray(closed.read_bytes())
    root = whole[(page - 1) * 4096 : page * 4096]
    inner = next(id_ for id_ in ids if id_ in root)
    whole[whole.index(inner, (page - 1) * 4096, page * 4096)] ^= 1
    closed.write_bytes(whole)
    with opened(closed, passphrase) as vault, pytest.raises(IntegrityError, match="structure"):
        vault.check()


def test_a_sound_file_passes_the_late_check(closed: Path, passphrase: Secret) -> None:
    heard: list[IntegrityError] = []
    with opened(closed, passphrase, on_damage=heard.append) as vault:
        vault.put(Kind.CREDENTIAL, {}, id="c 299")
        vault.check()
        vault.check()
        vault.put(Kind.CREDENTIAL, {}, id="c 298")
    assert heard == []
    assert list(closed.parent.iterdir()) == [closed]


def test_closing_gives_up_the_late_check(closed: Path, passphrase: Secret) -> None:
    before = threading.active_count()
    for _ in range(3):
        opened(closed, passphrase).close()
    assert threading.active_count() == before
    assert list(closed.parent.iterdir()) == [closed]


def test_waiting_for_the_check_inside_a_transaction_ends(closed: Path, passphrase: Secret) -> None:
    with opened(closed, passphrase) as vault, vault.transaction():
        vault.put(Kind.DID, {})
        vault.check()


def test_reading_only_is_checked_late_too(closed: Path, passphrase: Secret) -> None:
    with opened(closed, passphrase, read_only=True) as vault:
        vault.check()
        assert vault.count(Kind.CREDENTIAL) == COUNT + 50
    assert list(closed.parent.iterdir()) == [closed]


def test_two_open_vaults_follow_each_other(closed: Path, passphrase: Secret) -> None:
    with opened(closed, passphrase) as one, opened(closed, passphrase) as two:
        put = one.put(Kind.CONTACT, {"n": 1})
        assert two.get(Kind.CONTACT, put.id) == put
        two.delete(Kind.CONTACT, put.id)
        with pytest.raises(RecordNotFound):
            one.get(Kind.CONTACT, put.id)
        with pytest.raises(VaultError):
            one.delete(Kind.CONTACT, put.id)
        assert one.changes == two.changes


# What the file tells


def test_blocks_have_one_size_whatever_they_list(vault: Vault) -> None:
    vault.put(Kind.DID, {})
    sizes = {len(row[1]) for row in rows(vault.path, "block")}
    vault.put_many(Kind.CREDENTIAL, entries(SLOTS * 2))
    sizes |= {len(row[1]) for row in rows(vault.path, "block")}
    assert len(sizes) == 1


def test_a_number_is_never_given_twice(vault: Vault) -> None:
    vault.put(Kind.DID, {}, id="a")
    vault.delete(Kind.DID, "a")
    vault.put(Kind.DID, {}, id="a")
    assert [row[0] for row in rows(vault.path, "record")] == [2]


def test_a_block_that_lists_nothing_goes() -> None:
    directory = Directory()
    directory.place(5, Slot(3, b"i" * 16, b"d" * 16))
    assert (len(directory), directory.lists(b"i" * 16), directory.count(3)) == (1, True, 1)
    directory.clear(5)
    assert (directory.block(0), len(directory), directory.lists(b"i" * 16)) == (None, 0, False)
    assert directory.slot(5) is None
    assert directory.slot(-1) is None
    assert directory.dirty == {0}
