"""`holdfast qr show|read`: QR codes on the terminal, and out of image files."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.actions.codes import SHOW_QR, drawn
from wallet.actions.result import Result
from wallet.cli import render
from wallet.cli.acting import run_action
from wallet.cli.arguments import add_parameters, arguments_of
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.messages import say
from wallet.qr import read
from wallet.recognizing import recognize

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from wallet.cli.options import Options


def _configure_show(parser: argparse.ArgumentParser) -> None:
    add_parameters(parser, SHOW_QR)


def _show(parsed: argparse.Namespace, options: Options) -> ExitCode:
    arguments = arguments_of(SHOW_QR, parsed)
    if "entry" in arguments:
        return run_action(SHOW_QR, arguments, options)
    return _print(drawn(arguments), options)  # which no vault has a part in


def _configure_read(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an image: PNG, JPEG, GIF, BMP or WebP")


def _read(parsed: argparse.Namespace, options: Options) -> ExitCode:
    found = [(text, recognize(text)) for text in read(parsed.file)]
    return _print(
        Result(
            say("QR codes in {file}: {count}", file=parsed.file, count=len(found)),
            data={
                "codes": [
                    {"text": None if seen.is_secret else text, "kind": seen.kind.value}
                    for text, seen in found
                ]
            },
            facts=tuple((seen.title, seen.shown(text)) for text, seen in found),
        ),
        options,
    )


def _print(result: Result, options: Options) -> ExitCode:
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


COMMANDS: Final[Mapping[tuple[str, ...], Command]] = MappingProxyType(
    {
        ("qr", "show"): Command(
            help=SHOW_QR.help,
            example=SHOW_QR.example,
            configure=_configure_show,
            run=_show,
            reads=True,
        ),
        ("qr", "read"): Command(
            help="read the QR codes in an image file",
            example="holdfast qr read code.png",
            configure=_configure_read,
            run=_read,
            reads=True,
        ),
    }
)
