"""`holdfast verify INPUT…`: what can be asked for, and the two ways to answer.

One document is answered with its whole report; several, a folder and JSON Lines with a line each
and a sum. Nothing is asked of a person, and no vault is opened, unless what is named is neither a
file nor looks like one: then it is a credential of the wallet.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing, nullcontext
from itertools import chain
from typing import TYPE_CHECKING, Final

from did.values import replace
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.verify.answers import Answer, Shape, document_of, why
from wallet.cli.verify.batch import answered, processors
from wallet.cli.verify.inputs import STANDARD_INPUT, Document, Unreadable, inputs, is_folder
from wallet.cli.verify.progress import Progress, wanted
from wallet.cli.verify.tally import EXIT_CODES, Tally
from wallet.clock import now
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.timestamps import read_timestamp
from wallet.errors import BadInput
from wallet.files import read_file
from wallet.judging import Asked, Judge, policy_of
from wallet.messages import text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from did.bbs.parties import Holder
    from wallet.cli.diagnostics import ExitCode
    from wallet.cli.options import Options
    from wallet.cli.verify.inputs import Input
    from wallet.cli.verify.junit import JUnit

MAX_JOBS: Final = 256
LARGEST_BUNDLE: Final = 32 << 20


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="+",
        help="a file, a folder, - for standard input, or one of your credentials; a file may hold"
        " a document or, as JSON Lines, a document or JWT a line; of a folder, all plain files are"
        " taken by name, also those in folders, but no hidden ones and no links",
    )
    parser.add_argument("--challenge", metavar="TEXT", help="the challenge you gave")
    parser.add_argument("--domain", metavar="TEXT", help="the domain you gave")
    parser.add_argument("--at", metavar="TIME", help="judge for that time: 2026-11-25T09:00:00Z")
    parser.add_argument("--policy", metavar="FILE", help="whom to trust, and how strictly (TOML)")
    parser.add_argument(
        "--at-signing",
        action="store_true",
        help="accept a key that was valid when it signed and is no longer",
    )
    parser.add_argument(
        "--offline", action="store_true", help="ask nobody: go by what is kept, whatever its age"
    )
    parser.add_argument(
        "--bundle", metavar="FILE", help="go by this evidence bundle and ask nobody else"
    )
    parser.add_argument(
        "--bundle-signer",
        dest="signers",
        action="append",
        default=[],
        metavar="DID",
        help="believe the bundle if this DID signed it; again for more",
    )
    parser.add_argument("--junit", metavar="FILE", help="write a JUnit report as well")
    parser.add_argument(
        "--jobs", metavar="N", type=int, help="how many processes may judge; one for each processor"
    )


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    asked = _asked(parsed, options)
    jobs = processors() if parsed.jobs is None else parsed.jobs
    if not 1 <= jobs <= MAX_JOBS:
        raise BadInput(f"--jobs must be a number from 1 to {MAX_JOBS}")
    names: list[str] = parsed.inputs
    if len(names) == 1 and not _is_outside(names[0]):
        return _own(names[0], replace(asked, as_holder=True), options, parsed.junit)
    stream = inputs(names)
    if len(names) > 1 or is_folder(names[0]):
        return _several(stream, asked, options, parsed.junit, jobs)
    first = next(stream)
    if first.line is not None:
        return _several(chain([first], stream), asked, options, parsed.junit, jobs)
    if isinstance(first, Unreadable):
        raise BadInput(first.reason)
    return _one(first, asked, options, parsed.junit)


def _asked(parsed: argparse.Namespace, options: Options) -> Asked:
    """Raises BadInput."""
    try:
        at = None if parsed.at is None else read_timestamp(parsed.at, path="--at")
    except InvalidCredential as error:
        raise BadInput("--at must be a time with an offset, as 2026-01-31T09:00:00Z") from error
    if parsed.signers and parsed.bundle is None:
        raise BadInput(
            "--bundle-signer says whose bundle counts, and there is none", hint="--bundle"
        )
    policy = policy_of(
        options.home,
        file=None if parsed.policy is None else read_file(parsed.policy),
        at_signing=parsed.at_signing,
        offline=parsed.offline,
        bundle_signers=parsed.signers,
    )
    bundle = None if parsed.bundle is None else read_file(parsed.bundle, limit=LARGEST_BUNDLE)
    # What a bundle shows is as of its own time; all else is judged for one moment, however many.
    moment = now() if at is None and bundle is None else at
    return Asked(
        options.home,
        policy,
        at=moment,
        challenge=parsed.challenge,
        domain=parsed.domain,
        bundle=bundle,
        read_only=options.read_only,
    )


def _is_outside(name: str) -> bool:
    """Whether a file is meant, and no credential of the wallet."""
    # Path.exists would raise on a name that is too long for the file system.
    there = os.path.exists(name)  # noqa: PTH110
    return there or name == STANDARD_INPUT or "/" in name or "." in name


def _own(reference: str, asked: Asked, options: Options, junit: str | None) -> ExitCode:
    """Judge a credential of the wallet, or else the file of that name. Raises BadInput."""
    # Deferred: only what lies in the vault needs it opened.
    from wallet.cli.verify.stored import stored  # noqa: PLC0415

    with stored(reference, options) as (data, holders):
        return _one(Document(reference, None, data), asked, options, junit, holders)


def _one(
    document: Document,
    asked: Asked,
    options: Options,
    junit: str | None,
    holders: Callable[[str], Holder] | None = None,
) -> ExitCode:
    with Judge(asked, holders=holders) as judge:
        report = judge(document.data)
    with _junit(junit) as file:
        if file is not None:
            file.add(Answer(document.name, report.verdict.value, "", why(report)))
    if options.json:
        render.show_json(document_of(document.name, None, report))
    else:
        colour = render.has_colours()
        line = render.verdict_line(document.name, report.verdict, options.language, colour=colour)
        shown = render.report_text(report, options.language, colour=colour)
        render.show_safe(f"{line}\n{shown}")
    return EXIT_CODES[report.verdict]


def _several(
    stream: Iterator[Input], asked: Asked, options: Options, junit: str | None, jobs: int
) -> ExitCode:
    tally = Tally()
    shown = not options.json and wanted(quiet=options.quiet)
    progress = Progress(tally, options.language, shown=shown)
    shape = Shape(json=options.json, language=options.language, colour=render.has_colours())
    with ExitStack() as stack:
        file = stack.enter_context(_junit(junit))
        answers = stack.enter_context(closing(answered(stream, asked, shape, jobs)))
        stack.callback(progress.clear)
        for some in answers:
            for one in some:
                tally.add(one.verdict)
                if file is not None:
                    file.add(one)
            progress.clear()
            render.show_safe("".join(one.text for one in some))
            progress.draw()
    if not tally.total:
        raise BadInput("there is nothing to verify", hint="hidden files and links are left out")
    if not options.json and not options.quiet:
        render.show_line(text(tally.summary(options.language), options.language))
    return tally.exit_code


def _junit(name: str | None) -> AbstractContextManager[JUnit | None]:
    if name is None:
        return nullcontext()
    # Deferred: few ask for it.
    from wallet.cli.verify.junit import JUnit  # noqa: PLC0415

    return JUnit(name)


VERIFY: Final = Command(
    help="check credentials and presentations, and say why",
    example="holdfast verify presentation.json --challenge dT0x… --domain shop.example",
    configure=_configure,
    run=_run,
    reads=True,
)
