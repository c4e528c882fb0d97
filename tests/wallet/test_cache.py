from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.cache import CachingResolver, DocumentStore, KeptDocument
from did.chain.history import HistoryStore, KeptHistory
from did.errors import NotFound
from did.resolver import StaticResolver
from wallet.cache import Cache, Figures
from wallet.cache.file import _INDEX, _SCHEMA, APPLICATION_ID, FORMAT, MAX_VALUE, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DID: Final = "did:web:example.com"
WHEN: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEPT: Final = KeptDocument(b'{"id": "did:web:example.com"}', b"{}", WHEN)
REGISTRY: Final = "0xDcA7EF03e98e0DC2B855bE647C39ABe984fcF21B"
IDENTITY: Final = bytes(range(20))
HISTORY: Final = KeptHistory(
    7, ({"topics": ["0x01"], "data": "0x", "blockTimestamp": "0x5"}, {"data": "0x02"})
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache.db"


@pytest.fixture
def cache(path: Path) -> Iterator[Cache]:
    with closing(Cache(path, clock=lambda: WHEN)) as cache:
        yield cache


def edited(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def test_a_document_is_given_back_by_did_and_version(cache: Cache, path: Path) -> None:
    store: DocumentStore = cache
    store.keep_document(DID, "", KEPT)
    old = KeptDocument(b"{}", b'{"versionId": "1"}', WHEN - timedelta(days=1))
    store.keep_document(DID, "versionId=1", old)
    with closing(Cache(path)) as other:
        assert other.load_document(DID, "") == KEPT
        assert other.load_document(DID, "versionId=1") == old
        assert other.load_document(DID, "versionId=2") is None
    store.drop_document(DID, "")
    assert store.load_document(DID, "") is None
    assert store.load_document(DID, "versionId=1") == old


def test_a_history_is_given_back_by_chain_registry_and_identity(cache: Cache, path: Path) -> None:
    store: HistoryStore = cache
    store.keep(1, REGISTRY, IDENTITY, KeptHistory(3, ()))
    store.keep(1, REGISTRY, IDENTITY, HISTORY)
    with closing(Cache(path)) as other:
        assert other.load(1, REGISTRY.lower(), IDENTITY) == HISTORY
        assert other.load(5, REGISTRY, IDENTITY) is None
        assert other.load(1, REGISTRY, IDENTITY[::-1]) is None


def test_a_resolver_keeps_its_documents_in_it(cache: Cache) -> None:
    document = {"id": DID, "@context": ["https://www.w3.org/ns/did/v1.1"], "näme": [1, {"a": None}]}
    resolver = CachingResolver(
        StaticResolver({DID: document}), cache, methods={"web"}, max_age=timedelta(0)
    )
    assert resolver.resolve(DID).require().to_json() == document
    gone = CachingResolver(
        StaticResolver({}), cache, methods={"web"}, max_age=timedelta(0), offline=True
    )
    assert gone.resolve(DID).require().to_json() == document
    online = CachingResolver(StaticResolver({}), cache, methods={"web"}, max_age=timedelta(0))
    assert isinstance(online.resolve(DID, noCache="true").error, NotFound)
    assert cache.load_document(DID, "") is None


def test_there_is_no_file_until_something_is_kept(cache: Cache, path: Path) -> None:
    assert cache.load_document(DID, "") is None
    assert cache.load(1, REGISTRY, IDENTITY) is None
    cache.drop_document(DID, "")
    assert cache.figures() == Figures(0, 0, None)
    cache.forget()
    assert not path.parent.exists()


def test_the_file_is_its_owners_alone(cache: Cache, path: Path) -> None:
    cache.keep_document(DID, "", KEPT)
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    cache.close()
    path.chmod(0o644)
    assert cache.load_document(DID, "") == KEPT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert database.execute("PRAGMA user_version").fetchone() == (FORMAT,)


def test_figures_say_how_much_is_kept_and_since_when(cache: Cache) -> None:
    cache.keep_document(DID, "", KeptDocument(b"12345", b"67", WHEN - timedelta(days=9)))
    cache.keep(1, REGISTRY, IDENTITY, KeptHistory(10, ()))
    assert cache.figures() == Figures(2, 5 + 2 + 2 + 2, WHEN - timedelta(days=9))


def test_all_is_forgotten_and_can_be_kept_again(cache: Cache, path: Path) -> None:
    cache.keep_document(DID, "", KEPT)
    cache.forget()
    assert names(path) == []
    assert cache.load_document(DID, "") is None
    cache.keep_document(DID, "", KEPT)
    assert cache.load_document(DID, "") == KEPT


def test_who_cannot_forget_says_so(cache: Cache, path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(OSError, match="cache"):
        cache.forget()


def test_the_oldest_goes_first(path: Path) -> None:
    with closing(Cache(path, max_entries=3)) as cache:
        for name in ("a", "b", "c", "a", "d"):
            cache.keep_document(name, "", KEPT)
        kept = {name for name in "abcd" if cache.load_document(name, "") is not None}
        assert kept == {"a", "c", "d"}


def test_what_is_kept_is_bounded_in_bytes(path: Path) -> None:
    value = KeptDocument(b"x" * 1000, b"", WHEN)
    with closing(Cache(path, max_bytes=10_500)) as cache:
        for number in range(50):
            cache.keep_document(str(number), "", value)
        figures = cache.figures()
        assert 9_000 <= figures.bytes == figures.entries * 1000 <= 10_500
        assert cache.load_document("49", "") == value
        assert cache.load_document("39", "") is None
        size = path.stat().st_size
        for number in range(50):
            cache.keep_document(str(number), "", value)
        cache.close()
    assert path.stat().st_size <= size + 40_000


def test_a_value_that_is_too_long_is_not_kept(cache: Cache) -> None:
    cache.keep_document(DID, "", KEPT)
    cache.keep_document(DID, "1", KeptDocument(b"x" * (MAX_VALUE + 1), b"", WHEN))
    assert cache.load_document(DID, "1") is None
    assert cache.figures().entries == 1


def test_what_is_no_json_is_not_kept(cache: Cache) -> None:
    cache.keep(1, REGISTRY, IDENTITY, KeptHistory(7, ({"data": b"bytes"},)))
    assert cache.load(1, REGISTRY, IDENTITY) is None


@pytest.mark.parametrize(
    "content", [b"not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 4080]
)
def test_a_damaged_file_is_set_aside_and_the_work_goes_on(
    cache: Cache, path: Path, content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert cache.load_document(DID, "") is None
    assert (path.parent / "cache-damaged.db").read_bytes() == content
    cache.keep_document(DID, "", KEPT)
    assert cache.load_document(DID, "") == KEPT


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(
    cache: Cache, path: Path
) -> None:
    path.parent.mkdir()
    for content in (b"first", b"second"):
        path.write_bytes(content)
        cache.keep_document(DID, "", KEPT)
    assert (path.parent / "cache-damaged.db").read_bytes() == b"first"
    assert (path.parent / "cache-damaged-2.db").read_bytes() == b"second"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (x)",
        "PRAGMA application_id = 7",
        "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END",
        "ALTER TABLE entry ADD COLUMN more TEXT",
        "CREATE VIEW v AS SELECT 1",
    ],
)
def test_a_file_with_anything_of_anothers_is_set_aside_whole(
    cache: Cache, path: Path, statement: str
) -> None:
    cache.keep_document(DID, "", KEPT)
    cache.close()
    edited(path, statement)
    assert cache.load_document(DID, "") is None
    assert "cache-damaged.db" in names(path)
    cache.keep_document(DID, "", KEPT)
    assert cache.load_document(DID, "") == KEPT


def test_another_programs_database_is_left_as_it_is_under_another_name(
    cache: Cache, path: Path
) -> None:
    path.parent.mkdir()
    edited(path, "CREATE TABLE mine (x)", "INSERT INTO mine VALUES (1)")
    content = path.read_bytes()
    cache.keep_document(DID, "", KEPT)
    assert (path.parent / "cache-damaged.db").read_bytes() == content


def test_a_damage_in_the_middle_is_met_where_it_is_read(cache: Cache, path: Path) -> None:
    for number in range(200):
        cache.keep_document(str(number), "", KeptDocument(b"x" * 500, b"{}", WHEN))
    cache.close()
    content = bytearray(path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 100] = b"\xff" * 100
    path.write_bytes(content)
    assert cache.load_document("7", "") is None
    assert "cache-damaged.db" in names(path)
    cache.keep_document(DID, "", KEPT)
    assert cache.load_document(DID, "") == KEPT


def test_a_cache_of_another_version_is_dropped(cache: Cache, path: Path) -> None:
    for _ in range(2):
        cache.keep_document(DID, "", KEPT)
        cache.close()
        edited(path, f"PRAGMA user_version = {FORMAT + 1}")
        assert cache.load_document(DID, "") is None
        assert names(path) == []
    cache.keep_document(DID, "", KEPT)
    cache.close()
    edited(path, f"PRAGMA user_version = {FORMAT + 1}")
    cache.keep_document(DID, "1", KEPT)
    assert cache.figures().entries == 1


@pytest.mark.parametrize(
    "change",
    [
        "value = 'text'",
        "about = 'text'",
        "kept = 'text'",
        "kept = 9223372036854775807",
        "kept = 253402300800",
        "key = CAST(x'ff' AS TEXT)",
    ],
)
def test_an_entry_of_the_wrong_type_is_none(cache: Cache, path: Path, change: str) -> None:
    cache.keep_document(DID, "", KEPT)
    cache.close()
    edited(path, f"UPDATE entry SET {change}")  # noqa: S608  # the test's own
    assert cache.load_document(DID, "") is None
    assert cache.figures().entries in {0, 1}


@pytest.mark.parametrize("size", ["'text'", "-9223372036854775808", "9223372036854775807"])
def test_a_size_that_is_none_is_no_error(cache: Cache, path: Path, size: str) -> None:
    cache.keep_document(DID, "", KEPT)
    cache.close()
    edited(path, f"UPDATE entry SET size = {size}")  # noqa: S608  # the test's own
    cache.keep_document(DID, "1", KEPT)
    assert cache.load_document(DID, "1") in {None, KEPT}
    assert cache.figures().entries in {0, 1, 2}


@pytest.mark.parametrize(
    ("about", "value"),
    [
        ("7", "{}"),
        ("7", "[1]"),
        ("true", "[]"),
        ('"7"', "[]"),
        ("7.5", "[]"),
        ("", "[]"),
        ("7", "["),
        ("7", '[{"a": 1, "a": 2}]'),
    ],
)
def test_a_history_that_is_none_is_not_given_back(
    cache: Cache, path: Path, about: str, value: str
) -> None:
    cache.keep(1, REGISTRY, IDENTITY, HISTORY)
    cache.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE entry SET about = ?, value = ?", (about.encode(), value.encode()))
        database.commit()
    assert cache.load(1, REGISTRY, IDENTITY) is None


def test_a_link_a_folder_or_a_pipe_is_no_cache(cache: Cache, path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    target = tmp_path / "target"
    target.write_bytes(b"")
    path.symlink_to(target)
    cache.keep_document(DID, "", KEPT)
    assert cache.load_document(DID, "") is None
    assert target.read_bytes() == b""
    path.unlink()
    path.mkdir()
    cache.keep_document(DID, "", KEPT)
    assert cache.load_document(DID, "") is None
    path.rmdir()
    os.mkfifo(path)
    cache.keep_document(DID, "", KEPT)
    assert cache.load_document(DID, "") is None
    assert names(path) == ["cache.db"]


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with closing(Cache(tmp_path / "file" / "cache.db")) as cache:
        cache.keep_document(DID, "", KEPT)
        assert cache.load_document(DID, "") is None
        assert cache.figures() == Figures(0, 0, None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_no_error(cache: Cache, path: Path) -> None:
    path.parent.mkdir(mode=0o500)
    cache.keep_document(DID, "", KEPT)
    assert cache.load_document(DID, "") is None
    path.parent.chmod(0o700)


def test_a_full_disk_is_no_error_and_loses_nothing(cache: Cache) -> None:
    cache.keep_document(DID, "", KEPT)
    database: Any = cache._database
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(20):
        cache.keep_document(str(number), "", KeptDocument(b"x" * 50_000, b"{}", WHEN))
        if cache._database is not database:
            break
    else:
        pytest.fail("the disk was never full")
    assert cache.load_document(DID, "") == KEPT
    cache.keep_document(DID, "1", KEPT)
    assert cache.load_document(DID, "1") == KEPT


def test_another_process_that_writes_is_not_waited_for_long(
    path: Path,
) -> None:
    cache = Cache(path, patience=0.05)
    cache.keep_document(DID, "", KEPT)
    cache.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        cache.keep_document(DID, "1", KEPT)
        assert cache.load_document(DID, "") == KEPT
        assert cache.load_document(DID, "1") is None
        other.execute("ROLLBACK")
    cache.keep_document(DID, "1", KEPT)
    assert cache.load_document(DID, "1") == KEPT


def test_what_must_go_takes_all_with_it_where_it_cannot_go_alone(
    path: Path,
) -> None:
    cache = Cache(path, patience=0.05)
    cache.keep_document(DID, "", KEPT)
    cache.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        cache.drop_document(DID, "")
        other.execute("ROLLBACK")
    assert cache.load_document(DID, "") is None


def test_threads_take_turns(cache: Cache) -> None:
    def work(name: str) -> None:
        for number in range(20):
            cache.keep_document(f"{name}{number}", "", KEPT)
            assert cache.load_document(f"{name}{number}", "") == KEPT

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.figures().entries == 80


def test_processes_share_the_file(cache: Cache, path: Path) -> None:
    program = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from did.cache import KeptDocument; from wallet.cache import Cache;"
        "cache = Cache(Path(sys.argv[1]));"
        "[cache.keep_document(sys.argv[2] + str(n), '', KeptDocument(b'{}', b'{}',"
        " datetime(2026, 3, 1, tzinfo=UTC))) for n in range(20)]; cache.close()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in "ab"
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert names(path) == ["cache.db"]
    assert cache.figures().entries == 40


def test_whoever_comes_second_finds_the_tables_made(cache: Cache, path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as first:
        first.execute("PRAGMA journal_mode = WAL")
        first.execute("BEGIN IMMEDIATE")
        second = threading.Thread(target=cache.keep_document, args=(DID, "", KEPT))
        second.start()
        second.join(0.3)
        first.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        first.execute(f"PRAGMA user_version = {FORMAT}")
        first.execute(_SCHEMA)
        first.execute(_INDEX)
        first.execute("COMMIT")
        second.join()
    assert cache.load_document(DID, "") == KEPT
    assert "cache-damaged.db" not in names(path)


def test_a_mistake_leaves_no_transaction_open() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        with pytest.raises(ZeroDivisionError), transaction(database):
            database.execute("CREATE TABLE t (x)").fetchone()[1 // 0]
        assert not database.in_transaction
        assert database.execute("SELECT * FROM sqlite_master").fetchall() == []
