"""VC-JOSE-COSE 1.0, section 3.3: a credential or presentation that is signed in CBOR."""

from __future__ import annotations

from wallet.credentials.formats.vc_cose.envelope import enveloped_cose
from wallet.credentials.formats.vc_cose.opening import CoseProof, OpenedCose, open_cose
from wallet.credentials.formats.vc_cose.signing import CoseProposal, attach, proposal
from wallet.credentials.formats.vc_cose.verifying import Cose

__all__ = [
    "Cose",
    "CoseProof",
    "CoseProposal",
    "OpenedCose",
    "attach",
    "enveloped_cose",
    "open_cose",
    "proposal",
]
