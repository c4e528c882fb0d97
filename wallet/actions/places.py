"""The places that a new credential gets in the wallet's status lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wallet.errors import BadInput
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.actions.securing import Mechanism
    from wallet.status_lists import OwnStatusList
    from wallet.vault.vault import Vault
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Places:
    """An index in each of some lists; nothing is written before `take`.

    `are_named` says that each has an `id` of its own, as VCDM 1.1 has it.
    """

    drawn: tuple[tuple[OwnStatusList, int], ...] = ()
    are_named: bool = False

    @property
    def members(self) -> Mapping[str, Any]:
        """What the credential says of them: `credentialStatus`, `status`, both or neither."""
        found: dict[str, Any] = {}
        for kept, index in self.drawn:
            for name, entry in kept.entry(index, is_named=self.are_named).items():
                present = found.get(name)
                found[name] = entry if present is None else [*_list(present), entry]
        return found

    @property
    def facts(self) -> tuple[tuple[Message, str], ...]:
        """For a consent: by which lists it can be taken back."""
        return tuple((say("Status list"), f"{kept.name} ({kept.url})") for kept, _ in self.drawn)

    def take(self, vault: Vault, credential: str) -> None:
        """Write down that the places are a credential's.

        Raises:
            BadInput: somebody took one meanwhile; nothing is written.
        """
        if not self.drawn:
            return
        # Deferred: few credentials can be taken back.
        from wallet.status_lists import keep, status_lists  # noqa: PLC0415

        present = {one.url: one for one in status_lists(vault)}
        for kept, index in self.drawn:
            now = present.get(kept.url)
            if now is None or index in now.taken.values():
                raise BadInput(f"the place in the status list {kept.name!r} was taken meanwhile")
            keep(vault, now.holding(credential, index))


def draw_places(wallet: Wallet, names: Sequence[str], way: Mechanism, *, issuer: str) -> Places:
    """A free place, drawn at random, in each of the lists of these names.

    Raises:
        BadInput: a list is not the wallet's, not by the issuer of the credential, or a credential
            secured that way cannot point to it.
    """
    if not names:
        return Places()
    # Deferred: as above.
    from wallet.status_lists import TOKEN, status_lists  # noqa: PLC0415

    known = {one.name.casefold(): one for one in status_lists(wallet.vault)}
    chosen: list[OwnStatusList] = []
    for name in names:
        if (kept := known.get(name.casefold())) is None:
            has = ", ".join(one.name for one in known.values())
            raise BadInput(
                f"there is no status list {name!r}",
                hint=f"there are: {has}" if has else "begin one: holdfast status create",
            )
        if way.format == "vcdm1" or (kept.kind == TOKEN and way.format in {"di", "cose"}):
            raise BadInput(
                f"a credential secured by {way.format!r} cannot point to the list {kept.name!r}",
                hint="issue it with --format jwt, or with a bitstring list and --format di",
            )
        if kept.kind != TOKEN and way.format == "sd-jwt":
            raise BadInput(
                f"an SD-JWT points to a token status list, and {kept.name!r} is none",
                hint="begin one: holdfast status create --kind token",
            )
        if kept.issuer != issuer:
            raise BadInput(
                f"the status list {kept.name!r} is by {kept.issuer}, and the credential is not",
                hint="a list is believed of its issuer's credentials: choose it with --issuer",
            )
        chosen.append(kept)
    if len({kept.url for kept in chosen}) != len(chosen):
        raise BadInput("the same status list is named twice")
    return Places(tuple((kept, kept.draw(wallet.draw)) for kept in chosen), are_named=way.is_older)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
