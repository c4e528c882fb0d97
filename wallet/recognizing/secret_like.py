"""What looks like a recovery phrase or a private key, wherever it stands in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import CredentialError
from wallet.credentials.strict_json import read_json
from wallet.recognizing.recognized import What
from wallet.vault.errors import VaultError
from wallet.vault.phrase import Language, RecoveryPhrase, words_of
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEYS: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"
    r"|\bAGE-SECRET-KEY-1[0-9A-Z]{20}"
    r"|\b[xyzt]prv[1-9A-HJ-NP-Za-km-z]{50}",  # BIP-32
    re.ASCII,
)
_MEMBERS: Final = frozenset(
    {
        "privateKeyJwk",
        "privateKeyMultibase",
        "privateKeyBase58",
        "privateKeyHex",
        "privateKeyPem",
        "secretKeyMultibase",
    }
)
_WORD: Final = re.compile(r"[a-z]{3,8}|[\u4e00-\u9fff]+", re.IGNORECASE)
_LOOKED_AT: Final = 65_536
"""In characters."""
_RUN: Final = 12
"""The words of the shortest phrase; one of them may be misread."""


def secret_in(text: str) -> What | None:
    """Whether there is a private key or a recovery phrase in a text, as far as one can see."""
    if _KEYS.search(text):
        return What.PRIVATE_KEY
    if _has_private_key(text) if text[:1] in {"{", "["} else _names_private_key(text):
        return What.PRIVATE_KEY
    return What.RECOVERY_PHRASE if _has_phrase(text[:_LOOKED_AT]) else None


def _has_private_key(text: str) -> bool:
    try:
        return any(map(_is_private, _objects(read_json(text.encode(errors="replace")))))
    except CredentialError:
        return _names_private_key(text)


def _names_private_key(text: str) -> bool:
    """A key is one, even where a comma is missing, or with words around it."""
    return re.search(r'"kty"\s*:', text) is not None and re.search(r'"d"\s*:', text) is not None


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a JSON value, which is nested no deeper than the reader lets it be."""
    if isinstance(value, Mapping):
        yield value
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for inner in value:
        yield from _objects(inner)


def _is_private(value: Mapping[str, Any]) -> bool:
    """RFC 7518, section 6: `d` is the private half, `k` a shared secret."""
    jwk = "kty" in value and ("d" in value or ("k" in value and value["kty"] == "oct"))
    return jwk or not _MEMBERS.isdisjoint(value)


def _has_phrase(text: str) -> bool:
    words = _WORD.findall(text)
    english, chinese = words_of(Language.ENGLISH), words_of(Language.CHINESE)
    if _has_run([word.lower() in english for word in words]):
        return True
    # Han characters of a phrase stand apart; those of a sentence are in the list more often than
    # not, so what stands together is a phrase only if its checksum holds.
    if _has_run([word in chinese for word in words]):
        return True
    return len(words) == 1 and len(words[0]) in {12, 24} and _is_phrase(words[0])


def _has_run(known: Sequence[bool]) -> bool:
    """Whether of as many words as a phrase has, one after another, all but one are known."""
    count = sum(known[:_RUN])
    for place in range(_RUN, len(known) + 1):
        if count >= _RUN - 1:
            return True
        if place < len(known):
            count += known[place] - known[place - _RUN]
    return False


def _is_phrase(text: str) -> bool:
    try:
        RecoveryPhrase.parse(Secret(text))
    except VaultError:
        return False
    return True
