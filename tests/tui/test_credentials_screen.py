"""The list of credentials, over a real wallet."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, OptionList, TabbedContent

from tests.tui.doing import do
from tui.consent import ConsentScreen
from tui.picking import PickScreen
from tui.qr import QRScreen
from tui.screens.credential import CredentialScreen
from tui.screens.credentials import CredentialsScreen
from tui.screens.form import FormScreen
from tui.widgets.key_line import KeyLine
from tui.widgets.long_list import PAGE, LongList
from tui.widgets.raw import RawView
from wallet.entries import credential, credentials
from wallet.messages import LANGUAGES
from wallet.trash import deleted
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Goes = Callable[..., Any]

PASSPHRASE = Secret("correct horse battery staple")
COUNT = 10_000
HOSTILE = "[red]A\x1b]52;c;AAAA\x07\u202e"


def _stored(number: int, name: str, **more: Any) -> tuple[str, dict[str, Any]]:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "Course"],
        "issuer": "did:web:university.example",
        "credentialSubject": {"id": "did:web:me.example", "level": str(number)},
        **more,
    }
    id_ = f"cred-{number:08x}"
    return id_, {"id": id_, "name": name, "raw": json.dumps(document), "role": "held"}


def _in(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def few(home: Path) -> Path:
    """Four credentials: one that was issued and can be verified, and three that were stored."""
    with open_wallet(home, PASSPHRASE) as wallet:
        do(wallet, "create_did", method="key", name="uni")
        me = do(wallet, "create_did", method="key", name="me")
        claims = {"memberNumber": "42", "level": HOSTILE}
        do(wallet, "issue_credential", type="Badge", subject=me, issuer="uni", claims=claims)
        for number, name, days in ((1, "delta", 400), (2, "Alpha", -3), (3, "bravo", 12)):
            id_, body = _stored(number, name, validUntil=_in(days))
            wallet.vault.put(Kind.CREDENTIAL, body, id=id_)
    return home


@pytest.fixture(scope="module")
def many(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = shutil.copytree(template, tmp_path_factory.mktemp("many") / "wallet")
    with open_wallet(home, PASSPHRASE) as wallet:
        rows = (_stored(number, f"n{number:05}") for number in range(COUNT))
        wallet.vault.put_many(Kind.CREDENTIAL, rows)
        wallet.index.keep()
    return home


def _list(person: Any) -> LongList[Any]:
    found: LongList[Any] = person.app.screen.query_one("#credentials", LongList)
    return found


def _seen(person: Any) -> list[str]:
    rows = _list(person)
    lines = (rows.render_line(y).text.rstrip() for y in range(rows.size.height))
    return [line for line in lines if line]


def _names(person: Any) -> list[str]:
    return [line.split("  ")[0] for line in _seen(person)]


async def _shows(person: Any, *names: str) -> None:
    await person.until(lambda: _names(person) == list(names))


async def _chooses(person: Any, key: str, words: str) -> None:
    """By a key, and then one of what can be picked."""
    await person.pilot.press(key)
    await person.until(lambda: isinstance(person.app.screen, PickScreen))
    options = person.app.screen.query_one(OptionList)
    at = [str(one.prompt)[2:] for one in options.options].index(words)
    options.highlighted = at
    await person.pilot.press("enter")
    await person.until(lambda: isinstance(person.app.screen, CredentialsScreen))


async def _opens(person: Any, key: str = "enter") -> CredentialScreen:
    await person.pilot.press(key)
    screen: CredentialScreen = await person.comes_to(CredentialScreen)
    return screen


async def _agrees(person: Any) -> None:
    """To what is asked, and back to the list."""
    await person.answers("y", until=lambda: isinstance(person.app.screen, CredentialsScreen))


def _page(screen: CredentialScreen, page: str) -> str:
    statics = screen.query_one(f"#{page}").query("Static")
    return "\n".join(str(static.render()) for static in statics.results())


async def test_an_empty_wallet_says_how_to_begin(in_the_room: Goes) -> None:
    async with in_the_room("credentials") as person:
        await person.until(lambda: bool(person.app.screen.query_one("#none").display))
        assert "No credentials yet" in person.screen()
        assert "n issues one" in person.screen()


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_has_its_name_issuer_state_and_end(
    in_the_room: Goes, few: Path, language: str, size: tuple[int, int]
) -> None:
    async with in_the_room("credentials", at=few, language=language, size=size) as person:
        await person.until(lambda: len(_seen(person)) == 4 and "bravo" in _seen(person)[0])
        bravo, alpha, delta, badge = _seen(person)
        words = {
            "en": ("! expires soon", "in 12 days", "✗ expired", "3 days ago", "✓ in force"),
            "zh": ("! 即将过期", "12 天后", "✗ 过期", "3 天前", "✓ 有效"),
        }[language]
        assert bravo.startswith("bravo")
        assert words[0] in bravo
        assert words[1] in bravo
        assert words[2] in alpha
        assert words[3] in alpha
        assert words[4] in delta
        assert "uni" in badge
        assert all(len(line) <= size[0] for line in _seen(person))


async def test_ten_thousand_are_scrolled_with_a_few_widgets_and_a_page_at_a_time(
    in_the_room: Goes, many: Path
) -> None:
    async with in_the_room("credentials", at=many) as person:
        await person.until(lambda: _names(person)[:1] == ["n09999"])
        rows = _list(person)
        assert rows.total == COUNT
        held = rows._pages
        assert set(held) == {0}
        await person.pilot.press("G")
        await person.until(lambda: _names(person)[-1:] == ["n00000"])
        # Where the list was read anew meanwhile, the first page is not held any more.
        assert {COUNT // PAGE - 1} <= set(held) <= {0, COUNT // PAGE - 1}
        assert len(rows.query("*")) == 0
        assert len(person.app.screen.query("*")) < 60
        await _chooses(person, "s", "name")
        await person.until(lambda: _names(person)[:1] == ["n00000"])
        assert set(held) == {0}


async def test_it_is_searched_while_one_types(in_the_room: Goes, many: Path) -> None:
    async with in_the_room("credentials", at=many) as person:
        await person.until(lambda: bool(_seen(person)))
        await person.pilot.press("slash")
        await person.pilot.press(*"n00012")
        await person.until(lambda: _names(person) == ["n00012"])
        assert "· 1" in person.screen()
        await person.pilot.press("enter")
        assert _list(person).has_focus
        await person.pilot.press("escape")
        await person.until(lambda: _list(person).total == COUNT)
        assert person.app.screen.query_one(Input).value == ""


async def test_what_is_not_found_says_how_to_see_all_again(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await person.until(lambda: len(_seen(person)) == 4)
        await person.pilot.press("slash", "x", "y", "z")
        await person.until(lambda: "Nothing like that here" in person.screen())
        await person.pilot.press("escape")
        await person.until(lambda: len(_seen(person)) == 4)


async def test_it_is_narrowed_down_by_state_and_sorted(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await _chooses(person, "f", "expired")
        await _shows(person, "Alpha")
        await _chooses(person, "f", "all")
        await _chooses(person, "s", "name")
        await _shows(person, "Alpha", "Badge", "bravo", "delta")
        await _chooses(person, "s", "name")
        await _shows(person, "delta", "bravo", "Badge", "Alpha")


async def test_a_tag_is_given_filtered_by_and_taken_away(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("j", "t")
        await person.until(lambda: isinstance(person.app.screen, FormScreen))
        form = person.app.screen
        form.field("tags").query_one(Input).value = "work"
        await person.pilot.press("ctrl+s")
        await _agrees(person)
        await _chooses(person, "f", "#work (1)")
        await _shows(person, "Alpha")
        await person.pilot.press("minus")
        await person.until(lambda: isinstance(person.app.screen, FormScreen))
        await person.pilot.pause()
        assert person.app.screen.field("tags").query_one(Input).value == "work"
        await person.pilot.press("ctrl+s")
        await _agrees(person)
        await person.until(lambda: _list(person).total == 0)


async def test_one_is_renamed(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("r")
        await person.until(lambda: isinstance(person.app.screen, FormScreen))
        await person.pilot.pause()
        field = person.app.screen.field("name").query_one(Input)
        assert field.value == "bravo"
        assert field.has_focus  # what stands there is typed over
        await person.pilot.press(*"echo")
        await person.pilot.press("ctrl+s")
        await _agrees(person)
        await _shows(person, "echo", "Alpha", "delta", "Badge")


async def test_one_is_deleted_and_brought_back(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("d")
        await _agrees(person)
        await _shows(person, "Alpha", "delta", "Badge")
        await _chooses(person, "f", "deleted")
        await _shows(person, "bravo")
        assert "- deleted" in _seen(person)[0]
        await person.pilot.press("b")
        await _agrees(person)
        await person.until(lambda: _list(person).total == 0)
        await person.pilot.press("escape")
        await _shows(person, "bravo", "Alpha", "delta", "Badge")


async def test_what_lies_in_the_trash_is_deleted_for_good(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("d")
        await _agrees(person)
        await _chooses(person, "f", "deleted")
        await _shows(person, "bravo")
        await person.pilot.press("d")
        await person.until(lambda: isinstance(person.app.screen, ConsentScreen))
        assert "for good" in person.screen()
        await _agrees(person)
        await person.until(lambda: _list(person).total == 0)
    with open_wallet(few, PASSPHRASE) as wallet:
        assert deleted(wallet.vault, datetime.now(UTC)) == ()
        assert len(credentials(wallet.vault)) == 3


async def test_cards_show_the_same_and_keep_the_place(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("j", "w")
        await person.pilot.pause()
        shown = "\n".join(_seen(person))
        assert "bravo" in shown
        assert "! expires soon  in 12 days" in shown
        assert _list(person).cursor == 1
        await person.pilot.press("w")
        await _shows(person, "bravo", "Alpha", "delta", "Badge")


async def test_the_footer_offers_only_what_can_be_done(in_the_room: Goes) -> None:
    async with in_the_room("credentials") as person:
        await person.until(lambda: bool(person.app.screen.query_one("#none").display))
        shown = {one.binding.action for one in person.app.screen.active_bindings.values()}
        assert "issue" in shown
        assert not shown & {"present", "verify", "rename", "tag", "delete", "bring_back"}


async def test_a_credential_shows_its_claims_as_people_read_them(
    in_the_room: Goes, few: Path
) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("G")
        screen = await _opens(person)
        await person.until(lambda: "member number" in _page(screen, "claims"))
        shown = _page(screen, "claims")
        assert "42" in shown
        assert "[red]A\\u{001B}]52;c;AAAA\\u{0007}\\u{202E}" in shown
        assert "me (did:key:" in shown


async def test_what_can_be_done_is_still_offered_when_the_list_was_found_anew(
    in_the_room: Goes, few: Path
) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        line = person.app.screen.query_one(KeyLine)
        for _ in range(3):
            await person.until(lambda: "present" in [one.action for one in line.shown])
            person.app.screen.load()
            await person.until(lambda: not person.app.screen._under_way)
            await person.pilot.pause(0.1)


async def test_its_pages_are_reached_by_keys(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("G")
        screen = await _opens(person)
        await person.until(lambda: "member number" in _page(screen, "claims"))
        tabs = screen.query_one(TabbedContent)
        pages = screen.PAGES
        for keys, page in zip("lllllh", (*pages[1:], pages[0], pages[-1]), strict=True):
            await person.pilot.press(keys)
            await person.until(lambda page=page: tabs.active == page)
        assert "it is one of your own DIDs" in _page(screen, "issuer")
        assert "Issue a credential" in _page(screen, "history")
        assert "it came into the wallet" in _page(screen, "history")
        raw = screen.query_one(RawView)
        assert '"memberNumber": "42"' in "\n".join(raw.lines)
        assert "\x1b" not in "\n".join(raw.lines)


async def test_it_is_verified_with_each_check_and_its_reason(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("G")
        screen = await _opens(person, "v")
        await person.until(lambda: "✓ valid" in _page(screen, "report"))
        assert "proof:" in _page(screen, "report")
        await person.pilot.press("escape", "k")
        await person.until(lambda: isinstance(person.app.screen, CredentialsScreen))
        screen = await _opens(person, "v")
        await person.until(lambda: "✗ invalid" in _page(screen, "report"))
        assert "Because:" in _page(screen, "report")


async def test_a_small_one_is_a_code_and_a_large_one_says_what_to_do(
    in_the_room: Goes, few: Path
) -> None:
    async with in_the_room("credentials", at=few, size=(200, 100)) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await _opens(person)
        await person.pilot.press("q")
        await person.until(lambda: isinstance(person.app.screen, QRScreen))
        await person.until(lambda: "█" in person.screen())
        await person.pilot.resize_terminal(40, 20)
        await person.until(lambda: "make the window larger" in person.screen())
        await person.pilot.press("escape")
        await person.until(lambda: isinstance(person.app.screen, CredentialScreen))


async def test_it_is_copied_byte_for_byte(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("G")
        screen = await _opens(person)
        await person.until(lambda: "member number" in _page(screen, "claims"))
        await person.pilot.press("y")
        copied = person.app.clipboard
    with open_wallet(few, PASSPHRASE) as wallet:
        raws = [one.credential.raw.decode() for one in credentials(wallet.vault)]
        assert copied in raws


async def test_one_that_is_deleted_leads_back_to_the_list(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        screen = await _opens(person)
        await person.until(lambda: "level" in _page(screen, "claims"))
        await person.pilot.press("d")
        await _agrees(person)
        await _shows(person, "Alpha", "delta", "Badge")


async def test_another_room_is_left_for_and_come_back_from(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        screen = await _opens(person)
        await person.pilot.press("4")
        await person.until(lambda: person.app.screen.ROOM == "contacts")
        await person.pilot.press("2")
        await person.until(lambda: person.app.screen is screen)


async def test_an_issued_one_is_in_the_list_at_once(in_the_room: Goes, few: Path) -> None:
    async with in_the_room("credentials", at=few) as person:
        await _shows(person, "bravo", "Alpha", "delta", "Badge")
        await person.pilot.press("n")
        await person.until(lambda: isinstance(person.app.screen, FormScreen))
        form = person.app.screen
        form.field("type").preset("Ticket")
        form.field("subject").preset("me")
        form.field("claims").preset({"seat": "4A"})
        await person.pilot.pause()
        await person.pilot.press("ctrl+s")
        await _agrees(person)
        await _shows(person, "Ticket", "bravo", "Alpha", "delta", "Badge")
    with open_wallet(few, PASSPHRASE) as wallet:
        made = wallet.index.find("Ticket").labels[0]
        assert credential(wallet.index, made.id).credential.claims == ("seat",)
