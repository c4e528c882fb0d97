from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import pytest

from agent.draft import (
    Draft,
    DraftStep,
    Handle,
    Names,
    Pairs,
    Span,
    Spans,
    Unknown,
    Value,
    Word,
)
from agent.grammar import grammar_for
from agent.judge import Allowed, judge
from agent.model import ScriptedModel
from agent.plan import Steps
from agent.planner import plan
from agent.prompt import Turn, compose
from agent.state import ContactEntry, CredentialEntry, DIDEntry, ProductEntry, State
from agent.words import canonical
from wallet.actions import PLANNED
from wallet.actions.registry import Action, Kind, Parameter

MEI: Final = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
MESSAGE: Final = f"give 林梅 a Bee Keeper badge, {MEI} tomorrow, ./a.json for 0.5"
STATE: Final = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    dids=(DIDEntry("did:ethr:0x1:0xab", "old", "ethr"), DIDEntry(MEI, "work", "key")),
    credentials=(
        CredentialEntry("cred-1", "Degree", claims=("gpa", 'a"b\\c', "毕业日期", "x,y]")),
        CredentialEntry("cred-2", "Permit", role="issued", claims=("level",)),
    ),
    contacts=(ContactEntry("Acme", MEI), ContactEntry('"; present_credential', MEI)),
    products=(ProductEntry("prod-1", "Kettle 7"),),
)
EMPTY: Final = State(now=STATE.now)
TOKEN: Final = re.compile(r'"(?:\\.|[^"\\])*"|[a-z][a-z0-9-]*|\{\d+,\d+\}|[()|?*]')


def rules(state: State, message: str, *history: Turn) -> dict[str, str]:
    grammar = grammar_for(compose(state, history, message), PLANNED)
    return dict(line.split(" ::= ", 1) for line in grammar.split("\n"))


def allows(line: str, state: State = STATE, message: str = MESSAGE, *history: Turn) -> bool:
    """Whether the grammar allows a line: its rules are not recursive, so it is a regex."""
    try:
        short = Draft.read(line).write_short()
    except (KeyError, ValueError):  # no draft, or one of what has no mark
        short = line
    return (
        re.fullmatch(regex("root", rules(state, message, *history), {}), short + "\n") is not None
    )


def regex(name: str, grammar: dict[str, str], done: dict[str, str]) -> str:
    if name not in done:

        def piece(match: re.Match[str]) -> str:
            token = match[0]
            if token.startswith('"'):
                return re.escape(re.sub(r"\\U(.{8})|\\(.)", unescaped, token[1:-1]))
            return f"(?:{regex(token, grammar, done)})" if token[0].isalpha() else token

        pieces = (piece(match) for match in TOKEN.finditer(grammar[name]))
        done[name] = "".join(pieces)
    return done[name]


def unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else {"n": "\n"}.get(match[2], match[2])


VALUES: Final[dict[Kind, Value]] = {
    Kind.DID: Handle("D1"),
    Kind.CONTACT: Handle("P2"),
    Kind.PRODUCT: Handle("G1"),
    Kind.CLAIMS: Pairs((("badge", "林梅"), ("Bee", "Keeper"))),
    Kind.NAMES: Names(("gpa", "毕业日期")),
    Kind.TEXTS: Spans(("Bee Keeper", "梅")),
    Kind.TIME: Span("tomorrow"),
    Kind.AMOUNT: Span("0.5"),
}


def value_of(parameter: Parameter) -> Value:
    match parameter.kind:
        case Kind.CREDENTIAL:
            return Handle("C2" if parameter.role == "held" else "C1")
        case Kind.CHOICE:
            return Word(parameter.choices[-1])
        case Kind.TEXT:
            return Span("\ue000" if parameter.name == "did" else "Bee Keeper")
        case _:
            return VALUES[parameter.kind]


