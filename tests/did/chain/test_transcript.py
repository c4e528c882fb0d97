from __future__ import annotations

import contextlib
import io
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.blocks import Header
from did.chain.embedded.genesis import Genesis
from did.chain.embedded.state import written_trie
from did.chain.embedded.transcript import (
    MAX_FIRST_LINE,
    MAX_LINE,
    bounded,
    export_chain,
    import_chain,
)
from did.chain.hexadecimal import data
from did.chain.registry import AttributeChanged, history, set_attribute
from did.chain.sending.transaction import prepare, send, sign
from did.errors import ChainError
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Callable

EARLIER = Path(__file__).parents[2] / "vectors" / "holdfast-chain" / "format-1.db"

IMPORTING = """
import sys
from pathlib import Path
from did.chain.embedded.transcript import bounded, import_chain
with open(sys.argv[1]) as file:
    import_chain(Path(sys.argv[2]), bounded(file), progress=lambda n: print(n, flush=True))
"""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, alice: Any, bob: Any) -> tuple[str, ...]:
    """A chain with changes of a DID, a contract, a transfer, and a transaction that failed."""
    path = tmp_path_factory.mktemp("transcript") / "chain.db"
    with EmbeddedChain.create(path, accounts={alice.address: 10**21, bob.address: 7}) as chain:
        for value in (b"first", b"second"):
            call = set_attribute(alice.raw, "did/svc/Test", value, validity=100)
            _send(chain, alice, call)
        _send(chain, alice, b"", to=bob.address, value=5)
        return tuple(export_chain(chain))


def _send(chain: EmbeddedChain, account: Any, call: bytes, **changes: Any) -> None:
    options = {"to": chain.registry, **changes}
    send(chain, sign(prepare(chain, sender=account.address, data=call, **options), account.key))


def test_a_chain_comes_out_of_its_transcript_as_it_was(
    tmp_path: Path, lines: tuple[str, ...], alice: Any, bob: Any
) -> None:
    told: list[int] = []
    path = tmp_path / "again.db"
    assert import_chain(path, lines, progress=told.append) == 3
    assert told == [1, 2, 3]
    assert [file.name for file in tmp_path.iterdir()] == ["again.db"]
    with EmbeddedChain.open(path) as chain:
        assert tuple(export_chain(chain)) == lines
        assert _values(chain, alice.raw) == [b"first", b"second"]
        assert chain.request("eth_getBalance", [bob.address, "earliest"]) == "0x7"
        assert chain.request("eth_getBalance", [bob.address, "latest"]) == "0xc"
        _send(chain, alice, b"", to=bob.address)  # and it goes on
        assert chain.request("eth_blockNumber") == "0x4"


def test_a_chain_without_a_transaction_has_a_transcript_of_one_line(tmp_path: Path) -> None:
    with EmbeddedChain.create(tmp_path / "chain.db", accounts={}) as chain:
        (line,) = export_chain(chain)
        assert import_chain(tmp_path / "again.db", [line]) == 0
        with EmbeddedChain.open(tmp_path / "again.db") as again:
            assert (again.chain_id, again.registry) == (chain.chain_id, chain.registry)


def test_the_first_line_tells_the_first_block(lines: tuple[str, ...], alice: Any) -> None:
    first = json.loads(lines[0])
    (account,) = [
        entry for entry in first["accounts"] if entry["key"] == data(keccak256(alice.raw))
    ]
    assert (account["balance"], account["nonce"], account["storage"]) == (str(10**21), 0, [])
    digests = {entry["code"] for entry in first["accounts"]}
    assert {data(keccak256(bytes.fromhex(code[2:]))) for code in first["codes"]} < digests
    assert first["blocks"] == 3


def test_a_chain_of_an_earlier_version_is_opened_and_carried(tmp_path: Path) -> None:
    path = Path(shutil.copy(EARLIER, tmp_path / "chain.db"))
    known = json.loads(EARLIER.with_suffix(".json").read_text())
    with EmbeddedChain.open(path) as chain:
        before = tuple(export_chain(chain))
        assert chain.chain_id == known["chainId"]
        head = chain.request("eth_getBlockByNumber", ["latest", False])
        assert (head["number"], head["hash"]) == (known["head"], known["hash"])
        owner = bytes.fromhex(known["subject"][2:])
        assert _values(chain, owner) == [b"one", b"two"]
    import_chain(tmp_path / "again.db", before)
    with EmbeddedChain.open(tmp_path / "again.db") as again:
        assert tuple(export_chain(again)) == before


