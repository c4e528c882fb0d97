"""What is shown of a credential, by whichever format secures it, and how it is recognized again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wallet.actions.parts import always_shown, is_shown_by_parts, is_unlinkable, part_of
from wallet.actions.securing import SELECTIVE, Prepared, prepare
from wallet.actions.selective import names_in
from wallet.actions.selective import shown as shown_part
from wallet.credentials.errors import CredentialError
from wallet.credentials.presenting import older_presentation, unsigned_presentation
from wallet.credentials.received import member_of
from wallet.credentials.strict_json import write_json
from wallet.rules.marks import Mark, Sort, document_marks, is_of_a_day
from wallet.sources import wallet_contexts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from wallet.actions.securing import Mechanism, Request
    from wallet.credentials.model import Credential
    from wallet.entries import OwnDID, StoredCredential
    from wallet.registrars.registrar import SigningKey
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Showing:
    """A credential as one verifier gets it, up to the holder's signature.

    Attributes:
        prepared: the presentation.
        document: what can be read of the credential.
        optional: the claims that the holder could leave out.
        hides: whether its format lets them.
        marks: what it can be recognized by, beside who shows it.
    """

    prepared: Prepared
    document: Mapping[str, Any] = field(repr=False)
    optional: Sequence[str] = ()
    hides: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Shower:
    """Who shows, by which key, in which way, and what it answers."""

    wallet: Wallet
    holder: OwnDID
    key: SigningKey
    way: Mechanism
    request: Request

    def shows(self, entry: StoredCredential, asked: Sequence[str]) -> Showing:
        """The claims that are asked for, as far as the format can hide others; none means all.

        Raises:
            BadInput: there is nothing by one of the names.
            CredentialError: no such part can be shown.
        """
        credential = entry.credential
        if self.way.format in SELECTIVE:
            return self._token(credential, asked)
        if is_shown_by_parts(credential):
            return self._part(credential, asked)
        marks = (*signature_marks(credential), *document_marks(credential.document))
        return Showing(self._presented(credential), credential.document, marks=marks)

    def _token(self, credential: Credential, asked: Sequence[str]) -> Showing:
        wanted = there(credential, asked) if asked else credential.claims
        prepared, document = shown_part(
            credential, wanted, request=self.request, key=self.key, at=self.wallet.clock()
        )
        marks = (*signature_marks(credential), *document_marks(document))
        return Showing(prepared, document, credential.claims, hides=True, marks=marks)

    def _part(self, credential: Credential, asked: Sequence[str]) -> Showing:
        wanted = there(credential, asked) if asked else None

        def derived() -> Credential:
            return part_of(self.wallet, credential, wanted, holder=self.holder.id)

        part = derived()
        prepared = self._presented(part)
        if is_unlinkable(credential):
            prepared = self._proved_anew(prepared, part, lambda: self._presented(derived()))
        always = always_shown(credential)
        optional = [claim for claim in credential.claims if claim not in always]
        marks = (*signature_marks(part), *document_marks(part.document))
        return Showing(prepared, part.document, optional, hides=True, marks=marks)

    def _presented(self, credential: Credential) -> Prepared:
        build = older_presentation if self.way.is_older else unsigned_presentation
        return prepare(
            self.wallet,
            self.holder,
            build(holder=self.holder.id, credentials=[member_of(credential)]),
            self.way,
            key=self.key,
            now=self.wallet.clock(),
            contexts=wallet_contexts(self.wallet.home),
            request=self.request,
        )

    def _proved_anew(
        self, prepared: Prepared, part: Credential, again: Callable[[], Prepared]
    ) -> Prepared:
        """A presentation whose credential is proved when it leaves, each time by another proof.

        What is agreed to is what the part says, whoever shows it to whom: all but the proof.
        """
        said = {name: value for name, value in part.document.items() if name != "proof"}
        asked = [self.request.challenge, self.request.domain]
        binding = write_json([said, prepared.described, *asked])
        return Prepared(binding, prepared.described, lambda: again().finish())


def there(credential: Credential, asked: Sequence[str]) -> tuple[str, ...]:
    """Those of the claims that were asked for that the credential makes."""
    return tuple(claim for claim in asked if names_in([claim])[0] in credential.claims)


def signature_marks(shown: Credential) -> Iterator[Mark]:
    """The issuer's signatures in what is shown: all but those that are made anew each time."""
    raw = shown.raw.strip()
    if not raw.startswith(b"{"):
        yield Mark.of(Sort.SIGNATURE, "token", raw.split(b"~")[0].decode())
        return
    proofs = json.loads(raw).get("proof", [])
    present = proofs if isinstance(proofs, list) else [proofs]
    for proof in (one for one in present if isinstance(one, dict)):
        suite, value = proof.get("cryptosuite"), proof.get("proofValue", proof.get("jws"))
        if suite == "bbs-2023":
            if isinstance(time := proof.get("created"), str) and not is_of_a_day(time):
                yield Mark.of(Sort.MEMBER, "created", time)
            continue
        if suite == "ecdsa-sd-2023":
            value = _base_signature(value)
        yield Mark.of(Sort.SIGNATURE, "proof", value)


def _base_signature(value: object) -> str:
    # Deferred: few credentials are secured so.
    from wallet.credentials.formats.data_integrity.selective.ecdsa_values import (  # noqa: PLC0415
        DerivedValue,
    )

    try:
        return DerivedValue.parse(value).signature.hex()
    except CredentialError:  # nothing that holds: it is told by all of it, then
        return str(value)
