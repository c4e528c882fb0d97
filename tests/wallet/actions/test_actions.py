from __future__ import annotations

import shlex
from typing import Final

import pytest

from wallet.actions import ACTIONS, PLANNED
from wallet.actions.registry import Action, Kind, Parameter, table
from wallet.cli.arguments import arguments_of
from wallet.cli.parser import OWN, build
from wallet.errors import BadInput

CONTRACT: Final = frozenset(
    [
        "create_did",
        "list_dids",
        "show_did",
        "publish_did",
        "rotate_key",
        "add_service",
        "deactivate_did",
        "issue_credential",
        "list_credentials",
        "show_credential",
        "verify_credential",
        "present_credential",
        "request_presentation",
        "revoke_credential",
        "import_credential",
        "delete_credential",
        "anchor_credential",
        "add_contact",
        "list_contacts",
        "send_payment",
        "show_balance",
        "set_reminder",
        "list_reminders",
        "search",
        "show_history",
        "trace_product",
        "record_event",
        "back_up",
        "lock",
        "help",
    ]
)
CHANGES_NOTHING: Final = frozenset(
    [
        "list_dids",
        "show_did",
        "list_credentials",
        "show_credential",
        "verify_credential",
        "list_contacts",
        "list_policies",
        "show_balance",
        "search",
        "show_history",
        "help",
        "list_transactions",
        "list_status_lists",
        "verify_history",
        "list_payments",
        "list_reminders",
        "list_products",
        "list_pending",
        "list_deleted",
        "list_trusted",
        "list_templates",
        "show_qr",
        "list_memories",
        "trace_product",
        "lock",
    ]
)

REQUIRED: Final = "*"
PLANNED_PARAMETERS: Final = {
    "create_did": "method name",
    "list_dids": "",
    "show_did": "did*",
    "publish_did": "did*",
    "rotate_key": "did*",
    "add_service": "did* endpoint* type",
    "deactivate_did": "did*",
    "issue_credential": "type* subject* claims expires",
    "list_credentials": "filter",
    "show_credential": "credential*",
    "verify_credential": "credential*",
    "present_credential": "credential* verifier* claims",
    "request_presentation": "holder* type* claims",
    "revoke_credential": "credential*",
    "import_credential": "source*",
    "delete_credential": "credential*",
    "anchor_credential": "credential*",
    "add_contact": "name* did*",
    "list_contacts": "",
    "send_payment": "to* amount* currency",
    "show_balance": "",
    "set_reminder": "about* when*",
    "list_reminders": "",
    "search": "query*",
    "show_history": "filter",
    "trace_product": "product*",
    "record_event": "product* event* place",
    "back_up": "path",
    "lock": "",
    "help": "topic",
}
"""What the agent may say of each, as the contract has it; required ones with a star."""

each = pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)


@each
def test_is_called_as_the_contract_calls_it_where_the_agent_may_propose_it(action: Action) -> None:
    assert ACTIONS[action.name] is action
    assert (action.name in PLANNED) == action.planned
    assert not action.planned or action.name in CONTRACT


def test_the_agent_may_plan_all_of_the_contract_with_what_it_says_of_each() -> None:
    assert PLANNED.keys() == CONTRACT == PLANNED_PARAMETERS.keys()
    for name, said in PLANNED_PARAMETERS.items():
        planned = PLANNED[name].planned_parameters
        given = [f"{one.name}{REQUIRED if one.required else ''}" for one in planned]
        assert sorted(given) == sorted(said.split()), name


@each
def test_reads_or_needs_a_yes_and_never_both(action: Action) -> None:
    assert (action.read is None) != (action.propose is None)
    assert action.needs_consent == (action.name not in CHANGES_NOTHING)


@each
def test_its_example_is_a_command_that_parses(action: Action) -> None:
    program, *argv = shlex.split(action.example)
    assert program == "holdfast"
    parsed = build(argv).parse_args(argv)
    if action.verb in OWN:  # typed, it can do more than the agent may plan
        assert parsed.command is OWN[action.verb]()
        return
    assert parsed.action is action
    action.check(arguments_of(action, parsed))


@each
def test_its_parameters_can_be_told_apart_and_filled_in(action: Action) -> None:
    names = [parameter.name for parameter in action.parameters]
    flags = [parameter.flag for parameter in action.parameters if parameter.flag]
    assert len(set(names)) == len(names)
    assert len(set(flags)) == len(flags)
    for parameter in action.parameters:
        assert action.parameter(parameter.name) is parameter
        assert bool(parameter.choices) == (parameter.kind is Kind.CHOICE)
        assert parameter.unless is None or parameter.unless in names
        assert parameter.flag is None or parameter.flag.startswith("--")
        assert parameter.help


@each
def test_the_agent_names_no_file_and_chooses_no_challenge(action: Action) -> None:
    planned = action.planned_parameters if action.planned else ()
    names = {parameter.name for parameter in planned}
    assert names.isdisjoint({"output", "request", "challenge", "domain", "issuer", "format"})
    never = {Kind.PATH, Kind.DOCUMENTS, Kind.NUMBER, Kind.FLAG}
    assert never.isdisjoint(parameter.kind for parameter in planned)


def test_a_word_that_only_a_person_may_say_is_typed_and_never_planned() -> None:
    method = ACTIONS["create_did"].parameter("method")
    assert "tz" not in method.choices
    argv = ["did", "create", "--method", "tz"]
    action = ACTIONS["create_did"]
    assert arguments_of(action, build(argv).parse_args(argv)) == {"method": "tz"}


def test_no_two_actions_have_one_verb() -> None:
    verbs = [action.verb for action in ACTIONS.values()]
    assert len(set(verbs)) == len(verbs)


def test_two_actions_of_one_name_are_a_mistake() -> None:
    action = ACTIONS["help"]
    with pytest.raises(ValueError, match="share a name"):
        table(action, action)


ACTION = Action(
    name="greet",
    verb=("greet",),
    help="Greet somebody",
    example="holdfast greet Mei",
    parameters=(
        Parameter("whom", Kind.TEXT, "whom", required=True, unless="all"),
        Parameter("all", Kind.TEXT, "everybody"),
        Parameter("how", Kind.TEXT, "how", required=True),
    ),
)


def test_refuses_what_it_does_not_take_and_misses_what_it_needs() -> None:
    with pytest.raises(BadInput, match="takes no 'when'"):
        ACTION.check({"whom": "Mei", "how": "warmly", "when": "now"})
    with pytest.raises(BadInput, match="needs 'how'"):
        ACTION.check({"whom": "Mei"})
    with pytest.raises(BadInput, match="needs 'whom'"):
        ACTION.check({"how": "warmly"})
    ACTION.check({"all": "yes", "how": "warmly"})
