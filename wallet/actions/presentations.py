"""Presentations: asked for, and given to a verifier."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from wallet.actions.disclosing import Disclosed, chosen, claims_of, lesser
from wallet.actions.doubles import doubles
from wallet.actions.linking import linked, recognized_by
from wallet.actions.pairwise import advice, check_fits, pairwise_for, remember_pairwise
from wallet.actions.parts import base_suite
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.actions.securing import FORMATS, SELECTIVE, SUITE, Mechanism, Request, mechanism
from wallet.actions.selective import holder_among, is_selective, names_in, trails
from wallet.actions.showing import Shower
from wallet.credentials.form import Version
from wallet.credentials.model import Credential
from wallet.credentials.received import is_older_token
from wallet.credentials.strict_json import read_json
from wallet.credentials.terms import claim_term, type_term
from wallet.entries import (
    Contact,
    OwnDID,
    StoredCredential,
    contact_or_did,
    dids,
    holder_of,
    known_dids,
    name_of,
    names,
)
from wallet.entries import credential as stored_credential
from wallet.errors import BadInput, NoSuchEntry
from wallet.exchange.claim_paths import claim_named
from wallet.exchange.request_file import PresentationRequest, draw_challenge
from wallet.files import free_path, read_file, write_new
from wallet.memory import ASKING, did_for, shown_of
from wallet.messages import Message, say
from wallet.rules.deed import Disclosure, Shown
from wallet.rules.store import remember
from wallet.sources import wallet_contexts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wallet.wallet import Wallet

REQUEST_LIFETIME: Final = timedelta(days=1)


def present(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A presentation for one verifier, worked out to the bytes that the holder's key will sign."""
    request = _request(wallet, arguments)
    if request is not None and "credential" not in arguments:
        entry = chosen(wallet, request)
    else:
        entry = stored_credential(wallet.index, arguments["credential"])
    verifier = _verifier(wallet, arguments, request)
    holder = _holder(wallet, entry, str(verifier.did) if arguments.get("pairwise") else None)
    asked = tuple(map(claim_named, arguments.get("claims", ())))
    _check_claims(entry, asked)
    asked = asked or (request.claims if request else _usual(wallet, entry))
    asked_for = Request(
        request.challenge if request else arguments.get("challenge") or draw_challenge(wallet.draw),
        request.domain if request else arguments.get("domain") or str(verifier.did),
    )
    way = _way(arguments, entry, holder)
    key = wallet.registrars[holder.did.method].signing(holder, purpose=Relationship.AUTHENTICATION)
    showing = Shower(wallet, holder, key, way, asked_for).shows(entry, asked)
    prepared, credential = showing.prepared, entry.credential
    name = f"presentation-{sha256(prepared.binding).hexdigest()[:8]}"
    target = _target(wallet, arguments, f"{name}.{_ENDINGS.get(way.format, 'jwt')}")
    shown = Shown.whole(credential.types, showing.document, wallet_contexts(wallet.home))
    deed = Disclosure(str(verifier.did), (shown,), holder.id, showing.marks)
    disclosed = Disclosed.of(
        credential.claims,
        asked,
        Credential.of(showing.document).claims if showing.hides else credential.claims,
        hides=showing.hides,
    )

    def perform() -> Result:
        is_json = way.format in {"di", "vcdm1"}
        secured = prepared.finish()
        presentation = read_json(secured) if is_json else secured.decode()
        written = json.dumps(presentation, ensure_ascii=False, indent=2).encode()
        with wallet.vault.transaction():  # what could not be written was not shown
            remember_pairwise(wallet, holder)
            remember(wallet.vault, deed, wallet.clock())
            saved = write_new(target, (written if is_json else secured) + b"\n")
        return Result(
            say("presented {name} to {verifier}", name=entry.label, verifier=verifier.label),
            data={
                "challenge": asked_for.challenge,
                "domain": asked_for.domain,
                "file": str(saved),
                "presentation": presentation,
            },
            facts=(
                (say("Challenge"), asked_for.challenge),
                (say("Domain"), asked_for.domain),
            ),
            made=str(saved),
            saved=saved,
            next=say("give the file to the verifier"),
        )

    binds_key = is_selective(credential) and holder.id not in credential.subjects
    statement = Statement(
        say("Show {name} to {verifier}", name=entry.label, verifier=verifier.label),
        facts=(
            (say("Verifier"), name_of(str(verifier.did), names(wallet.vault))),
            *(((say("Purpose"), request.purpose),) if request and request.purpose else ()),
            (say("Holder"), holder.described),
            *disclosed.facts,
            (say("Linked by"), recognized_by(holder, showing.marks, binds_key=binds_key)),
            (say("Challenge"), asked_for.challenge),
            (say("Domain"), asked_for.domain),
            (say("Secured by"), prepared.described),
            (say("Saved as"), str(target)),
        ),
        warnings=(
            *(() if key.resolvable else (_UNPUBLISHED,)),
            *doubles(wallet.vault, verifier.name),
            *(_mismatches(entry, request) if request else ()),
            *disclosed.warnings,
            *_advice(wallet, entry, holder, deed, request, disclosed),
            *(() if request or arguments.get("challenge") else (_UNBOUND,)),
        ),
    )
    claims = claims_of(credential, disclosed.shown, optional=showing.optional)
    return Proposal("present_credential", statement, prepared.binding, perform, deed, claims=claims)


