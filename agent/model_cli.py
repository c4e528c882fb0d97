"""`holdfast model list|use|info|pull|eval`: which model plans and talks, and how good it is."""

from __future__ import annotations

import hashlib
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from agent.cases import configure_evaluation, evaluate
from agent.errors import NoModel
from agent.models.choosing import by_name, chosen, found, loaded, models_folder
from agent.models.gguf import Header, Sort
from agent.models.memory import size
from agent.models.pulling import LARGEST, Source, digest_of, pull
from wallet.actions.result import Result, Table
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.cli.options import common_options
from wallet.errors import BadInput, ReadOnly
from wallet.messages import say
from wallet.settings import Settings, use_model
from wallet.vault.files import VAULT_FILE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from wallet.cli.options import Options
    from wallet.messages import Message

_SORTS: Final[Mapping[Sort, Message]] = {
    Sort.PLANNER: say("plans only; taught for this wallet"),
    Sort.INSTRUCT: say("plans and talks; an instruct model"),
    Sort.PLAIN: say("only continues text: it has no chat template"),
}
_PAUSE: Final = 0.2  # seconds between two drawings
_WIDTH: Final = 24  # of the bar, in cells


def _list(_parsed: argparse.Namespace, options: Options) -> ExitCode:
    used = chosen(None, options.home).path.resolve()
    rows: list[tuple[Message | str, ...]] = []
    data: list[dict[str, Any]] = []
    for one in found(options.home):
        in_use = one.path.resolve() == used
        try:
            header = Header.read(one.path)
        except NoModel as error:
            sort: Message = say("cannot be used: {error}", error=error)
            kind = None
        else:
            sort, kind = _SORTS[header.sort], str(header.sort)
        length = one.path.stat().st_size
        rows.append((say("yes") if in_use else "", one.path.name, size(length), sort))
        data.append({"path": str(one.path), "size": length, "sort": kind, "in_use": in_use})
    result = Result(
        say("models: {count}", count=len(rows)),
        data={"models": data, "folder": str(models_folder())},
        facts=((say("Your models"), str(models_folder())),),
        table=Table((say("In use"), say("Model"), say("Size"), say("What for")), tuple(rows)),
    )
    return _shown(result, options)


def _configure_info(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", nargs="?", metavar="MODEL", help="a GGUF file, or its name in your folder"
    )


