"""What a holder works out for a verifier, and what a verifier makes of it.

Data Integrity ECDSA Cryptosuites 1.0, sections 3.3.17, 3.4.4 and 3.4.8; Data Integrity BBS
Cryptosuites 1.0, sections 3.3.4 and 3.3.9: the parts of them that the two suites share.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from did.values import dataclass
from wallet.credentials.errors import NotInDocument, ProofInvalid
from wallet.credentials.formats.data_integrity.configuration import canonical_options
from wallet.credentials.formats.data_integrity.selective.grouping import group_statements
from wallet.credentials.formats.data_integrity.selective.labels import named_as_signed
from wallet.credentials.formats.data_integrity.selective.pointers import select
from wallet.credentials.formats.proof import Proof
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.strict_json import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wallet.credentials.formats.data_integrity.selective.grouping import LabelMaker
    from wallet.credentials.jsonld import Contexts


@dataclass(frozen=True, slots=True)
class Sorted:
    """The statements of a document, those that are always shown and the others, in their order."""

    mandatory: tuple[bytes, ...]
    others: tuple[bytes, ...]

    @property
    def mandatory_hash(self) -> bytes:
        """3.3.17 hashMandatoryNQuads."""
        return sha256(b"".join(self.mandatory)).digest()


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A part of a document, and where its statements stand.

    `label_map` names its blank nodes as they were signed. `mandatory_places` are places among the
    statements of the part; `chosen_places`, among the statements of the whole that the issuer left
    to the holder's choice, which are `whole.others`.
    """

    document: dict[str, Any]
    label_map: Mapping[int, str]
    mandatory_places: tuple[int, ...]
    chosen_places: tuple[int, ...]
    whole: Sorted


def sort_statements(
    document: Mapping[str, Any],
    mandatory_pointers: Sequence[str],
    make_labels: LabelMaker,
    contexts: Contexts,
) -> Sorted:
    """The statements of a whole document, as an issuer signs them.

    Raises:
        NotInDocument: a pointer leads to nothing, or into what is one statement.
        CredentialError: as `canonicalize` does.
    """
    grouping = group_statements(document, make_labels, contexts)
    return _sorted(grouping.statements, grouping.group(mandatory_pointers).places)


def disclose(
    document: Mapping[str, Any],
    mandatory_pointers: Sequence[str],
    selective_pointers: Sequence[str],
    make_labels: LabelMaker,
    contexts: Contexts,
) -> Disclosure:
    """3.4.4 createDisclosureData, but for what is signed. The document is without its proofs.

    Raises:
        NotInDocument: a pointer leads to nothing, or into what is one statement; or nothing at all
            would be shown.
        CredentialError: as `canonicalize` does.
    """
    grouping = group_statements(document, make_labels, contexts)
    mandatory, chosen = grouping.group(mandatory_pointers), grouping.group(selective_pointers)
    shown = select(document, [*mandatory_pointers, *selective_pointers])
    if shown is None:
        raise NotInDocument("nothing of the document would be shown")
    labels = grouping.verifier_labels(
        (*mandatory.quads, *chosen.quads), canonicalize(shown, contexts=contexts)
    )
    combined = sorted({*mandatory.places, *chosen.places})
    at = {place: index for index, place in enumerate(combined)}
    always = frozenset(mandatory.places)
    others = [place for place in range(len(grouping.statements)) if place not in always]
    return Disclosure(
        document=read_json(write_json(shown)),
        label_map=labels,
        mandatory_places=tuple(at[place] for place in mandatory.places),
        chosen_places=tuple(
            index for index, place in enumerate(others) if place in {*chosen.places}
        ),
        whole=_sorted(grouping.statements, mandatory.places),
    )


def read_shown(
    document: Mapping[str, Any],
    label_map: Mapping[int, str],
    mandatory_places: Sequence[int],
    contexts: Contexts,
) -> Sorted:
    """3.4.8 createVerifyData: the statements of a document that a verifier is shown.

    Raises:
        ProofInvalid: the names or the places are not those of this document.
        CredentialError: as `canonicalize` does.
    """
    statements = named_as_signed(canonicalize(document, contexts=contexts), label_map)
    if max(mandatory_places, default=-1) >= len(statements):
        raise ProofInvalid("the proof tells of more statements than the document makes")
    return _sorted(statements, mandatory_places)


def proof_hash(
    document: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts
) -> bytes:
    """The hash of a proof's options, read with the contexts of the document."""
    return sha256(canonical_options(document, options, contexts)).digest()


def base_options(name: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a new base proof, given those that were chosen.

    Raises:
        ProofInvalid: they hold what a base proof cannot.
        InvalidCredential: one of them is malformed.
    """
    for member in ("proofValue", "previousProof", "@context"):
        if member in chosen:
            raise ProofInvalid(f"a base proof of {name} is made without {member!r}")
    options = {**chosen, "type": "DataIntegrityProof", "cryptosuite": name}
    Proof.of(options, child(ROOT, "proof"))
    return options


def without_value(proof: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a proof."""
    return {name: value for name, value in proof.items() if name != "proofValue"}


def without_proofs(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a proof of the document is over."""
    return {name: value for name, value in document.items() if name != "proof"}


def base_proof_of(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The one proof of that suite that a document has. Raises `ProofInvalid`."""
    present = document.get("proof")
    proofs = present if isinstance(present, list) else [present]
    found = [
        proof for proof in proofs if isinstance(proof, dict) and proof.get("cryptosuite") == name
    ]
    if len(found) != 1:
        raise ProofInvalid(f"the document must have one proof of {name}, and has {len(found)}")
    return found[0]


def _sorted(statements: Sequence[bytes], mandatory_places: Iterable[int]) -> Sorted:
    always = frozenset(mandatory_places)
    return Sorted(
        tuple(line for place, line in enumerate(statements) if place in always),
        tuple(line for place, line in enumerate(statements) if place not in always),
    )