def _way(arguments: Mapping[str, Any], entry: StoredCredential, holder: OwnDID) -> Mechanism:
    """How the presentation is secured: as asked, or in the one way that holds such a credential."""
    format_, suite = arguments.get("format"), arguments.get("suite")
    if is_selective(entry.credential):
        if format_ not in {None, "sd-jwt"} or suite is not None:
            raise BadInput(f"{entry.label} is an SD-JWT, which is presented as one")
        return Mechanism("sd-jwt")
    if format_ in SELECTIVE:
        raise BadInput(f"{entry.label} is no SD-JWT, and is shown as a whole")
    older_token = is_older_token(entry.credential)
    if format_ is None and suite is None and older_token:
        format_ = "jwt-vc"
    way = mechanism(format_, suite, holder.algorithm)
    if older_token and way.format != "jwt-vc":
        raise BadInput(
            f"{entry.label} is a JWT in the form of VCDM 1.1, which {way.format!r} cannot hold",
            hint="present it with --format jwt-vc",
        )
    if way.is_older and entry.credential.version is not Version.V1_1:
        raise BadInput(
            f"{entry.label} is of VCDM 2.0, and {way.format!r} holds credentials of VCDM 1.1",
            hint="present it with --format di or --format jwt",
        )
    return way


def _request(wallet: Wallet, arguments: Mapping[str, Any]) -> PresentationRequest | None:
    if "request" not in arguments:
        return None
    for other in ("challenge", "domain", "verifier"):
        if other in arguments:
            raise BadInput(f"the request already says the {other}", hint=f"leave out --{other}")
    request = PresentationRequest.parse(read_file(arguments["request"]))
    if request.expires <= wallet.clock():
        raise BadInput(f"the request expired at {request.expires.isoformat()}")
    return request


def _verifier(
    wallet: Wallet, arguments: Mapping[str, Any], request: PresentationRequest | None
) -> Contact:
    if request:
        return contact_or_did(wallet.vault, str(request.verifier))
    return contact_or_did(wallet.vault, arguments["verifier"])


def _holder(wallet: Wallet, entry: StoredCredential, verifier: str | None) -> OwnDID:
    """The wallet's DID that the credential is about: only it can hold it out.

    Of one that names nobody, the one for a `verifier`, or else the one that it was accepted under.
    """
    if verifier is not None:
        own = pairwise_for(wallet, verifier)
        check_fits(entry.credential, own, entry.label)
        return own
    holder = holder_of(dids(wallet.vault), entry) or holder_among(wallet, entry.credential)
    if holder is not None:
        return holder
    if not entry.credential.subjects:
        raise NoSuchEntry(
            f"{entry.label} names nobody, and was accepted under none of your DIDs",
            hint="--pairwise, or import it again with --holder",
        )
    raise NoSuchEntry(
        f"{entry.label} is about none of your DIDs", hint="only its subject can present it"
    )


def _usual(wallet: Wallet, entry: StoredCredential) -> tuple[str, ...]:
    """The claims that the person shows of such a credential where nothing else is said."""
    usual = shown_of(wallet.vault, entry.credential.types)
    return tuple(claim for claim in entry.credential.claims if claim in usual)


def _check_claims(entry: StoredCredential, asked: tuple[str, ...]) -> None:
    for claim in asked:
        by_place = is_selective(entry.credential) or base_suite(entry.credential.document)
        if by_place or claim.startswith("/"):
            trails(entry.credential, claim)
        elif claim not in entry.credential.claims:
            has = ", ".join(entry.credential.claims) or "none"
            raise BadInput(f"{entry.label} has no claim {claim!r}", hint=f"it has: {has}")


_ENDINGS: Final = {"di": "json", "vcdm1": "json", "sd-jwt": "sd-jwt", "cose": "cose"}
_UNPUBLISHED: Final = say(
    "your DID is not published yet: until it is, nobody can check this presentation"
)


def _mismatches(entry: StoredCredential, request: PresentationRequest) -> list[Message]:
    """What the request asks for and this credential does not give."""
    warnings = []
    if request.credential_type not in entry.credential.types:
        warnings.append(
            say("the request asks for {type}, which this is not", type=request.credential_type)
        )
    absent = [name for name in names_in(request.claims) if name not in entry.credential.claims]
    if absent:
        warnings.append(
            say("the request asks for {claims}, which this does not say", claims=", ".join(absent))
        )
    return warnings


_UNBOUND: Final = say(
    "no request was given: the challenge is drawn here, so the presentation"
    " is not bound to a verifier's request"
)


