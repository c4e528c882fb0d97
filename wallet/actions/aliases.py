"""Other names on the way to an action: what is called by an alias is called by its own name.

Both doors to an action pass here, `consent.proposed` and `reading.reading`, and so whatever names
an entry does. A name that an entry has of its own always means that entry.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Kind
from wallet.entries import contact_or_did, credential, dids, find
from wallet.errors import Ambiguous, NoSuchEntry
from wallet.files import at_home
from wallet.memory import further_names
from wallet.products.product import products

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.actions.registry import Action, Parameter
    from wallet.entries import Entry
    from wallet.wallet import Wallet

_LOOKS: Final[Mapping[Kind, Callable[[Wallet, str], Entry]]] = {
    Kind.DID: lambda wallet, name: find(dids(wallet.vault), name, noun="DID"),
    Kind.CONTACT: lambda wallet, name: contact_or_did(wallet.vault, name),
    Kind.PRODUCT: lambda wallet, name: find(products(wallet.vault), name, noun="product"),
    Kind.CREDENTIAL: lambda wallet, name: credential(wallet.index, name),
}


def by_own_names(wallet: Wallet, action: Action, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments, with the id of an entry in the place of another name of it.

    Raises:
        Ambiguous: the name stands for several entries of that kind.
    """
    naming = {
        each.name: each
        for each in action.parameters
        if (each.entry or each.kind) in _LOOKS and isinstance(arguments.get(each.name), str)
    }
    also = further_names(wallet.vault) if naming else {}
    if not also:
        return arguments
    return {
        name: _own(wallet, naming[name], value, also) if name in naming else value
        for name, value in arguments.items()
    }


def _own(
    wallet: Wallet, parameter: Parameter, name: str, also: Mapping[str, tuple[str, ...]]
) -> str:
    look = _LOOKS[parameter.entry or parameter.kind]
    wanted = name.casefold()
    called = [id_ for id_, names in also.items() if wanted in map(str.casefold, names)]
    if not called or _is_there(wallet, look, name) or _is_file(parameter, name):
        return name
    meant = [id_ for id_ in called if _is_there(wallet, look, id_)]
    if len(meant) > 1:
        ids = ", ".join(meant)
        raise Ambiguous(f"{name!r} stands for several entries", hint=f"name one by id: {ids}")
    return meant[0] if meant else name


def _is_there(wallet: Wallet, look: Callable[[Wallet, str], Entry], name: str) -> bool:
    """Whether there is an entry of that id or name, or several."""
    with suppress(NoSuchEntry):
        with suppress(Ambiguous):
            look(wallet, name)
        return True
    return False


def _is_file(parameter: Parameter, name: str) -> bool:
    """Whether a file of that name may stand there as well, and is there."""
    return parameter.literal and parameter.kind is Kind.CREDENTIAL and at_home(Path(name)).exists()
