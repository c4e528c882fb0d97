"""A wallet with some of everything, backed up and restored: the same verdicts, the same keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.identifier import DID
from wallet.actions.dids import METHODS
from wallet.backup.comparing import ChainStands
from wallet.credentials.contexts.added import AddedContexts
from wallet.entries import credentials, dids
from wallet.judging import Asked, Judge
from wallet.pending import PendingPlan, PlannedStep, keep
from wallet.sources import CONTEXTS_FOLDER
from wallet.trust import Trusted, add, trusted
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

WAYS = [
    ("Ed25519", None, None),
    ("Ed25519", None, "eddsa-jcs-2022"),
    ("P-256", None, None),
    ("P-256", "di", "ecdsa-jcs-2019"),
    ("Ed25519", "jwt", None),
    ("P-256", "jwt", None),
    ("secp256k1", None, None),
    ("Ed25519", "jwt-vc", None),
    ("secp256k1", "jwt-vc", None),
    ("Ed25519", "vcdm1", None),
    ("Ed25519", "vcdm1", "Ed25519Signature2018"),
    ("P-256", "vcdm1", None),
    ("secp256k1", "vcdm1", "EthereumEip712Signature2021"),
]
OPTIONS: dict[str, dict[str, str]] = {
    "web": {"address": "a.example"},
    "webvh": {"address": "a.example"},
    "peer": {"numalgo": "2", "endpoint": "https://a.example"},
}
CONTEXT = b'{"@context": {"club": "https://club.example/club"}}'


def verdicts(wallet: Wallet) -> dict[str, str]:
    with Judge(Asked(wallet.home), clock=wallet.clock) as judge:
        return {
            stored.id: judge(stored.credential.raw).verdict.value
            for stored in credentials(wallet.vault)
        }


def signed(wallet: Wallet) -> dict[str, tuple[str, bytes]]:
    """Who signs for each DID, and a signature where it is always the same."""
    found = {}
    for own in dids(wallet.vault):
        if own.did.method == "pkh":  # it names an account, and signs no documents
            continue
        key = wallet.registrars[own.did.method].signing(own)
        signature = key.signer.sign(b"what is signed")
        key.signer.public_key.verify(signature, b"what is signed")
        fixed = signature if key.signer.public_key.algorithm == "Ed25519" else b""
        found[own.id] = (key.verification_method, fixed)
    return found


def purse(do: Does) -> str:
    """Another account."""
    made = do("create_did", name="purse").made
    assert made is not None
    return made


@pytest.fixture
def everything(wallet: Wallet, do: Does, tmp_path: Path, monkeypatch: Any) -> Wallet:
    monkeypatch.chdir(tmp_path)
    for method in METHODS:
        do("create_did", method=method, name=f"my {method}", **OPTIONS.get(method, {}))
    do("publish_did", did="my ethr")
    do("rotate_key", did="my ethr")
    do("add_service", did="my ethr", endpoint="https://work.example")
    do("rotate_key", did="my ethr")
    for algorithm in ("Ed25519", "P-256", "secp256k1"):
        do("create_did", method="key", name=algorithm, algorithm=algorithm)
    for number, (algorithm, format_, suite) in enumerate(WAYS):
        chosen = {"format": format_, "suite": suite}
        do(
            "issue_credential",
            type=f"Degree {number}",
            issuer=algorithm,
            subject="Ed25519",
            claims={"degree": "BSc 理学士"},
            **{name: value for name, value in chosen.items() if value is not None},
        )
    do("issue_credential", type="Pass", issuer="my ethr", subject="Ed25519", claims={"n": "1"})
    do("add_contact", name="Mei 梅", did=str(DID.parse("did:web:mei.example")))
    do("create_status_list", name="list", url="https://a.example/1", issuer="Ed25519")
    do("send_payment", to="my ethr", amount="0.5", **{"from": purse(do)})
    do("set_reminder", about="renew", when="2090-01-01")
    do("add_product", name="kettle", signer="Ed25519")
    do("record_event", product="kettle", event="sold", place="Rotterdam")
    do("anchor_product", product="kettle")
    do("set_memory", about="alias", words=["the pot", "kettle"])
    waits = PendingPlan("ab" * 32, (PlannedStep("lock"),), ["Lock", [], []], wallet.clock(), b"s")
    keep(wallet.vault, waits)
    add(wallet.home, Trusted(dids(wallet.vault)[0].id, (), "school"))
    AddedContexts(wallet.home / CONTEXTS_FOLDER).add(CONTEXT, "https://club.example/v1")
    return wallet


def test_everything_is_there_again_and_judged_alike_and_signs(
    everything: Wallet, backups: Any, tmp_path: Path
) -> None:
    before, keys = verdicts(everything), signed(everything)
    assert len(before) == len(WAYS) + 1
    assert len(keys) == len(METHODS) + 3
    file = backups.write(everything)
    compared = backups.compare(file, everything)
    assert compared.is_complete, compared
    backups.restore(file, tmp_path / "again")
    with backups.open(tmp_path / "again") as again:
        assert verdicts(again) == before
        assert signed(again) == keys
        assert (
            again.vault.all(Kind.STATUS_LIST)[0].body
            == everything.vault.all(Kind.STATUS_LIST)[0].body
        )
        for kind in (Kind.PAYMENT, Kind.REMINDER, Kind.PRODUCT, Kind.MEMORY, Kind.PENDING):
            (kept,), (had,) = again.vault.all(kind), everything.vault.all(kind)
            assert kept.body == had.body
        assert trusted(again.home) == trusted(everything.home)
        own = AddedContexts(again.home / CONTEXTS_FOLDER)
        assert own.read(own.listed()[0]) == {"club": "https://club.example/club"}
        chain = backups.compare(file, again).chain
        assert chain is ChainStands.SAME
        # The life goes on: another change of the DID on the chain, another credential.
        ethr = next(entry for entry in dids(again.vault) if entry.did.method == "ethr")
        assert again.resolver.resolve(ethr.did).require().service
