"""The suites on this machine: copies of the checkouts in a folder of ours, with npm's packages.

A checkout is never changed. A copy is made once for each commit, and asks npm for what its own
`package.json` names, except the packages that are on no registry: these come from the folder too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.conformance.suites import ASSERTIONS, IMPLEMENTATIONS, SUITES
from tests.interop.packages import PATIENCE, CannotRun, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conformance.suites import Checkout, Suite

INSTALL: Final = (
    "npm",
    "install",
    "--ignore-scripts",
    "--install-links",
    "--omit=dev",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
    "--fetch-retries=1",
    "--loglevel=error",
)
BESIDE: Final = (IMPLEMENTATIONS, ASSERTIONS)

# Of node 22; the machine's may be older, and this means the same.
_NEWER: Final = "implementationsWithFeatures().values().map((i) => i.settings.name)"
_OLDER: Final = "implementationsWithFeatures().values(), (i) => i.settings.name"

_READY: Final = ".installed"
_VDL: Final = "@digitalbazaar/vdl-context"
_CONTEXTS: Final = "vc-generator/contexts.js"
_KNOWN_VDL: Final = f"""
import * as vdl from '{_VDL}';
for(const [url, document] of vdl.contexts ?? vdl.default.contexts) {{
  contextMap.set(url, document);
}}
"""


def wanted() -> Iterator[Checkout]:
    """Every repository that a whole run needs."""
    yield from BESIDE
    for suite in SUITES:
        yield suite.checkout
        if suite.vectors is not None:
            yield suite.vectors[0]


def cache() -> Path:
    """Where the copies are kept."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "holdfast" / "conformance"


def commit(checkouts: Path, checkout: Checkout) -> str:
    """Which commit lies there, short. Raises `Missing` where there is none."""
    folder = checkouts / checkout.name
    if not folder.is_dir():
        raise Missing(f"there is no {checkout.owner}/{checkout.name} in {checkouts}")
    return _ran(["git", "-C", str(folder), "rev-parse", "--short=7", "HEAD"]).strip()


def ready(checkouts: Path, suite: Suite) -> Path:
    """The folder of a suite that can be run, made and installed where it is not there yet.

    Raises:
        Missing: a checkout, git or npm is not there.
        CannotRun: npm cannot install it.
    """
    folder = cache() / f"{suite.name}-{commit(checkouts, suite.checkout)}"
    if (folder / _READY).exists():
        return folder
    if folder.exists():
        shutil.rmtree(folder)
    _copy(checkouts, suite.checkout, folder)
    if suite.vectors is not None:
        _copy(checkouts, suite.vectors[0], folder / suite.vectors[1])
    _name_neighbours(checkouts, folder)
    _suit_older_node(folder / "implementations" / "index.js")
    if shutil.which("npm") is None:
        raise Missing("there is no npm here")
    _ran(list(INSTALL), folder)
    (folder / _READY).touch()
    return folder


def _copy(checkouts: Path, checkout: Checkout, folder: Path) -> None:
    """The files of a commit, without what lies in the checkout beside them."""
    source = checkouts / checkout.name
    commit(checkouts, checkout)
    folder.mkdir(parents=True, exist_ok=True)
    listed = _ran(["git", "-C", str(source), "ls-files", "-z"])
    for name in filter(None, listed.split("\0")):
        if (source / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, folder / name)


def _name_neighbours(checkouts: Path, folder: Path) -> None:
    """Make its packages that are on no registry those of the folder of checkouts."""
    (folder / "package-lock.json").unlink(missing_ok=True)
    described = folder / "package.json"
    package = json.loads(described.read_text("utf-8"))
    dependencies = package["dependencies"]
    # A suite that runs mocha itself may have it among what only its developers need.
    dependencies.setdefault("mocha", package.get("devDependencies", {}).get("mocha"))
    for neighbour in BESIDE:
        if neighbour.name in dependencies:
            dependencies[neighbour.name] = f"file:{_neighbour(checkouts, neighbour, folder)}"
    described.write_text(json.dumps(package, indent=2), "utf-8")


def _neighbour(checkouts: Path, checkout: Checkout, folder: Path) -> str:
    copy = folder / ".neighbours" / checkout.name
    _copy(checkouts, checkout, copy)
    if checkout == ASSERTIONS:
        _teach_vdl(copy)
    return str(copy.relative_to(folder))


def _suit_older_node(script: Path) -> None:
    if script.exists():
        text = script.read_text("utf-8")
        script.write_text(text.replace(_NEWER, _OLDER), "utf-8")


def _teach_vdl(copy: Path) -> None:
    """Let the common tests know a context that the suite for BBS uses; without it they stop.

    It takes nothing away from what is asked of an implementation.
    """
    described = copy / "package.json"
    package = json.loads(described.read_text("utf-8"))
    package["dependencies"][_VDL] = "^1.0.0"
    described.write_text(json.dumps(package, indent=2), "utf-8")
    contexts = copy / _CONTEXTS
    contexts.write_text(contexts.read_text("utf-8") + _KNOWN_VDL, "utf-8")


def _ran(command: list[str], folder: Path | None = None) -> str:
    try:
        ran = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise Missing(f"there is no {command[0]} here") from error
    except subprocess.TimeoutExpired as error:
        raise CannotRun(f"{command[0]} does not end") from error
    if ran.returncode != 0:
        raise CannotRun(f"{' '.join(command[:2])}: {ran.stderr.strip() or ran.returncode}")
    return ran.stdout
