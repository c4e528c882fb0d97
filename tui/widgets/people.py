"""Contacts and trusted issuers as lines of a list, and a contact with all that is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.widgets.identity import shortened
from wallet.display import printable
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.people import Issuer, Known
    from wallet.trust import Trusted


def contact_line(known: Known, language: str) -> Content:
    """A contact in a list: a sign where the name may deceive, and one where they are trusted."""
    doubt = ("! ", "$text-warning") if known.marked.warnings else ("", "")
    trust = f" · {text(say('trusted'), language)}" if known.trust else ""
    return Content.assemble(
        doubt,
        (known.marked.text, "bold"),
        ("\n", ""),
        (f"{shortened(str(known.contact.did))}{trust}", "dim"),
    )


def contact_page(known: Known, language: str) -> Content:
    """All that is known of a contact, line by line."""
    return Content("\n").join(_contact_lines(known, language))


def _contact_lines(known: Known, language: str) -> Iterator[Content]:
    yield Content.styled(known.marked.text, "bold")
    yield Content(printable(str(known.contact.did)))
    yield Content("")
    for warning in known.marked.warnings:
        yield Content.styled(f"! {text(warning, language)}", "$text-warning")
    if known.also:
        yield _fact(say("Also called"), ", ".join(known.also), language)
    if not known.trust:
        yield Content.styled(text(say("Not among the issuers that you trust."), language), "dim")
    for entry in known.trust:
        yield _fact(say("Trusted for"), trusted_for(entry, language), language)


def trusted_for(entry: Trusted, language: str) -> str:
    """The types for which somebody is trusted."""
    return ", ".join(entry.types) or text(say("all types of credentials"), language)


def issuer_line(issuer: Issuer, language: str) -> Content:
    """A trusted issuer in a list."""
    return Content.assemble(
        (printable(issuer.name) or shortened(issuer.entry.issuer), "bold"),
        (f"\n{printable(trusted_for(issuer.entry, language))}", "$text-success"),
        (f" · {shortened(issuer.entry.issuer)}" if issuer.name else "", "dim"),
    )


def _fact(label: Message, value: str, language: str) -> Content:
    return Content.assemble((f"{text(label, language)}: ", "dim"), printable(value))
