"""A wallet that somebody has lived in for a while, the same to the last byte wherever it is made.

Its phrase is fixed, its clock stands where it is put, and what is drawn at random comes out of a
seed. `made` builds it; `Furnished` is what an app needs to open it.
"""

from __future__ import annotations

import hashlib
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.chain.sending.intents import Intent
from did.chain.sending.signed import SignedTransaction
from did.chain.sending.transaction import UnsignedTransaction, sign
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, proposed, run
from wallet.actions.journal import Asker
from wallet.actions.reading import reading
from wallet.entries import credentials, dids
from wallet.registrars.accounts import account_address
from wallet.settings import NodeSettings, use_chain, use_embedded
from wallet.vault.derivation import KeyPath
from wallet.vault.header import FLOOR
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

PASSPHRASE: Final = "correct horse battery staple"
PHRASE: Final = "legal winner thank year wave sausage worth useful legal winner thank yellow"
OTHERS: Final = "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"
"""The recovery phrase of those who issued what the wallet holds."""
BEGAN: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CHAIN_ID: Final = 4_207_849_484_337
OTHER_CHAIN: Final = 11_155_111
NOBODY: Final = "http://127.0.0.1:9/"
"""Where no node listens: the discard port."""


@dataclass
class Hands:
    """A clock that stands where it is put."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Drawn:
    """Random bytes that are always the same ones: SHAKE-256 over a seed and a count."""

    seed: bytes = b"furnished"
    asked: int = 0

    def __call__(self, count: int) -> bytes:
        self.asked += 1
        return hashlib.shake_256(self.seed + self.asked.to_bytes(8)).digest(count)


@dataclass(frozen=True)
class Furnished:
    """The wallet's folder, and what its session goes by."""

    home: Path
    clock: Hands = field(default_factory=Hands)
    draw: Drawn = field(default_factory=lambda: Drawn(b"session"))


@dataclass
class Owner:
    """Somebody with a wallet, who says yes to whatever they do."""

    wallet: Wallet
    hands: Hands

    def does(self, action: str, /, **arguments: Any) -> Result:
        self.hands.pass_(minutes=1)
        found = ACTIONS[action]
        if found.read is not None:
            return reading(self.wallet, found, arguments, asked=Asker.PERSON)
        proposal = proposed(self.wallet, found, arguments, asked=Asker.PERSON, can_type=True)
        yes = Answer(yes=True, by=By.DIALOG, typed=proposal.to_type)
        return run(self.wallet, proposal, decide(proposal, yes))

    def did(self, name: str) -> str:
        (found,) = (own.id for own in dids(self.wallet.vault) if own.name == name)
        return found

    def issues(self, type: str, subject: str, issuer: str, **arguments: Any) -> str:  # noqa: A002
        """Issues a credential; what it is called by in this wallet."""
        done = self.does("issue_credential", type=type, subject=subject, issuer=issuer, **arguments)
        assert done.made is not None
        return done.made

    def raw(self, credential: str) -> bytes:
        (found,) = (one for one in credentials(self.wallet.vault) if one.id == credential)
        return found.credential.raw


def made(folder: Path) -> Path:
    """Makes it in a folder; the wallet's own folder there."""
    hands = Hands(BEGAN)
    with (
        chdir(folder),  # the journal's digests cover the names of files
        _moved_in(Path("wallet"), PHRASE, hands, CHAIN_ID) as owner,
        _moved_in(Path("others"), OTHERS, hands, CHAIN_ID + 1) as others,
    ):
        _names(owner, others)
        _receives(owner, others)
        _issues(owner)
        _remembers(owner)
        _waits(owner)
    return folder / "wallet"


@contextmanager
def _moved_in(home: Path, phrase: str, hands: Hands, chain_id: int) -> Iterator[Owner]:
    wallet, _ = create_wallet(
        home,
        Secret(PASSPHRASE),
        phrase=RecoveryPhrase.parse(Secret(phrase)),
        kdf=FLOOR,
        chain_id=chain_id,
        clock=hands,
        draw=Drawn(home.name.encode()),
    )
    with wallet:
        yield Owner(wallet, hands)


def _names(owner: Owner, others: Owner) -> None:
    """Three DIDs, five contacts, one of whom is trusted."""
    owner.does("create_did", method="ethr", name="work")
    owner.does("publish_did", did="work")
    owner.does("create_did", method="key", name="private")
    owner.does("create_did", method="key", name="shop", algorithm="P-256")
    for name, method in (
        ("University of Coimbra", "key"),
        ("City Hall", "jwk"),
        ("李明", "key"),
        ("Bob", "key"),
        ("Café Nuvem", "peer"),
    ):
        others.does("create_did", method=method, name=name)
        owner.does("add_contact", name=name, did=others.did(name))
    owner.hands.pass_(days=3)
    owner.does("trust_issuer", did="University of Coimbra", types=["Degree"])
    owner.does("add_service", did="work", endpoint="https://hub.example/mei", type="Hub")


