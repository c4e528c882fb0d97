"""Key paths: which key of the recovery phrase is for what.

SLIP-0010 for Ed25519 (every step hardened) and BIP-32 for secp256k1. The table for people is
docs/keys.md; a path once given out is never used for something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from slip10 import SLIP10

from wallet.vault.errors import VaultError

HARDENED: Final = 1 << 31
DID_PURPOSE: Final = 0x646964
"""6580580: the letters "did" in ASCII, read as a number."""

_STEP: Final = re.compile(r"(0|[1-9][0-9]{0,9})('?)")
_CURVES: Final = {"Ed25519": "ed25519", "secp256k1": "secp256k1", "P-256": "secp256r1"}
_PURPOSES: Final = {44: "secp256k1", DID_PURPOSE: "Ed25519"}
"""The first step of a path, and the algorithm that keys below it have if nothing else is said."""


class Branch(IntEnum):
    """The second step of the paths m/6580580'/branch'/…: what the keys below it are for."""

    DID_KEY = 0
    ETHR = 1
    JOURNAL = 2
    DID_JWK = 3
    PEER = 4
    WEB = 5
    WEBVH = 6
    WEBVH_UPDATE = 7
    TZ = 8


@dataclass(frozen=True, slots=True)
class KeyPath:
    """The algorithm of a key and the steps to it from the recovery phrase."""

    algorithm: str
    """A name of `did.keys.ALGORITHMS`."""
    steps: tuple[int, ...]
    """Child numbers; from 2^31 on they are hardened."""

    def __post_init__(self) -> None:
        """Raises `VaultError` for a path that cannot be derived."""
        if self.algorithm not in _CURVES:
            raise VaultError(f"no key is derived for {self.algorithm!r}")
        if not self.steps or not all(0 <= step < 2 * HARDENED for step in self.steps):
            raise VaultError("a key path has steps from 0 to 2^32 - 1")
        if self.algorithm == "Ed25519" and not all(step >= HARDENED for step in self.steps):
            raise VaultError("each step to an Ed25519 key is hardened")

    @classmethod
    def ethr(cls, account: int) -> Self:
        """The secp256k1 key that controls the account-th did:ethr and pays for its changes.

        m/44'/60'/0'/0/account, the path of Ethereum wallets.
        """
        steps = (_hardened(44), _hardened(60), _hardened(0), 0, _plain(account))
        return cls("secp256k1", steps)

    @classmethod
    def pkh(cls, number: int) -> Self:
        """The secp256k1 key whose account the number-th did:pkh is.

        m/44'/60'/1'/0/number: no account of a did:ethr, which would tie the two together.
        """
        steps = (_hardened(44), _hardened(60), _hardened(1), 0, _plain(number))
        return cls("secp256k1", steps)

    @classmethod
    def did(cls, branch: Branch, *numbers: int, algorithm: str = "Ed25519") -> Self:
        """A key of a DID: its number, and for methods that rotate keys the rotation's.

        m/6580580'/branch'/number'(/rotation')
        """
        return cls(algorithm, _did_steps(branch, *numbers))

    @classmethod
    def assertion(cls, account: int, rotation: int) -> Self:
        """The Ed25519 key with which the account-th did:ethr signs credentials.

        m/6580580'/1'/account'/rotation'
        """
        return cls.did(Branch.ETHR, account, rotation)

    @classmethod
    def did_key(cls, number: int) -> Self:
        """The Ed25519 key that is the number-th did:key.

        m/6580580'/0'/number'
        """
        return cls.did(Branch.DID_KEY, number)

    @classmethod
    def journal(cls) -> Self:
        """The Ed25519 key that signs the wallet's own journal.

        m/6580580'/2'/0'
        """
        return cls.did(Branch.JOURNAL, 0)

    @property
    def holds_value(self) -> bool:
        """Whether it is the key of an account (BIP-44), which may own more than a name."""
        return self.steps[0] == _hardened(44)

    @classmethod
    def parse(cls, text: str, *, algorithm: str | None = None) -> Self:
        """Reads what `str` gives; `algorithm`, where it is not the usual one of such a path.

        Raises:
            VaultError: it is not a path, or not one of those that this wallet derives.
        """
        root, *parts = text.split("/")
        matches = [_STEP.fullmatch(part) for part in parts]
        if root != "m" or not parts or len(parts) > 8:
            raise VaultError(f"{text!r} is not a key path")
        steps = []
        for match in matches:
            if match is None:
                raise VaultError(f"{text!r} is not a key path")
            number = _plain(int(match[1]))
            steps.append(_hardened(number) if match[2] else number)
        usual = _PURPOSES.get(steps[0] - HARDENED)
        if usual is None:
            raise VaultError(f"no key of this wallet is at {text!r}")
        return cls(algorithm or usual, tuple(steps))

    def __str__(self) -> str:
        return "/".join(
            [
                "m",
                *(f"{step - HARDENED}'" if step >= HARDENED else f"{step}" for step in self.steps),
            ]
        )


def derive(seed: bytes, path: KeyPath) -> bytes:
    """The 32-byte private key at `path`; `seed` is the 64-byte BIP-39 seed."""
    master = SLIP10.from_seed(seed, curve_name=_CURVES[path.algorithm])
    return bytes(master.get_child_from_path(list(path.steps)).privkey)


def _plain(number: int) -> int:
    if not 0 <= number < HARDENED:
        raise VaultError(f"{number} is not a child number: from 0 to 2^31 - 1")
    return number


def _hardened(number: int) -> int:
    return _plain(number) + HARDENED


def _did_steps(*numbers: int) -> tuple[int, ...]:
    return tuple(_hardened(number) for number in (DID_PURPOSE, *numbers))
