"""A credential: what it says, who issued it, its report, its past, the document itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TabbedContent, TabPane

from tui.background import in_background
from tui.judging import judged, seen, stored
from tui.keys import key
from tui.qr import QRScreen
from tui.screens.paged import PagedRoom
from tui.themes import MUTED
from tui.times import local, on_the_wall
from tui.widgets.badges import badge
from tui.widgets.facts import Facts
from tui.widgets.moving import MovingScroll
from tui.widgets.raw import RawView
from tui.widgets.report import report_content
from wallet.actions import ACTIONS
from wallet.actions.codes import code_of
from wallet.actions.contacts import ADD_CONTACT
from wallet.actions.deleting import DELETE_CREDENTIAL
from wallet.actions.dossier import dossier, past
from wallet.actions.naming import RENAME_CREDENTIAL, TAG_CREDENTIAL, UNTAG_CREDENTIAL
from wallet.actions.presentations import PRESENT_CREDENTIAL
from wallet.actions.trusting import TRUST_ISSUER
from wallet.display import printable
from wallet.errors import NoSuchEntry
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from did.errors import DIDError
    from tui.judging import Stored
    from wallet.actions.dossier import Dossier, Event
    from wallet.errors import WalletError
    from wallet.verify.report import Report
    from wallet.wallet import Wallet

_TITLES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "claims": say("Claims"),
        "issuer": say("Issuer"),
        "report": say("Report"),
        "history": say("History"),
        "raw": say("Document"),
    }
)


class CredentialScreen(PagedRoom):
    """One credential, on top of the list that it was chosen from."""

    ROOM = "credentials"
    PAGES = ("claims", "issuer", "report", "history", "raw")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("right_square_bracket", "page(1)", say("Next page")),
        key("v", "verify", say("Verify")),
        key("p", "present", say("Present")),
        key("q", "qr", say("QR code")),
        key("y", "copy", say("Copy")),
        key("r", "rename", say("Rename")),
        key("t", "tag", say("Tag")),
        key("minus", "untag", say("Take tags away"), show=False),
        key("d", "delete", say("Delete")),
        key("a", "add_issuer", say("Add issuer to contacts"), show=False),
        key("T", "trust", say("Trust issuer"), show=False),
        key("escape", "back", say("Back")),
    ]
    DEFAULT_CSS = """
    CredentialScreen #head {
      height: auto;
      padding: 0 1;
    }
    CredentialScreen TabbedContent {
      height: 1fr;
    }
    CredentialScreen TabPane {
      padding: 0 1;
    }
    CredentialScreen MovingScroll {
      height: 1fr;
    }
    """

    def __init__(self, id_: str, *, page: str = "claims") -> None:
        """`page` is the one that is seen first."""
        super().__init__()
        self._credential = id_
        self._is_left = False
        self._first = page
        self._dossier: Dossier | None = None
        self._is_verifying = False

    def furnish(self) -> ComposeResult:
        """What it is called, and the pages."""
        yield Static(id="head", markup=False)
        with TabbedContent(initial=self._first, id="pages"):
            for name in ("claims", "issuer"):
                with TabPane(self.words(_TITLES[name]), id=name), MovingScroll():
                    yield Vertical(id=f"{name}-facts")
            for name in ("report", "history"):
                with TabPane(self.words(_TITLES[name]), id=name), MovingScroll():
                    yield Static(id=f"{name}-text", markup=False)
            with TabPane(self.words(_TITLES["raw"]), id="raw"):
                yield RawView(id="document")

    # What is shown

    def load(self) -> None:
        """It may have been renamed meanwhile, or its issuer trusted."""
        self.look(lambda wallet: _found(wallet, self._credential), self._show)

    def _show(self, found: Dossier | None) -> None:
        if found is None:
            self.action_back()
            return
        is_first, self._dossier = self._dossier is None, found
        self._draw_head(found)
        self._fill("claims", self._claims(found))
        self._fill("issuer", self._issuer(found))
        titles = {name: say(action.help) for name, action in ACTIONS.items()}
        self.look(lambda wallet: past(wallet, found.entry, titles), self._show_past)
        if is_first:
            self.query_one("#document", RawView).show(found.entry.credential.raw)
            self.focus_page()
            if self._first == "report":
                self.action_verify()
            else:
                self._report(self.words(say("Press v to verify it now.")))

    def _draw_head(self, found: Dossier) -> None:
        listed, language = found.listed, self.holdfast.language
        tags = "".join(f"  #{printable(tag)}" for tag in found.entry.tags)
        head = Content.assemble(
            (printable(found.entry.label), "bold $primary"),
            "  ",
            badge(listed.standing, language),
            "  ",
            (self.words(listed.ends), MUTED),
            (tags, "$text-accent"),
        )
        self.query_one("#head", Static).update(head)

    def _fill(self, page: str, rows: Iterator[tuple[str, str]]) -> None:
        place = self.query_one(f"#{page}-facts", Vertical)
        place.remove_children()
        place.mount(Facts([(printable(label), printable(value)) for label, value in rows]))

    def _claims(self, found: Dossier) -> Iterator[tuple[str, str]]:
        several = len({one.subject for one in found.claims}) > 1
        for one in found.claims:
            name = one.name
            if several:
                name = self.words(say("subject {number}: {name}", number=one.subject, name=name))
            yield name, self.words(one.value) if isinstance(one.value, Message) else one.value
        credential = found.entry.credential
        yield "", ""
        yield self.words(say("Type")), ", ".join(credential.types)
        yield self.words(say("Subject")), ", ".join(found.subjects) or self.words(say("nobody"))
        if found.holder:
            yield self.words(say("Holder")), found.holder
        if credential.valid_from is not None:
            yield self.words(say("Valid from")), on_the_wall(credential.valid_from)
        until = credential.valid_until
        yield (
            self.words(say("Until")),
            on_the_wall(until) if until else self.words(say("no end")),
        )
        yield self.words(say("Id")), found.entry.id

    def _issuer(self, found: Dossier) -> Iterator[tuple[str, str]]:
        issuer = found.issuer
        unknown = say("{name}, as it calls itself: it is none of your contacts", name=issuer.name)
        if issuer.is_known:
            yield self.words(say("Name")), issuer.name
        elif issuer.name:
            yield self.words(say("Name")), self.words(unknown)
        else:
            yield self.words(say("Name")), self.words(say("none: it is none of your contacts"))
        yield "DID", issuer.did
        yield self.words(say("Trust")), self.words(issuer.standing)
        for warning in issuer.warnings:
            yield "!", self.words(warning)
        if not issuer.is_known:
            yield "", ""
            yield "", self.words(say("a adds it to your contacts; T trusts it."))

    def _show_past(self, events: tuple[Event, ...]) -> None:
        lines = [
            Content.assemble(
                (local(event.at), MUTED),
                "  ",
                printable(self.words(event.what)),
            )
            for event in events
        ]
        self.query_one("#history-text", Static).update(Content("\n").join(lines))

    def _report(self, content: Content | str) -> None:
        self.query_one("#report-text", Static).update(content)

    # Deeds

    def action_verify(self) -> None:
        """Its report, made now. Whoever has to be asked may take their time."""
        self.turn_to("report")
        if not self._is_verifying:
            self._is_verifying = True
            self._report(self.words(say("verifying …")))
            self.look(lambda wallet: stored(wallet, self._credential), self._judge)

    def _judge(self, found: Stored) -> None:
        self._await(in_background(lambda: judged(found.asked, found.raw)), self._show_report)

    def _show_report(self, report: Report) -> None:
        self._is_verifying = False
        self._report(report_content(report, self.holdfast.language))
        self.look(lambda wallet: _seen(wallet, self._credential, report), self._show)

    def action_present(self) -> None:
        """A form for showing it to somebody."""
        self.fill(PRESENT_CREDENTIAL.name, {"credential": self._credential})

    def action_rename(self) -> None:
        """A form for another name."""
        if self._dossier is not None:
            values = {"credential": self._credential, "name": self._dossier.entry.name}
            self.fill(RENAME_CREDENTIAL.name, values)

    def action_tag(self) -> None:
        """A form for more tags."""
        self.fill(TAG_CREDENTIAL.name, {"credential": self._credential})

    def action_untag(self) -> None:
        """A form for fewer tags; those that it has stand there."""
        if self._dossier is not None and self._dossier.entry.tags:
            values = {"credential": self._credential, "tags": self._dossier.entry.tags}
            self.fill(UNTAG_CREDENTIAL.name, values)

    def action_delete(self) -> None:
        """Into the trash; then there is nothing left to see here."""
        self.do(DELETE_CREDENTIAL.name, {"credential": self._credential})

    def action_add_issuer(self) -> None:
        """A form for a contact."""
        if self._dossier is not None:
            issuer = self._dossier.issuer
            self.fill(ADD_CONTACT.name, {"did": issuer.did, "name": issuer.name})

    def action_trust(self) -> None:
        """A form for trusting its issuer, for what this is."""
        if self._dossier is not None:
            types = [self._dossier.entry.type]
            self.fill(TRUST_ISSUER.name, {"did": self._dossier.issuer.did, "types": types})

    def action_qr(self) -> None:
        """A code of all of it; where that is too much, what to do."""
        self.look(lambda wallet: code_of(wallet, self._credential), self._show_code)

    def _show_code(self, found: tuple[str, Message]) -> None:
        text, title = found
        self.holdfast.push_screen(QRScreen(self.words(title), text))

    def action_copy(self) -> None:
        """The document to the clipboard."""
        if self._dossier is not None:
            raw = self._dossier.entry.credential.raw
            self.holdfast.copy_to_clipboard(raw.decode(errors="replace"))
            self.tell(say("copied"))

    def action_back(self) -> None:
        """To the list."""
        if not self._is_left:
            self._is_left = True
            self.dismiss()

    def complain(self, error: WalletError | DIDError) -> None:
        """What cannot be verified can be tried again."""
        self._is_verifying = False
        super().complain(error)


def _seen(wallet: Wallet, id_: str, report: Report) -> Dossier | None:
    """What is known of it, now that it was verified."""
    seen(wallet, id_, report)
    return _found(wallet, id_)


def _found(wallet: Wallet, id_: str) -> Dossier | None:
    """What is known of it; nothing where it was deleted meanwhile."""
    try:
        return dossier(wallet, id_)
    except NoSuchEntry:
        return None
