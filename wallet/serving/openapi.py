"""OpenAPI 3.1: what is served, for programs.

The bodies are those of VC API; each address beside the default signs by one cryptosuite.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from wallet.credentials.formats.data_integrity import SELECTIVE_SUITES
from wallet.serving.bodies import CHECKS, MAX_POINTERS
from wallet.serving.problems import MEDIA_TYPE
from wallet.serving.suites import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

JSON: TypeAlias = "dict[str, Any]"

_MEDIA: Final = "application/json"
_TEXT: Final[JSON] = {"type": "string", "minLength": 1}
_TIME: Final[JSON] = {"type": "string", "format": "date-time"}
_OBJECT: Final[JSON] = {"type": "object"}
_POINTERS: Final[JSON] = {
    "type": "array",
    "maxItems": MAX_POINTERS,
    "items": {"type": "string", "format": "json-pointer"},
}


def described(address: str, *, lists: Sequence[str] | None) -> JSON:
    """The document; `lists` are the paths of status lists, and None where nothing is signed."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Holdfast",
            "version": version("holdfast"),
            "summary": "Credentials and presentations: issued, shown and verified",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": address}],
        "paths": dict(_paths(lists)),
        "components": {
            "schemas": _schemas(),
            "responses": _responses(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths(lists: Sequence[str] | None) -> Iterator[tuple[str, JSON]]:
    yield "/", {"get": _reading("describe", "What is served", _MEDIA)}
    yield "/openapi.json", {"get": _reading("openapi", "This document", _MEDIA)}
    for suite in (None, *NAMES):
        at = "" if suite is None else f"/{suite}"
        yield f"{at}/credentials/verify", _verify("credential", suite)
        yield f"{at}/presentations/verify", _verify("presentation", suite)
        if suite is None or suite in SELECTIVE_SUITES:
            yield f"{at}/credentials/derive", _derive(suite, signs=lists is not None)
        if lists is not None:
            yield f"{at}/credentials/issue", _issue(suite)
            if suite not in SELECTIVE_SUITES:
                yield f"{at}/presentations/prove", _prove(suite)
    if lists is None:
        return
    yield "/credentials/status", _set_status()
    for number, path in enumerate(lists, start=1):
        yield path, {"get": _reading(f"status_list_{number}", "A status list", "application/vc")}
        yield f"{path}/publish", {"post": _publish(number)}


def _verify(what: str, suite: str | None) -> JSON:
    operation = _posting(
        _named(f"verify_{what}", suite),
        f"Whether a {what} holds",
        f"Verify{what.capitalize()}",
    )
    operation["responses"] |= {
        "200": _answer("It holds, and why", "Verified"),
        "400": {
            "description": "It does not, or could not be found out; the failed check is named",
            "content": {MEDIA_TYPE: {"schema": _ref("Refused")}},
        },
    }
    return {"post": operation}


def _derive(suite: str | None, *, signs: bool) -> JSON:
    operation = _posting(
        _named("derive", suite), "The part of a credential that a verifier is shown", "Derive"
    )
    operation["responses"]["201"] = _answer("The part, with its derived proof", "SecuredCredential")
    if signs:  # what is bound to the wallet's secret takes the token
        operation["security"] = [{}, {"token": []}]
        operation["responses"]["401"] = {"$ref": "#/components/responses/Problem"}
    return {"post": operation}


def _issue(suite: str | None) -> JSON:
    by = "" if suite is None else f", by {suite}"
    operation = _posting(_named("issue", suite), f"Sign a credential{by}", "Issue", signs=True)
    operation["responses"]["201"] = _answer("The credential, with its proof", "SecuredCredential")
    return {"post": operation}


def _prove(suite: str | None) -> JSON:
    by = "" if suite is None else f", by {suite}"
    operation = _posting(_named("prove", suite), f"Sign a presentation{by}", "Prove", signs=True)
    operation["responses"]["201"] = _answer(
        "The presentation, with its proof", "SecuredPresentation"
    )
    return {"post": operation}


def _set_status() -> JSON:
    operation = _posting(
        "set_status", "Take a credential back that was issued here", "SetStatus", signs=True
    )
    operation["responses"]["200"] = _answer("It is set, and the list is signed anew", "Nothing")
    operation["responses"]["404"] = {"$ref": "#/components/responses/Problem"}
    return {"post": operation}


def _publish(number: int) -> JSON:
    return {
        "operationId": f"publish_status_list_{number}",
        "summary": "Sign the status lists anew",
        "security": [{"token": []}],
        "requestBody": {"content": {_MEDIA: {"schema": _OBJECT}}},
        "responses": {
            "204": {"description": "They are signed"},
            "401": {"$ref": "#/components/responses/Problem"},
        },
    }


def _posting(name: str, summary: str, body: str, *, signs: bool = False) -> JSON:
    statuses = ("400", "413", "415", "503", *(("401",) if signs else ()))
    return {
        "operationId": name,
        "summary": summary,
        **({"security": [{"token": []}]} if signs else {}),
        "requestBody": {"required": True, "content": {_MEDIA: {"schema": _ref(body)}}},
        "responses": {status: {"$ref": "#/components/responses/Problem"} for status in statuses},
    }


def _reading(name: str, summary: str, media: str) -> JSON:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": {media: {"schema": _OBJECT}}},
        },
    }


