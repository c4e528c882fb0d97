"""`Resolution`: what resolving a DID gives, in three parts.

DID Resolution 1.0, sections 4 (the function), 4.2 and 4.3 (its metadata) and 9 (the result).
"""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.document import Document
from did.errors import DIDError, InternalError, InvalidDID, InvalidDocument, quoted
from did.frozen import freeze, thaw
from did.identifier import DID
from did.options import utc
from did.representation import DID_DOCUMENT
from did.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to "what is this DID's document?": the document, or why there is none.

    The standard's three parts are `document`, `document_metadata` and `resolution_metadata`; as
    JSON, `to_json`.

    Attributes:
        outcome: the document or the error.
        document_metadata: what is known of the document (section 4.3); nothing beside an error.
        content_type: the media type in which the document is given.
        retrieved: when the network was asked, where the answer came from there.
        age: how long before the answer was given that was.
    """

    outcome: Document | DIDError
    document_metadata: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, hash=False)
    content_type: str = DID_DOCUMENT
    retrieved: datetime | None = None
    age: timedelta | None = None

    @property
    def document(self) -> Document | None:
        """The document, if there is one."""
        return self.outcome if isinstance(self.outcome, Document) else None

    @property
    def error(self) -> DIDError | None:
        """Why there is no document."""
        return self.outcome if isinstance(self.outcome, DIDError) else None

    @property
    def resolution_metadata(self) -> Mapping[str, Any]:
        """About the asking (section 4.2): `contentType`, or `error`, a problem details object.

        With an answer of the network, `retrieved` (a date and time in UTC) and `age` (in whole
        seconds).
        """
        if isinstance(self.outcome, DIDError):
            return MappingProxyType({"error": self.outcome.problem()})
        metadata: dict[str, Any] = {} if self.withheld else {"contentType": self.content_type}
        if self.retrieved is not None:
            metadata["retrieved"] = utc(self.retrieved)
        if self.age is not None:
            metadata["age"] = self.age // _SECOND
        return MappingProxyType(metadata)

    @property
    def deactivated(self) -> bool:
        """Whether the DID was given up for good: its document authorizes nothing any more."""
        return self.document_metadata.get("deactivated") is True

    @property
    def withheld(self) -> bool:
        """Whether the standard gives no document though one is known (section 4.4, step 5.2).

        So it is of a deactivated DID. A version before the last, which says of itself that another
        came after it, is given: it is what was true then.
        """
        later = self.document_metadata.keys() & {"nextUpdate", "nextVersionId"}
        return self.deactivated and not later

    @property
    def version_id(self) -> str | None:
        """The name of the document's version, in a method that has versions."""
        version = self.document_metadata.get("versionId")
        return version if isinstance(version, str) else None

    @property
    def equivalent_ids(self) -> tuple[DID, ...]:
        """Other DIDs that the method guarantees to be the same subject's (section 4.3)."""
        return tuple(DID.parse(text) for text in self.document_metadata.get("equivalentId", ()))

    @property
    def canonical_id(self) -> DID | None:
        """The one of them to know the subject by (section 4.3)."""
        text = self.document_metadata.get("canonicalId")
        return None if text is None else DID.parse(text)

    def require(self) -> Document:
        """The document. Raises the `DIDError` for which there is none."""
        if isinstance(self.outcome, DIDError):
            raise self.outcome
        return self.outcome

    def to_json(self) -> dict[str, Any]:
        """The DID resolution result (section 9), whose media type is application/did-resolution.

        A document in whole or null, and null of a deactivated DID; with an error nothing beside it.
        """
        given = isinstance(self.outcome, Document) and not self.withheld
        failed = isinstance(self.outcome, DIDError)
        return {
            "didDocument": self.require().to_json() if given else None,
            "didDocumentMetadata": {} if failed else thaw(self.document_metadata),
            "didResolutionMetadata": dict(self.resolution_metadata),
        }


def checked_metadata(did: DID, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """`metadata` of `did`'s document, read-only, where it keeps the rules of section 4.3.

    Raises:
        InvalidDocument: it does not, or is not JSON.
    """
    if not metadata:
        return _NOTHING
    frozen: Mapping[str, Any] = freeze(metadata)
    if not isinstance(frozen.get("deactivated", False), bool):
        raise InvalidDocument("the document's metadata has a 'deactivated' that is no yes or no")
    for name in ("versionId", "nextVersionId"):
        version = frozen.get(name, "")
        if not isinstance(version, str) or not version.isascii():
            raise InvalidDocument(f"the document's metadata has a {name!r} that is not ASCII text")
    equivalent = frozen.get("equivalentId", ())
    if not isinstance(equivalent, tuple):
        raise InvalidDocument("the document's metadata has an 'equivalentId' that is not a list")
    canonical = (frozen["canonicalId"],) if "canonicalId" in frozen else ()
    for text in (*equivalent, *canonical):
        _check_form(text, did)
    return frozen


def _check_form(text: Any, did: DID) -> None:
    """Another form of `did` is of its method, which alone can guarantee that both are one's."""
    try:
        other = DID.parse(text) if isinstance(text, str) else None
    except InvalidDID:
        other = None
    if other is None or other.method != did.method:
        raise InvalidDocument(
            f"the document's metadata has the equivalent {quoted(str(text))},"
            f" which is no DID of the method {did.method!r}"
        )


def unexpected(doing: str, cause: Exception) -> InternalError:
    """The error that an answer has where a part failed as none should (section 4.4, last step).

    Its sentence tells nothing of `cause`, which may hold anything, and which a developer finds as
    `__cause__`.
    """
    error = InternalError(
        f"{doing} failed inside this program",
        hint="nothing was learned of the DID; it is a mistake of the program's, not of yours",
    )
    error.__cause__ = cause
    return error
