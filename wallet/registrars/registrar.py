"""What it takes to make DIDs of one method: `Registrar`, and the values it gives and takes.

A registrar joins a method's rules (`did.methods`) with the vault's keys: which key a DID has,
which verification method signs, and what creating or changing its document takes. What a person
may want changed is one of `Wanted`; what cannot be changed is refused with the reason.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeAlias, runtime_checkable
from urllib.parse import quote, unquote

from did.difference import difference
from did.document import Document, Relationship
from did.errors import InvalidDID
from did.frozen import thaw
from did.web_address import WebAddress
from wallet.errors import BadInput
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from did.bbs.parties import Issuer
    from did.difference import Difference
    from did.keys import Signer
    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.vault.sealed_key import KeyRef

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_OPTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "algorithm": "--algorithm",
        "address": "--address",
        "variant": "--numalgo",
        "endpoint": "--endpoint",
        "witnesses": "--witness",
        "threshold": "--threshold",
    }
)
"""What a person calls what they want of a new DID."""

BBS: Final = "BLS12381G2"
"""The algorithm of keys that sign by `bbs-2023`, and nothing else."""
ALGORITHMS: Final = ("Ed25519", "P-256", "P-384", "P-521", "secp256k1", BBS)
"""The algorithms for which keys are derived from a recovery phrase; the first is usual."""

ASSERTION: Final = Relationship.ASSERTION_METHOD
_WEB_EXAMPLE: Final = "example.com/team"
_WEB_HINT: Final = f"a host, and perhaps a port and a path, reached by https: {_WEB_EXAMPLE}"
Facts: TypeAlias = "tuple[tuple[Message, Message | str], ...]"


@dataclass(frozen=True, slots=True)
class NewDID:
    """What a person wants of a DID that is to be made.

    Attributes:
        number: which DID of its method it is, counted from 0.
        name: what they call it.
        algorithm: a name of `did.keys.ALGORITHMS`, or None for the method's usual one.
        address: the host, and perhaps a port and a path, of methods that live on the web.
        variant: of a method that has several, such as the numalgo of did:peer.
        endpoint: where to reach whoever has it, for methods that say so from the beginning.
        witnesses: the did:keys of those who must approve each version of its document.
        threshold: how many of them are enough; None for all.
    """

    number: int
    name: str = ""
    algorithm: str | None = None
    address: str | None = None
    variant: str | None = None
    endpoint: str | None = None
    witnesses: tuple[str, ...] | None = None
    threshold: int | None = None


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file that the person has to put on the web, and the address at which it must stand.

    `unwitnessed` is true where witnesses must approve it before it is put there.
    """

    name: str
    data: bytes = field(repr=False)
    url: str
    unwitnessed: bool = False

    def next(self, saved: Path | None) -> Message:
        """What a person has to do with it, where it was saved."""
        if self.unwitnessed:
            return say(
                "before it is put at {url}, its witnesses approve it:"
                " holdfast did witness {file} --as WITNESS -o PROOF",
                url=self.url,
                file=saved or self.name,
            )
        return say("put the file at {url}", url=self.url)


@dataclass(frozen=True, slots=True)
class Creation:
    """A DID worked out, and not yet kept.

    Attributes:
        own: the DID as the wallet will keep it.
        keys: which keys it has, for a consent.
        file_name: what the file to publish is called, for methods that live on the web.
        url: where that file will have to stand.
        binding: what will be signed or published beyond the DID itself.
        facts: what else a person should see.
        finish: signs `binding`; gives the DID as it is kept, and the file to publish.
    """

    own: OwnDID
    keys: Message
    file_name: str | None = None
    url: str = ""
    binding: bytes = b""
    facts: Facts = ()
    finish: Callable[[], tuple[OwnDID, PublicFile]] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that can sign for a DID.

    Attributes:
        signer: signs; the key never leaves the vault.
        verification_method: the DID URL that a proof names.
        resolvable: whether others can find the key by resolving the DID now.
    """

    signer: Signer
    verification_method: str
    resolvable: bool = True


@dataclass(frozen=True, slots=True)
class BbsKey:
    """A key that signs by `bbs-2023` for a DID: the members of `SigningKey`, for many messages."""

    signer: Issuer
    verification_method: str
    resolvable: bool = True


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key that the wallet has for a DID, and what it is for."""

    ref: KeyRef
    use: Message


