"""DIDs that didkit knows and `did.methods` does not: did:tz, and did:pkh of chains not Ethereum's.

didkit answers in a child process without a network. What cannot be said without one (whether a
did:tz was changed on Tezos) stays unsaid: the document that it would have otherwise is a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from did.document import Document
from did.encoding import to_jwk
from did.errors import InvalidDID, Unreachable, UnsupportedOption
from did.identifier import DID
from wallet.credentials.errors import DidkitFailed
from wallet.credentials.formats.didkit_pipe import DidkitPipe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PublicKey

_VERSIONS: Final = frozenset({"versionId", "versionTime"})


@dataclass(frozen=True, slots=True)
class Foreign:
    """A DID method, by didkit."""

    name: str
    didkit: DidkitPipe = field(default_factory=DidkitPipe, repr=False)

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`, where it follows from the DID alone.

        Raises:
            InvalidDID: didkit refuses its form.
            UnsupportedOption: a version is asked for; didkit knows of none.
            Unreachable: it depends on a chain that cannot be asked from here.
        """
        if asked := sorted(_VERSIONS & options.keys()):
            raise UnsupportedOption(f"{did} is resolved without {asked[0]}")
        try:
            answer = self.didkit.ask("resolve_did", did=str(did), options={})
        except DidkitFailed as error:
            if "invalidDid" in str(error):
                raise InvalidDID(f"{did} is not a did:{self.name}") from error
            raise Unreachable(
                f"{did} cannot be resolved without asking its chain",
                hint="what was changed there since would be missed",
            ) from error
        return Document.parse(answer), {}


def foreign_did(method: str, key: PublicKey, *, didkit: DidkitPipe | None = None) -> DID:
    """The DID of that method that `key` is.

    Raises:
        DidkitFailed: didkit makes none of such a key.
    """
    answer = (didkit or DidkitPipe()).ask("key_to_did", method=method, key=to_jwk(key))
    return DID.parse(str(answer["text"]))
