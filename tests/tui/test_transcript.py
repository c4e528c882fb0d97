from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import App
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Markdown, Static

from tui.widgets.piece import Earlier, Looked, Piece, Said
from tui.widgets.transcript import Transcript
from wallet.talk import Entry, Sort

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.pilot import Pilot

LABELS = {Sort.YOU: "you", Sort.WALLET: "wallet", Sort.MODEL: "model", Sort.PLAN: "plan"}


class Showing(App[None]):
    """A transcript alone."""

    CSS = "Transcript { width: 1fr; } #beside { width: 0; }"

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Transcript(LABELS)
            yield Static(id="beside")

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    def say(self, text: str, sort: Sort = Sort.WALLET, **more: object) -> Piece:
        return self.transcript.add(Said(Entry(sort, text), **more))  # type: ignore[arg-type]

    def on_transcript_behind(self, behind: Transcript.Behind) -> None:
        self.heard.append(behind.is_behind)

    def on_looked(self, looked: Looked) -> None:
        self.heard.append(looked.said)

    def on_transcript_copied(self, copied: Transcript.Copied) -> None:
        self.heard.append(copied.said.entry.text)

    def on_transcript_taken_back(self, taken: Transcript.TakenBack) -> None:
        self.heard.append(taken.said.value)


def shown(app: Showing) -> list[str]:
    statics = (piece.query(Static) for piece in app.query(Piece))
    return [" ".join(str(one.render()) for one in found).strip() for found in statics]


async def settled(pilot: Pilot[None]) -> None:
    for _ in range(3):
        await pilot.pause(0.02)


async def test_says_who_said_it_once_for_each_speaker() -> None:
    app = Showing()
    async with app.run_test() as pilot:
        app.say("list my dids", Sort.YOU)
        app.say("no DIDs yet")
        app.say("it failed", Sort.ERROR)
        app.say("again", Sort.YOU)
        app.say("and again", Sort.YOU)
        await pilot.pause()
        assert shown(app) == [
            "you list my dids",
            "wallet no DIDs yet",
            "it failed",
            "you again",
            "you and again",
        ]


async def test_shows_text_as_it_stands_and_nothing_as_markup() -> None:
    app = Showing()
    async with app.run_test() as pilot:
        app.say("[bold]x[/bold] [link=https://evil.example]y\x1b]8;;z\x07\u202e")
        await pilot.pause()
        assert shown(app) == [
            "wallet [bold]x[/bold] [link=https://evil.example]y\\u{001B}]8;;z\\u{0007}\\u{202E}"
        ]


async def test_a_models_words_come_in_pieces_as_markdown_that_leads_nowhere() -> None:
    app = Showing()
    async with app.run_test() as pilot:
        for words in ("**Yo", "ur** DID\x1b[2J\n\n", "- [a](https://evil.example)\n", "- <b>b</b>"):
            await app.transcript.speak(words)
        await app.transcript.speak(" ![c](file:///etc/passwd) https://evil.example &#x202e;")
        await app.transcript.speak("")
        await settled(pilot)
        (markdown,) = app.query(Markdown)
        seen = "\n".join(str(one.render()) for one in markdown.query(Static))
        assert "Your DID\\u{001B}[2J" in seen
        assert "[a](https://evil.example)" in seen
        assert "<b>b</b> ![c](file:///etc/passwd) https://evil.example &#x202e;" in seen
        assert all(
            "link" not in str(span.style)
            for one in markdown.query(Static)
            for span in getattr(one.render(), "spans", [])
        )
        (said,) = app.transcript.said
        assert said.entry.text.startswith("**Your** DID")


async def test_what_a_model_was_saying_ends_where_it_is_called_off() -> None:
    app = Showing()
    async with app.run_test() as pilot:
        await app.transcript.speak("One")
        await app.transcript.hush()
        app.say("stop", Sort.YOU)
        await app.transcript.speak("Two")
        await app.transcript.speak("")
        await app.transcript.speak("Three")
        await app.transcript.clear()
        await settled(pilot)
        assert not app.query(Piece)
        await app.transcript.speak("Four")
        await settled(pilot)
        assert [said.entry.text for said in app.transcript.said] == ["Four"]


async def test_follows_to_the_end_until_somebody_scrolls_up_and_again_from_there() -> None:
    app = Showing()
    async with app.run_test(size=(60, 10)) as pilot:
        transcript = app.transcript
        for number in range(30):
            app.say(f"line {number}")
        await settled(pilot)
        assert transcript.scroll_y == transcript.max_scroll_y > 0
        transcript.page(-1)
        await settled(pilot)
        place = transcript.scroll_y
        for _ in range(5):
            app.say("more")
        await transcript.speak("a word\n\n" * 10)
        await settled(pilot)
        assert transcript.scroll_y == place
        assert app.heard == [True]
        transcript.follow()
        await settled(pilot)
        assert transcript.scroll_y == transcript.max_scroll_y
        app.say("the latest")
        await settled(pilot)
        assert transcript.scroll_y == transcript.max_scroll_y
        assert app.heard == [True, False]