SIGNS: Final = say("signs")
SIGNS_PARTS: Final = say("signs credentials of which parts are shown (bbs-2023)")


@dataclass(frozen=True, slots=True)
class Publish:
    """The document is to be written where others find it."""


@dataclass(frozen=True, slots=True)
class Rotate:
    """Another key is to sign from now on; the present one stays listed only if it is kept."""

    keep: bool = False


@dataclass(frozen=True, slots=True)
class AddService:
    """The document is to say where to reach its subject."""

    endpoint: str
    type: str

    def __post_init__(self) -> None:
        """Raises `BadInput` where it is no address of any kind (DID Core, section 5.4)."""
        if not _URI.fullmatch(self.endpoint):
            raise BadInput(
                f"{self.endpoint!r:.100} is no address", hint="such as https://example.com"
            )
        if not self.type.strip() or not self.type.isprintable():
            raise BadInput("a service has a type", hint="--type LinkedDomains")


@dataclass(frozen=True, slots=True)
class RemoveService:
    """The document is no longer to list a service, named by its id, fragment or endpoint."""

    service: str


@dataclass(frozen=True, slots=True)
class AddDelegate:
    """An account may act for the DID: `role` is `veriKey` or `sigAuth`, for so many days."""

    account: str
    role: str
    days: int


@dataclass(frozen=True, slots=True)
class RevokeDelegate:
    """An account may act for the DID no longer."""

    account: str
    role: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Another account is to control the DID."""

    owner: str


@dataclass(frozen=True, slots=True)
class Deactivate:
    """The DID is to be given up for good."""


Wanted = (
    Publish
    | Rotate
    | AddService
    | RemoveService
    | AddDelegate
    | RevokeDelegate
    | Transfer
    | Deactivate
)


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change.

    Attributes:
        own: the DID as the wallet keeps it from now on.
        facts: what a person is told: block, transaction, gas.
        data: the same for machines.
        file: a file to publish, where the method lives on the web.
        missing: whether the file was looked for at its address, and is not there.
    """

    own: OwnDID
    facts: Facts = ()
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    file: PublicFile | None = None
    missing: bool = False


class Change(Protocol):
    """A change of a DID's document, worked out and not yet done."""

    @property
    def facts(self) -> Facts:
        """What a person should see: what changes in the document, where, and at what cost."""
        ...

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What they should know first."""
        ...

    @property
    def binding(self) -> bytes:
        """The bytes that will be signed or published, of which everything shown is computed."""
        ...

    @property
    def file_name(self) -> str | None:
        """What the file to publish is called, for methods that live on the web."""
        ...

    @property
    def cost(self) -> int:
        """The most that it can cost, in wei."""
        ...

    def perform(self) -> Changed:
        """Do it."""
        ...


@runtime_checkable
class Dating(Protocol):
    """A registrar that writes a time into what it makes."""

    def dated(self, clock: Callable[[], datetime], /) -> Self:
        """The same one, which writes the time of that clock."""
        ...


class Registrar(Protocol):
    """Makes DIDs of one method from the vault's keys."""

    @property
    def publishes(self) -> bool:
        """Whether documents of this method are written somewhere for others to find."""
        ...

    def create(self, wanted: NewDID, /) -> Creation:
        """The DID with that number.

        Raises:
            BadInput: the method lacks something to make it of, or has no use for what was given.
        """
        ...

    def keys(self, own: OwnDID, /) -> tuple[OwnKey, ...]:
        """The keys that it has here now."""
        ...

    def signing(self, own: OwnDID, /, *, purpose: Relationship = ASSERTION) -> SigningKey:
        """The key that signs for that purpose.

        Raises:
            BadInput: it has no key that signs.
        """
        ...

    def bbs_signing(self, own: OwnDID, /) -> BbsKey:
        """The key that signs by `bbs-2023`.

        Raises:
            BadInput: it has none.
        """
        ...

    def change(self, own: OwnDID, wanted: Wanted, /, *, payer: OwnDID | None = None) -> Change:
        """What it takes to change the document; `payer` is another DID whose account pays.

        Raises:
            BadInput: documents of this method cannot be changed so, or it would change nothing.
        """
        ...

    def unsafe_jwk(self, own: OwnDID, /) -> AbstractContextManager[bytes]:
        """The private key as a JWK, for a signer outside the vault."""
        ...


