"""What a recovery phrase alone does not bring back; said wherever a phrase is shown or kept."""

from __future__ import annotations

from typing import Final

from wallet.messages import say

LIMITS: Final = say(
    "A recovery phrase alone brings back every key but imported ones. It does not bring back"
    " credentials, contacts, status lists, the journal, which DIDs there were and what they were"
    " called, the wallet's own chain with all DIDs of did:ethr on it, the logs of did:webvh,"
    " settings, trusted issuers or added contexts. A backup does."
)
