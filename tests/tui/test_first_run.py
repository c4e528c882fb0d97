from __future__ import annotations

import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.widgets import Button, Input, ProgressBar, Static, TextArea

from tui.consent import ConsentScreen
from tui.screens.beginning import FirstDIDScreen, SampleScreen
from tui.screens.choosing import ChoosingScreen
from tui.screens.making import MakingScreen
from tui.screens.phrase import READING, CheckScreen, PhraseScreen
from tui.screens.restoring import BackupScreen, WordsScreen
from tui.screens.unlock import UnlockScreen
from tui.screens.welcome import WelcomeScreen
from tui.widgets.meter import Meter
from wallet.actions import ACTIONS
from wallet.entries import credentials, dids
from wallet.samples import added
from wallet.settings import Settings
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet, open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Sit = Callable[..., Any]

PASSPHRASE = "correct horse battery"
OLD = "correct horse battery staple"
WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
LONG = (
    "hamster diagram private dutch cause delay private meat slide toddler razor book"
    " happy fancy gospel tennis maple dilemma loan word shrug inflict delay length"
)


def is_at(person: Any, screen: type) -> Callable[[], bool]:
    return lambda: isinstance(person.app.screen, screen)


def shown(person: Any, name: str) -> str:
    return str(person.app.screen.query_one(name, Static).render())


