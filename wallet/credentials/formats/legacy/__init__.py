"""VC Data Model 1.1 with the proofs of its time, by didkit: the format `vcdm1`.

Linked Data Proofs 1.0 (`kinds.PROOF_TYPES`). didkit judges the signature alone: not dates, not
status. It runs in a child process, and is asked after our own guards. To know whose proof it is
loads none of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from did.values import dataclass, field
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.formats.legacy.kinds import PROOF_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import VerificationMethod
    from wallet.credentials.formats.didkit_pipe import DidkitPipe
    from wallet.credentials.formats.legacy.making import (
        check_signer,
        issue,
        present,
        unsigned_credential,
        unsigned_presentation,
    )
    from wallet.credentials.formats.proof import Proof

__all__ = [
    "PROOF_TYPES",
    "Vcdm1",
    "check_signer",
    "issue",
    "present",
    "unsigned_credential",
    "unsigned_presentation",
]


@dataclass(frozen=True, slots=True)
class Vcdm1:
    """The format `vcdm1`: verifying what a did:key, did:jwk or did:pkh signed.

    `didkit` is the pipe to ask through, or None for the one that all share.
    """

    didkit: DidkitPipe | None = field(default=None, repr=False)
    contexts: Mapping[str, Mapping[str, Any]] = field(default=SHIPPED, repr=False)
    name: ClassVar[str] = "vcdm1"

    def secures(self, proof: Proof, /) -> bool:
        """Whether the proof is of a type in `PROOF_TYPES`."""
        return proof.type in PROOF_TYPES

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """As `Format.verify`, by our own guards and then by didkit."""
        # Deferred: the first such proof loads the JSON-LD engine and what starts a process.
        from wallet.credentials.formats.didkit_pipe import SHARED  # noqa: PLC0415
        from wallet.credentials.formats.legacy.verifying import verify  # noqa: PLC0415

        verify(document, proof, method, pipe=self.didkit or SHARED, contexts=self.contexts)


def __getattr__(name: str) -> Any:
    """What makes such credentials: loaded when it is first named."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from wallet.credentials.formats.legacy import making  # noqa: PLC0415 - see above

    return getattr(making, name)
