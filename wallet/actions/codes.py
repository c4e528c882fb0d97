"""QR codes of what is the person's: a DID, a credential, a file, or any text."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.credentials.errors import CredentialError
from wallet.credentials.strict_json import read_json, write_json
from wallet.entries import contacts, credential, dids, find
from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.files import read_file
from wallet.messages import say
from wallet.qr import make

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.messages import Message
    from wallet.wallet import Wallet


def show(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """A QR code of an entry of the wallet, or of what needs no wallet (`drawn`)."""
    if "entry" not in arguments:
        return drawn(arguments)
    if "text" in arguments or "file" in arguments:
        raise BadInput("name one thing to make a QR code of")
    return _drawn(*code_of(wallet, arguments["entry"]), arguments)


def drawn(arguments: Mapping[str, Any]) -> Result:
    """A QR code of a text, or of what is in a file.

    Raises:
        BadInput: it is neither or both, or too long.
    """
    match arguments.get("text"), arguments.get("file"):
        case str(text), None:
            return _drawn(text, say("a QR code of the text"), arguments)
        case None, str(name):
            data = read_file(name)
            return _drawn(compact(data), say("a QR code of {file}", file=name), arguments)
        case _:
            raise BadInput(
                "name one thing to make a QR code of", hint="an entry, or --text, or --file"
            )


def code_of(wallet: Wallet, reference: str) -> tuple[str, Message]:
    """The text for an entry's QR code, and what it is: a DID, or a credential as it is sent.

    Raises:
        NoSuchEntry, Ambiguous: the wallet has no such entry, or several.
    """
    looks: tuple[Callable[[], tuple[str, Message]], ...] = (
        lambda: _did(find(dids(wallet.vault), reference, noun="DID").id),
        lambda: _did(str(find(contacts(wallet.vault), reference, noun="contact").did)),
        lambda: _credential(wallet, reference),
    )
    found: dict[str, Message] = {}
    for look in looks:
        with suppress(NoSuchEntry):
            text, title = look()
            found.setdefault(text, title)
    if not found:
        raise NoSuchEntry(
            f"the wallet has nothing called {reference!r:.100}",
            hint="a DID or a credential of yours, or a contact; any text: --text",
        )
    if len(found) > 1:
        raise Ambiguous(f"several entries are called {reference!r}", hint="name one by its id")
    return found.popitem()


def _did(did: str) -> tuple[str, Message]:
    return did, say("a QR code of {did}", did=did)


def _credential(wallet: Wallet, reference: str) -> tuple[str, Message]:
    entry = credential(wallet.index, reference)
    return compact(entry.credential.raw), say("a QR code of {name}", name=entry.label)


def compact(data: bytes) -> str:
    """A document without the white space of JSON, which no proof is about; a token as it is.

    Raises:
        BadInput: it is no text.
    """
    with suppress(CredentialError):
        return write_json(read_json(data)).decode()
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        raise BadInput("what is no text cannot stand in a QR code") from None


def _drawn(text: str, title: Message, arguments: Mapping[str, Any]) -> Result:
    code = make(text)
    return Result(
        title,
        data={
            "text": text,
            "version": code.version,
            "error_correction": code.error,
            "columns": code.columns,
            "rows": code.rows,
        },
        drawing=code.lines(light=bool(arguments.get("light"))),
    )


SHOW_QR: Final = Action(
    name="show_qr",
    verb=("qr", "show"),
    help="Show a DID, a contact, a credential, a file or a text as a QR code",
    example="holdfast qr show work",
    parameters=(
        Parameter("entry", Kind.TEXT, "a DID, a contact or a credential, by its id or name"),
        Parameter("text", Kind.TEXT, "this text", flag="--text"),
        Parameter("file", Kind.PATH, "what is in this file, such as a request", flag="--file"),
        Parameter("light", Kind.FLAG, "for dark letters on a light ground", flag="--light"),
    ),
    read=show,
    planned=False,
)
