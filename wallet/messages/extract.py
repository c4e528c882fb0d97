"""Brings the catalogues up to date with the sentences in the code; for developers, needs Babel.

`python -m wallet.messages.extract` collects the templates of every room and `locale/words.txt`,
merges them into each `holdfast.po`, and compiles each into the `holdfast.mo` that gettext reads.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).parents[2]
LOCALE: Final = Path(__file__).parent / "locale"
WORDS: Final = LOCALE / "words.txt"
ROOMS: Final = ("wallet", "agent", "tui")

# Which argument is the template, by the name that is called.
_PLACES: Final[Mapping[str, int]] = {
    "say": 0,
    "_refused": 3,
    "_unknown": 3,
    "passed": 3,
    "warned": 3,
    "skipped": 3,
    "undecided": 3,
    "failed": 3,
    "taken_back": 3,
    "out_of_period": 3,
    "untrusted": 3,
    "judge": 3,
    "Parameter": 2,
}
_KEYWORDS: Final[Mapping[str, str]] = {"Action": "help", "Parameter": "help"}


def collect() -> Catalog:
    """Every template in the code and every word that is data, each with where it stands."""
    found = Catalog(project="Holdfast")
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            for line, template in templates(path.read_text(encoding="utf-8")):
                found.add(template, locations=[(place, line)])
    for line, word in enumerate(WORDS.read_text(encoding="utf-8").splitlines(), start=1):
        if word and not word.startswith("#"):
            found.add(word, locations=[(WORDS.relative_to(ROOT).as_posix(), line)])
    return found


def templates(source: str) -> Iterator[tuple[int, str]]:
    """Line and template of each sentence in a module, from the top down."""
    tree = ast.parse(source)
    named = _named(tree)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        for argument in _arguments(call):
            for template in _texts(argument, named):
                yield call.lineno, template


def merge(path: Path, found: Catalog) -> Catalog:
    """A catalogue with what was found; what it had stays translated, what is gone goes."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def _named(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each name of a module is set to, wherever it is."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                named.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                named.setdefault(name, []).append(value)
            case ast.Assign(targets=[ast.Tuple(names)], value=ast.Tuple(values)):
                for target, value in zip(names, values, strict=True):
                    named.setdefault(ast.unparse(target), []).append(value)
            case _:
                pass
    return named


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that are templates."""
    for name in _called(call.func):
        if name in _PLACES:
            yield from call.args[_PLACES[name] :][:1]
        if name in _KEYWORDS:
            yield from (word.value for word in call.keywords if word.arg == _KEYWORDS[name])


def _called(function: ast.expr) -> Iterator[str]:
    match function:
        case ast.Name(name):
            yield name
        case ast.IfExp(body=body):
            yield from _called(body)
        case _:
            pass


def _texts(node: ast.expr, named: Mapping[str, list[ast.expr]]) -> Iterator[str]:
    """The texts that an expression may be; a name within its own value is not followed."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, named)
            yield from _texts(orelse, named)
        case ast.Dict(values=values):
            for value in values:
                yield from _texts(value, named)
        case ast.Subscript(value=table):
            yield from _texts(table, named)
        case ast.Name(name):
            for value in named.get(name, ()):
                yield from _texts(value, {**named, name: []})
        case _:
            pass


def main(folder: Path = LOCALE) -> int:
    """Merge and compile every catalogue; the exit code is 1 while one lacks a translation."""
    found = collect()
    lacking = 0
    for path in sorted(folder.rglob("holdfast.po")):
        catalogue = merge(path, found)
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, include_lineno=False, ignore_obsolete=True)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        missing = [message.id for message in catalogue if not message.string]
        sys.stdout.writelines(f"{path.relative_to(folder)} lacks {id_!r}\n" for id_ in missing)
        lacking += len(missing)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
