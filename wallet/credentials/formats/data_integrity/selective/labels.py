"""New names for blank nodes, which say nothing of the nodes that are not shown.

Data Integrity ECDSA Cryptosuites 1.0, section 3.3.4 (for ecdsa-sd-2023), and Data Integrity BBS
Cryptosuites 1.0, section 3.3.1 (for bbs-2023, whose labels tell nothing of the document either).
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from did.base_encodings import encode_base64url
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.jsonld.labels import blank_labels, relabelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def hmac_labels(labels: Iterable[str], key: bytes) -> dict[str, str]:
    """3.3.4 createHmacIdLabelMapFunction: for each canonical label, `u` and its HMAC."""
    return {
        label: f"u{encode_base64url(hmac.digest(key, label.encode(), 'sha256'))}"
        for label in labels
    }


def shuffled_labels(labels: Iterable[str], key: bytes) -> dict[str, str]:
    """3.3.1 createShuffledIdLabelMapFunction: `b` and the place that its HMAC has among all."""
    digests = hmac_labels(labels, key)
    places = {digest: place for place, digest in enumerate(sorted(digests.values()))}
    return {label: f"b{places[digest]}" for label, digest in digests.items()}


def label_number(label: str) -> int:
    """The number in a canonical label: 7 for `c14n7`."""
    return int(label.removeprefix("c14n"))


def named_as_signed(canonical: bytes, label_map: Mapping[int, str]) -> list[bytes]:
    """The statements of a document that is shown, called as they were signed, in their order.

    Raises:
        ProofInvalid: the map does not name each blank node of the document, and each differently.
    """
    labels = {f"c14n{number}": label for number, label in label_map.items()}
    if labels.keys() != blank_labels(canonical):
        raise ProofInvalid("the proof names other blank nodes than the document has")
    if len({*labels.values()}) != len(labels):
        raise ProofInvalid("the proof gives one name to two blank nodes")
    return relabelled(canonical, labels)
