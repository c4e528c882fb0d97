"""did:webvh 1.0, "did:webvh DID Method Parameters": what a log says about how to read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Self

from did.errors import InvalidDID, quoted
from did.methods.webvh.digest import HASH, key_hash
from did.methods.webvh.proof import ed25519_key

METHOD_VERSION: Final = "did:webvh:1.0"
"""The one version of the method that is read and written: another has other rules."""

MAX_ITEMS: Final = 256
"""The most keys, hashes, witnesses or watchers in one parameter."""

_MAX_TTL: Final = 2**31
_MULTIKEY: Final = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{8,768}")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who must approve an entry, by their did:key, and how many of them. None at all is falsy."""

    threshold: int = 0
    dids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.dids)

    def to_json(self) -> dict[str, Any]:
        """As the parameter `witness` has it."""
        if not self:
            return {}
        return {"threshold": self.threshold, "witnesses": [{"id": did} for did in self.dids]}


NO_WITNESSES: Final = Witnesses()


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters that are in force once an entry is published.

    `update_keys` are Multikeys, `next_key_hashes` what the next keys must hash to, `ttl` seconds.
    """

    method: str
    scid: str
    update_keys: tuple[str, ...] = ()
    next_key_hashes: tuple[str, ...] = ()
    witnesses: Witnesses = field(default=NO_WITNESSES)
    watchers: tuple[str, ...] = ()
    portable: bool = False
    deactivated: bool = False
    ttl: int = 3600

    @classmethod
    def first(cls, raw: Mapping[str, Any]) -> Self:
        """The parameters of a first entry; what it does not say has its default.

        Raises:
            InvalidDID: it lacks `method`, `scid` or `updateKeys`, or a value is not as it must be.
        """
        for name in ("method", "scid", "updateKeys"):
            if name not in raw:
                raise InvalidDID(f"the first entry lacks the parameter {name!r}")
        return cls(**_read(raw))

    def then(self, raw: Mapping[str, Any]) -> Self:
        """The parameters after an entry that says `raw`; what it does not say stays.

        Raises:
            InvalidDID: a value is not as it must be, is said too late, or breaks the promise of
                the entry before ("Pre-Rotation Key Hash Generation and Verification").
        """
        if "scid" in raw:
            raise InvalidDID("the parameter 'scid' is in the first entry alone")
        changed = _read(raw)
        if changed.get("portable"):
            raise InvalidDID("the parameter 'portable' becomes true in the first entry or never")
        if self.next_key_hashes:
            for name in ("updateKeys", "nextKeyHashes"):
                if name not in raw:
                    raise InvalidDID(f"the parameter {name!r} is missing under pre-rotation")
            for key in changed["update_keys"]:
                if key_hash(key) not in self.next_key_hashes:
                    raise InvalidDID(f"the update key {quoted(key)} was not committed to before")
        return replace(self, **changed)


def _read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Parameters` that `raw` sets."""
    if strange := sorted(raw.keys() - _READERS.keys()):
        raise InvalidDID(f"the parameter {quoted(strange[0])} is not one of did:webvh 1.0")
    fields = {}
    for name, value in raw.items():
        to, read, default = _READERS[name]
        # A null is no value any more, but early logs have it for the default.
        fields[to] = default if value is None and default is not None else read(name, value)
    return fields


def _method(_name: str, value: Any) -> str:
    if value != METHOD_VERSION:
        raise InvalidDID(
            f"the log is of the method {quoted(str(value))}", hint=f"supported: {METHOD_VERSION}"
        )
    return METHOD_VERSION


def _scid(name: str, value: Any) -> str:
    if not isinstance(value, str) or not HASH.fullmatch(value):
        raise InvalidDID(f"the parameter {name!r} is not a SHA-256 multihash in base58-btc")
    return value


def _boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidDID(f"the parameter {name!r} is neither true nor false")
    return value


def _ttl(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_TTL:
        raise InvalidDID(f"the parameter {name!r} is not a number of seconds up to 2^31")
    return value


def _texts(name: str, value: Any) -> tuple[str, ...]:
    """A list of strings, none twice."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise InvalidDID(f"the parameter {name!r} is not a list of strings")
    if len(value) > MAX_ITEMS:
        raise InvalidDID(f"the parameter {name!r} has more than {MAX_ITEMS} items")
    if len({unicodedata.normalize("NFC", item) for item in value}) != len(value):
        raise InvalidDID(f"the parameter {name!r} has an item twice")
    return tuple(value)


def _keys(name: str, value: Any) -> tuple[str, ...]:
    """Multikeys, by their look: which key one is, is found out where it signs.

    The others do nothing, and decoding a list that was made to be long takes many seconds.
    """
    keys = _texts(name, value)
    if wrong := [key for key in keys if not _MULTIKEY.fullmatch(key)]:
        raise InvalidDID(f"the update key {quoted(wrong[0])} is no Multikey")
    return keys


def _uris(name: str, value: Any) -> tuple[str, ...]:
    uris = _texts(name, value)
    if wrong := [uri for uri in uris if not _URI.fullmatch(uri)]:
        raise InvalidDID(f"the parameter {name!r} has {quoted(wrong[0])}, which is no URL")
    return uris


def read_witnesses(name: str, value: Any) -> Witnesses:
    """Section "The `witness` Parameter": `{}`, or a list of did:keys and a threshold.

    Raises:
        InvalidDID: anything else; it never means that there are no witnesses.
    """
    if not isinstance(value, Mapping):
        raise InvalidDID(f"the parameter {name!r} is not an object")
    if not value:
        return NO_WITNESSES
    threshold, witnesses = value.get("threshold"), value.get("witnesses")
    if value.keys() != {"threshold", "witnesses"} or not isinstance(witnesses, list | tuple):
        raise InvalidDID(f"the parameter {name!r} is not a threshold and a list of witnesses")
    if not all(isinstance(witness, Mapping) and witness.keys() == {"id"} for witness in witnesses):
        raise InvalidDID("a witness is not an object with an 'id' alone")
    dids = _texts(name, [witness["id"] for witness in witnesses])
    for did in dids:
        if not did.startswith("did:key:"):
            raise InvalidDID(f"the witness {quoted(did)} is no did:key")
        ed25519_key(did.removeprefix("did:key:"))
    if not isinstance(threshold, int) or isinstance(threshold, bool):
        raise InvalidDID("the threshold of the witnesses is not a whole number")
    if not 1 <= threshold <= len(dids):
        raise InvalidDID(f"a threshold of {threshold} makes no sense for {len(dids)} witnesses")
    return Witnesses(threshold, dids)


_READERS: Final[Mapping[str, tuple[str, Callable[[str, Any], Any], Any]]] = MappingProxyType(
    {
        "method": ("method", _method, None),
        "scid": ("scid", _scid, None),
        "updateKeys": ("update_keys", _keys, ()),
        "nextKeyHashes": ("next_key_hashes", _texts, ()),
        "witness": ("witnesses", read_witnesses, NO_WITNESSES),
        "watchers": ("watchers", _uris, ()),
        "portable": ("portable", _boolean, None),
        "deactivated": ("deactivated", _boolean, None),
        "ttl": ("ttl", _ttl, 3600),
    }
)
"""By the name of a parameter: the field it sets, how it is read, and what null means, if it may."""
