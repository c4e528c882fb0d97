"""What a resolver is asked with beside the DID: `Options`, parsed or refused.

DID Resolution 1.0, sections 4.1 (options), 3.1 (date and time), 13.2 and 13.4 (caching, versions).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlencode

from did.errors import FeatureNotSupported, UnsupportedOption, quoted
from did.representation import DOCUMENT_TYPES, chosen
from did.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION_ID: Final = "versionId"
VERSION_TIME: Final = "versionTime"
VERSION_PARAMETERS: Final = frozenset({VERSION_ID, VERSION_TIME})
"""The parameters of a DID URL that every resolver understands; each excludes the other."""

MAX_VALUE: Final = 1024
"""The longest value of an option, in characters."""

_NAMES: Final = frozenset({"accept", "noCache", "expandRelativeUrls"}) | VERSION_PARAMETERS
# Compiled when they are first needed.
_SECONDS: Final = r"[0-9]{1,11}"
_DATE_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Options:
    """How to resolve.

    Attributes:
        accept: the media types wanted, as in an Accept header; None for any.
        version: which version: `versionId`, `versionTime` (in UTC, whole seconds, ending in `Z`) or
            parameters that the method defines. Empty for the newest.
        no_cache: whether a kept answer is none.
        expand_relative_urls: whether the document's relative DID URLs are made absolute.
    """

    accept: str | None = None
    version: Mapping[str, str] = field(default_factory=lambda: _NOTHING, hash=False)
    no_cache: bool = False
    expand_relative_urls: bool = False

    @classmethod
    def parse(
        cls, options: Mapping[str, str | bool], parameters: frozenset[str] = frozenset()
    ) -> Self:
        """The options of those names, as a program or a DID URL gives them.

        `parameters` are those that the method defines beside the standard's.

        Raises:
            FeatureNotSupported: one is not known here.
            UnsupportedOption: one is malformed, or there are both `versionId` and `versionTime`.
            RepresentationNotSupported: `accept` takes no media type of a DID document.
        """
        # Section 4.4: what is not supported comes before what is not valid.
        if unknown := sorted(options.keys() - _NAMES - parameters):
            raise FeatureNotSupported(
                f"the option {quoted(unknown[0])} is not supported",
                hint=f"supported: {', '.join(sorted(_NAMES | parameters))}",
            )
        if options.keys() >= VERSION_PARAMETERS:
            raise UnsupportedOption("versionId and versionTime exclude each other")
        accept = _text(options, "accept") if "accept" in options else None
        chosen(accept, DOCUMENT_TYPES)
        versions = {
            name: _text(options, name)
            for name in sorted(options.keys() & (VERSION_PARAMETERS | parameters))
        }
        if (time := versions.get(VERSION_TIME)) is not None:
            versions[VERSION_TIME] = date_time(time)
        return cls(
            accept=accept,
            version=MappingProxyType(versions),
            no_cache=_flag(options, "noCache"),
            expand_relative_urls=_flag(options, "expandRelativeUrls"),
        )

    @property
    def version_key(self) -> str:
        """The version as one text, the same for every way to ask for it. Empty for the newest.

        Section 13.9: what is kept under several spellings can be kept around the others.
        """
        return urlencode(sorted(self.version.items()))


def date_time(text: str) -> str:
    """A date and time with an offset as section 3.1 writes it: `2020-12-20T19:17:47Z`.

    Fractions of a second are dropped, so that nothing later than the instant asked is meant. Whole
    seconds since 1970, which the did:ethr method allows, are read as well.

    Raises:
        UnsupportedOption: it is none.
    """
    if re.fullmatch(_SECONDS, text):
        return utc(datetime.fromtimestamp(int(text), UTC))
    if not re.fullmatch(_DATE_TIME, text, re.ASCII):
        raise UnsupportedOption(
            f"the versionTime {quoted(text)} is no date and time with an offset from UTC",
            hint="write it as 2020-12-20T19:17:47Z",
        )
    try:
        instant = datetime.fromisoformat(re.sub(r"\.\d+", "", text)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnsupportedOption(f"the versionTime {quoted(text)} is not in the calendar") from error
    return utc(instant)


def utc(instant: datetime) -> str:
    """`instant`, which has an offset, as section 3.1 writes it."""
    return f"{instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def _text(options: Mapping[str, str | bool], name: str) -> str:
    value = options[name]
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise UnsupportedOption(f"the option {quoted(name)} is not printable ASCII text")
    if len(value) > MAX_VALUE:
        raise UnsupportedOption(f"the option {quoted(name)} is longer than {MAX_VALUE} characters")
    return value


def _flag(options: Mapping[str, str | bool], name: str) -> bool:
    """Yes or no, which a URL writes as a word."""
    match options.get(name, False):
        case True | "true":
            return True
        case False | "false":
            return False
        case _:
            raise UnsupportedOption(f"the option {quoted(name)} is neither 'true' nor 'false'")
