"""Data Integrity 1.0, section 2.1: the end of a proof is called `expires`, and nothing else.

Its IRI ends in `expiration`, and the contexts `security/v1` and `v2` call it so. A suite that signs
what names mean signs either alike: whoever holds the document could rename it, and it would be
looked for in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import ProofInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHER_NAME: Final = "expiration"


def check_end_named(proof: Mapping[str, Any]) -> None:
    """Return where a proof has no end under another name.

    Raises:
        ProofInvalid: it has.
    """
    if _OTHER_NAME in proof:
        raise ProofInvalid(f"the proof calls its end {_OTHER_NAME!r}, where nobody looks for it")
