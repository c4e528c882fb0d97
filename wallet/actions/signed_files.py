"""JSON files that one of the wallet's DIDs signs and that are no credentials: bundles, trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.entries import dids, find
from wallet.errors import NoSuchEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.securing import Prepared
    from wallet.entries import OwnDID
    from wallet.wallet import Wallet


def own_signer(wallet: Wallet, reference: str | None) -> OwnDID:
    """A DID that is its own document: whoever reads the file needs nothing else to check it.

    Raises:
        NoSuchEntry: the wallet has none, or none of that name.
    """
    from wallet.credentials.signed_json import SIGNING_ALGORITHMS  # noqa: PLC0415 - as below

    held = [
        own
        for own in dids(wallet.vault)
        if own.did.method in {"key", "jwk", "peer"} and own.algorithm in SIGNING_ALGORITHMS
    ]
    if reference is not None:
        return find(held, reference, noun="DID")
    if not held:
        raise NoSuchEntry(
            "the wallet has no DID to sign a file with",
            hint="make one that is its own document: holdfast did create --method key",
        )
    return held[0]


def prepare_file(wallet: Wallet, signer: OwnDID, document: Mapping[str, Any]) -> Prepared:
    """The document as a file signed by `signer`; `finish` gives its bytes, which end in a line."""
    # Deferred: few commands sign such a file.
    from wallet.actions.securing import Prepared  # noqa: PLC0415
    from wallet.credentials.formats.data_integrity import attach  # noqa: PLC0415
    from wallet.credentials.signed_json import signing  # noqa: PLC0415
    from wallet.credentials.strict_json import write_json  # noqa: PLC0415

    key = wallet.registrars[signer.did.method].signing(signer)
    proposed = signing(
        document,
        signer=key.signer,
        verification_method=key.verification_method,
        created=wallet.clock(),
    )
    return Prepared(
        proposed.signing_bytes,
        f"Data Integrity {proposed.suite}, {key.verification_method}",
        lambda: write_json(attach(proposed, key.signer.sign(proposed.signing_bytes))) + b"\n",
    )
