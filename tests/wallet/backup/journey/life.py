"""A life with a wallet: DIDs of every method, credentials of every kind, and what goes with them.

Everything is asked for as a person would, by actions and commands. `ISSUING` and `RECEIVING` are
the kinds of credentials; a life of so many goes through them again and again.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from did.identifier import DID
from did.keys.secp256k1 import Secp256k1PublicKey, address
from did.methods.pkh import pkh_did
from tests.interop.credentials.mechanisms import (
    MECHANISMS,
    Mechanism,
    changed,
    credential,
    now,
    party,
)
from tests.wallet.backup.journey.doing import do
from tests.wallet.backup.journey.look import DIPLOMA, MEMBERSHIP
from wallet.actions.dids import FOREIGN, METHODS
from wallet.cli.main import main
from wallet.credentials.formats import jose, legacy
from wallet.credentials.strict_json import write_json
from wallet.vault.record import Kind
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.wallet.backup.journey.web import Web
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

ALGORITHMS: Final = ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")
_IMPORTED: Final = 7
"""Which of somebody's keys is another program's, and then the wallet's."""
STRANGER: Final = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
V1: Final = "https://www.w3.org/2018/credentials/v1"
V2: Final = "https://www.w3.org/ns/credentials/v2"
CLUB: Final = "https://club.example/v1"
CLUBS: Final = (
    b'{"@context": {"club": "https://club.example/club", "Club": "https://club.example/C"}}'
)

_DI, _JWT, _OLD, _OLD_JWT, _PARTED, _COSE = "di", "jwt", "vcdm1", "jwt-vc", "sd-jwt", "cose"
_WAYS: Final = {
    "Ed25519": (
        (_DI, None),
        (_DI, "eddsa-jcs-2022"),
        (_OLD, None),
        (_OLD, "Ed25519Signature2018"),
        (_OLD, "JsonWebSignature2020"),
        (_JWT, None),
        (_OLD_JWT, None),
        (_PARTED, None),
        (_COSE, None),
    ),
    "P-256": ((_DI, None), (_DI, "ecdsa-jcs-2019"), (_OLD, None), (_JWT, None), (_OLD_JWT, None)),
    "P-384": ((_DI, None), (_DI, "ecdsa-jcs-2019"), (_JWT, None), (_OLD_JWT, None)),
    "P-521": ((_JWT, None), (_OLD_JWT, None), (_PARTED, None), (_COSE, None)),
    "secp256k1": ((_JWT, None), (_OLD_JWT, None), (_OLD, None), (_PARTED, None)),
}
ISSUING: Final[tuple[tuple[str, str, str | None], ...]] = (
    *(
        (f"{method} {algorithm}", *way)
        for method in ("key", "jwk")
        for algorithm, ways in _WAYS.items()
        for way in ways
    ),
    ("key secp256k1", _OLD, "EthereumEip712Signature2021"),
    *(
        (name, format_, None)
        for name in ("peer 0", "peer 2", "peer 4", "rotated", "unpublished", "web", "webvh")
        for format_ in (_DI, _JWT)
    ),
    *(
        (f"imported {name}", format_, None)
        for name in ("Ed25519", "P-256")
        for format_ in (_DI, _OLD)
    ),
)
"""Which DID issues, in which format, by which suite."""

LISTED: Final = (
    ("revocation", _DI, None),
    ("revocation", _DI, "revoke_credential"),
    ("revocation", _OLD_JWT, "revoke_credential"),
    ("suspension", _DI, None),
    ("suspension", _DI, "suspend_credential"),
    ("token", _JWT, None),
    ("token", _JWT, "revoke_credential"),
    ("token", _JWT, "suspend_credential"),
    ("lost", _DI, None),
)
"""In which status list, in which format, and what becomes of it."""

RECEIVING: Final = (
    *MECHANISMS,
    *(Mechanism(f"vc+jwt {algorithm}", "vc+jwt", algorithm, "") for algorithm in ALGORITHMS),
    Mechanism("JWT VC ES384", "jwt-vc", "P-384", ""),
)
"""How others secure what they send: each as it is, changed on the way, and in an envelope."""

BY_ACCOUNT: Final = ("EthereumEip712Signature2021", "Eip712Signature2021")
"""What the holder of an account signs, for wallets of another kind: ours makes no such proof."""


@dataclass(slots=True)
class Life:
    """Who lives, and where."""

    wallet: Wallet
    web: Web
    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)
    fates: list[tuple[str, str, str]] = field(default_factory=list)
    """A credential, the status list that it is in, and the action that takes it back."""

    def do(self, name: str, /, **arguments: Any) -> Any:
        """An action."""
        return do(self.wallet, name, **arguments)

    def command(self, *words: str) -> None:
        """A command that opens no vault."""
        with contextlib.redirect_stdout(io.StringIO()):
            code = main([*words, "--home", str(self.wallet.home)])
        assert code == 0, words

    def published(self, name: str) -> str:
        """Where a file of that name is put on the web."""
        path = self.web.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return str(path)

    def file(self, data: bytes) -> str:
        """What somebody sent."""
        path = self.folder / f"received-{next(self.numbers)}"
        path.write_bytes(data)
        return str(path)


