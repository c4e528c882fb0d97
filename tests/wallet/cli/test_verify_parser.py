from __future__ import annotations

import shutil
from importlib import import_module

import pytest

from wallet.cli.command import Command
from wallet.cli.options import Help
from wallet.cli.parser import _ROOMS, OWN, build

each = pytest.mark.parametrize("verb", OWN, ids="-".join)


@each
def test_a_verb_of_this_room_is_loaded_by_its_name(verb: tuple[str, ...]) -> None:
    assert isinstance(OWN[verb](), Command)
    assert OWN[verb]() is OWN[verb]()


@pytest.mark.parametrize("room", _ROOMS)
def test_every_verb_that_a_module_has_is_known_without_loading_it(room: str) -> None:
    commands = import_module(f"wallet.cli.{room}").COMMANDS
    assert {verb for verb in OWN if verb[0] == room and len(verb) == 2} == set(commands)


@each
@pytest.mark.parametrize(
    "before",
    [
        (),
        ("--json",),
        ("--home", "verify"),
        ("--home=x", "--quiet"),
        ("--passphrase-file", "did", "--passphrase-fd", "3"),
    ],
)
def test_a_verb_after_common_options_is_parsed_by_a_parser_of_its_own(
    before: tuple[str, ...], verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    argv = [*before, *verb, "--help"]
    with pytest.raises(SystemExit) as end:
        build(argv).parse_args(argv)
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: holdfast {' '.join(verb)}")
    assert "issue" not in build(argv).format_help()


@pytest.mark.parametrize(
    "argv",
    [
        ("--help",),
        ("--hom", "verify", "list"),
        ("list", "verify"),
        ("did", "show", "verify"),
        ("did",),
        ("nothing",),
        ("--", "verify"),
    ],
)
def test_everything_else_is_parsed_by_the_whole_parser(argv: tuple[str, ...]) -> None:
    shown = build(argv).format_help()
    assert "    issue " in shown
    assert "    verify " in shown


@pytest.mark.parametrize("argv", [(), ("--home",), ("--home", "a")])
def test_without_a_verb_none_is_loaded(argv: tuple[str, ...]) -> None:
    assert "    issue " not in build(argv).format_help()


def test_options_may_stand_on_both_sides_of_the_verb() -> None:
    argv = ["--json", "--home", "a", "verify", "b", "--quiet", "--at-signing"]
    parsed = build(argv).parse_args(argv)
    assert (parsed.json, str(parsed.home), parsed.quiet) == (True, "a", True)
    assert (parsed.inputs, parsed.at_signing) == (["b"], True)


@pytest.mark.parametrize("columns", [None, "", "0", "-3", "many", "60", "132"])
def test_help_is_as_wide_as_the_terminal(
    columns: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert Help("holdfast")._width == shutil.get_terminal_size().columns - 2
