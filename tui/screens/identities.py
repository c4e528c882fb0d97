"""Identities: the DIDs of the wallet, and of the chosen one its document, its keys and its past."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widgets import OptionList, Static, TabbedContent, TabPane
from textual.widgets.option_list import Option

from did.chain.amounts import ether
from did.errors import DIDError
from tui.keys import key
from tui.qr import QRScreen
from tui.reading import ReadingScreen
from tui.screens.paged import PagedRoom
from tui.widgets import identity as pages
from tui.widgets.empty import Empty
from tui.widgets.moving import MovingOptions, MovingScroll
from wallet.display import printable
from wallet.identities.looking import look_at
from wallet.identities.publication import publication
from wallet.identities.state import identities
from wallet.identities.timeline import timeline
from wallet.memory import ISSUING
from wallet.messages import say

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from wallet.actions.result import Result
    from wallet.entries import OwnDID
    from wallet.identities.looking import Look
    from wallet.identities.publication import Publication
    from wallet.identities.state import Identity
    from wallet.identities.timeline import Event
    from wallet.messages import Message
    from wallet.wallet import Wallet

    Seen = tuple[Look, tuple[Event, ...], DIDError | None]

SETTLING: Final = 0.15
"""Seconds for which one stays on a DID before it is looked at; a list may be run through."""


class IdentitiesScreen(PagedRoom):
    """The wallet's own DIDs."""

    ROOM = "identities"
    PAGES = ("document", "keys", "services", "history", "json")
    CSS_PATH = "identities.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "create", say("New")),
        key("p", "publish", say("Publish")),
        key("r", "rotate", say("New key")),
        key("s", "fill('add_service')", say("Add a service"), show=False),
        key("S", "fill('remove_service')", say("Remove a service"), show=False),
        key("d", "fill('add_delegate')", say("Add a delegate"), show=False),
        key("D", "fill('revoke_delegate')", say("Remove a delegate"), show=False),
        key("t", "fill('transfer_did')", say("Transfer"), show=False),
        key("x", "deactivate", say("Deactivate"), show=False),
        key("e", "rename", say("Rename")),
        key("f", "purpose", say("Use for"), show=False),
        key("v", "qr", say("QR code")),
        key("y", "copy", say("Copy")),
        key("i", "fill('import_key')", say("Import a key"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._identities: tuple[Identity, ...] = ()
        self._events: tuple[Event, ...] = ()
        self._seen: Look | None = None
        self._looking = False

    def furnish(self) -> ComposeResult:
        """The list, and the pages of the chosen one; or what to do where there is none."""
        yield Empty(
            self.words(say("No DIDs yet")),
            self.words(
                say(
                    "A DID is a name that is yours alone: credentials are issued to it and by it."
                    "\nPress n to make one, or i to bring a key from another program."
                )
            ),
            id="none",
        )
        with Horizontal(id="some"):
            yield MovingOptions(id="dids")
            with Vertical(id="chosen"), TabbedContent(id="pages"):
                with TabPane(self.words(say("Document")), id="document"), MovingScroll():
                    yield Static(id="document-text", markup=False)
                with TabPane(self.words(say("Keys")), id="keys"), MovingScroll():
                    yield Static(id="keys-text", markup=False)
                with TabPane(self.words(say("Services")), id="services"), MovingScroll():
                    yield Static(id="services-text", markup=False)
                with TabPane(self.words(say("History")), id="history"):
                    yield Static(id="history-text", markup=False)
                    yield MovingOptions(id="events")
                with TabPane("JSON", id="json"), MovingScroll():
                    yield Static(id="json-text", markup=False)

    def on_mount(self) -> None:
        """Nothing is shown before it is known whether there is anything."""
        self.query_one("#none").display = False
        self.query_one("#some").display = False

    def load(self) -> None:
        """The list anew."""
        self.look(identities, self._show)

    @property
    def chosen(self) -> Identity | None:
        """The DID that is highlighted."""
        at = self.query_one("#dids", MovingOptions).highlighted
        return self._identities[at] if at is not None and at < len(self._identities) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done to the chosen one is offered."""
        if not self.is_mounted or action not in _OF_ONE | {"fill"}:
            return super().check_action(action, parameters)
        if parameters == ("import_key",):
            return True
        if (chosen := self.chosen) is None:
            return False
        if parameters and parameters[0] in _OF_ACCOUNTS:
            return chosen.can_change and chosen.own.did.method == "ethr"
        return chosen.can_change or action in _ALWAYS

    def _show(self, found: tuple[Identity, ...]) -> None:
        before = self.chosen
        self._identities = found
        self.query_one("#none").display = not found
        self.query_one("#some").display = bool(found)
        dids = self.query_one("#dids", MovingOptions)
        dids.clear_options()
        dids.add_options(
            Option(pages.summary(one, self.holdfast.language), id=str(at))
            for at, one in enumerate(found)
        )
        if found:
            ids = [one.own.id for one in found]
            known = before is not None and before.own.id in ids
            dids.highlighted = ids.index(before.own.id) if before and known else 0
            if self.focused is None:
                dids.focus()
            self._look()
        self.refresh_bindings()

    @on(OptionList.OptionHighlighted, "#dids")
    def _highlight(self) -> None:
        self.refresh_bindings()
        self.set_timer(SETTLING, self._look)

    @on(OptionList.OptionSelected, "#dids")
    def _enter(self) -> None:
        """Enter leads to what is shown of it."""
        self.focus_page()

    def _look(self) -> None:
        """Look at the chosen one, one at a time; whoever has gone on meanwhile is followed."""
        if (chosen := self.chosen) is None or self._looking:
            return
        self._looking = True
        self.look(lambda wallet: _seen(wallet, chosen.own), lambda seen: self._draw(chosen, seen))

    def _draw(self, identity: Identity, seen: Seen) -> None:
        self._looking = False
        if self.chosen is None or self.chosen.own != identity.own:
            self._look()
            return
        look, events, problem = seen
        language = self.holdfast.language
        self._seen, self._events = look, tuple(reversed(events))
        self._text("document", pages.document_page(identity, look, language))
        self._text("keys", pages.keys_page(look, language))
        self._text("services", pages.services_page(look, language))
        self._text("json", pages.json_page(look.json))
        self._text("history", self._about_history(identity, problem))
        self.query_one("#history-text").display = problem is not None or not events
        listed = self.query_one("#events", MovingOptions)
        listed.clear_options()
        listed.add_options(Option(pages.event_lines(one, language)) for one in self._events)
        listed.highlighted = 0 if self._events else None

    def _text(self, page: str, content: Content | str) -> None:
        self.query_one(f"#{page}-text", Static).update(content)

    def _about_history(self, identity: Identity, problem: DIDError | None) -> str:
        if problem is not None:
            return printable(str(problem))
        if identity.can_change or identity.own.deactivated:
            return self.words(say("Nothing was published yet. Press p to publish it."))
        return self.words(
            say(
                "A did:{method} is its own document: nothing of it ever changes.",
                method=identity.own.did.method,
            )
        )

    def turn_to(self, page: str) -> None:
        """Another page; who is in the list stays there."""
        if self.focused is not None and self.query_one("#chosen") in self.focused.ancestors:
            super().turn_to(page)
        else:
            self.query_one("#pages", TabbedContent).active = page

    @on(OptionList.OptionSelected, "#events")
    def _open_version(self, selected: OptionList.OptionSelected) -> None:
        """The document as it was then."""
        event = self._events[selected.option_index]
        title = say("as of version {version}", version=pages.shortened(event.version))
        self._read(title, pages.json_page(event.document))

    def _read(self, title: Message, body: Content | str) -> None:
        self.holdfast.push_screen(ReadingScreen(title, body, self.holdfast.language))

    def action_create(self) -> None:
        """A form for a new DID."""
        self.fill("create_did", {})

    def action_fill(self, action: str) -> None:
        """A form for a deed about the chosen DID."""
        chosen = self.chosen
        about = {} if action == "import_key" or chosen is None else {"did": chosen.own.id}
        self.fill(action, about)

    def action_rename(self) -> None:
        """A form for another name."""
        if (chosen := self.chosen) is not None:
            self.fill("rename_did", {"did": chosen.own.id, "name": chosen.own.name})

    def action_purpose(self) -> None:
        """What the wallet uses it for where nothing else is said."""
        if (chosen := self.chosen) is not None:
            self.fill("set_memory", {"about": "did", "words": [ISSUING, chosen.own.id]})

    def action_publish(self) -> None:
        """First what publishing comes to; then, where the person goes on, the consent dialog."""
        if (chosen := self.chosen) is not None:
            self.look(
                lambda wallet: publication(wallet, chosen.own),
                lambda coming: self._preview(chosen, coming),
            )

    def _preview(self, identity: Identity, coming: Publication) -> None:
        language, own = self.holdfast.language, identity.own
        cost = f"{ether(coming.cost)} ETH" if coming.cost else self.words(say("none"))

        def answered(goes_on: bool | None) -> None:  # noqa: FBT001 - as Textual calls it
            if goes_on:
                self.do("publish_did", {"did": own.id})

        self.holdfast.push_screen(
            ReadingScreen(
                say("Publish {did}", did=own.label),
                pages.difference_page(coming, language, cost=cost),
                language,
                leads_to=say("publish"),
            ),
            answered,
        )

    def action_rotate(self) -> None:
        """Another key to sign with."""
        if (chosen := self.chosen) is not None:
            self.do("rotate_key", {"did": chosen.own.id})

    def action_deactivate(self) -> None:
        """Give it up; the consent dialog says that this is for good."""
        if (chosen := self.chosen) is not None:
            self.do("deactivate_did", {"did": chosen.own.id})

    def action_qr(self) -> None:
        """Its QR code."""
        if (chosen := self.chosen) is not None:
            self.read("show_qr", {"entry": chosen.own.id}, self._show_code)

    def _show_code(self, result: Result) -> None:
        self.holdfast.push_screen(QRScreen(self.words(result.summary), result.data["text"]))

    def action_copy(self) -> None:
        """The DID to the clipboard; on the page of its JSON, the document."""
        if (chosen := self.chosen) is None:
            return
        copied = chosen.own.id
        if self._seen is not None and self.page == "json":
            copied = json.dumps(self._seen.json, ensure_ascii=False, indent=2)
        self.holdfast.copy_to_clipboard(copied)
        self.tell(say("copied"))


_ALWAYS: Final = frozenset({"rename", "purpose", "qr", "copy"})
"""What can be done to a DID of any method, in any state."""
_OF_ONE: Final = frozenset({*_ALWAYS, "publish", "rotate", "deactivate"})
_OF_ACCOUNTS: Final = frozenset({"add_delegate", "revoke_delegate", "transfer_did"})
"""What a did:ethr alone has."""


def _seen(wallet: Wallet, own: OwnDID) -> Seen:
    """All that is shown of it; a past that cannot be had leaves the rest to be seen."""
    look = look_at(wallet, own)
    try:
        return look, timeline(wallet, own), None
    except DIDError as error:
        return look, (), error