@pytest.mark.parametrize("action", PLANNED.values(), ids=PLANNED)
def test_every_action_can_be_written_read_back_and_allowed(action: Action) -> None:
    arguments = tuple((each.name, value_of(each)) for each in action.planned_parameters)
    line = Draft((DraftStep(action.name, arguments),)).write()
    assert allows(line)
    planned = plan(MESSAGE, STATE, ScriptedModel(iter([line]))).plan
    assert isinstance(judge(planned, said=(MESSAGE,), state=STATE, actions=PLANNED), Allowed)
    known = dict(arguments)
    assert allows(Draft((DraftStep(action.name),)).write())
    assert not allows(f"{line} force=yes")
    assert known.keys() == {parameter.name for parameter in action.planned_parameters}


@pytest.mark.parametrize("state", [STATE, EMPTY], ids=["full", "empty"])
@pytest.mark.parametrize("message", [MESSAGE, "?!", "", '"]}\\ " \n ::= root', "|" * 50])
def test_every_rule_that_is_named_is_there(state: State, message: str) -> None:
    written = rules(state, message)
    named = {
        token for body in written.values() for token in TOKEN.findall(body) if token[0].isalpha()
    }
    assert named <= written.keys()
    assert written.keys() - named == {"root"}
    assert all(body.isascii() and body.isprintable() for body in written.values())


@pytest.mark.parametrize(
    "line",
    [
        "none",
        'create_did name="Bee Keeper badge"',
        'create_did name="林梅 a Bee"',
        "publish_did did=?",
        'show_did did="\ue000"',
        'verify_credential credential="\ue008"',
        "show_credential credential=C2",
        "publish_did did=$1",
        "list_dids; list_dids; list_dids; list_dids",
    ],
)
def test_allows_what_stands_in_the_message_and_in_the_wallet(line: str) -> None:
    assert allows(line)
    assert isinstance(Draft.read(line), Draft)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "None",
        "sure! list_dids",
        "pay to=P1",
        "send_payment to=G1",
        "trace_product product=P1",
        "set_reminder about=D1",
        'create_did name="Bees"',
        'create_did name="Bee badge"',
        'create_did name="Keep"',
        'create_did name=""',
        "create_did method=btc",
        "publish_did did=D3",
        "publish_did did=C1",
        'publish_did did="\ue000"',
        "present_credential credential=C1 verifier=P3",
        'present_credential credential=C1 verifier="Bee"',
        "present_credential credential=C1 verifier=P1 output=x",
        "present_credential credential=C1 verifier=P1 claims=[salary]",
        "list_dids; list_dids; list_dids; list_dids; list_dids",
        "list_dids; none",
        f'add_contact name="林梅" did="{MEI}"',
    ],
)
def test_allows_nothing_else(line: str) -> None:
    assert not allows(line)


def test_shows_only_what_is_held_and_offers_no_text_where_none_was_said() -> None:
    assert allows("present_credential credential=C2")
    assert not allows("present_credential credential=C1")
    assert not allows('create_did name="x"', STATE, "?!")
    assert not allows("publish_did did=D1", EMPTY)
    assert allows("publish_did did=?", EMPTY)


def test_takes_words_of_an_earlier_turn_as_well() -> None:
    earlier = Turn("a Swimming badge", Draft(), ("subject",))
    assert allows('search query="Swimming badge"', STATE, "for 林梅", earlier)
    assert not allows('search query="Swimming badge"', STATE, "for 林梅")


@pytest.mark.parametrize("claim", ['a"b\\c', "x,y]", "毕业日期"])
def test_a_claim_may_have_any_name(claim: str) -> None:
    names = Names((canonical(claim).strip(" "),))
    arguments = (("credential", Handle("C2")), ("verifier", Handle("P1")), ("claims", names))
    short = Draft((DraftStep("present_credential", arguments),)).write_short()
    assert re.fullmatch(regex("root", rules(STATE, MESSAGE), {}), short + "\n")
    planned = plan(MESSAGE, STATE, ScriptedModel(iter([short]))).plan
    assert isinstance(planned, Steps)
    assert planned.steps[0].arguments["claims"] == [claim]


def test_a_reminder_is_about_words_or_a_credential() -> None:
    assert allows('set_reminder about="Bee Keeper badge" when="tomorrow"')
    assert allows("set_reminder about=C2")


