"""`DID` and `DIDURL`: parse or refuse.

DID Core 1.0 and 1.1, sections 3.1 (DID syntax) and 3.2 (DID URL syntax); RFC 3986 for what a URL
adds; DID Resolution 1.0, section 3, for the parameters in its query.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import unquote

from did.errors import InvalidDID, InvalidDIDURL, quoted
from did.references import Reference
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LENGTH: Final = 8192
"""The longest identifier read, in characters: no grammar sets a bound, so a hostile one would.

A DID that holds its document (did:peer:4) or a post-quantum key (did:jwk) has some thousands.
"""

_METHOD: Final = re.compile(r"[a-z0-9]+")
_METHOD_SPECIFIC_ID: Final = re.compile(
    r"(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})"
)
_PCHAR: Final = r"[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}"
_PATH: Final = re.compile(rf"(?:/(?:{_PCHAR})*)*")
_QUERY_OR_FRAGMENT: Final = re.compile(rf"(?:{_PCHAR}|[/?])*")
_PARTS: Final = re.compile(r"([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
"""A URL cut at its delimiters (RFC 3986, appendix B): DID, path, query, fragment."""


@dataclass(frozen=True, slots=True)
class DID:
    """A decentralized identifier, without path, query or fragment. Always well formed."""

    method: str
    method_specific_id: str

    def __post_init__(self) -> None:
        """Raises `InvalidDID`."""
        if len(self.method) + len(self.method_specific_id) > MAX_LENGTH:
            raise InvalidDID(f"the DID is longer than {MAX_LENGTH} characters")
        if not _METHOD.fullmatch(self.method):
            raise InvalidDID(f"{quoted(self.method)} is not the name of a DID method")
        if not _METHOD_SPECIFIC_ID.fullmatch(self.method_specific_id):
            raise InvalidDID(
                f"{quoted(self.method_specific_id)} cannot follow {f'did:{self.method}:'!r}"
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """The DID that `text` is, from its first character to its last.

        Raises:
            InvalidDID: it is none, or has a path, a query or a fragment.
        """
        scheme, _, rest = text.partition(":")
        method, _, method_specific_id = rest.partition(":")
        if scheme != "did":
            raise InvalidDID(f"{quoted(text)} is not a DID", hint="a DID begins with 'did:'")
        return cls(method, method_specific_id)

    def __str__(self) -> str:
        return f"did:{self.method}:{self.method_specific_id}"


@dataclass(frozen=True, slots=True)
class DIDURL:
    """A DID with what may follow it. Always well formed; `str` gives back what was parsed.

    `path` is empty or begins with a slash. `query` and `fragment` are without their delimiter, and
    None where even that is missing.
    """

    did: DID
    path: str = ""
    query: str | None = None
    fragment: str | None = None

    def __post_init__(self) -> None:
        """Raises `InvalidDIDURL`."""
        if len(self.path) + len(self.query or "") + len(self.fragment or "") > MAX_LENGTH:
            raise InvalidDIDURL(f"the DID URL is longer than {MAX_LENGTH} characters")
        if not _PATH.fullmatch(self.path):
            raise InvalidDIDURL(f"{quoted(self.path)} is not the path of a URL")
        for name, part in (("query", self.query), ("fragment", self.fragment)):
            if part is not None and not _QUERY_OR_FRAGMENT.fullmatch(part):
                raise InvalidDIDURL(f"{quoted(part)} is not the {name} of a URL")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The absolute DID URL that `text` is; a DID is one.

        Raises:
            InvalidDIDURL: it is none, or is relative.
        """
        if len(text) > MAX_LENGTH:
            raise InvalidDIDURL(f"the DID URL is longer than {MAX_LENGTH} characters")
        parts = _PARTS.fullmatch(text)
        assert parts is not None  # noqa: S101  # the pattern takes any text
        did, path, query, fragment = parts.groups()
        try:
            return cls(DID.parse(did), path, query, fragment)
        except InvalidDID as error:
            raise InvalidDIDURL(str(error), hint=error.hint) from error

    @classmethod
    def absolute(cls, reference: str, base: DID) -> Self:
        """`reference`, or where it is relative (`#key-1`), what it means in `base`'s document.

        DID Core, section 3.2.2: by RFC 3986, section 5, where the DID without its scheme stands in
        place of a host, so that `/a/../b` is `did:example:123/b`.

        Raises:
            InvalidDIDURL: it is neither a DID URL nor relative. Nor is `key-1`, which would be the
                path `/key-1`, and is a fragment whose mark was forgotten.
        """
        if len(reference) > MAX_LENGTH:
            raise InvalidDIDURL(f"the DID URL is longer than {MAX_LENGTH} characters")
        cut = Reference.cut(reference)
        if not reference.startswith(("#", "/", "?")) or not cut.is_relative:
            return cls.parse(reference)
        whole = cut.against(Reference("", "did", f"{base.method}:{base.method_specific_id}"))
        return cls(base, whole.path, whole.query, whole.fragment)

    def parameters(self) -> Mapping[str, str]:
        """The parameters in the query, by name, percent-decoded once.

        `a+b` is what it says: only a form on a web page writes a space so. Names are decoded too,
        so that no spelling of one escapes being seen twice.

        Raises:
            InvalidDIDURL: one has no name, is there twice (a scalar has one value: section 3.2.2)
                or is not UTF-8.
        """
        parameters: dict[str, str] = {}
        for parameter in self.query.split("&") if self.query else ():
            name, _, value = (_decoded(part) for part in parameter.partition("="))
            if not name:
                raise InvalidDIDURL(f"{quoted(str(self))} has a parameter without a name")
            if name in parameters:
                raise InvalidDIDURL(f"{quoted(str(self))} has the parameter {quoted(name)} twice")
            parameters[name] = value
        return MappingProxyType(parameters)

    def __str__(self) -> str:
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.did}{self.path}{query}{fragment}"


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidDIDURL(f"{quoted(text)} is not percent-encoded UTF-8") from error
