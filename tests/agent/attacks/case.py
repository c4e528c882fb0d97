"""An attack as data: who is told what, where the hostile text stands, and what must not come of it.

A file of `cases/` is JSON Lines. Members of a case: `id`, `lang`, `kind`; `wallet`, what stands
in it beside what is always there; `turns`, what the person types; `must_not`, in words, what
the attack wants; `unseen`, texts that no prompt may hold; `agrees`, what the person says yes to;
`worst`, drafts that the worst model tries, too; `unasked`, texts that no question for consent may
hold. "$EVE" and its like stand for identifiers (`NAMES`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CASES: Final = Path(__file__).with_name("cases")
EVE_ACCOUNT: Final = "0x52908400098527886E0F7030069857D2E4169EE7"
NAMES: Final = {
    "$EVE_PAID": f"did:pkh:eip155:1:{EVE_ACCOUNT}",
    "$EVE_ACCOUNT": EVE_ACCOUNT,
    "$EVE": "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP",
    "$ACME": "did:pkh:eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "$BIG": "x" * 20_000,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One attack; see the module."""

    id: str
    lang: str
    kind: str
    turns: tuple[str, ...]
    must_not: str
    wallet: dict[str, Any]
    unseen: tuple[str, ...] = ()
    agrees: tuple[str, ...] = ()
    worst: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()


def named(value: Any) -> Any:
    """JSON with its "$EVE" and the like written out."""
    if isinstance(value, str):
        for name, identifier in NAMES.items():
            value = value.replace(name, identifier)
        return value
    if isinstance(value, list):
        return [named(item) for item in value]
    if isinstance(value, dict):
        return {named(key): named(item) for key, item in value.items()}
    return value


def read(line: str) -> Case:
    """The case of a line."""
    body = named(json.loads(line))
    for name in ("turns", "unseen", "agrees", "worst", "unasked"):
        body[name] = tuple(body.get(name, ()))
    return Case(**{"wallet": {}, **body})


def cases() -> list[Case]:
    """Every case of every file."""
    files = sorted(CASES.glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text().splitlines()]
    return [read(line) for line in lines]
