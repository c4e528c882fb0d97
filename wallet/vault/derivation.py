"""Key paths: which key of the recovery phrase is for what.

SLIP-0010 for Ed25519 (every step hardened) and P-256, BIP-32 for secp256k1, and for P-384, P-521
and BLS12-381, which those two leave out, HKDF (RFC 5869) of the seed. The table for people is
docs/keys.md; a path once given out is never used for something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from slip10 import SLIP10

from wallet.vault.errors import VaultError
from wallet.vault.secret import SecretBytes

HARDENED: Final = 1 << 31
DID_PURPOSE: Final = 0x646964
"""6580580: the letters "did" in ASCII, read as a number."""

_MOST_STEPS: Final = 8
_STEP: Final = re.compile(r"(0|[1-9][0-9]{0,9})('?)")
_CURVES: Final = {"Ed25519": "ed25519", "secp256k1": "secp256k1", "P-256": "secp256r1"}
_ORDERS: Final = {
    # NIST SP 800-186, sections 3.2.1.4 and 3.2.1.5;
    # draft-irtf-cfrg-pairing-friendly-curves, section 4.2.1.
    "P-384": int(
        "ffffffffffffffffffffffffffffffffffffffffffffffff"
        "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        16,
    ),
    "P-521": int(
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        16,
    ),
    "BLS12381G2": 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001,
}
"""Of the curves whose keys are drawn by HKDF: how many scalars there are, with 0."""
_HOLDER: Final = b"holdfast BBS holder"
_HOLDER_SECRET: Final = 32
_EXTRA: Final = 8
"""Bytes drawn beyond a scalar's, so that no scalar is likelier (FIPS 186-5, appendix A.2.1)."""
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
        if self.algorithm not in _CURVES and self.algorithm not in _ORDERS:
            raise VaultError(f"no key is derived for {self.algorithm!r}")
        if not 0 < len(self.steps) <= _MOST_STEPS:
            raise VaultError(f"a key path has 1 to {_MOST_STEPS} steps")
        if not all(0 <= step < 2 * HARDENED for step in self.steps):
            raise VaultError("a key path has steps from 0 to 2^32 - 1")
        hardened = all(step >= HARDENED for step in self.steps)
        if self.algorithm in {"Ed25519", *_ORDERS} and not hardened:
            raise VaultError(f"each step to a key of {self.algorithm} is hardened")

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
        if root != "m" or not parts or len(parts) > _MOST_STEPS:
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


def derive(seed: bytes, path: KeyPath) -> SecretBytes:
    """The private key at `path`, of its algorithm's size; `seed` is BIP-39's 64 bytes."""
    if (order := _ORDERS.get(path.algorithm)) is not None:
        return _scalar(seed, f"holdfast {path.algorithm}".encode(), str(path).encode(), order)
    master = SLIP10.from_seed(seed, curve_name=_CURVES[path.algorithm])
    return SecretBytes(master.get_child_from_path(list(path.steps)).privkey)


def holder_secret(seed: bytes) -> SecretBytes:
    """The secret that credentials by `bbs-2023` are bound to, of 32 bytes; a wallet has one."""
    return _drawn(seed, _HOLDER, b"secret", _HOLDER_SECRET)


def holder_blind(seed: bytes, issuer: str) -> SecretBytes:
    """What hides that secret in the commitment for an issuer, and opens it: a scalar, 32 bytes.

    It is the issuer's alone, so that two of them cannot tell that they know the same holder.
    """
    return _scalar(seed, _HOLDER, b"blind " + issuer.encode(), _ORDERS["BLS12381G2"])


def _scalar(seed: bytes, salt: bytes, info: bytes, order: int) -> SecretBytes:
    """A number from 1 to the order less 1, big-endian (FIPS 186-5, appendix A.2.1)."""
    size = (order.bit_length() + 7) // 8
    drawn = _drawn(seed, salt, info, size + _EXTRA)
    # No local name for the scalar: some crash screens show locals.
    return SecretBytes((int.from_bytes(drawn, "big") % (order - 1) + 1).to_bytes(size, "big"))


def _drawn(seed: bytes, salt: bytes, info: bytes, size: int) -> SecretBytes:
    # Deferred: OpenSSL, for the few who have such a key.
    from cryptography.hazmat.primitives.hashes import SHA512  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return SecretBytes(HKDF(SHA512(), size, salt, info).derive(seed))


def _plain(number: int) -> int:
    if not 0 <= number < HARDENED:
        raise VaultError(f"{number} is not a child number: from 0 to 2^31 - 1")
    return number


def _hardened(number: int) -> int:
    return _plain(number) + HARDENED


def _did_steps(*numbers: int) -> tuple[int, ...]:
    return tuple(_hardened(number) for number in (DID_PURPOSE, *numbers))
