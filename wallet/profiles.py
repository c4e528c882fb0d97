"""Profiles: several wallets of one person, each a folder of its own, told apart by name.

    <data folder>/                  the default profile's wallet: vault.db, chain.db, …
    <data folder>/profile           the name of the profile that is used where none is said
    <data folder>/profiles/NAME/    the wallet of another one

They share nothing: each has its own passphrase, keys, settings and contacts.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from did.values import dataclass
from wallet.errors import BadInput
from wallet.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT: Final = "default"
"""What the profile is called that lies in the data folder itself."""
PROFILES_FOLDER: Final = "profiles"
PROFILE_FILE: Final = "profile"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LONGEST_FILE: Final = 256  # bytes
_HINT: Final = (
    "lower-case letters, digits, '.', '_' and '-', at most 64; the first a letter or digit"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A wallet's folder, and the profile's name; None for a folder that was named itself."""

    home: Path
    name: str | None = None

    @property
    def shown(self) -> str | None:
        """The name, where it tells more than the folder does: that of the default says nothing."""
        return None if self.name == DEFAULT else self.name

    @property
    def exists(self) -> bool:
        """Whether it was made; the default one need not be."""
        return self.name in {None, DEFAULT} or self.home.is_dir()

    def require(self) -> None:
        """Refuse a name that no profile has.

        Raises:
            BadInput: it was misspelt, or not made yet.
        """
        if not self.exists:
            raise BadInput(
                f"there is no profile {self.name!r}",
                hint=f"holdfast profile list; to make it: holdfast --profile {self.name} init",
            )


@dataclass(frozen=True, slots=True)
class Listed:
    """What can be said of a profile without its passphrase.

    Attributes:
        profile: which.
        size: of all its files, in bytes.
        changed: when one of them was last written to.
        has_wallet: whether there is a vault.
    """

    profile: Profile
    size: int
    changed: datetime
    has_wallet: bool


def data_folder() -> Path:
    """Where this system keeps a person's data."""
    # Deferred: only where nobody said which folder.
    import platformdirs  # noqa: PLC0415

    return Path(platformdirs.user_data_dir("holdfast", appauthor=False))


def named(name: str, data: Path) -> Profile:
    """The profile of that name, whether or not it was made.

    Raises:
        BadInput: it is no name, or what lies there is a link or open to others.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name!r:.100} is no name of a profile", hint=_HINT)
    if name == DEFAULT:
        return Profile(data, DEFAULT)
    folder = data / PROFILES_FOLDER
    for one in (folder, folder / name):
        _refuse_unsafe(one)
    return Profile(folder / name, name)


def in_use(data: Path) -> Profile:
    """The profile that is used where none is said.

    Raises:
        BadInput: the file that says so cannot be read, or names none.
    """
    file = data / PROFILE_FILE
    hint = "holdfast profile use NAME, or holdfast profile use --none"
    try:
        with file.open("rb") as opened:
            name = opened.read(_LONGEST_FILE).decode("ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return Profile(data, DEFAULT)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{str(file)!r} cannot be read: {error}", hint=hint) from error
    try:
        return named(name, data)
    except BadInput as error:
        raise BadInput(f"{str(file)!r} names no profile: {error}", hint=hint) from error


def use(profile: Profile, data: Path) -> None:
    """Have it used from now on where no other is said.

    Raises:
        BadInput: there is none of that name, or the file cannot be written.
    """
    profile.require()
    if profile.name in {None, DEFAULT}:
        (data / PROFILE_FILE).unlink(missing_ok=True)
    else:
        replace_file(data / PROFILE_FILE, f"{profile.name}\n".encode())


def listed(data: Path) -> tuple[Listed, ...]:
    """The profiles there are, the default one first if there is a wallet; no passphrase is needed.

    What is a link, or has a name that no profile can have, is left out.
    """
    found = [one for one in _described(Profile(data, DEFAULT)) if one.has_wallet]
    folder = data / PROFILES_FOLDER
    if folder.is_dir() and not folder.is_symlink():
        for path in sorted(folder.iterdir()):
            if _NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                found += _described(Profile(path, path.name))
    return tuple(found)


def refuse_with_profiles(home: Path) -> None:
    """Refuse to put away a folder in which other profiles lie. Raises `BadInput`."""
    if os.path.lexists(home / PROFILES_FOLDER):
        raise BadInput(
            f"other profiles lie in {str(home)!r}, and would be put away with it",
            hint="restore into a profile of its own: holdfast --profile NAME restore FILE",
        )


def _described(profile: Profile) -> Iterator[Listed]:
    if not profile.home.is_dir():
        return
    size, changed = 0, profile.home.stat().st_mtime
    for top, folders, names in os.walk(profile.home):
        if profile.name == DEFAULT and Path(top) == profile.home and PROFILES_FOLDER in folders:
            folders.remove(PROFILES_FOLDER)
        for name in names:
            status = Path(top, name).lstat()
            size, changed = size + status.st_size, max(changed, status.st_mtime)
    # By its name, so that nothing of the vault is loaded.
    has_wallet = (profile.home / "vault.db").is_file()
    yield Listed(profile, size, datetime.fromtimestamp(changed, UTC), has_wallet)


def _refuse_unsafe(folder: Path) -> None:
    """Raises `BadInput` if another user could put another folder in its place."""
    try:
        status = folder.lstat()
    except OSError:
        return
    if not stat.S_ISDIR(status.st_mode):
        raise BadInput(f"{str(folder)!r} is no folder", hint="move it away")
    if status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise BadInput(f"others can write to {str(folder)!r}", hint=f"chmod 700 {folder}")
