"""Doing an action: with the wallet opened, a yes asked for where it needs one, its result shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from wallet.actions.chain import LIST_TRANSACTIONS
from wallet.actions.histories import VERIFY_HISTORY, verify_file
from wallet.actions.looking import HELP
from wallet.actions.topics import explain
from wallet.cli import render, terminal
from wallet.cli.diagnostics import CODES, ExitCode, note
from wallet.cli.reminding import remind
from wallet.messages import text
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.cli.options import Options
    from wallet.wallet import Wallet


def run_action(action: Action, arguments: Mapping[str, Any], options: Options) -> ExitCode:
    """Do one action, asking for consent where it needs one, and print its result."""
    action.check(arguments)
    if action is HELP:  # whoever needs help may have no wallet yet
        return _finish(explain(arguments.get("topic")), options)
    if action is VERIFY_HISTORY and "file" in arguments:  # so may whoever was sent a journal
        return _finish(verify_file(arguments), options)
    with options.open_wallet() as wallet:
        if action is not LIST_TRANSACTIONS:
            pick_up(wallet, options)
        if action.propose is None:
            assert action.read is not None  # noqa: S101 - an action has one or the other
            code = _finish(action.read(wallet, arguments), options)
            remind(wallet, options, changed=False)
            return code
        # Deferred: only what needs consent needs this.
        from wallet.actions.consent import decide, proposed, run, unanswered  # noqa: PLC0415
        from wallet.actions.journal import Asker  # noqa: PLC0415

        asked = Asker.PERSON if sys.stdin.isatty() else Asker.SCRIPT
        proposal = proposed(wallet, action.propose, arguments, asked=asked, can_type=True)
        try:
            answer = _answer(proposal, options)
        except BaseException as error:
            unanswered(wallet, proposal, asked=asked, error=error)
            raise
        done = run(wallet, proposal, decide(proposal, answer), asked=asked)
        render.show(done, as_json=options.json, language=options.language)
        # A backup says itself what to do next.
        remind(wallet, options, changed=action.name != "back_up")
        return ExitCode.DONE  # what was found on the way, such as a report, is no failure of it


def pick_up(wallet: Wallet, options: Options) -> None:
    """See to the transactions that an earlier command left open, and say which are left."""
    if not wallet.vault.count(Kind.TRANSACTION):
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
        return Answer(yes=True, by=By.FLAG, typed=_typed(proposal, options))
    if not terminal.ask_consent(lines, options.language):
        return Answer(yes=False, by=By.PROMPT)
    return Answer(yes=True, by=By.PROMPT, typed=_typed(proposal, options))


def _typed(proposal: Proposal, options: Options) -> str | None:
    """What a rule wants typed, if it was; --yes does not stand for it."""
    amount = proposal.to_type
    if amount is None or not terminal.ask_sentence((), amount, options.language):
        return None
    return amount


def _finish(result: Result, options: Options) -> ExitCode:
    render.show(result, as_json=options.json, language=options.language)
    return CODES[result.report.verdict] if result.report else ExitCode.DONE
