"""JSON-LD 1.1, section 9.5, value objects: a literal written out, with its type or its language.

RDF has no place for the direction of a text. Its proof covers it as JSON-LD 1.1 API, section 7.6
(`i18n-datatype`), writes it: in a datatype that names the language and the direction.

Numbers are written out as section 8.2 of the API has it, for engines differ in how they do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.form import is_absolute_iri
from wallet.credentials.jsonld.names import check_iri
from wallet.credentials.jsonld.refusals import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.json_path import Trail
    from wallet.credentials.jsonld.context import ActiveContext

DOUBLE: Final = "http://www.w3.org/2001/XMLSchema#double"
I18N: Final = "https://www.w3.org/ns/i18n#"

# Compiled when it is first needed.
_LANGUAGE: Final = r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"
_MEMBERS: Final = frozenset({"@value", "@type", "@language", "@direction"})


def is_language(tag: object) -> bool:
    """Whether it is well formed as the tag of a language (RFC 5646, section 2.1)."""
    return isinstance(tag, str) and re.fullmatch(_LANGUAGE, tag) is not None


def read_value_object(
    written: Mapping[str, Any], active: ActiveContext, trail: Trail
) -> dict[str, Any]:
    """A value object for an engine, its direction in its datatype.

    Raises:
        InvalidCredential: a part of it would be lost, or could be read in two ways.
    """
    value = {active.keyword(name) or name: member for name, member in written.items()}
    if len(value) != len(written) or not value.keys() <= _MEMBERS:
        refuse(trail, "must hold a value, and its type or its language and direction at most")
    if value.get("@type") == "@json":
        if len(value) != 2:
            refuse(trail, "must hold a value and its type alone")
        return value
    text = value["@value"]
    if not isinstance(text, str | bool | int | float):
        refuse(trail, "must hold a value, which is text, a number, true or false")
    _check_tags(value, trail)
    datatype = value.get("@type")
    if "@type" in value and not (isinstance(datatype, str) and is_absolute_iri(datatype)):
        refuse((*trail, "@type"), "must be an absolute IRI")
    if isinstance(text, int | float) and not isinstance(text, bool):
        if datatype is not None:
            check_iri(datatype, active, (*trail, "@type"))
        number = read_number(text, datatype, trail)
        return number if isinstance(number, dict) else {**value, "@value": number}
    if isinstance(datatype, str) and datatype.startswith(I18N):
        refuse((*trail, "@type"), "must be given as a language and a direction")
    if "@direction" not in value:
        return value
    language = value.get("@language", "").lower()
    return {"@value": text, "@type": f"{I18N}{language}_{value['@direction']}"}


def read_number(number: float, datatype: str | None, trail: Trail) -> int | dict[str, Any]:
    """8.2 Object to RDF Conversion, steps 10 and 11: a number for an engine.

    A whole one stays what it is; another is written out, with 16 digits at most.

    Raises:
        InvalidCredential: it has more digits, of which a proof would cover 16.
    """
    is_whole = isinstance(number, int) or number.is_integer()
    if is_whole and datatype != DOUBLE and abs(number) < 10**21:
        return int(number)
    try:
        mantissa, _, exponent = f"{float(number):.15E}".partition("E")
        mantissa = mantissa.rstrip("0")
        text = f"{mantissa}{'0' * mantissa.endswith('.')}E{int(exponent)}"
        is_exact = float(text) == number
    except (OverflowError, ValueError):
        is_exact = False
    if not is_exact:
        refuse(trail, "has more digits than a proof would cover")
    return {"@value": text, "@type": datatype or DOUBLE}


def _check_tags(value: Mapping[str, Any], trail: Trail) -> None:
    is_text = isinstance(value["@value"], str) and "@type" not in value
    if "@language" in value and not (is_text and is_language(value["@language"])):
        refuse((*trail, "@language"), "must be the language tag of a text")
    if "@direction" in value and not (is_text and value["@direction"] in {"ltr", "rtl"}):
        refuse((*trail, "@direction"), "must be 'ltr' or 'rtl', of a text")
