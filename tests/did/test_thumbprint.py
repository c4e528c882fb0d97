from __future__ import annotations

import hashlib
import json
from typing import Final

import pytest

from did.encoding import decode_base64url, from_jwk, to_jwk
from did.keys import ALGORITHMS
from did.thumbprint import thumbprint, thumbprint_uri

# RFC 8037, appendix A.3.
KEY: Final = from_jwk(
    {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
)
THUMBPRINT: Final = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_is_the_one_of_rfc_8037() -> None:
    assert thumbprint(KEY) == THUMBPRINT
    assert decode_base64url(THUMBPRINT).hex() == (
        "90facafea9b1556698540f70c0117a22ea37bd5cf3ed3c47093c1707282b4b89"
    )


def test_names_the_key_as_rfc_9278_does() -> None:
    assert thumbprint_uri(KEY) == f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{THUMBPRINT}"


def test_is_the_same_whatever_else_a_jwk_says() -> None:
    assert thumbprint(from_jwk({**to_jwk(KEY), "kid": "1", "use": "sig"})) == THUMBPRINT


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_is_over_the_required_members_in_their_order_without_white_space(algorithm: str) -> None:
    key = ALGORITHMS[algorithm].private_key(b"\x01" * ALGORITHMS[algorithm].secret_size).public_key
    members = sorted(to_jwk(key).items())
    assert [name for name, _ in members] == ["crv", "kty", "x", "y"][: len(members)]
    text = "{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in members)
    assert decode_base64url(thumbprint(key)) == hashlib.sha256(f"{text}}}".encode()).digest()
