"""VC Data Model 2.0, section 4.13: a presentation, not yet secured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.form import CREDENTIALS_V2
from wallet.credentials.model import Presentation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.credentials.model import Credential


def unsigned_presentation(
    *,
    holder: str,
    credentials: Sequence[Credential],
    id: str | None = None,  # noqa: A002 - the standard's word
) -> dict[str, Any]:
    """Credentials of VCDM 2.0 or 1.1, each as it was received, held out by `holder`, a DID.

    Raises:
        InvalidCredential: the presentation would be malformed.
    """
    document = {
        "@context": [CREDENTIALS_V2],
        **({} if id is None else {"id": id}),
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": [credential.document for credential in credentials],
    }
    Presentation.of(document)
    return document
