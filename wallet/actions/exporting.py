"""`holdfast export …` and `import-wallet`: what is yours, in forms that other programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.encoding import to_jwk
from did.errors import DIDError
from wallet.actions.backing_up import passphrase_in
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.entries import StoredCredential, contacts, dids, each_credential, find, has_credential
from wallet.errors import BadInput
from wallet.files import at_home, read_file, write_new
from wallet.messages import say
from wallet.registrars.document_keys import signs_alone
from wallet.vault.record import Kind as Sort

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.credentials.model import Credential
    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.registrars.registrar import BbsKey, SigningKey
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

SENTENCE: Final = "write my private keys to a file in plain text"
_LARGEST_WALLET: Final = 64 << 20
_LISTED: Final = 50
_INDEXED: Final = 256


def export_wallet(
    wallet: Wallet, arguments: Mapping[str, Any], *, ask: Callable[[], Secret] | None = None
) -> Proposal:
    """Credentials, contacts and the documents of DIDs, locked with a password; no private key.

    `ask` gets the password where no file of it is named.
    """
    # Deferred: few commands need this form.
    from wallet.backup.universal_wallet import CONTEXT, content_of, lock_wallet  # noqa: PLC0415

    target = _free(arguments["file"])
    password = _password(arguments, ask)
    held = [content_of(one.credential) for one in each_credential(wallet.vault)]
    known = contacts(wallet.vault)
    documents = [one for own in dids(wallet.vault) if (one := _resolved(wallet, own, CONTEXT))]
    contents = [
        *held,
        *(
            {"@context": [CONTEXT], "id": str(one.did), "type": "Person", "name": one.name}
            for one in known
        ),
        *documents,
    ]
    locked = lock_wallet(contents, password, wallet.clock())
    data = json.dumps(locked, ensure_ascii=False).encode() + b"\n"
    statement = Statement(
        say("Write a Universal Wallet 2020 for another program"),
        (
            (say("Credentials"), str(len(held))),
            (say("Contacts"), str(len(known))),
            (say("DID documents"), str(len(documents))),
            (say("Saved as"), str(target)),
        ),
        (
            say("its form locks it less well than a backup: give it a long password"),
            say("no private key is in it"),
        ),
    )
    return Proposal(
        "export_wallet", statement, data, _writing(target, data, say("exported the wallet"))
    )


def _resolved(wallet: Wallet, own: OwnDID, context: str) -> Mapping[str, Any] | None:
    """The document of a DID with its name; None where it cannot be had now."""
    try:
        document = wallet.resolver.resolve(own.did).require()
    except DIDError:
        return None
    return {
        "@context": [context],
        "id": own.id,
        "type": ["DIDResolutionResponse"],
        "name": own.name,
        "didDocument": document.to_json(),
        "didDocumentMetadata": {},
        "didResolutionMetadata": {},
    }


def export_keys(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A JWK set (RFC 7517, section 5): who has the private ones signs as their DIDs."""
    target, private = _free(arguments["file"]), bool(arguments.get("private"))
    own = dids(wallet.vault)
    if "did" in arguments:
        own = (find(own, arguments["did"], noun="DID"),)
    known = [(one, kid) for one in own if (kid := _kid(wallet, one)) is not None]
    if not known:
        raise BadInput("there is no key that could be exported")

    def perform() -> Result:
        keys = [{"kid": kid, **_jwk(wallet, one, private=private)} for one, kid in known]
        data = json.dumps({"keys": keys}, indent=2).encode() + b"\n"
        return _writing(target, data, say("exported the keys"))()

    statement = Statement(
        say("Write private keys to a file, in plain text")
        if private
        else say("Write public keys to a file"),
        (*((say("Key"), kid) for _, kid in known), (say("Saved as"), str(target))),
        (say("whoever reads the file signs in your name, for good"),) if private else (),
    )
    binding = json.dumps([str(target), private, [kid for _, kid in known]]).encode()
    to_type = SENTENCE if private else None
    return Proposal("export_keys", statement, binding, perform, to_type=to_type)


def _kid(wallet: Wallet, own: OwnDID) -> str | None:
    try:
        return _key(wallet, own).verification_method
    except BadInput:  # it names an account, whose key is not given out
        return None


def _key(wallet: Wallet, own: OwnDID) -> SigningKey | BbsKey:
    registrar = wallet.registrars[own.did.method]
    return registrar.signing(own) if signs_alone(own) else registrar.bbs_signing(own)


def _jwk(wallet: Wallet, own: OwnDID, *, private: bool) -> dict[str, Any]:
    if not private:
        return dict(to_jwk(_key(wallet, own).signer.public_key))
    with wallet.registrars[own.did.method].unsafe_jwk(own) as jwk:
        return dict(json.loads(jwk))


