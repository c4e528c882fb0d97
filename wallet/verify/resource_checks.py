"""What a credential leans on: a schema it keeps to, and resources whose digests it gives.

VC Data Model 2.0, sections 4.11 and 5.3; VC JSON Schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.credentials.errors import CredentialError, InvalidCredential
from wallet.credentials.json_path import steps
from wallet.credentials.strict_json import write_json
from wallet.messages import Message, say
from wallet.verify.attested_checks import held_credential
from wallet.verify.evidence import Unavailable
from wallet.verify.policy import Excused
from wallet.verify.report import EXCUSED, failed, passed, skipped, undecided, warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.credentials.digests import Resource
    from wallet.credentials.schema import SchemaEntry
    from wallet.verify.case import Case
    from wallet.verify.place import Place
    from wallet.verify.report import Check

_NOT_ASKED: Final = Unavailable(say("it was not asked for"))


def schema(case: Case) -> Iterator[Check]:
    """4.11 Data Schemas: whether the claims have the shape that the issuer promises."""
    if case.credential is None:
        return
    document = case.credential.document
    if "credentialSchema" not in document:
        yield skipped("schema", case.place, "none", "its issuer promises no schema for it")
        return
    # Deferred: most credentials have no schema.
    from wallet.credentials.schema import schema_entries  # noqa: PLC0415

    try:
        entries = schema_entries(document)
    except InvalidCredential as error:
        message = "what it says of its schema cannot be used: {reason}"
        yield failed("schema", case.place, "malformed", message, reason=str(error))
        return
    except CredentialError as error:
        yield _unknown(case, case.place, "unusable", str(error))
        return
    for entry in entries:
        yield from _judge(case, case.place.beneath(entry.pointer), entry)


def _judge(case: Case, place: Place, entry: SchemaEntry) -> Iterator[Check]:
    from wallet.credentials.schema import judge_schema  # noqa: PLC0415 - as above

    assert case.credential is not None  # noqa: S101 - only credentials have a schema
    found = _schema(case, entry)
    if isinstance(found, Message):
        yield _unknown(case, place, "unavailable", found)
        return
    text, body = found
    try:
        violations = judge_schema(case.credential.document, text, entry, body=body)
    except CredentialError as error:
        yield _unknown(case, place, "unusable", str(error))
        return
    if not violations:
        yield passed("schema", place, "kept", "it keeps to its schema {schema}", schema=entry.id)
    for violation in violations:
        message = "it breaks its schema: {reason}"
        broken = case.place.beneath(violation.pointer)
        yield failed("schema", broken, "broken", message, reason=violation.message)


def _schema(case: Case, entry: SchemaEntry) -> tuple[bytes, bytes | None] | Message:
    """The schema and the bytes of the credential it came in, if any; or why it could not be had."""
    if entry.type != "JsonSchemaCredential":
        body = case.evidence.bodies.get(entry.id, _NOT_ASKED)
        return _reason(body) if isinstance(body, Unavailable) else (body.data, None)
    from wallet.credentials.schema import schema_of  # noqa: PLC0415 - as above

    attested = case.evidence.attested.get(entry.id, _NOT_ASKED)
    if isinstance(attested, Unavailable):
        return _reason(attested)
    document = held_credential(attested, case.question, None)
    if isinstance(document, Message):
        return say("the credential of its schema does not hold: {reason}", reason=document)
    try:
        return write_json(schema_of(document)), attested.data
    except CredentialError as error:
        return say("the credential of its schema holds none: {reason}", reason=str(error))


def digest(case: Case) -> Iterator[Check]:
    """5.3 Integrity of Related Resources: each is, byte for byte, what the issuer saw."""
    document = case.part.document.document
    if "relatedResource" not in document:
        return
    # Deferred: few credentials have any.
    from wallet.credentials.digests import related_resources  # noqa: PLC0415

    try:
        resources = related_resources(document)
    except InvalidCredential as error:
        message = "what it says of other resources cannot be used: {reason}"
        place = case.place.at(*steps(error.path))
        yield failed("digest", place, "malformed", message, reason=str(error))
        return
    except CredentialError as error:
        message = "the resources that it leans on could not be compared: {reason}"
        yield undecided("digest", case.place, "unusable", message, reason=str(error))
        return
    for resource in resources:
        yield _compare(case, case.place.beneath(resource.pointer), resource)


def _compare(case: Case, place: Place, resource: Resource) -> Check:
    from wallet.credentials.digests import matches, matches_context  # noqa: PLC0415 - as above

    name, url = "digest", resource.id
    try:
        if url in case.evidence.contexts:
            same = matches_context(resource, case.evidence.contexts)
        else:
            body = case.evidence.bodies.get(url, _NOT_ASKED)
            if isinstance(body, Unavailable):
                return _unknown_digest(case, place, url, _reason(body))
            same = matches(resource, body.data)
    except CredentialError as error:
        return _unknown_digest(case, place, url, str(error))
    if not same:
        message = "{url} is not what the issuer saw there: its digest is another"
        return failed(name, place, "another", message, url=url)
    return passed(name, place, "same", "{url} is what the issuer saw there", url=url)


def _reason(unavailable: Unavailable) -> Message:
    reason = unavailable.reason
    return reason if isinstance(reason, Message) else say("{reason}", reason=reason)


def _unknown(case: Case, place: Place, code: str, reason: str | Message) -> Check:
    message = "whether it keeps to its schema could not be found out: {reason}"
    if Excused.SCHEMA in case.question.policy.excuse:
        return warned("schema", place, EXCUSED, message, reason=reason)
    return undecided("schema", place, code, message, reason=reason)


def _unknown_digest(case: Case, place: Place, url: str, reason: str | Message) -> Check:
    message = "whether {url} is what the issuer saw could not be found out: {reason}"
    if Excused.DIGEST in case.question.policy.excuse:
        return warned("digest", place, EXCUSED, message, url=url, reason=reason)
    return undecided("digest", place, "unavailable", message, url=url, reason=reason)
