"""Gathering evidence of an identity from a chain that can be asked: `gathered`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from did.chain.evidence.errors import EvidenceLacks, InvalidEvidence
from did.chain.evidence.evidence import EthrEvidence
from did.chain.evidence.fetching import Fetched, fetch, fetch_all, fetch_proof, fetch_receipts
from did.chain.evidence.form import MAX_RECEIPTS
from did.chain.evidence.layout import SOLIDITY, VYPER, layout_of, require_counting
from did.chain.evidence.linking import Way
from did.chain.evidence.parts import EvidenceBlock
from did.chain.evidence.tries import StateProof, read_account
from did.chain.hexadecimal import quantity, read_address
from did.chain.refusal import RequestRefused
from did.chain.registry import history
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.evidence.accepted import BlockName

_HINT: Final = "ask a node that answers eth_getProof and keeps the receipts of old blocks"


class _Whatever:
    """Accepts every block: what the chain told is checked against itself alone."""

    def accepts(self, _block: BlockName, /) -> bool:
        return True


def gathered(chain: Chain, identity: bytes, *, at_block: int | None = None) -> EthrEvidence:
    """Evidence of the identity, 20 bytes, as of the block `at_block`, or the chain's last one.

    A block that is young may be given up by its chain, and the evidence is then worth nothing. An
    old one needs a node that keeps the states of old blocks. What was gathered is checked.

    Raises:
        EvidenceLacks: the chain does not give all of it; `evidence` of the error has the rest.
        NotFound: the chain has no block of that number yet.
        ChainError, Unreachable: the chain contradicts itself, or gave no answer.
    """
    require_counting(chain.chain_id, chain.registry)
    head = fetch(chain, "latest" if at_block is None else quantity(at_block))
    parts = _Parts(chain, identity, head)
    evidence = parts.evidence()
    if parts.refusals:
        part, why = next(iter(parts.refusals.items()))
        raise EvidenceLacks(f"the chain does not give {part}: {why}", hint=_HINT, evidence=evidence)
    evidence.check(_Whatever(), registry=chain.registry)
    return evidence


@dataclass(slots=True)
class _Parts:
    """What is being gathered, and what the chain refused, by the name of the part."""

    chain: Chain
    identity: bytes
    head: Fetched
    refusals: dict[str, str] = field(default_factory=dict)

    def evidence(self) -> EthrEvidence:
        """All that the chain gives."""
        last = self.head.header.number
        changes = history(self.chain, self.identity)
        numbers = sorted({one.block for one in changes if one.block <= last}, reverse=True)
        state = self._state()
        blocks = self._blocks(numbers)
        receipts = fetch_receipts(self.chain, blocks)
        for block in blocks:
            self._look_at(block, receipts)
        newest = [] if blocks and blocks[0].header.number == last else [self.head]
        way = Way.through(self.chain, [*newest, *blocks])
        return EthrEvidence(
            chain_id=self.chain.chain_id,
            registry=checksummed(read_address(self.chain.registry)),
            identity=self.identity,
            state=state,
            blocks=tuple(
                EvidenceBlock(one.encoded, receipts.get(number), way.pasts.get(number))
                for one in way.blocks
                for number in (one.header.number,)
            ),
            lacking=tuple(self.refusals),
        )

    def _state(self) -> StateProof | None:
        """The way to the word that names the last change, for the registry that there is."""
        address, at = read_address(self.chain.registry), self.head.header
        layouts = (VYPER, SOLIDITY)
        slots = [layout.slot(self.identity) for layout in layouts]
        try:
            proofs = fetch_proof(self.chain, address, slots, at.number)
        except RequestRefused as error:
            self.refusals["state"] = str(error)
            return None
        account = read_account(at.state_root, address, proofs[0].account)
        layout = layout_of(self.chain.chain_id, self.chain.registry, account)
        return proofs[layouts.index(layout.places)]

    def _blocks(self, numbers: list[int]) -> list[Fetched]:
        found = fetch_all(self.chain, numbers)
        for number in numbers:
            if number not in found:
                self.refusals[f"header of block {number}"] = "it does not have it"
        return [found[number] for number in numbers if number in found]

    def _look_at(self, block: Fetched, receipts: dict[int, tuple[bytes, ...]]) -> None:
        number = block.header.number
        if number not in receipts:
            self.refusals[f"receipts of block {number}"] = "it does not have them"
        elif len(receipts[number]) > MAX_RECEIPTS:
            raise InvalidEvidence(f"block {number} has more than {MAX_RECEIPTS} receipts")
