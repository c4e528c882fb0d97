"""All that can be seen of a wallet, as JSON: to be compared with what is seen of another."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from did.chain.embedded.transcript import export_chain
from did.errors import DIDError
from did.frozen import thaw
from tests.wallet.backup.journey.doing import do
from wallet.credentials.contexts.added import AddedContexts
from wallet.entries import dids
from wallet.errors import WalletError
from wallet.sources import CONTEXTS_FOLDER
from wallet.trust import trusted
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet

SIGNED: Final = b"what is signed"
OWN: Final = frozenset({Kind.JOURNAL, Kind.SETTING, Kind.SEARCH, Kind.KEY})
"""What a wallet writes of itself, and goes on with when it is only looked at; and keys of other
programs, which each wallet seals for itself."""
DIPLOMA: Final = "Diploma"
MEMBERSHIP: Final = "Membership"
REFUSED: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "a claim that is never disclosed": (
        "present_credential",
        {"credential": DIPLOMA, "verifier": "Acme"},
    ),
    "to a stranger": (
        "present_credential",
        {"credential": MEMBERSHIP, "verifier": "did:web:stranger.example"},
    ),
    "once more to the same": (
        "present_credential",
        {"credential": MEMBERSHIP, "verifier": "Acme"},
    ),
    "what costs": ("publish_did", {"did": "unpublished"}),
}


def looked(wallet: Wallet, head: Path) -> dict[str, Any]:
    """Everything; `head` is a head of its journal that was anchored."""
    return {
        "records": _records(wallet),
        "imported keys": sorted(record.id for record in wallet.vault.all(Kind.KEY)),
        "documents": {own.id: _document(wallet, own.id) for own in dids(wallet.vault)},
        "signatures": {own.id: _signature(wallet, own) for own in dids(wallet.vault)},
        "dids": do(wallet, "list_dids").data["dids"],
        "lists": do(wallet, "list_status_lists").data,
        "chain": _chain(wallet),
        "trust": [one.to_json() for one in trusted(wallet.home)],
        "contexts": _contexts(wallet.home),
        "settings": (wallet.home / "config.toml").read_text(encoding="utf-8"),
        "rules": do(wallet, "list_policies").data,
        "journal": _journal(wallet, head),
    }


def refusals(wallet: Wallet) -> dict[str, str]:
    """What is said where something is asked for that a rule forbids."""
    return {
        what: str(_answer(lambda one=one: do(wallet, one[0], **one[1]).data))
        for what, one in REFUSED.items()
    }


def gone_on(wallet: Wallet, head: Path) -> dict[str, Any]:
    """A life goes on: the journal, the chain, and what they say afterwards."""
    do(wallet, "add_contact", name="Chen", did="did:web:chen.example")
    ids = [row["id"] for row in do(wallet, "list_policies").data["policies"][-2:]]
    for id_ in ids:
        do(wallet, "remove_policy", policy=id_)
    do(wallet, "publish_did", did="unpublished")
    issued = do(
        wallet,
        "issue_credential",
        type="Pass",
        issuer="rotated",
        subject="Chen",
        claims={"level": "1"},
    )
    return {
        "journal": _journal(wallet, head),
        "verdict": do(wallet, "verify_credential", credential=issued.made).data["verdict"],
        "chain": _chain(wallet),
    }


def _records(wallet: Wallet) -> dict[str, list[Any]]:
    """Each by its kind and id: its version, when it was made, and a digest of what it says."""
    found: dict[str, list[Any]] = {}
    for place, record in enumerate(one for one in wallet.vault.each() if one.kind not in OWN):
        text = json.dumps(record.body, sort_keys=True).encode()
        found[f"{record.kind} {record.id}"] = [
            place,
            record.version,
            record.created.isoformat(),
            hashlib.sha256(text).hexdigest(),
        ]
    return found


def _document(wallet: Wallet, did: str) -> Any:
    resolution = wallet.resolver.resolve(did, noCache=True)
    found = resolution.document
    told = str(resolution.error) if found is None else found.to_json()
    return [told, thaw(resolution.document_metadata)]


def _signature(wallet: Wallet, own: Any) -> Any:
    """By which method it signs; and the signature, where it is always the same."""

    def sign() -> list[Any]:
        key = wallet.registrars[own.did.method].signing(own)
        signature = key.signer.sign(SIGNED)
        public = key.signer.public_key
        holds = public.verify(signature, SIGNED)
        fixed = signature.hex() if public.algorithm == "Ed25519" else None
        return [key.verification_method, public.algorithm, holds, fixed]

    return _answer(sign)


def _chain(wallet: Wallet) -> dict[str, Any]:
    embedded = wallet.chains.embedded()
    assert embedded is not None
    lines = list(export_chain(embedded))
    return {
        "blocks": embedded.request("eth_blockNumber"),
        "sha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
    }


def _contexts(home: Path) -> list[Any]:
    added = AddedContexts(home / CONTEXTS_FOLDER)
    return [[one.url, one.sha256, added.read(one)] for one in added.listed()]


def _journal(wallet: Wallet, head: Path) -> Any:
    """What verifying it says; it is the same journal where the head is still in it."""
    return _answer(lambda: do(wallet, "verify_history", head=str(head)).data)


def _answer(ask: Any) -> Any:
    """What is answered, or what is said instead."""
    try:
        return ask()
    except (WalletError, DIDError) as error:
        return f"{type(error).__name__}: {error}"
