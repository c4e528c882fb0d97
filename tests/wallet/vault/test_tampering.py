from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from wallet.vault.errors import (
    IntegrityError,
    NewerVault,
    NotAVault,
    VaultError,
    WrongPassphrase,
)
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

BODIES = [{"n": n} for n in range(4)]


def run(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "vault.db"
    vault, _ = Vault.create(path, Secret("correct horse battery staple"), kdf=FLOOR)
    with vault:
        for body in BODIES:
            vault.put(Kind.CONTACT, body, id=f"contact {body['n']}")
    return path


@pytest.fixture
def closed(template: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "wallet"
    folder.mkdir(mode=0o700)
    return Path(shutil.copy2(template, folder))


def bodies(path: Path, passphrase: Secret) -> list[object]:
    with Vault.open(path, passphrase) as vault:
        return [record.body for record in vault.all(Kind.CONTACT)]


SWAP = (
    "CREATE TEMP TABLE t AS SELECT number, version, sealed FROM record",
    (
        "UPDATE record SET sealed = (SELECT sealed FROM t WHERE t.number = 3 - record.number)"
        " WHERE number IN (1, 2)"
    ),
)
MOVE = (
    "CREATE TEMP TABLE t AS SELECT number, id FROM record",
    "DELETE FROM record WHERE number = 3",
    "UPDATE record SET id = (SELECT id FROM t WHERE number = 3) WHERE number = 1",
)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["UPDATE record SET sealed = CAST(sealed || x'00' AS BLOB) WHERE number = 2"], "record "),
        (["UPDATE record SET sealed = zeroblob(length(sealed)) WHERE number = 2"], "record "),
        (["UPDATE record SET sealed = x'' WHERE number = 2"], "record "),
        (["UPDATE record SET version = version + 1 WHERE number = 2"], "record "),
        (["UPDATE record SET version = -1 WHERE number = 2"], "record "),
        (["UPDATE record SET id = x'00' WHERE number = 2"], "record 00 "),
        (SWAP, "record "),
        (MOVE, "record "),
        (["DELETE FROM record WHERE number = 2"], "the set of records lacks 1"),
        (["DELETE FROM record"], "the set of records lacks 4"),
        (
            ["INSERT INTO record SELECT 9, x'09', version, sealed FROM record WHERE number = 1"],
            "record 09 ",
        ),
        (["UPDATE record SET sealed = 'text' WHERE number = 2"], "a row of the record table"),
        (["UPDATE record SET id = 'text' WHERE number = 2"], "a row of the record table"),
        (["UPDATE record SET version = 'text' WHERE number = 2"], "a row of the record table"),
        (["UPDATE meta SET value = zeroblob(296) WHERE name = 'manifest'"], "the manifest"),
        (["DELETE FROM meta WHERE name = 'manifest'"], "the meta table"),
        (["UPDATE meta SET value = 7 WHERE name = 'manifest'"], "the meta table"),
        (["INSERT INTO meta VALUES ('more', x'00')"], "the meta table"),
        (
            ["UPDATE meta SET value = zeroblob(length(value)) WHERE name = 'phrase'"],
            "the set of records",
        ),
        (["UPDATE meta SET value = x'' WHERE name = 'header'"], "the header is malformed"),
        (["DROP TABLE record"], "the file's table of tables"),
        (["ALTER TABLE record ADD COLUMN extra"], "the file's table of tables"),
        (["CREATE VIEW v AS SELECT 1"], "the file's table of tables"),
        (
            ["CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM record; END"],
            "the file's table of tables",
        ),
        (["PRAGMA user_version = 0"], "the file's table of tables"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_names_what_was_changed(
    closed: Path, passphrase: Secret, statements: list[str], named: str
) -> None:
    run(closed, *statements)
    with pytest.raises(IntegrityError) as caught:
        Vault.open(closed, passphrase)
    assert str(caught.value).startswith(named)
    assert caught.value.record in str(caught.value)
    assert caught.value.hint is not None


def change_header(path: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        ((header,),) = connection.execute("SELECT value FROM meta WHERE name = 'header'")
        changed = header.replace(old.encode(), new.encode())
        assert changed != header
        connection.execute("UPDATE meta SET value = ? WHERE name = 'header'", (changed,))


@pytest.mark.parametrize(
    ("old", "new"), [('"mem":67108864', '"mem":67109888'), ('"ops":3', '"ops":4')]
)
def test_a_changed_header_is_refused(closed: Path, passphrase: Secret, old: str, new: str) -> None:
    change_header(closed, old, new)
    with pytest.raises(WrongPassphrase):
        Vault.open(closed, passphrase)


@pytest.mark.parametrize("mem", ["8192", "1099511627776"])
def test_a_weakened_or_ruinous_header_is_refused_before_it_is_followed(
    closed: Path, passphrase: Secret, mem: str
) -> None:
    change_header(closed, "67108864", mem)
    with pytest.raises(IntegrityError, match="the header asks for a key derivation"):
        Vault.open(closed, passphrase)


def test_a_damaged_index_is_refused(closed: Path, passphrase: Secret) -> None:
    # Without its index entry a record would be there and not be found.
    with closing(sqlite3.connect(closed, isolation_level=None)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_record_1'"
        ).fetchone()
        ((row_id,),) = connection.execute("SELECT id FROM record WHERE number = 2")
    whole = bytearray(closed.read_bytes())
    place = whole.index(row_id, (page - 1) * 4096, page * 4096)
    whole[place] ^= 1
    closed.write_bytes(whole)
    with pytest.raises(IntegrityError, match="the file's structure"):
        Vault.open(closed, passphrase)


def test_records_out_of_order_are_refused_and_not_read_for_ever(
    closed: Path, passphrase: Secret
) -> None:
    whole = bytearray(closed.read_bytes())
    # A cell of the table: its number, the size of its header, no number once more, 16 bytes of id.
    place = whole.index(b"\x02\x06\x00\x2c")
    whole[place] = 0x7F
    closed.write_bytes(whole)
    with pytest.raises(IntegrityError, match="the set of records is out of order"):
        Vault.open(closed, passphrase)


def test_a_changed_wallet_key_is_refused(closed: Path, passphrase: Secret) -> None:
    run(closed, "UPDATE meta SET value = zeroblob(72) WHERE name = 'wallet_key'")
    with pytest.raises(WrongPassphrase):
        Vault.open(closed, passphrase)


def saved_rows(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608


def put_back(path: Path, table: str, row: tuple[object, ...]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        marks = ", ".join("?" * len(row))
        connection.execute(f"REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608


def test_an_older_record_put_back_is_noticed(closed: Path, passphrase: Secret) -> None:
    old = saved_rows(closed, "record")[1]
    with Vault.open(closed, passphrase) as vault:
        vault.put(Kind.CONTACT, {"n": "new"}, id="contact 1")
    put_back(closed, "record", old)
    with pytest.raises(IntegrityError, match="holds one put back from earlier"):
        Vault.open(closed, passphrase)


def test_a_deleted_record_put_back_is_noticed(closed: Path, passphrase: Secret) -> None:
    old = saved_rows(closed, "record")[1]
    with Vault.open(closed, passphrase) as vault:
        vault.delete(Kind.CONTACT, "contact 1")
    put_back(closed, "record", old)
    with pytest.raises(IntegrityError, match="holds 1 that were deleted"):
        Vault.open(closed, passphrase)


def test_an_older_manifest_put_back_is_noticed(closed: Path, passphrase: Secret) -> None:
    old = next(row for row in saved_rows(closed, "meta") if row[0] == "manifest")
    with Vault.open(closed, passphrase) as vault:
        vault.put(Kind.CONTACT, {"n": "new"}, id="contact 1")
    put_back(closed, "meta", old)
    with pytest.raises(IntegrityError, match="the set of records"):
        Vault.open(closed, passphrase)


def test_an_older_passphrase_put_back_is_noticed(closed: Path, passphrase: Secret) -> None:
    old = [row for row in saved_rows(closed, "meta") if row[0] in ("header", "wallet_key")]
    with Vault.open(closed, passphrase) as vault:
        vault.change_passphrase(passphrase, Secret("new"))
    for row in old:
        put_back(closed, "meta", row)
    with pytest.raises(IntegrityError, match="the set of records"):
        Vault.open(closed, passphrase)


def test_rows_of_another_wallet_are_refused(
    closed: Path, passphrase: Secret, tmp_path: Path
) -> None:
    other, _ = Vault.create(tmp_path / "other" / "vault.db", passphrase, kdf=FLOOR)
    other.put(Kind.CONTACT, {"n": 0}, id="contact 0")
    other.close()
    phrase = next(row for row in saved_rows(other.path, "meta") if row[0] == "phrase")
    put_back(closed, "meta", phrase)
    with pytest.raises(IntegrityError):
        Vault.open(closed, passphrase)


def test_a_change_beside_an_open_vault_is_noticed(vault: Vault) -> None:
    for body in BODIES:
        vault.put(Kind.CONTACT, body, id=f"contact {body['n']}")
    old = saved_rows(vault.path, "record")[1]
    vault.put(Kind.CONTACT, {"n": "new"}, id="contact 1")
    put_back(vault.path, "record", old)
    for attempt in (
        lambda: vault.get(Kind.CONTACT, "contact 1"),
        lambda: vault.all(Kind.CONTACT),
        lambda: vault.put(Kind.CONTACT, {}),
        lambda: vault.delete(Kind.CONTACT, "contact 1"),
    ):
        with pytest.raises(IntegrityError):
            attempt()


def test_a_record_sealed_under_another_name_is_refused(
    vault: Vault,
) -> None:
    record = vault.put(Kind.CONTACT, {"n": 0}, id="a")
    held = vault._held
    with held.rows.changing():
        held.rows.put(held.row_id(Kind.CONTACT, "b"), 1, record.to_bytes())
    with pytest.raises(IntegrityError, match="is sealed under another name"):
        vault.get(Kind.CONTACT, "b")
    with pytest.raises(IntegrityError, match="is sealed under another name"):
        vault.all(Kind.CONTACT)


def test_a_row_is_written_in_a_transaction_only(vault: Vault) -> None:
    rows = vault._held.rows
    with pytest.raises(VaultError, match="outside a transaction"):
        rows.put(b"", 1, b"")


def test_a_newer_schema_is_refused_and_not_touched(closed: Path, passphrase: Secret) -> None:
    run(closed, "PRAGMA user_version = 3")
    before = closed.read_bytes()
    with pytest.raises(NewerVault, match="version 3") as caught:
        Vault.open(closed, passphrase)
    assert caught.value.hint == "upgrade holdfast"
    assert closed.read_bytes() == before
    assert list(closed.parent.iterdir()) == [closed]


@pytest.mark.parametrize("content", [b"", b"x", b"not a database " * 300, b"SQLite format 3\0"])
def test_another_file_is_refused_and_not_touched(
    tmp_path: Path, passphrase: Secret, content: bytes
) -> None:
    path = tmp_path / "vault.db"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(NotAVault):
        Vault.open(path, passphrase)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_another_database_is_refused_and_not_touched(tmp_path: Path, passphrase: Secret) -> None:
    path = tmp_path / "vault.db"
    run(path, "CREATE TABLE meta (name, value)")
    path.chmod(0o600)
    before = path.read_bytes()
    with pytest.raises(NotAVault):
        Vault.open(path, passphrase)
    assert path.read_bytes() == before


def test_each_truncation_is_refused(closed: Path, passphrase: Secret) -> None:
    whole = closed.read_bytes()
    for size in range(0, len(whole), 1024):
        closed.write_bytes(whole[:size])
        with pytest.raises((NotAVault, IntegrityError, WrongPassphrase)):
            Vault.open(closed, passphrase)


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_byte_is_refused_or_changes_nothing(
    closed: Path, passphrase: Secret, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 -- the same bytes each time
    whole = closed.read_bytes()
    for _ in range(8):
        damaged = bytearray(whole)
        damaged[rng.randrange(len(whole))] ^= rng.randrange(1, 256)
        closed.write_bytes(damaged)
        with suppress(VaultError):
            assert bodies(closed, passphrase) == BODIES
        for companion in ("-wal", "-shm"):
            closed.with_name(closed.name + companion).unlink(missing_ok=True)


def test_a_log_of_another_wallet_is_refused(
    closed: Path, passphrase: Secret, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    with Vault.open(closed, passphrase) as vault:
        vault.put(Kind.CONTACT, {"n": "new"}, id="contact 1")
        log = closed.with_name("vault.db-wal").read_bytes()
    copies.mkdir(mode=0o700)
    other, _ = Vault.create(copies / "vault.db", passphrase, kdf=FLOOR)
    other.close()
    (copies / "vault.db-wal").write_bytes(log)
    with pytest.raises(VaultError):
        Vault.open(other.path, passphrase)


def test_a_log_left_by_a_crash_is_read(closed: Path, passphrase: Secret, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    with Vault.open(closed, passphrase) as vault:
        vault.put(Kind.CONTACT, {"n": "new"}, id="contact 0")
        shutil.copytree(closed.parent, copies)
    with pytest.raises(WrongPassphrase):
        Vault.open(copies / "vault.db", Secret("wrong"))
    assert bodies(copies / "vault.db", passphrase) == [{"n": "new"}, *BODIES[1:]]
