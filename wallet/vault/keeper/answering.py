"""What a keeper answers: it unlocks once, and then signs.

    {"ask": "unlock", "meta": {...}, "passphrase": "..."}    {"wallet": ..., "records": ..., ...}
    {"ask": "open", "wallet": ...}                           the same, to who did not unlock it
    {"ask": "check"}                                         {}
    {"ask": "public", "key": [algorithm, step, ...]}         {"raw": ...}
    {"ask": "sign", "key": [...], "message": ...}            {"signature": ...}
    {"ask": "digest", "path": [...], "digest": ...}          {"signature": ...}
    {"ask": "jwk", "key": [...]}, {"ask": "phrase"}          {"jwk": ...}, {"phrase": ...}
    {"ask": "seal", "jwk": ...}                              {"name": ..., "sealed": ...}
    {"ask": "bbs", "key": [...], "header": ..., "messages": [...], "commitment": ...}
                                                             {"signature": ...}
    {"ask": "commit", "issuer": ...}                         {"commitment": ...}
    {"ask": "holds", "issuer": ..., "signature": {...}}      {"holds": ...}
    {"ask": "prove", "issuer": ..., "signature": {...}, "header": ..., "places": [...]}
                                                             {"proof": ...}

A key that was imported is asked for by `{"name": ..., "sealed": ...}` in the place of its path.

What cannot be done is answered by `{"error": kind, "text": ..., "hint": ...}`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, final

from wallet.vault.errors import IntegrityError, Locked, VaultError, WrongPassphrase
from wallet.vault.keeper.wire import BrokenWire, packed, unpacked
from wallet.vault.keyring import Passphrase
from wallet.vault.keys import DATA_KEYS
from wallet.vault.sealed_key import SealedKey
from wallet.vault.secret import Confidential, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.vault.derivation import KeyPath
    from wallet.vault.keeper.listening import Listener
    from wallet.vault.keyring import Keyring
    from wallet.vault.keys import DataKeys
    from wallet.vault.sealed_key import KeyRef


@final
class Held(Confidential):
    """What one keeper holds: nothing, until it was given the passphrase."""

    __slots__ = ("_lock", "data_keys", "keys", "listener")

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self.data_keys: DataKeys | None = None
        self.keys: Keyring | None = None
        self.listener: Listener | None = None

    def answer(self, question: Mapping[str, Any], *, trusted: bool) -> dict[str, Any]:
        """The answer to a question; `trusted` is who gave it the passphrase.

        Nobody else is given the recovery phrase or a private key.

        Raises:
            BrokenWire: it is no question of this wire.
        """
        try:
            with self._lock:  # a private key is derived for one signature at a time
                return self._answer(question, trusted=trusted)
        except WrongPassphrase:
            return {"error": "wrong"}
        except Locked:
            return {"error": "locked"}
        except IntegrityError as error:
            return {"error": "damaged", "record": error.record, "text": str(error)}
        except VaultError as error:
            return {"error": "vault", "text": str(error), "hint": error.hint}

    def _answer(self, question: Mapping[str, Any], *, trusted: bool) -> dict[str, Any]:
        match question:
            case {"ask": "unlock", "meta": dict() as meta, "passphrase": str() as passphrase}:
                return self._unlock(meta, Secret(passphrase))
            case {"ask": "open", "wallet": wallet}:
                return self._opened(unpacked(wallet))
            case {"ask": "check"}:
                self._keys.check()
                return {}
            case {"ask": "public", "key": key}:
                return {"raw": packed(self._keys.public_key(_key(key)).raw)}
            case {"ask": "sign", "key": key, "message": message}:
                return {"signature": packed(self._keys.sign(_key(key), unpacked(message)))}
            case {"ask": "seal", "jwk": jwk}:
                sealed = self._keys.seal_key(unpacked(jwk))
                return {"name": sealed.name, "sealed": packed(sealed.sealed)}
            case {"ask": "bbs" | "commit" | "holds" | "prove"}:
                # Deferred: few wallets have to do with BBS.
                from wallet.vault.keeper.bbs import answer_bbs  # noqa: PLC0415

                return answer_bbs(self._keys, question, _key)
            case {"ask": "digest", "path": path, "digest": digest}:
                return {"signature": packed(self._keys.sign_digest(_path(path), unpacked(digest)))}
            case {"ask": "jwk" | "phrase"}:
                _refuse_unless(trusted)
                return self._exposed(question)
            case _:
                raise BrokenWire

    def _exposed(self, question: Mapping[str, Any]) -> dict[str, Any]:
        match question:
            case {"ask": "jwk", "key": key}:
                return {"jwk": packed(self._keys.expose_jwk(_key(key)))}
            case {"ask": "phrase"}:
                return {"phrase": packed(self._keys.expose_phrase().to_bytes())}
            case _:
                raise BrokenWire

    def _unlock(self, meta: Mapping[str, object], passphrase: Secret) -> dict[str, Any]:
        if self.keys is not None:
            raise BrokenWire
        rows = {name: unpacked(meta.get(name)) for name in ("header", "wallet_key", "phrase")}
        self.data_keys, self.keys = Passphrase(passphrase).unlock(rows)
        return self._opened(self.data_keys.wallet)

    def _opened(self, wallet: bytes) -> dict[str, Any]:
        if self.data_keys is None or self.data_keys.wallet != wallet:
            raise Locked
        return {name: packed(getattr(self.data_keys, name)) for name in DATA_KEYS}

    @property
    def _keys(self) -> Keyring:
        if self.keys is None:
            raise Locked
        return self.keys


def _refuse_unless(trusted: bool) -> None:  # noqa: FBT001 - it is all that it is about
    if not trusted:
        raise VaultError(
            "this takes the passphrase: an unlocked wallet signs, and gives no key out",
            hint="--passphrase-file FILE, or holdfast lock and then again",
        )


def _key(named: object) -> KeyRef:
    match named:
        case {"name": str() as name, "sealed": sealed}:
            return SealedKey(name, unpacked(sealed))
        case _:
            return _path(named)


def _path(steps: object) -> KeyPath:
    # Deferred: whoever signs nothing needs no curves.
    from wallet.vault.derivation import KeyPath  # noqa: PLC0415

    if not isinstance(steps, list) or not steps or not isinstance(steps[0], str):
        raise BrokenWire
    numbers = tuple(step for step in steps[1:] if type(step) is int)
    if len(numbers) != len(steps) - 1:
        raise BrokenWire
    return KeyPath(steps[0], numbers)
