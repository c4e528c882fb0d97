"""Credentials: issued and shown."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.base_proofs import dated, mandatory_of, marks_told, prepare_base
from wallet.actions.commitments import read_commitment
from wallet.actions.doubles import doubles
from wallet.actions.listing import row_of
from wallet.actions.parts import part_facts, parts_told
from wallet.actions.places import draw_places
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.actions.securing import BBS_SUITE, FORMAT, SELECTIVE, SUITE, mechanism, prepare
from wallet.actions.selective import holder_among, prepare_issue
from wallet.credentials.formats import legacy
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.received import as_json, read_credential
from wallet.credentials.terms import claim_term
from wallet.entries import (
    Contact,
    OwnDID,
    StoredCredential,
    contact_or_did,
    dids,
    find,
    issuer_of,
    known_dids,
    name_of,
    names,
)
from wallet.entries import credential as stored_credential
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import write_new
from wallet.memory import ISSUING, did_for
from wallet.messages import Message, say
from wallet.overview import standings
from wallet.registrars.document_keys import has_bbs, signs_alone
from wallet.registrars.registrar import BBS, BbsKey
from wallet.search.label import Label
from wallet.sources import wallet_contexts
from wallet.vault.record import Kind as RecordKind
from wallet.verify.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.securing import Mechanism
    from wallet.wallet import Wallet

_TROUBLES: Final = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN})


def issue(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A credential about a contact, worked out to the bytes that the issuer's key will sign."""
    arguments, missing = _filled(wallet, arguments)
    subject = contact_or_did(wallet.vault, arguments["subject"])
    issuer = _issuer(wallet, arguments, subject)
    way = mechanism(arguments.get("format"), arguments.get("suite"), issuer.algorithm)
    now = dated(wallet.clock(), way)
    until = _until(arguments, wallet.clock())
    unsigned = _unsigned(arguments, issuer, subject, way, now, until)
    places = draw_places(wallet, arguments.get("status", ()), way, issuer=issuer.id)
    unsigned = {**unsigned, **places.members, **_schema(arguments)}
    registrar = wallet.registrars[issuer.did.method]
    key = registrar.bbs_signing(issuer) if way.suite == BBS_SUITE else registrar.signing(issuer)
    commitment = _commitment(arguments, way, issuer)
    mandatory = mandatory_of(way, unsigned, arguments.get("mandatory", ()))
    contexts = wallet_contexts(wallet.home)
    doubts: tuple[Message, ...] = ()
    if way.by_parts:
        prepared = prepare_base(
            unsigned, mandatory, key=key, now=now, contexts=contexts, commitment=commitment
        )
        doubts = tuple(marks_told(unsigned, way))
    elif isinstance(key, BbsKey):
        raise AssertionError("such a key signs by parts alone")
    elif way.format in SELECTIVE:
        prepared, doubts = prepare_issue(wallet, issuer, subject, unsigned, key=key, until=until)
    else:
        prepared = prepare(wallet, issuer, unsigned, way, key=key, now=now, contexts=contexts)
    bound = (say("Bound to"), say("a secret that the holder alone knows"))
    facts = (
        (say("Type"), arguments["type"]),
        (say("Issuer"), issuer.described),
        (say("Subject"), _told_subject(subject, unsigned)),
        *claim_facts(unsigned),
        (say("Expires"), until.isoformat() if until else say("never")),
        *places.facts,
        *(part_facts(unsigned, mandatory) if way.by_parts else ()),
        *(() if commitment is None else (bound,)),
        (say("Secured by"), prepared.described),
    )

    def perform() -> Result:
        secured = prepared.finish()
        with wallet.vault.transaction():
            done = store_issued(wallet, secured, arguments["type"])
            places.take(wallet.vault, str(done.made))
        return done

    warnings = (
        *(() if key.resolvable else (UNPUBLISHED,)),
        *doubles(wallet.vault, subject.name),
        *missing,
        *doubts,
    )
    statement = Statement(
        say("Issue and sign a credential for {subject}", subject=subject.label), facts, warnings
    )
    return Proposal("issue_credential", statement, prepared.binding, perform)


def _until(arguments: Mapping[str, Any], now: datetime) -> datetime | None:
    expires = arguments.get("expires")
    until = expiry(expires, now) if expires else None
    if until and until <= now:
        raise BadInput(f"{expires} has passed: the credential would be born expired")
    return until