def _receives(owner: Owner, others: Owner) -> None:
    """What others say of the wallet's owner, in several formats."""
    hands, work, private = owner.hands, owner.did("work"), owner.did("private")
    university, city, ming = "University of Coimbra", "City Hall", "李明"
    received: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        (
            "Degree",
            work,
            university,
            {"claims": {"degree": "BSc Computer Science", "grade": "17", "honours": "yes"}},
        ),
        (
            "Student card",
            private,
            university,
            {"claims": {"number": "2026-0417"}, "expires": "2026-09-30", "format": "jwt"},
        ),
        (
            "Residence permit",
            private,
            city,
            {"claims": {"city": "Coimbra", "until": "2027"}, "expires": "2026-11-25"},
        ),
        ("Membership", work, ming, {"claims": {"俱乐部": "北京登山协会", "会员号": "00731"}}),
        (
            "Letter of recommendation",
            work,
            ming,
            {"claims": {"text": "She keeps her word."}, "format": "jwt-vc"},
        ),
        (
            "Parking ticket",
            private,
            "Bob",
            {"claims": {"note": "[bold]paid[/bold] \x1b[31mred\x1b[0m \u202egnp.txt"}},
        ),
        (
            "Loyalty card",
            private,
            "Café Nuvem",
            {"claims": {"coffees": "7"}, "suite": "eddsa-jcs-2022"},
        ),
    )
    kept = []
    for number, (type_, subject, issuer, more) in enumerate(received):
        hands.pass_(days=9)
        made_ = others.issues(type_, subject, issuer, **more)
        file = Path(f"received-{number}.json")
        file.write_bytes(others.raw(made_))
        kept.append(owner.does("import_credential", source=str(file)).made)
    degree, card, *_ = kept
    owner.does("rename_credential", credential=degree, name="My degree")
    owner.does("tag_credential", credential=degree, tags=["study", "important"])
    owner.does("tag_credential", credential=card, tags=["study"])


def _issues(owner: Owner) -> None:
    """What the owner says of others; one was revoked, and one is suspended."""
    hands = owner.hands
    hands.pass_(days=20)
    for name, purpose in (("passes", "revocation"), ("keys", "suspension")):
        url = f"https://mei.example/status/{name}"
        owner.does(
            "create_status_list",
            name=name,
            url=url,
            purpose=purpose,
            issuer="private",
            output=f"{name}.json",
        )
    owner.issues("Reference", "Bob", "work", claims={"since": "2019", "as": "an engineer"})
    for day, (subject, status) in enumerate((("李明", "passes"), ("Bob", "keys"))):
        hands.pass_(days=day + 1)
        owner.issues("Door pass", subject, "private", claims={"door": "3"}, status=[status])
    owner.issues("Voucher", "Café Nuvem", "shop", claims={"worth": "20 EUR"}, expires="2026-08-01")
    owner.issues("Workshop", "李明", "private", claims={"名称": "密码学入门"}, format="jwt")
    passes = [one for one in credentials(owner.wallet.vault) if "Door pass" in one.label]
    owner.does("revoke_credential", credential=passes[0].id, output="passes.json")
    owner.does("suspend_credential", credential=passes[1].id, output="keys.json")


def _remembers(owner: Owner) -> None:
    """Products, reminders, a template, a payment, and what was looked at."""
    hands = owner.hands
    hands.pass_(days=30)
    for name in ("Espresso machine 07", "青花瓷碗"):
        owner.does("add_product", name=name, signer="private")
        owner.does("record_event", product=name, event="made", place="Coimbra")
        hands.pass_(days=2)
    owner.does("record_event", product="Espresso machine 07", event="repaired: new seal")
    owner.does("set_reminder", about="renew the residence permit", when="2026-11-18T09:00:00+00:00")
    owner.does("set_reminder", about="call 李明", when="2026-12-01T18:00:00+00:00")
    owner.does("add_template", name="door", type="Door pass", claims=["door"], days=90)
    owner.does("send_payment", to=account_address(owner.wallet.vault, 9), amount="0.25")
    hands.pass_(days=5)
    owner.does("list_credentials")
    owner.does("show_did", did="work")
    owner.does("show_credential", credential="My degree")


def _waits(owner: Owner) -> None:
    """A payment that no node has taken yet, on a chain whose node does not answer."""
    wallet = owner.wallet
    hands = owner.hands
    hands.at = NOW - timedelta(hours=2)
    use_chain(wallet.home, OTHER_CHAIN, NodeSettings((NOBODY,), account_address(wallet.vault, 8)))
    use_embedded(wallet.home)
    to = account_address(wallet.vault, 7)
    unsigned = UnsignedTransaction(
        chain_id=OTHER_CHAIN,
        sender=account_address(wallet.vault, 0),
        to=to,
        nonce=0,
        gas=21_000,
        max_fee_per_gas=30 * 10**9,
        max_priority_fee_per_gas=10**9,
        value=5 * 10**16,
        data=b"",
    )
    raw = sign(unsigned, wallet.vault.digest_signer(KeyPath.ethr(0)))
    purpose = {"call": "payment", "to": to, "wei": str(5 * 10**16), "name": ""}
    signed = (SignedTransaction.parse(raw),)
    intent = Intent("5e" * 16, signed, purpose, created=hands.at)
    wallet.sending.outbox.store.put(intent)
