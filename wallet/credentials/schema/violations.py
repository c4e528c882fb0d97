"""What a credential breaks of its schema, in words that do not repeat what the credential says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.errors import quoted
from wallet.credentials.digests import json_pointer
from wallet.credentials.errors import UnsupportedFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema_rs import ValidationError


@dataclass(frozen=True, slots=True)
class Violation:
    """A place in the credential, a JSON Pointer (RFC 6901), and what is wrong there."""

    pointer: str
    message: str


def violation(error: ValidationError) -> Violation:
    """What one error of the validator says.

    Raises:
        UnsupportedFormat: it says that nothing can be known.
    """
    kind = type(error.kind).__name__
    if kind in _UNDECIDED:
        raise UnsupportedFormat(f"the schema cannot be judged: {quoted(error.message)}")
    sentence = _SENTENCES.get(kind, "does not keep to {keyword}")
    members = {
        name: " or ".join(value) if name == "types" else _shown(value)
        for name, value in _members(error).items()
    }
    keyword = str(error.schema_path[-1]) if error.schema_path else "its schema"
    message = sentence.format_map({**members, "keyword": quoted(keyword)})
    return Violation(json_pointer(tuple(error.instance_path)), message)


def _members(error: ValidationError) -> Mapping[str, Any]:
    """What the kind of error tells beside its name; what errors lie beneath it is left out."""
    return {name: value for name, value in error.kind.as_dict().items() if name not in _NESTED}


def _shown(value: object) -> str:
    if isinstance(value, str):
        return quoted(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 100 else f"{text[:99]}…"


_NESTED: Final = frozenset({"context", "error", "schema"})
_UNDECIDED: Final = frozenset({"BacktrackLimitExceeded", "RegexEngineFailure", "Referencing"})
_NONE_FITS: Final = "fits none of the schemas of which it must fit one"
_UNEXPECTED: Final = "has members that the schema does not allow: {unexpected}"
_SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AdditionalItems": "has more than the {limit} elements that the schema allows",
        "AdditionalProperties": _UNEXPECTED,
        "AnyOf": _NONE_FITS,
        "Constant": "must be {expected_value}",
        "Contains": "does not hold as many elements of a kind as the schema asks for",
        "ContentEncoding": "must be encoded in {content_encoding}",
        "ContentMediaType": "must be of the media type {content_media_type}",
        "Enum": "must be one of {options}",
        "ExclusiveMaximum": "must be less than {limit}",
        "ExclusiveMinimum": "must be more than {limit}",
        "FalseSchema": "must not be there",
        "Format": "must be in the format {format}",
        "MaxItems": "must have at most {limit} elements",
        "MaxLength": "must have at most {limit} characters",
        "MaxProperties": "must have at most {limit} members",
        "Maximum": "must be at most {limit}",
        "MinItems": "must have at least {limit} elements",
        "MinLength": "must have at least {limit} characters",
        "MinProperties": "must have at least {limit} members",
        "Minimum": "must be at least {limit}",
        "MultipleOf": "must be a multiple of {multiple_of}",
        "Not": "is what the schema rules out",
        "OneOfMultipleValid": "fits more than one of the schemas of which it must fit one",
        "OneOfNotValid": _NONE_FITS,
        "Pattern": "must match {pattern}",
        "PropertyNames": "has a name that the schema does not allow",
        "Required": "lacks {property}",
        "Type": "must be of the type {types}",
        "UnevaluatedItems": "has elements that the schema does not allow: {unexpected}",
        "UnevaluatedProperties": _UNEXPECTED,
        "UniqueItems": "must not hold the same element twice",
    }
)