def lived(home: Path, passphrase: Secret, web: Web, folder: Path, size: int) -> None:
    """Live in the wallet of a folder, until it has `size` credentials, or one or two more."""
    (home / "config.toml").write_text("private_hosts = true  # my own server\n", encoding="utf-8")
    with open_wallet(home, passphrase, clock=lambda: now() - timedelta(days=30)) as wallet:
        _past(Life(wallet, web, folder))
    with open_wallet(home, passphrase) as wallet:
        life = Life(wallet, web, folder, itertools.count(1000))
        _identifiers(life)
        _surroundings(life)
        _lists(life)
        for kind in itertools.cycle(_kinds(life)):
            if wallet.vault.count(Kind.CREDENTIAL) >= size:
                break
            kind()
        _withdrawn(life)
        life.do("anchor_history", payer="rotated", output=str(folder / "receipts"))
        _rules(life)


_PAST: Final = ((_DI, None), (_DI, "eddsa-jcs-2022"), (_OLD, None), (_JWT, None), (_OLD_JWT, None))


def _past(life: Life) -> None:
    """What has expired by now."""
    for method, algorithm in itertools.product(("key", "jwk"), ALGORITHMS):
        life.do("create_did", method=method, name=f"{method} {algorithm}", algorithm=algorithm)
    until = (life.wallet.clock() + timedelta(days=7)).isoformat()
    for format_, suite in _PAST:
        _issue(life, "key Ed25519", format_, suite, type="Season Ticket", expires=until)


def _identifiers(life: Life) -> None:
    """A DID of every method that the wallet makes."""
    for variant in ("0", "2", "4"):
        more = {} if variant == "0" else {"endpoint": "https://mei.example"}
        life.do("create_did", method="peer", name=f"peer {variant}", variant=variant, **more)
    for method in ("pkh", *FOREIGN):
        life.do("create_did", method=method, name=method)
    for algorithm in ("Ed25519", "P-256"):
        jwk = life.file(json.dumps(party(algorithm, _IMPORTED).jwk()).encode())
        life.do("import_key", file=jwk, name=f"imported {algorithm}")
    for method, file in (("web", "did.json"), ("webvh", "did.jsonl")):
        output = life.published(f"{method}/{file}")
        address = f"{life.web.plain}/{method}"
        life.do("create_did", method=method, name=method, address=address, output=output)
        life.do("publish_did", did=method)
        life.do("add_service", did=method, endpoint="https://files.example", output=output)
        life.do("publish_did", did=method)
        _issue(life, method, _DI, None)  # by a key that stays in the document
        life.do("rotate_key", did=method, keep=True, output=output)
        life.do("publish_did", did=method)
    for name in ("rotated", "deactivated", "given away", "unpublished"):
        life.do("create_did", method="ethr", name=name)
    for name in ("rotated", "deactivated"):
        life.do("publish_did", did=name)
        _issue(life, name, _DI, None)  # by a key that will not be there any more
    life.do("rotate_key", did="rotated")
    life.do("add_service", did="rotated", endpoint="https://work.example")
    life.do("add_delegate", did="rotated", account=STRANGER)
    life.do("rotate_key", did="rotated", keep=True)
    life.do("deactivate_did", did="deactivated")
    life.do("transfer_did", did="given away", account=STRANGER)
    made = {row["method"] for row in life.do("list_dids").data["dids"]}
    assert made == {*METHODS, *FOREIGN}


def _surroundings(life: Life) -> None:
    """Contacts, whom to trust, contexts; and something that is shown to somebody."""
    for name in ("Mei 梅", "Acme", "Li"):
        life.do("add_contact", name=name, did=_stranger(name))
    for row in life.do("list_dids").data["dids"]:
        life.command("trust", "add", row["id"], "--name", row["name"])
    for algorithm in ("Ed25519", "P-256"):  # whoever else sends something is not trusted
        life.command("trust", "add", party(algorithm, 1).did, "--type", "NursingLicence")
    life.command("trust", "add", _account(), "--type", "Ticket")
    context = life.file(CLUBS)
    life.command("context", "add", context, "--url", CLUB)
    _issue(life, "key Ed25519", _DI, None, type=DIPLOMA)
    _issue(life, "key Ed25519", _DI, None, type=MEMBERSHIP, claim="level")
    life.do("present_credential", credential=MEMBERSHIP, verifier="Acme")


