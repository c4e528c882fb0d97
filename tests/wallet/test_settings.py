from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import BadInput
from wallet.looks import Looks
from wallet.settings import (
    CONFIG_FILE,
    NodeSettings,
    Settings,
    use_chain,
    use_embedded,
    use_looks,
    use_model,
)

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY: Final = "0x03d5003bf0e79C5F5223588F347ebA39AfbC3818"
NODE: Final = NodeSettings(("https://node.example/key", "https://other.example"), REGISTRY)
WRITTEN: Final = """\
# what Mei wrote
private_hosts = true # for trying things out

[chains.1]     # the public one
url = "https://one.example/" # her node
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / CONFIG_FILE


def test_without_a_file_nothing_is_chosen(tmp_path: Path) -> None:
    settings = Settings.read(tmp_path)
    assert (settings.chain, dict(settings.chains), settings.private_hosts) == (None, {}, False)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    use_chain(tmp_path, 11_155_111, NODE)
    use_chain(tmp_path, 1, NodeSettings(("https://one.example",)))
    settings = Settings.read(tmp_path)
    assert settings.chain == 1
    assert settings.chains == {11_155_111: NODE, 1: NodeSettings(("https://one.example",))}


def test_an_address_is_for_its_owner_alone(tmp_path: Path, config: Path) -> None:
    config.write_text(WRITTEN)
    config.chmod(0o644)
    use_chain(tmp_path, 5, NODE)
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [CONFIG_FILE]
    assert "node.example" not in repr(Settings.read(tmp_path))


def test_what_a_person_wrote_stays_as_it_is(tmp_path: Path, config: Path) -> None:
    config.write_text(WRITTEN)
    use_chain(tmp_path, 5, NODE)
    settings = Settings.read(tmp_path)
    assert settings.chain == 5
    assert settings.chains == {1: NodeSettings(("https://one.example/",)), 5: NODE}
    assert settings.private_hosts
    kept = config.read_text()
    for line in WRITTEN.splitlines():
        assert line in kept.splitlines()
    use_embedded(tmp_path)
    again = Settings.read(tmp_path)
    assert (again.chain, again.chains, again.private_hosts) == (None, settings.chains, True)
    for line in WRITTEN.splitlines():
        assert line in config.read_text().splitlines()


def test_a_chain_is_reached_as_was_said_last(tmp_path: Path) -> None:
    use_chain(tmp_path, 5, NODE)
    use_chain(tmp_path, 5, NodeSettings(("https://new.example",)))
    assert Settings.read(tmp_path).chains == {5: NodeSettings(("https://new.example",))}
    use_embedded(tmp_path)
    use_embedded(tmp_path)
    assert Settings.read(tmp_path).chain is None


def test_a_model_is_used_until_none_is(tmp_path: Path, config: Path) -> None:
    config.write_text(WRITTEN)
    use_model(tmp_path, tmp_path / "a.gguf")
    use_model(tmp_path, tmp_path / "b 'ü\\\".gguf")
    assert Settings.read(tmp_path).model == str(tmp_path / "b 'ü\\\".gguf")
    use_model(tmp_path, None)
    use_model(tmp_path, None)
    assert Settings.read(tmp_path).model is None
    assert config.read_text() == WRITTEN


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("chain = \n", "cannot be read"),
        ("chain = 1\nchain = 2\n", "cannot be read"),
        ("a = " + "[" * 5_000, "cannot be read"),
        ("chain = 'one'\n", "cannot be used"),
        ("chain = '1'\n[chains.1]\nurls = ['https://x']\n", "cannot be used"),
        ("chain = true\n[chains.1]\nurls = ['https://x']\n", "cannot be used"),
        ("chain = 1.0\n[chains.1]\nurls = ['https://x']\n", "cannot be used"),
        ("chain = 1\n", "does not say how to reach it"),
        ("chain = 2\n[chains.1]\nurls = ['https://x']\n", "does not say how to reach it"),
        ("chains = 1\n", "cannot be used"),
        ("[chains]\n1 = 2\n", "cannot be used"),
        ("[chains.one]\nurls = ['https://x']\n", "cannot be used"),
        ("[chains.1_0]\nurls = ['https://x']\n", "cannot be used"),
        ("[chains.0]\nurls = ['https://x']\n", "cannot be used"),
        ("[chains.-1]\nurls = ['https://x']\n", "cannot be used"),
        ("[chains.1]\n", "cannot be used"),
        ("[chains.1]\nurls = []\n", "cannot be used"),
        ("[chains.1]\nurls = 'https://x'\n", "cannot be used"),
        ("[chains.1]\nurls = [1]\n", "cannot be used"),
        ("[chains.1]\nurl = 1\n", "cannot be used"),
        ("[chains.1]\nurls = ['https://x']\nregistry = 1\n", "cannot be used"),
        ("[chains.1]\nurls = ['https://x']\nregistery = '0x'\n", "cannot be used"),
        ("private_hosts = 'yes'\n", "cannot be used"),
        ("private_host = true\n", "cannot be used"),
        ("model = 1\n", "cannot be used"),
        ("model = ''\n", "cannot be used"),
        ("hub = ['https://hub.example']\n", "cannot be used"),
        ("Chain = 1\n", "cannot be used"),
    ],
)
def test_settings_that_cannot_be_used_are_told_and_never_written_over(
    tmp_path: Path, config: Path, text: str, why: str
) -> None:
    config.write_text(text)
    with pytest.raises(BadInput, match=why) as refused:
        Settings.read(tmp_path)
    assert CONFIG_FILE in str(refused.value)
    with pytest.raises(BadInput, match=why):
        use_chain(tmp_path, 5, NODE)
    with pytest.raises(BadInput, match=why):
        use_embedded(tmp_path)
    assert config.read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == [CONFIG_FILE]


def test_a_file_that_is_no_text_or_no_file_is_told(tmp_path: Path, config: Path) -> None:
    config.write_bytes(b"chain = 1 # \xff\n")
    with pytest.raises(BadInput, match="cannot be read"):
        Settings.read(tmp_path)
    config.unlink()
    config.mkdir()
    with pytest.raises(BadInput, match="cannot be read"):
        use_embedded(tmp_path)


@given(st.text(max_size=60))
def test_no_text_whatever_is_an_error_of_the_program(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / CONFIG_FILE).write_bytes(text.encode(errors="surrogatepass"))
    try:
        settings = Settings.read(home)
    except BadInput:
        return
    assert settings == Settings()


def test_how_the_terminal_ui_looks_is_kept_beside_the_rest(config: Path) -> None:
    config.write_text(WRITTEN)
    assert Settings.read(config.parent).looks == Looks()
    chosen = Looks("zh", "nord", 0)
    use_looks(config.parent, chosen)
    assert Settings.read(config.parent).looks == chosen
    assert Settings.read(config.parent).private_hosts
    assert "# what Mei wrote" in config.read_text()


@pytest.mark.parametrize(
    "table",
    [
        'language = "fr"',
        "language = 1",
        "theme = true",
        "lock_after = -1",
        "lock_after = 1441",
        "lock_after = true",
        'lock_after = "5"',
        "colour = 1",
    ],
)
def test_looks_that_cannot_be_are_refused(config: Path, table: str) -> None:
    config.write_text(f"[terminal]\n{table}\n")
    with pytest.raises(BadInput):
        Settings.read(config.parent)
