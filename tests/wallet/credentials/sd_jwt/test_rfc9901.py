from __future__ import annotations

import base64
import json
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import pytest

from did.encoding import from_jwk
from did.errors import InvalidKey
from did.values import replace
from wallet.credentials.errors import CredentialError, InvalidCredential, ProofInvalid
from wallet.credentials.formats.jose.token import check_token, read_token
from wallet.credentials.formats.sd_jwt.binding import KeyBinding, holder_key
from wallet.credentials.formats.sd_jwt.compact import Compact
from wallet.credentials.formats.sd_jwt.disclosure import Disclosure
from wallet.credentials.formats.sd_jwt.processing import process

VECTORS: Final = json.loads(
    (Path(__file__).parents[3] / "vectors" / "sd-jwt" / "rfc9901.json").read_text("utf-8")
)
EXAMPLES: Final[dict[str, dict[str, Any]]] = VECTORS["examples"]
BOUND: Final = [name for name, one in EXAMPLES.items() if "cnf" in one["payload"]]
ISSUED: Final = [name for name, one in EXAMPLES.items() if "issued" in one]
# The examples of the RFC itself are of a type of their own.
TYPES: Final = frozenset({"example+sd-jwt", "dc+sd-jwt"})

every = pytest.mark.parametrize("name", EXAMPLES)
bound = pytest.mark.parametrize("name", BOUND)


def verified(compact: Compact, *, bound: bool) -> dict[str, Any]:
    """RFC 9901, sections 7.1 and 7.3: the processed payload. Raises where a step refuses it."""
    token = read_token(compact.issued.encode(), typ=TYPES)
    check_token(token, from_jwk(VECTORS["issuer_key"]))
    processed = process(token.payload, [*map(Disclosure.read, compact.disclosures)])
    if bound:
        if compact.key_binding is None:
            raise ProofInvalid("key binding is required, and there is none")
        key = holder_key(token.payload)
        assert key is not None
        binding = KeyBinding.read(compact.key_binding)
        binding.check(compact, algorithm="sha-256", key=key)
        if (binding.nonce, binding.audience) != (VECTORS["nonce"], VECTORS["audience"]):
            raise ProofInvalid("the key binding is for another verifier, or is replayed")
    return processed.payload


def presented(name: str) -> Compact:
    return Compact.read(EXAMPLES[name]["presented"].encode())


