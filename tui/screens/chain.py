"""Chain: the network in use, its blocks, what waits, what the accounts have, and other networks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual.widgets import OptionList, Static, TabbedContent, TabPane

from did.chain import balance
from did.errors import DIDError
from tui.background import in_background
from tui.keys import key
from tui.onchain import Local, local, own_chain, tried
from tui.reading import ReadingScreen
from tui.screens.paged import PagedRoom
from tui.widgets import chain as lines
from tui.widgets.entries import payment_line
from tui.widgets.list_page import ListPage
from tui.widgets.long_list import LongList, Shape
from wallet.messages import say
from wallet.networks import EMBEDDED, blocks, connected, standing, transactions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from did.chain import Chain
    from wallet.actions.result import Result
    from wallet.networks import Block, Network, Standing

T = TypeVar("T")


class ChainScreen(PagedRoom):
    """One chain is watched: the one in use, until another is looked at."""

    ROOM = "chain"
    PAGES = ("blocks", "pending", "accounts", "payments", "networks")
    CSS_PATH = "chain.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("r", "refresh", say("Look again")),
        key("s", "settle", say("See to them")),
        key("plus", "speed_up", say("Speed up")),
        key("x", "cancel", say("Cancel it")),
        key("p", "pay", say("Pay")),
        key("c", "use", say("Use it")),
        key("n", "add", say("Another network")),
        key("D", "deploy", say("Put a registry there")),
        key("y", "copy", say("Copy"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._local = Local()
        self._watched: int | None = None
        self._connections: dict[int, Chain] = {}
        self._standing: Standing | None = None
        self._looks = 0

    def furnish(self) -> ComposeResult:
        """How the network stands, and under it the tabs."""
        yield Static(id="network", markup=False)
        with TabbedContent(id="pages"):
            with TabPane(self.words(say("Blocks")), id="blocks"):
                yield LongList(Shape(self._draw_block), id="block-list")
            yield from self._pages()

    def _pages(self) -> ComposeResult:
        yield ListPage(
            self.words(say("Pending")),
            empty=self.words(say("Nothing waits")),
            what=self.words(
                say("A transaction stands here from when it is signed until it is done.")
            ),
            id="pending",
        )
        yield ListPage(
            self.words(say("Accounts")),
            empty=self.words(say("No accounts yet")),
            what=self.words(
                say("Each did:ethr is an account. Identities, key 3, has a key to make one.")
            ),
            id="accounts",
        )
        yield ListPage(
            self.words(say("Payments")),
            empty=self.words(say("Nothing was paid yet")),
            what=self.words(say("Press p to pay somebody.")),
            id="payments",
        )
        yield ListPage(
            self.words(say("Networks")),
            empty=self.words(say("No networks yet")),
            what=self.words(say("Press n to name the node of one.")),
            id="networks",
        )

    @property
    def blocks(self) -> LongList[Block]:
        """The list of blocks."""
        return self.query_one("#block-list", LongList)

    @property
    def network(self) -> Network | None:
        """The one that is watched."""
        known = self._local.networks
        watched = (one for one in known if one.chain_id == self._watched)
        return next(watched, next((one for one in known if one.chosen), None))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What belongs to one of the tabs is offered there, where there is something."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        match action:
            case "deploy":
                here = self.network is not None and self.network.chosen
                return here and self._standing is not None and not self._standing.has_registry
            case "settle" | "speed_up" | "cancel":
                return self.page == "pending" and bool(self._local.pending)
            case "use":
                return self.page == "networks" and self._highlighted("networks") is not None
            case "pay":
                return self.page in {"accounts", "payments"} and bool(self._local.accounts)
            case _:
                return super().check_action(action, parameters)

    # Looking

    def load(self) -> None:
        """What the wallet knows, at once; then what the chain says."""
        self.look(local, self._show_local)

    def _show_local(self, found: Local) -> None:
        known = {one.chain_id: one for one in found.networks}
        for before in self._local.networks:
            if known.get(before.chain_id) != before:
                self._connections.pop(before.chain_id, None)
        self._local = found
        self._show_lists()
        if self.focused is None:
            self.focus_page()
        self._ask_chain()

    def _show_lists(self) -> None:
        local, language = self._local, self.holdfast.language
        for page, prompts in (
            ("pending", [lines.pending_line(p, local.waits(p), language) for p in local.pending]),
            ("accounts", [lines.account_line(one, language) for one in local.accounts]),
            ("payments", [payment_line(one, language) for one in local.payments]),
            ("networks", [lines.network_line(one, language) for one in local.networks]),
        ):
            self.query_one(f"#{page}", ListPage).show(prompts)
        self.refresh_bindings()

    def _highlighted(self, page: str) -> Any:
        """The entry of that page that is highlighted."""
        rows: Sequence[Any] = getattr(self._local, page)
        at = self.query_one(f"#{page}", ListPage).at
        return rows[at] if at is not None and at < len(rows) else None

    def _ask_chain(self) -> None:
        """How the watched network stands, and what the accounts on it have."""
        if (network := self.network) is None:
            self.query_one("#network", Static).update(self.words(say("This wallet has no chain.")))
            return
        self._looks += 1
        look = self._looks
        on_it = [one for one in self._local.accounts if one.chain_id == network.chain_id]

        def work(chain: Chain) -> tuple[Standing, list[int]]:
            seen = standing(chain, clock=self.holdfast.session.seconds)
            return seen, [balance(chain, one.address) for one in on_it]

        def show(found: tuple[Standing, list[int]] | DIDError) -> None:
            if look == self._looks:
                self._show_standing(network, found, on_it)

        if self._standing is None:
            self.query_one("#network", Static).update(
                lines.network_title(network, self.holdfast.language)
            )
        self._on_chain(network, work, show)

    def _show_standing(
        self,
        network: Network,
        found: tuple[Standing, list[int]] | DIDError,
        on_it: Sequence[lines.Account],
    ) -> None:
        told, language = self.query_one("#network", Static), self.holdfast.language
        if isinstance(found, DIDError):
            self._standing = None
            told.update(lines.unreachable_lines(network, found, language))
            self.blocks.begin(0)
        else:
            seen, owned = found
            self._standing = seen
            told.update(lines.standing_lines(network, seen, language))
            self.blocks.begin(seen.head + 1, at=self.blocks.cursor)
            has = dict(zip((one.own.id for one in on_it), owned, strict=True))
            self._local = replace(
                self._local,
                accounts=tuple(
                    replace(one, wei=has.get(one.own.id)) for one in self._local.accounts
                ),
            )
            self._show_lists()
        self.refresh_bindings()

    def _on_chain(
        self,
        network: Network,
        work: Callable[[Chain], T],
        then: Callable[[T | DIDError], None],
    ) -> None:
        """Ask a chain: the wallet's own in the wallet's thread, a node in one of its own."""
        if network.nodes is None:
            self.look(lambda wallet: tried(lambda: work(own_chain(wallet))), then)
            return

        def ask() -> T:
            if (chain := self._connections.get(network.chain_id)) is None:
                chain = self._connections[network.chain_id] = connected(network)
            return work(chain)

        self._await(in_background(lambda: tried(ask)), then)

    # Blocks

    def _draw_block(self, block: Block, cells: int) -> Sequence[Content]:
        return (lines.block_line(block, cells, self.holdfast.language),)

    @on(LongList.Needed, "#block-list")
    def _fetch(self, needed: LongList.Needed) -> None:
        network, seen, look = self.network, self._standing, self._looks
        if network is None or seen is None:
            return
        newest, count, start = seen.head - needed.start, needed.count, needed.start

        def show(found: tuple[Block, ...] | DIDError) -> None:
            if look == self._looks and not isinstance(found, DIDError):
                self.blocks.fill(start, found)

        self._on_chain(network, lambda chain: blocks(chain, newest, count), show)

    @on(LongList.Chosen, "#block-list")
    def _open_block(self) -> None:
        network, block = self.network, self.blocks.chosen
        if network is None or block is None:
            return

        def show(found: tuple[Mapping[str, Any], ...] | DIDError) -> None:
            if isinstance(found, DIDError):
                self.complain(found)
                return
            language = self.holdfast.language
            page = lines.block_page(block, found, self._local.names, language)
            title = say("block {block}", block=block.number)
            self.holdfast.push_screen(ReadingScreen(title, page, language))

        self._on_chain(network, lambda chain: transactions(chain, block.number), show)

    # Going about

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    def action_refresh(self) -> None:
        """Ask the chain once more."""
        self.load()

    @on(OptionList.OptionSelected, "#networks-list")
    def _watch(self) -> None:
        """Look at that network; which one is in use stays as it is."""
        if (network := self._highlighted("networks")) is not None:
            self._watched = network.chain_id
            self._standing = None
            self._ask_chain()

    # What is done

    def action_settle(self) -> None:
        """Ask the chains what became of what waits, and send again what they do not know."""
        self.read("list_transactions", {}, self._settled)

    def _settled(self, result: Result) -> None:
        self.tell(result.summary)
        self.load()

    def action_speed_up(self) -> None:
        """The same transaction with higher fees."""
        self._do_with_pending("speed_up")

    def action_cancel(self) -> None:
        """One that does nothing, in its place."""
        self._do_with_pending("cancel_transaction")

    def _do_with_pending(self, action: str) -> None:
        if (intent := self._highlighted("pending")) is not None:
            self.do(action, {"transaction": intent.id})

    def action_use(self) -> None:
        """Let new DIDs live on the network that is highlighted."""
        if (network := self._highlighted("networks")) is None:
            return
        if network.nodes is None:
            self.do("use_chain", {"urls": [EMBEDDED]}, self._used)
            return
        registry = network.nodes.registry
        known = {} if registry is None else {"registry": registry}
        self.do("use_chain", {"urls": list(network.nodes.urls), **known}, self._used)

    def _used(self, _result: Result) -> None:
        self._watched = self._standing = None

    def action_add(self) -> None:
        """A form for the nodes of another network."""
        self.fill("use_chain", {})

    def action_pay(self) -> None:
        """A form for a payment, from the account that is highlighted."""
        account = self._highlighted("accounts") if self.page == "accounts" else None
        self.fill("send_payment", {} if account is None else {"from": account.own.id})

    def action_deploy(self) -> None:
        """A registry on the chain in use, which has none."""
        self.do("deploy_registry", {})

    def action_copy(self) -> None:
        """What is highlighted, by its id on the chain, to the clipboard."""
        chosen = self.blocks.chosen if self.page == "blocks" else self._highlighted(self.page)
        for name in ("hash", "address", "transaction"):
            if (copied := getattr(chosen, name, None)) is not None:
                self.holdfast.copy_to_clipboard(str(copied))
                self.tell(say("copied"))
                return
