"""Signed transactions as bytes: legacy with a chain id (EIP-155), 1 (EIP-2930), 2 (EIP-1559).

pyrlp and libsecp256k1 do the work. A transaction has one form of bytes here, so that its hash is
its name: eth-account reads a second signature with a high s as well, and takes those that are
bound to no chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import coincurve

from did.chain import rlp
from did.errors import ChainError
from did.keccak import keccak256

MAX_SIZE: Final = 128 * 1024
"""The longest transaction taken, in bytes: what Ethereum's nodes take."""

_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_FIELDS: Final = {0: 9, 1: 11, 2: 12}

AccessList = tuple[tuple[bytes, tuple[bytes, ...]], ...]


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction as a chain takes it. Its signature is a valid one, of `sender`, always.

    Amounts are in wei. `to` is empty where the transaction creates a contract. In a legacy
    transaction both fees are its gas price.
    """

    raw: bytes
    type: int
    chain_id: int
    nonce: int
    max_priority_fee_per_gas: int
    max_fee_per_gas: int
    gas: int
    to: bytes
    value: int
    data: bytes
    access_list: AccessList
    y_parity: int
    r: int
    s: int
    sender: bytes

    @property
    def hash(self) -> bytes:
        """The name of the transaction."""
        return keccak256(self.raw)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """The transaction that `raw` is.

        Raises:
            ChainError: it is none, is not bound to a chain, or its signature is no good.
        """
        if not raw or len(raw) > MAX_SIZE:
            raise ChainError(f"a transaction has from 1 to {MAX_SIZE} bytes, not {len(raw)}")
        kind, body = (0, raw) if raw[0] >= 0xC0 else (raw[0], raw[1:])
        if kind not in _FIELDS:
            raise ChainError(f"transactions of the type {kind} are not supported")
        try:
            fields = rlp.decode(body)
            if not isinstance(fields, list) or len(fields) != _FIELDS[kind]:
                raise ChainError("the transaction does not have the fields of its type")
            return cls._legacy(raw, fields) if kind == 0 else cls._typed(raw, kind, fields)
        except rlp.InvalidRLP as error:
            raise ChainError(f"the transaction cannot be read: {error}") from error

    @classmethod
    def _legacy(cls, raw: bytes, fields: list[rlp.Item]) -> Self:
        nonce, price, gas, to, value, data, v, r, s = fields
        replay, y_parity = divmod(rlp.decode_integer(v) - 35, 2)
        if replay < 1:
            raise ChainError("the transaction is not bound to a chain", hint="sign it by EIP-155")
        signed = [*fields[:6], rlp.encode_integer(replay), b"", b""]
        return cls._of(
            raw,
            keccak256(rlp.encode(signed)),
            [b"", b"", nonce, price, price, gas, to, value, data, [], b"", r, s],
            kind=0,
            chain_id=replay,
            y_parity=y_parity,
        )

    @classmethod
    def _typed(cls, raw: bytes, kind: int, fields: list[rlp.Item]) -> Self:
        digest = keccak256(bytes((kind,)) + rlp.encode(fields[:-3]))
        if kind == 1:  # one price is both fees
            fields = [*fields[:3], fields[2], *fields[3:]]
        return cls._of(
            raw,
            digest,
            [b"", *fields],
            kind=kind,
            chain_id=rlp.decode_integer(fields[0]),
            y_parity=rlp.decode_integer(fields[-3]),
        )

    @classmethod
    def _of(
        cls,
        raw: bytes,
        digest: bytes,
        fields: list[rlp.Item],
        *,
        kind: int,
        chain_id: int,
        y_parity: int,
    ) -> Self:
        _, _, nonce, tip, fee, gas, to, value, data, access_list, _, r, s = fields
        if chain_id < 1:
            raise ChainError("the transaction is not bound to a chain")
        if not isinstance(to, bytes) or len(to) not in {0, 20} or not isinstance(data, bytes):
            raise ChainError("the transaction's addressee or data are none")
        signature = (y_parity, rlp.decode_integer(r), rlp.decode_integer(s))
        return cls(
            raw=raw,
            type=kind,
            chain_id=chain_id,
            nonce=rlp.decode_integer(nonce),
            max_priority_fee_per_gas=rlp.decode_integer(tip),
            max_fee_per_gas=rlp.decode_integer(fee),
            gas=rlp.decode_integer(gas),
            to=to,
            value=rlp.decode_integer(value),
            data=data,
            access_list=_access_list(access_list),
            y_parity=y_parity,
            r=signature[1],
            s=signature[2],
            sender=recovered(digest, *signature),
        )


def recovered(digest: bytes, y_parity: int, r: int, s: int) -> bytes:
    """The account, of 20 bytes, whose key made the signature over the 32 bytes `digest`.

    s is low (EIP-2), so that a key's signature has one form.

    Raises:
        ChainError: the signature is none, or nobody's.
    """
    if y_parity not in {0, 1} or not 0 < r < _ORDER or not 0 < s <= _ORDER // 2:
        raise ChainError("the signature is out of range")
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes((y_parity,))
    try:
        key = coincurve.PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except Exception as error:  # the library raises bare Exception for what recovers to no point
        raise ChainError("the signature is nobody's") from error
    return keccak256(key.format(compressed=False)[1:])[-20:]


def _access_list(item: rlp.Item) -> AccessList:
    entries: list[tuple[bytes, tuple[bytes, ...]]] = []
    for entry in item if isinstance(item, list) else [item]:
        match entry:
            case [bytes(address), [*keys]] if len(address) == 20:
                slots = tuple(key for key in keys if isinstance(key, bytes) and len(key) == 32)
                if len(slots) == len(keys):
                    entries.append((address, slots))
                    continue
        raise ChainError("the transaction's access list is none")
    return tuple(entries)
