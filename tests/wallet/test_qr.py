from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from wallet.errors import BadInput
from wallet.qr import LARGEST_IMAGE, QR, QUIET, make, read, read_image

if TYPE_CHECKING:
    from pathlib import Path

DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
_DARK = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


def picture(code: QR, *, scale: int = 4, quiet: int = QUIET) -> Image.Image:
    side = len(code.modules) + 2 * quiet
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(code.modules):
        for x, dark in enumerate(row):
            image.putpixel((x + quiet, y + quiet), 0 if dark else 255)
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def screenshot(lines: tuple[str, ...], *, ink: int, ground: int) -> Image.Image:
    """What a terminal shows: each character a column and two rows of half blocks."""
    image = Image.new("L", (len(lines[0]), 2 * len(lines)), ground)
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            for half, drawn in enumerate(_DARK[character]):
                image.putpixel((x, 2 * y + half), ink if drawn else ground)
    return image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)


def png(image: Image.Image, form: str = "PNG") -> bytes:
    data = io.BytesIO()
    image.save(data, form)
    return data.getvalue()


@pytest.mark.parametrize("light", [True, False])
@pytest.mark.parametrize("text", [DID, "凭证 ✓", "HTTPS://EXAMPLE.ORG/1", "7" * 400, "x" * 1200])
def test_what_the_terminal_shows_is_read_back(text: str, light: bool) -> None:  # noqa: FBT001
    code = make(text)
    lines = code.lines(light=light)
    shown = screenshot(lines, ink=0 if light else 255, ground=255 if light else 0)
    assert read_image(png(shown)) == (text,)
    assert {len(line) for line in lines} == {code.columns}
    assert len(lines) == code.rows


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300))
def test_any_text_is_read_back(text: str) -> None:
    assert read_image(png(picture(make(text)))) == (text,)


def test_the_code_is_as_small_as_it_can_be_and_spares_what_room_is_left() -> None:
    assert (make("7").version, make("7").error) == (1, "H")
    assert make(DID).version <= 4
    assert make("A" * 100).version < make("a" * 100).version


def test_the_quiet_zone_is_four_modules_wide_on_every_side() -> None:
    dark = make("x").lines(light=True)
    assert all(line[:QUIET].isspace() and line[-QUIET:].isspace() for line in dark)
    assert all(line.isspace() for line in (*dark[:2], *dark[-2:]))
    light = make("x").lines()
    assert set(light[0]) == {"█"}


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "nothing"), ("x" * 2954, "2954 bytes are too many"), ("\ud800", "no Unicode")],
)
def test_refuses_what_no_code_can_hold(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        make(text)
    assert make("x" * 2953).version == 40


def test_refuses_what_the_window_has_no_room_for() -> None:
    code = make("x" * 300)
    assert make("x" * 300, columns=code.columns, rows=code.rows) == code
    for columns, rows in ((code.columns - 1, 200), (200, code.rows - 1)):
        with pytest.raises(BadInput, match=f"{code.columns} columns and {code.rows} lines"):
            make("x" * 300, columns=columns, rows=rows)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_reads_each_form_of_image(form: str, tmp_path: Path) -> None:
    (tmp_path / "code").write_bytes(png(picture(make(DID)), form))
    assert read(str(tmp_path / "code")) == (DID,)


def test_reads_several_turned_and_on_transparent_ground() -> None:
    page = Image.new("RGBA", (600, 300), (0, 0, 0, 0))
    for at, text in enumerate(("one", "two")):
        code = picture(make(text)).rotate(90 * at)
        page.paste(code.convert("RGBA"), (20 + 300 * at, 40))
    assert set(read_image(png(page))) == {"one", "two"}


def test_reads_a_photograph_of_many_pixels() -> None:
    large = Image.new("L", (5000, 4000), 200)
    large.paste(picture(make(DID), scale=20), (900, 700))
    assert read_image(png(large, "JPEG")) == (DID,)
    assert read_image(png(large)) == (DID,)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and is not."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_refuses_an_image_of_too_many_pixels_before_it_is_unpacked() -> None:
    with pytest.raises(BadInput, match="50 million pixels"):
        read_image(bomb(LARGEST_IMAGE // 2 + 1, 2))
    for size in (10_000, 20_000, 1 << 20):
        with pytest.raises(BadInput, match="50 million pixels"):
            read_image(bomb(size, size))


WHOLE = png(picture(make(DID)))
PLACES = st.integers(0, len(WHOLE) - 1)


@given(PLACES, st.lists(st.tuples(PLACES, st.integers(0, 255)), max_size=6))
def test_whatever_bytes_there_are_it_is_an_answer_or_one_clear_line(
    end: int, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(WHOLE[: end + 1])
    for place, value in changes:
        if place < len(damaged):
            damaged[place] = value
    told = ""
    try:
        found = read_image(bytes(damaged))
    except BadInput as error:
        found, told = (), str(error)
    assert found in {(), (DID,)}
    assert "\n" not in told


def test_a_file_that_is_none_has_none_or_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(png(Image.new("L", (50, 50), 255)))
    (tmp_path / "words.png").write_text("hello")
    for name, why in (("empty", "no QR code"), ("words", "no image"), ("gone", "no file")):
        with pytest.raises(BadInput, match=why):
            read(str(tmp_path / f"{name}.png"))


def test_its_libraries_are_loaded_only_where_a_code_is_made_or_read() -> None:
    code = (
        "import sys, wallet.qr, wallet.actions;"
        "sys.exit(not {'segno', 'zxingcpp', 'PIL'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
