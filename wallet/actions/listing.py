"""The credentials as a list: a page of them, those that words occur in, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.paging import ALL, PAGE, PAGE_SIZE, Pages, Wanted
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table
from wallet.entries import names
from wallet.messages import say
from wallet.overview import Standing, standings
from wallet.search.index import Found
from wallet.search.label import label_of
from wallet.vault.record import Kind as Sort

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.messages import Message
    from wallet.search.label import Label
    from wallet.wallet import Wallet


def listing(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """The credentials, or those that each word of a filter occurs in; the newest page of many."""
    known, now = names(wallet.vault), wallet.clock()
    wanted, words = Wanted.of(arguments), arguments.get("filter") or ""
    tags = tuple(arguments.get("tag", ()))
    filtered = bool(words or tags)
    found = _newest(wallet, wanted) if not filtered and not wanted.everything else None
    if found is None:
        found = wallet.index.find(
            words, tags=tags, known=known, now=now, skip=wanted.skip, limit=wanted.limit
        )
    pages = wanted.pages(found.total)
    standing = standings(wallet)
    rows = [row_of(label, known, standing(label)) for label in reversed(found.labels)]
    return Result(
        _summary(pages, filtered=filtered),
        data={"credentials": rows, **pages.data},
        table=_table(rows),
        next=pages.next,
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    headings = [say("Id"), say("Name"), say("Issuer"), say("Role"), say("Until"), say("State")]
    columns = [
        [row["id"] for row in rows],
        [row["name"] for row in rows],
        [row["issuer_name"] or row["issuer"] for row in rows],
        [say(row["role"]) for row in rows],
        [(row["valid_until"] or "")[:10] or say("open") for row in rows],
        [say(row["state"]) for row in rows],
    ]
    if any(row["tags"] for row in rows):
        headings.append(say("Tags"))
        columns.append([", ".join(row["tags"]) for row in rows])
    return Table(tuple(headings), tuple(zip(*columns, strict=True)))


def _newest(wallet: Wallet, wanted: Wanted) -> Found:
    """A page of all credentials, read from the vault: no index is needed for it."""
    page = wallet.vault.page(Sort.CREDENTIAL, skip=wanted.skip, limit=PAGE_SIZE)
    labels = tuple(label_of(record.body) for record in page.records)
    return Found(labels, wallet.vault.count(Sort.CREDENTIAL))


def _summary(pages: Pages, *, filtered: bool) -> Message:
    if not pages.total:
        return say("no such credentials") if filtered else say("no credentials yet")
    if pages.count == 1:
        return say("credentials: {count}", count=pages.total)
    return say(
        "credentials: {count}, page {page} of {pages}",
        count=pages.total,
        page=pages.page,
        pages=pages.count,
    )


def row_of(label: Label, known: Mapping[str, str], standing: Standing) -> dict[str, Any]:
    """A credential as `--json` has it; `known` are names that the person has for DIDs."""
    in_force = standing in {Standing.IN_FORCE, Standing.SOON}
    return {
        "id": label.id,
        "name": label.name,
        "types": list(label.types),
        "issuer": label.issuer,
        "issuer_name": known.get(label.issuer, ""),
        "role": label.role,
        "claims": list(label.claims),
        "valid_until": label.valid_until,
        "state": (Standing.IN_FORCE if in_force else standing).value,
        "tags": list(label.tags),
    }


LIST_CREDENTIALS: Final = Action(
    name="list_credentials",
    verb=("list",),
    help="List your credentials",
    example="holdfast list expired",
    parameters=(
        Parameter("filter", Kind.TEXT, "only those that these words occur in"),
        Parameter("tag", Kind.TEXTS, "only those with this tag", flag="--tag", planned=False),
        PAGE,
        ALL,
    ),
    read=listing,
)
