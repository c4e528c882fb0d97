"""Signing a credential that somebody wrote as a file, and adding a proof to one that has some.

`issue` asks for the few things that most credentials say. A file may say all that the data model
has: several subjects, evidence, terms of use, related resources, texts in several languages.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from wallet.actions.credentials import STATUS, UNPUBLISHED, claim_facts, store_issued
from wallet.actions.parts import base_suite
from wallet.actions.places import draw_places
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.securing import FORMAT, SUITE, Link, Mechanism, mechanism, prepare
from wallet.credentials.form import Version, read_object, read_party, read_set, read_version
from wallet.credentials.model import Credential
from wallet.credentials.strict_json import read_json, write_json
from wallet.credentials.timestamps import write_timestamp
from wallet.entries import OwnDID, dids, find
from wallet.entries import credential as stored_credential
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import read_file, write_new
from wallet.judging import Asked, Judge, policy_of
from wallet.messages import Message, say
from wallet.sources import wallet_contexts
from wallet.verify.report import VERDICTS, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

_SHOWN: Final = frozenset({"@context", "type", "issuer", "credentialSubject", "proof"})
"""Members that a consent shows in words of their own; the others stand there as JSON."""


def sign(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The credential of a file, worked out to the bytes that its issuer's key will sign."""
    raw = _read(wallet, arguments["source"])
    document = dict(read_object(read_json(raw)))
    version, now = read_version(document), wallet.clock()
    issuer = _issuer(wallet, document, arguments.get("issuer"))
    way = _mechanism(arguments, version, issuer)
    proofs = tuple(proof for _, proof in read_set(document, "proof"))
    link, warnings = None, []
    if proofs:
        if base_suite(document) is not None:
            raise BadInput("a proof beside a base proof would be lost once a part is shown")
        link = _link(proofs, way, arguments)
        warnings.append(_judged(wallet, raw))
        places = draw_places(wallet, (), way, issuer=issuer.id)
    else:
        if "after" in arguments:
            raise BadInput("the credential has no proof that another could build on")
        document = _completed(document, version, issuer, now)
        places = draw_places(wallet, arguments.get("status", ()), way, issuer=issuer.id)
        document = _with_places(document, places.members)
        if way.format == "di":
            link = Link(_proof_id())
    credential = Credential.of(document)
    key = wallet.registrars[issuer.did.method].signing(issuer)
    prepared = prepare(
        wallet,
        issuer,
        document,
        way,
        key=key,
        now=now,
        contexts=wallet_contexts(wallet.home),
        link=link,
    )
    output = arguments.get("output")
    target = None if output is None else Path(output)

    def perform() -> Result:
        secured = prepared.finish()
        saved = None if target is None else write_new(target, secured)
        with wallet.vault.transaction():
            done = store_issued(wallet, secured, credential.special_type, saved=saved)
            places.take(wallet.vault, str(done.made))
        return done

    statement = Statement(
        say("Sign the credential of {source}", source=arguments["source"]),
        facts=(
            (say("Type"), ", ".join(credential.types)),
            (say("Issuer"), issuer.described),
            (say("Subject"), ", ".join(credential.subjects) or say("none")),
            *claim_facts(document),
            *_other_facts(document),
            *((say("Proofs there"), str(len(proofs))) for _ in proofs[:1]),
            *((say("Builds on"), name) for name in (link.after if link else ())),
            *places.facts,
            (say("Secured by"), prepared.described),
            *((say("Saved as"), str(target)) for _ in range(target is not None)),
        ),
        warnings=(*warnings, *(() if key.resolvable else (UNPUBLISHED,))),
    )
    return Proposal("sign_credential", statement, prepared.binding, perform)


def _read(wallet: Wallet, source: str) -> bytes:
    """A credential of the wallet, or else a file. Raises `BadInput` for a JWT, which is whole."""
    try:
        raw = stored_credential(wallet.index, source).credential.raw
    except NoSuchEntry:
        raw = read_file(source)
    if not raw.lstrip().startswith(b"{"):
        raise BadInput(f"{source!r} is no credential in JSON", hint="see docs/credentials.md")
    return raw


