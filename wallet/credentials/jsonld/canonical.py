"""RDF Dataset Canonicalization 1.0 (RDFC-1.0), by oxigraph, kept within bounds.

Canonicalization can take exponential time (section 7.1, dataset poisoning), and the engine has no
limit of its own. Two things bound it here. The guard admits no blank node identifiers, so that
blank nodes form trees, never the cliques of the known poisonous graphs. And what costs time are
blank nodes that look alike, which the engine tells apart by trying orders: they are counted first.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from enum import StrEnum
from math import factorial, prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph

from wallet.credentials.errors import TooComplex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_BLANK_NODES: Final = 1024
MAX_WORK: Final = 100_000
"""Steps of telling blank nodes apart; a good tenth of a second."""


class HashAlgorithm(StrEnum):
    """The hash by which blank nodes are told apart (section 4.3)."""

    SHA_256 = "SHA-256"
    SHA_384 = "SHA-384"


_ALGORITHMS: Final = MappingProxyType(
    {
        HashAlgorithm.SHA_256: pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0,
        HashAlgorithm.SHA_384: pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
    }
)

_BLANK_NODE: Final = re.compile(rb"_:\w+")
_GRAPH: Final = 2
_SHORT_WAY: Final = 8

_THIS: Final = pyoxigraph.BlankNode("a")
_OTHER: Final = pyoxigraph.BlankNode("z")


def canonical_form(
    statements: Sequence[pyoxigraph.Quad], *, algorithm: HashAlgorithm = HashAlgorithm.SHA_256
) -> bytes:
    """The canonical N-Quads of a dataset, UTF-8, sorted by code point.

    Raises:
        TooComplex: there are too many blank nodes, or too many that look alike.
    """
    text = written(statements)
    # What looks like a blank node may be part of a text: then there are fewer than it seems.
    names = {*_BLANK_NODE.findall(text)}
    if len(names) > 1:
        _check_bounds(statements)
    if names:
        dataset = pyoxigraph.Dataset(statements)
        dataset.canonicalize(_ALGORITHMS[algorithm])
        text = written(dataset)
    # A dataset is a set: what is said twice stands once.
    return b"".join(sorted({*text.splitlines(keepends=True)}))


def written(statements: Iterable[pyoxigraph.Quad]) -> bytes:
    """Statements as N-Quads, UTF-8, in the order they come."""
    lines = io.BytesIO()
    pyoxigraph.serialize(statements, lines, format=pyoxigraph.RdfFormat.N_QUADS)
    return lines.getvalue()


def _check_bounds(statements: Sequence[pyoxigraph.Quad]) -> None:
    mentions: defaultdict[pyoxigraph.BlankNode, list[pyoxigraph.Quad]] = defaultdict(list)
    for quad in statements:
        for node in {quad.subject, quad.object, quad.graph_name}:
            if isinstance(node, pyoxigraph.BlankNode):
                mentions[node].append(quad)
    if len(mentions) > MAX_BLANK_NODES:
        raise TooComplex(
            f"{len(mentions)} objects have no identifier, and at most {MAX_BLANK_NODES} may"
        )
    looks = {node: _look(node, quads) for node, quads in mentions.items()}
    frequency = Counter(looks.values())
    alike = {node: look for node, look in looks.items() if frequency[look] > 1}
    if alike and _work(alike, mentions) > MAX_WORK:
        raise TooComplex(f"{len(alike)} objects without an identifier look too much alike")


def _look(node: pyoxigraph.BlankNode, quads: Sequence[pyoxigraph.Quad]) -> frozenset[Any]:
    """Section 4.6, Hash First Degree Quads: what the statements about a blank node say of it."""

    def seen(term: Any) -> Any:
        if not isinstance(term, pyoxigraph.BlankNode):
            return term
        return _THIS if term == node else _OTHER

    return frozenset(
        (seen(quad.subject), quad.predicate, seen(quad.object), seen(quad.graph_name))
        for quad in quads
    )


def _work(
    alike: Mapping[pyoxigraph.BlankNode, frozenset[Any]],
    mentions: Mapping[pyoxigraph.BlankNode, Sequence[pyoxigraph.Quad]],
) -> int:
    """Section 4.8, Hash N-Degree Quads: no fewer than the steps it takes to tell them apart.

    From each node it goes on to those beside it, in every order of those it cannot tell apart, and
    so through all that hang together.
    """
    steps, seen = 0, set[pyoxigraph.BlankNode]()
    for start in alike:
        if start in seen:
            continue
        orders, together, waiting = 1, 0, [start]
        seen.add(start)
        while waiting:
            node = waiting.pop()
            together += 1
            beside = _beside(node, mentions[node], alike)
            orders *= prod(factorial(min(len(group), 20)) for group in beside.values())
            if orders > MAX_WORK:
                return orders
            fresh = {other for group in beside.values() for other in group} - seen
            waiting.extend(fresh)
            seen |= fresh
        # Each step on the way copies the names given so far: little, until the way is long.
        steps += orders * together * together * max(1, together // _SHORT_WAY)
    return steps


def _beside(
    node: pyoxigraph.BlankNode,
    quads: Sequence[pyoxigraph.Quad],
    alike: Mapping[pyoxigraph.BlankNode, frozenset[Any]],
) -> Mapping[Any, list[pyoxigraph.BlankNode]]:
    """Section 4.7, Hash Related Blank Node: the neighbours, those not told apart together."""
    groups: defaultdict[Any, list[pyoxigraph.BlankNode]] = defaultdict(list)
    for quad in quads:
        for position, other in enumerate((quad.subject, quad.object, quad.graph_name)):
            if other != node and isinstance(other, pyoxigraph.BlankNode) and other in alike:
                predicate = quad.predicate if position < _GRAPH else None
                groups[position, predicate, alike[other]].append(other)
    return groups
