"""`holdfast chain …`: which chain DIDs live on, how it is, and the wallet's own chain for others.

None of it opens the vault; what signs (`deploy`, `speed-up`, `cancel`) is an action.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.errors import ChainError, DIDError
from wallet.actions.result import Result
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.errors import BadInput
from wallet.files import at_home, read_file, write_stream
from wallet.messages import say, text
from wallet.resolution import CHAIN_FILE, Chains
from wallet.settings import use_embedded

if TYPE_CHECKING:
    import argparse

    from did.chain import Chain
    from did.chain.check import Checked
    from did.chain.embedded import EmbeddedChain
    from wallet.cli.options import Options
    from wallet.messages import Message

PORT: Final = 8545
_EMBEDDED: Final = "embedded"
_EVERY: Final = 100  # blocks between two lines of progress


def _status(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """Every chain that the wallet knows, the chosen one marked; each is asked now."""
    del parsed
    chains = Chains(options.home, read_only=options.read_only)
    try:
        known = [*chains.settings().chains]
        embedded = chains.embedded()
        if embedded is not None:
            known.append(embedded.chain_id)
        chosen = chains.settings().chain or (embedded.chain_id if embedded else None)
        rows, failed = [], False
        for chain_id in known:
            try:
                rows.append(_row(_checked(chains(chain_id)), chain_id, chosen))
            except DIDError as error:
                failed = True
                rows.append(
                    {"chain_id": chain_id, "chosen": chain_id == chosen, "error": str(error)}
                )
    finally:
        chains.close()
    result = Result(
        say("chains: {count}", count=len(rows)) if rows else say("no chains yet"),
        data={"chains": rows},
        facts=tuple(_fact(row) for row in rows),
    )
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.NETWORK if failed else ExitCode.DONE


def _checked(chain: Chain | None) -> Checked:
    from did.chain.check import check  # noqa: PLC0415

    assert chain is not None  # noqa: S101 - only those that are known are asked
    return check(chain)


def _row(checked: Checked, chain_id: int, chosen: int | None) -> dict[str, Any]:
    return {
        "chain_id": chain_id,
        "chosen": chain_id == chosen,
        "registry": checked.registry,
        "block": checked.head,
        "age_seconds": checked.age,
        "client": checked.client,
        "warnings": list(checked.warnings),
    }


def _fact(row: dict[str, Any]) -> tuple[Message, Message | str]:
    label = say("Chain {id}", id=row["chain_id"])
    if "error" in row:
        return label, row["error"]
    mark = say("chosen") if row["chosen"] else say("known")
    return label, say(
        "{mark}; block {block}; registry {registry}; {client}",
        mark=mark,
        block=row["block"],
        registry=row["registry"],
        client=row["client"] or say("unnamed software"),
    )


def _configure_use(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "urls",
        metavar="URL",
        nargs="+",
        help="nodes of one chain, which take over from one another; `embedded` for the wallet's"
        " own; - reads them from standard input, a line each",
    )
    parser.add_argument(
        "--registry", metavar="ADDRESS", help="of the registry, where it is no published one"
    )


def _use(parsed: argparse.Namespace, options: Options) -> ExitCode:
    urls = tuple(parsed.urls)
    if _EMBEDDED in urls:
        return _use_embedded(urls, parsed.registry, options)
    if urls == ("-",):
        urls = tuple(line.strip() for line in sys.stdin.read(1 << 16).splitlines() if line.strip())
    # Deferred: what asks nodes is for who names some.
    from wallet.networks import reach  # noqa: PLC0415

    reached = reach(urls, parsed.registry)
    for warning in reached.warnings:
        note(f"holdfast: {warning}")
    reached.use(options.home)
    return _show(
        say("new DIDs live on chain {chain}", chain=reached.chain_id),
        {
            "chain": reached.chain_id,
            "registry": reached.registry,
            "deployed": reached.has_registry,
        },
        options,
        next_=None
        if reached.has_registry
        else say("it has no registry yet: holdfast chain deploy"),
    )


def _use_embedded(urls: tuple[str, ...], registry: str | None, options: Options) -> ExitCode:
    if len(urls) > 1 or registry is not None:
        raise BadInput("the wallet's own chain has no nodes, and its registry is its own")
    chains = Chains(options.home, read_only=options.read_only)
    try:
        chain = _embedded(chains)
        use_embedded(options.home)
        data = {"chain": chain.chain_id, "registry": chain.registry, "deployed": True}
    finally:
        chains.close()
    return _show(say("new DIDs live on the wallet's own chain"), data, options)


def _configure_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=PORT, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--origin", action="append", default=[], help="a web page's, such as http://localhost:5173"
    )


def _serve(parsed: argparse.Namespace, options: Options) -> ExitCode:
    from did.chain.embedded.serving import serve  # noqa: PLC0415

    chains = Chains(options.home, read_only=options.read_only)
    try:
        chain = _embedded(chains)
        server = serve(chain, port=parsed.port, origins=parsed.origin)
        result = Result(
            say("serving chain {chain} at {url}", chain=chain.chain_id, url=server.url),
            data={"url": server.url, "chain": chain.chain_id, "registry": chain.registry},
            facts=((say("Registry"), chain.registry),),
        )
        render.show(result, as_json=options.json, language=options.language)
        note(
            text(
                say(
                    "anybody on this machine can read it and send signed transactions; "
                    "Ctrl-C stops it"
                ),
                options.language,
            )
        )
        sys.stdout.flush()
        server.run()
    finally:
        chains.close()
    return ExitCode.DONE


def _configure_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="where to write it; - for standard output")


def _export(parsed: argparse.Namespace, options: Options) -> ExitCode:
    from did.chain.embedded.transcript import export_chain  # noqa: PLC0415

    chains = Chains(options.home, read_only=options.read_only)
    try:
        lines = export_chain(_embedded(chains))
        if parsed.file == "-":
            for line in lines:
                sys.stdout.write(line)
            return ExitCode.DONE
        path, count = write_stream(at_home(Path(parsed.file)), (line.encode() for line in lines))
    finally:
        chains.close()
    return _show(
        say("exported {count} blocks to {file}", count=count - 1, file=path),
        {"file": str(path), "blocks": count - 1},
        options,
    )


def _configure_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what `chain export` wrote")


def _import(parsed: argparse.Namespace, options: Options) -> ExitCode:
    from did.chain.embedded.transcript import bounded, import_chain  # noqa: PLC0415

    path = options.home / CHAIN_FILE
    if path.exists():
        raise BadInput(
            f"there is a chain already in {str(options.home)!r}, and it is left as it is",
            hint="import into another folder with --home, or move chain.db away first",
        )

    def progress(number: int) -> None:
        if number % _EVERY == 0 and not options.quiet:
            note(text(say("{number} blocks …", number=number), options.language))

    try:
        with at_home(Path(parsed.file)).open(encoding="utf-8") as file:
            options.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            count = import_chain(path, bounded(file), progress=progress)
    except OSError as error:
        raise BadInput(f"{parsed.file!r} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, ChainError) as error:
        hint = "it is what `holdfast chain export` writes"
        raise BadInput(f"{parsed.file!r} is no chain: {error}", hint=hint) from error
    return _show(say("imported {count} blocks", count=count), {"blocks": count}, options)


def _configure_receipt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="FILE", help="the document, as it was anchored")
    parser.add_argument("receipt", metavar="RECEIPT", help="its receipt")
    parser.add_argument(
        "--block-hash",
        metavar="HASH",
        help="of the block, known from elsewhere: then no chain is asked",
    )


def _receipt(parsed: argparse.Namespace, options: Options) -> ExitCode:
    from did.chain.anchoring.receipt import AnchorReceipt, against, verify  # noqa: PLC0415
    from did.chain.hexadecimal import read_data  # noqa: PLC0415

    document, receipt = read_file(parsed.document), AnchorReceipt.parse(read_file(parsed.receipt))
    if parsed.block_hash is not None:
        try:
            block_hash = read_data(parsed.block_hash, "the block's hash", size=32)
        except ChainError as error:
            raise BadInput(str(error), hint="0x and 64 digits") from error
        found = verify(receipt, document, block_hash=block_hash)
    else:
        chains = Chains(options.home, read_only=options.read_only)
        try:
            chain = chains(receipt.chain_id)
            if chain is None:
                raise BadInput(
                    f"the receipt is of chain {receipt.chain_id}, which is not known here",
                    hint="give the block's hash with --block-hash, or: holdfast chain use URL",
                )
            found = against(receipt, document, chain)
        finally:
            chains.close()
    moment = _moment(found.timestamp)
    return _show(
        say("{file} was there at {time}", file=parsed.document, time=moment),
        {
            "chain": found.chain_id,
            "block": found.block,
            "block_hash": f"0x{found.block_hash.hex()}",
            "time": moment,
            "transaction": f"0x{found.transaction.hex()}",
            "sender": found.sender,
        },
        options,
        facts=(
            (say("Chain"), str(found.chain_id)),
            (say("Block"), str(found.block)),
            (say("Block's hash"), f"0x{found.block_hash.hex()}"),
            (say("Sent by"), found.sender),
        ),
    )


def _moment(seconds: int) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _embedded(chains: Chains) -> EmbeddedChain:
    chain = chains.embedded()
    if chain is None:
        raise BadInput("there is no chain in this wallet's folder", hint="make one: holdfast init")
    return chain


def _show(
    summary: Message,
    data: dict[str, Any],
    options: Options,
    *,
    facts: tuple[tuple[Message, Message | str], ...] = (),
    next_: Message | None = None,
) -> ExitCode:
    result = Result(summary, data=data, facts=facts, next=next_)
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _nothing(parser: argparse.ArgumentParser) -> None:
    del parser


COMMANDS: Final[dict[tuple[str, ...], Command]] = {
    ("chain", "status"): Command(
        help="how the chains are that this wallet knows",
        example="holdfast chain status",
        configure=_nothing,
        run=_status,
        reads=True,
    ),
    ("chain", "use"): Command(
        help="let new DIDs live on the chain behind a node",
        example="holdfast chain use https://node.example https://other.example",
        configure=_configure_use,
        run=_use,
    ),
    ("chain", "serve"): Command(
        help="offer the wallet's own chain to tools on this machine, as JSON-RPC",
        example="holdfast chain serve --port 8545",
        configure=_configure_serve,
        run=_serve,
    ),
    ("chain", "export"): Command(
        help="write the wallet's own chain as a journal of signed transactions",
        example="holdfast chain export chain.jsonl",
        configure=_configure_export,
        run=_export,
        reads=True,
    ),
    ("chain", "import"): Command(
        help="make a chain anew from such a journal, checking every block",
        example="holdfast chain import chain.jsonl",
        configure=_configure_import,
        run=_import,
    ),
    ("chain", "receipt"): Command(
        help="check the receipt of an anchored document",
        example="holdfast chain receipt diploma.json diploma.anchor.json --block-hash 0x5f…",
        configure=_configure_receipt,
        run=_receipt,
        reads=True,
    ),
}