async def test_what_is_seen_as_a_whole_is_not_scrolled() -> None:
    app = Showing()
    async with app.run_test(size=(60, 20)) as pilot:
        first = app.say("one line")
        await settled(pilot)
        place = first.region.y
        app.transcript.page(-1)
        app.transcript.focus()
        await pilot.press("pageup", "ctrl+u", "k")
        await settled(pilot)
        assert first.region.y == place
        app.say("another")
        await settled(pilot)
        assert first.region.y == place - 1
        assert app.heard == []


async def test_scrolling_down_to_the_end_follows_again() -> None:
    app = Showing()
    async with app.run_test(size=(60, 10)) as pilot:
        for number in range(30):
            app.say(f"line {number}")
        await settled(pilot)
        app.transcript.page(-1)
        await settled(pilot)
        app.transcript.page(2)
        await settled(pilot)
        app.say("the latest")
        await settled(pilot)
        assert app.transcript.scroll_y == app.transcript.max_scroll_y
        assert app.heard == [True, False]


async def test_stays_at_what_one_reads_when_the_width_changes() -> None:
    app = Showing()
    async with app.run_test(size=(100, 12)) as pilot:
        transcript = app.transcript
        pieces = [app.say(f"number {at} " + "and on it goes " * 12) for at in range(40)]
        await settled(pilot)
        transcript.scroll_to(y=pieces[20].virtual_region.y, animate=False)
        await settled(pilot)
        for width in (50, 140, 33, 100):
            await pilot.resize_terminal(width, 12)
            await settled(pilot)
            top = transcript.scroll_offset.y
            assert pieces[20].virtual_region.y <= top < pieces[20].virtual_region.bottom
        app.query_one("#beside").styles.width = 40
        await settled(pilot)
        assert pieces[20].virtual_region.y == transcript.scroll_offset.y


async def test_at_the_end_it_stays_at_the_end_when_the_width_changes() -> None:
    app = Showing()
    async with app.run_test(size=(100, 12)) as pilot:
        for at in range(20):
            app.say(f"number {at} " + "and on it goes " * 12)
        await settled(pilot)
        await pilot.resize_terminal(40, 9)
        await settled(pilot)
        assert app.transcript.scroll_y == app.transcript.max_scroll_y
        assert app.heard == []


async def test_the_arrows_choose_a_piece_to_look_at_copy_or_take_back() -> None:
    app = Showing()
    async with app.run_test() as pilot:
        app.say("created work", beside=(Content("in full"),), value="undo it")
        app.say("nothing more")
        app.transcript.focus()
        await pilot.press("up", "enter", "u", "c")
        assert app.heard == ["nothing more"]
        await pilot.press("k", "enter", "u", "c")
        assert [str(one) for one in app.heard[2:]] == ["undo it", "created work"]
        await pilot.press("j")
        assert [piece.has_class("-chosen") for piece in app.query(Piece)] == [False, True]
        app.screen.set_focus(None)
        await pilot.pause()
        assert not app.query(".-chosen")


async def test_shows_again_what_was_said_before() -> None:
    app = Showing()
    async with app.run_test() as pilot:
        before = [Entry(Sort.YOU, "[b]hello"), Entry(Sort.MODEL, "*Hi*\x1b[2J")]
        app.transcript.resume(before, until="until here")
        app.say("and now", Sort.YOU)
        await settled(pilot)
        texts = [said.entry.text for said in app.transcript.said]
        assert texts == ["[b]hello", "*Hi*\x1b[2J", "and now"]
        assert str(app.query_one(Earlier).render()) == (
            "\nyou     [b]hello\nmodel   *Hi*\\u{001B}[2J\n\n── until here ──"
        )


async def test_what_was_said_before_is_wrapped_in_its_column_at_any_width() -> None:
    app = Showing()
    async with app.run_test(size=(40, 20)) as pilot:
        app.transcript.resume([Entry(Sort.WALLET, "one 二二二二二 three " * 4)], until="until here")
        await settled(pilot)
        for width in (40, 30, 60):
            await pilot.resize_terminal(width, 20)
            await settled(pilot)
            shown = app.query_one(Earlier)
            first, *others = str(shown.render()).split("\n")[:-2]
            assert first.startswith("wallet  one")
            assert others
            assert all(line[:8].isspace() and line[8] != " " for line in others)
            assert all(cell_len(line) <= shown.size.width for line in (first, *others))


async def test_what_is_long_ago_is_folded_into_one_text_unless_somebody_reads_there() -> None:
    app = Showing()
    async with app.run_test(size=(60, 12)) as pilot:
        for number in range(100):
            app.say(f"line {number}", Sort.YOU)
        await settled(pilot)
        assert len(app.query(Piece)) <= 45
        assert [said.entry.text for said in app.transcript.said] == [
            f"line {number}" for number in range(100)
        ]
        assert "you     line 0\n" in str(app.query_one(Earlier).render())
        transcript = app.transcript
        assert transcript.scroll_y == transcript.max_scroll_y
        transcript.page(-1)
        await settled(pilot)
        place = transcript.scroll_y
        for number in range(60):
            app.say(f"more {number}")
        await settled(pilot)
        assert transcript.scroll_y == place
        assert len(app.query(Piece)) > 60
        transcript.follow()
        await settled(pilot)
        assert len(app.query(Piece)) <= 45
        assert transcript.scroll_y == transcript.max_scroll_y
