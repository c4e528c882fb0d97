from __future__ import annotations

import sqlite3
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from did.chain.embedded.creation import created
from did.chain.embedded.store import PATIENCE, BlockRow, LogRow, Store
from did.errors import ChainBusy, ChainError

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = b"\7" * 20
GENESIS = BlockRow(0, bytes(32), b"header")


def _make(path: Path) -> Path:
    with created(path, chain_id=2**40, registry=REGISTRY) as store:
        store.add_block(GENESIS)
    return path


def test_a_new_file_is_its_owners_alone_and_the_only_one_left(tmp_path: Path) -> None:
    path = _make(tmp_path / "chain.db")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["chain.db"]
    with Store(path) as store:
        assert (store.chain_id, store.registry) == (2**40, REGISTRY)
        assert store.block(0) == store.block_of_hash(bytes(32)) == GENESIS
        assert store.block(1) is store.block_of_transaction(bytes(32)) is None


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = _make(tmp_path / "chain.db")
    before = path.read_bytes()
    with pytest.raises(ChainError, match="a chain already"):
        _make(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["chain.db"]


def test_a_making_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with created(tmp_path / "chain.db", chain_id=1, registry=REGISTRY):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert not any(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_an_error_of_the_chain(tmp_path: Path) -> None:
    with pytest.raises(ChainError, match="disk refuses"):
        _make(tmp_path / "nowhere" / "chain.db")


def test_refuses_links_folders_and_files_that_are_no_chain(tmp_path: Path) -> None:
    chain = _make(tmp_path / "chain.db")
    (tmp_path / "link.db").symlink_to(chain)
    (tmp_path / "text.db").write_text("not a database, and long enough to be seen as none")
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    for name in ("link.db", "text.db", "empty.db", "missing.db", "."):
        with pytest.raises(ChainError):
            Store(tmp_path / name)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(store: Store) -> None:
        with store.writing():
            store.put(b"key", b"value")
            raise KeyboardInterrupt

    with Store(_make(tmp_path / "chain.db")) as store:
        with pytest.raises(KeyboardInterrupt):
            fail(store)
        assert store.get(b"key") is None


def test_what_was_written_can_be_forgotten(tmp_path: Path) -> None:
    with Store(_make(tmp_path / "chain.db")) as store, store.writing():
        store.put(b"key", b"value")
        with store.reading():
            assert store.get(b"key") == b"value"
        store.remove(b"key")
        assert store.get(b"key") is None


def test_a_reader_sees_one_moment_while_another_writes(tmp_path: Path) -> None:
    path = _make(tmp_path / "chain.db")
    with Store(path, read_only=True) as reader, Store(path) as writer:
        with reader.reading():
            assert reader.head() == 0
            with writer.writing():
                writer.add_block(BlockRow(1, b"\1" * 32, b"header"))
            assert reader.head() == 0
        assert reader.head() == 1


def test_the_second_writer_is_told_that_there_is_another(
    tmp_path: Path,
) -> None:
    path = _make(tmp_path / "chain.db")
    with Store(path, patience=0.05) as first, Store(path, patience=0.05) as second:
        with first.writing(), pytest.raises(ChainBusy, match="another process"), second.writing():
            pass
        with second.writing():
            second.put(b"key", b"value")
        assert first.get(b"key") == b"value"


def test_threads_take_turns(tmp_path: Path) -> None:
    with Store(_make(tmp_path / "chain.db")) as store:

        def count() -> None:
            for _ in range(20):
                with store.writing():
                    number = int(store.get(b"n") or b"0")
                    store.put(b"n", str(number + 1).encode())

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store.get(b"n") == b"80"


def test_who_may_only_read_writes_nothing(tmp_path: Path) -> None:
    with (
        Store(_make(tmp_path / "chain.db"), read_only=True) as store,
        pytest.raises(ChainError, match="readonly"),
        store.writing(),
    ):
        store.put(b"key", b"value")


def test_a_closed_store_can_be_closed_again_and_nothing_else(tmp_path: Path) -> None:
    store = Store(_make(tmp_path / "chain.db"))
    store.close()
    store.close()
    with pytest.raises(ChainError), store.reading():
        store.head()


def test_logs_are_found_by_block_address_and_topic(tmp_path: Path) -> None:
    here, there = b"\1" * 20, b"\2" * 20
    a, b = b"\3" * 32, b"\4" * 32
    first = LogRow(1, 0, here, (a,), b"data")
    second = LogRow(1, 1, there, (a, b), b"")
    third = LogRow(2, 0, here, (), b"")
    with Store(_make(tmp_path / "chain.db")) as store:
        with store.writing():
            store.add_block(BlockRow(1, b"\1" * 32, b""), (second, first))
            store.add_block(BlockRow(2, b"\2" * 32, b""), (third,))
        find = store.logs
        assert find(0, 9, limit=-1) == (first, second, third)
        assert find(2, 2, limit=-1) == (third,)
        assert find(0, 9, addresses=(here,), limit=-1) == (first, third)
        assert find(0, 9, topics=((), (b,)), limit=-1) == (second,)
        assert find(0, 9, topics=((b, a),), limit=-1) == (first, second)
        assert find(0, 9, addresses=(here, there), topics=((a,), (b,)), limit=-1) == (second,)
        assert len(find(0, 9, limit=2)) == 2


def test_what_sqlite_has_undone_by_itself_is_not_undone_again(tmp_path: Path) -> None:
    def fail(store: Store) -> None:
        with store.writing():
            store._database.execute("rollback")
            raise KeyboardInterrupt

    with Store(_make(tmp_path / "chain.db")) as store:
        with pytest.raises(KeyboardInterrupt):
            fail(store)
        assert store.head() == 0


@pytest.mark.parametrize(
    "damage",
    [
        "delete from meta",
        "update meta set registry = 5",
        "drop table meta",
    ],
)
def test_a_file_that_does_not_say_which_chain_it_is_is_refused(tmp_path: Path, damage: str) -> None:
    path = _make(tmp_path / "chain.db")
    with Store(path) as store:
        store._database.execute(damage)
    with pytest.raises(ChainError):
        Store(path)


@pytest.mark.parametrize(
    "damage",
    [
        "delete from block",
        "update block set header = 'text'",
        "update block set payload = x'00'",
        "insert into state values (x'00', 'text')",
        "insert into log values (0, 0, x'00', 'text', null, null, null, x'00')",
        "insert into log values (0, 0, x'00', null, null, null, null, 5)",
    ],
)
def test_what_is_not_of_its_type_is_refused_when_it_is_read(tmp_path: Path, damage: str) -> None:
    def read(store: Store) -> None:
        store.head()
        store.block(0)
        store.get(b"\0")
        store.logs(0, 0, limit=1)

    with Store(_make(tmp_path / "chain.db")) as store:
        read(store)
        store._database.execute(damage)
        with pytest.raises(ChainError, match="damaged"):
            read(store)


def test_waits_some_seconds_for_another_writer() -> None:
    assert 1 <= PATIENCE <= 10