def _info(parsed: argparse.Namespace, options: Options) -> ExitCode:
    path = by_name(parsed.path) if parsed.path else chosen(None, options.home).path
    header = Header.read(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    data = {
        "path": str(path),
        "size": header.size,
        "sha256": digest,
        "name": header.name,
        "architecture": header.architecture,
        "parameters": header.parameters,
        "context": header.context,
        "vocabulary": header.vocabulary,
        "quantization": header.quantization,
        "sort": str(header.sort),
    }
    facts: tuple[tuple[Message, Message | str], ...] = (
        (say("File"), str(path)),
        (say("Size"), size(header.size)),
        (say("SHA-256"), digest),
        (say("Architecture"), header.architecture),
        (say("Parameters"), _count(header.parameters)),
        (say("Context"), say("{count} tokens", count=header.context)),
        (say("Vocabulary"), say("{count} tokens", count=header.vocabulary)),
        (say("Quantization"), header.quantization),
        (say("What for"), _SORTS[header.sort]),
    )
    return _shown(
        Result(say("the model {name}", name=header.name or path.name), data, facts=facts), options
    )


def _configure_use(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "path", nargs="?", metavar="MODEL", help="a GGUF file, or its name in your folder"
    )
    which.add_argument("--embedded", action="store_true", help="the one that ships")


def _use(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if options.read_only:
        raise ReadOnly("model use")
    if not (options.home / VAULT_FILE).exists():
        # A file of settings alone would keep a wallet from being restored to the folder.
        raise BadInput(
            f"there is no wallet in {str(options.home)!r}", hint="make one: holdfast init"
        )
    if parsed.embedded:
        use_model(options.home, None)
        return _shown(Result(say("the model that ships is used"), {"model": None}), options)
    path = by_name(parsed.path)
    header = Header.read(path)
    if header.sort is Sort.PLAIN:
        raise NoModel(
            f"{path.name!r} has no chat template, and cannot be told its task",
            hint="take an instruct model",
        )
    loaded(path).close()
    use_model(options.home, path)
    summary = say("{name} is used from now on", name=header.name or path.name)
    data = {"model": str(path), "sort": str(header.sort)}
    return _shown(Result(summary, data, facts=((say("File"), str(path)),)), options)


def _configure_pull(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="NAME|URL",
        help='https://…/file.gguf, or owner/name:file.gguf below hub = "https://…" of config.toml',
    )
    parser.add_argument("--sha256", metavar="HEX", help="the digest that the file is to have")
    parser.add_argument(
        "--max-size", type=int, metavar="GIB", help=f"a larger file is refused ({LARGEST >> 30})"
    )


def _pull(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if options.read_only:
        raise ReadOnly("model pull")
    # Deferred: TLS, for the one verb that asks the web.
    from did.download import HTTPSDownload  # noqa: PLC0415

    settings = Settings.read(options.home)
    source = Source.parse(parsed.source, settings.hub)
    expected = digest_of(parsed.sha256) if parsed.sha256 else None
    if parsed.max_size is not None and parsed.max_size < 1:
        raise BadInput("--max-size is a whole number of GiB, from 1 on")
    bar = _Bar(source.name, shown=not options.quiet and sys.stderr.isatty())
    try:
        pulled = pull(
            source,
            models_folder(),
            HTTPSDownload(allow_private=settings.private_hosts),
            progress=bar.draw,
            sha256=expected,
            largest=parsed.max_size << 30 if parsed.max_size else LARGEST,
        )
    finally:
        bar.clear()
    checked = (
        say("as was said beforehand") if pulled.checked else say("nobody had said what it is to be")
    )
    result = Result(
        say("{name} is here", name=source.name),
        {"path": str(pulled.path), "sha256": pulled.sha256, "checked": pulled.checked},
        facts=(
            (say("File"), str(pulled.path)),
            (say("SHA-256"), pulled.sha256),
            (say("Digest"), checked),
        ),
        next=say("holdfast model use {name}", name=source.name),
    )
    return _shown(result, options)


class _Bar:
    """How far it is, in one line that is written over."""

    def __init__(self, name: str, *, shown: bool) -> None:
        self._name = name
        self._shown = shown
        self._next = 0.0
        self._stands = False

    def draw(self, done: int, total: int) -> None:
        if not self._shown or (time.monotonic() < self._next and done < total):
            return
        filled = _WIDTH * done // max(total, 1)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        line = (
            f"{bar} {100 * done // max(total, 1):3} %  {size(done)} / {size(total)}  {self._name}"
        )
        sys.stderr.write("\r\x1b[K" + render.cut(line))
        sys.stderr.flush()
        self._stands = True
        self._next = time.monotonic() + _PAUSE

    def clear(self) -> None:
        if self._stands:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _count(number: int) -> str:
    for unit, name in ((10**9, "billion"), (10**6, "million")):
        if number >= unit:
            return f"{number / unit:.3g} {name}"
    return str(number)


def _shown(result: Result, options: Options) -> ExitCode:
    render.show(result, as_json=options.json, language=options.language)
    return ExitCode.DONE


VERBS: Final[Mapping[str, Command]] = {
    "list": Command(
        help="list the models there are, and which is used",
        example="holdfast model list",
        configure=lambda _: None,
        run=_list,
        reads=True,
    ),
    "use": Command(
        help="use another model from now on, or the one that ships",
        example="holdfast model use ~/models/some-instruct-q4.gguf",
        configure=_configure_use,
        run=_use,
    ),
    "info": Command(
        help="show what a GGUF file says of itself, without loading it",
        example="holdfast model info",
        configure=_configure_info,
        run=_info,
        reads=True,
    ),
    "pull": Command(
        help="fetch a model into your folder; run again, it goes on where it stopped",
        example="holdfast model pull https://hub.example/some-instruct-q4.gguf",
        configure=_configure_pull,
        run=_pull,
    ),
    "eval": Command(
        help="score a model on a file of cases",
        example="holdfast model eval cases.jsonl",
        configure=configure_evaluation,
        run=evaluate,
        reads=True,
    ),
}


def _configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", dest="subverb", required=True)
    common = common_options()
    for name, command in VERBS.items():
        one = verbs.add_parser(
            name,
            help=command.help,
            description=command.help,
            epilog=f"example: {command.example}",
            parents=[common],
        )
        command.configure(one)


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    return VERBS[parsed.subverb].run(parsed, options)


COMMAND = Command(
    help="the model that plans and talks: another one, and how good it is",
    example="holdfast model list",
    configure=_configure,
    run=_run,
    reads=True,
    makes=True,
)