def changed(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def with_payload(token: str, payload: dict[str, Any]) -> str:
    header, _, signature = token.split(".")
    written = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    return f"{header}.{written}.{signature}"


@every
def test_it_verifies_and_shows_what_the_standard_prints(name: str) -> None:
    compact = presented(name)
    assert verified(compact, bound=name in BOUND) == EXAMPLES[name]["payload"]
    assert compact.write() == EXAMPLES[name]["presented"]


@pytest.mark.parametrize("name", ISSUED)
def test_what_is_presented_is_a_part_of_what_was_issued(name: str) -> None:
    issued = Compact.read(EXAMPLES[name]["issued"].encode())
    assert issued.key_binding is None
    assert issued.issued == presented(name).issued
    assert set(presented(name).disclosures) < set(issued.disclosures)
    whole = verified(issued, bound=False)
    assert EXAMPLES[name]["payload"].keys() <= whole.keys()


@every
def test_the_order_of_disclosures_says_nothing(name: str) -> None:
    compact = replace(presented(name), key_binding=None)
    for order in list(permutations(compact.disclosures))[:24]:
        again = verified(replace(compact, disclosures=order), bound=False)
        assert again == EXAMPLES[name]["payload"]


@bound
def test_once_bound_their_order_is_bound(name: str) -> None:
    compact = presented(name)
    for order in list(permutations(compact.disclosures))[1:6]:
        with pytest.raises(ProofInvalid, match="other disclosures"):
            verified(replace(compact, disclosures=order), bound=True)


@every
def test_a_disclosure_that_is_given_twice_is_refused(name: str) -> None:
    compact = replace(presented(name), key_binding=None)
    for one in compact.disclosures:
        doubled = replace(compact, disclosures=(*compact.disclosures, one))
        with pytest.raises(InvalidCredential, match="is given twice"):
            verified(doubled, bound=False)


@every
def test_a_disclosure_of_another_token_is_refused(name: str) -> None:
    compact = replace(presented(name), key_binding=None)
    stranger = Disclosure.made(b"\x07" * 16, "Eve", "given_name").encoded
    with pytest.raises(InvalidCredential, match="belongs to no digest"):
        verified(replace(compact, disclosures=(*compact.disclosures, stranger)), bound=False)


@every
def test_a_changed_disclosure_is_refused(name: str) -> None:
    compact = replace(presented(name), key_binding=None)
    for index, one in enumerate(compact.disclosures):
        altered = [*compact.disclosures]
        altered[index] = changed(one, len(one) // 2)
        with pytest.raises(CredentialError):
            verified(replace(compact, disclosures=tuple(altered)), bound=False)


@every
def test_a_digest_that_occurs_twice_is_refused(name: str) -> None:
    token = read_token(presented(name).issued.encode(), typ=TYPES)
    payload = json.loads(json.dumps(token.payload))
    hidden = payload.get("_sd") or payload["credentialSubject"]["_sd"]
    payload["again"] = {"_sd": hidden[:1]}
    disclosures = [*map(Disclosure.read, presented(name).disclosures)]
    with pytest.raises(InvalidCredential, match="occurs twice"):
        process(payload, disclosures)


@every
def test_what_the_issuer_did_not_sign_is_refused(name: str) -> None:
    compact = presented(name)
    token = read_token(compact.issued.encode(), typ=TYPES)
    forged = with_payload(compact.issued, {**token.payload, "exp": 2_000_000_000})
    for issued in (forged, changed(compact.issued, -10)):
        with pytest.raises(ProofInvalid):
            verified(replace(compact, issued=issued), bound=False)


@every
def test_a_header_of_another_algorithm_or_type_is_refused(name: str) -> None:
    compact = presented(name)
    _, payload, signature = compact.issued.split(".")
    for header in (
        {"alg": "none", "typ": "dc+sd-jwt"},
        {"alg": "HS256", "typ": "dc+sd-jwt"},
        {"alg": "ES384", "typ": "dc+sd-jwt"},
        {"alg": "ES256", "typ": "JWT"},
        {"alg": "ES256", "typ": "kb+jwt"},
    ):
        written = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        with pytest.raises((CredentialError, InvalidKey)):
            verified(replace(compact, issued=f"{written}.{payload}.{signature}"), bound=False)


@bound
def test_without_its_key_binding_it_is_not_bound(name: str) -> None:
    with pytest.raises(ProofInvalid, match="there is none"):
        verified(replace(presented(name), key_binding=None), bound=True)


@bound
def test_bound_by_another_presentations_key_binding_it_is_refused(name: str) -> None:
    others = [presented(other).key_binding for other in BOUND if other != name]
    assert others
    for other in others:
        with pytest.raises(ProofInvalid, match="of another token"):
            verified(replace(presented(name), key_binding=other), bound=True)


@bound
def test_a_disclosure_more_or_less_than_was_bound_is_refused(name: str) -> None:
    compact = presented(name)
    with pytest.raises(ProofInvalid, match="other disclosures"):
        verified(replace(compact, disclosures=compact.disclosures[:-1]), bound=True)
    issued = Compact.read(EXAMPLES[name]["issued"].encode())
    more = next(one for one in issued.disclosures if one not in compact.disclosures)
    with pytest.raises(CredentialError):
        verified(replace(compact, disclosures=(*compact.disclosures, more)), bound=True)


@bound
@pytest.mark.parametrize("member", ["nonce", "aud", "iat", "sd_hash"])
def test_what_a_key_binding_says_is_what_its_holder_signed(name: str, member: str) -> None:
    compact = presented(name)
    assert compact.key_binding is not None
    payload = {**KeyBinding.read(compact.key_binding).token.payload}
    payload[member] = 1 if member == "iat" else "another"
    with pytest.raises(ProofInvalid):
        verified(
            replace(compact, key_binding=with_payload(compact.key_binding, payload)), bound=True
        )
    del payload[member]
    with pytest.raises(InvalidCredential):
        KeyBinding.read(with_payload(compact.key_binding, payload))
