"""A GGUF file's header, version 2 or 3: what a model says of itself. No weight is read.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

Whoever wrote the file chose every length in it: each is bounded before anything is read by it, and
what is said is only what the file says. llama.cpp, which crashes on some files, is not asked.
"""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self, TypeVar

from agent.errors import NoModel
from agent.shorthand import NONE_MARK

if TYPE_CHECKING:
    from pathlib import Path

MAGIC: Final = b"GGUF"
PLANNER_NAME: Final = "Holdfast agent"  # as `models/export.py` writes it
_VERSIONS: Final = (2, 3)
_LARGEST_HEADER: Final = 1 << 27  # bytes; vocabularies of 256,000 tokens take 10 million
_MOST_FIELDS: Final = 4_096
_MOST_TENSORS: Final = 65_536
_MOST_ITEMS: Final = 1 << 22  # of a list
_LONGEST_NAME: Final = 1 << 16
_LONGEST_TEXT: Final = 1 << 20  # chat templates take some 10,000
_MOST_KEPT: Final = 1_024  # of a list of numbers, which then has one for each layer
_STRING: Final = 8
_LIST: Final = 9
_NUMBERS: Final = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q",
    12: "<d",
}  # fmt: skip
_FILE_TYPES: Final = {  # llama.h, llama_ftype
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M",
    30: "IQ4_XS", 31: "IQ1_M", 32: "BF16",
}  # fmt: skip
_TENSOR_TYPES: Final = {  # ggml.h, ggml_type
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 10: "Q2_K",
    11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 30: "BF16", 39: "MXFP4",
}  # fmt: skip


class Sort(StrEnum):
    """What a model was made for."""

    PLANNER = "planner"
    """It was taught the shorthand of plans, as the one that ships was."""
    INSTRUCT = "instruct"
    """It answers in a conversation, and brings the template of its own."""
    PLAIN = "plain"
    """It only continues text."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the file says.

    Attributes:
        size: of the file, in bytes.
        name: by its maker; None where the file has none.
        parameters: how many numbers its tensors hold.
        context: the most tokens it was made to read.
        vocabulary: how many tokens it knows.
        quantization: how most of its weights are written, by llama.cpp's names.
        template: of its conversations, in Jinja.
        sort: what it was made for.
        layers, kept: layers, and what each keeps of a token, in numbers.
    """

    size: int
    architecture: str
    name: str | None
    parameters: int
    context: int
    vocabulary: int
    quantization: str
    template: str | None
    sort: Sort
    layers: int
    kept: int

    @classmethod
    def read(cls, path: Path) -> Self:
        """The header of the file at `path`.

        Raises:
            NoModel: it is no GGUF file, or not whole, or more than any model has.
        """
        try:
            with path.open("rb", buffering=1 << 20) as file:
                size = file.seek(0, 2)
                file.seek(0)
                return _Reader(file, size).header(cls)
        except OSError as error:
            raise NoModel(f"{str(path)!r} cannot be read: {error.strerror}") from error
        except _Malformed as error:
            raise NoModel(f"{str(path)!r} is no usable GGUF file: {error}") from None

    def memory(self, context: int) -> int:
        """The bytes that it takes at least: its weights, and what it keeps of so many tokens."""
        return self.size + 2 * 2 * self.layers * self.kept * context  # keys and values, of 16 bits


_AHeader = TypeVar("_AHeader", bound=Header)


class _Malformed(Exception):
    """The file is not of the form."""


