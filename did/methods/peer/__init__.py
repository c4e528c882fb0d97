"""did:peer: a DID between two parties, which has its keys or its whole document in it.

The Peer DID Method Specification. Its first digit says how it was made: 0 is of one key, 2 of
several keys and services, 4 of a document.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from did.document import Document
from did.errors import InvalidDID, NotFound, UnsupportedMethod, quoted
from did.methods.peer import numalgo0, numalgo2, numalgo4
from did.methods.peer.numalgo0 import peer0_did
from did.methods.peer.numalgo2 import peer2_did
from did.methods.peer.numalgo4 import peer4_did, short_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from did.identifier import DID

MAX_SEEN: Final = 512
"""How many long forms are remembered; each has at most the length of a DID."""

__all__ = ["MAX_SEEN", "Peer", "peer0_did", "peer2_did", "peer4_did", "short_form"]


class Peer:
    """The method `peer`. It remembers the long forms that it was asked for, while it lives."""

    __slots__ = ("_lock", "_seen")

    def __init__(self, long_forms: Iterable[DID] = ()) -> None:
        """`long_forms` of numalgo 4 are those known from before.

        Raises:
            InvalidDID: one of them is none.
        """
        self._seen: Final[dict[DID, DID]] = {}
        self._lock: Final = threading.Lock()
        for did in long_forms:
            self.remember(did)

    @property
    def name(self) -> str:
        """The method's name."""
        return "peer"

    def remember(self, long_form: DID) -> None:
        """Has the short form of that DID resolve. Of too many, the first asked for is forgotten.

        Raises:
            InvalidDID: it is not the long form of a DID of numalgo 4.
        """
        numalgo4.input_document(long_form)
        self._keep(long_form)

    def resolve(
        self, did: DID, _options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`, made of nothing but the DID; a short form needs its long form.

        Every version of it is the same, so that `versionId` and `versionTime` change nothing.

        Raises:
            InvalidDID: it is not made as its first digit says.
            InvalidDocument: what is in it is no document.
            UnsupportedKey: it is a single key of a kind that is not known here.
            UnsupportedMethod: it is of numalgo 1 or 3.
            NotFound: it is a short form, and its long form has not been seen.
        """
        return Document.parse(self._document(did)), {}

    def _document(self, did: DID) -> dict[str, Any]:
        match did.method_specific_id[0]:
            case "0":
                return numalgo0.document(did)
            case "1":
                raise UnsupportedMethod(
                    "did:peer of numalgo 1 is not supported",
                    hint="its document was to be sent beside it; ask the peer for a did:peer:4",
                )
            case "2":
                return numalgo2.document(did)
            case "3":
                raise UnsupportedMethod(
                    "did:peer of numalgo 3 is the short form of one of numalgo 2, and holds no key",
                    hint="ask for the did:peer:2… that it is short for",
                )
            case "4":
                return self._numalgo4(did)
            case other:
                raise InvalidDID(
                    f"did:peer has no numalgo {quoted(other)}", hint="supported: 0, 2 and 4"
                )

    def _numalgo4(self, did: DID) -> dict[str, Any]:
        if ":" in did.method_specific_id:
            document = numalgo4.document(did, long_form=did)
            self._keep(did)
            return document
        numalgo4.check_short(did)
        with self._lock:
            long_form = self._seen.get(did)
        if long_form is None:
            raise NotFound(
                f"the long form of {quoted(str(did))} has not been seen",
                hint="give the long form first: it has the document in it",
            )
        return numalgo4.document(did, long_form=long_form)

    def _keep(self, long_form: DID) -> None:
        with self._lock:
            self._seen[short_form(long_form)] = long_form
            if len(self._seen) > MAX_SEEN:
                del self._seen[next(iter(self._seen))]
