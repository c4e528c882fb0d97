"""did:webvh: a log that the person puts on their own server, each entry signed and hashed.

The key that signs the next entry is committed to by its hash in the present one (pre-rotation), so
that whoever gets hold of the present key cannot take the DID over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, assert_never

from did.errors import InvalidDID
from did.frozen import thaw
from did.methods.webvh.location import Location
from did.methods.webvh.log import read_log
from did.methods.webvh.parameters import read_witnesses
from did.methods.webvh.witness import read_witness_file, witnessed
from did.methods.webvh.writing import (
    Change as LogChange,
)
from did.methods.webvh.writing import (
    Draft,
    draft_creation,
    draft_deactivation,
    draft_did,
    draft_update,
)
from wallet.clock import now
from wallet.entries import OwnDID
from wallet.errors import BadInput
from wallet.messages import say
from wallet.registrars.document_keys import also_bbs, bbs_key, key_paths, keys_told, own_keys
from wallet.registrars.documents import (
    method_id,
    rotated,
    with_keys,
    with_service,
    without_service,
)
from wallet.registrars.registrar import (
    ASSERTION,
    AddDelegate,
    AddService,
    Changed,
    Creation,
    Deactivate,
    NewDID,
    OwnKey,
    PublicFile,
    Publish,
    RemoveService,
    RevokeDelegate,
    Rotate,
    SigningKey,
    Transfer,
    differences,
    given_up,
    refuse_payer,
    refuse_unused,
    web_address,
)
from wallet.vault.derivation import Branch, KeyPath

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from did.document import Relationship
    from did.keys import PublicKey, Signer
    from did.methods.webvh.parameters import Witnesses
    from did.resolver import Resolves
    from wallet.messages import Message
    from wallet.registrars.registrar import BbsKey, Change, Facts, Wanted
    from wallet.vault.vault import Vault

FILE: Final = "did.jsonl"
PROOFS: Final = "proofs"
"""What of an `OwnDID.kept` is the `did-witness.json`, where there is one."""
_WITNESSES: Final = "--witness DID for each of them: a did:key of Ed25519"
CONTEXTS: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")


_FOR_GOOD: Final = say("this is for good; what it signed holds for who checks the time of signing")


@dataclass(frozen=True, slots=True)
class WebVHRegistrar:
    """did:webvh on a server of the person's own. What is kept is the log and its next key.

    `clock` is the time; `written` is what entries are dated by, where that is another one.
    """

    vault: Vault
    resolver: Resolves
    clock: Callable[[], datetime] = now
    written: Callable[[], datetime] | None = None

    def dated(self, clock: Callable[[], datetime], /) -> WebVHRegistrar:
        """The same one, whose entries are dated by that clock."""
        return replace(self, written=clock)

    @property
    def publishes(self) -> bool:
        """The log has to be put on the web."""
        return True

    def create(self, wanted: NewDID, /) -> Creation:
        """did:webvh of key `number`, at the address wanted."""
        refuse_unused(wanted, "webvh", "address", "witnesses", "threshold", "algorithm")
        address, witnesses = web_address(wanted.address, "webvh"), _witnesses(wanted)
        number, also = wanted.number, also_bbs(wanted)
        paths = key_paths(Branch.WEBVH, number, 0, also)
        empty = {"@context": list(CONTEXTS), "id": draft_did(address)}
        change = LogChange(
            document=with_keys(empty, map(self.vault.public_key, paths)),
            update_keys=(self._update_key(number, 0),),
            next_keys=(self._update_key(number, 1),),
            witnesses=witnesses,
        )
        draft = draft_creation(address, change, (self.written or self.clock)())
        own = OwnDID(draft.did, wanted.name, number)

        def finish() -> tuple[OwnDID, PublicFile]:
            log = draft.signed(self._update_signer(number, 0)).log
            kept = replace(own, kept={"log": log.decode(), "updates": 0, **also})
            return kept, _file(kept, draft.now)

        return Creation(
            own,
            say(
                "{keys}; {update} to change the document",
                keys=keys_told(paths),
                update=KeyPath.did(Branch.WEBVH_UPDATE, number, 0),
            ),
            file_name=FILE,
            url=Location.of(draft.did).log_url,
            binding=draft.signing_bytes,
            facts=() if witnesses is None else witnesses_shown(witnesses),
            finish=finish,
        )

    def keys(self, own: OwnDID, /) -> tuple[OwnKey, ...]:
        """The keys that the document lists, and the one that the next entry of the log takes."""
        if own.deactivated:
            return ()
        update = KeyPath.did(Branch.WEBVH_UPDATE, own.number, own.kept["updates"] + 1)
        return (
            *own_keys(self._paths(own)),
            OwnKey(update, say("changes the document")),
        )

    def signing(self, own: OwnDID, /, *, purpose: Relationship = ASSERTION) -> SigningKey:
        """The key that the document lists, whatever the purpose."""
        del purpose
        if own.deactivated:
            raise given_up(own)
        signer = self.vault.signer(KeyPath.did(Branch.WEBVH, own.number, own.rotation))
        method = method_id(own.id, signer.public_key)
        return SigningKey(signer, method, resolvable=own.published is not None)

    def bbs_signing(self, own: OwnDID, /) -> BbsKey:
        """The key of BLS12-381 that the document lists, where it was made with one."""
        if own.deactivated:
            raise given_up(own)
        return bbs_key(self.vault, own, self._paths(own))

    def change(self, own: OwnDID, wanted: Wanted, /, *, payer: OwnDID | None = None) -> Change:
        """One more entry of the log."""
        refuse_payer(payer, "webvh")
        if own.deactivated:
            raise given_up(own)
        before = thaw(read_log(_log(own), self.clock()).require().last.entry.state)
        document, changed = before, own
        match wanted:
            case Publish():
                return _Publication(own, self.resolver, self.clock())
            case Rotate(keep):
                changed = replace(own, rotation=own.rotation + 1)
                document = rotated(document, self._keys(own), self._keys(changed), keep=keep)
            case AddService():
                document = with_service(document, wanted)
            case RemoveService():
                document = without_service(document, wanted)
            case Deactivate():
                changed = replace(own, deactivated=True)
            case AddDelegate() | RevokeDelegate() | Transfer():
                raise BadInput("a did:webvh has no accounts that could act for it")
            case _:
                assert_never(wanted)
        return self._entry(own, changed, before, document, _cautions(wanted))

    def unsafe_jwk(self, own: OwnDID, /) -> AbstractContextManager[bytes]:
        """The private key as a JWK."""
        return self.vault.unsafe_expose_jwk(KeyPath.did(Branch.WEBVH, own.number, own.rotation))

    def _entry(
        self,
        own: OwnDID,
        changed: OwnDID,
        before: Mapping[str, Any],
        document: Mapping[str, Any],
        cautions: tuple[Message, ...],
    ) -> Change:
        """The entry that makes `document` the next version, or ends the log."""
        updates = own.kept["updates"] + 1
        key = self._update_key(own.number, updates)
        if changed.deactivated:
            draft = draft_deactivation(_log(own), key, self._time(own))
        else:
            change = LogChange(
                document=document,
                update_keys=(key,),
                next_keys=(self._update_key(own.number, updates + 1),),
            )
            draft = draft_update(_log(own), change, self._time(own))
        signer = self._update_signer(own.number, updates)
        changed = replace(changed, published=None, kept={**own.kept, "updates": updates})
        return _Entry(changed, differences(before, document), draft, signer, cautions)

    def _time(self, own: OwnDID) -> datetime:
        """What the next entry is dated by: the present where the log has gone on since."""
        present = self.clock()
        written = self.written() if self.written else present
        last = read_log(_log(own), present).require().last.entry
        return written if last.time <= written else present

    def _paths(self, own: OwnDID) -> tuple[KeyPath, ...]:
        return key_paths(Branch.WEBVH, own.number, own.rotation, own.kept)

    def _keys(self, own: OwnDID) -> list[PublicKey]:
        return [self.vault.public_key(path) for path in self._paths(own)]

    def _update_key(self, number: int, updates: int) -> PublicKey:
        return self.vault.public_key(KeyPath.did(Branch.WEBVH_UPDATE, number, updates))

    def _update_signer(self, number: int, updates: int) -> Signer:
        return self.vault.signer(KeyPath.did(Branch.WEBVH_UPDATE, number, updates))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One more entry, to be signed and put on the web with those before it."""

    after: OwnDID
    changes: Facts
    draft: Draft
    signer: Signer
    cautions: tuple[Message, ...]

    @property
    def facts(self) -> Facts:
        return (
            *self.changes,
            (say("Version"), self.draft.version_id),
            (say("Address"), Location.of(self.after.did).log_url),
        )

    @property
    def warnings(self) -> tuple[Message, ...]:
        return self.cautions

    @property
    def binding(self) -> bytes:
        return self.draft.signing_bytes

    @property
    def file_name(self) -> str | None:
        return FILE

    @property
    def cost(self) -> int:
        """Nothing is sent to a chain."""
        return 0

    def perform(self) -> Changed:
        log = self.draft.signed(self.signer).log.decode()
        after = replace(self.after, kept={**self.after.kept, "log": log})
        file = _file(after, self.draft.now)
        return Changed(after, data={"version": self.draft.version_id}, file=file)


