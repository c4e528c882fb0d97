from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.cli.verify.inputs import Document, Unreadable, inputs, is_folder, label, read
from wallet.files import LARGEST

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJkaWQ6ZXhhbXBsZSJ9.c2ln"
OBJECT = b'{"a": {"b": 1}}'
PRETTY = b'{\n  "a": {\n    "b": 1\n  }\n}\n'
whole_lines = st.sampled_from([OBJECT, TOKEN, b"{}", TOKEN + b"~", b'{"a": "}"}'])


def found(data: bytes) -> list[tuple[int | None, bytes | str]]:
    return [
        (one.line, one.data if isinstance(one, Document) else one.reason)
        for one in read("f", io.BytesIO(data))
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n  \n",
        OBJECT,
        OBJECT + b"\n",
        b"\n" + OBJECT + b"\n \n\n",
        TOKEN,
        TOKEN + b"\n",
        PRETTY,
        b"\n\n" + PRETTY,
        b'{"a": {}\n}',
        b"[1]\n[2]",
        b'"a"\n"b"',
        b"eyJh\n" + TOKEN,
        b"%PDF-1.7\n{}\n{}\n",
        b"\xef\xbb\xbf{}\n{}",
        b"{" * 100_000 + b"}\n{}",
    ],
)
def test_what_does_not_begin_with_a_whole_document_of_several_is_one(data: bytes) -> None:
    ((line, content),) = found(data)
    assert line is None
    assert isinstance(content, bytes)
    assert content.split() == data.split()


@given(st.lists(whole_lines, min_size=2), st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\n \t\n"]))
def test_each_whole_line_of_several_is_a_document(lines: list[bytes], end: bytes) -> None:
    assert [content for _, content in found(end.join(lines))] == lines


def test_lines_are_counted_as_an_editor_does() -> None:
    data = b"\n" + OBJECT + b"\n\n  \n" + TOKEN + b"\nbroken\n\n{}"
    assert found(data) == [(2, OBJECT), (5, TOKEN), (6, b"broken"), (8, b"{}")]


def test_a_line_of_any_kind_after_a_whole_one_is_a_document_to_be_judged() -> None:
    assert found(OBJECT + b"\n}") == [(1, OBJECT), (2, b"}")]


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_one_document_or_a_document_a_line(data: bytes) -> None:
    answers = found(data)
    if len(answers) == 1:
        assert answers[0][0] is None
    else:
        assert [line for line, _ in answers] == sorted({line or 0 for line, _ in answers})
        lines = [line.strip() for line in data.split(b"\n") if line.strip()]
        assert [content for _, content in answers] == lines


@pytest.mark.parametrize("head", [b"", b"{\n", b"\n", b" ", b"{}\n", b"\n" * LARGEST])
def test_a_file_larger_than_a_mebibyte_is_unreadable(head: bytes) -> None:
    answers = found(head + b"x" * (LARGEST + 1))
    assert "larger than a mebibyte" in str(answers[-1][1])


def test_a_line_larger_than_a_mebibyte_spoils_no_other() -> None:
    data = OBJECT + b"\n" + b"x" * (3 * LARGEST) + b"\n" + TOKEN
    assert found(data) == [(1, OBJECT), (2, "'f:2' is larger than a mebibyte"), (3, TOKEN)]


def test_no_more_than_a_line_is_read_before_it_is_asked_for() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe:
        os.write(writing, OBJECT + b"\n" + TOKEN + b"\n" + OBJECT + b"\n")
        stream = read("-", pipe)
        assert [next(stream).line for _ in range(2)] == [1, 2]
        os.write(writing, b"{}\n")
        assert next(stream).line == 3
        os.close(writing)
        assert [one.line for one in stream] == [4]


def test_a_folder_is_its_plain_files_by_name_and_those_of_its_folders(tmp_path: Path) -> None:
    for name in ("b.json", "a/z.json", "a/.hidden", ".git/config", "c.jsonl", "a/B.json"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}\n{}" if name == "c.jsonl" else b"{}")
    (tmp_path / "in" / "link.json").symlink_to(tmp_path / "in" / "b.json")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in" / "pipe")
    root = str(tmp_path / "in")
    labels = [label(one.name, one.line) for one in inputs([root])]
    assert [name.removeprefix(root) for name in labels] == [
        "/a/B.json",
        "/a/z.json",
        "/b.json",
        "/c.jsonl:1",
        "/c.jsonl:2",
    ]
    assert is_folder(root)
    assert not is_folder(root + "/b.json")


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"{}")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert list(inputs([str(tmp_path / "link")])) == [Document(str(tmp_path / "link"), None, b"{}")]


@pytest.mark.parametrize(
    "name", ["nowhere", "./nowhere/x", "a\0b", "x" * 5_000, "~nobody-of-this-name/x", "\udcff"]
)
def test_what_is_not_there_is_unreadable_and_spoils_no_other(name: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"{}")
    first, second = inputs([name, str(tmp_path / "a")])
    assert isinstance(first, Unreadable)
    assert first.reason
    assert isinstance(second, Document)
    assert not is_folder(name)


def test_a_pipe_or_a_device_that_is_named_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    pipe = str(tmp_path / "pipe")
    assert list(inputs([pipe, "/dev/null"])) == [
        Unreadable(pipe, None, f"there is no file {pipe!r}"),
        Unreadable("/dev/null", None, "there is no file '/dev/null'"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_listed_is_unreadable(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0)
    (only,) = inputs([str(tmp_path)])
    assert isinstance(only, Unreadable)
    assert "cannot be read" in only.reason


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert list(inputs([str(tmp_path)])) == []
