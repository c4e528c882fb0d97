"""`trust.toml`: whose credentials a person trusts, and for what. A file that people may edit.

    [[trust]]
    name = "the university"
    issuers = ["did:web:university.example"]
    types = ["UniversityDegree"]     # without them: for everything

    [[x509]]                         # a root, under which issuers with certificates are trusted
    name = "Utopia"
    certificate = '''-----BEGIN CERTIFICATE-----…'''

A policy that names trusted issuers of its own takes the place of this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from did.values import dataclass, field
from wallet.credentials.errors import CredentialError
from wallet.credentials.strict_json import read_json
from wallet.credentials.timestamps import write_timestamp
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import read_file, replace_file
from wallet.verify.policy import Root, Rule, read_toml, roots_of, trust_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

TRUST_FILE: Final = "trust.toml"
TYPE: Final = "HoldfastTrustList"


@dataclass(frozen=True, slots=True)
class Trusted:
    """An issuer, a DID or an https address, trusted for credentials of `types`, or for all."""

    issuer: str
    types: tuple[str, ...] = ()
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """Machine form."""
        return {"issuer": self.issuer, "types": list(self.types), "name": self.name}


@dataclass(frozen=True, slots=True)
class TrustedRoot:
    """A certificate under which others name trusted issuers, of documents of `types` or of all.

    `pem` is the certificate. What is beside it, it says itself: `subject` and the ends of its
    period, in UTC. `fingerprint` is its SHA-256 in hexadecimal digits.
    """

    pem: str = field(repr=False)
    fingerprint: str
    subject: str
    valid_from: datetime
    valid_until: datetime
    types: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def read(cls, data: bytes, *, types: Sequence[str] = (), name: str = "") -> Self:
        """A root from the PEM or DER of its certificate.

        Raises:
            BadInput: it is none, or one that may issue no certificates.
        """
        # Deferred: most trust no certificate.
        from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

        from wallet.credentials import certificates  # noqa: PLC0415

        try:
            found = certificates.read_certificate(data)
            certificates.check_root(found)
        except CredentialError as error:
            raise BadInput(
                f"it is no root that issuers could be trusted under: {error}",
                hint="a root is the certificate of an authority, in PEM or DER",
            ) from error
        return cls(
            pem=found.public_bytes(Encoding.PEM).decode("ascii"),
            fingerprint=certificates.fingerprint(found),
            subject=certificates.subject_of(found),
            valid_from=found.not_valid_before_utc,
            valid_until=found.not_valid_after_utc,
            types=tuple(types),
            name=name,
        )

    def to_json(self) -> dict[str, Any]:
        """Machine form."""
        return {
            "fingerprint": self.fingerprint,
            "subject": self.subject,
            "validFrom": write_timestamp(self.valid_from),
            "validUntil": write_timestamp(self.valid_until),
            "types": list(self.types),
            "name": self.name,
        }


def trusted_roots(home: Path) -> tuple[TrustedRoot, ...]:
    """The roots in the file, in its order.

    Raises:
        BadPolicy: the file says something else.
    """
    return tuple(
        TrustedRoot.read(
            table["certificate"].encode(),
            types=table.get("types", ()),
            name=table.get("name", ""),
        )
        for table in read_trust(home).get("x509", [])
    )


def add_root(home: Path, root: TrustedRoot) -> None:
    """Write a root into the file; what a person wrote there stays as it is.

    Raises:
        BadInput: it stands there, or the file cannot be used.
    """
    if any(one.fingerprint == root.fingerprint for one in trusted_roots(home)):
        raise BadInput("this root is trusted already", hint="see: holdfast trust list")
    import tomlkit  # noqa: PLC0415 - as below

    document = open_trust(home)
    if not document.get("x509"):
        document["x509"] = tomlkit.aot()
    table = tomlkit.table()
    if root.name:
        table["name"] = root.name
    if root.types:
        table["types"] = list(root.types)
    table["certificate"] = tomlkit.string(root.pem, multiline=True)
    document["x509"].append(table)
    replace_file(home / TRUST_FILE, document.as_string().encode())


def remove_root(home: Path, fingerprint: str) -> None:
    """Take a root out of the file.

    Raises:
        NoSuchEntry: it is not in it.
        BadInput: the file cannot be used.
    """
    roots = trusted_roots(home)
    if all(one.fingerprint != fingerprint for one in roots):
        raise NoSuchEntry(f"no root is trusted of the fingerprint {fingerprint}")
    document = open_trust(home)
    for at in reversed(range(len(roots))):
        if roots[at].fingerprint == fingerprint:
            del document["x509"][at]
    if not document["x509"]:
        del document["x509"]
    replace_file(home / TRUST_FILE, document.as_string().encode())


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
    """The rule that the file is; None where there is none, and trust is not judged.

    A file of roots alone says nothing of those who are named by a DID.

    Raises:
        BadPolicy: the file says something else.
    """
    if not (home / TRUST_FILE).exists():
        return None
    table = read_trust(home)
    return None if "x509" in table and "trust" not in table else trust_of(table.get("trust", []))


def root_rule(home: Path) -> tuple[Root, ...]:
    """The roots under which certificates name trusted issuers; none where there is no file.

    Raises:
        BadPolicy: the file says something else.
    """
    return roots_of(read_trust(home).get("x509", []))


def add(home: Path, entry: Trusted) -> None:
    """Write one more into the file; what a person wrote there stays as it is.

    Raises:
        BadInput: the very same stands there, or the file cannot be used.
    """
    if any((one.issuer, one.types) == (entry.issuer, entry.types) for one in trusted(home)):
        raise BadInput(f"{entry.issuer} is trusted already", hint="see: holdfast trust list")
    import tomlkit  # noqa: PLC0415 - only who changes the file needs what keeps its comments

    document = open_trust(home)
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

    document = open_trust(home)
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
    return list(read_trust(home).get("trust", []))


def read_trust(home: Path) -> dict[str, Any]:
    """The file, understood to the last name in it; nothing where there is none.

    Raises:
        BadInput: it says something else.
    """
    if not (home / TRUST_FILE).exists():
        return {}
    table = read_toml(read_file(str(home / TRUST_FILE)), TRUST_FILE)
    if others := sorted(table.keys() - {"trust", "x509"}):
        raise BadInput(f"{TRUST_FILE} holds {others[0]!r}, which is not understood")
    trust_of(table.get("trust", []))
    roots_of(table.get("x509", []))
    return table


def open_trust(home: Path) -> Any:
    """The file as `tomlkit` has it, to be changed. Raises as `read_trust`."""
    read_trust(home)  # what cannot be read is not written over
    import tomlkit  # noqa: PLC0415 - as above

    try:
        return tomlkit.parse((home / TRUST_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