def _stranger(name: str) -> str:
    return str(DID.parse(f"did:web:{name.split(maxsplit=1)[0].lower()}.example"))


def _lists(life: Life) -> None:
    """Status lists, one of which never comes to its address."""
    for name, more in (
        ("revocation", {}),
        ("suspension", {"purpose": "suspension"}),
        ("token", {"kind": "token"}),
        ("lost", {}),
    ):
        lost = str(life.folder / "a list that nobody published")
        life.do(
            "create_status_list",
            name=name,
            url=f"https://{life.web.secure}/status/{name}",
            issuer="key Ed25519",
            output=lost if name == "lost" else life.published(f"status/{name}"),
            **more,
        )


def _kinds(life: Life) -> list[Callable[[], object]]:
    """Each makes one credential more."""
    return [
        *(lambda way=way: _issue(life, *way) for way in ISSUING),
        *(lambda one=one: _listed(life, *one) for one in LISTED),
        lambda: _signed(life, {"@context": [V2, CLUB], "type": ["VerifiableCredential", "Club"]}),
        lambda: _signed(life, {"@context": [V1, CLUB], "type": ["VerifiableCredential", "Club"]}),
        lambda: _proofs(life, chained=False),
        lambda: _proofs(life, chained=True),
        *(lambda one=one: _received(life, _sent(life, one)) for one in RECEIVING),
        *(lambda one=one: _received(life, changed(_sent(life, one))) for one in RECEIVING),
        *(lambda one=one: _received(life, _by_account(life, one)) for one in BY_ACCOUNT),
        lambda: _received(life, write_json(jose.enveloped(_sent(life, RECEIVING[-2])))),
    ]


def _issue(
    life: Life,
    issuer: str,
    format_: str,
    suite: str | None,
    *,
    type: str = "University Degree",  # noqa: A002 - the standard's word
    claim: str = "degree",
    **more: Any,
) -> str:
    chosen = {} if suite is None else {"suite": suite}
    made = life.do(
        "issue_credential",
        type=type,
        issuer=issuer,
        subject="key Ed25519",
        claims={claim: "BSc 理学士", "number": f"{next(life.numbers)}"},
        format=format_,
        **chosen,
        **more,
    ).made
    return str(made)


def _listed(life: Life, name: str, format_: str, fate: str | None) -> None:
    made = _issue(life, "key Ed25519", format_, None, type="Pass", status=[name])
    if fate is not None:
        life.fates.append((made, name, fate))


def _withdrawn(life: Life) -> None:
    """Take back what is to be; the file of each list is the one on the web."""
    for made, name, fate in life.fates:
        life.do(fate, credential=made, output=life.published(f"status/{name}"))


def _signed(life: Life, document: dict[str, Any]) -> str:
    whole = {
        **document,
        "credentialSubject": {"id": "did:example:mei", "club": f"chess {next(life.numbers)}"},
    }
    source = life.file(json.dumps(whole).encode())
    return str(life.do("sign_credential", source=source, issuer="key Ed25519").made)


def _proofs(life: Life, *, chained: bool) -> None:
    """A second proof beside the first, or one that builds on it."""
    document = {"@context": [V2, CLUB], "type": ["VerifiableCredential", "Club"]}
    first = _signed(life, document)
    shown = life.do("show_credential", credential=first).data["credential"]
    more = {"after": [shown["proof"]["id"]]} if chained else {"suite": "eddsa-jcs-2022"}
    life.do("sign_credential", source=first, **more)


def _received(life: Life, data: bytes) -> None:
    life.do("import_credential", source=life.file(data))


def _sent(life: Life, mechanism: Mechanism) -> bytes:
    identifier = UUID(int=next(life.numbers) + (1 << 64))
    return credential(mechanism, now(), id=f"urn:uuid:{identifier}")


def _account() -> str:
    """Who holds the account that sends tickets."""
    public = party("secp256k1", 1).key.public_key
    assert isinstance(public, Secp256k1PublicKey)
    return str(pkh_did(address(public), 1))


def _by_account(life: Life, proof_type: str) -> bytes:
    key = party("secp256k1", 1)
    unsigned = legacy.unsigned_credential(
        issuer=_account(),
        subject="did:example:mei",
        type="Ticket",
        claims={"seat": f"{next(life.numbers)}"},
        valid_from=now(),
        proof_type=proof_type,
    )
    return write_json(legacy.issue(unsigned, write_json(key.jwk()), proof_type=proof_type))


def _rules(life: Life) -> None:
    """What the wallet is not to do from now on."""
    life.do("add_policy", rule="never-disclose", claim="degree")
    life.do("add_policy", rule="only-to-contacts")
    life.do("add_policy", rule="once-per-verifier", types=[MEMBERSHIP])
    life.do("add_policy", rule="ask-above", limit="0")
    life.do("add_policy", rule="never-above", limit="0")
