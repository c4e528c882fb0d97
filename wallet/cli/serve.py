"""`holdfast serve`: verify for programs over HTTP and, with a yes given once, sign for them."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.cli.listening import certified, listening_place
from wallet.cli.options import read_descriptor
from wallet.errors import BadInput
from wallet.files import read_file
from wallet.judging import Asked, policy_of
from wallet.messages import say, text

if TYPE_CHECKING:
    import argparse

    from did.confidential import SecretText
    from wallet.cli.options import Options
    from wallet.serving.bearer import Bearer
    from wallet.serving.issuing import Issuing
    from wallet.serving.lists import Lists
    from wallet.serving.running import Place
    from wallet.serving.tls import Certified
    from wallet.wallet import Wallet

PORT: Final = 8741
MAX_WORKERS: Final = 64


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on; 127.0.0.1 if not said"
    )
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"{PORT} if not said; 0 takes a free one"
    )
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="let an address be listened on that other machines reach; it takes TLS",
    )
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help="a name by which it is reached, beside localhost; the first is in its addresses",
    )
    parser.add_argument("--tls-certificate", type=Path, metavar="FILE", help="PEM, with its chain")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="PEM")
    parser.add_argument(
        "--tls-self-signed",
        action="store_true",
        help="https with a certificate made for this run; on this machine alone",
    )
    parser.add_argument(
        "--verify-only", action="store_true", help="sign nothing: no wallet, no passphrase"
    )
    parser.add_argument(
        "--signer",
        action="append",
        default=[],
        metavar="DID",
        help="a DID of yours that signs; without it, all that can",
    )
    parser.add_argument(
        "--status",
        action="append",
        default=[],
        metavar="LIST",
        help="a status list of yours in which what is issued gets a place; it is served, too",
    )
    parser.add_argument("--for", dest="span", metavar="8h", help="how long it signs")
    parser.add_argument("--token-file", metavar="FILE", help="its first line is the token")
    parser.add_argument("--token-fd", type=int, metavar="N", help="a descriptor to read it from")
    parser.add_argument("--policy", metavar="FILE", help="how strictly to verify (TOML)")
    parser.add_argument("--offline", action="store_true", help="ask nobody when verifying")
    parser.add_argument(
        "--workers", type=int, metavar="N", help="how many processes verify; one for each processor"
    )
    parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    # Deferred, as below: a server's rooms load for those who serve.
    from wallet.serving.limits import Limits  # noqa: PLC0415
    from wallet.serving.running import run  # noqa: PLC0415

    if parsed.verify_only:
        _refuse_signing(parsed)
    else:
        options.require_wallet()
    workers = _workers(parsed.workers)
    asked = _asked(parsed, options)
    with ExitStack() as stack:
        found = certified(parsed)
        place = listening_place(parsed, found)
        stack.callback(place.listener.close)
        signs, token = None, None
        if not parsed.verify_only:
            wallet = stack.enter_context(options.open_wallet())
            bearer, token = _bearer(parsed)
            signs = (*_agreed(wallet, place.address, parsed, options), bearer)

        def started() -> None:
            _tell_started(place, found, token, options)

        asyncio.run(
            run(
                place,
                asked,
                signs,
                workers=workers,
                limits=Limits(),
                started=started,
                tell=lambda kind: note(f"holdfast: a request broke off: {kind}"),
            )
        )
    return ExitCode.DONE


def _refuse_signing(parsed: argparse.Namespace) -> None:
    """Raises BadInput."""
    told = {
        "--signer": parsed.signer,
        "--status": parsed.status,
        "--for": parsed.span,
        "--token-file": parsed.token_file,
        "--token-fd": parsed.token_fd,
    }
    if given := [option for option, value in told.items() if value not in (None, [])]:
        raise BadInput(f"{given[0]} is for a server that signs, and this one only verifies")


def _asked(parsed: argparse.Namespace, options: Options) -> Asked:
    policy = policy_of(
        options.home,
        file=None if parsed.policy is None else read_file(parsed.policy),
        offline=parsed.offline,
    )
    return Asked(options.home, policy, read_only=options.read_only)


def _workers(wanted: int | None) -> int:
    count = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    if wanted is not None and not 1 <= wanted <= MAX_WORKERS:
        raise BadInput(f"--workers must be a number from 1 to {MAX_WORKERS}")
    return min(count, MAX_WORKERS) if wanted is None else wanted


def _bearer(parsed: argparse.Namespace) -> tuple[Bearer, SecretText | None]:
    """The token that allows signing; itself, too, where it was made here."""
    # Deferred: for those who sign.
    from wallet.files import read_secret  # noqa: PLC0415
    from wallet.serving.bearer import LONGEST, Bearer  # noqa: PLC0415

    if parsed.token_file is not None and parsed.token_fd is not None:
        raise BadInput("--token-file and --token-fd are two places for one token")
    if parsed.token_file is not None:
        data = read_secret(parsed.token_file, limit=LONGEST + 2)
    elif parsed.token_fd is not None:
        data = read_descriptor(parsed.token_fd)
    else:
        return Bearer.drawn()
    try:
        return Bearer(data.first_line().decode("ascii")), None
    except UnicodeDecodeError:
        raise BadInput("the token is not plain ASCII") from None


def _agreed(
    wallet: Wallet, address: str, parsed: argparse.Namespace, options: Options
) -> tuple[Issuing, Lists]:
    """What may be signed, shown and agreed to. Raises `NotConsented`."""
    # Deferred: as above.
    from wallet.actions.consent import Answer, By, decide, offered, run, unanswered  # noqa: PLC0415
    from wallet.cli.asking import answer_of, asker  # noqa: PLC0415
    from wallet.cli.unlocking import seconds_in  # noqa: PLC0415
    from wallet.serving.grant import ACTION, Grant  # noqa: PLC0415
    from wallet.serving.issuing import Issuing  # noqa: PLC0415
    from wallet.serving.lists import Lists  # noqa: PLC0415

    asked = asker()
    span = None if parsed.span is None else timedelta(seconds=seconds_in(parsed.span))
    grant = Grant.of(
        wallet,
        address=address,
        named=parsed.signer,
        lists=parsed.status,
        until=None if span is None else wallet.clock() + span,
    )
    proposal = offered(wallet, ACTION, lambda: grant.proposal(wallet), asked=asked)
    if options.yes:
        if not options.quiet:
            for line in render.statement_lines(proposal.statement, options.language):
                note(line)
        answer = Answer(yes=True, by=By.FLAG)
    else:
        try:
            answer = answer_of(proposal, options.language)
        except BaseException as error:
            unanswered(wallet, proposal, asked=asked, error=error)
            raise
    run(wallet, proposal, decide(proposal, answer), asked=asked)
    digest = proposal.digest
    return Issuing(wallet, grant, digest=digest), Lists(wallet, grant, digest=digest)


def _tell_started(
    place: Place, found: Certified | None, token: SecretText | None, options: Options
) -> None:
    """Where it is, and the token, which is shown this once."""
    if options.json:
        render.show_json_line(
            {
                "url": place.address,
                "token": None if token is None else str.__str__(token),
                "certificate_sha256": None if found is None else found.fingerprint,
            }
        )
        return
    render.show_line(text(say("serving at {url}", url=place.address), options.language))
    if found is not None:
        label = text(say("SHA-256 of the certificate"), options.language)
        render.show_line(f"  {label}  {found.fingerprint}")
    if token is not None:
        render.show_line(f"  {text(say('Token'), options.language)}  {token}")
    if not options.quiet:
        note(text(say("Ctrl-C stops it"), options.language))


SERVE: Final = Command(
    help="verify over HTTP for programs and, with your yes, sign for them (VC API)",
    example="holdfast serve --port 8741 --signer work",
    configure=_configure,
    run=_run,
    reads=True,
)