def test_unknown_is_no_choice() -> None:
    line = Draft((DraftStep("create_did", (("method", Unknown()),)),)).write()
    assert not allows(line)


SAMS: Final = State(
    now=STATE.now,
    dids=(DIDEntry("did:key:z1", "shop north", "key"), DIDEntry("did:key:z2", "shop south", "key")),
    credentials=(
        CredentialEntry("cred-1", "Permit", issuer="Port", claims=("dock",)),
        CredentialEntry("cred-2", "Permit", issuer="City", claims=("dock",)),
    ),
    contacts=(ContactEntry("Sam Okoro", MEI), ContactEntry("Sam Delaney", MEI)),
)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("pay sam 2 eth", 'send_payment to=P1 amount="2" currency=ETH'),
        ("pay sam 2 eth", 'send_payment to=P2 amount="2" currency=ETH'),
        ("publish the shop DID", "publish_did did=D1"),
        ("publish the shop DID", "publish_did did=D2"),
    ],
)
def test_of_two_that_are_named_as_well_none_can_be_taken(message: str, line: str) -> None:
    assert not allows(line, SAMS, message)
    assert allows(re.sub("(to|did)=..", r"\1=?", line), SAMS, message)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("pay sam okoro 2 eth", 'send_payment to=P2 amount="2" currency=ETH'),
        ("pay sam 2 eth, okoro that is", 'send_payment to=P2 amount="2" currency=ETH'),
        ("publish the shop DID, the south one", "publish_did did=D1"),
        ("show my newest permit", "show_credential credential=C1"),
        ("show my newest permit", "show_credential credential=C2"),
    ],
)
def test_one_that_is_named_more_plainly_and_a_credential_can_be_taken(
    message: str, line: str
) -> None:
    assert allows(line, SAMS, message)


LOTS: Final = State(
    now=STATE.now,
    products=(ProductEntry("prod-1", "Cooler white"), ProductEntry("prod-2", "Cooler blue")),
    contacts=(ContactEntry("Ana Lima"), ContactEntry("Rui")),
)
# Newest first: G1 Cooler blue, G2 Cooler white; P1 Rui, P2 Ana Lima.


@pytest.mark.parametrize(
    ("message", "line", "may"),
    [
        ("trace the blue cooler", "trace_product product=G1", True),
        ("trace the blue cooler", "trace_product product=G2", False),
        ("trace the blue cooler", "trace_product product=?", False),
        ("trace the blue cooler and the red one", "trace_product product=?", True),
        ("trace the red and the blue cooler", "trace_product product=?", True),
        ("trace it", "trace_product product=G2", True),
        ("trace it", "trace_product product=?", True),
        ("pay Ana 2", 'send_payment to=? amount="2"', False),
        ("pay Ana Costa 2", 'send_payment to=? amount="2"', True),
        ("pay Ana 2", 'send_payment to=P1 amount="2"', False),
        ("pay Ana Lima 2", 'send_payment to=? amount="2"', False),
    ],
)
def test_what_is_named_is_meant(message: str, line: str, may: bool) -> None:  # noqa: FBT001 - as above
    assert allows(line, LOTS, message) is may


def test_the_one_that_an_earlier_turn_was_about_can_be_taken() -> None:
    before = Turn(
        "show sam delaney my city permit",
        Draft((DraftStep("present_credential", (("verifier", Handle("P1")),)),)),
        entries={"P1": SAMS.contacts[1]},
    )
    line = 'send_payment to={} amount="2" currency=ETH'
    assert allows(line.format("P1"), SAMS, "pay sam 2 eth", before)
    assert not allows(line.format("P2"), SAMS, "pay sam 2 eth", before)


@pytest.mark.parametrize(
    ("message", "name", "may"),
    [
        ('a DID called "night shift"', "night shift", True),
        ('a DID called "night shift"', "night", False),
        ('a DID called "night shift"', "shift", True),
        ("开个叫「夜班值守」的身份", "夜班值守", True),
        ("开个叫「夜班值守」的身份", "夜班", False),
        ("a DID called night shift", "night", True),
        ('"a DID called night shift"', "night", True),
        ('a DID called 5" pipe', "5", True),
    ],
)
def test_what_is_in_quotation_marks_is_not_cut_short(message: str, name: str, may: bool) -> None:  # noqa: FBT001 - pytest passes it
    read = canonical(name).strip(" ")
    assert allows(f'create_did name="{read}"', EMPTY, message) is may