@dataclass(frozen=True, slots=True)
class _Publication:
    """The log is looked for on the web; where it is not what it should be, it is given again."""

    own: OwnDID
    resolver: Resolves
    now: datetime

    @property
    def facts(self) -> Facts:
        return ((say("Address"), Location.of(self.own.did).log_url),)

    @property
    def warnings(self) -> tuple[Message, ...]:
        return ()

    @property
    def binding(self) -> bytes:
        return _log(self.own)

    @property
    def file_name(self) -> str | None:
        return FILE

    @property
    def cost(self) -> int:
        """Nothing is sent to a chain."""
        return 0

    def perform(self) -> Changed:
        found = self.resolver.resolve(self.own.did, noCache=True)
        last = _log(self.own).splitlines()[-1]
        if found.version_id is None or f'"{found.version_id}"'.encode() not in last:
            return Changed(self.own, file=_file(self.own, self.now), missing=True)
        url = Location.of(self.own.did).log_url
        facts: Facts = ((say("Found at"), url), (say("Version"), found.version_id))
        return Changed(replace(self.own, published=url), facts=facts, data={"url": url})


def _cautions(wanted: Wanted) -> tuple[Message, ...]:
    """What a person should know before that change in particular."""
    match wanted:
        case Deactivate():
            return (_FOR_GOOD,)
        case Rotate(keep=False):
            return (say("what the old key signed holds only for who checks the time of signing"),)
        case _:
            return ()


