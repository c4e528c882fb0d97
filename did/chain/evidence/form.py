"""Evidence as JSON, written and strictly read: each member known, each list bounded, hex checked.

Type `EthrEvidence`, version 1:

    {"type": "EthrEvidence", "version": 1, "chain": "eip155:…", "registry": "0x…",
     "identity": "0x…", "state": {"accountProof": […], "storageProof": […]},
     "blocks": [{"header": "0x…", "receipts": ["0x…"], "past": {"block": 7, "accountProof": […],
     "storageProof": […]}}]}

`state` is null where the chain gave none; `lacking`, a list of what it did not give, is then there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from did.chain.evidence.ancestry import Past
from did.chain.evidence.errors import InvalidEvidence
from did.chain.evidence.parts import EvidenceBlock
from did.chain.evidence.tries import StateProof
from did.chain.hexadecimal import data, read_address, read_data
from did.errors import ChainError, quoted
from did.keys.secp256k1 import checksummed
from did.strict_json import MAX_INTEGER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.chain.evidence.evidence import EthrEvidence

MAX_SIZE: Final = 48 << 20
"""The longest evidence read, in bytes. A change on a chain of one's own takes three thousand."""

MAX_BLOCKS: Final = 32_768
"""The most blocks in it."""

MAX_RECEIPTS: Final = 8_192
"""The most receipts of one block: a full block of Ethereum has about two thousand at most."""

MAX_NODES: Final = 72
"""The most nodes on a way through a trie: a key has 64 digits of four bits."""

_TYPE: Final = "EthrEvidence"
_VERSION: Final = 1
_CHAIN: Final = re.compile(r"eip155:([1-9][0-9]{0,18})")  # CAIP-2; ids are below 2^63 (EIP-2294)
_LACKING: Final = re.compile(r"state|(?:header|receipts) of block [0-9]{1,19}")
_PROOF: Final = frozenset({"accountProof", "storageProof"})
_MEMBERS: Final = frozenset({"type", "version", "chain", "registry", "identity", "state", "blocks"})


def form_of(evidence: EthrEvidence) -> dict[str, Any]:
    """The JSON object that the evidence is."""
    form = {
        "type": _TYPE,
        "version": _VERSION,
        "chain": f"eip155:{evidence.chain_id}",
        "registry": evidence.registry,
        "identity": data(evidence.identity),
        "state": None if evidence.state is None else _proof_form(evidence.state),
        "blocks": [_block_form(block) for block in evidence.blocks],
    }
    return {**form, "lacking": list(evidence.lacking)} if evidence.lacking else form


def fields_of(form: Any) -> dict[str, Any]:
    """The fields of the evidence that a JSON object is. Raises `InvalidEvidence`."""
    members = _members(form, _MEMBERS, optional=frozenset({"lacking"}))
    if (members["type"], members["version"]) != (_TYPE, _VERSION):
        raise InvalidEvidence(f"it is no {_TYPE} of version {_VERSION}")
    state = members["state"]
    blocks = _listed(members["blocks"], "blocks", MAX_BLOCKS)
    try:
        return {
            "chain_id": _chain_id(members["chain"]),
            "registry": checksummed(read_address(members["registry"], "the registry")),
            "identity": read_address(members["identity"], "the identity"),
            "state": None if state is None else _proof(_members(state, _PROOF)),
            "blocks": tuple(_block(block) for block in blocks),
            "lacking": tuple(
                _lacking(one) for one in _listed(members.get("lacking", []), "lacking", MAX_BLOCKS)
            ),
        }
    except InvalidEvidence:
        raise
    except ChainError as error:
        raise InvalidEvidence(f"the evidence cannot be read: {error}") from error


def _proof_form(proof: StateProof) -> dict[str, Any]:
    return {
        "accountProof": [data(node) for node in proof.account],
        "storageProof": [data(node) for node in proof.storage],
    }


def _block_form(block: EvidenceBlock) -> dict[str, Any]:
    form: dict[str, Any] = {"header": data(block.header)}
    if block.receipts is not None:
        form["receipts"] = [data(receipt) for receipt in block.receipts]
    if block.past is not None:
        form["past"] = {"block": block.past.block, **_proof_form(block.past.proof)}
    return form


def _block(form: Any) -> EvidenceBlock:
    members = _members(form, frozenset({"header"}), optional=frozenset({"receipts", "past"}))
    receipts, past = members.get("receipts"), members.get("past")
    return EvidenceBlock(
        read_data(members["header"], "a header"),
        None if receipts is None else _hexadecimal(receipts, "receipts", MAX_RECEIPTS),
        None if past is None else _past(past),
    )


def _past(form: Any) -> Past:
    members = _members(form, _PROOF | {"block"})
    number = members["block"]
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MAX_INTEGER:
        raise InvalidEvidence("the evidence has a 'block' that is not a number")
    return Past(number, _proof(members))


def _proof(members: Mapping[str, Any]) -> StateProof:
    account, storage = (
        _hexadecimal(members[name], name, MAX_NODES) for name in ("accountProof", "storageProof")
    )
    return StateProof(account, storage)


def _chain_id(value: Any) -> int:
    if not isinstance(value, str) or not (match := _CHAIN.fullmatch(value)):
        raise InvalidEvidence(f"the chain is not named by CAIP-2 as eip155:…: {quoted(str(value))}")
    return int(match[1])


def _lacking(value: Any) -> str:
    if not isinstance(value, str) or not _LACKING.fullmatch(value):
        raise InvalidEvidence("the evidence lacks something that it does not name")
    return value


def _members(
    form: Any, names: frozenset[str], *, optional: frozenset[str] = frozenset()
) -> Mapping[str, Any]:
    if not isinstance(form, dict):
        raise InvalidEvidence("the evidence has something else where an object should be")
    if missing := names - form.keys():
        raise InvalidEvidence(f"the evidence has no {min(missing)!r}")
    if unknown := form.keys() - names - optional:
        raise InvalidEvidence(
            f"the evidence has a member that is not known: {quoted(str(next(iter(unknown))))}"
        )
    return form


def _hexadecimal(value: Any, name: str, most: int) -> tuple[bytes, ...]:
    return tuple(read_data(item, name) for item in _listed(value, name, most))


def _listed(value: Any, name: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidEvidence(f"the evidence's {name!r} is not a list")
    if len(value) > most:
        raise InvalidEvidence(f"the evidence's {name!r} has more than {most} entries")
    return value
