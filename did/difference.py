"""What differs between two documents of a DID, for a person who decides on a change.

Methods, services and references are matched by what they are called, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from did.document import Document

_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not in both documents, or not the same in both.

    `path` is a JSON Pointer (RFC 6901), in which a member of a list is called by its id, without
    the DID before it: `/verificationMethod/#key-1/controller`. What has no id is in the list
    itself. `before` and `after` are JSON as `did.frozen` keeps it, and None where there is nothing.
    """

    path: str
    before: Any = field(hash=False)
    after: Any = field(hash=False)


def difference(before: Document, after: Document) -> tuple[Difference, ...]:
    """What differs, in the order of the documents: what is gone or changed, then what is new."""
    did = str(before.did)
    found: list[Difference] = []
    for name in dict.fromkeys((*before.raw, *after.raw)):
        old, new = before.raw.get(name, _MISSING), after.raw.get(name, _MISSING)
        if isinstance(old, tuple) or isinstance(new, tuple):
            found += _in_sets(f"/{_escaped(name)}", _as_set(old), _as_set(new), did)
        else:
            found += _in_values(f"/{_escaped(name)}", old, new)
    return tuple(found)


def _as_set(value: Any) -> tuple[Any, ...]:
    """A list, or what stands for a list of one: documents may write `controller` both ways."""
    if value is _MISSING:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _in_sets(
    path: str, before: tuple[Any, ...], after: tuple[Any, ...], did: str
) -> Iterator[Difference]:
    """The members of a list that differ; their order says nothing (DID Core, section 4)."""
    old, new = _named(before, did), _named(after, did)
    for name in dict.fromkeys((*old, *new)):
        yield from _in_values(f"{path}{name}", old.get(name, _MISSING), new.get(name, _MISSING))
    unnamed = [one for one in after if _name(one) is None]
    for one in (one for one in before if _name(one) is None):
        if one in unnamed:
            unnamed.remove(one)
        else:
            yield Difference(path, one, None)
    for one in unnamed:
        yield Difference(path, None, one)


def _named(members: tuple[Any, ...], did: str) -> dict[str, Any]:
    """The members that have a name, by that name in a path; a name is in full in the member."""
    found = {}
    for member in members:
        if (name := _name(member)) is None:
            continue
        full = f"{did}{name}" if name.startswith("#") else name
        short = full.removeprefix(did) if full.startswith(f"{did}#") else full
        found[f"/{_escaped(short)}"] = full if isinstance(member, str) else {**member, "id": full}
    return found


def _name(member: Any) -> str | None:
    """What a member of a list is called: a reference is its own name."""
    if isinstance(member, str):
        return member
    name = member.get("id") if isinstance(member, Mapping) else None
    return name if isinstance(name, str) else None


def _in_values(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _in_values(
                f"{path}/{_escaped(name)}", before.get(name, _MISSING), after.get(name, _MISSING)
            )
    elif before != after:
        yield Difference(
            path, None if before is _MISSING else before, None if after is _MISSING else after
        )


def _escaped(name: str) -> str:
    """RFC 6901, section 3."""
    return name.replace("~", "~0").replace("/", "~1")