def refuse_unused(wanted: NewDID, method: str, *used: str) -> None:
    """Refuse what was given and a method has no use for: it would be lost in silence.

    Raises:
        BadInput: naming it.
    """
    for option, name in _OPTIONS.items():
        if getattr(wanted, option) is not None and option not in used:
            raise BadInput(f"a did:{method} has no use for {name}", hint="leave it out")


def no_bbs(own: OwnDID) -> BadInput:
    """What is said of a DID without a key of BLS12-381."""
    return BadInput(
        f"{own.described} has no key of {BBS}, with which bbs-2023 signs",
        hint=f"make a DID that has: holdfast did create --method key --algorithm {BBS}",
    )


def one_of(value: str | None, known: tuple[str, ...], *, noun: str) -> str:
    """`value`, or the first of `known` where nothing was said.

    Raises:
        BadInput: it is none of them.
    """
    if value is None:
        return known[0]
    if value not in known:
        raise BadInput(
            f"the {noun} {value!r} cannot be had here", hint=f"one of {', '.join(known)}"
        )
    return value


def given_up(own: OwnDID) -> BadInput:
    """What is said of a DID that can be neither used nor changed any more."""
    return BadInput(f"{own.described} was given up, which is for good", hint="use another DID")


def refuse_payer(payer: OwnDID | None, method: str) -> None:
    """Refuse that somebody pays where nothing costs.

    Raises:
        BadInput: there is a payer.
    """
    if payer is not None:
        raise BadInput(f"changing a did:{method} costs nothing", hint="leave out --payer")


def web_address(text: str | None, method: str) -> WebAddress:
    """The address that a person writes as a browser does: `example.com:8443/team`.

    Raises:
        BadInput: there is none, or it cannot be the address of a DID.
    """
    if text is None:
        raise BadInput(f"a did:{method} lives at an address", hint=f"--address {_WEB_EXAMPLE}")
    host, _, path = text.removeprefix("https://").rstrip("/").partition("/")
    domain, _, port = host.partition(":")
    segments = [quote(unquote(segment), safe="") for segment in path.split("/")] if path else []
    if any(mark in text.removeprefix("https://") for mark in ("://", "?", "#")):
        raise BadInput(f"{text!r:.100} is no address of a did:{method}", hint=_WEB_HINT)
    try:
        return WebAddress.parse(":".join([f"{domain}%3A{port}" if port else domain, *segments]))
    except InvalidDID as error:
        raise BadInput(str(error), hint=error.hint or _WEB_HINT) from error


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Facts:
    """What changes between two documents, a line each, for a person."""
    return shown(difference(Document.parse(before), Document.parse(after)))


def shown(found: Iterable[Difference]) -> Facts:
    """Differences, a line each, for a person; contexts say nothing to one."""
    return tuple(_line(one) for one in found if not one.path.startswith("/@context"))


def _line(one: Difference) -> tuple[Message, Message | str]:
    if one.before is None:
        return say("Adds"), _described(one.path, one.after)
    if one.after is None:
        return say("Removes"), _described(one.path, one.before)
    return say("Changes"), f"{one.path}: {_short(one.before)} → {_short(one.after)}"


def _described(path: str, value: Any) -> Message | str:
    """What was put in or taken out: `key #delegate-1: Multikey z6Mk…`, `authentication #key-1`."""
    section, _, name = path.removeprefix("/").partition("/")
    match section, value:
        case "verificationMethod", {"type": str(kind)}:
            return say("key {name}: {key}", name=name, key=f"{kind} {_material(value)}")
        case "service", {"type": kind, "serviceEndpoint": endpoint}:
            where = f"{_short(kind)} {_short(endpoint)}"
            return say("service {name}: {service}", name=name, service=where)
        case _ if section in set(Relationship) and isinstance(value, str):
            return f"{section} {name}"
        case _:
            return f"{path}: {_short(value)}"


def _material(method: Mapping[str, Any]) -> str:
    for name in ("publicKeyMultibase", "blockchainAccountId"):
        if isinstance(text := method.get(name), str):
            return text
    left = {name: value for name, value in method.items() if name not in {"id", "controller"}}
    return _short(left)


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(thaw(value), ensure_ascii=False)
