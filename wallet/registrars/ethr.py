"""did:ethr: a secp256k1 account of a chain, and an Ed25519 key that its registry lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, assert_never

from did.chain.hexadecimal import read_address
from did.document import Relationship
from did.errors import ChainError, InvalidDID, InvalidDocument, UnknownNetwork
from did.identifier import DID
from did.keys.secp256k1 import checksummed
from did.methods.ethr import (
    Subject,
    ethr_did,
    operations,
    plan,
    planned_method_id,
    publish_key,
    publish_service,
    revocation,
    revoke_key,
)
from did.methods.ethr.document import NOBODY
from did.methods.ethr.operations import MAX_VALIDITY
from wallet.entries import OwnDID, dids
from wallet.errors import BadInput
from wallet.messages import say
from wallet.registrars.accounts import account_address
from wallet.registrars.registrar import (
    ASSERTION,
    SIGNS,
    AddDelegate,
    AddService,
    Creation,
    Deactivate,
    NewDID,
    OwnKey,
    Publish,
    RemoveService,
    RevokeDelegate,
    Rotate,
    SigningKey,
    Transfer,
    given_up,
    no_bbs,
    refuse_unused,
)
from wallet.registrars.sending import Planned, Resumed, Sending, Sponsored, Terms, sponsorship
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from did.chain import Chain
    from did.document import Document
    from did.keys import DigestSigner, PublicKey
    from did.methods.ethr import Operation
    from did.resolver import Resolves
    from wallet.messages import Message
    from wallet.registrars.registrar import BbsKey, Change, Wanted
    from wallet.resolution import Chains
    from wallet.vault.vault import Vault

_DAY = timedelta(days=1) // timedelta(seconds=1)


_FOR_GOOD: Final = say("this is for good; what it signed holds for who checks the time of signing")


@dataclass(frozen=True, slots=True)
class EthrRegistrar:
    """did:ethr, on the chain that the person chose or the one that it says itself."""

    vault: Vault
    chains: Chains
    resolver: Resolves
    sending: Sending

    @property
    def publishes(self) -> bool:
        """The signing key of a did:ethr stands on its chain."""
        return True

    def create(self, wanted: NewDID, /) -> Creation:
        """did:ethr of account `number` on the chosen chain; nothing is sent there."""
        refuse_unused(wanted, "ethr")
        number = wanted.number
        did = ethr_did(account_address(self.vault, number), self.chains.chosen().chain_id)
        keys = say(
            "secp256k1 account, {account}; Ed25519 to sign with, {assertion}",
            account=KeyPath.ethr(number),
            assertion=KeyPath.assertion(number, 0),
        )
        return Creation(OwnDID(did, wanted.name, number), keys)

    def keys(self, own: OwnDID, /) -> tuple[OwnKey, ...]:
        """The account that controls it at first, and the key that signs."""
        return (
            OwnKey(KeyPath.ethr(own.number), say("controls the DID, and pays")),
            OwnKey(KeyPath.assertion(own.number, own.rotation), SIGNS),
        )

    def signing(self, own: OwnDID, /, *, purpose: Relationship = ASSERTION) -> SigningKey:
        """The Ed25519 key, under the id it has on chain or will have when it is published."""
        path = KeyPath.assertion(own.number, own.rotation)
        public = self.vault.public_key(path)
        resolution = self.resolver.resolve(own.did, noCache=True)
        document = resolution.require()
        if resolution.deactivated:
            raise given_up(own)
        for method in document.verification_methods:
            if method.public_key == public and document.authorizes(method.id, purpose):
                return SigningKey(self.vault.signer(path), method.id)
        chain = self._chain_of(own.did)
        planned = planned_method_id(chain, own.did, histories=self.sending.histories)
        return SigningKey(self.vault.signer(path), planned, resolvable=False)

    def bbs_signing(self, own: OwnDID, /) -> BbsKey:
        """None: such a key is three times as long as what else is written on a chain."""
        raise no_bbs(own)

    def change(self, own: OwnDID, wanted: Wanted, /, *, payer: OwnDID | None = None) -> Change:
        """Transactions to the registry: by the DID's owner, or by who pays for what it signed."""
        chain = self._chain_of(own.did)
        resolution = self.resolver.resolve(own.did, noCache=True)
        document = resolution.require()
        if own.deactivated or resolution.deactivated:
            if isinstance(wanted, Deactivate) and not own.deactivated:
                return Resumed(replace(own, deactivated=True))
            raise given_up(own)
        self._refuse_open(own)
        owner = controller_of(document)
        changed, wished = self._operations(chain, own, document, wanted)
        if not wished:
            block = resolution.document_metadata["versionId"]
            return Resumed(replace(changed, published=changed.published or f"block {block}"))
        terms = Terms(changed, isinstance(wanted, Publish | Rotate), _warnings(wanted))
        signer = self.vault.digest_signer(self._path_of(own, owner))
        if payer is not None:
            return self._sponsored(chain, terms, wished, (signer, payer))
        planned = plan(
            chain,
            own.did,
            wished,
            sender=owner,
            histories=self.sending.histories,
            clock=self.sending.clock,
        )
        return Planned(self.sending, chain, planned, signer, terms)

    def unsafe_jwk(self, own: OwnDID, /) -> AbstractContextManager[bytes]:
        """The Ed25519 key as a JWK."""
        return self.vault.unsafe_expose_jwk(KeyPath.assertion(own.number, own.rotation))

    def _operations(
        self, chain: Chain, own: OwnDID, document: Document, wanted: Wanted
    ) -> tuple[OwnDID, tuple[Operation, ...]]:
        """The DID as it will be kept, and what has to be done to it in the registry."""
        match wanted:
            case Publish():
                return own, self._published(own, document)
            case Rotate(keep):
                return self._rotated(own, document, keep=keep)
            case Deactivate():
                return replace(own, deactivated=True), (operations.Deactivate(),)
            case AddService():
                return own, (_service(document, wanted),)
            case RemoveService(service):
                id_ = _service_id(document, service)
                kept = self.sending.histories
                return own, (revocation(chain, own.did, id_, histories=kept),)
            case AddDelegate() | RevokeDelegate() | Transfer():
                return own, (_of_account(document, wanted, chain),)
            case _:
                assert_never(wanted)

    def _published(self, own: OwnDID, document: Document) -> tuple[Operation, ...]:
        """Nothing, where the chain lists the key and the wallet has not learned of it."""
        key = self._key(own)
        if not _lists(document, key):
            return (publish_key(key),)
        if own.published is not None:
            raise BadInput(f"{own.did} is published already, and nothing has changed since")
        return ()

    def _refuse_open(self, own: OwnDID) -> None:
        """Refuse to begin anew what is on its way, and what would cross it."""
        if any(one.purpose.get("did") == own.id for one in self.sending.outbox.store.all()):
            raise BadInput(
                f"a change of {own.described} is under way, and it is not known how it ended",
                hint="see to it first: holdfast chain pending",
            )

    def _rotated(
        self, own: OwnDID, document: Document, *, keep: bool
    ) -> tuple[OwnDID, tuple[Operation, ...]]:
        """First the new key is listed, then the old one no longer: never none of them.

        What was begun before and broken off is gone on with.
        """
        rotated = replace(own, rotation=own.rotation + 1)
        old, new = self._key(own), self._key(rotated)
        if not _lists(document, old) and not _lists(document, new):
            raise BadInput(
                f"{own.described} has no key on its chain that could be another's predecessor",
                hint="publish it first: holdfast did publish",
            )
        wished: list[Operation] = []
        if not _lists(document, new):
            wished.append(publish_key(new))
        if _lists(document, old) and not keep:
            wished.append(revoke_key(old))
        return rotated, tuple(wished)

    def _sponsored(
        self,
        chain: Chain,
        terms: Terms,
        wished: tuple[Operation, ...],
        people: tuple[DigestSigner, OwnDID],
    ) -> Sponsored:
        owner, payer = people
        if payer.did.method != "ethr":
            raise BadInput(f"{payer.described} has no account that could pay")
        sender = account_address(self.vault, payer.number)
        planned = sponsorship(self.sending, chain, terms.after.did, wished, sender)
        if planned.owner == sender:
            raise BadInput(f"{payer.described} pays for this as it is", hint="leave out --payer")
        paying = self.vault.digest_signer(KeyPath.ethr(payer.number))
        return Sponsored(self.sending, chain, planned, (owner, paying), terms)

    def _key(self, own: OwnDID) -> PublicKey:
        return self.vault.public_key(KeyPath.assertion(own.number, own.rotation))

    def _path_of(self, own: OwnDID, owner: str) -> KeyPath:
        """The path of the account that owns the DID now: its own, or another one of the wallet."""
        others = (other.number for other in dids(self.vault) if other.did.method == "ethr")
        for number in dict.fromkeys((own.number, *others)):
            if account_address(self.vault, number) == owner:
                return KeyPath.ethr(number)
        raise BadInput(
            f"{own.described} is controlled by {owner}, whose key is not in this wallet",
            hint="whoever has that key can change the DID",
        )

    def _chain_of(self, did: DID) -> Chain:
        chain_id = Subject.of(did).chain_id
        if (chain := self.chains(chain_id)) is None:
            raise UnknownNetwork(
                f"{did} is on chain {chain_id}, which this wallet does not know",
                hint="holdfast chain use URL",
            )
        return chain


