"""`holdfast export wallet|keys|document` and `import-wallet`: forms that other programs read."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.encoding import to_jwk
from did.errors import DIDError
from wallet.actions.backing_up import passphrase_in
from wallet.actions.consent import Answer, By, decide, run, unanswered
from wallet.actions.journal import Asker
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result
from wallet.backup.universal_wallet import (
    CONTEXT,
    content_of,
    credentials_in,
    lock_wallet,
    unlock_wallet,
)
from wallet.cli import render, terminal
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.entries import StoredCredential, contacts, credentials, dids, find
from wallet.errors import BadInput
from wallet.files import at_home, read_file, write_new
from wallet.hardening import harden
from wallet.messages import say
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from wallet.cli.options import Options
    from wallet.credentials.model import Credential
    from wallet.entries import OwnDID
    from wallet.wallet import Wallet

SENTENCE: Final = "write my private keys to a file in plain text"
_LARGEST_WALLET: Final = 64 << 20


def _configure_wallet(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the file to write")
    _add_password(parser)
    parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-file", metavar="FILE", help="its first line is the password")


def _password(parsed: argparse.Namespace, *, confirm: bool) -> Secret:
    harden()
    if parsed.password_file is not None:
        return passphrase_in(parsed.password_file)
    typed = terminal.ask_secret("Password of the file: ")
    if confirm and terminal.ask_secret("Once more: ") != typed:
        raise BadInput("the two passwords differ")
    if not typed:
        raise BadInput("the password is empty")
    return Secret(typed)


def _wallet(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """Credentials, contacts and the documents of DIDs, locked; no private key."""
    password = _password(parsed, confirm=True)
    with options.open_wallet() as wallet:
        held, known = credentials(wallet.vault), contacts(wallet.vault)
        documents = [one for own in dids(wallet.vault) if (one := _resolved(wallet, own))]
        contents = [
            *(content_of(one.credential.raw) for one in held),
            *(
                {"@context": [CONTEXT], "id": str(one.did), "type": "Person", "name": one.name}
                for one in known
            ),
            *documents,
        ]
        facts = (
            (say("Credentials"), str(len(held))),
            (say("Contacts"), str(len(known))),
            (say("DID documents"), str(len(documents))),
        )
        locked = lock_wallet(contents, password, wallet.clock())
        data = json.dumps(locked, ensure_ascii=False).encode() + b"\n"
        statement = Statement(
            say("Write a Universal Wallet 2020 for another program"),
            (*facts, (say("Saved as"), parsed.file)),
            (
                say("its form locks it less well than a backup: give it a long password"),
                say("no private key is in it"),
            ),
        )
        proposal = Proposal(
            "export_wallet", statement, data, _writing(parsed.file, data, "exported the wallet")
        )
        return _done(wallet, proposal, parsed, options)


def _resolved(wallet: Wallet, own: OwnDID) -> Mapping[str, Any] | None:
    """The document of a DID with its name; None where it cannot be had now."""
    try:
        document = wallet.resolver.resolve(own.did).require()
    except DIDError:
        return None
    return {
        "@context": [CONTEXT],
        "id": own.id,
        "type": ["DIDResolutionResponse"],
        "name": own.name,
        "didDocument": dict(document.raw),
        "didDocumentMetadata": {},
        "didResolutionMetadata": {},
    }


def _configure_keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the file to write")
    parser.add_argument("--did", metavar="DID", help="of this DID alone")
    parser.add_argument(
        "--private",
        action="store_true",
        help="the private keys, too, after a sentence that is typed on the terminal",
    )


def _keys(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """A JWK set (RFC 7517, section 5): who has the private ones signs as their DIDs."""
    with options.open_wallet() as wallet:
        own = dids(wallet.vault)
        if parsed.did is not None:
            own = (find(own, parsed.did, noun="DID"),)
        known = [(one, kid) for one in own if (kid := _kid(wallet, one)) is not None]
        if not known:
            raise BadInput("there is no key that could be exported")
        statement = Statement(
            say("Write private keys to a file, in plain text")
            if parsed.private
            else say("Write public keys to a file"),
            (
                *((say("Key"), kid) for _, kid in known),
                (say("Saved as"), parsed.file),
            ),
            (say("whoever reads the file signs in your name, for good"),) if parsed.private else (),
        )

        def perform() -> Result:
            keys = [{"kid": kid, **_jwk(wallet, one, parsed.private)} for one, kid in known]
            data = json.dumps({"keys": keys}, indent=2).encode() + b"\n"
            return _writing(parsed.file, data, "exported the keys")()

        binding = json.dumps([parsed.private, [kid for _, kid in known]]).encode()
        proposal = Proposal("export_keys", statement, binding, perform)
        if not parsed.private:
            return _shown(run(wallet, proposal, decide(proposal, _YES)), options)
        lines = list(render.statement_lines(statement, options.language))
        answer = _asked(
            wallet, proposal, partial(terminal.ask_sentence, lines, SENTENCE, options.language)
        )
        return _shown(run(wallet, proposal, decide(proposal, answer)), options)


_YES: Final = Answer(yes=True, by=By.PROMPT)


def _kid(wallet: Wallet, own: OwnDID) -> str | None:
    try:
        return wallet.registrars[own.did.method].signing(own).verification_method
    except BadInput:  # it names an account, whose key is not given out
        return None


def _jwk(wallet: Wallet, own: OwnDID, private: bool) -> dict[str, Any]:  # noqa: FBT001
    registrar = wallet.registrars[own.did.method]
    if not private:
        return dict(to_jwk(registrar.signing(own).signer.public_key))
    with registrar.unsafe_jwk(own) as jwk:
        return dict(json.loads(jwk))


def _configure_document(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("did", metavar="DID", help="one of yours, by DID or name")
    parser.add_argument("file", metavar="FILE", nargs="?", default="did.json", help="did.json")


def _document(parsed: argparse.Namespace, options: Options) -> ExitCode:
    with options.open_wallet() as wallet:
        own = find(dids(wallet.vault), parsed.did, noun="DID")
        document = wallet.resolver.resolve(own.did).require()
        data = json.dumps(dict(document.raw), indent=2, ensure_ascii=False).encode() + b"\n"
        return _shown(_writing(parsed.file, data, "exported the DID's document")(), options)


def _configure_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a locked Universal Wallet 2020")
    _add_password(parser)
    parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")


def _import(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """The credentials of another program's wallet; its private keys are left where they are."""
    data = read_file(parsed.file, limit=_LARGEST_WALLET)
    contents = unlock_wallet(data, _password(parsed, confirm=False))
    found, others = credentials_in(contents)
    with options.open_wallet() as wallet:
        own = {one.id for one in dids(wallet.vault)}
        stored = [StoredCredential.made(one, name="", role=_role(one, own)) for one in found]
        fresh = [one for one in stored if not _has(wallet, one.id)]

        def perform() -> Result:
            with wallet.vault.transaction():
                for one in fresh:
                    wallet.vault.put(Kind.CREDENTIAL, one.body(), id=one.id)
            return Result(
                say("stored credentials: {count}", count=len(fresh)),
                data={"stored": [one.id for one in fresh], "left_out": others},
                next=say("holdfast verify says what they are worth"),
            )

        statement = Statement(
            say("Store the credentials of a Universal Wallet 2020"),
            (
                *((say("Type"), f"{one.type}, {one.credential.issuer}") for one in fresh[:50]),
                (say("New"), str(len(fresh))),
                (say("Known already"), str(len(stored) - len(fresh))),
                (say("Left out"), str(others)),
            ),
            (say("none was verified; keys and other things are not taken over"),),
        )
        proposal = Proposal("import_wallet", statement, data, perform)
        return _done(wallet, proposal, parsed, options)


