"""JSON-LD 1.1 API, section 8.1: the statements of a document, read by engines that are not ours.

oxigraph is quick, and errs where an object has several types that bring contexts of their own: it
goes by the last alone, and another context may then give a name another meaning. Of such a document
it is not asked, nor is it believed where it says less than the document does. PyLD then works out
what the names mean, at twenty times the cost, and oxigraph reads what is left, without contexts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pyoxigraph
import rfc8785

from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.json_path import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_STATEMENTS: Final = 2000
"""The most statements of a document that PyLD is asked about: a fifth of a second."""

_RDF_JSON: Final = pyoxigraph.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON")
_LAST_OF_ONE_UNIT: Final = "\uffff"  # up to it, both orders are one
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read_statements(
    document: Mapping[str, Any], expected: int, *, is_intricate: bool = False
) -> list[pyoxigraph.Quad]:
    """The RDF statements of a document that holds its contexts themselves; with doubles, unordered.

    `is_intricate` says that an object has several types that bring contexts of their own.

    Raises:
        InvalidCredential: both engines refuse it, or read another number than `expected`.
        TooComplex: the quick engine does not do, and there is too much for the other.
    """
    if not is_intricate and (found := _by_oxigraph_alone(document, expected)) is not None:
        return found
    if expected > MAX_STATEMENTS:
        raise TooComplex(
            f"the document makes {expected} statements, and at most {MAX_STATEMENTS} may be where "
            "objects have several types with contexts"
        )
    statements = _by_oxigraph(_expanded(document))
    # Two processors that share no code must agree on how much the document says.
    if len(statements) != expected:
        raise InvalidCredential(ROOT, "would not be covered by a proof in full")
    return statements


def _by_oxigraph_alone(document: Mapping[str, Any], expected: int) -> list[pyoxigraph.Quad] | None:
    """What the quick engine says, or None where the other is to be asked."""
    try:
        statements = _by_oxigraph(document)
    except InvalidCredential:
        if expected > MAX_STATEMENTS:
            raise
        return None
    return statements if len(statements) == expected else None


def _by_oxigraph(document: Mapping[str, Any] | list[Any]) -> list[pyoxigraph.Quad]:
    try:
        text = _ENCODER.encode(document)
        statements = list(pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.JSON_LD))
    except (SyntaxError, ValueError, TypeError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else error
        raise InvalidCredential(ROOT, f"is not usable as JSON-LD: {reason}") from error
    if "@json" in text and max(text) > _LAST_OF_ONE_UNIT:
        return list(map(_ordered, statements))
    return statements


def _ordered(statement: pyoxigraph.Quad) -> pyoxigraph.Quad:
    """RFC 8785, section 3.2.3: names of a JSON literal go by UTF-16; the engine has code points."""
    literal = statement.object
    if not isinstance(literal, pyoxigraph.Literal) or literal.datatype != _RDF_JSON:
        return statement
    value = rfc8785.dumps(json.loads(literal.value, parse_int=float)).decode()
    return pyoxigraph.Quad(
        statement.subject,
        statement.predicate,
        pyoxigraph.Literal(value, datatype=_RDF_JSON),
        statement.graph_name,
    )


def _expanded(document: Mapping[str, Any]) -> list[Any]:
    """JSON-LD 1.1 API, section 5.1: the document with IRIs in place of names."""
    # Deferred: a second engine, of a fifth of a second, that few documents need.
    from pyld import jsonld  # noqa: PLC0415

    # Without `base` it would take one that nobody named.
    options = {"base": None, "documentLoader": _load_nothing, "processingMode": "json-ld-1.1"}
    try:
        expanded: list[Any] = jsonld.expand(document, options)
    except (jsonld.JsonLdError, RecursionError, ValueError, TypeError) as error:
        raise InvalidCredential(ROOT, "is not usable as JSON-LD") from error
    return expanded


def _load_nothing(url: str, _options: object) -> NoReturn:
    raise InvalidCredential(ROOT, f"would have {url!r} fetched, and nothing ever is")
