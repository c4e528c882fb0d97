"""Evidence bundles: packed with a network, and verified by on a machine without one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from did.fetch import StaticFetch
from did.identifier import DID
from did.keys import ALGORITHMS
from did.resolver import Resolver
from wallet.bundle import Bundle, Recorder, opened_bundle
from wallet.credentials.formats.data_integrity import attach, secure
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.signed_json import signing
from wallet.credentials.status import BitList
from wallet.credentials.status.issuing import bitstring_entry, unsigned_bitstring_list
from wallet.credentials.strict_json import write_json
from wallet.errors import BadInput
from wallet.judging import Asked, Judge, policy_of
from wallet.resolution import Chains
from wallet.verify.pipeline import verify
from wallet.verify.policy import Policy
from wallet.verify.report import Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from did.keys.ed25519 import Ed25519PrivateKey
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

ED25519 = ALGORITHMS["Ed25519"]
SCHOOL: Ed25519PrivateKey = ED25519.private_key(bytes(range(32)))  # type: ignore[assignment]
PACKER: Ed25519PrivateKey = ED25519.private_key(bytes(range(1, 33)))  # type: ignore[assignment]
ISSUER = "did:web:school.example"
LIST = "https://school.example/status"


def key_did(key: Ed25519PrivateKey) -> str:
    from did.methods.key import key_did as named  # noqa: PLC0415

    return str(named(key.public_key))


def signed(document: dict[str, Any], wallet: Wallet) -> bytes:
    secured = secure(
        document,
        signer=SCHOOL,
        verification_method=f"{ISSUER}#key-1",
        purpose="assertionMethod",
        created=wallet.clock() - timedelta(minutes=1),
    )
    return write_json(secured)


@pytest.fixture
def web(wallet: Wallet) -> dict[str, bytes]:
    """The school's web site: its document, and its status list."""
    document = Resolver().resolve(key_did(SCHOOL)).require().to_json()
    own = {
        "@context": document["@context"],
        "id": ISSUER,
        "verificationMethod": [
            {**document["verificationMethod"][0], "id": f"{ISSUER}#key-1", "controller": ISSUER}
        ],
        "assertionMethod": [f"{ISSUER}#key-1"],
    }
    unsigned = unsigned_bitstring_list(
        id=LIST,
        issuer=ISSUER,
        purposes=("revocation",),
        bits=BitList.empty(),
        valid_from=wallet.clock() - timedelta(days=1),
    )
    return {
        "https://school.example/.well-known/did.json": json.dumps(own).encode(),
        LIST: signed(unsigned, wallet),
    }


@pytest.fixture
def credential(wallet: Wallet) -> bytes:
    unsigned = unsigned_credential(
        issuer=ISSUER,
        subject="did:example:mei",
        type="Degree",
        claims={"degree": "BSc"},
        valid_from=wallet.clock() - timedelta(days=1),
    )
    unsigned["credentialStatus"] = bitstring_entry(url=LIST, index=7, purpose="revocation")
    return signed(unsigned, wallet)


@pytest.fixture
def packed(wallet: Wallet, web: dict[str, bytes], credential: bytes) -> Bundle:
    recorder = Recorder(wallet.chains, lambda: StaticFetch(web), wallet.clock)
    report = verify(credential, sources=recorder.sources, at=wallet.clock())
    assert report.verdict is Verdict.VALID, report.to_json()
    return recorder.bundle()


def sealed(bundle: Bundle, wallet: Wallet, **changes: Any) -> bytes:
    did = key_did(PACKER)
    proposed = signing(
        {**bundle.to_json(), **changes},
        signer=PACKER,
        verification_method=f"{did}#{did.removeprefix('did:key:')}",
        created=wallet.clock(),
    )
    return write_json(attach(proposed, PACKER.sign(proposed.signing_bytes)))


