from __future__ import annotations

import pytest

from tui import slash
from tui.slash import Doing, Explaining, Going, Own
from wallet.actions import ACTIONS
from wallet.errors import BadInput


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/help", True),
        ("／help", True),
        ("、help", True),
        (" /did list", True),
        ("/home/mei/diploma.json", False),
        ("/", False),
        ("/ help", False),
        ("help", False),
        ("", False),
        ("/did list\nand more", False),
    ],
)
def test_knows_a_command_from_words_and_paths(line: str, meant: bool) -> None:  # noqa: FBT001 - a row
    assert slash.is_command(line) is meant


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_every_action_is_a_command_by_the_words_of_its_verb(action: object) -> None:
    verb = " ".join(action.verb)  # type: ignore[attr-defined]
    assert slash.parse(f"/{verb} --help", "en") == Explaining(action)  # type: ignore[arg-type]
    assert verb in {name for name, _ in slash.names("en")}


def test_reads_what_follows_as_the_command_line_does() -> None:
    line = '/issue --type "University Degree" --subject Mei --claim degree=BSc --claim gpa=3.9'
    command = slash.parse(line, "en")
    assert command == Doing(
        ACTIONS["issue_credential"],
        {
            "type": "University Degree",
            "subject": "Mei",
            "claims": {"degree": "BSc", "gpa": "3.9"},
        },
    )
    assert slash.parse("／did create --name 工作 --method key", "zh") == Doing(
        ACTIONS["create_did"], {"name": "工作", "method": "key"}
    )


def test_of_two_verbs_the_longer_one_is_meant() -> None:
    assert slash.parse("/history", "en") == Doing(ACTIONS["show_history"], {})
    assert slash.parse("/history verify", "en") == Doing(ACTIONS["verify_history"], {})


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/credentials", Going("credentials")),
        ("/verify", Going("verify")),
        ("/verify x.json", Doing(ACTIONS["verify_credential"], {"credential": "x.json"})),
        ("/quit", Own.QUIT),
        ("/exit", Own.QUIT),
        ("/CLEAR", Own.CLEAR),
        ("/copy", Own.COPY),
        ("/undo", Own.UNDO),
        ("/lock", Doing(ACTIONS["lock"], {})),
        ("/help DID", Doing(ACTIONS["help"], {"topic": "DID"})),
    ],
)
def test_leads_to_rooms_and_does_what_the_conversation_itself_does(
    line: str, command: object
) -> None:
    assert slash.parse(line, "en") == command


def test_a_room_has_its_chinese_name_too() -> None:
    assert slash.parse("/凭证", "zh") == Going("credentials")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("/credentail", "there is no /credentail"),
        ("/did nothing", "there is no /did nothing"),
        ("/did show", "required: DID"),
        ("/did create --method nothing", "invalid choice"),
        ("/did create --nam work", "unrecognized arguments"),
        ('/did create --name "work', "a quotation mark is not closed"),
        ("/did create --name work --yes", "nothing is agreed to beforehand"),
    ],
)
def test_says_what_is_wrong_with_a_command(line: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem) as raised:
        slash.parse(line, "en")
    assert raised.value.hint


def test_tells_commands_of_the_terminal_as_they_are_typed_here() -> None:
    hint = 'create one: holdfast did create --name "me"; see: holdfast list; holdfast --help'
    assert slash.as_typed_here(hint) == (
        'create one: /did create --name "me"; see: /list; holdfast --help'
    )
    assert slash.as_typed_here("holdfast init") == "holdfast init"


def offered(before: str, language: str = "en") -> list[str]:
    return [offer.word for offer in slash.offers(before, language)]


def test_offers_every_command_and_then_those_that_fit() -> None:
    assert {"/home ", "/settings ", "/clear ", "/did create "} <= {
        f"/{name} " for name, _ in slash.names("en")
    }
    assert offered("/")[0] == "/home "
    assert offered("/did cr") == ["/did create ", *offered("/did cr")[1:]]
    assert offered("/cred")[0] == "/credentials "
    assert "/contact add " in offered("/conadd")
    assert offered("／凭", "zh") == ["/凭证 "]
    assert offered("words") == offered("") == []


def test_offers_options_and_choices_of_a_verb() -> None:
    assert offered("/did create --na") == ["--name "]
    assert "--name " not in offered("/did create --name x --")
    assert offered("/did create --method k") == ["key "]
    assert offered("/memory set l") == ["language "]
    assert offered("/did create ") == []


def test_knows_where_an_entry_of_the_wallet_may_stand() -> None:
    assert slash.takes_entry("/did show wo") == "wo"
    assert slash.takes_entry("/present deg") == "deg"
    assert slash.takes_entry("/present degree --verifier ac") == "ac"
    assert slash.takes_entry("/did create --name wo") is None
    assert slash.takes_entry("/did show work ") is None
    assert slash.takes_entry("/anchor a.json b.json --credential deg") == "deg"
    assert slash.takes_entry("/did sho") is None
    assert slash.takes_entry("show wo") is None
