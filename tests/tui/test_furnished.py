from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.tui.furnished import PASSPHRASE, made
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.furnished import Furnished


def records(home: Path) -> list[object]:
    with open_wallet(home, Secret(PASSPHRASE), read_only=True) as wallet:
        return list(wallet.vault.each())


def test_is_the_same_wherever_it_is_made(furnished: Furnished, tmp_path: Path) -> None:
    assert records(made(tmp_path)) == records(furnished.home)


async def test_opens_as_somebody_left_it(
    at_the_keyboard: Callable[..., Any], furnished: Furnished
) -> None:
    async with at_the_keyboard(["list_dids"], there=furnished) as person:
        await person.unlocks()
        await person.until(lambda: "renew the residence permit" in person.screen())
        await person.says("list my dids")
        await person.until(lambda: "0x3d3b75fb031" in person.screen())
