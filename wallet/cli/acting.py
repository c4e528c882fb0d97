"""Doing an action: with the wallet opened, a yes asked for where it needs one, its result shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.actions.chain import LIST_TRANSACTIONS
from wallet.actions.histories import VERIFY_HISTORY, verify_file
from wallet.actions.looking import HELP
from wallet.actions.topics import explain
from wallet.cli import render
from wallet.cli.diagnostics import CODES, ExitCode, note
from wallet.cli.reminding import remind
from wallet.errors import ReadOnly
from wallet.messages import text
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.cli.options import Options
    from wallet.messages import Message
    from wallet.wallet import Wallet


def run_action(action: Action, arguments: Mapping[str, Any], options: Options) -> ExitCode:
    """Do one action, asking for consent where it needs one, and print its result."""
    if options.read_only and action.needs_consent:
        raise ReadOnly(action.name)
    action.check(arguments)
    if action is HELP:  # whoever needs help may have no wallet yet
        return _finish(explain(arguments.get("topic")), options)
    if action is VERIFY_HISTORY and "file" in arguments:  # so may whoever was sent a journal
        return _finish(verify_file(arguments), options)
    with options.open_wallet() as wallet:
        if action is not LIST_TRANSACTIONS:
            pick_up(wallet, options)
        if not action.needs_consent:
            code = _finish(_read(wallet, action, arguments, options), options)
            remind(wallet, options, changed=False)
            return code
        # Deferred: only what needs consent needs this.
        from wallet.actions.consent import decide, proposed, run, unanswered  # noqa: PLC0415
        from wallet.cli.asking import asker  # noqa: PLC0415

        asked = asker()
        proposal = proposed(wallet, action, arguments, asked=asked, can_type=True)
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
    if wallet.vault.read_only or not wallet.vault.count(Kind.TRANSACTION):
        return
    # Deferred: nearly always there are none.
    from wallet.actions.transactions import resume  # noqa: PLC0415

    if (left := resume(wallet)) is not None and not options.quiet:
        note(f"holdfast: {text(left, options.language)}")


def told(options: Options) -> Callable[[Message], None]:
    """Says in one line beside the result what a person should know, unless they want no talk."""

    def tell(message: Message) -> None:
        if not options.quiet:
            note(f"holdfast: {text(message, options.language)}")

    return tell


def _read(wallet: Wallet, action: Action, arguments: Mapping[str, Any], options: Options) -> Result:
    # Deferred: for those whose wallet opens.
    from wallet.actions.reading import reading  # noqa: PLC0415
    from wallet.cli.asking import asker  # noqa: PLC0415

    return reading(wallet, action, arguments, asked=asker(), remark=told(options))


def _answer(proposal: Proposal, options: Options) -> Answer:
    from wallet.actions.consent import Answer, By  # noqa: PLC0415 - as above
    from wallet.cli.asking import answer_of, typed  # noqa: PLC0415

    if not options.yes:
        return answer_of(proposal, options.language)
    if not options.quiet:
        for line in render.statement_lines(proposal.statement, options.language):
            note(line)
    return Answer(yes=True, by=By.FLAG, typed=typed(proposal, options.language))


def _finish(result: Result, options: Options) -> ExitCode:
    render.show(result, as_json=options.json, language=options.language)
    return CODES[result.report.verdict] if result.report else ExitCode.DONE
