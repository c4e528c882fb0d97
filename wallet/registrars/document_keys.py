"""The keys that a document on the web lists: one that signs, and perhaps one for `bbs-2023`.

Both are at one path, of two algorithms, and are replaced together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.errors import BadInput
from wallet.messages import say
from wallet.registrars.documents import method_id
from wallet.registrars.registrar import (
    ALGORITHMS,
    BBS,
    SIGNS,
    SIGNS_PARTS,
    BbsKey,
    OwnKey,
    no_bbs,
)
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.registrars.registrar import NewDID
    from wallet.vault.derivation import Branch
    from wallet.vault.vault import Vault

_ALSO: Final = "also"
"""In what is kept of a DID: the algorithm of the second key."""


def also_bbs(wanted: NewDID) -> dict[str, str]:
    """What is kept of a DID that is to have a second key, for `bbs-2023`; else nothing.

    Raises:
        BadInput: another algorithm is wanted.
    """
    if wanted.algorithm in {None, ALGORITHMS[0]}:
        return {}
    if wanted.algorithm != BBS:
        raise BadInput(
            f"the key of {wanted.algorithm!r} cannot be had in such a document",
            hint=f"{ALGORITHMS[0]}, or {BBS} beside it",
        )
    return {_ALSO: BBS}


def has_bbs(own: OwnDID) -> bool:
    """Whether the DID has a key that signs by `bbs-2023`."""
    return own.algorithm == BBS or own.kept.get(_ALSO) == BBS


def signs_alone(own: OwnDID) -> bool:
    """Whether the DID has a key that signs one message, as most of what is signed is."""
    return own.algorithm != BBS


def key_paths(
    branch: Branch, number: int, rotation: int, kept: Mapping[str, Any]
) -> tuple[KeyPath, ...]:
    """Where they are; the usual one first."""
    algorithms = (ALGORITHMS[0], *((BBS,) if kept.get(_ALSO) == BBS else ()))
    return tuple(KeyPath.did(branch, number, rotation, algorithm=name) for name in algorithms)


def own_keys(paths: Sequence[KeyPath]) -> tuple[OwnKey, ...]:
    """The keys, and what they are for."""
    return tuple(OwnKey(path, SIGNS_PARTS if path.algorithm == BBS else SIGNS) for path in paths)


def keys_told(paths: Sequence[KeyPath]) -> Message:
    """The keys, for a consent."""
    algorithms = ", ".join(path.algorithm for path in paths)
    return say("{algorithm}, {path}", algorithm=algorithms, path=paths[0])


def bbs_key(vault: Vault, own: OwnDID, paths: Sequence[KeyPath]) -> BbsKey:
    """The key that signs by `bbs-2023`. Raises `BadInput` where there is none."""
    for path in paths:
        if path.algorithm == BBS:
            signer = vault.bbs_signer(path)
            method = method_id(own.id, signer.public_key)
            return BbsKey(signer, method, resolvable=own.published is not None)
    raise no_bbs(own)