def _log(own: OwnDID) -> bytes:
    log: str = own.kept["log"]
    return log.encode()


def _file(own: OwnDID, now: datetime) -> PublicFile:
    proofs = read_witness_file(own.kept.get(PROOFS, "[]").encode())
    judged = witnessed(read_log(_log(own), now), proofs, now)
    url = Location.of(own.did).log_url
    return PublicFile(FILE, _log(own), url, unwitnessed=judged.failure is not None)


def _witnesses(wanted: NewDID) -> Witnesses | None:
    """Who must approve each version, where anybody must.

    Raises:
        BadInput: one is no did:key of Ed25519 or named twice, or there are fewer than enough.
    """
    if not wanted.witnesses:
        if wanted.threshold is not None:
            raise BadInput("a threshold is one of witnesses", hint=_WITNESSES)
        return None
    threshold = len(wanted.witnesses) if wanted.threshold is None else wanted.threshold
    listed = [{"id": did} for did in wanted.witnesses]
    try:
        return read_witnesses("witness", {"threshold": threshold, "witnesses": listed})
    except InvalidDID as error:
        raise BadInput(str(error), hint=error.hint or _WITNESSES) from error


def witnesses_shown(witnesses: Witnesses) -> Facts:
    """Who must approve the next version and how many of them, for a person."""
    enough = say("{count} of {all}", count=witnesses.threshold, all=len(witnesses.dids))
    return (*((say("Witness"), did) for did in witnesses.dids), (say("Enough"), enough))
