"""QR codes (ISO/IEC 18004): made of a text and drawn in characters, and read from an image file.

Whatever is read came from outside: it is a text, and nothing more.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.errors import BadInput
from wallet.files import read_file

if TYPE_CHECKING:
    from PIL.Image import Image

QUIET: Final = 4
"""Modules of the zone around it that has to be empty (section 5.3.8)."""
LARGEST_FILE: Final = 16 << 20
LARGEST_IMAGE: Final = 50_000_000
"""In pixels; a telephone's photograph has twelve to fifty million."""
_READ_AT: Final = 12_000_000
"""In pixels: of a larger image every so many make one."""
_FORMATS: Final = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
_HALVES: Final = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


@dataclass(frozen=True, slots=True)
class QR:
    """A QR code.

    Attributes:
        modules: rows from the top; true is dark.
        version: 1 to 40: the side is 17 modules, and 4 for each.
        error: how much of it may be lost: L, M, Q or H.
    """

    modules: tuple[tuple[bool, ...], ...]
    version: int
    error: str

    @property
    def columns(self) -> int:
        """How many characters it is wide, with its quiet zone."""
        return len(self.modules) + 2 * QUIET

    @property
    def rows(self) -> int:
        """How many lines it takes."""
        return (self.columns + 1) // 2

    def lines(self, *, light: bool = False) -> tuple[str, ...]:
        """It as lines of half blocks, in one colour on another.

        `light` is for dark letters on a light ground; else the letters are light on a dark one, and
        what is drawn are the light modules.
        """
        empty = (False,) * len(self.modules)
        side = (False,) * QUIET
        rows = [side + row + side for row in (*[empty] * QUIET, *self.modules, *[empty] * QUIET)]
        if len(rows) % 2:
            rows.append((False,) * self.columns)
        drawn = [[dark == light for dark in row] for row in rows]
        return tuple(
            "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
            for upper, lower in zip(drawn[::2], drawn[1::2], strict=True)
        )


def make(text: str, *, columns: int | None = None, rows: int | None = None) -> QR:
    """The smallest QR code of a text, with as much to spare for errors as that size has room for.

    Raises:
        BadInput: the text is empty or too long for any, or for so many `columns` and `rows`.
    """
    if not text:
        raise BadInput("there is nothing to make a QR code of")
    # Deferred: few commands draw one.
    import segno  # noqa: PLC0415

    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadInput("what is no Unicode text cannot stand in a QR code") from None
    encoding = None if text.isascii() else "utf-8"
    try:
        made = segno.make_qr(text, error="L", boost_error=True, encoding=encoding)
    except segno.DataOverflowError:
        raise BadInput(
            f"{size} bytes are too many for a QR code",
            hint="one has room for 2,953 at the most; send a file instead",
        ) from None
    modules = tuple(tuple(module == 1 for module in row) for row in made.matrix)
    code = QR(modules, int(made.version), str(made.error))
    if (columns is not None and code.columns > columns) or (rows is not None and code.rows > rows):
        raise BadInput(
            f"the QR code needs {code.columns} columns and {code.rows} lines",
            hint="make the window larger, or its letters smaller",
        )
    return code


def read(name: str) -> tuple[str, ...]:
    """The texts of the QR codes in an image file.

    Raises:
        BadInput: the file is no image, is too large, or there is none in it.
    """
    found = read_image(read_file(name, limit=LARGEST_FILE))
    if not found:
        raise BadInput(f"there is no QR code in {name!r}", hint="is all of it in the picture?")
    return found


def read_image(data: bytes) -> tuple[str, ...]:
    """The texts of the QR codes in the bytes of an image, of which there may be none.

    Raises:
        BadInput: they are no image, or it is too large.
    """
    # Deferred: few commands read one.
    import zxingcpp  # noqa: PLC0415

    image = _grey(data)
    pixels = memoryview(image.tobytes()).cast("B", (image.height, image.width))
    wanted = zxingcpp.BarcodeFormats(
        [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode]
    )
    codes = zxingcpp.read_barcodes(pixels, formats=wanted)
    return tuple(dict.fromkeys(code.text for code in codes if code.valid and code.text))


def _grey(data: bytes) -> Image:
    """An image in shades of grey, on white where it is transparent."""
    import warnings  # noqa: PLC0415 - deferred with the others

    from PIL import Image as images  # noqa: PLC0415, N813 - as above; the module has a class's name

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Pillow warns of is refused
            with images.open(io.BytesIO(data), formats=_FORMATS) as image:
                # The size stands at the beginning: nothing is unpacked yet.
                if image.width * image.height <= LARGEST_IMAGE:
                    image.draft("L", (4000, 4000))  # a JPEG is unpacked no larger than needed
                    return _flat(image)
    except (images.DecompressionBombError, images.DecompressionBombWarning):
        pass
    except Exception:  # noqa: BLE001 - whatever a decoder of a stranger's bytes raises
        raise BadInput(
            "the file is no image that can be read here", hint=f"it can be {', '.join(_FORMATS)}"
        ) from None
    raise BadInput(
        f"the image has more than {LARGEST_IMAGE // 1_000_000} million pixels",
        hint="cut out the QR code",
    )


def _flat(image: Image) -> Image:
    from PIL import Image as images  # noqa: PLC0415, N813 - as above

    if image.has_transparency_data:
        over = image.convert("RGBA")
        image = images.alpha_composite(images.new("RGBA", over.size, "white"), over)
    grey = image.convert("L")
    times = 1
    while grey.width * grey.height > _READ_AT * times * times:
        times += 1
    return grey.reduce(times) if times > 1 else grey