def judged(credential: bytes, bundle: bytes, home: Path, *signers: str, **rules: Any) -> Report:
    policy = replace(policy_of(home, bundle_signers=signers), **rules)
    with Judge(Asked(home, policy, bundle=bundle)) as judge:
        return judge(credential)


def test_a_bundle_gives_the_same_verdict_without_a_network(
    wallet: Wallet, packed: Bundle, credential: bytes, tmp_path: Path
) -> None:
    report = judged(credential, sealed(packed, wallet), tmp_path / "empty", key_did(PACKER))
    assert report.verdict is Verdict.VALID, [str(check.sentence) for check in report.checks]
    assert {check.code for check in report.checks if check.name == "resolution"} == {"kept"}
    assert report.at == packed.created


def test_a_revocation_in_the_bundle_is_as_good_as_one_on_the_web(
    wallet: Wallet, web: dict[str, bytes], credential: bytes, tmp_path: Path
) -> None:
    unsigned = unsigned_bitstring_list(
        id=LIST,
        issuer=ISSUER,
        purposes=("revocation",),
        bits=BitList.empty().with_value(7, 1),
        valid_from=wallet.clock() - timedelta(days=1),
    )
    web[LIST] = signed(unsigned, wallet)
    recorder = Recorder(wallet.chains, lambda: StaticFetch(web), wallet.clock)
    assert verify(credential, sources=recorder.sources, at=wallet.clock()).verdict is (
        Verdict.REVOKED
    )
    bundle = sealed(recorder.bundle(), wallet)
    report = judged(credential, bundle, tmp_path / "empty", key_did(PACKER))
    assert report.verdict is Verdict.REVOKED


@pytest.mark.parametrize("who", ["nobody", "a stranger"])
def test_a_bundle_of_somebody_who_is_not_accepted_shows_nothing(
    wallet: Wallet, packed: Bundle, credential: bytes, tmp_path: Path, who: str
) -> None:
    signers = () if who == "nobody" else (key_did(SCHOOL),)
    report = judged(credential, sealed(packed, wallet), tmp_path / "empty", *signers)
    assert report.verdict is Verdict.INDETERMINATE
    unsigned = json.dumps(packed.to_json()).encode()
    report = judged(credential, unsigned, tmp_path / "empty", key_did(PACKER))
    assert report.verdict is Verdict.INDETERMINATE


def test_a_bundle_that_was_changed_after_signing_shows_nothing(
    wallet: Wallet, packed: Bundle, credential: bytes, tmp_path: Path
) -> None:
    data = json.loads(sealed(packed, wallet))
    data["created"] = "2020-01-01T00:00:00Z"
    changed = json.dumps(data).encode()
    report = judged(credential, changed, tmp_path / "empty", key_did(PACKER))
    assert report.verdict is not Verdict.VALID


def test_what_the_bundle_leaves_out_stays_unknown(
    wallet: Wallet, packed: Bundle, credential: bytes, tmp_path: Path
) -> None:
    bodies = packed.to_json()["bodies"]
    del bodies[LIST]
    bundle = sealed(packed, wallet, bodies=bodies)
    report = judged(credential, bundle, tmp_path / "empty", key_did(PACKER))
    assert report.verdict is Verdict.INDETERMINATE
    assert [check.name for check in report.unchecked] == ["status"]


def test_a_did_that_is_its_own_document_needs_no_accepted_bundle(
    wallet: Wallet, tmp_path: Path
) -> None:
    did = key_did(SCHOOL)
    unsigned = unsigned_credential(
        issuer=did,
        subject="did:example:mei",
        type="Degree",
        claims={"degree": "BSc"},
        valid_from=wallet.clock() - timedelta(days=1),
    )
    secured = secure(
        unsigned,
        signer=SCHOOL,
        verification_method=f"{did}#{did.removeprefix('did:key:')}",
        purpose="assertionMethod",
        created=wallet.clock() - timedelta(days=1),
    )
    bundle = json.dumps(Bundle(wallet.clock()).to_json()).encode()
    assert judged(write_json(secured), bundle, tmp_path / "empty").verdict is Verdict.VALID


