"""`holdfast`: parse, find the verb, do it, and answer with an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from did.errors import DIDError
from wallet.actions.chain import LIST_TRANSACTIONS
from wallet.actions.looking import HELP
from wallet.actions.topics import explain
from wallet.cli import render, terminal
from wallet.cli.command import from_upstairs
from wallet.cli.diagnostics import REASONS, ExitCode, complain, note
from wallet.cli.options import Options
from wallet.cli.parser import arguments_of, build
from wallet.cli.verify import reads_without_vault, verify_file
from wallet.errors import WalletError
from wallet.messages import text
from wallet.vault.record import Kind

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is `ExitCode`'s."""
    argv = list(sys.argv[1:] if argv is None else argv)
    parser = build(argv)
    parsed = parser.parse_args(argv)
    try:
        return _run(parsed, Options.of(parsed))
    except (WalletError, DIDError) as error:
        return complain(error)
    except KeyboardInterrupt:
        note("holdfast: interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader went away: nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if action := getattr(parsed, "action", None):
        return run_action(action, arguments_of(action, parsed), options)
    command = getattr(parsed, "command", None) or from_upstairs("tui")
    return command.run(parsed, options)


def run_action(action: Action, arguments: Mapping[str, Any], options: Options) -> ExitCode:
    """Do one action, asking for consent where it needs one, and print its result."""
    action.check(arguments)
    if reads_without_vault(action, arguments):
        return _finish(verify_file(arguments, options), options)
    if action is HELP:  # whoever needs help may have no wallet yet
        return _finish(explain(arguments.get("topic")), options)
    with options.open_wallet() as wallet:
        _pick_up(wallet, action, options)
        if action.propose is None:
            assert action.read is not None  # noqa: S101 - an action has one or the other
            return _finish(action.read(wallet, arguments), options)
        # Deferred: only what needs consent needs this.
        from wallet.actions.consent import decide, run  # noqa: PLC0415

        proposal = action.propose(wallet, arguments)
        done = run(wallet, proposal, decide(proposal, _answer(proposal, options)))
        render.show(done, as_json=options.json, language=options.language)
        return ExitCode.DONE  # what was found on the way, such as a report, is no failure of it


def _pick_up(wallet: Wallet, action: Action, options: Options) -> None:
    """See to the transactions that an earlier command left open, and say which are left."""
    if action is LIST_TRANSACTIONS or not any(wallet.vault.all(Kind.TRANSACTION)):
        return
    # Deferred: nearly always there are none.
    from wallet.actions.transactions import resume  # noqa: PLC0415

    if (left := resume(wallet)) is not None and not options.quiet:
        note(f"holdfast: {text(left, options.language)}")


def _answer(proposal: Proposal, options: Options) -> Answer:
    from wallet.actions.consent import Answer, By  # noqa: PLC0415 - as above

    lines = list(render.statement_lines(proposal.statement, options.language))
    if options.yes:
        if not options.quiet:
            for line in lines:
                note(line)
        return Answer(yes=True, by=By.FLAG)
    return Answer(yes=terminal.ask_consent(lines, options.language), by=By.PROMPT)


def _finish(result: Result, options: Options) -> ExitCode:
    render.show(result, as_json=options.json, language=options.language)
    return REASONS[result.report.reason] if result.report else ExitCode.DONE


if __name__ == "__main__":
    sys.exit(main())
