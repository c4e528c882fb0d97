"""Data Integrity EdDSA Cryptosuites 1.0, section 3.3: eddsa-jcs-2022."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

import rfc8785

from wallet.credentials.errors import InvalidCredential, ProofInvalid
from wallet.credentials.json_path import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.jsonld import Contexts


@dataclass(frozen=True, slots=True)
class EddsaJcs2022:
    """Ed25519 over the SHA-256 of canonical JSON: what is signed is what the document says."""

    name: ClassVar[str] = "eddsa-jcs-2022"
    algorithm: ClassVar[str] = "Ed25519"
    signature_size: ClassVar[int] = 64

    def options(self, document: Mapping[str, Any], options: Mapping[str, Any], /) -> dict[str, Any]:
        """3.3.1, step 2: the contexts of the document are copied into the proof."""
        contexts = {"@context": document["@context"]} if "@context" in document else {}
        return {**contexts, **options}

    def signing_bytes(
        self, document: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts, /
    ) -> bytes:
        """3.3.3 to 3.3.5: the hash of the options, then that of the document; 64 bytes."""
        del contexts  # JSON is signed as it stands, whatever its names mean.
        if "@context" in options:
            # 3.3.2, step 4: contexts may have been added after those that were signed.
            signed, present = _list(options["@context"]), _list(document.get("@context"))
            if present[: len(signed)] != signed:
                raise ProofInvalid("the proof was made for other contexts than the document's")
            document = {**document, "@context": options["@context"]}
        return _hash(options) + _hash(document)


def _hash(value: Mapping[str, Any]) -> bytes:
    try:
        return sha256(rfc8785.dumps(value)).digest()
    except rfc8785.CanonicalizationError as error:
        raise InvalidCredential(ROOT, f"has no canonical JSON: {error}") from error


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
