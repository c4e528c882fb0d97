"""What came in from outside: a text that was pasted, a file that was dropped, a picture of a code.

A file is opened and read, a picture's QR code as well, and then it is told what is in it. Nothing
is fetched and nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wallet import qr
from wallet.errors import BadInput
from wallet.files import at_home, read_file
from wallet.given import PASTED
from wallet.recognizing import Recognized, What, recognize
from wallet.verify.kinds import is_cose, is_mdoc

if TYPE_CHECKING:
    from wallet.messages import Message

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """What it is.

    Attributes:
        what: as it was recognized; of a file, what stands in it.
        text: the document itself, without the file that it came in.
        source: what to call where it comes from.
        path: the file, where it is one that an action can read by itself.
        paths: what was named, where it is several files or a folder: nothing of it was read.
    """

    what: Recognized
    text: str = field(repr=False)
    source: Message | str
    path: str | None = None
    paths: tuple[str, ...] = ()

    @property
    def given(self) -> str:
        """What to give an action for it: the file's path, or the text itself."""
        return self.text if self.path is None else self.path


def incoming(text: str) -> Incoming:
    """Look at a text, and into the file that it names.

    Raises:
        BadInput: the file cannot be read, or is a picture without a code.
    """
    found = recognize(text)
    if found.kind is not What.FILE:
        plain = text.strip()
        if found.kind is not What.WORDS or not _is_there(plain):
            return Incoming(found, plain, PASTED)
        found = Recognized(What.FILE, paths=(plain,))
    if len(found.paths) != 1 or at_home(Path(found.paths[0])).is_dir():
        return Incoming(found, "", PASTED, paths=found.paths)
    return _from_file(found.paths[0])


def _from_file(path: str) -> Incoming:
    if Path(path).suffix.lower() in PICTURES:
        text = qr.read(path)[0]
        return Incoming(recognize(text), text, path)
    data = read_file(path)
    if is_mdoc(data):
        # Deferred: few files are mdocs.
        from wallet.credentials.formats.mdoc import written  # noqa: PLC0415

        data = written(data)
    elif is_cose(data):
        # Deferred: as above.
        from wallet.credentials.formats.cose.written import cose_in, kept  # noqa: PLC0415

        data = kept(cose_in(data) or b"")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadInput(f"{path!r} is no text and no picture that is read here") from None
    return Incoming(recognize(text), text, path, path=path)


def _is_there(name: str) -> bool:
    """Whether a file or a folder of that name is there, which looks like none."""
    try:
        return bool(name) and "\n" not in name and at_home(Path(name)).exists()
    except (BadInput, OSError, ValueError):
        return False
