"""`holdfast context add|list|remove`: JSON-LD contexts beside those shipped; needs no vault."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.actions.result import Result, Table
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.contexts.added import AddedContexts
from wallet.files import read_file
from wallet.messages import say
from wallet.sources import CONTEXTS_FOLDER

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from wallet.cli.options import Options


def _added(options: Options) -> AddedContexts:
    return AddedContexts(options.home / CONTEXTS_FOLDER)


def _show(result: Result, options: Options) -> ExitCode:
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _configure_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the context, a file you got and looked at")
    parser.add_argument(
        "--url", required=True, metavar="URL", help="the address that credentials call it by"
    )


def _add(parsed: argparse.Namespace, options: Options) -> ExitCode:
    made = _added(options).add(read_file(parsed.file), parsed.url)
    summary = (
        say("the context {url} is another now", url=made.url)
        if made.replaced
        else say("the context {url} is known now", url=made.url)
    )
    result = Result(
        summary,
        data={"url": made.url, "sha256": made.sha256, "replaced": made.replaced},
        facts=((say("SHA-256"), made.sha256),),
    )
    return _show(result, options)


def _configure_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="those shipped, too")


def _list(parsed: argparse.Namespace, options: Options) -> ExitCode:
    rows = [(one.url, one.sha256) for one in _added(options).listed()]
    if parsed.all:
        rows += [(url, "") for url in SHIPPED]
    result = Result(
        say("contexts: {count}", count=len(rows)) if rows else say("no contexts were added"),
        data={"contexts": [{"url": url, "sha256": digest or None} for url, digest in rows]},
        table=Table(
            (say("Address"), say("SHA-256")),
            tuple((url, digest or say("shipped")) for url, digest in rows),
        ),
    )
    return _show(result, options)


def _configure_remove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="the address of the context")


def _remove(parsed: argparse.Namespace, options: Options) -> ExitCode:
    _added(options).remove(parsed.url)
    summary = say("the context {url} is known no longer", url=parsed.url)
    return _show(Result(summary, data={"url": parsed.url}), options)


COMMANDS: Final[Mapping[tuple[str, ...], Command]] = MappingProxyType(
    {
        ("context", "add"): Command(
            help="let credentials use a JSON-LD context that is not shipped",
            example="holdfast context add diploma.jsonld --url https://school.example/diploma/v1",
            configure=_configure_add,
            run=_add,
        ),
        ("context", "list"): Command(
            help="list the contexts that you added",
            example="holdfast context list",
            configure=_configure_list,
            run=_list,
            reads=True,
        ),
        ("context", "remove"): Command(
            help="forget a context that you added",
            example="holdfast context remove https://school.example/diploma/v1",
            configure=_configure_remove,
            run=_remove,
        ),
    }
)
