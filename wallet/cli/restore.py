"""What `wallet.cli.recovery` declares: out of the wallet into a file, and back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wallet.actions.backing_up import BACK_UP, back_up, passphrase_in
from wallet.actions.consent import (
    By,
    Declined,
    ended_early,
    offered,
    refuse,
    unanswered,
)
from wallet.actions.moving_in import RESTORE, journalled, kept_as
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.reading import noted
from wallet.actions.result import Result, Table
from wallet.backup.age.keys import Passphrase
from wallet.backup.comparing import Comparison, compare
from wallet.backup.errors import OtherWallet
from wallet.backup.reading import identities_in, opened
from wallet.backup.reminding import remember
from wallet.backup.restoring import New, merge, restore_new, restore_over
from wallet.backup.writing import Source
from wallet.cli import render, terminal
from wallet.cli.acting import run_action, told
from wallet.cli.asking import asker
from wallet.cli.diagnostics import ExitCode, note
from wallet.errors import BadInput, NotConsented
from wallet.hardening import harden
from wallet.messages import say
from wallet.profiles import refuse_with_profiles
from wallet.vault.files import VAULT_FILE
from wallet.vault.keeper.child import Keeper
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from wallet.backup.age.keys import Unlocks
    from wallet.backup.restoring import Restored
    from wallet.cli.options import Options
    from wallet.messages import Message
    from wallet.vault.vault import Vault
    from wallet.wallet import Wallet


def back_up_or_verify(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """Write a backup, or read one back and compare."""
    match parsed.words:
        case ["verify"]:
            raise BadInput("which file is to be verified?", hint="to write one: ./verify")
        case ["verify", name]:
            return _verify(name, parsed, options)
        case [name]:
            arguments = {"path": name}
            if parsed.recipient:
                arguments["recipients"] = parsed.recipient
            if parsed.backup_passphrase_file is not None:
                arguments["passphrase_file"] = parsed.backup_passphrase_file
            asking = replace(BACK_UP, propose=partial(back_up, ask=new_passphrase))
            return run_action(asking, arguments, replace(options, whole=True))
        case _:
            raise BadInput("a backup is one file", hint="holdfast backup FILE")


def new_passphrase() -> Secret:
    """A passphrase for something new, typed twice. Raises `BadInput` where they differ."""
    typed = terminal.ask_secret("Passphrase of the backup: ")
    if terminal.ask_secret("Once more: ") != typed:
        raise BadInput("the two passphrases differ")
    return Secret(typed)


def _keys(parsed: argparse.Namespace) -> Sequence[Unlocks]:
    """What may open the backup: private keys, or else a passphrase."""
    harden()
    if parsed.identity:
        return tuple(key for name in parsed.identity for key in identities_in(name))
    if parsed.backup_passphrase_file is not None:
        return (Passphrase(passphrase_in(parsed.backup_passphrase_file)),)
    return (Passphrase(Secret(terminal.ask_secret("Passphrase of the backup: "))),)


def _verify(name: str, parsed: argparse.Namespace, options: Options) -> ExitCode:
    with (
        replace(options, whole=True).open_wallet() as wallet,
        noted(wallet, "verify_backup", asked=asker(), remark=told(options)),
    ):
        compared = _compared(name, _keys(parsed), wallet)
        if not compared.same_phrase:
            raise OtherWallet(
                "the backup is sound, and of a wallet with another recovery phrase or extra word"
            )
        if not options.read_only:
            remember(wallet.vault, compared, wallet.clock())
        summary = (
            say("the backup is sound, and holds all that the wallet has")
            if compared.is_complete
            else say("the backup is sound; the wallet has changed since")
        )
        result = Result(
            summary,
            data=_data(compared),
            facts=_facts(compared),
            table=_table(compared),
        )
        render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _compared(name: str, keys: Sequence[Unlocks], wallet: Wallet) -> Comparison:
    with opened(Path(name), keys) as parts:
        return compare(parts, _source(wallet))


def _source(wallet: Wallet) -> Source:
    return Source(wallet.home, wallet.vault, wallet.chains.embedded())


def _data(compared: Comparison) -> dict[str, Any]:
    return {
        "created": compared.created.isoformat(),
        "complete": compared.is_complete,
        "same_wallet": compared.same_phrase,
        "records": dict(compared.counts),
        "changed": dict(compared.changed),
        "only_in_backup": dict(compared.lacking),
        "only_in_wallet": dict(compared.since),
        "named": list(compared.named),
        "files": list(compared.files),
        "chain": compared.chain.value,
    }


def _facts(compared: Comparison) -> tuple[tuple[Message, Message | str], ...]:
    return (
        (say("Written"), compared.created.isoformat(timespec="seconds")),
        (say("Chain"), say(compared.chain.value)),
        *((say("Differs"), name) for name in (*compared.named, *compared.files)),
    )


def _table(compared: Comparison) -> Table:
    kinds = sorted({*compared.counts, *compared.since})
    numbers = (compared.counts, compared.changed, compared.lacking, compared.since)
    return Table(
        (
            say("Kind"),
            say("In the backup"),
            say("Changed"),
            say("Only in the backup"),
            say("Only in the wallet"),
        ),
        tuple((kind, *(str(count.get(kind, 0)) for count in numbers)) for kind in kinds),
    )


def restore(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """Bring a wallet back, into an empty folder or one that has a wallet."""
    if (options.home / VAULT_FILE).exists():
        return _restore_there(parsed, options)
    if parsed.merge or parsed.replace:
        raise BadInput(f"there is no wallet in {str(options.home)!r}", hint="leave that option out")
    keys = _keys(parsed)
    passphrase = options.passphrase(confirm=True)
    with opened(Path(parsed.file), keys) as parts:
        new = New(VAULT_FILE, passphrase, _entry(None, "prompt"))
        restored = restore_new(parts, options.home, new)
    return _show(say("restored the wallet to {home}", home=options.home), restored, options)


def _restore_there(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """Into or over a wallet: what differs is shown, and a yes is asked for."""
    if parsed.replace:
        refuse_with_profiles(options.home)
    keys, passphrase = _keys(parsed), options.passphrase()
    with open_wallet(options.home, Keeper().with_passphrase(passphrase)) as wallet:
        with ended_early(wallet, RESTORE, asked=asker()):
            compared = _compared(parsed.file, keys, wallet)
            if not parsed.merge and not parsed.replace:
                for line in render.result_lines(
                    Result(
                        say("there is a wallet in {home}", home=options.home),
                        facts=_facts(compared),
                        table=_table(compared),
                    ),
                    options.language,
                ):
                    note(line)
                raise BadInput("nothing was changed", hint="--merge, --replace, or --home DIR")
        work_out = partial(_proposal, compared, options, merging=parsed.merge)
        proposal = offered(wallet, RESTORE, work_out, asked=asker())
        _agree(wallet, proposal, compared, parsed, options)
        entry = _entry(proposal, "flag" if parsed.yes else "prompt")
        with opened(Path(parsed.file), keys) as parts:
            if parsed.merge:
                restored = merge(parts, _source(wallet), compared, entry)
                return _show(say("merged the backup into the wallet"), restored, options)
            kept = kept_as(options.home)
            new = New(VAULT_FILE, passphrase, entry)
            wallet.chains.close()
            restored = restore_over(parts, options.home, new, earlier=wallet.vault, kept=kept)
    return _show(
        say("restored the wallet; the one before is kept as {folder}", folder=kept),
        restored,
        options,
    )


def _proposal(compared: Comparison, options: Options, *, merging: bool) -> Proposal:
    title = (
        say("Add what the wallet in {home} lacks, from a backup", home=options.home)
        if merging
        else say("Put the wallet of a backup in place of that in {home}", home=options.home)
    )
    warning = (
        say("what stands otherwise in the wallet stays as it is in the wallet")
        if merging
        else say("what came after the backup is in the folder that is kept, and nowhere else")
    )
    other = () if compared.same_phrase else (say("it is a wallet with other keys"),)
    statement = Statement(title, _facts(compared), (warning, *other))
    return Proposal(RESTORE, statement, compared.digest.encode(), _nothing)


def _nothing() -> Result:
    raise AssertionError  # `merge` and `restore_over` do it


def _agree(
    wallet: Wallet,
    proposal: Proposal,
    compared: Comparison,
    parsed: argparse.Namespace,
    options: Options,
) -> None:
    """Raises `NotConsented`, which is written down; a yes is, where the restored wallet is."""
    lines = [
        *render.statement_lines(proposal.statement, options.language),
        *render.table_lines(_table(compared), options.language),
    ]
    if parsed.yes:
        for line in () if options.quiet else lines:
            note(line)
        return
    try:
        agreed = terminal.ask_consent(lines, options.language)
    except BaseException as error:
        unanswered(wallet, proposal, asked=asker(), error=error)
        raise
    if not agreed:
        refuse(wallet, proposal, Declined(proposal.digest, By.PROMPT), asked=asker())
        raise NotConsented("nothing was changed")


def _entry(proposal: Proposal | None, by: str) -> Callable[[Vault], None]:
    return journalled(
        by=by, asked=asker(), digest=proposal.digest if proposal is not None else None
    )


def _show(summary: Message, restored: Restored, options: Options) -> ExitCode:
    result = Result(
        summary,
        data={"home": str(options.home), "parts": dict(restored.counts)},
        facts=tuple((say("Restored"), f"{name}: {n}") for name, n in restored.counts.items()),
    )
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE
