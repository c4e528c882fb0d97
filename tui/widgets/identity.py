"""A DID of the wallet as a person reads it: its document, keys, services and past, line by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content
from textual.highlight import highlight

from wallet.display import printable, printable_lines
from wallet.identities.keys import PURPOSES
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from did.document import Service
    from wallet.identities.keys import ListedKey
    from wallet.identities.looking import Look
    from wallet.identities.publication import Publication
    from wallet.identities.state import Identity
    from wallet.identities.timeline import Event
    from wallet.registrars.registrar import Facts

_HEADING: Final = "bold $primary"
_MUTED: Final = "dim"
_SIGNS: Final = {"Adds": ("+", "$text-success"), "Removes": ("-", "$text-error")}


def summary(identity: Identity, language: str) -> Content:
    """A DID in a list: its name, and under it the method, the state and what it is for."""
    own = identity.own
    method = f"did:{own.did.method}"
    purposes = "".join(f" · {printable(purpose)}" for purpose in identity.purposes)
    return Content.assemble(
        (printable(own.name) or shortened(own.id), "bold"),
        ("\n", ""),
        (f"{method} · {text(identity.state, language)}{purposes}", _MUTED),
    )


def shortened(did: str, most: int = 24) -> str:
    """A DID, or a hash, with its middle left out where it is long."""
    shown = printable(did)
    return shown if len(shown) <= most else f"{shown[: most - 9]}…{shown[-8:]}"


def document_page(identity: Identity, look: Look, language: str) -> Content:
    """The document as a person reads it."""
    return Content("\n").join(_document_lines(identity, look, language))


def _document_lines(identity: Identity, look: Look, language: str) -> Iterator[Content]:
    yield from _about(identity, look, language)
    if look.document is None:
        return
    for controller in look.document.controllers:
        yield _fact(say("Controller"), str(controller), language)
    for name in look.document.also_known_as:
        yield _fact(say("Also known as"), name, language)
    yield Content("")
    yield _heading(say("Keys"), language)
    for key in look.keys:
        yield _key_line(key, language)
    yield Content("")
    yield _heading(say("Services"), language)
    yield from map(_service_line, look.document.services)
    if not look.document.services:
        yield Content.styled(text(say("none"), language), _MUTED)


def _about(identity: Identity, look: Look, language: str) -> Iterator[Content]:
    """What the wallet knows of it beside the document."""
    own = identity.own
    if own.name:
        yield Content.styled(printable(own.name), "bold")
    yield Content(printable(own.id))
    yield Content("")
    yield _fact(say("Method"), f"did:{own.did.method}", language)
    yield _fact(say("State"), identity.state, language)
    if identity.purposes:
        yield _fact(say("Used for"), ", ".join(identity.purposes), language)
    if own.published and identity.can_change:
        yield _fact(say("Published by"), own.published, language)
    if look.problem is not None:
        yield Content.styled(printable(str(look.problem)), "$text-warning")


def keys_page(look: Look, language: str) -> Content:
    """Each key with all that is known of it."""
    return Content("\n\n").join(
        Content("\n").join(
            (
                _key_line(key, language),
                _fact(say("May"), _purposes(key, language), language),
                _fact(say("Where"), key.place, language),
                *(() if key.use is None else (_fact(say("Here for"), key.use, language),)),
            )
        )
        for key in look.keys
    )


def services_page(look: Look, language: str) -> Content:
    """Each service, or what to do where there is none."""
    services = look.document.services if look.document else ()
    if not services:
        hint = say("No services. A service says where to reach whoever has the DID.")
        return Content.styled(text(hint, language), _MUTED)
    return Content("\n").join(map(_service_line, services))


def json_page(document: Mapping[str, Any] | None) -> Content:
    """A document as JSON, coloured."""
    if document is None:
        return Content("")
    return highlight(
        printable_lines(json.dumps(document, ensure_ascii=False, indent=2)), language="json"
    )


def event_lines(event: Event, language: str) -> Content:
    """A change in the past: when, where it is written, and what it changed."""
    place = (
        text(say("block {block}", block=event.block), language)
        if event.block is not None
        else text(say("version {version}", version=shortened(event.version, 16)), language)
    )
    transaction = f" · {shortened(event.transaction)}" if event.transaction else ""
    first = Content.assemble(
        ("● ", "$primary"),
        (f"{event.at:%Y-%m-%d %H:%M} UTC", "bold"),
        (f" · {place}{printable(transaction)}", _MUTED),
    )
    return Content("\n").join((first, *changes(event.changes, language, indent="│ ")))


def changes(facts: Facts, language: str, *, indent: str = "") -> Iterator[Content]:
    """Differences as lines with a sign and a colour."""
    if not facts:
        nothing = text(say("nothing that the document shows"), language)
        yield Content.styled(f"{indent}{nothing}", _MUTED)
    for label, value in facts:
        sign, colour = _SIGNS.get(label.template, ("~", "$text-warning"))
        yield Content.assemble(
            (indent, _MUTED),
            (f"{sign} {text(label, language)} ", colour),
            printable(text(value, language) if isinstance(value, Message) else value),
        )


def difference_page(publication: Publication, language: str, *, cost: str) -> Content:
    """What publishing changes, for whoever finds the document; and what that costs at most."""
    found = (
        say("Others find another document now. It will change so:")
        if publication.published
        else say("Others find no document now. They will find one with:")
    )
    nothing = say("Others find this document already.")
    lines = list(changes(publication.changes, language)) if publication.changes else []
    return Content("\n").join(
        (
            Content(text(found if lines else nothing, language)),
            Content(""),
            *lines,
            Content(""),
            _fact(say("Highest cost"), cost, language),
        )
    )


def _heading(title: Message, language: str) -> Content:
    return Content.styled(text(title, language), _HEADING)


def _fact(label: Message, value: Message | str, language: str) -> Content:
    shown = text(value, language) if isinstance(value, Message) else value
    return Content.assemble((f"{text(label, language)}: ", _MUTED), printable(shown))


def _key_line(key: ListedKey, language: str) -> Content:
    name = key.name or text(say("not in the document"), language)
    return Content.assemble(
        (shortened(name), "bold"),
        (f"  {printable(key.algorithm)}", "$text-secondary"),
        (f"  {printable(text(key.use or key.place, language))}", _MUTED),
    )


def _purposes(key: ListedKey, language: str) -> str:
    named = [text(PURPOSES[purpose], language) for purpose in key.purposes]
    return ", ".join(named) or text(say("nothing yet: the document does not list it"), language)


def _service_line(service: Service) -> Content:
    fragment = f"#{service.id.rpartition('#')[2]}"
    endpoint = service.endpoint if isinstance(service.endpoint, str) else str(service.raw)
    return Content.assemble(
        (printable(fragment), "bold"),
        (f"  {printable(', '.join(service.types))}", "$text-secondary"),
        f"  {printable(endpoint)}",
    )