def _issuer(wallet: Wallet, document: Mapping[str, Any], reference: str | None) -> OwnDID:
    """The wallet's DID that the file names, or else the one asked for."""
    held = dids(wallet.vault)
    named = read_party(document, "issuer") if "issuer" in document else None
    if named is None and reference is None:
        raise BadInput("the credential names no issuer", hint="--issuer, or a member 'issuer'")
    if reference is None:
        own = next((one for one in held if one.id == named), None)
        if own is None:
            raise BadInput(f"the issuer {named!r} is none of your DIDs")
        return own
    own = find(held, reference, noun="DID")
    if named not in (None, own.id):
        raise BadInput(f"the credential names another issuer: {named!r}")
    return own


def _mechanism(arguments: Mapping[str, Any], version: Version, issuer: OwnDID) -> Mechanism:
    """How it is secured: by what its version of the data model has."""
    format_, suite = arguments.get("format"), arguments.get("suite")
    older = version is Version.V1_1
    if older and format_ is None and suite is None:
        format_ = "vcdm1"
    way = mechanism(format_, suite, issuer.algorithm)
    if way.is_older != older:
        formats = "vcdm1, jwt-vc" if older else "di, jwt, cose"
        raise BadInput(
            f"a credential of VC Data Model {version} is not secured by {way.format!r}",
            hint=f"its formats are: {formats}",
        )
    return way


def _link(
    proofs: tuple[Mapping[str, Any], ...], way: Mechanism, arguments: Mapping[str, Any]
) -> Link:
    """For a proof beside those that are there, and, with `--after`, one that builds on them."""
    if way.format in {"jwt", "jwt-vc", "cose"} or way.by_didkit:
        raise BadInput("only a proof of Data Integrity joins those that are there")
    if "status" in arguments:
        raise BadInput("what is signed already gets no place in a status list")
    after = tuple(arguments.get("after", ()))
    present = [proof["id"] for proof in proofs if isinstance(proof.get("id"), str)]
    if missing := [name for name in after if name not in present]:
        raise BadInput(
            f"no proof of the credential has the id {missing[0]!r}",
            hint=f"they are: {', '.join(present)}" if present else "none of them has an id",
        )
    return Link(_proof_id(), after)


def _proof_id() -> str:
    return f"urn:uuid:{uuid4()}"


def _judged(wallet: Wallet, raw: bytes) -> Message:
    """What the proofs that are there are worth. Raises `BadInput` where they do not hold."""
    with Judge(Asked(wallet.home, policy_of(wallet.home)), clock=wallet.clock) as judge:
        report = judge(raw)
    if report.verdict is Verdict.INVALID:
        raise BadInput("the proofs that are there do not hold", hint="see: holdfast verify")
    return say("as it stands it is: {verdict}", verdict=say(VERDICTS[report.verdict]))


def _completed(
    document: dict[str, Any], version: Version, issuer: OwnDID, now: datetime
) -> dict[str, Any]:
    """With the issuer and the time, where the file leaves them out."""
    started = "issuanceDate" if version is Version.V1_1 else "validFrom"
    added = {"issuer": issuer.id, started: write_timestamp(now)}
    return document | {name: value for name, value in added.items() if name not in document}


def _with_places(document: dict[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    if both := document.keys() & members.keys():
        raise BadInput(f"the credential has a {min(both)} already", hint="leave out --status")
    return {**document, **members}


def _other_facts(document: Mapping[str, Any]) -> tuple[tuple[Message, str], ...]:
    return tuple(
        (
            say("Member {name}", name=name),
            value if isinstance(value, str) else write_json(value).decode(),
        )
        for name, value in document.items()
        if name not in _SHOWN
    )


SIGN_CREDENTIAL: Final = Action(
    name="sign_credential",
    verb=("sign",),
    help="Sign a credential that you wrote as a file, or add a proof to one that you issued",
    example="holdfast sign diploma.json --issuer uni --output signed.json",
    parameters=(
        Parameter(
            "source",
            Kind.TEXT,
            "the file with the credential, or a credential of the wallet",
            required=True,
        ),
        Parameter("issuer", Kind.DID, "the DID that signs", flag="--issuer"),
        FORMAT,
        SUITE,
        Parameter(
            "after",
            Kind.TEXTS,
            "the id of a proof that is there, which the new one signs, too (a proof chain)",
            flag="--after",
        ),
        STATUS,
        Parameter("output", Kind.PATH, "where to save it, too", flag="--output"),
    ),
    propose=sign,
    planned=False,
)
