from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual import events

from tui.screens.receiving import ReceivingScreen
from tui.widgets.composer import Composer, Field
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.entries import credentials
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"
JUNK = "test test test test test test test test test test test junk"
KEY = '{"kty":"OKP","crv":"Ed25519","x":"aa","d":"bbbb"}'


@pytest.fixture
def degree(home: Path) -> str:
    """A credential that the wallet has no more."""

    def do(action: str, **arguments: Any) -> str | None:
        propose = ACTIONS[action].propose
        assert propose is not None
        proposal = propose(wallet, arguments)
        return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.DIALOG))).made

    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        do("create_did", method="key", name="uni")
        do("create_did", method="key", name="mei")
        do("issue_credential", type="Degree", subject="mei", claims={"degree": "BSc"})
        (stored,) = credentials(wallet.vault)
        do("delete_credential", credential=stored.id, now=True)
    return stored.credential.raw.decode()


async def pastes(person: Any, text: str) -> None:
    await person.unlocks()
    person.app.screen.query_one(Field).post_message(events.Paste(text))
    await person.pilot.pause()


def written(person: Any) -> str:
    return person.app.screen.query_one(Field).text  # type: ignore[no-any-return]


def offered(person: Any) -> list[str]:
    choices = person.app.screen.query_one(Composer).choices
    return [str(option.prompt).strip() for option in choices.options]


async def test_a_credential_is_told_for_what_it_is_verified_and_stored(
    at_the_keyboard: Sit, home: Path, degree: str
) -> None:
    async with at_the_keyboard([], home=home) as person:
        await pastes(person, f"\n{degree}\n")
        await person.until(lambda: bool(offered(person)))
        assert written(person) == ""
        assert "a credential was pasted" in person.screen()
        assert "nothing of it has been verified" in person.screen()
        assert offered(person) == [
            "View and verify it",
            "Store it in the wallet",
            "Put it into the message",
        ]
        await person.pilot.press("enter")
        await person.until(lambda: "what you pasted: valid" in person.screen())
        assert "proof: the signature" in person.screen()
        person.app.screen.query_one(Field).post_message(events.Paste(degree))
        await person.until(lambda: bool(offered(person)))
        await person.pilot.press("down", "enter")
        await person.until(lambda: isinstance(person.app.screen, ReceivingScreen))
        await person.until(lambda: "Degree" in person.screen())


async def test_in_the_middle_of_a_message_a_paste_is_a_part_of_it(
    at_the_keyboard: Sit, home: Path, degree: str
) -> None:
    async with at_the_keyboard([], home=home) as person:
        await person.unlocks()
        await person.pilot.press(*"what is ")
        person.app.screen.query_one(Field).post_message(events.Paste(degree))
        await person.until(lambda: degree in written(person))
        assert offered(person) == []


OFFER = (
    "openid-credential-offer://?credential_offer=%7B%22credential_issuer%22%3A%22https%3A%2F%2F"
    "uni.example%22%2C%22credential_configuration_ids%22%3A%5B%22Degree%22%5D%7D"
)
ASKED = "openid4vp://?client_id=https%3A%2F%2Fs.example&request_uri=https%3A%2F%2Fs.example%2Fr"


@pytest.mark.parametrize(
    ("text", "what", "first"),
    [
        ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "a DID", "Put it"),
        (OFFER, "an offer of a credential", "Put it"),
        (ASKED, "a link by which a verifier asks for a presentation", "Put it"),
        ("/nowhere/diploma.json", "a file", "View and verify"),
    ],
)
async def test_links_dids_and_files_are_told_for_what_they_are(
    at_the_keyboard: Sit, home: Path, text: str, what: str, first: str
) -> None:
    async with at_the_keyboard([], home=home) as person:
        await pastes(person, text)
        await person.until(lambda: bool(offered(person)))
        assert f"{what} was pasted" in person.screen()
        assert offered(person)[0].startswith(first)
        if text.startswith("openid"):
            assert "comes with a later version" in person.screen()
        await person.pilot.press("escape")
        assert offered(person) == []
        assert written(person) == ""


async def test_what_is_to_be_added_is_put_where_it_can_be_finished(
    at_the_keyboard: Sit, home: Path
) -> None:
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    async with at_the_keyboard([], home=home, language="zh") as person:
        await pastes(person, did)
        await person.until(lambda: bool(offered(person)))
        assert offered(person)[1] == "加入您的联系人"
        await person.pilot.press("down", "enter")
        await person.pilot.pause()
        assert written(person) == f"/contact add NAME {did}"


async def test_words_are_simply_put_in(at_the_keyboard: Sit, home: Path) -> None:
    async with at_the_keyboard([], home=home) as person:
        await pastes(person, "create a DID\ncalled work")
        assert written(person) == "create a DID\ncalled work"


@pytest.mark.parametrize("secret", [JUNK, KEY, f"my phrase is {JUNK}"])
async def test_a_secret_is_refused_and_never_kept_shown_or_sent(
    at_the_keyboard: Sit, home: Path, secret: str
) -> None:
    async with at_the_keyboard([], home=home) as person:  # a model that was asked would fail
        await pastes(person, secret)
        await person.until(lambda: "it was not taken" in person.screen())
        assert written(person) == ""
        await person.types(secret)
        await person.pilot.pause()
        assert person.screen().count("it was not taken") == 2
        assert secret not in person.screen()
        assert person.app.screen.query_one(Composer).history.lines == ()
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        kept = [str(dict(record.body)) for record in wallet.vault.all(Kind.TALK)]
    assert not any("junk" in one or "bbbb" in one for one in kept)
