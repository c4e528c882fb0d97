"""did:web: a document that the person puts on their own server, made and changed here as a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, assert_never

import rfc8785

from did.methods.web import FILE, location, web_did, web_document
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
    PublicFile,
    Publish,
    RemoveService,
    RevokeDelegate,
    Rotate,
    SigningKey,
    Transfer,
    differences,
    refuse_payer,
    refuse_unused,
    web_address,
)
from wallet.vault.derivation import Branch, KeyPath

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from did.document import Relationship
    from did.keys import PublicKey
    from did.resolver import Resolves
    from wallet.messages import Message
    from wallet.registrars.registrar import BbsKey, Facts, OwnKey, Wanted
    from wallet.vault.vault import Vault

SERVER: Final = say("who controls the server, its name or its certificate controls the DID")
REPLACED: Final = say("what the old key signed will hold no longer: a did:web has no past")


@dataclass(frozen=True, slots=True)
class WebRegistrar:
    """did:web on a server of the person's own."""

    vault: Vault
    resolver: Resolves

    @property
    def publishes(self) -> bool:
        """The document has to be put on the web."""
        return True

    def create(self, wanted: NewDID, /) -> Creation:
        """did:web of key `number`, at the address wanted."""
        refuse_unused(wanted, "web", "address", "algorithm")
        also = also_bbs(wanted)
        address = web_address(wanted.address, "web")
        did = web_did(address.domain, address.port, "/".join(address.path))
        path, *others = key_paths(Branch.WEB, wanted.number, 0, also)
        document = with_keys(
            web_document(did, [self.vault.public_key(path)]), map(self.vault.public_key, others)
        )
        own = OwnDID(did, wanted.name, wanted.number, kept={"document": document, **also})
        return Creation(
            own,
            keys_told([path, *others]),
            file_name=FILE,
            url=location(did),
            binding=rfc8785.dumps(document),
            finish=lambda: (own, _file(own)),
        )

    def keys(self, own: OwnDID, /) -> tuple[OwnKey, ...]:
        """The keys that the document lists."""
        return own_keys(self._paths(own))

    def signing(self, own: OwnDID, /, *, purpose: Relationship = ASSERTION) -> SigningKey:
        """The key that the document lists, whatever the purpose."""
        del purpose
        path = KeyPath.did(Branch.WEB, own.number, own.rotation)
        signer = self.vault.signer(path)
        method = method_id(own.id, signer.public_key)
        return SigningKey(signer, method, resolvable=own.published is not None)

    def bbs_signing(self, own: OwnDID, /) -> BbsKey:
        """The key of BLS12-381 that the document lists, where it was made with one."""
        return bbs_key(self.vault, own, self._paths(own))

    def change(self, own: OwnDID, wanted: Wanted, /, *, payer: OwnDID | None = None) -> WebChange:
        """Another document, to be put where the present one stands."""
        refuse_payer(payer, "web")
        document: Mapping[str, Any] = own.kept["document"]
        changed = own
        match wanted:
            case Publish():
                return WebChange(own, own, self.resolver)
            case Rotate(keep):
                changed = replace(own, rotation=own.rotation + 1)
                document = rotated(document, self._keys(own), self._keys(changed), keep=keep)
            case AddService():
                document = with_service(document, wanted)
            case RemoveService():
                document = without_service(document, wanted)
            case Deactivate():
                raise BadInput(
                    f"{own.described} ends when its file is gone",
                    hint=f"remove {location(own.did)} from the server",
                )
            case AddDelegate() | RevokeDelegate() | Transfer():
                raise BadInput("a did:web has no accounts that could act for it")
            case _:
                assert_never(wanted)
        changed = replace(changed, kept={**own.kept, "document": document}, published=None)
        cautions = (REPLACED,) if wanted == Rotate() else ()
        return WebChange(own, changed, self.resolver, cautions)

    def unsafe_jwk(self, own: OwnDID, /) -> AbstractContextManager[bytes]:
        """The private key as a JWK."""
        return self.vault.unsafe_expose_jwk(KeyPath.did(Branch.WEB, own.number, own.rotation))

    def _paths(self, own: OwnDID) -> tuple[KeyPath, ...]:
        return key_paths(Branch.WEB, own.number, own.rotation, own.kept)

    def _keys(self, own: OwnDID) -> list[PublicKey]:
        return [self.vault.public_key(path) for path in self._paths(own)]


@dataclass(frozen=True, slots=True)
class WebChange:
    """The document as it was and as it will be; where both are one, it is looked for on the web."""

    before: OwnDID
    after: OwnDID
    resolver: Resolves
    cautions: tuple[Message, ...] = ()

    @property
    def facts(self) -> Facts:
        """What changes in the document, and where it has to be put."""
        changed = differences(self.before.kept["document"], self.after.kept["document"])
        return (*changed, (say("Address"), location(self.after.did)))

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Whom one trusts with it."""
        return (SERVER, *self.cautions)

    @property
    def binding(self) -> bytes:
        """The document."""
        return bytes(rfc8785.dumps(self.after.kept["document"]))

    @property
    def file_name(self) -> str | None:
        """What the document is called on a server."""
        return FILE

    @property
    def cost(self) -> int:
        """Nothing is sent to a chain."""
        return 0

    def perform(self) -> Changed:
        """Give the file; or, where nothing changes and it stands there already, say so."""
        if self.before is not self.after:
            return Changed(self.after, file=_file(self.after))
        found = self.resolver.resolve(self.after.did, noCache=True).document
        if found is None or found.to_json() != self.after.kept["document"]:
            return Changed(self.after, file=_file(self.after), missing=True)
        url = location(self.after.did)
        return Changed(
            replace(self.after, published=url),
            facts=((say("Found at"), url),),
            data={"url": url},
        )


def _file(own: OwnDID) -> PublicFile:
    text = json.dumps(own.kept["document"], ensure_ascii=False, indent=2)
    return PublicFile(FILE, text.encode() + b"\n", location(own.did))
