"""RDF Dataset Canonicalization 1.0 (RDFC-1.0), by oxigraph, kept within bounds.

Canonicalization can take exponential time (section 7.1, dataset poisoning), and the engine has no
limit of its own. Two things bound it here. The guard admits no blank node identifiers, so that
blank nodes form trees, never the cliques of the known poisonous graphs. And what costs time are
blank nodes that look alike, which the engine tells apart by trying orders: they are counted first.
"""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from math import factorial, prod
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph

from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.json_path import ROOT
from wallet.credentials.jsonld.guard import Contexts, local_contexts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BLANK_NODES: Final = 1024
MAX_WORK: Final = 100_000
"""Steps of telling blank nodes apart; a good tenth of a second."""

_GRAPH: Final = 2

_THIS: Final = pyoxigraph.BlankNode("a")
_OTHER: Final = pyoxigraph.BlankNode("z")


def read_statements(document: Mapping[str, Any], contexts: Contexts) -> list[pyoxigraph.Quad]:
    """The RDF statements that the engine reads from JSON-LD, with doubles, in no order.

    Raises:
        UnknownContext: a context is not among `contexts`.
        InvalidCredential: the engine refuses the document; redefining a protected term is one way.
    """
    data = json.dumps(_inlined(document, contexts), ensure_ascii=False).encode()
    try:
        return list(pyoxigraph.parse(data, pyoxigraph.RdfFormat.JSON_LD))
    except SyntaxError as error:
        raise InvalidCredential(ROOT, f"is not usable as JSON-LD: {error.msg}") from error


def canonical_form(statements: Sequence[pyoxigraph.Quad]) -> bytes:
    """The canonical N-Quads of a dataset, UTF-8, sorted by code point.

    Raises:
        TooComplex: there are too many blank nodes, or too many that look alike.
    """
    _check_bounds(statements)
    dataset = pyoxigraph.Dataset(statements)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    lines = io.BytesIO()
    pyoxigraph.serialize(dataset, lines, format=pyoxigraph.RdfFormat.N_QUADS)
    return b"".join(sorted(lines.getvalue().splitlines(keepends=True)))


def _inlined(value: Any, contexts: Contexts) -> Any:
    """The document with the contexts in place of their addresses: the engine fetches none."""
    match value:
        case dict():
            return {
                name: local_contexts(member, contexts)
                if name == "@context"
                else _inlined(member, contexts)
                for name, member in value.items()
            }
        case list():
            return [_inlined(element, contexts) for element in value]
        case _:
            return value


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
        steps += orders * together * together
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
