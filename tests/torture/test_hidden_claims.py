"""What a holder hides is nowhere: not in what is shown, said, logged or planned with."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from agent.prompt import compose
from agent.state import state_of
from did.encoding import encode_multikey
from did.keys import ALGORITHMS
from tests.torture.canaries import forms as ways
from tests.torture.test_canaries import FORCED, common, environment, leaks
from wallet.vault.derivation import Branch, KeyPath, derive, holder_blind, holder_secret
from wallet.vault.header import FLOOR
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet, open_wallet

if TYPE_CHECKING:
    from pathlib import Path

# Says everything that it can to a log.
LOGGED: Final = """
import json, logging, sys
logging.basicConfig(filename="debug.log", level=logging.DEBUG)
from wallet.cli.main import main
for command in json.load(sys.stdin):
    code = main(command)
    assert code == 0, (command[0], code)
"""
PASSPHRASE: Final = "Vexoquill passes the Zunderbrook"
WORDS: Final = "legal winner thank year wave sausage worth useful legal winner thank yellow"
SHOWN: Final = "Quabberlain"
HIDDEN: Final = {"thesis": "Ostrivander of the hidden", "grade": "Yplentious, and no less"}
VERIFIER: Final = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
WAYS: Final = {
    "parts of a token": ("p", "--format", "sd-jwt"),
    "parts of statements": ("p", "--suite", "ecdsa-sd-2023"),
    "parts unlinkably": ("b", "--suite", "bbs-2023", "--commitment", "commitment.json"),
}


def making(options: list[str]) -> list[list[str]]:
    claims = {"degree": SHOWN, **HIDDEN}
    told = [part for name, value in claims.items() for part in ("--claim", f"{name}={value}")]
    return [
        ["did", "create", "--method", "key", "--algorithm", "P-256", "--name", "p", *options],
        ["did", "create", "--method", "key", "--algorithm", "BLS12381G2", "--name", "b", *options],
        ["did", "create", "--method", "key", "--name", "mei", *options],
        ["contact", "add", "Acme", VERIFIER, *options],
        ["commitment", "--issuer", "b", "--output", "commitment.json", *options],
        *(
            ["issue", "--type", type_, "--issuer", *way, "--subject", "mei", *told, *options]
            for type_, way in WAYS.items()
        ),
    ]


def showing(options: list[str], *more: str) -> list[list[str]]:
    without_yes = [option for option in options if option != "--yes"]
    whom = ["--verifier", "Acme", "--disclose", "degree"]
    return [
        *(["present", type_, *whom, *more, *options] for type_ in WAYS),
        ["history", "--all", *without_yes],
        ["history", "--all", "--json", *without_yes],
        ["list", *without_yes],
    ]


def ran(program: str, folder: Path, commands: list[list[str]], *words: str) -> Any:
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        env=environment(folder),
        input=json.dumps(commands).encode(),
        check=False,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    phrase = RecoveryPhrase.parse(Secret(WORDS))
    create_wallet(folder / "wallet", Secret(PASSPHRASE), phrase=phrase, kdf=FLOOR)[0].close()
    done = ran(LOGGED, folder, making(common(folder / "wallet", folder)))
    assert done.returncode == 0, done.stderr.decode()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "wallet", tmp_path / "wallet")
    return tmp_path


def forms(text: str) -> list[str]:
    """A text as it stands, within base64 wherever it begins, and its digest."""
    data, digest = text.encode(), hashlib.sha256(text.encode())
    inner = [
        base64.b64encode(bytes(before) + data)[4 : len(data) * 4 // 3 - 4].decode()
        for before in range(3)
    ]
    return [text, digest.hexdigest(), base64.urlsafe_b64encode(digest.digest()).decode(), *inner]


def bls_key(seed: bytes) -> bytes:
    """That of the issuer by bbs-2023."""
    return derive(seed, KeyPath.did(Branch.DID_KEY, 1, algorithm="BLS12381G2"))


def did_of(key: bytes) -> str:
    public_key = ALGORITHMS["BLS12381G2"].private_key(key).public_key
    return f"did:key:{encode_multikey(public_key)}"


def hidden() -> dict[str, bytes]:
    """What must be found nowhere, by name."""
    seed = RecoveryPhrase.parse(Secret(WORDS)).expose_seed()
    planted = {
        f"{name} {n}": form for name, value in HIDDEN.items() for n, form in enumerate(forms(value))
    }
    bls = bls_key(seed)
    planted |= {
        **ways("key of P-256", derive(seed, KeyPath.did(Branch.DID_KEY, 0, algorithm="P-256"))),
        **ways("key of BLS12-381", bls),
        **ways("holder's secret", holder_secret(seed)),
        **ways("holder's blinding", holder_blind(seed, did_of(bls))),
    }
    return {name: form.encode() for name, form in planted.items()}


def test_a_form_of_what_is_hidden_would_be_found() -> None:
    for before in range(3):
        text = base64.urlsafe_b64encode(b"[" * before + HIDDEN["thesis"].encode() + b'"]')
        assert leaks(hidden(), {"disclosure": text})


def test_what_is_hidden_is_in_nothing_that_is_shown_or_said(folder: Path) -> None:
    done = ran(LOGGED, folder, showing(common(folder / "wallet", folder)))
    assert done.returncode == 0, done.stderr.decode()
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    presented = [data for path, data in files.items() if "outbox" in path]
    assert len(presented) == len(WAYS)
    for data in presented:
        assert any(form.encode() in data for form in forms(SHOWN)), data
    seed = RecoveryPhrase.parse(Secret(WORDS)).expose_seed()
    assert any(did_of(bls_key(seed)).encode() in data for data in presented)
    places = files | {"standard output": done.stdout, "standard error": done.stderr}
    assert leaks(hidden(), places) == []


@pytest.mark.parametrize("layer", ["cipher", "vault", "signer", "action", "cli", "renderer"])
def test_what_is_hidden_is_in_no_traceback_of_what_fails(folder: Path, layer: str) -> None:
    for command in showing(common(folder / "wallet", folder))[: len(WAYS) : 2]:
        done = ran(FORCED, folder, [command], layer)
        assert done.returncode == 1
        assert b"RuntimeError: forced" in done.stderr
        said = {"standard error": done.stderr, "standard output": done.stdout}
        assert leaks(hidden(), said) == []


def test_what_is_hidden_or_shown_is_in_no_prompt(folder: Path) -> None:
    with open_wallet(folder / "wallet", Secret(PASSPHRASE)) as wallet:
        for said in ("show my parts of a token to Acme, only the degree", *WAYS, "history"):
            state = state_of(wallet, said)
            prompt = repr(compose(state, (), said))
            assert "parts of a token" in prompt
            values = {"shown": SHOWN.encode(), **hidden()}
            assert leaks(values, {"state": repr(state).encode(), "prompt": prompt.encode()}) == []
