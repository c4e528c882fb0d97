"""VC JSON Schema, section 4: holding a credential to a JSON Schema.

Three answers, as the standard asks: it conforms, it does not, or it cannot be told, which is what
every error here means. A `format` is asserted (section 4.2: text that is no email is a failure).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.errors import quoted
from did.frozen import thaw
from wallet.credentials.digests import matches
from wallet.credentials.errors import (
    InvalidCredential,
    InvalidJSON,
    UnsupportedFormat,
)
from wallet.credentials.json_path import ROOT, child, write_path
from wallet.credentials.schema.effort import foresee
from wallet.credentials.schema.entries import SCHEMA, SCHEMA_CREDENTIAL, SchemaEntry
from wallet.credentials.schema.plan import Node, plan
from wallet.credentials.schema.violations import Violation, violation
from wallet.credentials.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema_rs import ValidationError, Validator

MAX_VIOLATIONS: Final = 20
"""How many are told: one is enough to refuse."""
MAX_DETAIL: Final = 20_000
"""How much work the validator may make of telling what is wrong, beyond that something is."""

_PATTERN_BYTES: Final = 8 << 20  # what the compiled form of one regular expression may take
_KEPT: Final = 16

# The address of each dialect -> the name of its validator.
_DIALECTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "https://json-schema.org/draft/2020-12/schema": "Draft202012Validator",
        "https://json-schema.org/draft/2019-09/schema": "Draft201909Validator",
        "http://json-schema.org/draft-07/schema#": "Draft7Validator",
        "http://json-schema.org/draft-07/schema": "Draft7Validator",
    }
)


def judge_schema(
    document: Mapping[str, Any], schema: bytes, entry: SchemaEntry, *, body: bytes | None = None
) -> tuple[Violation, ...]:
    """What a credential breaks of the schema that `entry`, one of its own, names; nothing is well.

    `schema` is the JSON of the schema. `body` is what stands at the address of the entry where that
    is another text, the credential of the schema; the digest in the entry, if any, is of it.

    Raises:
        InvalidCredential: the schema is none.
        UnsupportedFormat: its type, its dialect or something in it is not known here, or it leans
            on another document; or a digest could not be compared.
        TooComplex: judging could take unreasonably long.
    """
    if entry.type not in (SCHEMA, SCHEMA_CREDENTIAL):
        raise UnsupportedFormat(f"a schema of the type {quoted(entry.type)} is not known")
    if entry.has_digest:
        seen = schema if entry.type == SCHEMA else body
        if seen is None:
            raise UnsupportedFormat("the digest of the schema's credential was not compared")
        if not matches(entry.resource, seen):
            return (Violation(entry.pointer, "names a schema whose digest is another"),)
    try:
        compiled = _compiled(schema)
    except (InvalidCredential, InvalidJSON) as error:
        place = child(ROOT, "credentialSchema")
        raise InvalidCredential(place, f"names a schema that is none: {error}") from error
    return compiled.judge(thaw(document))


@dataclass(frozen=True, slots=True)
class _Compiled:
    validator: Validator
    node: Node

    def judge(self, document: Mapping[str, Any]) -> tuple[Violation, ...]:
        effort = foresee(self.node, document)
        with _guarded():
            if self.validator.is_valid(document):
                return ()
            if effort.detail > MAX_DETAIL:
                return (
                    Violation("", "does not keep to the schema, in more ways than can be told"),
                )
            errors = islice(self.validator.iter_errors(document), MAX_VIOLATIONS)
            return tuple(map(violation, errors))


@lru_cache(maxsize=_KEPT)
def _compiled(schema: bytes) -> _Compiled:
    """The validator of a schema; the last ones are kept, as batches share their schemas."""
    value = read_json(schema)
    if not isinstance(value, dict):
        raise InvalidCredential(ROOT, "must be an object")
    name = _dialect(value)
    node = plan(value)
    # Deferred: few credentials have a schema, and the library takes 50 ms to load.
    import jsonschema_rs  # noqa: PLC0415

    options = jsonschema_rs.RegexOptions(size_limit=_PATTERN_BYTES, dfa_size_limit=_PATTERN_BYTES)
    make = getattr(jsonschema_rs, name)
    with _guarded():
        try:
            validator = make(value, validate_formats=True, offline=True, pattern_options=options)
        except jsonschema_rs.ValidationError as error:
            raise _refusal(error) from error
    return _Compiled(validator, node)


def _dialect(schema: Mapping[str, Any]) -> str:
    """Section 3: a schema without `$schema` must not be processed, one of another is undecided."""
    path = child(ROOT, "$schema")
    if "$schema" not in schema:
        raise InvalidCredential(path, "is missing")
    address = schema["$schema"]
    if not isinstance(address, str):
        raise InvalidCredential(path, "must be the address of a dialect")
    name = _DIALECTS.get(address)
    if name is None:
        raise UnsupportedFormat(
            f"the JSON Schema dialect {quoted(address)} is not known",
            hint=f"known: {', '.join(_DIALECTS)}",
        )
    return name


def _refusal(error: ValidationError) -> InvalidCredential | UnsupportedFormat:
    """Why the library takes no schema: it is none, or uses what cannot be judged here."""
    place = write_path(tuple(error.instance_path))
    if type(error.kind).__name__ == "Format":
        return UnsupportedFormat(
            f"{place} of the schema is a regular expression that is not known to end in time",
            hint="look-around, references back and very large ones are not taken",
        )
    return InvalidCredential(place, violation(error).message)


@contextmanager
def _guarded() -> Iterator[None]:
    """Turn what may come out of the library beside its own errors into one that says so."""
    try:
        yield
    except (TypeError, ValueError, RecursionError, OverflowError, MemoryError) as error:
        raise UnsupportedFormat("the schema cannot be judged") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnsupportedFormat("the schema cannot be judged") from error
