"""Receiving a credential: shown, verified, and only then accepted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.widgets import Input, Select

from tests.tui.doing import do, issue_badge
from tui.screens.credentials import CredentialsScreen
from tui.screens.receiving import ReceivingScreen
from tui.widgets.source import Source
from wallet.entries import credentials, dids
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Goes = Callable[..., Any]

PASSPHRASE = Secret("correct horse battery staple")
BEARER = json.dumps(
    {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "Ticket"],
        "issuer": "did:web:club.example",
        "credentialSubject": {"seat": "4A\u202e"},
    },
    indent=2,
)


@pytest.fixture
def sent(home: Path, tmp_path: Path) -> Path:
    """A file with a credential about this wallet's DID, which the wallet has no longer."""
    file = tmp_path / "my badge.json"
    with open_wallet(home, PASSPHRASE) as wallet:
        do(wallet, "delete_credential", credential=issue_badge(wallet, file), now=True)
    return file


async def _opens(person: Any) -> ReceivingScreen:
    await person.pilot.press("i")
    screen: ReceivingScreen = await person.comes_to(ReceivingScreen)
    await person.until(lambda: bool(screen.query(Source)))
    return screen


async def _pastes(person: Any, text: str) -> None:
    """As a terminal does, which writes the path of a dropped file, too."""
    person.app.screen.query_one(Source).post_message(events.Paste(text))
    await person.pilot.pause()


async def test_a_file_is_shown_and_verified_and_then_accepted(
    in_the_room: Goes, sent: Path, home: Path
) -> None:
    async with in_the_room("credentials") as person:
        screen = await _opens(person)
        await _pastes(person, f"'{sent}'")
        await person.until(lambda: bool(screen.query_one("#accepting").display))
        assert "✓ valid" in person.screen()
        assert "it is about you" in person.screen()
        assert "uni (did:key:" in person.screen()
        with open_wallet(home, PASSPHRASE, read_only=True) as wallet:
            assert credentials(wallet.vault) == ()
        screen.query_one("#name", Input).value = "My badge"
        screen.query_one("#tags", Input).value = "work, 2030"
        assert not screen.query_one("#holder").display
        await person.pilot.press("ctrl+s")
        await person.answers("y", until=lambda: isinstance(person.app.screen, CredentialsScreen))
    with open_wallet(home, PASSPHRASE) as wallet:
        (kept,) = credentials(wallet.vault)
        assert (kept.name, kept.tags, kept.role) == ("My badge", ("work", "2030"), "held")


async def test_a_pasted_one_that_names_nobody_is_accepted_under_a_did_of_choice(
    in_the_room: Goes, sent: Path, home: Path
) -> None:
    del sent
    async with in_the_room("credentials") as person:
        screen = await _opens(person)
        await _pastes(person, BEARER)
        await person.until(lambda: bool(screen.query_one("#accepting").display))
        above = str(screen.query_one("#about").render())
        assert above.startswith("✗ invalid  Do not rely on it")  # whatever is out of sight below
        assert "Because:" in person.screen()
        assert "4A\\u{202E}" in person.screen()
        assert "choose under which DID" in person.screen()
        holder = screen.query_one("#holder", Select)
        assert holder.display
        with open_wallet(home, PASSPHRASE, read_only=True) as wallet:
            me = next(one.id for one in dids(wallet.vault) if one.name == "me")
        holder.value = me
        await person.pilot.press("ctrl+s")
        await person.reads()
        assert "me (did:key:" in person.screen()
        await person.presses("y", until=lambda: isinstance(person.app.screen, CredentialsScreen))
    with open_wallet(home, PASSPHRASE) as wallet:
        (kept,) = credentials(wallet.vault)
        assert kept.holder == me


async def test_a_no_keeps_nothing_and_stays(in_the_room: Goes, sent: Path, home: Path) -> None:
    async with in_the_room("credentials") as person:
        screen = await _opens(person)
        await _pastes(person, str(sent))
        await person.until(lambda: bool(screen.query_one("#accepting").display))
        await person.pilot.press("ctrl+s")
        await person.answers("n", until=lambda: person.app.screen is screen)
    with open_wallet(home, PASSPHRASE) as wallet:
        assert credentials(wallet.vault) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa.example%2F1", "an offer"),
        ("openid4vp://?request_uri=https%3A%2F%2Fa.example%2F1", "a verifier asks"),
        ("abandon " * 11 + "about", "never paste a recovery phrase here"),
        ('{"type": ["VerifiableCredential"]}', "it cannot be read"),
        ("did:web:a.example", "kept at Contacts"),
        ("nowhere/to be/found", "there is no file of that name"),
        ("./nowhere.json", "there is no file './nowhere.json'"),
        ("{}", "JSON of no kind"),
    ],
)
async def test_what_is_no_credential_says_what_it_is(
    in_the_room: Goes, text: str, why: str
) -> None:
    async with in_the_room("credentials") as person:
        screen = await _opens(person)
        await _pastes(person, text)
        about = screen.query_one("#about")
        await person.until(lambda: "Nothing is kept before" not in str(about.render()))
        assert why in str(about.render())
        assert not screen.query_one("#accepting").display
        assert "abandon" not in person.screen()
        await person.pilot.press("ctrl+s")
        assert person.app.screen is screen


async def test_a_path_is_typed_and_completed(in_the_room: Goes, sent: Path) -> None:
    async with in_the_room("credentials") as person:
        screen = await _opens(person)
        source = screen.query_one(Source)
        source.value = str(sent)[:-6]
        source.cursor_position = len(source.value)
        await person.until(lambda: bool(source._suggestion))
        await person.pilot.press("right")
        assert source.value == str(sent)
        await person.pilot.press("enter")
        await person.until(lambda: bool(screen.query_one("#accepting").display))
