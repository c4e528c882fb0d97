"""`trust.toml`: whose credentials a person trusts, and for what. A file that people may edit.

    [[trust]]
    name = "the university"
    issuers = ["did:web:university.example"]
    types = ["UniversityDegree"]     # without them: for everything

A policy that names trusted issuers of its own takes the place of this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass
from wallet.credentials.errors import CredentialError
from wallet.credentials.strict_json import read_json
from wallet.credentials.timestamps import write_timestamp
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import read_file, replace_file
from wallet.verify.policy import Rule, read_toml, trust_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

TRUST_FILE: Final = "trust.toml"
TYPE: Final = "HoldfastTrustList"


@dataclass(frozen=True, slots=True)
class Trusted:
    """An issuer, a DID, trusted for credentials of `types`; for all where there are none."""

    issuer: str
    types: tuple[str, ...] = ()
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """Machine form."""
        return {"issuer": self.issuer, "types": list(self.types), "name": self.name}


def trusted(home: Path) -> tuple[Trusted, ...]:
    """Those in the file, in its order; a table of several issuers is one for each.

    Raises:
        BadPolicy: the file says something else.
    """
    return tuple(
        Trusted(issuer, tuple(table.get("types", ())), table.get("name", ""))
        for table in _tables(home)
        for issuer in table["issuers"]
    )


def trust_rule(home: Path) -> Rule | None:
    """The rule that the file is; None where there is no file, and trust is not judged.

    Raises:
        BadPolicy: the file says something else.
    """
    if not (home / TRUST_FILE).exists():
        return None
    return trust_of(_tables(home))


def add(home: Path, entry: Trusted) -> None:
    """Write one more into the file; what a person wrote there stays as it is.

    Raises:
        BadInput: the very same stands there, or the file cannot be used.
    """
    if any((one.issuer, one.types) == (entry.issuer, entry.types) for one in trusted(home)):
        raise BadInput(f"{entry.issuer} is trusted already", hint="see: holdfast trust list")
    import tomlkit  # noqa: PLC0415 - only who changes the file needs what keeps its comments

    document = _document(home)
    if not document.get("trust"):  # an empty array, of whoever trusted nobody, takes no tables
        document["trust"] = tomlkit.aot()
    inline = isinstance(document["trust"], tomlkit.items.Array)
    table = tomlkit.inline_table() if inline else tomlkit.table()
    if entry.name:
        table["name"] = entry.name
    table["issuers"] = [entry.issuer]
    if entry.types:
        table["types"] = list(entry.types)
    document["trust"].append(table)
    replace_file(home / TRUST_FILE, document.as_string().encode())


def remove(home: Path, issuer: str) -> int:
    """Take an issuer out of every table of the file; in how many they were.

    Raises:
        NoSuchEntry: they are in none.
        BadInput: the file cannot be used.
    """
    count = sum(one.issuer == issuer for one in trusted(home))
    if not count:
        raise NoSuchEntry(f"{issuer} is not among those trusted", hint="see: holdfast trust list")
    import tomlkit  # noqa: PLC0415 - as above

    document = _document(home)
    left = tomlkit.aot()
    for table in document["trust"]:
        table["issuers"] = [one for one in table["issuers"] if one != issuer]
        if table["issuers"]:
            left.append(table)
    # A file without tables trusts nobody; one that is not there leaves trust unjudged.
    document["trust"] = left if len(left) else tomlkit.array()
    replace_file(home / TRUST_FILE, document.as_string().encode())
    return count


def to_document(entries: Sequence[Trusted], created: datetime) -> dict[str, Any]:
    """The list as a document to be signed and handed on."""
    return {
        "type": TYPE,
        "version": 1,
        "created": write_timestamp(created),
        "trust": [entry.to_json() for entry in entries],
    }


def read_document(data: bytes) -> tuple[dict[str, Any], tuple[Trusted, ...]]:
    """A list that somebody handed on, and its entries; who signed it is not looked at.

    Raises:
        BadInput: it is none.
    """
    try:
        document = read_json(data)
    except CredentialError as error:
        raise BadInput(f"the list cannot be read: {error}") from error
    if not isinstance(document, dict) or document.get("type") != TYPE:
        raise BadInput("the file is no list of trusted issuers", hint="holdfast trust export")
    entries = document.get("trust")
    if document.get("version") != 1 or not isinstance(entries, list):
        raise BadInput("the list is of a version that is not read here")
    return document, tuple(map(_entry, entries))


def _entry(value: Any) -> Trusted:
    match value:
        case {"issuer": str(issuer), "types": list(types), "name": str(name)} if len(value) == 3:
            if issuer and all(isinstance(one, str) and one for one in types):
                return Trusted(issuer, tuple(types), name)
    raise BadInput("an entry of the list is malformed")


def _tables(home: Path) -> list[dict[str, Any]]:
    if not (home / TRUST_FILE).exists():
        return []
    table = read_toml(read_file(str(home / TRUST_FILE)), TRUST_FILE)
    if others := sorted(table.keys() - {"trust"}):
        raise BadInput(f"{TRUST_FILE} holds {others[0]!r}, which is not understood")
    tables = table.get("trust", [])
    trust_of(tables)
    return list(tables)


def _document(home: Path) -> Any:
    _tables(home)  # what cannot be read is not written over
    import tomlkit  # noqa: PLC0415 - as above

    try:
        return tomlkit.parse((home / TRUST_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
