"""`holdfast did import`: a private key of another program, and the DID that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.backing_up import passphrase_in
from wallet.actions.dids import check_name
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.entries import NO_NUMBER, OwnDID, dids
from wallet.errors import BadInput
from wallet.files import read_secret
from wallet.messages import say
from wallet.registrars.fixed import NAMED
from wallet.vault.key_file import is_encrypted, read_key
from wallet.vault.record import Kind as RecordKind
from wallet.vault.sealed_key import write_private_jwk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.messages import Message
    from wallet.vault.sealed_key import SealedKey
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

METHODS: Final = tuple(NAMED)


def import_key(
    wallet: Wallet, arguments: Mapping[str, Any], *, ask: Callable[[], Secret] | None = None
) -> Proposal:
    """The key in a file, sealed at once; `ask` gets the password of one that is encrypted.

    Raises:
        BadInput: the file holds no key that signs here, or the wallet has its DID already.
    """
    held, name = dids(wallet.vault), arguments.get("name", "").strip()
    check_name(name, held)
    file = arguments["file"]
    key, encrypted = _sealed(wallet, arguments, ask)
    method = arguments.get("method", METHODS[0])
    did = NAMED[method](key.public_key)
    own = OwnDID(did, name, NO_NUMBER, algorithm=key.algorithm, imported=key.name)
    _refuse_twice(own, held)
    same = {named(key.public_key) for named in NAMED.values()}
    others = tuple(other.described for other in held if other.did in same)

    def perform() -> Result:
        with wallet.vault.transaction():
            _refuse_twice(own, dids(wallet.vault))
            if key.name not in {record.id for record in wallet.vault.all(RecordKind.KEY)}:
                wallet.vault.put(RecordKind.KEY, key.body(), id=key.name)
            wallet.vault.put(RecordKind.DID, own.body(), id=own.id)
        return Result(
            say("imported {did}", did=own.label),
            data={"did": own.id, "name": name, "method": method, "file": file},
            facts=((say("DID"), own.id), (say("Key"), key.algorithm)),
            made=own.id,
            next=_still_there(file, encrypted=encrypted),
        )

    statement = Statement(
        say("Import a private key, and keep the did:{method} that it is", method=method),
        facts=(
            *(((say("Name"), name),) if name else ()),
            (say("DID"), own.id),
            (say("Key"), key.algorithm),
            (say("Out of"), file),
        ),
        warnings=(
            say("the recovery phrase does not bring this key back: only a backup does"),
            say("whoever else has the key can sign with this DID, too"),
            *(say("the wallet has the same key as {did}", did=other) for other in others),
        ),
    )
    return Proposal("import_key", statement, own.id.encode(), perform)


def _sealed(
    wallet: Wallet, arguments: Mapping[str, Any], ask: Callable[[], Secret] | None
) -> tuple[SealedKey, bool]:
    """The key, and whether it was encrypted. From here on nobody but its keeper can use it."""
    data, password_file = read_secret(arguments["file"]), arguments.get("password_file")
    encrypted, password = is_encrypted(data), None
    if encrypted and password_file is not None:
        password = passphrase_in(password_file)
    elif encrypted and ask is not None:
        password = ask()
    elif encrypted:
        raise BadInput("the PEM is encrypted", hint="--password-file FILE holds its password")
    key = read_key(data, password, kid=arguments.get("kid"))
    return wallet.vault.seal_key(write_private_jwk(key)), encrypted


def _still_there(file: str, *, encrypted: bool) -> Message:
    if encrypted:
        return say(
            "{file} still holds the private key, under its password: make a backup of the wallet,"
            " and then delete it",
            file=file,
        )
    return say(
        "{file} still holds the private key, which whoever reads it can use: make a backup of the"
        " wallet, and then delete it",
        file=file,
    )


def _refuse_twice(own: OwnDID, held: tuple[OwnDID, ...]) -> None:
    for other in held:
        if other.did == own.did:
            raise BadInput(f"the wallet has that key already: it is {other.described}")


IMPORT_KEY: Final = Action(
    name="import_key",
    verb=("did", "import"),
    help="Import a private key of another program, and keep the DID that it is",
    example="holdfast did import key.pem --name office",
    parameters=(
        Parameter("file", Kind.PATH, "a private JWK, or PKCS#8 in PEM", required=True),
        Parameter("name", Kind.TEXT, "what you call the DID", flag="--name", planned=False),
        Parameter(
            "kid", Kind.TEXT, "which key of a JWK set, by its kid", flag="--kid", planned=False
        ),
        Parameter(
            "method",
            Kind.CHOICE,
            "the DID method; key if not named",
            choices=METHODS,
            flag="--method",
            planned=False,
        ),
        Parameter(
            "password_file",
            Kind.PATH,
            "its first line is the password of an encrypted PEM",
            flag="--password-file",
            planned=False,
        ),
    ),
    propose=import_key,
    planned=False,
)
