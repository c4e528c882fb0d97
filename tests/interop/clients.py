"""ethers and cast on a chain of ours: what they read and write is compared with what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.chain import balance
from did.chain.hexadecimal import read_quantity
from did.chain.registry import changed, identity_owner
from did.keys.secp256k1 import checksummed
from tests.interop.lives import FRIENDS, Person
from tests.interop.packages import CannotRun, Missing, Packages

if TYPE_CHECKING:
    from did.chain import Chain

READ: Final = Person("owners in turn")
"""Whose account and DID are read: others owned it, and it owns itself again."""

PAYER: Final = FRIENDS["Dee"]
"""Whose key ethers and cast have. No life of hers has sent anything."""

TO: Final = Person("somebody who is paid").address


@dataclass(slots=True)
class Used:
    """What the tools said, beside what is so. `dids` are what they wrote, by a name."""

    rows: list[tuple[str, str, Any, Any]] = field(default_factory=list)
    dids: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def compare(self, tool: str, said: dict[str, Any], so: dict[str, Any]) -> None:
        """What the tool said of each thing, and what is so."""
        for name in {**so, **said}:
            self.rows.append((tool, name, said.get(name), so.get(name)))

    @property
    def differing(self) -> list[tuple[str, str, Any, Any]]:
        """Where the two differ."""
        return [row for row in self.rows if row[2] != row[3]]


def use(chain: Chain, url: str, packages: Packages) -> Used:
    """Has ethers and cast use the chain that is served at `url`."""
    used = Used()
    _ethers(chain, url, packages, used)
    try:
        _cast(chain, url, packages, used)
    except Missing as error:
        used.skipped.append(str(error))
    except CannotRun as error:
        used.compare("cast", {"all of it": str(error)}, {"all of it": "runs"})
    return used


def _facts(chain: Chain) -> dict[str, str]:
    """What there is to be read, from the chain itself."""
    block = chain.request("eth_getBlockByNumber", ["latest", False])
    logs = chain.request("eth_getLogs", [{"address": chain.registry, "fromBlock": "0x0"}])
    places = [(log["blockNumber"], log["logIndex"]) for log in logs]
    return {
        "chain id": str(chain.chain_id),
        "last block": str(read_quantity(block["number"])),
        "its hash": block["hash"],
        "its time": str(read_quantity(block["timestamp"])),
        "balance": str(balance(chain, READ.address)),
        "nonce": str(_number(chain, "eth_getTransactionCount", READ.address, "latest")),
        "the registry's code": chain.request("eth_getCode", [chain.registry, "latest"]),
        "price of gas": str(_number(chain, "eth_gasPrice")),
        "the registry's logs": " ".join(f"{int(b, 16)}/{int(i, 16)}" for b, i in places),
        "last change of a DID": str(changed(chain, READ.raw)),
        "owner of a DID": checksummed(identity_owner(chain, READ.raw)),
    }


def _ethers(chain: Chain, url: str, packages: Packages, used: Used) -> None:
    facts = _facts(chain)
    question = {
        "url": url,
        "chainId": chain.chain_id,
        "registry": chain.registry,
        "account": READ.address,
        "secret": f"0x{PAYER.secret.hex()}",
        "to": TO,
    }
    answer = packages.node(Path(__file__).with_name("client.mjs"), question)
    used.compare("ethers reads", answer["read"], facts)
    used.compare(
        "ethers sends",
        {**answer["sent"], "receipts": _receipts(chain, answer["hashes"])},
        {
            "paid": str(balance(chain, TO)),
            "types": "2 0",
            "with a wrong chain id": "refused",
            "with a nonce once more": "refused",
            "receipts": "0x1 0x1",
        },
    )
    used.compare(
        "ethr-did-registry's ABI",
        answer["registry"],
        {
            "delegate is valid": True,
            "other role is valid": False,
            "event's delegate": TO,
            "event's kind": "veriKey",
            "owner": PAYER.address,
            "by another account": "bad_actor",
            "signed by nobody": "bad_signature",
            "once deactivated": "deactivated",
        },
    )
    used.compare(
        "EthrDidController",
        answer["controller"],
        {"the same signature again": "bad_signature", "owner": PAYER.address, "nonce": "3"},
    )
    used.dids = answer["dids"]


def _cast(chain: Chain, url: str, packages: Packages, used: Used) -> None:
    def cast(*arguments: str) -> str:
        return packages.cast(url, *arguments)

    facts = _facts(chain)
    registry = chain.registry
    logs = json.loads(cast("logs", "--address", registry, "--from-block", "0", "--json"))
    said = {
        "chain id": cast("chain-id"),
        "last block": cast("block-number"),
        "its hash": cast("block", "latest", "--field", "hash"),
        "its time": cast("block", "latest", "--field", "timestamp"),
        "balance": cast("balance", READ.address),
        "nonce": cast("nonce", READ.address),
        "the registry's code": cast("code", registry),
        "price of gas": cast("gas-price"),
        "the registry's logs": " ".join(
            f"{int(log['blockNumber'], 16)}/{int(log['logIndex'], 16)}" for log in logs
        ),
        # Large numbers are followed by the same in short.
        "last change of a DID": cast(
            "call", registry, "changed(address)(uint256)", READ.address
        ).partition(" ")[0],
        "owner of a DID": cast("call", registry, "identityOwner(address)(address)", READ.address),
    }
    used.compare("cast reads", said, facts)
    before = balance(chain, TO)
    key = ("--private-key", f"0x{PAYER.secret.hex()}")
    sent = json.loads(cast("send", TO, "--value", "7", *key, "--json"))
    used.compare(
        "cast sends",
        {"status": sent["status"], "paid": balance(chain, TO) - before},
        {"status": "0x1", "paid": 7},
    )


def _receipts(chain: Chain, hashes: list[str]) -> str:
    receipts = [chain.request("eth_getTransactionReceipt", [name]) for name in hashes]
    return " ".join(receipt["status"] for receipt in receipts)


def _number(chain: Chain, method: str, *params: Any) -> int:
    return read_quantity(chain.request(method, params))
