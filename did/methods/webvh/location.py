"""did:webvh 1.0, "Method-Specific Identifier" and "The DID to HTTPS Transformation"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from did.errors import InvalidDID, quoted
from did.identifier import DID
from did.methods.webvh.digest import HASH
from did.web_address import WebAddress

METHOD: Final = "webvh"


@dataclass(frozen=True, slots=True)
class Location:
    """A did:webvh taken apart: the SCID, which names the log, and the place where it stands."""

    scid: str
    address: WebAddress

    @classmethod
    def of(cls, did: DID) -> Self:
        """The location that `did` names.

        Raises:
            InvalidDID: it is of another method, has no SCID, or names no place on the web.
        """
        scid, _, address = did.method_specific_id.partition(":")
        if did.method != METHOD or not HASH.fullmatch(scid):
            raise InvalidDID(
                f"{quoted(str(did))} is no did:webvh",
                hint="it begins with 'did:webvh:', 46 characters of base58 and a domain",
            )
        return cls(scid, WebAddress.parse(address))

    @property
    def did(self) -> DID:
        """The DID, in its canonical form."""
        return DID(METHOD, f"{self.scid}:{self.address}")

    @property
    def log_url(self) -> str:
        """Where the log stands."""
        return self.address.url("did.jsonl")

    @property
    def witness_url(self) -> str:
        """Where the proofs of the witnesses stand."""
        return self.address.url("did-witness.json")

    @property
    def files_url(self) -> str:
        """The folder to which the path of a DID URL is added ("DID URL Path Resolution")."""
        return self.address.folder

    @property
    def whois_url(self) -> str:
        """Where the presentation about the DID stands ("whois LinkedVP Service")."""
        return f"{self.address.folder}whois.vp"
