"""npm's packages for this folder, and what runs them: node and cast."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER: Final = Path(__file__).parents[2] / ".venv" / "interop"

PACKAGES: Final = {
    "did-resolver": "6.0.0",
    "ethers": "6.17.0",
    "ethr-did-registry": "1.3.0",
    "ethr-did-resolver": "11.1.3",
}
CAST: Final = {"@foundry-rs/cast": "1.7.1"}
PATIENCE: Final = 600.0

INSTALL: Final = (
    "install",
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--fetch-retries=1",
    "--loglevel=error",
)


class CannotRun(Exception):
    """A program failed that this needs."""


class Missing(CannotRun):
    """A program is not on this machine."""


@dataclass(frozen=True, slots=True)
class Packages:
    """An installation. `root` is the folder that has `node_modules`."""

    root: Path

    @classmethod
    def installed(cls, root: Path = FOLDER) -> Packages:
        """The packages, installed if they are not there yet.

        Raises:
            Missing: there is no node or no npm.
            CannotRun: npm cannot install them.
        """
        packages = cls(root)
        for program in ("node", "npm"):
            if shutil.which(program) is None:
                raise Missing(f"there is no {program} here")
        if root == FOLDER:
            packages._install({**PACKAGES, **CAST})
        return packages

    def version(self, name: str) -> str | None:
        """Which version of a package is there."""
        try:
            described = (self.root / "node_modules" / name / "package.json").read_text("utf-8")
        except OSError:
            return None
        return str(json.loads(described)["version"])

    def major(self, name: str) -> int:
        """Which major version of a package is there. Raises `CannotRun` where there is none."""
        if (version := self.version(name)) is None:
            raise CannotRun(f"{name} is not in {self.root}")
        return int(version.partition(".")[0])

    def node(self, script: Path, question: Any) -> Any:
        """What a script answers to a question, both JSON. Raises `CannotRun`."""
        # As text: what a script imports is looked for where it lies, or where text is run.
        command = ["node", "--input-type=module", "--eval", script.read_text("utf-8")]
        return json.loads(self._run(command, json.dumps(question)))

    def cast(self, url: str, *arguments: str) -> str:
        """What cast prints. Raises `Missing`, `CannotRun`."""
        system = {"darwin": "darwin", "linux": "linux"}.get(sys.platform, "win32")
        machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), "amd64")
        packaged = self.root / "node_modules" / "@foundry-rs" / f"cast-{system}-{machine}"
        program = shutil.which("cast", path=packaged / "bin") or shutil.which("cast")
        if program is None:
            raise Missing("there is no cast here")
        return self._run([program, *arguments, "--rpc-url", url], "").strip()

    def _install(self, wanted: dict[str, str]) -> None:
        absent = [name for name, version in wanted.items() if self.version(name) != version]
        if not absent:
            return
        self.root.mkdir(parents=True, exist_ok=True)
        names = [f"{name}@{version}" for name, version in wanted.items()]
        try:
            _ran(["npm", *INSTALL, "--prefix", str(self.root), *names], "", None, None)
        except CannotRun as error:
            if set(absent) <= CAST.keys():
                return  # it is said where it would be used
            raise CannotRun(f"npm cannot install {', '.join(absent)}: {error}") from error

    def _run(self, command: Sequence[str], text: str) -> str:
        # No settings of this machine's: neither proxies nor a node of the person's.
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        return _ran(command, text, self.root, {**kept, "HOME": str(self.root)})


def finished(
    command: Sequence[str],
    folder: Path | None,
    environment: Mapping[str, str] | None,
    text: str = "",
) -> subprocess.CompletedProcess[str]:
    """A program that has ended, whatever came of it. Raises `CannotRun` where it does not end."""
    try:
        return subprocess.run(
            command,
            input=text,
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotRun(f"{command[0]} does not end") from error


def _ran(
    command: Sequence[str], text: str, folder: Path | None, environment: dict[str, str] | None
) -> str:
    """What a program prints. Raises `CannotRun`."""
    ran = finished(command, folder, environment, text)
    if ran.returncode != 0:
        lines = [line.strip() for line in (ran.stderr or ran.stdout).splitlines() if line.strip()]
        said = next((line for line in lines if "error" in line.lower()), "".join(lines[-1:]))
        raise CannotRun(said or f"{command[0]} ended with {ran.returncode}")
    return ran.stdout
