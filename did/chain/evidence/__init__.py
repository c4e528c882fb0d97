"""What a registry says of an identity, shown to who has no chain at hand: `EthrEvidence`.

Shown by hashing alone, given the hashes of the blocks in `EthrEvidence.roots`:

- which block the registry named, at the newest block, as that of the identity's last change, or
  that there was none: nodes of the state's and the storage's tries (EIP-1186);
- all changes of that block, and of each that a first change of a block names: all receipts of the
  block make its receipts' root, so that none was left out, added or altered (ERC-1056, 4.3.1);
- that older blocks are ancestors of the newest: hashes of parents, or those that chains keep in
  their state since Prague (EIP-2935). Which older block that is not shown for is a root itself.

On somebody's word rest: that the roots are blocks of the chain of that id, and stay so (whoever
accepts their hashes); that the registry's address is the chain's, and its code keeps what ERC-1056
says (`layout`, settings); that the rules of the chain made the blocks (its validators, or the owner
of an embedded chain). Nothing is said of what came after the newest block: a key may have been
taken back since. How old that is, `Proven.timestamp` says.
"""

from __future__ import annotations

from did.chain.evidence.accepted import AcceptedBlocks, AcceptedHash, BlockHashes, BlockName
from did.chain.evidence.checking import Proven
from did.chain.evidence.errors import EvidenceLacks, InvalidEvidence, NotAccepted
from did.chain.evidence.evidence import EthrEvidence
from did.chain.evidence.gathering import gathered

__all__ = [
    "AcceptedBlocks",
    "AcceptedHash",
    "BlockHashes",
    "BlockName",
    "EthrEvidence",
    "EvidenceLacks",
    "InvalidEvidence",
    "NotAccepted",
    "Proven",
    "gathered",
]
