from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.cli.verify.answers import Shape
from wallet.cli.verify.batch import CHUNK, CHUNK_BYTES, FIRST, answered, chunks, processors
from wallet.cli.verify.inputs import Document, Unreadable
from wallet.cli.verify.pool import Pool, packed, unpacked
from wallet.clock import now
from wallet.frames import read_frame, write_frame
from wallet.judging import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.cli.verify.inputs import Input

PATIENCE: Final = 60.0  # seconds
JSON: Final = Shape(json=True)
# A worker whose judge is by turns mortal, mistaken and talkative.
MORTAL: Final = """
import sys
sys.path.append(sys.argv[1])
import os
from contextlib import nullcontext
from datetime import UTC, datetime
from wallet.cli.verify.worker import serve
from wallet.verify.report import Report

def judge(data):
    print("a library talks")
    if b"die" in data:
        os._exit(9)
    if b"raise" in data:
        raise RecursionError(data)
    return Report(datetime(2026, 1, 1, tzinfo=UTC), ())

serve(lambda asked: nullcontext(judge))
"""
STILLBORN: Final = "raise SystemExit(3)"
texts = st.text(st.characters(exclude_categories=()))
anything = st.one_of(
    st.builds(Document, texts, st.none() | st.integers(1), st.binary()),
    st.builds(Unreadable, texts, st.none() | st.integers(1), texts),
)


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    return Asked(tmp_path, at=now())


def documents(*contents: bytes) -> Iterator[Input]:
    return (Document("f", line, data) for line, data in enumerate(contents, 1))


def outcomes(pool: Pool, *contents: bytes, size: int = 3) -> list[tuple[int, str, str]]:
    found = list(documents(*contents))
    parts = (found[start : start + size] for start in range(0, len(found), size))
    plain = [json.loads(one.text) for some in pool.answers(parts) for one in some]
    return [(one["line"], one["verdict"], one.get("error", "")) for one in plain]


@given(st.lists(anything))
def test_a_worker_is_told_all_and_only_what_was_read(chunk: list[Input]) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, *packed(chunk))
    pipe.seek(0)
    frame = read_frame(pipe)
    assert frame is not None
    assert list(unpacked(*frame)) == chunk
    assert read_frame(pipe) is None


@given(st.integers(0, 28))
def test_a_frame_that_breaks_off_is_none(length: int) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, ["a name", 1, 5], b"12345")
    assert len(pipe.getvalue()) == 29
    assert read_frame(io.BytesIO(pipe.getvalue()[:length])) is None


@given(st.lists(st.integers(0, CHUNK_BYTES), max_size=200))
def test_chunks_hold_everything_in_order_and_never_too_much(sizes: list[int]) -> None:
    found: list[Input] = [Document("f", line, bytes(size)) for line, size in enumerate(sizes, 1)]
    parts = list(chunks(iter(found)))
    assert [one for part in parts for one in part] == found
    assert all(1 <= len(part) <= CHUNK for part in parts)
    for part in parts:
        data = [len(one.data) for one in part if isinstance(one, Document)]
        assert sum(data[:-1]) <= CHUNK_BYTES


def test_answers_come_in_the_order_of_the_inputs(asked: Asked) -> None:
    with Pool(3, asked, JSON, program=MORTAL) as pool:
        answers = outcomes(pool, *[b"{}"] * 100, size=7)
    assert answers == [(line, "invalid", "") for line in range(1, 101)]


def test_an_input_that_its_worker_dies_of_is_indeterminate_and_spoils_no_other(
    asked: Asked,
) -> None:
    contents = [b"{}"] * 20
    contents[4] = contents[13] = b"die"
    with Pool(2, asked, JSON, program=MORTAL) as pool:
        answers = outcomes(pool, *contents)
    died = "its verification broke off: the process that judged it died"
    assert [one for one in answers if one[1] != "invalid"] == [
        (5, "indeterminate", died),
        (14, "indeterminate", died),
    ]
    assert len(answers) == 20


def test_a_defect_in_judging_is_indeterminate_and_its_worker_lives_on(asked: Asked) -> None:
    with Pool(1, asked, JSON, program=MORTAL) as pool:
        answers = outcomes(pool, b"{}", b"raise", b"{}")
    assert answers[1] == (2, "indeterminate", "its verification broke off: RecursionError")
    assert {answers[0][1], answers[2][1]} == {"invalid"}


def test_workers_that_never_start_leave_everything_indeterminate(asked: Asked) -> None:
    with Pool(2, asked, JSON, program=STILLBORN) as pool:
        answers = outcomes(pool, *[b"{}"] * 4, size=2)
    assert [verdict for _, verdict, _ in answers] == ["indeterminate"] * 4


def test_leaving_a_pool_ends_its_workers_though_they_are_at_work(asked: Asked) -> None:
    before = set(children(os.getpid()))
    with Pool(2, asked, JSON, program="import time; time.sleep(600)") as pool:
        started = set(children(os.getpid())) - before
        assert len(started) >= 2
        waiting = [pool._threads.submit(pool._judge, list(documents(b"{}"))) for _ in range(9)]
    assert not started & set(children(os.getpid()))
    assert all(one.cancelled() or one.done() for one in waiting)


def test_what_is_read_ahead_is_bounded(asked: Asked) -> None:
    taken = 0

    def endless() -> Iterator[list[Input]]:
        nonlocal taken
        while True:
            taken += 1
            yield list(documents(b"{}"))

    with Pool(2, asked, JSON, program=MORTAL) as pool:
        answers = pool.answers(endless())
        for _ in range(30):
            next(answers)
    assert taken <= 30 + 2 * 2 + 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_is_answered_alike_with_workers_and_without(asked: Asked, jobs: int) -> None:
    count = FIRST + 3 * CHUNK + 5
    contents = [b"[%d]" % number if number % 2 else b"%PDF-" for number in range(count)]
    answers = [one for some in answered(documents(*contents), asked, JSON, jobs) for one in some]
    assert [one.name for one in answers] == [f"f:{line}" for line in range(1, count + 1)]
    assert [one.verdict for one in answers] == ["indeterminate", "invalid"] * (count // 2) + [
        "indeterminate"
    ] * (count % 2)
    assert processors() >= 1


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in text.split()]


def running(**settings: Any) -> subprocess.Popen[bytes]:
    # A shell has its background jobs ignore it, and a child would, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-P", "-m", "wallet.cli.main", "verify", "-", "--jobs", "2"]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "HOLDFAST_HOME": "/nowhere"},
        **settings,
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_batch_leaves_no_worker_behind(stop: signal.Signals) -> None:
    process = running()
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(b"{}\n" * (FIRST + 20 * CHUNK))
    process.stdin.flush()
    end = time.monotonic() + PATIENCE
    while len(workers := children(process.pid)) < 2:
        assert time.monotonic() < end
        time.sleep(0.01)
    if stop is signal.SIGINT:
        os.killpg(process.pid, stop)  # as a terminal does
    else:
        process.kill()
    process.stdin.close()
    talk = process.stderr.read()
    assert talk == (b"holdfast: interrupted\n" if stop is signal.SIGINT else b"")
    assert process.wait(PATIENCE) == (130 if stop is signal.SIGINT else -stop)
    process.stderr.close()
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < end
        time.sleep(0.01)