async def test_the_first_screen_says_it_in_either_language(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard([], language="zh") as person:
        assert isinstance(person.app.screen, WelcomeScreen)
        assert "● 中文" in shown(person, "#languages")
        chinese = person.screen()
        await person.pilot.press("l")
        await person.until(lambda: "● English" in shown(person, "#languages"))
        assert person.screen() != chinese
        assert "stays on this machine" in person.screen()
        await person.pilot.press("enter")
        await person.until(is_at(person, ChoosingScreen))
        assert "Choose a passphrase" in person.screen()


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_goes_by_the_keyboard_alone_from_nothing_to_a_sample_and_takes_it_away_in_one_step(
    at_the_keyboard: Sit, tmp_path: Path, size: tuple[int, int]
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home, size=size) as person:
        press = person.pilot.press
        await press("enter")
        await person.until(is_at(person, ChoosingScreen))
        await press(*"correct", "space", *"horse", "space", *"battery", "enter")
        await press(*"correct", "space", *"horse", "space", *"battery", "enter")
        await person.until(is_at(person, PhraseScreen))
        words = await person.writes_down()
        assert len(words) == 12
        person.clock.seconds += 2 * READING
        await press("enter")
        await person.until(is_at(person, CheckScreen))
        for number in person.app.screen.numbers:
            await press(*words[number - 1], "enter")
        await person.until(is_at(person, FirstDIDScreen))
        await press("enter")
        await person.answers("y", until=is_at(person, SampleScreen))
        await press("enter")
        await person.answers("y", until=person.is_home)
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert wallet.vault.unsafe_expose_phrase().expose_secret().split() == words
        assert [own.name for own in dids(wallet.vault)] == ["me"]
        assert len(credentials(wallet.vault)) == 1
        propose = ACTIONS["remove_sample"].propose
        assert propose is not None
        propose(wallet, {}).perform()
        assert added(wallet.vault) is None
        assert not credentials(wallet.vault)


async def test_nothing_is_made_before_three_words_of_the_phrase_were_typed(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home) as person:
        await person.chooses_a_passphrase()
        words = await person.writes_down()
        person.clock.seconds += 2 * READING
        await person.pilot.press("enter")
        await person.until(is_at(person, CheckScreen))
        await person.pilot.press("enter", "enter", "enter", "enter")
        await person.until(lambda: "is another one" in person.screen())
        assert isinstance(person.app.screen, CheckScreen)
        assert not home.exists()
        await person.pilot.press("escape")
        await person.until(is_at(person, PhraseScreen))
        assert await person.writes_down() == words
        for _ in range(2):
            await person.pilot.press("escape")
            await person.pilot.pause()
        assert isinstance(person.app.screen, WelcomeScreen)
        await person.pilot.press("escape")
        await person.pilot.pause()
    assert not home.exists()


async def test_an_enter_too_many_does_not_pass_the_recovery_phrase(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard([]) as person:
        await person.chooses_a_passphrase()
        button = person.app.screen.query_one(Button)
        await person.pilot.press("enter")
        # A button that still shows its last press takes no other.
        await person.until(lambda: not button.has_class("-active"))
        assert isinstance(person.app.screen, PhraseScreen)
        person.clock.seconds += 2 * READING
        await person.pilot.press("enter")
        await person.until(is_at(person, CheckScreen))


async def test_a_phrase_of_24_words_is_another_one_and_stays_as_long(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard([], size=(80, 24)) as person:
        await person.chooses_a_passphrase()
        few = await person.writes_down()
        person.clock.seconds += 2 * READING
        await person.pilot.press("w")
        await person.until(lambda: len(shown(person, "#phrase").split("24")) == 2)
        many = await person.writes_down()
        assert len(many) == 24
        assert many[:12] != few
        await person.pilot.press("enter")
        await person.pilot.pause()
        assert isinstance(person.app.screen, PhraseScreen)


async def test_refuses_two_passphrases_that_differ(at_the_keyboard: Sit, tmp_path: Path) -> None:
    async with at_the_keyboard([], home=tmp_path / "w") as person:
        await person.pilot.press("enter")
        await person.until(is_at(person, ChoosingScreen))
        await person.types("one and another")
        await person.pilot.pause()
        await person.types("two and another")
        await person.until(lambda: "differ" in person.screen())
        assert not person.app.session.exists


async def test_the_meter_says_how_soon_it_is_guessed_and_a_weak_one_takes_a_second_enter(
    at_the_keyboard: Sit,
) -> None:
    async with at_the_keyboard([]) as person:
        await person.pilot.press("enter")
        await person.until(is_at(person, ChoosingScreen))
        meter = person.app.screen.query_one(Meter).query_one(".scale", Static)
        await person.pilot.press(*"horse")
        await person.until(lambda: "very weak" in str(meter.render()))
        await person.types("horse")
        await person.types("horse")
        await person.until(lambda: "is guessed soon" in person.screen())
        assert isinstance(person.app.screen, ChoosingScreen)
        await person.pilot.press("enter")
        await person.until(is_at(person, PhraseScreen))


async def test_shows_which_step_of_the_making_is_under_way(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    seen: dict[str, float] = {}
    async with at_the_keyboard([], home=tmp_path / "w") as person:
        await person.chooses_a_passphrase()
        words = await person.writes_down()
        person.clock.seconds += 2 * READING
        await person.pilot.press("enter")
        await person.until(is_at(person, CheckScreen))
        await person.recalls(words)

        def is_done() -> bool:
            screen = person.app.screen
            if isinstance(screen, MakingScreen) and screen.busy and screen.query(ProgressBar):
                bar = screen.query_one(ProgressBar)
                assert bar.total == 5
                seen[shown(person, ".step")] = bar.progress
            return isinstance(screen, FirstDIDScreen)

        await person.until(is_done)
    steps = {step: progress for step, progress in seen.items() if step}
    assert steps  # which are seen depends on how fast each is
    assert all(progress == int(step[0]) - 1 for step, progress in steps.items())


async def test_brings_a_wallet_back_from_its_words_which_are_completed_and_checked(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home) as person:
        await person.pilot.press("j", "enter")
        await person.until(is_at(person, WordsScreen))
        area = person.app.screen.query_one(TextArea)
        await person.pilot.press(*"lega", "right", "space", *"winer", "space")
        await person.until(lambda: "not in the list: number 2" in shown(person, "#told"))
        assert area.text == "legal winer "
        await person.pilot.press("enter")
        await person.until(lambda: "12 or 24 words" in shown(person, "#problem"))
        area.text = " ".join(WORDS.split()[:-1]) + " year"
        await person.pilot.press("enter")
        await person.until(lambda: "checksum" in shown(person, "#problem"))
        area.text = WORDS
        await person.until(lambda: "words: 12 of 12/24" in shown(person, "#told"))
        await person.pilot.press("enter")
        await person.until(is_at(person, ChoosingScreen))
        assert not area.text
        await person.types(PASSPHRASE)
        await person.types(PASSPHRASE)
        await person.until(is_at(person, FirstDIDScreen))
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert wallet.vault.unsafe_expose_phrase().expose_secret() == WORDS


async def test_a_pasted_phrase_of_24_words_and_an_extra_word_are_taken(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home, size=(80, 24)) as person:
        await person.pilot.press("j", "enter")
        await person.until(is_at(person, WordsScreen))
        person.app.screen.post_message(events.Paste("\n".join(LONG.split())))
        await person.until(lambda: "words: 24" in shown(person, "#told"))
        await person.pilot.press("tab", *"extra", "enter")
        await person.until(is_at(person, ChoosingScreen))
        await person.types(PASSPHRASE)
        await person.types(PASSPHRASE)
        await person.until(is_at(person, FirstDIDScreen))
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        expected = RecoveryPhrase.parse(Secret(LONG)).with_extra_word(Secret("extra"))
        assert wallet.vault.unsafe_expose_phrase() == expected


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    file, secret = tmp_path / "wallet.age", tmp_path / "secret"
    secret.write_text("the passphrase of the backup")
    secret.chmod(0o600)
    given = {"path": str(file), "passphrase_file": str(secret)}
    with open_wallet(home, Secret(OLD)) as wallet:
        for name, arguments in (("create_did", {"name": "work"}), ("back_up", given)):
            propose = ACTIONS[name].propose
            assert propose is not None
            propose(wallet, arguments).perform()
    return file


async def test_brings_a_wallet_back_from_a_backup(
    at_the_keyboard: Sit, backup: Path, tmp_path: Path
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home) as person:
        await person.pilot.press("j", "j", "enter")
        await person.until(is_at(person, BackupScreen))
        await person.types("/no/such/file")
        await person.until(lambda: "there is no such file" in person.screen())
        person.app.screen.query_one("#file", Input).value = str(backup.with_suffix(""))[:-3]
        await person.pilot.press("end")
        await person.until(lambda: bool(person.app.screen.query_one("#file", Input)._suggestion))
        await person.pilot.press("right")
        person.app.screen.query_one("#file", Input).value = str(backup)
        await person.pilot.press("enter")
        await person.types("not the passphrase")
        await person.until(is_at(person, ChoosingScreen))
        await person.types(PASSPHRASE)
        await person.types(PASSPHRASE)
        await person.until(lambda: "does not open" in person.screen())
        assert not home.exists()
        for _ in range(2):
            await person.pilot.press("escape")
            await person.pilot.pause()
        assert isinstance(person.app.screen, BackupScreen)
        person.app.screen.query_one("#passphrase", Input).focus()
        await person.types("the passphrase of the backup")
        await person.until(is_at(person, ChoosingScreen))
        await person.types(PASSPHRASE)
        await person.types(PASSPHRASE)
        await person.comes_home()
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert [own.name for own in dids(wallet.vault)] == ["work"]


async def test_a_folder_in_which_nothing_can_be_made_is_said_before_anything_is_chosen(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    async with at_the_keyboard([], home=tmp_path / "file" / "wallet") as person:
        await person.pilot.press("enter")
        await person.until(lambda: "is no folder" in person.screen())
        assert isinstance(person.app.screen, WelcomeScreen)


async def test_what_the_disk_refuses_is_one_line_and_can_be_tried_again(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home) as person:
        await person.chooses_a_passphrase()
        words = await person.writes_down()
        home.write_text("in the way")
        person.clock.seconds += 2 * READING
        await person.pilot.press("enter")
        await person.until(is_at(person, CheckScreen))
        await person.recalls(words)
        await person.until(lambda: bool(person.app.screen.query("#problem.said")))
        assert isinstance(person.app.screen, MakingScreen)
        assert "is not a folder" in shown(person, "#problem")
        home.unlink()
        await person.pilot.press("enter")
        await person.until(is_at(person, FirstDIDScreen))


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """As on a disk that is full once a file has that many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 4_096, 40_000])
async def test_a_full_disk_is_told_in_one_line_leaves_nothing_and_can_be_tried_again(
    at_the_keyboard: Sit, tmp_path: Path, size: int
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home) as person:
        await person.chooses_a_passphrase()
        words = await person.writes_down()
        person.clock.seconds += 2 * READING
        await person.pilot.press("enter")
        await person.until(is_at(person, CheckScreen))
        with no_file_longer_than(size):
            await person.recalls(words)
            await person.until(lambda: bool(person.app.screen.query("#problem.said")))
        assert isinstance(person.app.screen, MakingScreen)
        assert "disk" in shown(person, "#problem")
        assert not list(home.rglob("*"))
        await person.pilot.press("enter")
        await person.until(is_at(person, FirstDIDScreen))
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert wallet.vault.unsafe_expose_phrase().expose_secret().split() == words


async def test_when_somebody_else_made_a_wallet_there_meanwhile_it_is_opened(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home) as person:
        await person.chooses_a_passphrase()
        words = await person.writes_down()
        create_wallet(home, Secret(OLD))[0].close()
        person.clock.seconds += 2 * READING
        await person.pilot.press("enter")
        await person.until(is_at(person, CheckScreen))
        await person.recalls(words)
        await person.until(lambda: "exists already" in person.screen())
        await person.pilot.press("enter")
        await person.until(is_at(person, UnlockScreen))
        await person.unlocks(OLD)


async def test_asks_for_consent_to_the_first_did_and_a_no_makes_none(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home) as person:
        await person.makes_a_wallet(to=FirstDIDScreen)
        await person.pilot.press("enter")
        await person.until(is_at(person, ConsentScreen))
        await person.answers("escape", until=is_at(person, FirstDIDScreen))
        await person.pilot.press("escape")
        await person.comes_home()
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert not dids(wallet.vault)


async def test_the_language_that_was_chosen_first_is_kept(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    home = tmp_path / "w"
    async with at_the_keyboard([], home=home) as person:
        await person.pilot.press("l")
        await person.until(lambda: "● 中文" in shown(person, "#languages"))
        await person.makes_a_wallet()
    assert Settings.read(home).looks.language == "zh"


async def test_locks_from_the_first_screens_of_an_open_wallet_too(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet(to=FirstDIDScreen)
        await person.pilot.press("ctrl+l")
        await person.until(is_at(person, UnlockScreen))
        await person.unlocks(PASSPHRASE)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_cannot_be_written_to_is_said(
    at_the_keyboard: Sit, tmp_path: Path
) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    async with at_the_keyboard([], home=tmp_path / "closed" / "w") as person:
        await person.pilot.press("enter")
        await person.until(lambda: "nothing can be written" in person.screen())


def test_the_rooms_are_loaded_before_anybody_enters_them() -> None:
    program = """
import sys
from tui.making import SCREENS, load
before = {name for name in sys.modules if name.startswith("tui.screens.")}
load()
print(sorted({f"tui.screens.{name}" for name in SCREENS} - (sys.modules.keys() - before)))
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_what_is_not_needed_for_the_first_screen_is_loaded_after_it() -> None:
    later = ["agent.conversation", "tui.consent", "tui.deeds", "tui.first_run", "wallet.actions"]
    later += ["wallet.wallet", "web3", "eth", "zxcvbn", "cryptography", "markdown_it"]
    later += ["nacl", "sqlite3", "wallet.vault.store", "textual.widgets._footer"]
    program = f"""
import sys, tui.cli, tui.screens.welcome
from wallet.cli.parser import build
build(["--home", "somewhere", "--read-only"]).parse_args(["--home", "somewhere", "--read-only"])
print(sys.modules.keys() & {set(later)})
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
