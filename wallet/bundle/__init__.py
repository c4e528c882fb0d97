"""An evidence bundle: what verifying a credential needed, in one file that needs no network.

It holds what servers said, byte for byte, what chains said, with the proofs that hang it on the
hash of a block, and contexts that a person added. DID documents are worked out of that anew by
whoever verifies; nothing in a bundle is a verdict.
"""

from __future__ import annotations

from wallet.bundle.document import Bundle, KeptBody
from wallet.bundle.recording import Recorder
from wallet.bundle.replaying import opened_bundle

__all__ = ["Bundle", "KeptBody", "Recorder", "opened_bundle"]