def _values(chain: EmbeddedChain, subject: bytes) -> list[bytes]:
    changes = history(chain, subject)
    return [change.value for change in changes if isinstance(change, AttributeChanged)]


def _changed(lines: tuple[str, ...], at: int, **changes: Any) -> list[str]:
    value = {**json.loads(lines[at]), **changes}
    return [*lines[:at], json.dumps(value), *lines[at + 1 :]]


def _first(lines: tuple[str, ...], change: Callable[[dict[str, Any]], None]) -> list[str]:
    value = json.loads(lines[0])
    change(value)
    return [json.dumps(value), *lines[1:]]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda _: [], "line 1 is not JSON"),
        (lambda _: ["5"], "no transcript of a chain"),
        (lambda lines: lines[1:], "no transcript of a chain"),
        (lambda lines: _changed(lines, 0, format="other"), "no transcript of a chain"),
        (lambda lines: _changed(lines, 0, more=1), "not described"),
        (lambda lines: _changed(lines, 0, chainId=0.5), "a number of the first block"),
        (lambda lines: _changed(lines, 0, chainId=True), "a number of the first block"),
        (lambda lines: _changed(lines, 0, chainId=2**60), "a number of the first block"),
        (lambda lines: _changed(lines, 0, registry="0x00"), "registry's address"),
        (lambda lines: _changed(lines, 0, registry="0x" + "00" * 20), "no registry"),
        (lambda lines: _changed(lines, 0, hash="0x" + "00" * 32), "comes out otherwise"),
        (lambda lines: _changed(lines, 0, timestamp=5), "first block comes out otherwise"),
        (lambda lines: _changed(lines, 0, gasLimit=0), "limit of gas"),
        (lambda lines: _changed(lines, 0, codes=[]), "codes are not those"),
        (lambda lines: _changed(lines, 0, codes=["0x00"]), "codes are not those"),
        (lambda lines: _changed(lines, 0, codes="0x00"), "not described"),
        (lambda lines: _changed(lines, 0, accounts=[]), "codes are not those"),
        (lambda lines: _first(lines, lambda v: v["accounts"].append(v["accounts"][0])), "twice"),
        (lambda lines: _first(lines, lambda v: v["accounts"][0].update(balance="x")), "balance"),
        (lambda lines: _first(lines, lambda v: v["accounts"][0].update(balance=5)), "balance"),
        (lambda lines: _first(lines, lambda v: v["accounts"][0].pop("nonce")), "not described"),
        (lambda lines: _first(lines, lambda v: v["accounts"].append(5)), "not described"),
        (
            lambda lines: _first(lines, lambda v: v["accounts"][0].update(storage=[5])),
            "a word of the first block",
        ),
        (
            lambda lines: _first(
                lines, lambda v: v["accounts"][0].update(storage=[["0x00", "0x"]])
            ),
            "a word of the first block",
        ),
        (
            lambda lines: _first(
                lines, lambda v: v["accounts"][0].update(storage=[["0x" + "00" * 32, "0xc0"]])
            ),
            "a word of the first block",
        ),
        (
            lambda lines: _first(
                lines, lambda v: v["accounts"][0].update(storage=[["0x" + "00" * 32, "0x05"]])
            ),
            "first block comes out otherwise",
        ),
        (lambda lines: lines[:-1], "has 2 blocks, and its first line promises 3"),
        (lambda lines: [*lines, lines[-1]], "line 5: block 3 stands where 4 should"),
        (lambda lines: [lines[0], *lines[2:]], "line 2: block 2 stands where 1 should"),
        (lambda lines: [*lines[:2], "\n", *lines[2:]], "line 3 is not JSON"),
        (lambda lines: [*lines[:2], "{}", *lines[2:]], "line 3: this is no block"),
        (lambda lines: _changed(lines, 2, timestamp=-1), "line 3: the block's time is none"),
        (lambda lines: _changed(lines, 2, timestamp=2**53), "line 3: the block's time is none"),
        (lambda lines: _changed(lines, 2, timestamp=2**40), "line 3: block 2 comes out otherwise"),
        (lambda lines: _changed(lines, 2, hash="0x" + "00" * 32), "line 3: block 2 comes out"),
        (lambda lines: _changed(lines, 2, hash=5), "line 3: the hash"),
        (lambda lines: _changed(lines, 2, transaction="0x"), "line 3: "),
        (
            lambda lines: _changed(lines, 2, transaction=json.loads(lines[1])["transaction"]),
            "line 3: already known",
        ),
        (lambda lines: [*lines[:2], " " * (MAX_LINE + 1)], "line 3 is longer"),
        (lambda _: [" " * (MAX_FIRST_LINE + 1)], "line 1 is longer"),
        (lambda lines: [*lines[:2], "[" * 100_000, *lines[2:]], "line 3 is not JSON"),
        (lambda lines: [*lines[:2], "\ud800", *lines[2:]], "line 3 is not JSON"),
    ],
)
def test_a_transcript_that_is_spoilt_makes_no_chain(
    tmp_path: Path, lines: tuple[str, ...], spoil: Callable[[Any], Any], why: str
) -> None:
    with pytest.raises(ChainError, match=why):
        import_chain(tmp_path / "again.db", spoil(lines))
    assert not any(tmp_path.iterdir())


