from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from wallet.credentials.errors import TooComplex
from wallet.credentials.jsonld.canonical import HashAlgorithm, canonical_form

FOLDER = Path(__file__).parents[2] / "vectors" / "rdf-canon"
# Graphs of twelve blank nodes, all alike and each beside every other: no document makes one.
REFUSED = {"test044-in.nq", "test045-in.nq", "test046-in.nq"}
INPUTS = sorted(FOLDER.glob("test*-in.nq"))


def read(path: Path) -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(path.read_bytes(), pyoxigraph.RdfFormat.N_QUADS))


def test_all_evaluation_tests_of_the_standard_are_here() -> None:
    assert len(INPUTS) == 64


@pytest.mark.parametrize(
    "path", [path for path in INPUTS if path.name not in REFUSED], ids=lambda path: path.name
)
def test_a_dataset_has_the_canonical_form_of_the_standard(path: Path) -> None:
    expected = path.with_name(path.name.replace("-in", "-rdfc10")).read_bytes()
    with_sha_384 = path.name == "test075-in.nq"
    algorithm = HashAlgorithm.SHA_384 if with_sha_384 else HashAlgorithm.SHA_256
    assert canonical_form(read(path), algorithm=algorithm) == expected


@pytest.mark.parametrize(
    "path",
    [*(FOLDER / name for name in sorted(REFUSED)), *sorted(FOLDER.glob("poison*.nq"))],
    ids=lambda path: path.name,
)
def test_a_poisonous_dataset_is_refused(path: Path) -> None:
    with pytest.raises(TooComplex, match="look too much alike"):
        canonical_form(read(path))


@pytest.mark.parametrize("size", [8, 30, 90])
def test_a_clique_of_any_size_is_refused(size: int) -> None:
    nodes = [pyoxigraph.BlankNode() for _ in range(size)]
    knows = pyoxigraph.NamedNode("urn:x:knows")
    clique = [pyoxigraph.Quad(a, knows, b) for a in nodes for b in nodes if a != b]
    with pytest.raises(TooComplex):
        canonical_form(clique)


def test_a_text_that_looks_like_a_blank_node_is_text() -> None:
    said = pyoxigraph.NamedNode("urn:x:said")
    text = pyoxigraph.Quad(said, said, pyoxigraph.Literal("_:b0 _:b1"))
    assert canonical_form([text, text]) == b'<urn:x:said> <urn:x:said> "_:b0 _:b1" .\n'
    node = pyoxigraph.Quad(pyoxigraph.BlankNode("z9"), said, pyoxigraph.Literal("_:z8"))
    assert canonical_form([node]) == b'_:c14n0 <urn:x:said> "_:z8" .\n'
