from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from did.encoding import from_jwk
from did.keys import ALGORITHMS
from did.values import replace
from wallet.credentials.errors import CredentialError, InvalidCredential, ProofInvalid
from wallet.credentials.formats.jose.signing import attach, token_proposal
from wallet.credentials.formats.jose.token import check_token, read_token
from wallet.credentials.formats.sd_jwt.binding import KeyBinding, binding_proposal, holder_key
from wallet.credentials.formats.sd_jwt.compact import Compact

if TYPE_CHECKING:
    from did.keys import SigningKey

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "sd-jwt" / "sd-jwt-vc.json").read_text()
)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TYPES = frozenset({"dc+sd-jwt"})


def of(seed: bytes) -> SigningKey:
    return cast("SigningKey", ALGORITHMS["P-256"].private_key(seed * 32))


@pytest.fixture
def key() -> SigningKey:
    return of(b"\x07")


@pytest.fixture
def compact() -> Compact:
    return replace(Compact.read(VECTORS["presented"].encode()), key_binding=None)


def test_the_published_presentation_holds() -> None:
    compact = Compact.read(VECTORS["presented"].encode())
    issued = read_token(compact.issued.encode(), typ=TYPES)
    check_token(issued, from_jwk(VECTORS["issuer_key"]))
    assert compact.key_binding is not None
    binding = KeyBinding.read(compact.key_binding)
    key = holder_key(issued.payload)
    assert key is not None
    binding.check(compact, algorithm="sha-256", key=key)
    assert (binding.nonce, binding.audience) == ("1234567890", "https://example.com/verifier")


def test_what_is_bound_here_holds_for_these_disclosures_alone(
    compact: Compact, key: SigningKey
) -> None:
    proposed = binding_proposal(
        compact, algorithm="sha-256", nonce="n", audience="a", created=NOW, signer=key
    )
    binding = KeyBinding.read(attach(proposed, key.sign(proposed.signing_bytes)).decode())
    binding.check(compact, algorithm="sha-256", key=key.public_key)
    assert binding.created == NOW
    one_less = replace(compact, disclosures=compact.disclosures[1:])
    turned = replace(compact, disclosures=compact.disclosures[::-1])
    for other in (one_less, turned):
        with pytest.raises(ProofInvalid, match="of other disclosures"):
            binding.check(other, algorithm="sha-256", key=key.public_key)
    somebody = of(b"\x08").public_key
    with pytest.raises(ProofInvalid):
        binding.check(compact, algorithm="sha-256", key=somebody)


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": None},
        {"aud": None},
        {"aud": ["a", "b"]},
        {"iat": None},
        {"iat": "now"},
        {"sd_hash": None},
        {"sd_hash": 5},
    ],
)
def test_a_binding_that_lacks_something_is_none(key: SigningKey, change: dict[str, object]) -> None:
    whole = {"iat": 1, "aud": "a", "nonce": "n", "sd_hash": "h", **change}
    payload = {name: value for name, value in whole.items() if value is not None}
    proposed = token_proposal(payload, typ="kb+jwt", signer=key)
    with pytest.raises(InvalidCredential):
        KeyBinding.read(attach(proposed, key.sign(proposed.signing_bytes)).decode())


def test_a_token_of_another_type_is_no_binding(key: SigningKey) -> None:
    payload = {"iat": 1, "aud": "a", "nonce": "n", "sd_hash": "h"}
    proposed = token_proposal(payload, typ="JWT", signer=key)
    with pytest.raises(CredentialError):
        KeyBinding.read(attach(proposed, key.sign(proposed.signing_bytes)).decode())


@pytest.mark.parametrize("cnf", [5, {}, {"jwk": 5}, {"jwk": {"kty": "EC"}}, {"kid": "x"}])
def test_what_is_no_holders_key_is_refused(cnf: object) -> None:
    with pytest.raises(CredentialError):
        holder_key({"cnf": cnf})


def test_a_token_may_be_bound_to_no_key() -> None:
    assert holder_key({}) is None
