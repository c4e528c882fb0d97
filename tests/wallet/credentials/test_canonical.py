from __future__ import annotations

import time
from pathlib import Path

import pyoxigraph
import pytest

from wallet.credentials.errors import TooComplex
from wallet.credentials.jsonld.canonical import canonical_form

FOLDER = Path(__file__).parents[2] / "vectors" / "rdf-canon"


def read(path: Path) -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(path.read_bytes(), pyoxigraph.RdfFormat.N_QUADS))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("test*-in.nq")), ids=lambda path: path.name)
def test_a_dataset_has_the_canonical_form_of_the_standard(path: Path) -> None:
    expected = path.with_name(path.name.replace("-in", "-rdfc10")).read_bytes()
    assert canonical_form(read(path)) == expected


@pytest.mark.parametrize("path", sorted(FOLDER.glob("poison*.nq")), ids=lambda path: path.name)
def test_a_poisonous_dataset_is_refused_at_once(path: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(TooComplex, match="look too much alike"):
        canonical_form(read(path))
    assert time.perf_counter() - start < 0.2


@pytest.mark.parametrize("size", [8, 30, 90])
def test_a_clique_of_any_size_is_refused_at_once(size: int) -> None:
    nodes = [pyoxigraph.BlankNode() for _ in range(size)]
    knows = pyoxigraph.NamedNode("urn:x:knows")
    clique = [pyoxigraph.Quad(a, knows, b) for a in nodes for b in nodes if a != b]
    start = time.perf_counter()
    with pytest.raises(TooComplex):
        canonical_form(clique)
    assert time.perf_counter() - start < 2
