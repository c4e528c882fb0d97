"""`holdfast product verify`: whether an exported log of a product is what its signer wrote.

It needs no vault: the log names a DID that is its own document, and chains are those known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.result import Result
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.files import read_file
from wallet.messages import say
from wallet.resolution import Chains

if TYPE_CHECKING:
    import argparse

    from wallet.cli.options import Options
    from wallet.messages import Message
    from wallet.products.exported import Anchored, Exported


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what `holdfast product export` wrote")
    parser.add_argument(
        "--signer", metavar="DID", help="whose log it must be; else the one that it names itself"
    )


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    # Deferred: proofs and chains, which nobody needs who asks for help.
    from wallet.products.exported import LARGEST, Exported  # noqa: PLC0415

    found = Exported.parse(read_file(parsed.file, limit=LARGEST))
    chains = Chains(options.home)
    try:
        anchors = found.verify(chains, signer=parsed.signer)
    finally:
        chains.close()
    result = _result(found, anchors, is_named=parsed.signer is not None)
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _result(found: Exported, anchors: tuple[Anchored, ...], *, is_named: bool) -> Result:
    from wallet.actions.tracing import event_table, shown  # noqa: PLC0415 - as above

    form = found.form
    note = () if is_named else ((say("Note"), say("the signer is the one that the file names")),)
    return Result(
        say("{name}: its log holds, events: {count}", name=form["name"], count=form["count"]),
        data={
            "id": form["product"],
            "name": form["name"],
            "signer": form["signer"],
            "events": [shown(event) for event in found.events],
            "end": form["end"],
            "anchors": [_data(one) for one in anchors],
        },
        facts=(
            (say("Id"), form["product"]),
            (say("Signer"), form["signer"]),
            *((say("Anchored"), _words(one)) for one in anchors),
            *note,
        ),
        table=event_table(found.events),
    )


def _data(one: Anchored) -> dict[str, Any]:
    return {
        "count": one.count,
        "chain": one.chain_id,
        "block": one.block,
        "time": None if one.timestamp is None else _moment(one.timestamp),
    }


def _words(one: Anchored) -> Message:
    if one.block is None or one.timestamp is None:
        return say(
            "up to event {count}, on chain {chain}, which could not be asked",
            count=one.count,
            chain=one.chain_id,
        )
    return say(
        "up to event {count}, on chain {chain} at {time}",
        count=one.count,
        chain=one.chain_id,
        time=_moment(one.timestamp),
    )


def _moment(seconds: int) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415 - as above

    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


VERIFY: Final = Command(
    help="check that no event of a product's log was changed, dropped, moved or put in",
    example="holdfast product verify kettle.json",
    configure=_configure,
    run=_run,
)
