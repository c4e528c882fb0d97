"""Data Integrity ECDSA Cryptosuites 1.0, sections 3.3.5 to 3.3.9: names for what has none.

To find a part of a document again among the statements of the whole, its objects are given names.
The standard does so by expanding the document and compacting it again, which may move what JSON
pointers point at; here the names are put into the document as it stands, and it means the same.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

import pyoxigraph

from did.values import dataclass
from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.json_path import ROOT
from wallet.credentials.jsonld.reading import statements_of, walk
from wallet.credentials.strict_json import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from wallet.credentials.jsonld.library import Contexts

_REST: Final = pyoxigraph.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")

Node = pyoxigraph.NamedNode | pyoxigraph.BlankNode


@dataclass(frozen=True, slots=True)
class Skolemized:
    """A document whose every object has an identifier, and what those that it was given begin with.

    The identifier is under `@id`, and has a number at its end, which counts in document order.
    """

    document: dict[str, Any]
    prefix: str
    contexts: Contexts

    def statements(self, part: Mapping[str, Any]) -> list[pyoxigraph.Quad]:
        """The statements of a part of the document, in which a blank node is called by its number.

        What stands for the places of a list (`rdf:first`, `rdf:rest`) is called by where it is.

        Raises:
            InvalidCredential: two lists are of one thing under one name.
            CredentialError: as `canonicalize` does.
        """
        statements = statements_of(part, self.contexts)
        cells = _cells(statements)
        return [
            _renamed(quad, lambda node: self._without_name(cells.get(node, node)))
            for quad in statements
        ]

    def _without_name(self, node: Node) -> Node:
        if isinstance(node, pyoxigraph.NamedNode) and node.value.startswith(self.prefix):
            return pyoxigraph.BlankNode(f"n{node.value[len(self.prefix) :]}")
        return node


def skolemize(document: Mapping[str, Any], contexts: Contexts) -> Skolemized:
    """3.3.8 skolemizeCompactJsonLd: a copy of a document, with names that nobody can foresee.

    Raises:
        UnsupportedFormat: there is a graph in it, of which no part could be shown.
        CredentialError: as `canonicalize` does.
    """
    copy = read_json(write_json(document))
    prefix = f"urn:bnid:{secrets.token_hex(16)}-"
    reading = walk(copy, contexts)
    if reading.has_graphs:
        raise UnsupportedFormat("a document that holds another one with its proof is shown whole")
    for number, element in enumerate(reading.nameless):
        # The walk was through the copy, so that these are its own objects.
        cast("dict[str, Any]", element)["@id"] = f"{prefix}{number}"
    return Skolemized(copy, prefix, contexts)


def _renamed(quad: pyoxigraph.Quad, rename: Callable[[Any], Any]) -> pyoxigraph.Quad:
    return pyoxigraph.Quad(
        rename(quad.subject), quad.predicate, rename(quad.object), rename(quad.graph_name)
    )


def _cells(statements: Iterable[pyoxigraph.Quad]) -> dict[Node, Node]:
    """Names for the places of lists: by the thing that has the list, its property and the place."""
    rests: dict[Any, Any] = {}
    heads: dict[Any, tuple[Any, Any]] = {}
    for quad in statements:
        if quad.predicate == _REST:
            rests[quad.subject] = quad.object
        elif isinstance(quad.object, pyoxigraph.BlankNode):
            heads[quad.object] = (quad.subject, quad.predicate)
    names: dict[Node, Node] = {}
    # A list in a list comes after the one that it is in.
    while ready := [
        head for head, (owner, _) in heads.items() if names.get(owner) or owner not in rests
    ]:
        for head in ready:
            owner, predicate = heads.pop(head)
            cell, place = head, 0
            while cell in rests:
                where = f"{names.get(owner, owner)} {predicate} {place}"
                names[cell] = pyoxigraph.BlankNode(f"l{sha256(where.encode()).hexdigest()}")
                cell, place = rests[cell], place + 1
    if len({*names.values()}) != len(names):
        raise InvalidCredential(ROOT, "has two lists of one thing under one name")
    return names
