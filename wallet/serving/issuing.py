"""What the server signs: credentials and presentations, by the DIDs of its grant.

Everything here is called by one thread, one call after another. A document is signed only in the
name that it carries: whoever asks cannot have another DID's name written over it.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from did.values import dataclass, field
from wallet.actions import journal
from wallet.actions.commitments import commitment_in
from wallet.actions.credentials import store_issued
from wallet.actions.journal import Outcome
from wallet.actions.parts import derived_by_bbs
from wallet.actions.places import Places, draw_places
from wallet.actions.ruled import held_to_rules
from wallet.actions.securing import BBS_SUITE, Mechanism
from wallet.credentials.errors import UnsupportedFormat
from wallet.credentials.form import Version
from wallet.credentials.formats.data_integrity import SELECTIVE_SUITES, secure
from wallet.credentials.model import Credential, Presentation
from wallet.credentials.received import read_credential
from wallet.credentials.strict_json import write_json
from wallet.rules.deed import Disclosure, Shown
from wallet.rules.errors import RefusedByRule
from wallet.rules.store import remember
from wallet.serving.base_proofs import is_bound_base, with_base_proof
from wallet.serving.problems import MALFORMED, Problem
from wallet.serving.suites import COSE, JWT, algorithms_of
from wallet.serving.tokens import as_cose, as_shown_cose, as_shown_token, as_token
from wallet.sources import wallet_contexts

if TYPE_CHECKING:
    from wallet.credentials.form import JSONObject
    from wallet.entries import OwnDID
    from wallet.registrars.registrar import SigningKey
    from wallet.serving.bodies import DeriveRequest, IssueRequest, ProveRequest
    from wallet.serving.grant import Grant
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Issued:
    """A credential that is signed, and not yet handed out.

    `places` are those that it has in status lists.
    """

    document: bytes = field(repr=False)
    kind: str
    places: Places


class Issuing:
    """Signs under a grant."""

    def __init__(self, wallet: Wallet, grant: Grant, *, digest: str) -> None:
        """`digest` is that of the consent."""
        self._wallet: Final = wallet
        self._grant: Final = grant
        self._digest: Final = digest
        self._contexts: Final = wallet_contexts(wallet.home)

    @property
    def grant(self) -> Grant:
        """What was agreed to."""
        return self._grant

    def issue(self, request: IssueRequest, suite: str | None) -> Issued:
        """The credential with a proof; it is to be checked, and then kept, before it leaves.

        Raises:
            Problem: the grant does not cover it.
            CredentialError: it is no credential, or cannot be secured so.
        """
        document = dict(request.credential)
        credential = Credential.of(document)
        signer = self._grant.signer(credential.issuer, self._wallet.clock())
        places = self._places(credential, signer)
        if places.drawn:
            document |= places.members
        if request.commitment is not None and suite != BBS_SUITE:
            raise _not_for("commitment is for bbs-2023", suite)
        if suite in SELECTIVE_SUITES:
            secured = self._by_parts(document, request, str(suite), signer)
        elif request.mandatory is not None:
            raise _not_for("mandatoryPointers are for suites of which parts are shown", suite)
        else:
            secured = self._whole(document, request, suite, signer)
        return Issued(secured, credential.special_type, places)

    def keep(self, issued: Issued) -> None:
        """Write down that it was issued; one that can be taken back stays in the wallet, too."""
        made = None
        if issued.places.drawn:
            with self._wallet.vault.transaction():
                result = store_issued(self._wallet, issued.document, issued.kind)
                made = str(result.made)
                issued.places.take(self._wallet.vault, made)
        self._note("issue_credential", Outcome.DONE, issued.document, made=made)

    def refuse(self, issued: Issued) -> None:
        """Write down that it was signed, and not handed out."""
        self._note("issue_credential", Outcome.REFUSED, issued.document)

    def prove(self, request: ProveRequest, suite: str | None) -> bytes:
        """The presentation with a proof of its holder's.

        Raises as `issue`.
        """
        document = dict(request.presentation)
        if "holder" not in document:
            document["holder"] = self._first(suite).id
        presentation = Presentation.of(document)
        signer = self._grant.signer(presentation.holder, self._wallet.clock())
        if suite in SELECTIVE_SUITES:
            raise UnsupportedFormat(f"{suite} is for credentials, and not for presentations")
        held = tuple(map(_credential, presentation.members))
        deed = self._held_to_rules(held, request.domain or "", holder=presentation.holder or "")
        key = self._key(signer, Relationship.AUTHENTICATION)
        created = request.created or self._wallet.clock()
        if suite in {JWT, COSE}:
            as_shown = as_shown_token if suite == JWT else as_shown_cose
            secured = as_shown(
                document,
                key,
                created=created,
                challenge=request.challenge,
                domain=request.domain,
            )
        else:
            secured = write_json(
                secure(
                    document,
                    signer=key.signer,
                    verification_method=key.verification_method,
                    purpose=Relationship.AUTHENTICATION.value,
                    created=created,
                    suite=suite,
                    challenge=request.challenge,
                    domain=request.domain,
                    contexts=self._contexts,
                )
            )
        if deed.credentials:
            remember(self._wallet.vault, deed, self._wallet.clock())
        self._note("present_credential", Outcome.DONE, secured)
        return secured

    def derive(self, request: DeriveRequest, suite: str | None) -> bytes | None:
        """The part of a credential that is bound to the wallet's secret; None where none is.

        Raises:
            Problem: the grant has ended, or a rule forbids it.
            CredentialError: it is bound to another secret, or a pointer leads nowhere.
        """
        self._grant.check(self._wallet.clock())
        if suite not in {None, BBS_SUITE} or not is_bound_base(request.credential):
            return None
        credential = Credential.of(request.credential)
        document = derived_by_bbs(self._wallet, credential, request.credential, request.pointers)
        deed = self._held_to_rules((Credential.of(document),), "")
        remember(self._wallet.vault, deed, self._wallet.clock())
        derived = write_json(document)
        self._note("present_credential", Outcome.DONE, derived)
        return derived

    def _held_to_rules(
        self, credentials: tuple[Credential, ...], verifier: str, *, holder: str = ""
    ) -> Disclosure:
        """What would be shown, where no rule of the person's forbids it."""
        shown = tuple(
            Shown.whole(credential.types, credential.document, self._contexts)
            for credential in credentials
        )
        deed = Disclosure(verifier, shown, holder)
        try:
            held_to_rules(self._wallet, deed)
        except RefusedByRule as error:
            journal.use(self._wallet, "present_credential", Outcome.REFUSED, granted=self._digest)
            raise Problem(HTTPStatus.FORBIDDEN, str(error), check="rule") from error
        return deed

    def _first(self, suite: str | None) -> OwnDID:
        """The first DID whose key signs by that suite."""
        for own in self._grant.signers:
            if own.algorithm in algorithms_of(suite):
                return own
        raise UnsupportedFormat(f"no DID that signs here has a key for {suite}")

    def _key(self, own: OwnDID, purpose: Relationship) -> SigningKey:
        return self._wallet.registrars[own.did.method].signing(own, purpose=purpose)

    def _places(self, credential: Credential, signer: OwnDID) -> Places:
        """A place in each list of the issuer's, unless the credential points to one already.

        What points to such a list is defined by the context of VCDM 2.0 alone.
        """
        names = [one.name for one in self._grant.lists if one.issuer == signer.id]
        is_older = credential.version is not Version.V2_0
        if is_older or "credentialStatus" in credential.document:
            return Places()
        return draw_places(self._wallet, names, Mechanism("di"), issuer=signer.id)

    def _by_parts(
        self, document: dict[str, Any], request: IssueRequest, suite: str, signer: OwnDID
    ) -> bytes:
        registrar = self._wallet.registrars[signer.did.method]
        given = request.commitment
        return with_base_proof(
            document,
            suite,
            request.mandatory,
            key=registrar.bbs_signing(signer) if suite == BBS_SUITE else registrar.signing(signer),
            now=request.created or self._wallet.clock(),
            contexts=self._contexts,
            commitment=None if given is None else commitment_in(given, issuer=signer.id),
        )

    def _whole(
        self, document: dict[str, Any], request: IssueRequest, suite: str | None, signer: OwnDID
    ) -> bytes:
        key = self._key(signer, Relationship.ASSERTION_METHOD)
        created = request.created or self._wallet.clock()
        if suite in {JWT, COSE}:
            if request.proof_id is not None or request.previous:
                raise UnsupportedFormat(f"what {suite} makes is a proof of its own, without an id")
            secured_as = as_token if suite == JWT else as_cose
            return secured_as(document, key, created=created, expires=request.expires)
        return write_json(
            secure(
                document,
                signer=key.signer,
                verification_method=key.verification_method,
                purpose=Relationship.ASSERTION_METHOD.value,
                created=created,
                expires=request.expires,
                suite=suite,
                proof_id=request.proof_id,
                previous_proof=_one_or_several(request.previous),
                contexts=self._contexts,
            )
        )

    def _note(
        self, action: str, outcome: Outcome, document: bytes, *, made: str | None = None
    ) -> None:
        digest = hashlib.sha256(document).hexdigest()
        journal.use(self._wallet, action, outcome, granted=self._digest, digest=digest, made=made)


def _credential(member: tuple[str, JSONObject | str]) -> Credential:
    """A credential that a presentation holds out, itself or in an envelope."""
    _, value = member
    return read_credential(value.encode() if isinstance(value, str) else write_json(value))


def _one_or_several(names: tuple[str, ...]) -> str | tuple[str, ...] | None:
    return names[0] if len(names) == 1 else names or None


def _not_for(told: str, suite: str | None) -> Problem:
    return Problem(
        HTTPStatus.BAD_REQUEST,
        f"{told}, and not for {suite or 'the usual suite of a key'}",
        type=MALFORMED,
        check="request",
    )