def controller_of(document: Document) -> str:
    """The account that may change a did:ethr, by what its document says; with the checksum."""
    method = document.method(f"{document.did}#controller")
    if method is None:
        raise ChainError(f"the document of {document.did} names no controller")
    return checksummed(read_address(str(method.raw["blockchainAccountId"]).rpartition(":")[2]))


def _lists(document: Document, key: PublicKey) -> bool:
    return any(method.public_key == key for method in document.verification_methods)


def _service(document: Document, wanted: AddService) -> Operation:
    """What publishes a service that the document does not have."""
    for service in document.services:
        if (service.endpoint, service.types) == (wanted.endpoint, (wanted.type,)):
            raise BadInput(f"the document has that service already, as {service.id}")
    try:
        return publish_service(wanted.type, wanted.endpoint)
    except (InvalidDocument, ChainError) as error:
        raise BadInput(str(error), hint=error.hint) from error


def _of_account(
    document: Document, wanted: AddDelegate | RevokeDelegate | Transfer, chain: Chain
) -> Operation:
    """What lets another account act for the DID, or no longer, or have it."""
    match wanted:
        case AddDelegate(account, role, days):
            if days * _DAY > MAX_VALIDITY:
                most = MAX_VALIDITY // _DAY
                raise BadInput(f"a delegate is one for {most} days at most, not {days}")
            return operations.AddDelegate(role, _account(account, chain), days * _DAY)
        case RevokeDelegate(account, role):
            delegate = _account(account, chain)
            if not _delegates(document, delegate, role):
                raise BadInput(
                    f"{checksummed(delegate)} is no {role} of {document.did}",
                    hint="see who is: holdfast did show",
                )
            return operations.RevokeDelegate(role, delegate)
        case Transfer(owner):
            return operations.ChangeOwner(_new_owner(document, _account(owner, chain)))
        case _:
            assert_never(wanted)


