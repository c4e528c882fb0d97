"""The consent dialog by itself, and what people and programs do to get a yes out of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.app import App
from textual.message import Message as TextualMessage
from textual.widgets import Button, Checkbox, Input, Static

from agent.conversation import Event, Ran
from agent.model import ScriptedModel
from tui.bursts import QUIET
from tui.consent import GRACE, ConsentScreen
from tui.question import Question
from tui.session import Session
from tui.widgets.moving import MovingScroll
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, Declined, decide, revised
from wallet.actions.journal import Asker
from wallet.actions.proposal import Claim, Proposal, Statement
from wallet.actions.result import Result
from wallet.messages import say
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.pilot import Pilot

PASSPHRASE = "correct horse battery staple"
VERIFIER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
CLAIMS = (
    Claim("name", "Mei", optional=True),
    Claim("degree", "[bold]BSc[/]\x1b]52;c;aGk=\x07", optional=True),
    Claim("born", "1999", leaves=False, optional=True),
)


def proposal(
    *, claims: tuple[Claim, ...] = (), to_type: str | None = None, facts: int = 3
) -> Proposal:
    statement = Statement(
        say("Show {name} to {verifier}", name="degree", verifier="Acme"),
        tuple((say("Holder"), f"fact number {number}") for number in range(facts)),
        (say("this wallet never saw that DID before"),),
    )
    done = Result(say("done"))
    return Proposal(
        "present_credential", statement, b"bytes", lambda: done, to_type=to_type, claims=claims
    )


class Asking(App[None]):
    """A line of conversation, and a dialog over it."""

    def __init__(self, question: Question, language: str = "en") -> None:
        super().__init__()
        self.question = question
        self.language = language
        self.seconds = 0.0
        self.answers: list[Answer | None] = []

    def compose(self) -> ComposeResult:
        yield Static("what was said", id="said")
        yield Input(id="say")

    def ask(self) -> ConsentScreen:
        dialog = ConsentScreen(self.question, self.language, clock=lambda: self.seconds)
        self.push_screen(dialog, self.answers.append)
        return dialog

    def text(self) -> str:
        return "\n".join(str(one.render()) for one in self.screen.query("Static"))


async def painted(pilot: Pilot[None], dialog: ConsentScreen) -> None:
    """The dialog is on the screen, and somebody has had the time to read it."""
    app = pilot.app
    assert isinstance(app, Asking)
    app.seconds = 0.0
    while not dialog.is_painted:
        await pilot.pause(0.01)
    app.seconds = 2 * GRACE


async def settled(pilot: Pilot[None]) -> None:
    """Longer than a key is waited for."""
    await pilot.pause(2 * QUIET)


def send(app: App[None], keys: str) -> None:
    """What a terminal that does not mark what is pasted sends."""
    for character in keys:
        key = "enter" if character == "\n" else character
        app.post_message(events.Key(key, character))


async def test_says_who_asks_what_for_and_what_leaves_with_nothing_as_markup() -> None:
    question = Question(proposal(claims=CLAIMS), Asker.AGENT, 2, 3)
    app = Asking(question)
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        shown = app.text()
        assert "Show degree to Acme" in shown
        assert "[bold]BSc[/]\\u{001B}]52;c;aGk=\\u{0007}" in shown
        assert "1999" in shown
        assert f"digest {question.proposal.digest[:16]}" in shown
        title = dialog.query_one("#sheet").border_title
        assert title == "The agent asks for this, as you said it: step 2 of 3"
        assert [box.value for box in dialog.query(Checkbox)] == [True, True, False]
        assert dialog.query_one("#no").has_focus
        await pilot.press("escape")


async def test_below_the_conversation_it_leaves_all_of_it_to_be_read() -> None:
    app = Asking(Question(proposal(facts=60), Asker.PERSON))
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        await pilot.pause()
        sheet = dialog.query_one("#sheet").region
        behind = app.screen_stack[0]
        for widget in behind.query("#said, #say"):
            assert not widget.region.overlaps(sheet)
            assert behind.region.contains_region(widget.region)
        for button in dialog.query(Button):
            assert sheet.contains_region(button.region)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        sheet = dialog.query_one("#sheet").region
        assert dialog.region.contains_region(sheet)
        assert all(sheet.contains_region(button.region) for button in dialog.query(Button))
        await pilot.press("escape")
        await pilot.pause()
        assert behind.styles.padding.bottom == 0


async def test_on_a_wide_screen_it_stands_beside_the_conversation() -> None:
    app = Asking(Question(proposal(facts=80), Asker.PERSON))
    async with app.run_test(size=(200, 60)) as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        await pilot.pause()
        sheet = dialog.query_one("#sheet").region
        assert sheet.width == 80
        assert sheet.right == 200
        assert sheet.height == 60
        assert app.screen_stack[0].styles.padding.bottom == 0
        for button in dialog.query(Button):
            assert sheet.contains_region(button.region)


async def test_what_is_long_is_scrolled_with_keys_wherever_the_focus_is() -> None:
    app = Asking(Question(proposal(facts=60), Asker.PERSON))
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        statement = dialog.query_one("#statement", MovingScroll)
        assert statement.max_scroll_y > 0
        await pilot.press("j", "down")
        assert statement.scroll_offset.y == 2
        await pilot.press("G")
        assert statement.scroll_offset.y == statement.max_scroll_y
        await pilot.press("g")
        assert statement.scroll_offset.y == 0
        await settled(pilot)
        assert app.answers == []


async def test_y_pressed_by_itself_is_a_yes_and_n_a_no() -> None:
    for key, yes in (("y", True), ("n", False)):
        app = Asking(Question(proposal(), Asker.PERSON))
        async with app.run_test() as pilot:
            await painted(pilot, app.ask())
            await pilot.press(key)
            await settled(pilot)
            assert app.answers == [Answer(yes=yes, by=By.DIALOG)]


@pytest.mark.parametrize("pasted", ["y\n", "yes\n", "\ny", "yy", "line one\ny\nn\n", "n\n"])
async def test_a_paste_that_arrives_as_keys_answers_nothing(pasted: str) -> None:
    app = Asking(Question(proposal(), Asker.PERSON))
    async with app.run_test() as pilot:
        await painted(pilot, app.ask())
        send(app, pasted)
        await settled(pilot)
        assert app.answers == []


@pytest.mark.parametrize("pasted", ["y", "y\n", "line\ny\ny\ny\n"])
async def test_a_paste_that_is_marked_as_one_answers_nothing(pasted: str) -> None:
    app = Asking(Question(proposal(), Asker.PERSON))
    async with app.run_test() as pilot:
        await painted(pilot, app.ask())
        app.post_message(events.Paste(pasted))
        await settled(pilot)
        app.post_message(events.Key("y", "y"))
        app.post_message(events.Paste(pasted))
        await settled(pilot)
        app.post_message(events.Paste(pasted))
        app.post_message(events.Key("y", "y"))
        await settled(pilot)
        assert app.answers == []


async def test_keys_that_were_pressed_before_it_was_painted_count_for_nothing() -> None:
    app = Asking(Question(proposal(), Asker.PERSON))
    async with app.run_test() as pilot:
        early = [events.Key(key, None) for key in ("y", "escape", "n", "enter")]
        await painted(pilot, app.ask())
        for event in early:  # they were waiting behind something that took long
            app.post_message(event)
            await settled(pilot)
        assert app.answers == []


async def test_in_the_grace_period_there_is_no_yes_by_key_or_click_and_escape_is_a_no() -> None:
    app = Asking(Question(proposal(), Asker.PERSON))
    async with app.run_test() as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        app.seconds = GRACE / 2
        await pilot.press("y")
        await settled(pilot)
        await pilot.click("#yes")
        await pilot.press("n", "enter")
        await settled(pilot)
        assert app.answers == []
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [Answer(yes=False, by=By.DIALOG)]


async def test_a_click_on_yes_is_a_yes_once_it_can_be_read() -> None:
    app = Asking(Question(proposal(), Asker.PERSON))
    async with app.run_test() as pilot:
        await painted(pilot, app.ask())
        await pilot.click("#yes")
        await settled(pilot)
        assert app.answers == [Answer(yes=True, by=By.DIALOG)]


async def test_enter_is_never_a_yes_wherever_the_focus_is() -> None:
    app = Asking(Question(proposal(claims=CLAIMS), Asker.PERSON))
    async with app.run_test() as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        for widget in dialog.query("Button, Checkbox, MovingScroll"):
            if widget.id == "no":
                continue
            widget.focus()
            await pilot.pause()
            await pilot.press("enter")
            await settled(pilot)
            assert app.answers == []
        dialog.set_focus(None)
        await pilot.press("enter")
        await settled(pilot)
        assert app.answers == []
        dialog.query_one("#no").focus()
        await pilot.press("enter")
        await settled(pilot)
        assert app.answers == [Answer(yes=False, by=By.DIALOG)]


async def test_what_has_to_be_typed_is_not_pasted_even_as_keys() -> None:
    app = Asking(Question(proposal(to_type="0.25 ETH"), Asker.PERSON))
    async with app.run_test() as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        field = dialog.query_one("#typed", Input)
        field.focus()
        await pilot.pause()
        send(app, "0.25 ETH\ny\n")
        await settled(pilot)
        assert field.value != "0.25 ETH"
        assert dialog.query_one("#yes", Button).disabled
        app.post_message(events.Paste("0.25 ETH"))
        await settled(pilot)
        assert field.value != "0.25 ETH"
        assert app.answers == []


async def test_what_was_typed_is_in_the_answer() -> None:
    app = Asking(Question(proposal(to_type="yes 1"), Asker.PERSON))
    async with app.run_test() as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        dialog.query_one("#typed", Input).focus()
        await pilot.pause()
        for key in ("y", "e", "s", "space", "1", "enter", "y"):
            await asyncio.sleep(0.06)
            await pilot.press(key)
        await settled(pilot)
        assert app.answers == [Answer(yes=True, by=By.DIALOG, typed="yes 1")]


async def test_with_a_claim_unticked_there_is_no_yes_but_a_question_anew() -> None:
    app = Asking(Question(proposal(claims=CLAIMS), Asker.PERSON))
    async with app.run_test(size=(100, 40)) as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        assert dialog.query_one("#anew", Button).disabled
        dialog.query_one("#claim-1", Checkbox).toggle()
        await pilot.pause()
        assert dialog.query_one("#yes", Button).disabled
        await pilot.press("y")
        await settled(pilot)
        assert app.answers == []
        await pilot.press("a")
        await settled(pilot)
        assert app.answers == [Answer(yes=False, by=By.DIALOG, claims=("name",))]


async def test_with_nothing_ticked_there_is_nothing_to_ask() -> None:
    app = Asking(Question(proposal(claims=CLAIMS), Asker.PERSON))
    async with app.run_test(size=(100, 40)) as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        for box in dialog.query(Checkbox):
            box.value = False
        await pilot.pause()
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert app.answers == []


async def test_what_cannot_be_left_out_is_said_and_has_no_box() -> None:
    app = Asking(Question(proposal(claims=(Claim("degree", "BSc"),)), Asker.PERSON), "zh")
    async with app.run_test() as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        assert not dialog.query(Checkbox)
        assert "degree" in app.text()
        assert "BSc" in app.text()
        assert "All of this" not in app.text()


async def test_the_time_to_read_begins_anew_after_something_covered_it() -> None:
    app = Asking(Question(proposal(), Asker.PERSON))
    async with app.run_test() as pilot:
        dialog = app.ask()
        await painted(pilot, dialog)
        before = TextualMessage().time
        await app.push_screen(ConsentScreen(app.question, "en", clock=lambda: 0.0))
        app.pop_screen()
        await painted(pilot, dialog)
        late = events.Key("y", "y")
        late.time = before
        app.post_message(late)
        await settled(pilot)
        assert app.answers == []


@pytest.fixture
def with_a_degree(home: Path) -> Path:
    """A wallet that holds a credential with two claims."""
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:

        def do(action: str, **arguments: object) -> None:
            propose = ACTIONS[action].propose
            assert propose is not None
            propose(wallet, arguments).perform()

        do("create_did", method="key", name="mei")
        claims = {"degree": "BSc", "born": "1999"}
        do("issue_credential", type="Degree", subject="mei", issuer="mei", claims=claims)
    return home


async def test_claims_that_are_wanted_instead_are_worked_out_and_asked_about_anew(
    with_a_degree: Path, tmp_path: Path
) -> None:
    questions: list[Question] = []
    answers = [
        Answer(yes=False, by=By.DIALOG, claims=("degree",)),
        Answer(yes=True, by=By.DIALOG),
    ]

    def ask(question: Question, answer: Future[Answer]) -> None:
        questions.append(question)
        answer.set_result(answers[len(questions) - 1])

    file = tmp_path / "shown.json"
    session = Session(with_a_degree, ScriptedModel(iter([])))
    try:
        session.unlock(Secret(PASSPHRASE)).result()
        shown = {"credential": "Degree", "verifier": VERIFIER, "output": str(file)}
        session.do("present_credential", shown, ask=ask).result()
    finally:
        session.close()
    first, second = (question.proposal for question in questions)
    assert [(claim.name, claim.value) for claim in first.claims] == [
        ("degree", "BSc"),
        ("born", "1999"),
    ]
    assert first.digest != second.digest
    assert "Asked for" not in {str(label) for label, _ in first.statement.facts}
    assert ("Asked for", "degree") in {
        (str(label), str(value)) for label, value in second.statement.facts
    }
    assert file.exists()
    with open_wallet(with_a_degree, Secret(PASSPHRASE)) as wallet:
        entries = [one.body for one in wallet.vault.all(Kind.JOURNAL)][-2:]
    assert [(one["outcome"], one["digest"]) for one in entries] == [
        ("refused", first.digest),
        ("done", second.digest),
    ]


async def test_in_a_conversation_they_are_asked_about_anew_as_well(
    with_a_degree: Path,
) -> None:
    questions: list[Question] = []

    def ask(question: Question, answer: Future[Answer]) -> None:
        questions.append(question)
        claims = ("born",) if len(questions) == 1 else None
        answer.set_result(Answer(yes=claims is None, by=By.DIALOG, claims=claims))

    drawn: list[Event] = []
    line = f'present_credential credential=C1 verifier="{VERIFIER}"'
    session = Session(with_a_degree, ScriptedModel(iter([line])))
    try:
        session.unlock(Secret(PASSPHRASE)).result()
        session.say(f"show my degree to {VERIFIER}", draw=drawn.append, ask=ask).result()
    finally:
        session.close()
    assert [question.asked for question in questions] == [Asker.AGENT, Asker.AGENT]
    facts = {(str(label), str(value)) for label, value in questions[1].proposal.statement.facts}
    assert ("Asked for", "born") in facts
    assert [event for event in drawn if isinstance(event, Ran)]


def test_an_answer_that_wants_other_claims_is_never_a_yes() -> None:
    asked = proposal(claims=CLAIMS)
    answer = Answer(yes=True, by=By.DIALOG, claims=("name",))
    assert isinstance(decide(asked, answer), Declined)
    assert revised({"credential": "x"}, answer) == {"credential": "x", "claims": ["name"]}
    assert revised({}, Answer(yes=True, by=By.DIALOG)) is None
