from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.dossier import Dossier, dossier, past
from wallet.actions.incoming import incoming
from wallet.actions.reception import reception
from wallet.credentials.received import as_json
from wallet.entries import credential
from wallet.errors import BadInput, NoSuchEntry
from wallet.messages import say
from wallet.qr import make
from wallet.recognizing import What
from wallet.trust import Trusted, add

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

TITLES = {name: say(action.help) for name, action in ACTIONS.items()}
STRANGER = "did:web:club.example"


def _document(**more: Any) -> str:
    return json.dumps(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "Ticket"],
            "issuer": STRANGER,
            "credentialSubject": {"seat": "4A"},
            **more,
        }
    )


@pytest.fixture
def badge(do: Does) -> str:
    do("create_did", method="key", name="uni")
    me = str(do("create_did", method="key", name="me").made)
    made = do("issue_credential", type="Badge", subject=me, issuer="uni", claims={"a": "1"})
    return str(made.made)


def _of(wallet: Wallet, do: Does, **more: Any) -> Dossier:
    return dossier(wallet, str(do("import_credential", source=_document(**more)).made))


def test_it_says_who_is_who_by_the_names_that_the_person_knows(wallet: Wallet, badge: str) -> None:
    found = dossier(wallet, badge)
    assert found.issuer.name == "uni"
    assert found.issuer.is_known
    assert str(found.issuer.standing) == "it is one of your own DIDs"
    assert found.holder.startswith("me (did:key:")
    assert found.subjects == (found.holder,)
    assert [one.name for one in found.claims] == ["a"]


def test_it_says_whether_the_issuer_is_trusted_and_for_what(wallet: Wallet, do: Does) -> None:
    assert "nobody is told as untrusted" in str(_of(wallet, do).issuer.standing)
    add(wallet.home, Trusted("did:web:other.example"))
    assert "not among those" in str(_of(wallet, do).issuer.standing)
    add(wallet.home, Trusted(STRANGER, ("Badge",)))
    assert str(_of(wallet, do).issuer.standing) == "you trust it for Badge, and not for this"
    add(wallet.home, Trusted(STRANGER, ("Ticket",)))
    assert str(_of(wallet, do).issuer.standing) == "you trust it for Badge, Ticket"
    add(wallet.home, Trusted(STRANGER))
    assert str(_of(wallet, do).issuer.standing) == "you trust it for everything"


def test_a_name_that_the_issuer_gives_itself_is_told_as_such(wallet: Wallet, do: Does) -> None:
    do("add_contact", name="Acme", did="did:web:acme.example")
    found = _of(wallet, do, issuer={"id": STRANGER, "name": "Аcme"}).issuer
    assert (found.name, found.is_known) == ("Аcme", False)
    assert "looks like Acme" in str(found.warnings[0])


def test_its_past_is_told_the_newest_first(
    wallet: Wallet, do: Does, badge: str, tmp_path: Path
) -> None:
    do("present_credential", credential=badge, verifier="uni", output=str(tmp_path / "p.json"))
    events = past(wallet, credential(wallet.index, badge), TITLES)
    said = [str(event.what) for event in events]
    assert sorted(event.at for event in events)[::-1] == [event.at for event in events]
    assert any(one.startswith("one of its type was shown to uni (did:key:") for one in said)
    assert any(one.startswith("Issue a credential about somebody") for one in said)
    assert "it came into the wallet" in said
    assert "its issuer dated it" in said


def test_what_was_deleted_has_no_dossier(wallet: Wallet, do: Does, badge: str) -> None:
    do("delete_credential", credential=badge)
    with pytest.raises(NoSuchEntry):
        dossier(wallet, badge)


def test_what_came_in_is_told_how_it_stands_to_the_wallet(
    wallet: Wallet, do: Does, badge: str
) -> None:
    entry = credential(wallet.index, badge).credential
    assert "in the wallet already" in str(reception(wallet, entry.raw).note)
    do("delete_credential", credential=badge, now=True)
    assert str(reception(wallet, entry.raw).note) == "it is about you"
    found = reception(wallet, _document().encode())
    assert "choose under which DID" in str(found.note)
    assert [name.split(" ")[0] for _, name in found.holders] == ["me", "uni"]
    bound = _document(credentialSubject={"id": "did:web:other.example", "seat": "1"})
    assert reception(wallet, bound.encode()).holders == ()
    assert "none of your DIDs" in str(reception(wallet, bound.encode()).note)
    ours = json.loads(bound) | {"issuer": entry.issuer}
    assert str(reception(wallet, json.dumps(ours).encode()).note) == "you issued it yourself"


def test_a_file_is_read_and_told_by_what_stands_in_it(tmp_path: Path) -> None:
    file = tmp_path / "a card.json"
    file.write_text(_document())
    for written in (str(file), f"'{file}'", f"file://{str(file).replace(' ', '%20')}"):
        found = incoming(written)
        assert (found.what.kind, found.path, found.given) == (What.CREDENTIAL, str(file), str(file))
    bare = tmp_path / "card"
    bare.write_text(_document())
    assert incoming(str(bare)).what.kind is What.CREDENTIAL


def test_a_pasted_document_is_given_on_as_it_is() -> None:
    found = incoming(f"\n {_document()} \n")
    assert (found.path, found.given) == (None, _document())


def test_several_files_and_folders_are_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.json").write_text("{}")
    assert incoming(str(tmp_path)).paths == (str(tmp_path),)
    assert len(incoming(f"{tmp_path}/a.json {tmp_path}/b.json").paths) == 2


def test_a_code_in_a_picture_is_read(tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    code = make(_document())
    side = code.columns
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(code.modules):
        for x, dark in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if dark else 255)
    file = tmp_path / "code.png"
    image.resize((side * 4, side * 4)).save(file)
    found = incoming(str(file))
    assert (found.what.kind, found.text, found.path) == (What.CREDENTIAL, _document(), None)


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="no text and no picture"):
        incoming(str(tmp_path / "noise.bin"))
    with pytest.raises(BadInput, match="there is no file"):
        incoming("./nowhere.json")


def test_the_document_of_a_stored_one_is_what_was_received(wallet: Wallet, badge: str) -> None:
    entry = credential(wallet.index, badge)
    assert json.loads(entry.credential.raw) == as_json(entry.credential)
