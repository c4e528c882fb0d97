"""Contacts and trust: whom the person knows by which DID, and whose credentials count for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, OptionList, Static, TabbedContent, TabPane
from textual.widgets.option_list import Option

from tui.keys import key
from tui.qr import QRScreen
from tui.screens.paged import PagedRoom
from tui.widgets import people as lines
from tui.widgets.empty import Empty
from tui.widgets.moving import MovingOptions, MovingScroll
from wallet.messages import say
from wallet.people import Issuer, Known, issuers, people

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Found = tuple[tuple[Known, ...], tuple[Issuer, ...]]

_OF_CONTACT: Final = frozenset({"rename", "pay", "request", "trust", "qr"})


class ContactsScreen(PagedRoom):
    """Two lists, a tab each, and one field that looks through both."""

    ROOM = "contacts"
    PAGES = ("known", "trusted")
    CSS_PATH = "contacts.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "add", say("New")),
        key("e", "rename", say("Rename")),
        key("x", "remove", say("Remove")),
        key("p", "pay", say("Pay")),
        key("a", "request", say("Ask for a credential")),
        key("t", "trust", say("Trust"), show=False),
        key("o", "export", say("Export"), show=False),
        key("v", "qr", say("QR code"), show=False),
        key("y", "copy", say("Copy"), show=False),
        key("right_square_bracket", "page(1)", say("Other list")),
        key("escape", "leave_search", say("Back"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Found = ((), ())
        self._shown: Found = ((), ())

    def furnish(self) -> ComposeResult:
        """The field, and under it the tabs."""
        yield Input(
            placeholder=self.words(say("Search by name, DID or type")),
            id="filter",
            classes="search",
            compact=True,
        )
        with TabbedContent(id="pages"):
            with TabPane(self.words(say("Contacts")), id="known"):
                yield Empty(
                    self.words(say("No contacts yet")),
                    self.words(
                        say(
                            "A contact is a name for somebody's DID: whom you issue to, pay, or"
                            " ask for a credential.\nPress n to add one."
                        )
                    ),
                    id="no-contacts",
                )
                with Horizontal(id="contacts-and-one"):
                    yield MovingOptions(id="contacts")
                    with MovingScroll(id="beside"):
                        yield Static(id="contact", markup=False)
            with TabPane(self.words(say("Trusted issuers")), id="trusted"):
                yield Empty(
                    self.words(say("Nobody is trusted by name yet")),
                    self.words(
                        say(
                            "So trust is not judged: any issuer whose signature holds will do."
                            "\nPress n to name those whose credentials count."
                        )
                    ),
                    id="no-issuers",
                )
                with Vertical(id="some-issuers"):
                    yield MovingOptions(id="issuers")

    def on_mount(self) -> None:
        """Nothing is shown before it is known whether there is anything."""
        for hidden in ("#no-contacts", "#contacts-and-one", "#no-issuers", "#some-issuers"):
            self.query_one(hidden).display = False

    def load(self) -> None:
        """Both lists anew."""
        self.look(_found, self._keep)

    @property
    def on_trust(self) -> bool:
        """Whether the list of trusted issuers is seen."""
        return self.page == "trusted"

    @property
    def contact(self) -> Known | None:
        """The contact that is highlighted, on the list that is seen."""
        return None if self.on_trust else self._at("#contacts", self._shown[0])

    @property
    def issuer(self) -> Issuer | None:
        """The issuer that is highlighted, on the list that is seen."""
        return self._at("#issuers", self._shown[1]) if self.on_trust else None

    def _at(self, listed: str, rows: tuple[Any, ...]) -> Any:
        at = self.query_one(listed, MovingOptions).highlighted
        return rows[at] if at is not None and at < len(rows) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done with the chosen one is offered."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        if action in _OF_CONTACT:
            return self.contact is not None
        if action in {"remove", "copy"}:
            return self.contact is not None or self.issuer is not None
        if action == "export":
            return self.on_trust and bool(self._found[1])
        return super().check_action(action, parameters)

    # What is shown

    def _keep(self, found: Found) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        known, trusting = self._found
        words, language = self.query_one("#filter", Input).value, self.holdfast.language
        self._shown = (
            tuple(one for one in known if one.says(words)),
            tuple(one for one in trusting if one.says(words)),
        )
        self.query_one("#no-contacts").display = not known
        self.query_one("#contacts-and-one").display = bool(known)
        self.query_one("#no-issuers").display = not trusting
        self.query_one("#some-issuers").display = bool(trusting)
        self._fill("#contacts", [lines.contact_line(one, language) for one in self._shown[0]])
        self._fill("#issuers", [lines.issuer_line(one, language) for one in self._shown[1]])
        self._show_contact()
        if self.focused is None:
            self.focus_page()

    def _fill(self, listed: str, prompts: list[Content]) -> None:
        options = self.query_one(listed, MovingOptions)
        before = options.highlighted or 0
        options.clear_options()
        options.add_options(map(Option, prompts))
        options.highlighted = min(before, len(prompts) - 1) if prompts else None

    @on(OptionList.OptionHighlighted, "#contacts")
    def _show_contact(self) -> None:
        known = self._at("#contacts", self._shown[0])
        page = lines.contact_page(known, self.holdfast.language) if known else ""
        self.query_one("#contact", Static).update(page)
        self.refresh_bindings()

    @on(OptionList.OptionHighlighted, "#issuers")
    def _another_issuer(self) -> None:
        self.refresh_bindings()

    @on(Input.Changed, "#filter")
    def _filter(self) -> None:
        self._show()

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.focus_page()

    def action_leave_search(self) -> None:
        """All of them again, and back to the list."""
        self.query_one("#filter", Input).value = ""
        self.focus_page()

    # What is done

    def action_add(self) -> None:
        """A form for another contact, or another issuer."""
        self.fill("trust_issuer" if self.on_trust else "add_contact", {})

    def action_rename(self) -> None:
        """A form for another name."""
        if (known := self.contact) is not None:
            self.fill("rename_contact", {"contact": known.contact.name})

    def action_remove(self) -> None:
        """A contact less, or an issuer less."""
        if (issuer := self.issuer) is not None:
            self.do("untrust_issuer", {"did": issuer.entry.issuer})
        elif (known := self.contact) is not None:
            self.do("remove_contact", {"contact": known.contact.name})

    def action_pay(self) -> None:
        """A form for a payment to them."""
        if (known := self.contact) is not None:
            self.fill("send_payment", {"to": known.contact.name})

    def action_request(self) -> None:
        """A form for a request to present a credential."""
        if (known := self.contact) is not None:
            self.fill("request_presentation", {"holder": known.contact.name})

    def action_trust(self) -> None:
        """A form for trusting the contact as an issuer."""
        if (known := self.contact) is not None:
            self.fill("trust_issuer", {"did": known.contact.name})

    def action_export(self) -> None:
        """A form for handing the list of trusted issuers on."""
        self.fill("export_trust", {})

    def action_qr(self) -> None:
        """The QR code of their DID."""
        if (known := self.contact) is not None:
            self.read("show_qr", {"entry": known.contact.name}, self._show_code)

    def _show_code(self, result: Result) -> None:
        self.holdfast.push_screen(QRScreen(self.words(result.summary), result.data["text"]))

    def action_copy(self) -> None:
        """The DID to the clipboard."""
        if (issuer := self.issuer) is not None:
            self.holdfast.copy_to_clipboard(issuer.entry.issuer)
        elif (known := self.contact) is not None:
            self.holdfast.copy_to_clipboard(str(known.contact.did))
        self.tell(say("copied"))


def _found(wallet: Wallet) -> Found:
    return people(wallet), issuers(wallet)