@pytest.fixture
def on_chain(do: Does, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A credential by a did:ethr of the wallet's own chain, whose key was once another."""
    monkeypatch.chdir(tmp_path)

    do("create_did", method="ethr", name="school")
    do("publish_did", did="school")
    do("rotate_key", did="school")
    do("create_did", method="key", name="packer")
    do(
        "issue_credential",
        type="Degree",
        subject="packer",
        issuer="school",
        claims={"degree": "BSc"},
    )
    do("show_credential", credential="Degree", output=str(tmp_path / "degree"))
    return (tmp_path / "degree").read_bytes()


def test_what_a_chain_said_is_shown_without_the_chain(
    do: Does, on_chain: bytes, tmp_path: Path
) -> None:
    done = do("bundle_evidence", credential="Degree", output=str(tmp_path / "bundle"))
    bundle = (tmp_path / "bundle").read_bytes()
    assert done.data["chains"] == 1
    empty = tmp_path / "empty"
    assert judged(on_chain, bundle, empty, done.data["signer"]).verdict is Verdict.VALID
    assert judged(on_chain, bundle, empty).verdict is Verdict.INDETERMINATE
    (evidence,) = Bundle.parse(bundle).chains
    blocks = frozenset(f"0x{root.hash.hex()}" for root in evidence.roots)
    assert judged(on_chain, bundle, empty, blocks=blocks).verdict is Verdict.VALID
    others = frozenset({"0x" + "11" * 32})
    assert judged(on_chain, bundle, empty, blocks=others).verdict is Verdict.INDETERMINATE


def test_evidence_of_another_did_says_nothing(do: Does, on_chain: bytes, tmp_path: Path) -> None:

    done = do("bundle_evidence", credential="Degree", output=str(tmp_path / "bundle"))
    data = json.loads((tmp_path / "bundle").read_bytes())
    data["chains"] = []
    data.pop("proof")
    bundle = Bundle.parse(json.dumps(data).encode())
    opened = opened_bundle(
        bundle, Policy(bundle_signers=frozenset({done.data["signer"]})), tmp_path
    )
    assert opened.signer is None
    issuer = json.loads(on_chain)["issuer"]
    error = opened.sources.resolver.resolve(DID.parse(issuer)).error
    assert error is not None
    assert error.undecided


_BODY = {"retrieved": "2026-01-01T00:00:00Z", "sha256": sha256(b"A").hexdigest(), "body": "QQ"}


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Other"},
        {"version": 2},
        {"created": "yesterday"},
        {"bodies": []},
        {"bodies": {"https://a.example": {}}},
        {"bodies": {"https://a.example": {"retrieved": "2026-01-01T00:00:00Z", "body": "QQ"}}},
        {"bodies": {"https://a.example": {**_BODY, "body": "QR"}}},
        {"bodies": {"https://a.example": {**_BODY, "sha256": "00"}}},
        {"chains": [{}]},
        {"chains": {}},
        {"contexts": {"https://a.example": 1}},
        {"more": 1},
    ],
)
def test_what_is_no_bundle_is_refused(wallet: Wallet, change: dict[str, Any]) -> None:
    form = {**Bundle(wallet.clock()).to_json(), **change}
    with pytest.raises(BadInput):
        Bundle.parse(json.dumps(form).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"type": 1, "type": 2}'])
def test_bytes_that_are_no_bundle_are_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        Bundle.parse(data)


def test_a_chain_that_is_not_known_leaves_no_half_bundle(tmp_path: Path, wallet: Wallet) -> None:
    chains = Chains(tmp_path / "nowhere")
    recorder = Recorder(chains, lambda: StaticFetch({}), wallet.clock)
    recorder.sources.resolver.resolve(f"did:ethr:0x1234:0x{'ab' * 20}")
    with pytest.raises(Exception, match="not known here"):
        recorder.bundle()
    chains.close()
