from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.cli.options import Options
from wallet.errors import BadInput
from wallet.profiles import DEFAULT, Profile, in_use, listed, named, use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Says = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this person's data lies; nothing is there yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    monkeypatch.delenv("HOLDFAST_PROFILE", raising=False)
    return tmp_path / "data" / "holdfast"


@pytest.fixture
def says(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Says:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)

    def said(*words: str, code: ExitCode = ExitCode.DONE) -> Any:
        options = ("--passphrase-file", str(passphrase), "--json")
        assert main([*words, *options]) == code, capsys.readouterr()
        out, err = capsys.readouterr()
        return json.loads(out) if out else err

    assert not data.exists()
    return said


@pytest.fixture
def loose() -> Iterator[None]:
    """A umask that would leave everything open to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_profiles_are_wallets_that_share_nothing(says: Says, data: Path) -> None:
    says("init")
    says("--profile", "work", "init")
    says("did", "create", "--method", "key", "--name", "home", "--yes", "--quiet")
    says("did", "create", "--method", "key", "--name", "job", "--yes", "--profile", "work")
    assert [one["name"] for one in says("did", "list")["dids"]] == ["home"]
    assert [one["name"] for one in says("did", "list", "--profile", "work")["dids"]] == ["job"]
    assert (data / "profiles" / "work" / "vault.db").is_file()


@pytest.mark.usefixtures("loose")
def test_all_that_is_made_for_a_profile_is_its_owners_alone(says: Says, data: Path) -> None:
    says("--profile", "work", "init")
    says("profile", "use", "work")
    for path in (data.parent, data, *data.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_the_one_that_is_used_is_chosen_for_good_or_for_a_command(
    says: Says, data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    says("init")
    for name in ("work", "club"):
        says("--profile", name, "init")

    def used(*words: str) -> tuple[str | None, str]:
        answer = says("profile", "list", *words)
        (marked,) = [one["name"] for one in answer["profiles"] if one["in_use"]] or [None]
        assert marked == answer["in_use"]
        return answer["in_use"], answer["home"]

    assert used() == (DEFAULT, str(data))
    says("profile", "use", "work")
    assert used() == ("work", str(data / "profiles" / "work"))
    assert used("--profile", DEFAULT) == (DEFAULT, str(data))
    monkeypatch.setenv("HOLDFAST_PROFILE", "club")
    assert used()[0] == "club"
    assert used("--profile", "work")[0] == "work"
    assert used("--home", str(tmp_path / "w")) == (None, str(tmp_path / "w"))
    monkeypatch.delenv("HOLDFAST_PROFILE")
    says("profile", "use", "--none")
    assert used()[0] == DEFAULT
    assert not (data / "profile").exists()


def test_a_list_needs_no_passphrase_and_says_how_large_and_when(says: Says, data: Path) -> None:
    assert says("profile", "list")["profiles"] == []
    says("init")
    says("--profile", "work", "init")
    (data / "profiles" / "half-made").mkdir()
    (data / "profiles" / "work.before-20261126T101112").mkdir()
    (data / "profiles" / "link").symlink_to(data / "profiles" / "work")
    found = {one["name"]: one for one in says("profile", "list")["profiles"]}
    assert list(found) == [DEFAULT, "half-made", "work"]
    assert [one["wallet"] for one in found.values()] == [True, False, True]
    files = (data / "profiles" / "work").iterdir()
    assert found["work"]["bytes"] == sum(file.stat().st_size for file in files)
    assert found[DEFAULT]["bytes"] < 2 * found["work"]["bytes"]  # without the others


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "/etc", "Work", "-x", ".x", "a b", "a\n", "ä", "x" * 65, "a\0"],
)
def test_a_name_is_no_path(name: str, data: Path) -> None:
    with pytest.raises(BadInput, match="no name of a profile"):
        named(name, data)


@pytest.mark.parametrize("name", ["a", "0", "work", "a.b_c-d", "x" * 64])
def test_a_profile_lies_in_a_folder_of_its_name(name: str, data: Path) -> None:
    assert named(name, data) == Profile(data / "profiles" / name, name)


def test_a_folder_and_a_profile_are_not_named_at_once(
    says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = ("--home", str(tmp_path / "w"), "--profile", "work")
    assert "two wallets" in says("did", "list", *both, code=ExitCode.USAGE)
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "w"))
    monkeypatch.setenv("HOLDFAST_PROFILE", "work")
    assert "two wallets" in says("did", "list", code=ExitCode.USAGE)


@pytest.mark.parametrize(
    "words",
    [("did", "list"), ("verify", "x.json"), ("trust", "list"), ("did", "create", "--yes")],
    ids=" ".join,
)
def test_a_name_that_was_misspelt_is_no_empty_wallet(
    says: Says, data: Path, words: tuple[str, ...]
) -> None:
    said = says(*words, "--profile", "wrok", code=ExitCode.USAGE)
    assert "there is no profile 'wrok'" in said
    assert "holdfast --profile wrok init" in said
    assert "no profile" in says("profile", "use", "wrok", code=ExitCode.USAGE)
    assert not data.exists()


@pytest.mark.parametrize("content", ["", "../work", "work\nclub", "ü", "x" * 300, "\0"])
def test_a_file_that_names_no_profile_is_said_so_and_can_be_mended(
    says: Says, data: Path, content: str
) -> None:
    says("init")
    (data / "profile").write_text(content)
    said = says("did", "list", code=ExitCode.USAGE)
    assert "holdfast profile use --none" in said
    said = says("profile", "use", "--none")
    assert said["profile"] == DEFAULT
    assert says("did", "list") == {"dids": []}


def test_a_profile_that_was_taken_away_is_missed(says: Says, data: Path) -> None:
    says("--profile", "work", "init")
    says("profile", "use", "work")
    (data / "profiles" / "work").rename(data / "elsewhere")
    assert "there is no profile 'work'" in says("did", "list", code=ExitCode.USAGE)
    says("profile", "use", "--none")
    assert in_use(data).name == DEFAULT


@pytest.mark.parametrize("where", ["profiles", "profiles/work"])
def test_a_folder_that_others_can_change_is_refused(data: Path, where: str) -> None:
    (data / "profiles" / "work").mkdir(parents=True, mode=0o700)
    assert named("work", data).exists
    (data / where).chmod(0o777)
    with pytest.raises(BadInput, match="others can write"):
        named("work", data)


def test_a_link_in_the_place_of_a_profile_is_refused(data: Path, tmp_path: Path) -> None:
    (data / "profiles").mkdir(parents=True, mode=0o700)
    (tmp_path / "elsewhere").mkdir()
    (data / "profiles" / "work").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="is no folder"):
        named("work", data)
    assert listed(data) == ()


def test_the_default_is_used_where_none_was_chosen(data: Path) -> None:
    assert in_use(data) == Profile(data, DEFAULT)
    data.mkdir(parents=True)
    use(Profile(data, DEFAULT), data)
    assert [*data.iterdir()] == []


def test_other_profiles_are_not_put_away_with_the_one_that_is_replaced(
    says: Says, data: Path, tmp_path: Path
) -> None:
    says("init")
    says("--profile", "work", "init")
    said = says("restore", str(tmp_path / "w.age"), "--replace", code=ExitCode.USAGE)
    assert "other profiles lie in" in said
    assert (data / "profiles" / "work" / "vault.db").exists()


def test_the_doctor_says_which_profile_it_examines(says: Says, data: Path) -> None:
    says("init")
    says("--profile", "work", "init")

    def told(*words: str) -> str:
        found = says("doctor", "--locked", *words)["findings"]
        return "".join(one["sentence"] for one in found if one["check"] == "profile")

    assert told() == f"the default profile, in {data}"
    assert told("--profile", "work") == f"the profile work, in {data / 'profiles' / 'work'}"
    assert told("--home", str(data)) == f"the wallet in {data}"


def test_what_makes_options_by_hand_means_a_folder(tmp_path: Path) -> None:
    assert Options(home=tmp_path).profile == Profile(tmp_path)
