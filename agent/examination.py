"""What `holdfast doctor` says of the model: whether it is there, whole, and can be loaded."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.errors import NoModel
from agent.model import FILE_NAME, READER_NAME, LlamaModel, find_model
from wallet.doctor.finding import broken, sound
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.doctor.finding import Finding
    from wallet.messages import Message

CHECK: Final = "model"
_MAGIC: Final = b"GGUF"
_SECONDS: Final = 60.0


def examination() -> Iterator[Finding]:
    """The findings, for the group `holdfast.examinations`. The wallet works without a model."""
    try:
        path = find_model()
    except NoModel as error:
        sentence = say("there is no model: {hint}", hint=error.hint or "")
        yield broken(CHECK, sentence, say("reinstall holdfast, or name one in HOLDFAST_MODEL"))
        return
    yield examined(path, stated_digest(path))
    if path.name == FILE_NAME:
        reader = path.with_name(READER_NAME)
        yield examined_reader(reader, stated_digest(reader))


def examined(path: Path, stated: str | None) -> Finding:
    """What is so of a model file; `stated` is the SHA-256 that it should have, if any is stated."""
    reinstall = say("reinstall holdfast, or name another in HOLDFAST_MODEL")
    try:
        fault, digest = _looked_at(path, stated)
    except OSError as error:
        fault = say("the model {file} cannot be read: {error}", file=path, error=error.strerror)
    if fault is not None:
        return broken(CHECK, fault, reinstall)
    try:
        with LlamaModel(path) as model:
            model.start()
    except NoModel as error:
        if not _has_llama():
            sentence = say("llama.cpp cannot be loaded, and so no model can")
            return broken(CHECK, sentence, say("reinstall llama-cpp-python"))
        return broken(CHECK, say("the model does not load: {error}", error=error), reinstall)
    return sound(CHECK, say("{file} loads; SHA-256 {digest}", file=path, digest=digest))


def examined_reader(path: Path, stated: str | None) -> Finding:
    """What is so of the encoder's file; the wallet works without it, and understands less."""
    try:
        fault, digest = _looked_at(path, stated)
    except OSError:
        fault = say("{file} is not there: English is understood less well", file=path)
    if fault is not None:
        return broken(CHECK, fault, say("reinstall holdfast"))
    return sound(CHECK, say("{file} is there; SHA-256 {digest}", file=path, digest=digest))


def _looked_at(path: Path, stated: str | None) -> tuple[Message | None, str]:
    """What is wrong with a file, if anything, and its SHA-256 in hexadecimal. Raises `OSError`."""
    with path.open("rb") as file:
        is_model = file.read(len(_MAGIC)) == _MAGIC
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not is_model:
        return say("{file} is no GGUF file", file=path), digest
    if stated not in {None, digest}:
        return say("{file} is not the file that was installed", file=path), digest
    return None, digest


def stated_digest(path: Path) -> str | None:
    """The SHA-256 in hexadecimal by the list of installed files; a checkout's file is in none."""
    try:
        installed = files("holdfast") or ()
    except PackageNotFoundError:
        return None
    for one in installed:
        stated = one.hash if one.name == path.name else None
        if stated is not None and Path(str(one.locate())).resolve() == path.resolve():
            return base64.urlsafe_b64decode(stated.value + "=").hex()
    return None


def _has_llama() -> bool:
    """Whether the library can be imported; in a child, since it may end the process it is in."""
    command = [sys.executable, "-P", "-c", "import llama_cpp"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
