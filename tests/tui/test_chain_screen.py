"""The Chain screen, over the wallet's own chain, a node that answers and one that does not."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import OptionList, Static, TabbedContent

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from tui.reading import ReadingScreen
from tui.screens.chain import ChainScreen
from tui.screens.form import FormScreen
from wallet.registrars.accounts import account_address
from wallet.settings import NodeSettings, Settings, use_chain, use_embedded
from wallet.wallet import FUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    AtTheKeyboard = Callable[..., Any]

OTHER_CHAIN = 11_155_111  # as in `furnished`, whose node there does not answer


async def at_chain(person: Any) -> ChainScreen:
    await person.pilot.press("alt+7")
    await person.until(lambda: isinstance(person.app.screen, ChainScreen))
    screen = person.app.screen
    assert isinstance(screen, ChainScreen)
    await person.until(lambda: screen.focused is not None)
    return screen


async def turns_to(person: Any, screen: ChainScreen, page: str) -> OptionList:
    pages = screen.query_one("#pages", TabbedContent)
    while pages.active != page:
        before = pages.active
        await person.pilot.press("l")
        await person.until(lambda before=before: pages.active != before)
    listed = screen.query_one(f"#{page}-list", OptionList)
    await person.until(lambda: listed.has_focus)
    return listed


def told(screen: ChainScreen) -> str:
    return str(screen.query_one("#network", Static).render())


def rows(listed: OptionList) -> list[str]:
    return [str(option.prompt) for option in listed.options]


def offered(screen: ChainScreen) -> set[str]:
    return {active.binding.action for active in screen.active_bindings.values()}


@pytest.fixture
def silent() -> Iterator[str]:
    """A node that takes a call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@contextmanager
def public(person: Any, folder: Path) -> Iterator[tuple[EmbeddedChain, str]]:
    """Another chain, behind a node, on which the wallet's first account has ether."""
    first = person.app.session.look(lambda wallet: account_address(wallet.vault, 0)).result()
    with (
        EmbeddedChain.create(folder / "public.db", accounts={first: FUNDS}) as chain,
        serve(chain, port=0) as server,
    ):
        yield chain, server.url


async def test_the_chain_in_use_is_shown_with_its_blocks_newest_first(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_chain(person)
        await person.until(lambda: screen.blocks.chosen is not None)
        newest = screen.blocks.chosen
        assert newest is not None
        assert screen.blocks.total == newest.number + 1
        assert "this wallet's own: play money" in told(screen)
        assert f"block {newest.number}, " in told(screen)

        await person.pilot.press("enter")
        await person.until(lambda: isinstance(person.app.screen, ReadingScreen))
        assert "Amount: 0.25 ETH" in person.screen()
        assert "From: work (0x" in person.screen()
        await person.pilot.press("escape", "G")
        await person.until(
            lambda: screen.blocks.chosen is not None and not screen.blocks.chosen.number
        )


async def test_each_account_is_listed_with_what_it_has(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_chain(person)
        accounts = await turns_to(person, screen, "accounts")
        await person.until(lambda: "999." in rows(accounts)[0])
        assert rows(accounts)[0].startswith("work  999.7")
        await person.pilot.press("p")
        await person.until(lambda: isinstance(person.app.screen, FormScreen))
        assert person.app.screen.action.name == "send_payment"


async def test_what_waits_is_shown_with_its_age_and_an_unreachable_chain_is_one_line(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_chain(person)
        pending = await turns_to(person, screen, "pending")
        (waits,) = rows(pending)
        assert waits.startswith("payment 0.05 ETH 0x")
        assert "signed, and perhaps not sent · for 2 h · chain 11155111 · nonce 0" in waits
        assert {"settle", "speed_up", "cancel"} <= offered(screen)

        await person.pilot.press("plus")
        await person.until(lambda: len(person.app._notifications) > 0)
        (problem,) = person.app._notifications
        assert "127.0.0.1:9" in problem.message

        networks = await turns_to(person, screen, "networks")
        assert [row[0] for row in rows(networks)] == [" ", "✓"]
        await person.pilot.press("g", "enter")
        await person.until(lambda: "✗" in told(screen))
        assert "chain 11155111, by 127.0.0.1:9" in told(screen)
        assert "does not answer" in told(screen)
        assert len(rows(pending)) == 1


async def test_a_node_that_never_answers_holds_up_neither_screen_nor_wallet(
    at_the_keyboard: AtTheKeyboard, furnished: Any, silent: str
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        nodes = NodeSettings((silent,), "0x" + "11" * 20)
        use_chain(person.app.session.home, OTHER_CHAIN, nodes)
        screen = await at_chain(person)
        await person.until(lambda: f"chain {OTHER_CHAIN}" in told(screen))
        accounts = await turns_to(person, screen, "accounts")
        assert rows(accounts)[0].startswith("work  on chain ")
        await person.pilot.press("alt+4")
        await person.until(lambda: person.app.screen.query("#contacts").first().option_count > 0)


async def test_another_network_is_used_after_a_yes_and_its_registry_can_be_put_there(
    at_the_keyboard: AtTheKeyboard, furnished: Any, tmp_path: Path
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        with public(person, tmp_path) as (chain, url):
            use_chain(person.app.session.home, chain.chain_id, NodeSettings((url,)))
            use_embedded(person.app.session.home)
            screen = await at_chain(person)
            networks = await turns_to(person, screen, "networks")
            at = next(n for n, row in enumerate(rows(networks)) if str(chain.chain_id) in row)
            await person.pilot.press("g", *["j"] * at, "c")
            await person.until(lambda: person.asked)
            await person.reads()
            await person.pilot.press("y")
            await person.until(lambda: f"chain {chain.chain_id}, by 127.0.0.1" in told(screen))
            assert Settings.read(person.app.session.home).chain == chain.chain_id
            await person.until(lambda: "block 0, " in told(screen))


async def test_a_chain_without_a_registry_says_so_and_which_key_puts_one_there(
    at_the_keyboard: AtTheKeyboard, furnished: Any, tmp_path: Path
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        with public(person, tmp_path) as (chain, url):
            nowhere = NodeSettings((url,), "0x" + "11" * 20)
            use_chain(person.app.session.home, chain.chain_id, nowhere)
            screen = await at_chain(person)
            await person.until(lambda: "has no registry of DIDs yet" in told(screen))
            assert "deploy" in offered(screen)
            await person.until(lambda: screen.blocks.total == 1)


async def test_a_wallet_without_dids_or_payments_says_what_to_do(
    at_the_keyboard: AtTheKeyboard,
) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        screen = await at_chain(person)
        await person.until(lambda: screen.blocks.total == 1)
        for page in ("pending", "accounts", "payments"):
            assert screen.query_one(f"#no-{page}").display
        assert "Nothing waits" in person.screen()
        assert not {"deploy", "settle", "pay"} & offered(screen)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 60)])
async def test_it_fits_in_chinese(
    at_the_keyboard: AtTheKeyboard, furnished: Any, size: tuple[int, int]
) -> None:
    async with at_the_keyboard([], there=furnished, language="zh", size=size) as person:
        await person.unlocks()
        screen = await at_chain(person)
        await person.until(lambda: screen.blocks.chosen is not None)
        blocks = screen.blocks
        assert blocks.region.right <= size[0]
        assert blocks.region.bottom < size[1]
        assert {blocks.render_line(y).cell_length for y in range(5)} == {blocks.size.width}
        assert "区块" in told(screen)
