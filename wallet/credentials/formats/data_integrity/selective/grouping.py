"""Data Integrity ECDSA Cryptosuites 1.0, section 3.3.16: statements, grouped by JSON pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from did.values import dataclass, field
from wallet.credentials.errors import NotInDocument
from wallet.credentials.formats.data_integrity.selective.labels import label_number
from wallet.credentials.formats.data_integrity.selective.pointers import select
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.jsonld.canonical import written
from wallet.credentials.jsonld.labels import canonical_labels, relabelled, statements_named
from wallet.credentials.jsonld.skolem import Skolemized, skolemize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyoxigraph import Quad

    from wallet.credentials.jsonld import Contexts

    # New labels for canonical ones, all of them at once.
    LabelMaker = Callable[[Iterable[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The statements of a document, in the order in which they are signed.

    `labels` are the names that its blank nodes have in `statements`, by those that they have in its
    parts.
    """

    document: Mapping[str, Any]
    statements: tuple[bytes, ...]
    labels: Mapping[str, str]
    skolemized: Skolemized = field(repr=False)

    def group(self, pointers: Sequence[str]) -> Group:
        """The statements of the part that some pointers lead to; none where there are none.

        Raises:
            NotInDocument: a pointer leads to nothing, or into what is one statement.
            TooComplex: there are too many pointers.
            CredentialError: the part means nothing by itself.
        """
        part = select(self.skolemized.document, pointers)
        quads = () if part is None else tuple(self.skolemized.statements(part))
        try:
            lines = {*relabelled(written(statements_named(quads, self.labels)), {})}
        except KeyError as error:
            raise _no_part() from error
        if not lines <= {*self.statements}:
            raise _no_part()
        places = tuple(index for index, line in enumerate(self.statements) if line in lines)
        return Group(places, quads)

    def verifier_labels(self, quads: Iterable[Quad], canonical: bytes) -> dict[int, str]:
        """The names of the blank nodes of a part, by the numbers that a verifier gives them.

        Raises:
            InvalidCredential: `canonical` is not the canonical form of the part.
        """
        labels = canonical_labels(quads, canonical)
        found = {label_number(label): self.labels[name] for name, label in labels.items()}
        return {number: found[number] for number in sorted(found)}


@dataclass(frozen=True, slots=True)
class Group:
    """Places among the statements of a document; and the statements, before they were renamed."""

    places: tuple[int, ...]
    quads: tuple[Quad, ...] = field(repr=False)


def group_statements(
    document: Mapping[str, Any], make_labels: LabelMaker, contexts: Contexts
) -> Grouping:
    """3.3.16 canonicalizeAndGroup, steps 1 to 3. The document is without its proofs.

    Raises:
        UnsupportedFormat: there is a graph in it, of which no part could be shown.
        CredentialError: as `canonicalize` does.
    """
    canonical = canonicalize(document, contexts=contexts)
    skolemized = skolemize(document, contexts)
    canonical_of = canonical_labels(skolemized.statements(skolemized.document), canonical)
    label_of = make_labels(canonical_of.values())
    return Grouping(
        document,
        tuple(relabelled(canonical, label_of)),
        {name: label_of[label] for name, label in canonical_of.items()},
        skolemized,
    )


def _no_part() -> NotInDocument:
    return NotInDocument(
        "a JSON pointer leads into what is shown as a whole or not at all",
        hint="point at the whole list, or the whole JSON value, that it leads into",
    )
