from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wallet.doctor.files import ENOUGH, LEAST, disk, files
from wallet.doctor.finding import Health

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.doctor.examined import Examined


def told(examined: Examined) -> list[tuple[Health, str]]:
    return [(finding.result, str(finding.sentence)) for finding in files(examined)]


def test_a_new_wallet_is_its_owners_alone(locked: Examined) -> None:
    assert told(locked) == [(Health.OK, "files and folders, all for their owner alone: 3")]


@pytest.mark.parametrize(
    ("name", "mode", "result", "sentence"),
    [
        ("vault.db", 0o640, Health.FAIL, "other users can read: vault.db"),
        ("vault.db", 0o602, Health.FAIL, "other users can write to: vault.db"),
        ("chain.db", 0o644, Health.WARN, "other users can read: chain.db"),
        ("chain.db", 0o620, Health.FAIL, "other users can write to: chain.db"),
        (".", 0o755, Health.WARN, "other users can read: ."),
        (".", 0o777, Health.FAIL, "other users can write to: ."),
    ],
)
def test_names_what_is_open_to_others(
    locked: Examined, name: str, mode: int, result: Health, sentence: str
) -> None:
    (locked.home / name).chmod(mode)
    (finding,) = files(locked)
    assert (finding.result, str(finding.sentence)) == (result, sentence)
    assert "chmod" in str(finding.advice)


def test_names_a_link_and_does_not_follow_it(locked: Examined, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "open").touch(0o666)
    (locked.home / "planted").symlink_to(elsewhere)
    (locked.home / "dangling").symlink_to(tmp_path / "nowhere")
    ((result, sentence),) = told(locked)
    assert result is Health.FAIL
    assert set(sentence.removeprefix("links to elsewhere: ").split(", ")) == {"planted", "dangling"}


@pytest.mark.parametrize(
    "name", [".vault.db.new", ".holdfast-abc", ".chain.db.0f0f0f0f", ".chain.db.restoring"]
)
def test_names_what_an_interrupted_command_left(locked: Examined, name: str) -> None:
    (locked.home / name).touch(0o600)
    assert told(locked) == [(Health.WARN, f"left by a command that was interrupted: {name}")]


def test_names_the_copy_of_an_older_version(locked: Examined) -> None:
    (locked.home / "vault.db.version-1").touch(0o600)
    ((result, sentence),) = told(locked)
    assert result is Health.WARN
    assert sentence.endswith(": vault.db.version-1")


def test_names_a_wallet_that_was_put_aside(locked: Examined) -> None:
    locked.home.with_name(f"{locked.home.name}.before-20260101T000000").mkdir(0o700)
    ((result, sentence),) = told(locked)
    assert result is Health.WARN
    assert sentence.endswith(f": ../{locked.home.name}.before-20260101T000000")


def test_names_a_restored_wallet_that_was_not_finished(locked: Examined) -> None:
    locked.home.with_name(f".{locked.home.name}.restoring").mkdir(0o700)
    ((result, sentence),) = told(locked)
    assert result is Health.WARN
    assert sentence.endswith(f": ../.{locked.home.name}.restoring")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_names_a_file_of_somebody_else(locked: Examined) -> None:
    os.chown(locked.home / "chain.db", 65_534, -1)
    assert told(locked) == [(Health.FAIL, "not yours: chain.db")]


def test_names_few_of_many(locked: Examined) -> None:
    for number in range(9):
        (locked.home / f"open-{number}").touch()
        (locked.home / f"open-{number}").chmod(0o644)
    ((_, sentence),) = told(locked)
    assert sentence.endswith(", … (+4)")


def test_says_where_there_is_no_folder(locked: Examined) -> None:
    (finding,) = files(replace(locked, home=locked.home / "none"))
    assert finding.result is Health.WARN


@pytest.mark.parametrize(
    ("free", "result"),
    [(LEAST - 1, Health.FAIL), (ENOUGH, Health.WARN), (2 * ENOUGH, Health.OK)],
)
def test_says_how_much_room_is_left(locked: Examined, free: int, result: Health) -> None:
    (finding,) = disk(replace(locked, free=lambda _: free))
    assert finding.result is result


def test_asks_the_disk_of_a_folder_that_is_not_there(locked: Examined) -> None:
    assert locked.free(locked.home / "none" / "below") > 0