def _delegates(document: Document, account: bytes, role: str) -> bool:
    """Whether the document lists the account in that role: `sigAuth` may also authenticate."""
    ending = f":{checksummed(account)}"
    return any(
        str(method.raw.get("blockchainAccountId")).endswith(ending)
        and not method.id.endswith("#controller")
        and document.authorizes(method.id, Relationship.AUTHENTICATION) == (role == "sigAuth")
        for method in document.verification_methods
    )


def _new_owner(document: Document, account: bytes) -> bytes:
    if account == NOBODY:
        raise BadInput("nobody can be given a DID", hint="to end it: holdfast did deactivate")
    if checksummed(account) == controller_of(document):
        raise BadInput(f"{checksummed(account)} controls {document.did} already")
    return account


def _service_id(document: Document, reference: str) -> str:
    """The id of the service of that id, fragment or endpoint."""
    for service in document.services:
        fragment = service.id.partition("#")[2]
        if reference in {service.id, fragment, f"#{fragment}", service.endpoint}:
            return service.id
    ids = ", ".join(service.id for service in document.services) or "none"
    raise BadInput(f"the document has no service {reference!r}", hint=f"it has: {ids}")


def _account(text: str, chain: Chain) -> bytes:
    """An account that a person names: by its address, or by a did:ethr of the same chain.

    Raises:
        BadInput: it is none, or one of another chain, or its letters' case is a wrong checksum.
    """
    if text.startswith("did:"):
        try:
            subject = Subject.of(DID.parse(text))
        except InvalidDID as error:
            raise BadInput(str(error), hint=error.hint) from error
        if subject.chain_id != chain.chain_id:
            raise BadInput(f"{text} is on another chain than {chain.chain_id}")
        return subject.account
    try:
        account = read_address(text)
    except ChainError as error:
        raise BadInput(f"{text!r} is no account", hint="0x and 40 digits, or a did:ethr") from error
    mixed = text[2:] not in {text[2:].lower(), text[2:].upper()}
    if mixed and checksummed(account) != text:
        raise BadInput(
            f"{text} is mistyped: the case of its letters is a checksum, which is wrong",
            hint="copy it again",
        )
    return account


def _warnings(wanted: Wanted) -> tuple[Message, ...]:
    """What a person should know before that change in particular."""
    match wanted:
        case Transfer():
            return (say("after this, only the other account can change the DID or give it back"),)
        case Deactivate():
            return (_FOR_GOOD,)
        case Rotate(keep=False):
            return (say("what the old key signed holds only for who checks the time of signing"),)
        case _:
            return ()
