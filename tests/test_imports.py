from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from did.encoding import encode_base64url, encode_multikey
from did.keys.ed25519 import Ed25519PrivateKey
from wallet.clock import now
from wallet.credentials.formats.data_integrity import secure
from wallet.credentials.issuing import unsigned_credential

if TYPE_CHECKING:
    from pathlib import Path

# Runs the command line as `holdfast` does, then names what it loaded.
PROGRAM: Final = """
import sys
from wallet.cli.main import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""
FACES_AND_MODELS: Final = {"textual", "rich", "llama_cpp", "agent", "tui"}
CHAINS: Final = {"eth", "web3", "eth_account"}
SLOW: Final = {
    *FACES_AND_MODELS,
    *CHAINS,
    "asyncio",
    "coincurve",
    "cryptography",
    "dateparser",
    "didkit",
    "eth_hash",
    "http",
    "importlib.metadata",
    "jsonschema_rs",
    "multiformats",
    "pydantic",
    "py_arkworks_bls12381",
    "pyld",
    "sqlite3",
    "ssl",
    "tomlkit",
    "trie",
    "urllib.request",
}
"""What a verification that asks nobody can do without."""


def loaded(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(done.stderr.split())


def jwt() -> str:
    key = Ed25519PrivateKey(bytes(range(32)))
    multikey = encode_multikey(key.public_key)
    issuer = f"did:key:{multikey}"
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": f"{issuer}#{multikey}"}
    claims = unsigned_credential(
        issuer=issuer, subject=issuer, type="Badge", claims={"level": "1"}, valid_from=now()
    )
    parts = (encode_base64url(json.dumps(part).encode()) for part in (header, claims))
    signed = ".".join(parts)
    return f"{signed}.{encode_base64url(key.sign(signed.encode()))}"


@pytest.fixture
def credential(tmp_path: Path) -> Path:
    key = Ed25519PrivateKey(bytes(range(32)))
    multikey = encode_multikey(key.public_key)
    issuer = f"did:key:{multikey}"
    unsigned = unsigned_credential(
        issuer=issuer, subject=issuer, type="Badge", claims={"level": "1"}, valid_from=now()
    )
    secured = secure(
        unsigned,
        signer=key,
        verification_method=f"{issuer}#{multikey}",
        purpose="assertionMethod",
        created=now(),
    )
    path = tmp_path / "credential.json"
    path.write_text(json.dumps(secured))
    return path


def test_verifying_a_did_key_loads_no_vault_no_chain_no_didkit_no_face_and_no_model(
    credential: Path, tmp_path: Path
) -> None:
    modules = loaded("verify", str(credential), "--home", str(tmp_path / "nowhere"))
    forbidden = {"wallet.vault.vault", "wallet.wallet", "didkit", *CHAINS, *FACES_AND_MODELS}
    assert modules & forbidden == set()


@pytest.mark.parametrize("form", ["json", "jwt"])
def test_verifying_a_did_key_loads_nothing_that_takes_long_and_is_not_needed(
    credential: Path, tmp_path: Path, form: str
) -> None:
    if form == "jwt":
        credential.write_text(jwt())
    modules = loaded("verify", str(credential), "--home", str(tmp_path / "nowhere"))
    assert modules & SLOW == set()
    assert modules & {"wallet.actions", "wallet.registrars", "wallet.vault.vault"} == set()
    assert not (tmp_path / "nowhere").exists()


def test_a_batch_of_few_starts_no_worker(credential: Path, tmp_path: Path) -> None:
    names = [str(credential)] * 20
    modules = loaded("verify", *names, "--home", str(tmp_path / "nowhere"))
    assert modules & {"wallet.cli.verify.pool", "subprocess", "concurrent", *SLOW} == set()


def test_resolving_a_did_key_loads_no_vault_no_chain_no_network_and_no_other_method(
    tmp_path: Path,
) -> None:
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    modules = loaded("did", "resolve", did, "--home", str(tmp_path / "nowhere"))
    network = {"did.https", "did.methods.webvh", "did.chain.node"}
    forbidden = {"wallet.vault.vault", "didkit", "ssl", *network, *CHAINS, *FACES_AND_MODELS}
    assert modules & forbidden == set()
    assert not (tmp_path / "nowhere").exists()


def test_help_loads_no_chain_no_face_and_no_model() -> None:
    modules = loaded("--help")
    assert modules & {"wallet.vault.vault", "didkit", *CHAINS, *FACES_AND_MODELS} == set()


def test_a_verb_from_upstairs_is_loaded_when_its_name_is_typed() -> None:
    modules = loaded("ask", "--help")
    assert "agent.cli" in modules
    assert modules & {"textual", "llama_cpp", *CHAINS} == set()
