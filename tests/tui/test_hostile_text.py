"""What came from outside stands on the screen as text, in every room and in every dialog."""

from __future__ import annotations

import json
import shutil
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest
from textual.widgets import DataTable, OptionList

from did.errors import DIDError
from tui.rooms import ROOMS
from tui.widgets.moving import Moving
from wallet.actions import ACTIONS
from wallet.entries import credentials, dids
from wallet.errors import BadInput, WalletError
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rich.segment import Segment

    from wallet.wallet import Wallet

    Go = Callable[..., Any]

STRANGER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
PASSPHRASE = "correct horse battery staple"
EVIL: Final = (
    "esc\x1b[31mred\x1b[2J",
    "osc52\x1b]52;c;aGFyaGFy\x07",
    "osc8\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "c1\x9b31m\x9d52;c;aGk=\x9c",
    "bidi\u202egnp.exe\u2066x\u2069",
    "zero\u200bwidth\u2060\ufeff",
    "[@click=app.quit]markup[/] [bold]b[/bold] [link=https://evil.example]l[/link] [/nope]",
    "{braces} {0} {name!r} %s $WARNING",
    "long" * 1_000,
    "寬" * 400,
    "tab\tnew\nline\rreturn\u2028sep",
    "e\u0301\u0301\u0301\u0301 👩\u200d🚀",
)
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
FULL_OF_IT: Final = {"credentials", "identities", "contacts"}
SIZES: Final = ((80, 24), (200, 60))


def do(wallet: Wallet, action: str, **arguments: object) -> None:
    """As a person would; what the wallet refuses is not in it."""
    propose = ACTIONS[action].propose
    assert propose is not None
    with suppress(WalletError, DIDError):
        propose(wallet, arguments).perform()


def smuggle(wallet: Wallet, kind: Kind) -> None:
    """Names that nobody could write here, as another program may have: in a backup."""
    named = [record for record in wallet.vault.all(kind) if "name" in record.body]
    for record, evil in zip(named, EVIL, strict=False):
        wallet.vault.put(kind, {**record.body, "name": evil}, id=record.id)


def fill(wallet: Wallet, folder: Path) -> None:
    """Everything that can have a name or a text gets each of them."""
    for number, evil in enumerate(EVIL):
        do(wallet, "create_did", method="key", name=f"did {number}")
        own = dids(wallet.vault)[number]
        do(wallet, "add_contact", name=f"contact {number}", did=own.id)
        do(wallet, "add_product", name=f"product {number}", issuer="did 0")
        do(wallet, "set_reminder", about=evil, when="2030-01-01")
        claims = {"degree": evil, f"claim{number}": {"nested": {"deeper": evil}}}
        do(
            wallet,
            "issue_credential",
            type="Degree",
            subject="did 0",
            issuer="did 0",
            claims=claims,
        )
        document = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", evil],
            "name": evil,
            "issuer": {"id": own.id, "name": evil},
            "credentialSubject": {"id": own.id, "degree": evil, evil: evil},
        }
        file = folder / f"{number}.json"
        file.write_text(json.dumps(document))
        do(wallet, "import_credential", source=str(file))
        do(wallet, "trust_issuer", did=own.id, name=evil)
    do(wallet, "delete_credential", credential=credentials(wallet.vault)[0].id)
    for kind in (Kind.CONTACT, Kind.DID, Kind.PRODUCT):
        smuggle(wallet, kind)


@pytest.fixture(scope="module")
def hostile(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wallet full of it; filling one takes a while."""
    folder = tmp_path_factory.mktemp("hostile")
    made = shutil.copytree(template, folder / "wallet")
    with open_wallet(made, Secret(PASSPHRASE)) as wallet:
        fill(wallet, folder)
        held = len(credentials(wallet.vault))
    assert held >= 2 * len(EVIL) - 1
    return made


def segments(app: Any) -> Iterator[Segment]:
    """All that would be sent to the terminal for what is shown now."""
    for strip in app.screen._compositor.render_strips():
        yield from strip


def judge(app: Any) -> str:
    """No sign that does more than stand there, no link, and no deed behind a word of theirs."""
    shown = ""
    for segment in segments(app):
        shown += segment.text
        hidden = [char for char in segment.text if unicodedata.category(char) in _HIDDEN]
        assert not hidden, (app.screen, segment.text, hidden)
        assert not segment.control
        if segment.style is not None:
            assert not segment.style.link, (app.screen, segment)
            assert "quit" not in str(segment.style.meta.get("@click", "")), (app.screen, segment)

    return shown


async def settle(person: Any) -> str:
    app = person.app
    await person.until(lambda: not getattr(app.screen, "_under_way", 0))
    await person.pilot.pause()
    return judge(app)


async def look_round(person: Any) -> str:
    """All that is seen in a room: of each list the first rows and the last, opened and left."""
    app = person.app
    room = app.screen
    seen = await settle(person)
    for widget in list(room.focus_chain):
        if not isinstance(widget, Moving | DataTable | OptionList):
            continue
        widget.focus()
        for key in ("G", "k", "enter", "G", "g"):
            await person.pilot.press(key)
            seen += await settle(person)
        for _ in range(4):
            if app.screen is room:
                break
            await person.pilot.press("escape")
            seen += await settle(person)
    return seen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("room", [door.name for door in ROOMS])
async def test_in_no_room_does_it_do_more_than_stand_there(
    in_the_room: Go, hostile: Path, tmp_path: Path, room: str, size: tuple[int, int]
) -> None:
    at = shutil.copytree(hostile, tmp_path / "w")
    async with in_the_room(room, at=at, size=size) as person:
        seen = await look_round(person)
    assert ("\\u{" in seen) is (room in FULL_OF_IT)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_in_no_consent_dialog_does_it_either(
    in_the_room: Go, hostile: Path, tmp_path: Path, language: str
) -> None:
    at = shutil.copytree(hostile, tmp_path / "w")
    async with in_the_room("activity", at=at, language=language) as person:
        room, session = person.app.screen, person.app.session
        held = session.look(lambda wallet: [one.id for one in credentials(wallet.vault)]).result()
        for id_ in held[::4]:
            for action, further in (
                ("delete_credential", {}),
                ("present_credential", {"verifier": STRANGER}),
                ("rename_credential", {"name": "mine"}),
            ):
                room.do(action, {"credential": id_, **further})
                await person.until(lambda: person.asked or not session.is_working)
                await settle(person)
                if person.asked:
                    await person.pilot.press("G")
                    await settle(person)
                    await person.pilot.press("escape")
                    await person.until(lambda: not session.is_working)
                await settle(person)


async def test_in_no_conversation_does_it_either(
    at_the_keyboard: Go, hostile: Path, tmp_path: Path
) -> None:
    at = shutil.copytree(hostile, tmp_path / "w")
    lines = ["list_credentials", "list_contacts", "list_dids", *("none" for _ in EVIL)]
    async with at_the_keyboard(lines, home=at, size=(80, 24)) as person:
        await person.unlocks()
        for said in ("list my credentials", "list my contacts", "list my dids", *EVIL):
            await person.says(" ".join(said.split()))
            await settle(person)
        await look_round(person)


async def test_in_no_notice_does_it_either(in_the_room: Go, hostile: Path) -> None:
    async with in_the_room("activity", at=hostile) as person:
        room = person.app.screen
        for evil in EVIL:
            room.complain(BadInput(f"there is no {evil}", hint=f"see: {evil}"))
            await person.pilot.pause()
            judge(person.app)
            person.app.clear_notifications()
