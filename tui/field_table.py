"""Which field of a form a value has, by its kind."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tui.claims_field import ClaimsField
from tui.entry_field import EntryField
from tui.fields import ChoiceField, FlagField, FormField, LineField, ListField, TicksField
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.actions.registry import Parameter


def field_for(parameter: Parameter, language: str) -> FormField:
    """The field for a parameter, by its kind."""
    kind = parameter.entry or parameter.kind
    return _FIELDS.get(kind, LineField)(parameter, language)


_FIELDS: Final[Mapping[Kind, Callable[[Parameter, str], FormField]]] = MappingProxyType(
    {
        Kind.DID: EntryField,
        Kind.CREDENTIAL: EntryField,
        Kind.CONTACT: EntryField,
        Kind.PRODUCT: EntryField,
        Kind.CHOICE: ChoiceField,
        Kind.CLAIMS: ClaimsField,
        Kind.NAMES: TicksField,
        Kind.TEXTS: ListField,
        Kind.DOCUMENTS: ListField,
        Kind.FLAG: FlagField,
    }
)
