"""Asking a keeper: the `Keys` of a wallet that another process holds."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, final

from wallet.vault.errors import IntegrityError, Locked, Unanswered, VaultError, WrongPassphrase
from wallet.vault.keeper.wire import BrokenWire, LateWire, packed, unpacked
from wallet.vault.keys import DATA_KEYS, DataKeys
from wallet.vault.sealed_key import SealedKey
from wallet.vault.secret import Confidential, SecretBytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from did.bbs.parties import Signature
    from did.keys import PublicKey
    from wallet.vault.derivation import KeyPath
    from wallet.vault.keeper.wire import Wire
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.sealed_key import KeyRef


@final
class KeptKeys(Confidential):
    """The keys that a keeper holds. Safe to share between threads."""

    __slots__ = ("_end", "_lock", "_wire")

    def __init__(self, wire: Wire, end: Callable[[], None]) -> None:
        """`end` is done when the keys are locked: for a child of our own, it ends the child."""
        self._wire: Wire | None = wire
        self._end: Final = end
        self._lock: Final = threading.Lock()

    def ask(self, question: str, **members: Any) -> dict[str, Any]:
        """What the keeper answers.

        Raises:
            Locked: it is gone, or holds no key of this wallet.
            Unanswered: it is there, and says nothing.
            WrongPassphrase, IntegrityError, VaultError: what it met.
        """
        with self._talking() as wire:
            wire.send({"ask": question, **members})
            answer = wire.receive()
        _raise(answer)
        return answer

    def begin(self, question: str, **members: Any) -> None:
        """Asks what takes a while; `finish` waits for the answer."""
        with self._talking() as wire:
            wire.send({"ask": question, **members})

    def finish(self) -> dict[str, Any]:
        """The answer to what was begun. Raises as `ask` does."""
        with self._talking() as wire:
            answer = wire.receive()
        _raise(answer)
        return answer

    @contextmanager
    def _talking(self) -> Iterator[Wire]:
        """The wire, for one question. It ends with one that was not answered.

        What is answered later would be taken for the answer to the next question: a signature of
        something else.
        """
        with self._lock:
            if (wire := self._wire) is None:
                raise Locked
            try:
                yield wire
            except LateWire:
                wire.close()
                raise Unanswered from None  # the frames below hold what was asked
            except BrokenWire:
                wire.close()
                raise Locked from None  # as above
            except BaseException:  # Ctrl-C
                wire.close()
                raise

    def check(self) -> None:
        """Raises `IntegrityError` where the recovery phrase does not open."""
        self.ask("check")

    def public_key(self, key: KeyRef, /) -> PublicKey:
        """The public half of a key."""
        # Deferred: whoever signs nothing needs no curves.
        from did.keys import ALGORITHMS  # noqa: PLC0415

        raw = self._told("raw", "public", key=_named(key))
        return ALGORITHMS[key.algorithm].public_key(raw)

    def sign(self, key: KeyRef, message: bytes, /) -> bytes:
        """The signature of a key."""
        return self._told("signature", "sign", key=_named(key), message=packed(message))

    def sign_digest(self, path: KeyPath, digest: bytes, /) -> bytes:
        """The recoverable signature over 32 bytes, of the secp256k1 key at `path`."""
        return self._told("signature", "digest", path=_steps(path), digest=packed(digest))

    def sign_messages(
        self, key: KeyRef, header: bytes, messages: Sequence[bytes], commitment: bytes | None, /
    ) -> bytes:
        """A BBS signature."""
        return self._told(
            "signature",
            "bbs",
            key=_named(key),
            header=packed(header),
            messages=[packed(message) for message in messages],
            **({} if commitment is None else {"commitment": packed(commitment)}),
        )

    def commit(self, issuer: str, /) -> bytes:
        """A commitment to the holder's secret."""
        return self._told("commitment", "commit", issuer=issuer)

    def holds(self, issuer: str, signature: Signature, /) -> bool:
        """Whether a signature is bound to that secret."""
        # Deferred, here and below: few wallets have to do with BBS.
        from wallet.vault.keeper.bbs import written  # noqa: PLC0415

        return self.ask("holds", issuer=issuer, signature=written(signature)).get("holds") is True

    def prove(
        self,
        issuer: str,
        signature: Signature,
        presentation_header: bytes,
        disclosed: Sequence[int],
        /,
    ) -> bytes:
        """A proof of a signature that is."""
        from wallet.vault.keeper.bbs import written  # noqa: PLC0415 - as above

        return self._told(
            "proof",
            "prove",
            issuer=issuer,
            signature=written(signature),
            header=packed(presentation_header),
            places=[*disclosed],
        )

    def seal_key(self, jwk: bytes, /) -> SealedKey:
        """A private JWK as a record may hold it."""
        answer = self.ask("seal", jwk=packed(jwk))
        return SealedKey(str(answer.get("name")), _bytes(answer, "sealed"))

    def expose_jwk(self, key: KeyRef, /) -> SecretBytes:
        """The private half of a key as a JWK, in UTF-8."""
        return _bytes(self.ask("jwk", key=_named(key)), "jwk")

    def expose_phrase(self) -> RecoveryPhrase:
        """The recovery phrase itself."""
        from wallet.vault.phrase import RecoveryPhrase  # noqa: PLC0415 - as above

        return RecoveryPhrase.from_bytes(_bytes(self.ask("phrase"), "phrase"))

    def _told(self, name: str, question: str, **members: Any) -> bytes:
        """Something public."""
        return bytes(_bytes(self.ask(question, **members), name))

    def leave(self) -> None:
        """Hangs up, and lets the keeper go on."""
        self._hang_up()

    def lock(self) -> None:
        """Hangs up, and ends the keeper where it is a child of ours."""
        if self._hang_up():
            self._end()

    def _hang_up(self) -> bool:
        with self._lock:
            wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()
        return wire is not None


def data_keys_of(answer: Mapping[str, Any]) -> DataKeys:
    """The keys that read, which the answers to `unlock` and `open` are.

    Raises:
        Locked: whoever answers so is no keeper.
    """
    return DataKeys(**{name: _bytes(answer, name) for name in DATA_KEYS})


def _bytes(answer: Mapping[str, Any], name: str) -> SecretBytes:
    try:
        return unpacked(answer.get(name))
    except BrokenWire:
        raise Locked from None  # as above


def _named(key: KeyRef) -> list[str | int] | dict[str, str]:
    if isinstance(key, SealedKey):
        return {"name": key.name, "sealed": packed(key.sealed)}
    return _steps(key)


def _steps(path: KeyPath) -> list[str | int]:
    return [path.algorithm, *path.steps]


def _raise(answer: Mapping[str, Any]) -> None:
    match answer:
        case {"error": "wrong"}:
            raise WrongPassphrase
        case {"error": "locked"}:
            raise Locked
        case {"error": "damaged", "record": str() as record, "text": str() as text}:
            raise IntegrityError(record, text.removeprefix(record).strip())
        case {"error": "vault", "text": str() as text}:
            hint = answer.get("hint")
            raise VaultError(text, hint=hint if isinstance(hint, str) else None)
        case {"error": "no proof" | "too many"}:
            from wallet.vault.keeper.bbs import raise_refused  # noqa: PLC0415 - as above

            raise_refused(answer)
        case {"error": _}:
            raise Locked
        case _:
            return
