from __future__ import annotations

import pytest

from agent import shorthand
from agent.draft import Draft
from wallet.actions import PLANNED
from wallet.actions.registry import Kind

LETTERS_OF = {Kind.DID: "D", Kind.CONTACT: "P", Kind.PRODUCT: "G"}


def test_every_mark_is_one_character_and_no_other_word() -> None:
    assert len(set(shorthand.MARKS)) == len(shorthand.MARKS)
    assert all("\ue100" <= mark <= "\uf8ff" for mark in shorthand.MARKS)


@pytest.mark.parametrize("action", PLANNED.values(), ids=PLANNED)
def test_every_planned_action_and_argument_has_a_mark(action: object) -> None:
    assert shorthand.knows(action.name)  # type: ignore[attr-defined]
    for parameter in action.planned_parameters:  # type: ignore[attr-defined]
        assert len(shorthand.argument(parameter.name)) == 1


def test_the_deeds_are_the_actions_that_need_consent() -> None:
    needing = {name for name, action in PLANNED.items() if action.needs_consent}
    assert {shorthand.action(name) for name in needing} == set(shorthand.DEED_MARKS)


def test_what_the_deeds_need_is_what_the_registry_requires_but_credentials() -> None:
    required = {
        name: {
            each.name: LETTERS_OF.get(each.kind, "")
            for each in action.planned_parameters
            if each.required and each.kind is not Kind.CREDENTIAL
        }
        for name, action in PLANNED.items()
        if action.needs_consent
    }
    assert {name: needs for name, needs in required.items() if needs} == shorthand.NEEDED


@pytest.mark.parametrize(
    "line",
    [
        "none",
        "list_dids; lock",
        'create_did method=key name="Ward 7"',
        "present_credential credential=C1 verifier=P2 claims=[gpa,full name]",
        'request_presentation holder=? type="证" claims=["学位","gpa"]',
        'issue_credential type="x" subject=$1 claims={"level"="2","学时"="6"} expires="2030"',
    ],
)
def test_shorthand_says_what_the_line_says(line: str) -> None:
    draft = Draft.read(line)
    assert Draft.read(draft.write_short()) == draft
    assert draft.write() == line


@pytest.mark.parametrize(
    "line",
    [
        shorthand.action("create_did") + "x",
        shorthand.action("create_did") + shorthand.argument("name"),
        shorthand.action("show_did") + shorthand.argument("did") + shorthand.NEXT_MARK,
    ],
)
def test_refuses_shorthand_that_says_nothing(line: str) -> None:
    with pytest.raises(ValueError, match=r"expected|unexpected"):
        Draft.read(line)