def _unsigned(
    arguments: Mapping[str, Any],
    issuer: OwnDID,
    subject: Contact,
    way: Mechanism,
    now: datetime,
    until: datetime | None,
) -> dict[str, Any]:
    build = legacy.unsigned_credential if way.is_older else unsigned_credential
    unsigned: dict[str, Any] = build(
        issuer=issuer.id,
        subject=str(subject.did),
        type=arguments["type"],
        claims=_claims(arguments),
        valid_from=now,
        valid_until=until,
        **({"proof_type": way.suite} if way.by_didkit and way.suite else {}),
    )
    if not arguments.get("unnamed"):
        return unsigned
    if way.suite != BBS_SUITE:
        raise BadInput(
            "only a credential by bbs-2023 can leave out whom it is about",
            hint=f"issue it with --suite {BBS_SUITE}",
        )
    about = {name: value for name, value in unsigned["credentialSubject"].items() if name != "id"}
    return {**unsigned, "credentialSubject": about}


def _commitment(arguments: Mapping[str, Any], way: Mechanism, issuer: OwnDID) -> bytes | None:
    if (file := arguments.get("commitment")) is None:
        return None
    if way.suite != BBS_SUITE:
        raise BadInput(
            "only a credential by bbs-2023 is bound to a holder's secret",
            hint=f"issue it with --suite {BBS_SUITE}",
        )
    return read_commitment(file, issuer=issuer.id)


def _told_subject(subject: Contact, unsigned: Mapping[str, Any]) -> Message | str:
    if "id" in unsigned["credentialSubject"]:
        return _contact(subject)
    return say("{subject}, whom it does not name", subject=_contact(subject))


def _filled(
    wallet: Wallet, arguments: Mapping[str, Any]
) -> tuple[Mapping[str, Any], tuple[Message, ...]]:
    """The arguments with what a template says of those that were left out, and what it lacks."""
    if (name := arguments.get("template")) is None:
        return arguments, ()
    # Deferred: for those who issue by one.
    from wallet.templates import template  # noqa: PLC0415

    found = template(wallet.vault, name)
    until = found.expires(wallet.clock())
    given = {claim_term(one).casefold() for one in arguments.get("claims", {})}
    left = [one.name for one in found.claims if claim_term(one.name).casefold() not in given]
    missing = say("the template has claims that are left out: {names}", names=", ".join(left))
    filled = {"type": found.type, **({} if until is None else {"expires": until}), **arguments}
    return filled, (missing,) if left else ()


UNPUBLISHED: Final = say(
    "the issuer's DID is not published yet: until it is, nobody can check this credential"
)


def store_issued(wallet: Wallet, secured: bytes, kind: str, *, saved: Path | None = None) -> Result:
    """Keep what was issued, as `kind`; `saved` is the file that it was written to, too."""
    credential = read_credential(secured)
    role = "issued" if holder_among(wallet, credential) is None else "held"
    stored = StoredCredential.made(wallet.vault, credential, name=kind, role=role)
    wallet.vault.put(RecordKind.CREDENTIAL, stored.body(), id=stored.id)
    return Result(
        say("issued {name} as {id}", name=stored.label, id=stored.id),
        data={
            "id": stored.id,
            "name": stored.name,
            "role": role,
            "credential": as_json(credential),
        },
        made=stored.id,
        saved=saved,
    )