def _named(verb: str, suite: str | None) -> str:
    return verb if suite is None else f"{verb}_{suite.replace('-', '_')}"


def _answer(description: str, schema: str) -> JSON:
    return {"description": description, "content": {_MEDIA: {"schema": _ref(schema)}}}


def _ref(name: str) -> JSON:
    return {"$ref": f"#/components/schemas/{name}"}


def _responses() -> JSON:
    content = {MEDIA_TYPE: {"schema": _ref("Problem")}}
    return {"Problem": {"description": "Why not (RFC 9457)", "content": content}}


def _body(required: JSON, options: JSON | None, **more: JSON) -> JSON:
    """A request: what it must hold, and its options, which may be left out."""
    optional = {} if options is None else {"options": {**_closed(options), "type": _OR_NULL}}
    return {**_closed({**required, **more, **optional}), "required": list(required)}


_OR_NULL: Final = ["object", "null"]


def _closed(properties: JSON) -> JSON:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _schemas() -> JSON:
    known = {"type": "array", "items": {"enum": sorted(CHECKS)}, "contains": {"const": "proof"}}
    bound = {"challenge": _TEXT, "domain": _TEXT}
    secured = {"type": ["object", "string"]}  # a token stands there as text
    return {
        "Credential": {**_OBJECT, "required": ["@context", "type", "credentialSubject"]},
        "Presentation": {**_OBJECT, "required": ["@context", "type"]},
        "SecuredCredential": _answered("verifiableCredential", "Credential"),
        "SecuredPresentation": _answered("verifiablePresentation", "Presentation"),
        "Nothing": _closed({}),
        "Issue": _body({"credential": _ref("Credential")}, _issue_options()),
        "Prove": _body(
            {"presentation": _ref("Presentation")},
            {**bound, "created": _TIME},
        ),
        "VerifyCredential": _body({"verifiableCredential": secured}, {"checks": known, **bound}),
        "VerifyPresentation": _body(
            {"verifiablePresentation": secured}, {"checks": known, **bound}
        ),
        "Derive": _body(
            {"verifiableCredential": _ref("Credential")}, {"selectivePointers": _POINTERS}
        ),
        "SetStatus": _body(
            {"credentialStatus": _OBJECT},
            None,
            credentialId=_TEXT,
            status={"type": "boolean", "default": True},
            indexAllocator=_TEXT,
        ),
        **_result_schemas(),
    }


def _issue_options() -> JSON:
    texts = {"type": ["string", "array"], "items": _TEXT}
    return {
        "created": _TIME,
        "expires": _TIME,
        "credentialId": _TEXT,
        "mandatoryPointers": _POINTERS,
        "proofId": _TEXT,
        "previousProof": texts,
        "commitment": {**_OBJECT, "description": "as `holdfast commitment` writes it (bbs-2023)"},
    }


def _answered(member: str, schema: str) -> JSON:
    return {**_closed({member: _ref(schema)}), "required": [member]}


def _result_schemas() -> JSON:
    problem = {
        "type": "object",
        "required": ["type", "title", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": _TEXT,
            "detail": _TEXT,
            "status": {"type": "integer"},
            "check": {**_TEXT, "description": "the check that failed"},
        },
    }
    result = {
        "verdict": _TEXT,
        "problemDetails": {"type": "array", "items": _ref("Problem")},
        "report": {**_OBJECT, "description": "as `holdfast verify --json` prints it"},
    }
    return {
        "Problem": problem,
        "Verified": {
            "type": "object",
            "required": ["verified", *result],
            "properties": {"verified": {"const": True}, **result},
        },
        "Refused": {
            "allOf": [_ref("Problem")],
            "type": "object",
            "properties": {"verified": {"const": False}, **result},
        },
    }
