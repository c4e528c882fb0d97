from __future__ import annotations

import base64
import json as json_module
from typing import TYPE_CHECKING

import pytest
from multiformats import multibase

from did.keys import ALGORITHMS
from did.private_jwk import unsafe_encode_private_jwk
from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.entries import dids
from wallet.vault.derivation import Branch, KeyPath, derive
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE = "correct horse battery staple"
JUNK = "test test test test test test test test test test test junk"
STRANGER = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
COMMANDS = f"""
did create --name work --yes
did create --name home --yes
did create --method key --algorithm P-256 --name key --yes
did create --method key --name signer --yes
did create --method jwk --algorithm secp256k1 --name jwk --yes
did create --method peer --numalgo 4 --endpoint https://a.example --name peer --yes
did create --method pkh --name pkh --yes
did create --method web --address a.example --name web --yes
did create --method webvh --address a.example --name log --yes
did publish work --yes
did service work --endpoint https://work.example --yes
did delegate work {STRANGER} --yes
did revoke work {STRANGER} --payer home --yes
did rotate work --yes
did rotate web --yes
did rotate log --yes
did service log --endpoint https://log.example --yes
did transfer home {STRANGER} --yes
did import ../imported.json --name imported --yes
issue --type Badge --issuer signer --subject key --claim level=1 --yes
issue --type Badge --issuer imported --subject key --claim level=2 --yes
anchor did.json -o receipts --yes
chain pending
chain status
chain export chain.jsonl
chain import chain.jsonl --home other
did deactivate work --yes
did list
history
""".strip().splitlines()


IMPORTED = ALGORITHMS["P-384"].private_key(bytes(range(1, 49)))


def keys() -> dict[str, bytes]:
    """The private keys that those commands use, by the path they are derived at."""
    seed = RecoveryPhrase.parse(Secret(JUNK)).expose_seed()
    numbers = range(2)
    paths = [
        *(KeyPath.ethr(number) for number in numbers),
        *(KeyPath.assertion(0, rotation) for rotation in numbers),
        KeyPath.did(Branch.DID_KEY, 0, algorithm="P-256"),
        KeyPath.did(Branch.DID_KEY, 1),
        KeyPath.did(Branch.DID_JWK, 0, algorithm="secp256k1"),
        KeyPath.did(Branch.PEER, 0),
        KeyPath.pkh(0),
        *(KeyPath.did(Branch.WEB, 0, rotation) for rotation in numbers),
        *(KeyPath.did(Branch.WEBVH, 0, rotation) for rotation in numbers),
        *(KeyPath.did(Branch.WEBVH_UPDATE, 0, number) for number in range(4)),
    ]
    derived = {f"{path.algorithm} {path}": derive(seed, path) for path in paths}
    return {**derived, "imported": IMPORTED.expose_secret()}


def written(key: bytes) -> tuple[bytes, ...]:
    """A key as it might stand somewhere."""
    return (
        key,
        key.hex().encode(),
        base64.urlsafe_b64encode(key).rstrip(b"="),
        base64.b64encode(key).rstrip(b"="),
        multibase.encode(key, "base58btc")[1:].encode(),
    )


@pytest.mark.parametrize("json", [(), ("--json",)], ids=["text", "json"])
def test_no_command_prints_or_writes_a_key(
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    json: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    passphrase = tmp_path.parent / "passphrase"
    passphrase.write_text(PASSPHRASE)
    jwk = json_module.dumps(unsafe_encode_private_jwk(IMPORTED))
    (tmp_path.parent / "imported.json").write_text(jwk)
    common = ("--passphrase-file", str(passphrase), *json)
    for command in COMMANDS:
        where = () if "--home" in command else ("--home", str(home))
        assert main([*command.split(), *where, *common]) == ExitCode.DONE, command
    out, err = capsys.readouterr()
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert len(dids(wallet.vault)) == 10
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.name for path in files} >= {"did.json", "did.jsonl", "chain.jsonl", "cache.db"}
    places = {str(path): path.read_bytes() for path in files}
    places |= {"standard output": out.encode(), "standard error": err.encode()}
    secrets = {**keys(), "phrase": JUNK.encode(), "passphrase": PASSPHRASE.encode()}
    for name, secret in secrets.items():
        for place, content in places.items():
            assert not any(form in content for form in written(secret)), (name, place)