def _schema(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """VC Data Model 2.0, 4.11: where the schema stands that the claims keep to."""
    if (url := arguments.get("schema")) is None:
        return {}
    return {"credentialSchema": {"id": url, "type": "JsonSchema"}}


def _issuer(wallet: Wallet, arguments: Mapping[str, Any], subject: Contact) -> OwnDID:
    """The DID asked for, the one for issuing, the newest that can be published, or the newest.

    Of those nobody asked for, only one whose key fits the suite.
    """
    held = known_dids(wallet.vault)
    if (reference := arguments.get("issuer")) is not None:
        return find(dids(wallet.vault), reference, noun="DID")
    by_parts = arguments.get("suite") == BBS_SUITE
    fits = has_bbs if by_parts else signs_alone
    meant = did_for(wallet.vault, ISSUING)
    if meant is not None and meant.did != subject.did and fits(meant):
        return meant
    others = [own for own in held if own.did != subject.did and fits(own)]
    if not others and by_parts:
        raise NoSuchEntry(
            f"the wallet has no DID with a key of {BBS}, with which {BBS_SUITE} signs",
            hint=f"create one: holdfast did create --method key --algorithm {BBS}",
        )
    if not others:
        raise NoSuchEntry(
            "the wallet has no DID to issue with", hint="create one: holdfast did create"
        )
    publishing = [own for own in others if wallet.registrars[own.did.method].publishes]
    return (publishing or others)[-1]


def _claims(arguments: Mapping[str, Any]) -> Mapping[str, str]:
    """What the credential says (VC Data Model 2.0, section 4.8: one claim at the least)."""
    claims: Mapping[str, str] = arguments.get("claims", {})
    if not claims:
        raise BadInput(
            "a credential says something about its subject, and this one says nothing",
            hint="add what it says: --claim level=Senior, or: with level: Senior",
        )
    return claims


def expiry(text: str, now: datetime) -> datetime:
    """A date (its last second, in the offset of `now`) or a date-time with an offset.

    Raises:
        BadInput: the text is not ISO 8601.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is not a date", hint="write it as 2027-06-30") from error
    if len(text) == len("2027-06-30"):
        moment = datetime.combine(moment, time(23, 59, 59))
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def show(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """What a credential says; with an output, its very bytes as they were received, as a file."""
    entry = stored_credential(wallet.index, arguments["credential"])
    credential = entry.credential
    output = arguments.get("output")
    saved = None if output is None else write_new(Path(output), credential.raw)
    known = names(wallet.vault)
    until = credential.valid_until
    label = Label.of(entry.id, entry.name, entry.role, credential, entry.tags)
    return Result(
        say("{name}, {role}", name=entry.label, role=say(entry.role)),
        data={**row_of(label, known, standings(wallet)(label)), "credential": as_json(credential)},
        facts=(
            (say("Id"), entry.id),
            (say("Type"), ", ".join(credential.types)),
            (say("Issuer"), issuer_of(credential, known)),
            (say("Subject"), ", ".join(name_of(s, known) for s in credential.subjects)),
            *claim_facts(credential.document),
            *parts_told(credential),
            (say("Expires"), until.isoformat() if until else say("never")),
            *(((say("Tags"), ", ".join(entry.tags)),) if entry.tags else ()),
        ),
        saved=saved,
    )


def _contact(contact: Contact) -> str:
    did = str(contact.did)
    return did if contact.name == did else f"{contact.name} ({did})"


def claim_facts(document: Mapping[str, Any]) -> tuple[tuple[Message, str], ...]:
    """What a credential says of its subjects, claim by claim, for a person."""
    subjects = document["credentialSubject"]
    subjects = subjects if isinstance(subjects, list | tuple) else [subjects]
    return tuple(
        (say("Claim {name}", name=name), value if isinstance(value, str) else _json(value))
        for subject in subjects
        for name, value in subject.items()
        if name != "id"
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


ENTRY: Final = Parameter("credential", Kind.CREDENTIAL, "one of your credentials", required=True)

STATUS: Final = Parameter(
    "status",
    Kind.TEXTS,
    "a status list of yours by which it can be taken back",
    flag="--status",
    planned=False,
)

ISSUE_CREDENTIAL: Final = Action(
    name="issue_credential",
    verb=("issue",),
    help="Issue a credential about somebody, signed by one of your DIDs",
    example='holdfast issue --type "University Degree" --subject Mei --claim degree=BSc',
    parameters=(
        Parameter(
            "type",
            Kind.TEXT,
            "what sort of credential",
            required=True,
            flag="--type",
            unless="template",
        ),
        Parameter(
            "subject",
            Kind.CONTACT,
            "whom it is about",
            required=True,
            flag="--subject",
            literal=True,
        ),
        Parameter("claims", Kind.CLAIMS, "what it says, NAME=VALUE", flag="--claim"),
        Parameter("expires", Kind.TIME, "until when it holds", flag="--expires"),
        Parameter("issuer", Kind.DID, "the DID that signs", flag="--issuer", planned=False),
        FORMAT,
        SUITE,
        Parameter(
            "mandatory",
            Kind.TEXTS,
            "a claim that its holder cannot hide, where they can hide claims",
            flag="--mandatory",
            planned=False,
        ),
        Parameter(
            "commitment",
            Kind.PATH,
            "the holder's commitment, to whose secret it is bound (bbs-2023)",
            flag="--commitment",
            planned=False,
        ),
        Parameter(
            "unnamed",
            Kind.FLAG,
            "leave out whom it is about, so that showing it does not tell (bbs-2023)",
            flag="--unnamed",
            planned=False,
        ),
        STATUS,
        Parameter(
            "schema",
            Kind.TEXT,
            "the address of a JSON Schema that it keeps to",
            flag="--schema",
            planned=False,
        ),
        Parameter(
            "template",
            Kind.TEXT,
            "a template, which says the type and how long it holds",
            flag="--template",
            planned=False,
        ),
    ),
    propose=issue,
)

SHOW_CREDENTIAL: Final = Action(
    name="show_credential",
    verb=("show",),
    help="Show what a credential says",
    example="holdfast show cred-1f2e3d4c",
    parameters=(
        ENTRY,
        Parameter(
            "output",
            Kind.PATH,
            "write it there, byte for byte as it was received",
            flag="--output",
            planned=False,
        ),
    ),
    read=show,
)