def _role(credential: Credential, own: set[str]) -> str:
    issued = credential.issuer in own and not own & set(credential.subjects)
    return "issued" if issued else "held"


def _has(wallet: Wallet, id_: str) -> bool:
    try:
        wallet.vault.get(Kind.CREDENTIAL, id_)
    except RecordNotFound:
        return False
    return True


def _writing(name: str, data: bytes, done: str) -> Callable[[], Result]:
    def perform() -> Result:
        saved = write_new(at_home(Path(name)), data)
        return Result(say(done), data={"file": str(saved)}, made=str(saved), saved=saved)

    return perform


def _done(
    wallet: Wallet, proposal: Proposal, parsed: argparse.Namespace, options: Options
) -> ExitCode:
    lines = list(render.statement_lines(proposal.statement, options.language))
    if parsed.yes:
        for line in () if options.quiet else lines:
            note(line)
        answer = Answer(yes=True, by=By.FLAG)
    else:
        answer = _asked(wallet, proposal, partial(terminal.ask_consent, lines, options.language))
    return _shown(run(wallet, proposal, decide(proposal, answer)), options)


def _asked(wallet: Wallet, proposal: Proposal, ask: Callable[[], bool]) -> Answer:
    """The answer on the terminal; that nobody gave one is written down."""
    try:
        return Answer(yes=ask(), by=By.PROMPT)
    except BaseException as error:
        unanswered(wallet, proposal, asked=Asker.PERSON, error=error)
        raise


def _shown(result: Result, options: Options) -> ExitCode:
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


IMPORT = Command(
    help="store the credentials of another program's Universal Wallet 2020",
    example="holdfast import-wallet wallet.json",
    configure=_configure_import,
    run=_import,
)
COMMANDS: Final[Mapping[tuple[str, ...], Command]] = MappingProxyType(
    {
        ("export", "wallet"): Command(
            help="write credentials, contacts and DID documents as a locked Universal Wallet 2020",
            example="holdfast export wallet wallet.json",
            configure=_configure_wallet,
            run=_wallet,
        ),
        ("export", "keys"): Command(
            help="write the public keys of your DIDs as a JWK set; the private ones if you insist",
            example="holdfast export keys keys.json",
            configure=_configure_keys,
            run=_keys,
        ),
        ("export", "document"): Command(
            help="write the document of one of your DIDs as did.json",
            example="holdfast export document work did.json",
            configure=_configure_document,
            run=_document,
        ),
    }
)
