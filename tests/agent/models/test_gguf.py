from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import NoModel
from agent.model import embedded_model
from agent.models.gguf import Header, Sort

TINY = Path(__file__).parents[2] / "vectors/tiny-instruct/tiny-instruct.gguf"
WHOLE = TINY.read_bytes()


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def gguf(*fields: bytes, tensors: int = 0, version: int = 3, count: int | None = None) -> bytes:
    head = struct.pack("<4sIQQ", b"GGUF", version, tensors, len(fields) if count is None else count)
    return head + b"".join(fields)


def field(name: bytes, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


def tensor(*shape: int, kind: int = 0, offset: int = 0) -> bytes:
    numbers = b"".join(struct.pack("<Q", side) for side in shape)
    return text(b"w") + struct.pack("<I", len(shape)) + numbers + struct.pack("<IQ", kind, offset)


def read(data: bytes, tmp_path: Path) -> Header:
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    return Header.read(path)


def test_reads_the_model_that_ships() -> None:
    header = Header.read(embedded_model())
    assert header.sort is Sort.PLANNER
    assert header.architecture == "llama"
    assert header.quantization == "Q8_0"
    assert header.template is None
    assert header.size == embedded_model().stat().st_size


def test_reads_an_instruct_model() -> None:
    header = Header.read(TINY)
    assert header.sort is Sort.INSTRUCT
    assert header.template is not None
    assert (header.parameters, header.context, header.vocabulary) == (115_008, 4096, 1024)
    assert header.memory(1_000) == len(WHOLE) + 2 * 2 * 2 * 32 * 1_000


def test_a_model_without_a_template_only_continues_text(tmp_path: Path) -> None:
    name = field(b"general.architecture", 8, text(b"mamba"))
    header = read(gguf(name, tensors=1) + tensor(4, 8, kind=12), tmp_path)
    assert (header.sort, header.architecture) == (Sort.PLAIN, "mamba")
    assert (header.parameters, header.quantization) == (32, "Q4_K")
    assert (header.context, header.vocabulary, header.name) == (0, 0, None)


def test_takes_the_most_of_a_number_that_each_layer_has_its_own_of(tmp_path: Path) -> None:
    fields = (
        field(b"general.architecture", 8, text(b"x")),
        field(b"x.block_count", 4, struct.pack("<I", 2)),
        field(b"x.attention.key_length", 4, struct.pack("<I", 8)),
        field(b"x.attention.head_count_kv", 9, struct.pack("<IQ2I", 4, 2, 1, 3)),
    )
    assert read(gguf(*fields, tensors=1) + tensor(4), tmp_path).kept == 24


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not a model" * 100, id="text"),
        pytest.param(b"GGUF" + b"\xff" * 1_000, id="absurd"),
        pytest.param(WHOLE[:20_000], id="cut-in-the-header"),
        pytest.param(WHOLE[:60_000], id="cut-in-the-weights"),
        pytest.param(gguf(version=1), id="version"),
        pytest.param(struct.pack(">4sIQQ", b"GGUF", 3, 0, 0), id="big-endian"),
        pytest.param(gguf(), id="no-weights"),
        pytest.param(gguf(count=1 << 60), id="fields"),
        pytest.param(gguf(tensors=1 << 60), id="tensors"),
        pytest.param(gguf(struct.pack("<Q", 1 << 62)), id="name"),
        pytest.param(gguf(field(b"a", 8, struct.pack("<Q", 1 << 40))), id="string"),
        pytest.param(gguf(field(b"a", 77, b"")), id="type"),
        pytest.param(gguf(field(b"a", 9, struct.pack("<IQ", 4, 1 << 60))), id="list"),
        pytest.param(gguf(field(b"a", 9, struct.pack("<IQ", 8, 1 << 22))), id="strings"),
        pytest.param(gguf(field(b"a", 9, struct.pack("<IQ", 9, 1))), id="list-of-lists"),
        pytest.param(gguf(tensors=1) + tensor(*(1,) * 9), id="dimensions"),
        pytest.param(gguf(tensors=1) + tensor(1 << 39, 1 << 39), id="numbers"),
        pytest.param(gguf(tensors=1) + tensor(4, offset=1 << 50), id="beyond"),
    ],
)
def test_a_file_that_is_no_model_is_told_in_one_line(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="no usable GGUF file") as raised:
        read(data, tmp_path)
    assert "\n" not in str(raised.value)


def test_a_folder_and_a_file_that_is_not_there_are_none(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.gguf"):
        with pytest.raises(NoModel, match="cannot be read"):
            Header.read(path)


@given(st.integers(0, 30_000), st.binary(min_size=1, max_size=8))
def test_whatever_is_changed_in_a_header_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, change: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.gguf"
    path.write_bytes(WHOLE[:at] + change + WHOLE[at + len(change) :])
    try:
        header = Header.read(path)
    except NoModel:
        return
    assert header.parameters >= 0
