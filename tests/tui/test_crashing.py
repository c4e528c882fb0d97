"""Nothing of what was typed is told by a crash, wherever it happens."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input
from textual.worker import WorkerFailed

from tui import TELLING
from tui.crashing import crash_lines
from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., Any]

SECRET = "hunter2-and-a-horse"


class Broken(Exception):
    """One that quotes what it stumbled over."""


def stumble(passphrase: str) -> None:
    held = {"passphrase": passphrase}
    raise Broken(f"cannot use {held['passphrase']!r}")


async def lose_a_task() -> None:
    """One that fails, and that nobody waits for."""

    async def lost() -> None:
        stumble(SECRET)

    task = asyncio.get_running_loop().create_task(lost())
    await asyncio.sleep(0)
    del task


def printed(app: Any) -> str:
    return "\n".join(str(one) for one in app._exit_renderables)


@pytest.mark.parametrize("where", ["callback", "task", "worker"])
async def test_a_crash_tells_where_and_not_what_was_typed(
    at_the_keyboard: Sit, home: Path, where: str, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []

    async def crash() -> None:
        async with at_the_keyboard([], home=home) as person:
            app = person.app
            app.screen.query_one("#passphrase", Input).value = SECRET
            app._print_error_renderables = lambda: told.append(printed(app))
            match where:
                case "callback":
                    app.call_later(stumble, SECRET)
                case "worker":
                    app.run_worker(lambda: stumble(SECRET), thread=True)
                case _:
                    await lose_a_task()
            await person.until(lambda: app._exception is not None)
            told.append(printed(app))

    with pytest.raises((Broken, WorkerFailed)):  # once more, for us
        await crash()
    output = capfd.readouterr()
    everything = "\n".join([*told, output.out, output.err])
    assert "Broken" in everything
    assert "stumble" in everything
    assert SECRET not in everything


async def test_an_error_in_a_thread_is_not_written_to_the_terminal(
    at_the_keyboard: Sit, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with at_the_keyboard([], home=home):
        thread = threading.Thread(target=stumble, args=(SECRET,))
        thread.start()
        thread.join()
    output = capfd.readouterr()
    assert SECRET not in output.out + output.err


def test_the_wallets_own_errors_say_what_they_say_and_others_nothing() -> None:
    try:
        try:
            stumble(SECRET)
        except Broken as error:
            raise BadInput("the claim is no claim") from error
    except BadInput as error:
        shown = "\n".join(crash_lines(error))
    assert "the claim is no claim" in shown
    assert "Broken" in shown
    assert SECRET not in shown


def test_what_textual_offers_its_developers_is_off(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = (
        "from tui.app import HoldfastApp\n"
        "from textual import constants\n"
        "from textual.app import App\n"
        "print(constants.LOG_FILE, constants.DEBUG, constants.SCREENSHOT_DELAY,"
        " sorted(App().features))"
    )
    told = dict.fromkeys(TELLING, "1") | {"TEXTUAL": "devtools,debug", "TEXTUAL_LOG": str(log)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "None False -1 []"
    assert not log.exists()
