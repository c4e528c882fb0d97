"""Asking didkit whether a proof holds, or for one: what it is shown, and what its answer means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from did.confidential import SecretText
from wallet.credentials.errors import InvalidCredential, ProofInvalid, UnsupportedFormat
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.json_path import ROOT, child

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.didkit_pipe import DidkitPipe
    from wallet.credentials.formats.proof import Proof
    from wallet.credentials.jsonld import Contexts

_KNOWN: Final = frozenset(
    {
        CREDENTIALS_V1,
        "https://w3id.org/security/suites/jws-2020/v1",
        "https://w3id.org/security/suites/ed25519-2020/v1",
    }
)
"""Contexts that didkit has itself, of those shipped here."""

NOT_THEIRS: Final = "No applicable proof"
"""What didkit says of a proof by a key that is not the issuer's or holder's for this purpose."""

# A time as didkit writes it again before it hashes: a fraction has 3, 6 or 9 digits, and as few of
# them as it can; `created` is in UTC.
_TIME: Final = re.compile(
    r"[^.]*T\d\d:\d\d:\d\d(?:\.(?:\d{3}){0,2}(?!000)\d{3})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)
_TIMES: Final = ("issuanceDate", "expirationDate")


def is_presentation(document: Mapping[str, Any]) -> bool:
    """Whether didkit is to read the document as a presentation."""
    types = document.get("type")
    return "VerifiablePresentation" in (types if isinstance(types, list) else [types])


def require_created(proof: Mapping[str, Any]) -> None:
    """Raises `InvalidCredential` where the proof does not say when it was made."""
    if "created" not in proof:
        raise InvalidCredential(child(child(ROOT, "proof"), "created"), "is missing")


def check_times(document: Mapping[str, Any], proof: Mapping[str, Any]) -> None:
    """That every time is written as didkit would write it: it hashes that, not what stands there.

    Raises:
        UnsupportedFormat: a time is written otherwise, so that nothing can be known of the proof.
    """
    created = proof["created"]
    texts = [document[name] for name in _TIMES if name in document]
    for text in (created, *texts):
        if not isinstance(text, str) or not _TIME.fullmatch(text):
            raise UnsupportedFormat(f"didkit would not read the time {str(text)[:40]!r} as it is")
    if not created.endswith("Z"):
        raise UnsupportedFormat("didkit reads the time of a proof in UTC alone")


def written_out(value: Any, contexts: Contexts) -> Any:
    """JSON-LD that says the same, with the contexts that didkit lacks in place of their address."""
    match value:
        case dict():
            return {
                name: _contexts(member, contexts)
                if name == "@context"
                else written_out(member, contexts)
                for name, member in value.items()
            }
        case list():
            return [written_out(element, contexts) for element in value]
        case _:
            return value


def _contexts(value: Any, contexts: Contexts) -> Any:
    if isinstance(value, list):
        return [_contexts(element, contexts) for element in value]
    if isinstance(value, str) and value not in _KNOWN and value in contexts:
        return dict(contexts[value])
    return value


def require_to_hold(pipe: DidkitPipe, document: Mapping[str, Any], proof: Proof) -> None:
    """Return where didkit finds that the one proof of `document` holds.

    Raises:
        ProofInvalid: it finds that it does not.
        UnsupportedFormat: it cannot read the document.
        DidkitFailed: it gave no answer.
    """
    given = {"proofPurpose": proof.purpose, "challenge": proof.challenge}
    given["domain"] = proof.domains[0] if proof.domains else None
    # It takes no proof of the future, by its own clock: when is for others to judge.
    given["created"] = proof.raw["created"]
    options = {name: value for name, value in given.items() if value is not None}
    operation = "verify_presentation" if is_presentation(document) else "verify_credential"
    answer = pipe.ask(operation, document=document, options=options)
    errors = answer.get("errors")
    if errors == [] and answer.get("checks") == ["proof"]:
        return
    if any("Expansion failed" in str(error) for error in errors or ()):
        raise UnsupportedFormat("didkit cannot read the document as JSON-LD")
    raise ProofInvalid(f"didkit refuses the proof: {str(errors)[:300]}")


def sign(
    pipe: DidkitPipe, document: Mapping[str, Any], options: Mapping[str, Any], jwk: bytes
) -> dict[str, Any]:
    """The proof that didkit makes of `document` with a private key, a JWK in UTF-8.

    Raises:
        DidkitFailed: it made none.
        ProofInvalid: it changed the document.
    """
    operation = "issue_presentation" if is_presentation(document) else "issue_credential"
    answer = dict(
        pipe.ask(operation, document=document, options=options, key=SecretText(jwk, "utf-8"))
    )
    proof = answer.pop("proof", None)
    if answer != document:
        kind = "presentation" if is_presentation(document) else "credential"
        raise ProofInvalid(f"didkit changed the {kind} it was to sign")
    if not isinstance(proof, dict):
        raise ProofInvalid("didkit made no proof, or several")
    return proof