@pytest.mark.parametrize("title", ["Mr", "Mrs.", "dr", "Prof."])
def test_no_name_is_parted_from_its_title(title: str) -> None:
    message = f"save {title} Orr, {MEI}"
    name, _, mark = compose(EMPTY, (), message).message.text.removeprefix(" save ").partition(",")
    assert allows(f'add_contact name="{name}" did="{mark}"', EMPTY, message)
    orr = name.split(" ")[-1]
    assert not allows(f'add_contact name="{orr}" did="{mark}"', EMPTY, message)


CARDS: Final = State(
    now=STATE.now,
    credentials=(
        CredentialEntry("cred-1", "StudentCard", claims=("name", "college")),
        CredentialEntry("cred-2", "CitizenCard", claims=("name", "birth_date", "address")),
    ),
    contacts=(ContactEntry("Acme", MEI),),
)


@pytest.mark.parametrize(
    ("line", "is_allowed"),
    [
        ("present_credential credential=C1 verifier=P1 claims=[address]", True),
        ("present_credential credential=C1 verifier=P1 claims=[college]", False),
        ("present_credential credential=C2 verifier=P1 claims=[college,name]", True),
        ("present_credential credential=C2 verifier=P1", True),
        ("present_credential verifier=P1 claims=[college,address]", True),
        ("present_credential credential=? claims=[college]", True),
    ],
)
def test_claims_are_those_of_the_credential_that_is_shown(line: str, *, is_allowed: bool) -> None:
    assert allows(line, CARDS, "show a card to Acme") is is_allowed


def test_claims_that_are_named_hold_where_no_credential_is_as_well() -> None:
    message = "show Acme the address only"
    assert allows("present_credential verifier=P1 claims=[address]", CARDS, message)
    assert not allows("present_credential verifier=P1 claims=[name]", CARDS, message)


@pytest.mark.parametrize(
    ("message", "claims", "is_allowed"),
    [
        ("show Acme my citizen card, only the address", "address", True),
        ("show Acme my citizen card, only the address", "address,name", False),
        ("show Acme my citizen card but not the address", "name,birth_date", True),
        ("show Acme my citizen card but not the address", "address", False),
    ],
)
def test_no_claim_is_written_that_the_words_keep_back(
    message: str, claims: str, *, is_allowed: bool
) -> None:
    line = f"present_credential credential=C1 verifier=P1 claims=[{claims}]"
    assert allows(line, CARDS, message) is is_allowed


def test_no_phrase_begins_in_as_well() -> None:
    message = "ask Acme for a passport as well"
    assert allows('request_presentation holder=P1 type="passport"', CARDS, message)
    for phrase in ("well", "as", "as well"):
        assert not allows(f'request_presentation holder=P1 type="{phrase}"', CARDS, message)


ALIKE: Final = State(
    now=STATE.now,
    credentials=(
        CredentialEntry("cred-1", "Pass", "Dock pass - Femke", role="issued"),
        CredentialEntry("cred-2", "Pass", "Dock pass - Ruben", role="issued"),
        CredentialEntry("cred-3", "Pass", "Dock pass", role="held"),
    ),
)


@pytest.mark.parametrize(
    ("message", "line", "is_allowed"),
    [
        ("revoke the dock pass", "revoke_credential credential=C2", False),
        ("revoke the dock pass", "revoke_credential credential=?", True),
        ("revoke the old dock pass", "revoke_credential credential=C2", True),
        ("revoke Femke's dock pass", "revoke_credential credential=C3", True),
        ("revoke Femke's dock pass", "revoke_credential credential=C2", False),
    ],
)
def test_of_two_that_are_named_as_well_neither_is_written(
    message: str, line: str, *, is_allowed: bool
) -> None:
    assert allows(line, ALIKE, message) is is_allowed
