"""`holdfast did resolve`: what a DID or a DID URL leads to, with no vault opened.

DID Resolution 1.0: with `--json`, the resolution result of section 9 (for a DID URL, the
dereferencing result), in its three parts.
"""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from did.addresses import SELECTING
from did.errors import DIDError
from did.frozen import thaw
from did.identifier import DIDURL
from did.representation import URI_LIST
from wallet.actions.result import Result
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, code_of, complain
from wallet.messages import say
from wallet.resolution import MAX_AGE, Chains, opened_resolver

if TYPE_CHECKING:
    from did.dereferencing import Dereferencing
    from did.resolution import Resolution
    from wallet.cli.options import Options
    from wallet.messages import Message

_PARAMETERS: Final = {
    "version_id": "versionId",
    "version_time": "versionTime",
    "version_number": "versionNumber",
    "accept": "accept",
}
_DIGITS: Final = 12  # some thirty thousand years


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="DID", help="a DID, or a DID URL: did:…?service=files#part")
    parser.add_argument("--version-id", metavar="ID", help="the document's version of that id")
    parser.add_argument(
        "--version-time", metavar="TIME", help="the version of that time: 2026-11-25T09:00:00Z"
    )
    parser.add_argument("--version-number", metavar="N", help="the N-th version of a did:webvh")
    parser.add_argument("--accept", metavar="TYPE", help="the media type wanted")
    parser.add_argument(
        "--offline", action="store_true", help="answer from what is kept, and say how old it is"
    )
    parser.add_argument(
        "--max-age",
        metavar="SECONDS",
        type=_seconds,
        default=MAX_AGE,
        help="how old a document from the web may be that is not asked for anew",
    )
    parser.add_argument("--no-cache", action="store_true", help="ask anew, whatever is kept")


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    wanted: dict[str, Any] = {
        name: value
        for argument, name in _PARAMETERS.items()
        if (value := getattr(parsed, argument)) is not None
    }
    if parsed.no_cache:
        wanted["noCache"] = True
    chains = Chains(options.home, read_only=options.read_only)
    try:
        resolver = opened_resolver(chains, offline=parsed.offline, max_age=parsed.max_age)
        if any(mark in parsed.url for mark in "?#/"):
            if _selects_services(
                parsed.url
            ):  # it leads to their addresses, if nothing else is said
                wanted.setdefault("accept", URI_LIST)
            return _dereferenced(resolver.dereference_url(parsed.url, **wanted), options)
        return _resolved(resolver.resolve(parsed.url, **wanted), options)
    finally:
        chains.close()


def _selects_services(url: str) -> bool:
    try:
        return not SELECTING.isdisjoint(DIDURL.parse(url).parameters())
    except DIDError:
        return False  # whoever dereferences it says why


def _seconds(text: str) -> timedelta:
    if not text.isdecimal() or len(text) > _DIGITS:
        raise argparse.ArgumentTypeError(f"{text!r:.40} is not a number of seconds")
    return timedelta(seconds=int(text))


def _resolved(resolution: Resolution, options: Options) -> ExitCode:
    if options.json:
        render.show_json(resolution.to_json())
        return ExitCode.DONE if resolution.error is None else code_of(resolution.error)
    if resolution.error is not None:
        return complain(resolution.error)
    document = resolution.require()
    metadata = {**resolution.document_metadata, **resolution.resolution_metadata}
    facts: tuple[tuple[Message, str], ...] = tuple(
        (say(name), _plain(value)) for name, value in metadata.items() if name != "contentType"
    )
    summary = (
        say("{did} was deactivated by its controller", did=document.did)
        if resolution.deactivated
        else say("the DID document of {did}", did=document.did)
    )
    result = Result(summary, facts=facts, document=document.to_json())
    render.show(result, as_json=False, language=options.language)
    return ExitCode.DONE


def _dereferenced(found: Dereferencing, options: Options) -> ExitCode:
    if options.json:
        render.show_json(found.to_json())
        return ExitCode.DONE if found.error is None else code_of(found.error)
    if found.error is not None:
        return complain(found.error)
    content = found.content_stream
    for line in content.splitlines() if isinstance(content, str) else ():
        render.show_line(line)
    if not isinstance(content, str):
        render.show_json(content)
    return ExitCode.DONE


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(thaw(value), ensure_ascii=False)


RESOLVE: Final = Command(
    help="show what a DID or a DID URL leads to",
    example="holdfast did resolve did:web:example.com",
    configure=_configure,
    run=_run,
    reads=True,
)
