"""What a verifier's request asks for, and which of the wallet's credentials answers it best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.actions.disclosing import chosen
from wallet.entries import name_of, names
from wallet.errors import NoSuchEntry, WalletError
from wallet.exchange.request_file import PresentationRequest
from wallet.files import read_file
from wallet.messages import say

if TYPE_CHECKING:
    from wallet.messages import Message
    from wallet.wallet import Wallet


def advice(wallet: Wallet, path: str) -> tuple[Message, ...]:
    """Who asks for what in a file, and what answers it and shows least; nothing of no request."""
    try:
        request = PresentationRequest.parse(read_file(path))
    except WalletError:
        return ()
    asked = say(
        "{verifier} asks for {type}: {claims}",
        verifier=name_of(str(request.verifier), names(wallet.vault)),
        type=request.credential_type,
        claims=", ".join(request.claims) or say("all of its claims"),
    )
    try:
        best = chosen(wallet, request)
    except NoSuchEntry:
        return asked, say("none of your credentials in force answers that")
    return asked, say("{name} ({id}) answers it and shows least", name=best.label, id=best.id)
