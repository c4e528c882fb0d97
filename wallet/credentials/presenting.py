"""VC Data Model 2.0, section 4.13, and 1.1, section 4.10: a presentation, not yet secured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.form import CREDENTIALS_V1, CREDENTIALS_V2
from wallet.credentials.model import Presentation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def unsigned_presentation(
    *,
    holder: str,
    credentials: Sequence[Mapping[str, Any] | str],
    id: str | None = None,  # noqa: A002 - the standard's word
) -> dict[str, Any]:
    """Credentials of VCDM 2.0 or 1.1, each as it was received, held out by `holder`, a DID.

    One that is a JWT stands in an envelope (4.13.1 Enveloped Verifiable Credentials).

    Raises:
        InvalidCredential: the presentation would be malformed.
    """
    return _presentation(CREDENTIALS_V2, holder, credentials, id)


def older_presentation(
    *,
    holder: str,
    credentials: Sequence[Mapping[str, Any] | str],
    id: str | None = None,  # noqa: A002 - the standard's word
) -> dict[str, Any]:
    """Credentials of VCDM 1.1, of which one that is a JWT is its text, held out by `holder`.

    Raises:
        InvalidCredential: the presentation would be malformed.
    """
    return _presentation(CREDENTIALS_V1, holder, credentials, id)


def _presentation(
    context: str,
    holder: str,
    credentials: Sequence[Mapping[str, Any] | str],
    id_: str | None,
) -> dict[str, Any]:
    document = {
        "@context": [context],
        **({} if id_ is None else {"id": id_}),
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": list(credentials),
    }
    Presentation.of(document)
    return document