def export_document(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The document of one of the wallet's DIDs as it is resolved now."""
    target = _free(arguments.get("file", "did.json"))
    own = find(dids(wallet.vault), arguments["did"], noun="DID")
    document = wallet.resolver.resolve(own.did).require()
    data = json.dumps(document.to_json(), indent=2, ensure_ascii=False).encode() + b"\n"
    statement = Statement(
        say("Write the document of a DID to a file"),
        ((say("DID"), own.described), (say("Saved as"), str(target))),
    )
    done = _writing(target, data, say("exported the DID's document"))
    return Proposal("export_document", statement, data, done)


def import_wallet(
    wallet: Wallet, arguments: Mapping[str, Any], *, ask: Callable[[], Secret] | None = None
) -> Proposal:
    """The credentials of another program's wallet; its private keys are left where they are.

    `ask` gets the password where no file of it is named.
    """
    # Deferred: as above.
    from wallet.backup.universal_wallet import credentials_in, unlock_wallet  # noqa: PLC0415

    data = read_file(arguments["file"], limit=_LARGEST_WALLET)
    found, others = credentials_in(unlock_wallet(data, _password(arguments, ask)))
    own = {one.id for one in dids(wallet.vault)}

    def entry(one: Credential) -> StoredCredential:
        return StoredCredential.made(wallet.vault, one, name="", role=_role(one, own))

    stored = [entry(one) for one in found]
    fresh = [one for one in stored if not has_credential(wallet.vault, one.id)]

    def perform() -> Result:
        ids = []
        with wallet.vault.transaction():
            for one in fresh:
                new = entry(one.credential)  # once more: one before it may have got its id
                wallet.vault.put(Sort.CREDENTIAL, new.body(), id=new.id)
                ids.append(new.id)
        if len(fresh) >= _INDEXED:  # so that nobody has to wait for it who searches first
            wallet.index.refresh()
        return Result(
            say("stored credentials: {count}", count=len(fresh)),
            data={"stored": ids, "left_out": others},
            next=say("holdfast verify says what they are worth"),
        )

    statement = Statement(
        say("Store the credentials of a Universal Wallet 2020"),
        (
            *((say("Type"), f"{one.type}, {one.credential.issuer}") for one in fresh[:_LISTED]),
            (say("New"), str(len(fresh))),
            (say("Known already"), str(len(stored) - len(fresh))),
            (say("Left out"), str(others)),
        ),
        (say("none was verified; keys and other things are not taken over"),),
    )
    return Proposal("import_wallet", statement, data, perform)


def _role(credential: Credential, own: set[str]) -> str:
    issued = credential.issuer in own and not own & set(credential.subjects)
    return "issued" if issued else "held"


def _password(arguments: Mapping[str, Any], ask: Callable[[], Secret] | None) -> Secret:
    if "password_file" in arguments:
        return passphrase_in(arguments["password_file"])
    if ask is None:
        raise BadInput("the file has a password", hint="name a file with it")
    return ask()


def _free(name: str) -> Path:
    target = at_home(Path(name))
    if target.exists():
        raise BadInput(f"{str(target)!r} exists already", hint="choose another name")
    return target


def _writing(target: Path, data: bytes, done: Message) -> Callable[[], Result]:
    def perform() -> Result:
        saved = write_new(target, data)
        return Result(done, data={"file": str(saved)}, made=str(saved), saved=saved)

    return perform


_PASSWORD: Final = Parameter(
    "password_file",
    Kind.PATH,
    "its first line is the password",
    flag="--password-file",
    planned=False,
)

EXPORT_WALLET: Final = Action(
    name="export_wallet",
    verb=("export", "wallet"),
    help="Write credentials, contacts and DID documents as a locked Universal Wallet 2020",
    example="holdfast export wallet wallet.json",
    parameters=(Parameter("file", Kind.PATH, "the file to write", required=True), _PASSWORD),
    propose=export_wallet,
    planned=False,
)

EXPORT_KEYS: Final = Action(
    name="export_keys",
    verb=("export", "keys"),
    help="Write the public keys of your DIDs as a JWK set; the private ones if you insist",
    example="holdfast export keys keys.json",
    parameters=(
        Parameter("file", Kind.PATH, "the file to write", required=True),
        Parameter("did", Kind.DID, "of this DID alone", flag="--did"),
        Parameter(
            "private",
            Kind.FLAG,
            "the private keys, too, after a sentence that is typed on the terminal",
            flag="--private",
        ),
    ),
    propose=export_keys,
    planned=False,
)

EXPORT_DOCUMENT: Final = Action(
    name="export_document",
    verb=("export", "document"),
    help="Write the document of one of your DIDs as did.json",
    example="holdfast export document work did.json",
    parameters=(
        Parameter("did", Kind.DID, "one of yours, by DID or name", required=True),
        Parameter("file", Kind.PATH, "the file to write; did.json if not named"),
    ),
    propose=export_document,
    planned=False,
)

IMPORT_WALLET: Final = Action(
    name="import_wallet",
    verb=("import-wallet",),
    help="Store the credentials of another program's Universal Wallet 2020",
    example="holdfast import-wallet wallet.json",
    parameters=(
        Parameter("file", Kind.PATH, "a locked Universal Wallet 2020", required=True),
        _PASSWORD,
    ),
    propose=import_wallet,
    planned=False,
)
