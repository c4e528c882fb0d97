"""Data Integrity 1.0, sections 2.1.2 and 4.3, Proof Chains: proofs that build on other proofs.

A proof with a `previousProof` signs the document together with the proofs it names, so that they
can be neither taken away nor changed. It is only worth what they are: three layers see to that.

- `check_chains` judges how the proofs of a document hang together, and no signature.
- `DataIntegrity.verify` judges one signature, over the document and the proofs it builds on. It
  takes nothing for granted and checks the chain itself; it does not verify those other proofs.
- Who verifies a document verifies all of its proofs, and takes it for good only where all of them
  are. Of some of them alone, no proof may be believed that builds on one that was left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.form import is_absolute_iri
from wallet.credentials.json_path import ROOT, child

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.credentials.form import JSONObject
    from wallet.credentials.formats.proof import Proof

MAX_PROOFS: Final = 32
"""How many proofs a document may have: each is a document to be canonicalized anew."""


def check_chains(proofs: Sequence[Proof]) -> None:
    """Return where all proofs of a document, in the order they stand, hang together as they say.

    No signature is looked at.

    Raises:
        InvalidCredential: two proofs have one `id`; or a `previousProof` is malformed, or names a
            proof twice, none that is there, or in the end itself.
        TooComplex: there are more than `MAX_PROOFS`.
    """
    _check([proof.raw for proof in proofs])


def previous_proofs(document: JSONObject, proof: JSONObject) -> list[JSONObject]:
    """4.3 and 4.5, `matchingProofs`: those of the document that `proof` builds on, in its order.

    Raises as `check_chains`, for all proofs of the document.
    """
    present = document.get("proof")
    if isinstance(present, dict) and "previousProof" not in proof:
        return []
    proofs = _list(present)
    _check(proofs)
    if "previousProof" not in proof:
        return []
    named = _read_previous(proof, child(ROOT, "proof"))
    matching = [other for other in proofs if other.get("id") in named]
    if len(matching) != len(named):
        raise InvalidCredential(
            child(child(ROOT, "proof"), "previousProof"), "names a proof that is not there"
        )
    return matching


def with_proofs(document: JSONObject, proofs: Sequence[JSONObject]) -> Mapping[str, Any]:
    """4.3, step 6: the document with those proofs instead of its own; none where there are none."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return {**unsecured, "proof": list(proofs)} if proofs else unsecured


def _list(present: object) -> list[JSONObject]:
    proofs: list[Any] = (
        present if isinstance(present, list) else [] if present is None else [present]
    )
    for index, proof in enumerate(proofs):
        if not isinstance(proof, dict):
            raise InvalidCredential(_place(index, len(proofs)), "must be an object with members")
    return proofs


def _check(proofs: Sequence[JSONObject]) -> None:
    if len(proofs) > MAX_PROOFS:
        raise TooComplex(f"there are {len(proofs)} proofs, and at most {MAX_PROOFS} may be")
    known = _read_ids(proofs)
    waiting: dict[int, frozenset[str]] = {}
    for index, proof in enumerate(proofs):
        if "previousProof" in proof:
            place = _place(index, len(proofs))
            waiting[index] = _read_previous(proof, place)
            if not waiting[index] <= known:
                raise InvalidCredential(
                    child(place, "previousProof"), "names a proof that is not there"
                )
    _check_order(proofs, waiting)


def _check_order(proofs: Sequence[JSONObject], waiting: dict[int, frozenset[str]]) -> None:
    """That the proofs can have been made one after the other."""
    while waiting:
        later = {proofs[index].get("id") for index in waiting}
        ready = [index for index, named in waiting.items() if not named & later]
        if not ready:
            place = _place(min(waiting), len(proofs))
            raise InvalidCredential(
                child(place, "previousProof"), "leads round in a ring, where no proof is the first"
            )
        for index in ready:
            del waiting[index]


def _read_ids(proofs: Sequence[JSONObject]) -> frozenset[str]:
    ids: set[str] = set()
    for index, proof in enumerate(proofs):
        if "id" not in proof:
            continue
        id_, place = proof["id"], child(_place(index, len(proofs)), "id")
        if not isinstance(id_, str) or not is_absolute_iri(id_):
            raise InvalidCredential(place, "must be an absolute URL")
        if id_ in ids:
            raise InvalidCredential(place, "is that of another proof as well")
        ids.add(id_)
    return frozenset(ids)


def _read_previous(proof: JSONObject, place: str) -> frozenset[str]:
    value = proof["previousProof"]
    named = value if isinstance(value, list) else [value]
    path = child(place, "previousProof")
    if not named or not all(isinstance(id_, str) and id_ for id_ in named):
        raise InvalidCredential(path, "must be the id of a proof, or a list of them")
    if len(set(named)) != len(named):
        raise InvalidCredential(path, "names a proof twice")
    return frozenset(named)


def _place(index: int, count: int) -> str:
    """Where a proof stands; one that is alone is taken to stand there without a list."""
    place = child(ROOT, "proof")
    return place if count == 1 else child(place, index)
