"""The suites that sign what a document says: eddsa-jcs-2022 and ecdsa-jcs-2019.

Data Integrity EdDSA Cryptosuites 1.0, section 3.3; Data Integrity ECDSA Cryptosuites 1.0, 3.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from did.values import dataclass
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats.data_integrity.canonical_json import canonical_json
from wallet.credentials.formats.data_integrity.suites.keys import KEY_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.jsonld import Contexts


@dataclass(frozen=True, slots=True)
class Jcs:
    """A signature over the hashes of canonical JSON, whatever its names mean."""

    name: str
    algorithms: tuple[str, ...]
    contexts: ClassVar[tuple[str, ...]] = ()

    def options(self, document: Mapping[str, Any], options: Mapping[str, Any], /) -> dict[str, Any]:
        """3.3.1, step 2: the contexts of the document are copied into the proof."""
        copied = {"@context": document["@context"]} if "@context" in document else {}
        return {**copied, "type": "DataIntegrityProof", "cryptosuite": self.name, **options}

    def signing_bytes(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        contexts: Contexts,
        algorithm: str | None = None,
        /,
    ) -> bytes:
        """3.3.3 to 3.3.5: the hash of the options, then that of the document."""
        del contexts  # JSON is signed as it stands.
        kind = KEY_KINDS[algorithm or self.algorithms[0]]
        if "@context" in options:
            # 3.3.2, step 4: contexts may have been added after those that were signed.
            signed, present = _list(options["@context"]), _list(document.get("@context"))
            if not _same(present[: len(signed)], signed):
                raise ProofInvalid("the proof was made for other contexts than the document's")
            document = {**document, "@context": options["@context"]}
        return kind.digest(canonical_json(options)) + kind.digest(canonical_json(document))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _same(some: list[object], others: list[object]) -> bool:
    """Whether they are the same JSON. To Python, true is 1, and 1 is 1.0."""
    if some != others:
        return False
    return all(isinstance(one, str) for one in some) or (
        canonical_json(some) == canonical_json(others)
    )