def _advice(
    wallet: Wallet,
    entry: StoredCredential,
    holder: OwnDID,
    deed: Disclosure,
    request: PresentationRequest | None,
    disclosed: Disclosed,
) -> Iterator[Message]:
    """What would show less, and who could put two and two together."""
    type_ = request.credential_type if request else entry.type
    if (less := lesser(wallet, entry, type_, disclosed.asked, disclosed.shown)) is not None:
        yield less
    parts = bool(disclosed.hidden)
    told = [*linked(wallet, holder, deed.verifier, deed.marks, parts=parts)]
    yield from told
    if told and (better := advice(entry.credential, holder)) is not None:
        yield better


def _target(wallet: Wallet, arguments: Mapping[str, Any], name: str) -> Path:
    if "output" in arguments:
        return Path(arguments["output"])
    return free_path(wallet.home / "outbox" / name)


def request(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A presentation request: a file to give to a holder."""
    holder = contact_or_did(wallet.vault, arguments["holder"])
    held = known_dids(wallet.vault)
    if not held:
        raise NoSuchEntry("the wallet has no DID to ask as", hint="create one: holdfast did create")
    verifier = did_for(wallet.vault, ASKING) or held[-1]
    asked = PresentationRequest(
        verifier=verifier.did,
        challenge=draw_challenge(wallet.draw),
        domain=arguments.get("domain") or verifier.id,
        expires=wallet.clock() + REQUEST_LIFETIME,
        credential_type=type_term(arguments["type"]),
        purpose=arguments.get("purpose", ""),
        claims=tuple(_asked_for(claim) for claim in arguments.get("claims", ())),
    )
    target = _target(wallet, arguments, f"request-{asked.challenge[:8]}.json")

    def perform() -> Result:
        saved = write_new(target, asked.dump())
        return Result(
            say("asked {holder} for {type}", holder=holder.label, type=asked.credential_type),
            data={"file": str(saved), "request": asked.to_json()},
            made=str(saved),
            saved=saved,
            next=say("give the file to the holder"),
        )

    statement = Statement(
        say("Ask {holder} to present {type}", holder=holder.label, type=asked.credential_type),
        facts=(
            (say("Verifier"), verifier.label),
            (say("Holder"), name_of(str(holder.did), names(wallet.vault))),
            (say("Claims"), ", ".join(asked.claims) or say("all of them")),
            (say("Challenge"), asked.challenge),
            (say("Domain"), asked.domain),
            (say("Expires"), asked.expires.isoformat(timespec="seconds")),
            (say("Saved as"), str(target)),
        ),
        warnings=tuple(doubles(wallet.vault, holder.name)),
    )
    return Proposal("request_presentation", statement, asked.dump(), perform)


def _asked_for(claim: str) -> str:
    """A claim as it is asked for: a name as a term, a pointer or a path as they are."""
    named = claim_named(claim)
    return named if named.startswith("/") else claim_term(named)


_OUTPUT: Final = Parameter("output", Kind.PATH, "the file to write", flag="--output", planned=False)
_DOMAIN: Final = Parameter(
    "domain", Kind.TEXT, "the verifier's domain", flag="--domain", planned=False
)

PRESENT_CREDENTIAL: Final = Action(
    name="present_credential",
    verb=("present",),
    help="Show a credential to a verifier",
    example="holdfast present cred-1f2e3d4c --verifier Acme --output presentation.json",
    parameters=(
        Parameter(
            "credential",
            Kind.CREDENTIAL,
            "one you hold; for a request, the one that shows least if none is named",
            required=True,
            unless="request",
            role="held",
        ),
        Parameter(
            "verifier",
            Kind.CONTACT,
            "whom to show it to",
            required=True,
            unless="request",
            flag="--verifier",
            literal=True,
        ),
        Parameter("claims", Kind.NAMES, "only these claims", flag="--disclose"),
        Parameter("request", Kind.PATH, "the verifier's request", flag="--request", planned=False),
        Parameter(
            "challenge", Kind.TEXT, "the verifier's challenge", flag="--challenge", planned=False
        ),
        _DOMAIN,
        Parameter(
            "format",
            Kind.CHOICE,
            "how the presentation is secured",
            choices=FORMATS,
            flag="--format",
            planned=False,
        ),
        SUITE,
        Parameter(
            "pairwise",
            Kind.FLAG,
            "show it by a DID that this verifier alone knows, where it does not name you",
            flag="--pairwise",
            planned=False,
        ),
        _OUTPUT,
    ),
    propose=present,
)

REQUEST_PRESENTATION: Final = Action(
    name="request_presentation",
    verb=("request",),
    help="Ask somebody to present a credential",
    example="holdfast request --holder Mei --type UniversityDegree --output request.json",
    parameters=(
        Parameter(
            "holder", Kind.CONTACT, "whom to ask", required=True, flag="--holder", literal=True
        ),
        Parameter("type", Kind.TEXT, "what sort of credential", required=True, flag="--type"),
        Parameter("claims", Kind.TEXTS, "only these claims", flag="--claim"),
        Parameter("purpose", Kind.TEXT, "what it is for", flag="--purpose", planned=False),
        _DOMAIN,
        _OUTPUT,
    ),
    propose=request,
)
