"""RDF Dataset Canonicalization 1.0, section 4.4.3: which canonical label a blank node was given.

The engine that canonicalizes does not tell. It is found out by comparing a dataset with its
canonical form: what is said of a blank node, and of those around it, tells it apart (section 4.6),
and of some that nothing tells apart, the first has the first label. That the labels turn the one
into the other is made sure of in the end.
"""

from __future__ import annotations

import re
from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph

from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.json_path import ROOT
from wallet.credentials.jsonld.canonical import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_WORK: Final = 50_000
"""Statements that are looked at again to tell apart what looks alike; a good second."""

_NUMBER: Final = re.compile(r"\d+")
# A text or an IRI, in which nothing is a label; or a label.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|<[^>]*>|_:(c14n\d+)')


def canonical_labels(statements: Iterable[pyoxigraph.Quad], canonical: bytes) -> dict[str, str]:
    """The label in the canonical form of every blank node of a dataset.

    Raises:
        InvalidCredential: it is not the canonical form of that dataset.
        TooComplex: too many blank nodes look alike.
    """
    given = _Nodes(statements)
    wanted = _Nodes(pyoxigraph.parse(canonical, pyoxigraph.RdfFormat.N_QUADS))
    work = 0
    while (pairs := _paired(given, wanted)) is None:
        work += len(given.quads)
        if work > MAX_WORK:
            raise TooComplex("too many objects without an identifier look alike")
        given.tell_apart()
        wanted.tell_apart()
    labels = {one.value: other.value for one, other in pairs}
    if relabelled(written(statements_named(given.quads, labels)), {}) != canonical.splitlines(
        keepends=True
    ):
        raise _mismatch()
    return labels


def statements_named(
    statements: Iterable[pyoxigraph.Quad], labels: Mapping[str, str]
) -> list[pyoxigraph.Quad]:
    """The statements, with each blank node called by its label."""

    def named(term: Any) -> Any:
        if not isinstance(term, pyoxigraph.BlankNode):
            return term
        return pyoxigraph.BlankNode(labels[term.value])

    return [
        pyoxigraph.Quad(
            named(quad.subject), quad.predicate, named(quad.object), named(quad.graph_name)
        )
        for quad in statements
    ]


def blank_labels(canonical: bytes) -> set[str]:
    """The labels of the blank nodes in a canonical form."""
    return {match[1].decode() for match in _TOKEN.finditer(canonical) if match[1]}


def relabelled(canonical: bytes, labels: Mapping[str, str]) -> list[bytes]:
    """The lines of canonical N-Quads, each once and in their order, with other labels.

    A label that is not among `labels` stays what it is.
    """

    def other(match: re.Match[bytes]) -> bytes:
        label = match[1]
        if label is None:
            return match[0]
        text = label.decode()
        return b"_:" + labels.get(text, text).encode()

    text = _TOKEN.sub(other, canonical) if labels else canonical
    return sorted({*text.splitlines(keepends=True)})


class _Nodes:
    """The blank nodes of a dataset, and what tells each of them apart from others so far."""

    def __init__(self, statements: Iterable[pyoxigraph.Quad]) -> None:
        self.quads: Final = [*dict.fromkeys(statements)]
        self._about: Final[defaultdict[Any, list[tuple[Any, ...]]]] = defaultdict(list)
        for quad in self.quads:
            terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
            for term in {*terms}:
                if isinstance(term, pyoxigraph.BlankNode):
                    self._about[term].append(terms)
        self.looks: dict[Any, bytes] = dict.fromkeys(self._about, b"")
        self._refine()

    def groups(self) -> dict[bytes, list[pyoxigraph.BlankNode]]:
        """Those that look alike together, each group by the numbers in their names."""
        groups: defaultdict[bytes, list[pyoxigraph.BlankNode]] = defaultdict(list)
        for node, look in self.looks.items():
            groups[look].append(node)
        for group in groups.values():
            group.sort(key=_number)
        return groups

    def tell_apart(self) -> None:
        """Single out the first of those that look alike, of the first such group."""
        groups = self.groups()
        look = min(look for look, group in groups.items() if len(group) > 1)
        self.looks[groups[look][0]] = b"first" + look
        self._refine()

    def _refine(self) -> None:
        count = 0
        while len({*self.looks.values()}) > count:
            count = len({*self.looks.values()})
            self.looks = {node: self._look(node) for node in self.looks}

    def _look(self, node: pyoxigraph.BlankNode) -> bytes:
        said = sorted(
            "\n".join(self._seen(term, node) for term in terms) for terms in self._about[node]
        )
        return sha256(self.looks[node] + "\n\n".join(said).encode()).digest()

    def _seen(self, term: Any, node: pyoxigraph.BlankNode) -> str:
        if not isinstance(term, pyoxigraph.BlankNode):
            return str(term)
        return "this" if term == node else f"_:{self.looks[term].hex()}"


def _paired(given: _Nodes, wanted: _Nodes) -> list[tuple[Any, Any]] | None:
    """Each node with the one that it is, or None while some look alike."""
    ones, others = given.groups(), wanted.groups()
    if {look: len(group) for look, group in ones.items()} != {
        look: len(group) for look, group in others.items()
    }:
        raise _mismatch()
    if any(len(group) > 1 for group in ones.values()):
        return None
    return [(group[0], others[look][0]) for look, group in ones.items()]


def _number(node: pyoxigraph.BlankNode) -> tuple[int, str]:
    found = _NUMBER.search(node.value)
    return int(found[0]) if found else 0, node.value


def _mismatch() -> InvalidCredential:
    return InvalidCredential(ROOT, "is read in two ways, so that no part of it can be shown")