class _Reader:
    """A cursor over the header."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._left = min(size, _LARGEST_HEADER)
        self._fields: dict[str, Any] = {}
        self._vocabulary = 0
        self._knows_marks = False

    def header(self, make: type[_AHeader]) -> _AHeader:
        if self._bytes(4) != MAGIC:
            raise _Malformed("it does not begin as one")
        if (version := self._number("<I")) not in _VERSIONS:
            raise _Malformed(f"version {version} is not read here")
        tensors = self._count(_MOST_TENSORS)
        for _ in range(self._count(_MOST_FIELDS)):
            self._field()
        parameters, widest = self._tensors(tensors)
        architecture = self._text("general.architecture") or "unknown"
        template = self._text("tokenizer.chat_template")
        name = self._text("general.name")
        is_planner = self._knows_marks or name == PLANNER_NAME
        others = Sort.INSTRUCT if template else Sort.PLAIN
        file_type = self._fields.get("general.file_type")
        stated = _FILE_TYPES.get(file_type) if isinstance(file_type, int) else None
        return make(
            size=self._size,
            architecture=architecture,
            name=name,
            parameters=parameters,
            context=self._whole(f"{architecture}.context_length"),
            vocabulary=self._vocabulary,
            quantization=stated or _TENSOR_TYPES.get(widest, f"type {widest}"),
            template=template,
            sort=Sort.PLANNER if is_planner else others,
            layers=self._whole(f"{architecture}.block_count"),
            kept=self._kept(architecture),
        )

    def _kept(self, architecture: str) -> int:
        heads = self._whole(f"{architecture}.attention.head_count")
        groups = self._whole(f"{architecture}.attention.head_count_kv") or heads
        width = self._whole(f"{architecture}.embedding_length")
        head = self._whole(f"{architecture}.attention.key_length") or width // max(heads, 1)
        return groups * head

    def _field(self) -> None:
        name = self._string(_LONGEST_NAME).decode(errors="replace")
        kind = self._number("<I")
        if kind == _LIST:
            self._list(name)
        elif kind == _STRING:
            self._fields[name] = self._string(_LONGEST_TEXT).decode(errors="replace")
        else:
            self._fields[name] = self._number(self._form(kind))

    def _list(self, name: str) -> None:
        kind = self._number("<I")
        count = self._count(_MOST_ITEMS)
        if kind == _STRING:
            self._strings(name, count)
            return
        form = self._form(kind)  # lists of lists are in no model
        data = self._bytes(count * struct.calcsize(form))
        if count <= _MOST_KEPT:
            self._fields[name] = tuple(item for (item,) in struct.iter_unpack(form, data))

    def _strings(self, name: str, count: int) -> None:
        is_vocabulary = name == "tokenizer.ggml.tokens"
        for _ in range(count):
            text = self._string(_LONGEST_NAME)
            if is_vocabulary and text == _MARK:
                self._knows_marks = True
        if is_vocabulary:
            self._vocabulary = count

    def _tensors(self, count: int) -> tuple[int, int]:
        """How many numbers they hold, and the type of most of them."""
        by_type: Counter[int] = Counter()
        farthest = 0
        for _ in range(count):
            self._string(_LONGEST_NAME)
            numbers = 1
            for _ in range(self._bounded("<I", 8)):
                numbers *= self._bounded("<Q", 1 << 40)
            if numbers > 1 << 50:
                raise _Malformed("a tensor in it is larger than any file")
            by_type[self._number("<I")] += numbers
            farthest = max(farthest, self._number("<Q"))
        if not by_type:
            raise _Malformed("it has no weights")
        if self._file.tell() + farthest > self._size:
            raise _Malformed("it is cut short")
        return by_type.total(), by_type.most_common(1)[0][0]

    def _whole(self, name: str) -> int:
        """A field that is a whole number; of a list, one for each layer, the largest."""
        value = self._fields.get(name, 0)
        numbers = value if isinstance(value, tuple) else (value,)
        whole = [number for number in numbers if type(number) is int and 0 <= number < 1 << 32]
        return max(whole, default=0)

    def _text(self, name: str) -> str | None:
        value = self._fields.get(name)
        return value if isinstance(value, str) and value else None

    def _string(self, most: int) -> bytes:
        return self._bytes(self._bounded("<Q", most))

    def _count(self, most: int) -> int:
        return self._bounded("<Q", most)

    def _bounded(self, form: str, most: int) -> int:
        number: int = self._number(form)
        if number > most:
            raise _Malformed("a length in it is larger than any model has")
        return number

    def _form(self, kind: int) -> str:
        if kind not in _NUMBERS:
            raise _Malformed("a field in it is of no known type")
        return _NUMBERS[kind]

    def _number(self, form: str) -> Any:
        return struct.unpack(form, self._bytes(struct.calcsize(form)))[0]

    def _bytes(self, count: int) -> bytes:
        if count > self._left:
            whole = self._size > _LARGEST_HEADER
            raise _Malformed("its header is too long" if whole else "it is cut short")
        self._left -= count
        data = self._file.read(count)
        if len(data) != count:
            raise _Malformed("it is cut short")
        return data


def _alphabet() -> dict[int, str]:
    """How a byte-level vocabulary writes each byte as a character of its own (GPT-2)."""
    printed = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printed]
    shifted = {byte: chr(0x100 + place) for place, byte in enumerate(others)}
    return {byte: chr(byte) for byte in printed} | shifted


_MARK: Final = "".join(map(_alphabet().__getitem__, NONE_MARK.encode())).encode()
