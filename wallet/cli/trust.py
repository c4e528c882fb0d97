"""`holdfast trust add|list|remove|import`: whose credentials count, without a vault."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.actions.trusted import (
    added,
    issuer_in,
    listed,
    offered,
    removed,
    root_added,
    root_in,
    root_statement,
    taken_over,
)
from wallet.cli import diagnostics, render, terminal
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.errors import BadInput, NotConsented
from wallet.files import read_file
from wallet.messages import say, text
from wallet.trust import Trusted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from wallet.actions.result import Result
    from wallet.cli.options import Options


def _show(result: Result, options: Options) -> ExitCode:
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _configure_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "did", metavar="ISSUER", nargs="?", help="a DID, or the https address of an issuer"
    )
    parser.add_argument(
        "--x509",
        metavar="FILE",
        help="a root certificate (PEM or DER); issuers whom certificates under it name are trusted",
    )
    parser.add_argument(
        "--type",
        dest="types",
        action="append",
        default=[],
        metavar="TYPE",
        help="for credentials of this type alone; again for more",
    )
    parser.add_argument("--name", default="", metavar="NAME", help="what you call them")
    parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")


def _add(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if (parsed.did is None) == (parsed.x509 is None):
        raise BadInput(
            "whom to trust is an issuer or a root certificate", hint="ISSUER, or --x509 FILE"
        )
    if parsed.x509 is not None:
        return _add_root(parsed, options)
    entry = Trusted(issuer_in(parsed.did), tuple(parsed.types), parsed.name)
    return _show(added(options.home, entry), options)


def _add_root(parsed: argparse.Namespace, options: Options) -> ExitCode:
    root = root_in(parsed.x509, types=parsed.types, name=parsed.name)
    lines = list(render.statement_lines(root_statement(root), options.language))
    if not parsed.yes and not terminal.ask_consent(lines, options.language):
        raise NotConsented("nothing was changed")
    if parsed.yes:
        for line in lines:
            diagnostics.note(line)
    return _show(root_added(options.home, root), options)


def _configure_nothing(_parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def _list(_parsed: argparse.Namespace, options: Options) -> ExitCode:
    return _show(listed(options.home), options)


def _configure_remove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "did", metavar="ISSUER", help="the issuer, or the name or fingerprint of a root"
    )


def _remove(parsed: argparse.Namespace, options: Options) -> ExitCode:
    return _show(removed(options.home, parsed.did), options)


def _configure_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a list that somebody exported")
    parser.add_argument(
        "--signer", required=True, metavar="DID", help="who must have signed it: ask them"
    )
    parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")


def _import(parsed: argparse.Namespace, options: Options) -> ExitCode:
    fresh = offered(options.home, read_file(parsed.file), parsed.signer)
    lines = [
        text(say("Trust these issuers, as {signer} does:", signer=parsed.signer), options.language),
        *(f"  {one.issuer} {', '.join(one.types)} {one.name}".rstrip() for one in fresh),
    ]
    if fresh and not parsed.yes and not terminal.ask_consent(lines, options.language):
        raise NotConsented("nothing was changed")
    return _show(taken_over(options.home, fresh), options)


COMMANDS: Final[Mapping[tuple[str, ...], Command]] = MappingProxyType(
    {
        ("trust", "add"): Command(
            help="trust an issuer, for everything or for some types of credentials",
            example="holdfast trust add did:web:university.example --type UniversityDegree",
            configure=_configure_add,
            run=_add,
        ),
        ("trust", "list"): Command(
            help="list the issuers that you trust",
            example="holdfast trust list",
            configure=_configure_nothing,
            run=_list,
            reads=True,
        ),
        ("trust", "remove"): Command(
            help="trust an issuer no longer",
            example="holdfast trust remove did:web:university.example",
            configure=_configure_remove,
            run=_remove,
        ),
        ("trust", "import"): Command(
            help="take over a list of trusted issuers that somebody signed",
            example="holdfast trust import trusted.json --signer did:key:z6Mk…",
            configure=_configure_import,
            run=_import,
        ),
    }
)
