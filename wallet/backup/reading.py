"""Opening a backup: an age file, its parts one after another, and who may read them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wallet.backup.age import decrypt
from wallet.backup.age.errors import AgeError, NoMatch, NotAge
from wallet.backup.age.keys import Identity
from wallet.backup.errors import BackupError, DamagedBackup, NotABackup, WrongKey
from wallet.backup.lines import read_lines
from wallet.errors import BadInput
from wallet.files import at_home, read_secret
from wallet.vault.secret import Secret, SecretText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from wallet.backup.age.keys import Unlocks
    from wallet.backup.parts import Part


_LARGEST_IDENTITIES: Final = 1 << 16  # bytes


@contextmanager
def opened(path: Path, keys: Sequence[Unlocks]) -> Iterator[Iterator[Part]]:
    """The parts of the backup at `path`; see `read_lines` for when they count.

    Raises:
        NotABackup, NewerBackup, DamagedBackup, WrongKey: as the parts are asked for.
        BackupError: the file cannot be read.
    """
    where = at_home(path)
    try:
        if not where.is_file():
            raise BackupError(f"there is no file {str(path)!r}")
        with where.open("rb") as file, age_errors(path):
            yield read_lines(decrypt(file, keys))
    except OSError as error:
        raise BackupError(f"{str(path)!r} cannot be read: {error.strerror}") from error


@contextmanager
def age_errors(path: Path) -> Iterator[None]:
    """Turns what can be wrong with an age file into a backup's errors."""
    try:
        yield
    except NotAge as error:
        raise NotABackup(
            f"{str(path)!r} is no backup: {error}", hint="holdfast backup FILE writes one"
        ) from error
    except NoMatch as error:
        raise WrongKey(f"what was given does not open {str(path)!r}") from error
    except AgeError as error:
        raise DamagedBackup(f"{str(path)!r} cannot be restored: {error}") from error


def identities_in(name: str) -> tuple[Identity, ...]:
    """The private keys in a file as `age-keygen` writes it: one a line, and comments.

    Raises:
        BadInput: there are none, or a line is none.
    """
    try:
        text = read_secret(name, limit=_LARGEST_IDENTITIES).decode()
        lines = map(SecretText, text.splitlines())
        found = tuple(
            Identity.parse(Secret(line.strip()))
            for line in lines
            if line.strip() and not line.startswith("#")
        )
    except (UnicodeDecodeError, AgeError):
        # `from None`: the frames below hold what may be a key.
        raise BadInput(f"{name!r} holds a line that is no age private key") from None
    if not found:
        raise BadInput(f"{name!r} holds no age private key", hint="age-keygen writes one")
    return found