@given(st.data())
def test_whatever_is_changed_in_the_first_line_is_refused(
    lines: tuple[str, ...], data: st.DataObject
) -> None:
    value = json.loads(lines[0])
    del value["format"], value["blocks"]
    name = data.draw(st.sampled_from(sorted(value)))
    other = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s, max_size=3)
        )
    )
    if other == value[name]:
        return
    with contextlib.suppress(ChainError):
        assert Genesis.parse({**value, name: other}).json() != value


def test_a_file_that_is_there_is_not_imported_over(tmp_path: Path, lines: tuple[str, ...]) -> None:
    path = tmp_path / "chain.db"
    path.write_bytes(b"mine")
    with pytest.raises(ChainError, match="a chain already"):
        import_chain(path, lines)
    assert path.read_bytes() == b"mine"


def test_an_import_that_is_given_up_leaves_nothing(tmp_path: Path, lines: tuple[str, ...]) -> None:
    def stop(number: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_chain(tmp_path / "again.db", lines, progress=stop)
    assert not any(tmp_path.iterdir())


def test_an_import_that_is_killed_leaves_no_chain(tmp_path: Path, lines: tuple[str, ...]) -> None:
    source, path = tmp_path / "transcript", tmp_path / "again.db"
    source.write_text("".join(lines))
    command = [sys.executable, "-c", IMPORTING, str(source), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as importer:
        assert importer.stdout is not None
        assert importer.stdout.readline() == "1\n"
        importer.send_signal(signal.SIGKILL)
        importer.stdout.read()
    if importer.returncode != 0:  # it was killed in time
        assert not path.exists()
    path.unlink(missing_ok=True)
    assert import_chain(path, lines) == 3


def test_no_more_of_a_line_is_read_than_is_taken(lines: tuple[str, ...]) -> None:
    assert tuple(bounded(io.StringIO("".join(lines)))) == lines
    endless = io.StringIO("x" * (3 * MAX_FIRST_LINE))
    assert len(next(bounded(endless))) == MAX_FIRST_LINE + 1


def test_a_chain_whose_state_is_not_whole_is_not_exported(tmp_path: Path) -> None:
    path = tmp_path / "chain.db"
    with EmbeddedChain.create(path, accounts={}) as chain:
        code = Genesis.of(chain.ledger).codes[0]
        with chain.ledger.store.writing():
            chain.ledger.store.remove(keccak256(code))
        with pytest.raises(ChainError, match="a contract's code is missing"):
            list(export_chain(chain))
        with chain.ledger.store.writing():
            chain.ledger.store.put(keccak256(code), code)
            chain.ledger.store._database.execute(
                "insert into block values (1, x'01', x'', null, null, null)"
            )
        with pytest.raises(ChainError, match="has no transaction"):
            list(export_chain(chain))


@pytest.mark.parametrize("leaf", ["05", "c0", "c401020304", "ff"])
def test_an_account_that_is_none_is_not_exported(tmp_path: Path, leaf: str) -> None:
    with EmbeddedChain.create(tmp_path / "chain.db", accounts={}) as chain:
        store = chain.ledger.store
        root, nodes = written_trie([(bytes(32), bytes.fromhex(leaf))])
        first = store.block(0)
        assert first is not None
        before = Header.of(first).state_root
        with store.writing():
            for key, node in nodes.items():
                store.put(key, node)
            header = first.header.replace(before, root)
            store._database.execute("update block set header = ?", (header,))
        with pytest.raises(ChainError, match=r"damaged|that is none"):
            list(export_chain(chain))
