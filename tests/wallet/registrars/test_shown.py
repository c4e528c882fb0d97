from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.chain.sending.intents import Intent
from did.chain.sending.outbox import NonceGap, Outcome, Settled
from did.chain.sending.transaction import UnsignedTransaction, sign
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from wallet.errors import BadInput
from wallet.registrars.documents import with_service, without_service
from wallet.registrars.registrar import AddService, NewDID, RemoveService, differences
from wallet.registrars.sending import progress_message

if TYPE_CHECKING:
    from wallet.wallet import Wallet

DID: Final = "did:web:example.com"
KEY: Final = Secp256k1PrivateKey((0x5EED).to_bytes(32, "big"))
JWK: Final = {"kty": "OKP", "crv": "Ed25519", "x": "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"}


def intent() -> Intent:
    account = address(KEY.public_key)
    unsigned = UnsignedTransaction(5, account, account, 7, 21_000, 10, 1, 0, b"")
    raw = sign(unsigned, KEY)
    return Intent.of(raw, purpose={}, created=datetime(2026, 11, 25, tzinfo=UTC))


def lines(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    found = differences({"id": DID, **before}, {"id": DID, **after})
    return [(str(label), str(value)) for label, value in found]


@pytest.mark.parametrize(
    ("member", "line"),
    [
        (
            {
                "verificationMethod": [
                    {"id": "#k", "type": "Multikey", "publicKeyMultibase": "z6Mk"}
                ]
            },
            ("Adds", "key #k: Multikey z6Mk"),
        ),
        (
            {"verificationMethod": [{"id": "#k", "type": "JsonWebKey", "publicKeyJwk": JWK}]},
            ("Adds", 'key #k: JsonWebKey {"type": "JsonWebKey", "publicKeyJwk": {"kty": "OKP", '),
        ),
        (
            {
                "service": [
                    {"id": "#s", "type": ["A", "B"], "serviceEndpoint": {"uri": "https://a"}}
                ]
            },
            ("Adds", 'service #s: ["A", "B"] {"uri": "https://a"}'),
        ),
        ({"alsoKnownAs": ["https://a.example"]}, ("Adds", "/alsoKnownAs")),
    ],
)
def test_what_is_put_in_or_taken_out_is_a_line_each(
    member: dict[str, Any], line: tuple[str, str]
) -> None:
    for method in member.get("verificationMethod", ()):
        method["controller"] = DID
    (added,) = lines({}, member)
    assert (added[0], added[1][: len(line[1])]) == line
    (removed,) = lines(member, {})
    assert removed == ("Removes", added[1])


def test_what_changes_is_shown_as_it_was_and_will_be() -> None:
    before, after = (
        {"service": [{"id": "#s", "type": "A", "serviceEndpoint": f"https://{name}.example"}]}
        for name in ("old", "new")
    )
    (line,) = lines(before, after)
    assert line[0] == "Changes"
    assert line[1].endswith(": https://old.example → https://new.example")


def test_a_context_says_nothing_to_a_person() -> None:
    context = {"@context": ["https://www.w3.org/ns/did/v1"]}
    assert lines({}, context) == lines(context, {}) == []


def test_services_are_told_apart_by_type_and_by_address() -> None:
    document: dict[str, Any] = {"id": DID}
    for kind, name in (("Files", "a"), ("Files", "b"), ("Hub", "a")):
        document = with_service(document, AddService(f"https://{name}.example", kind))
    assert [service["id"] for service in document["service"]] == [
        f"{DID}#service-{number}" for number in (1, 2, 3)
    ]
    with pytest.raises(BadInput, match="service-2"):
        with_service(document, AddService("https://b.example", "Files"))
    with pytest.raises(BadInput, match="names 2 services"):
        without_service(document, RemoveService("https://a.example"))
    document = without_service(document, RemoveService("#service-2"))
    assert with_service(document, AddService("https://c.example", "Hub"))["service"][-1] == {
        "id": f"{DID}#service-2",
        "type": "Hub",
        "serviceEndpoint": "https://c.example",
    }


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (lambda one: NonceGap(one, 6), "waits for nonce 6, which nothing has used"),
        (lambda one: Settled(one, Outcome.PENDING), "waits for a block"),
        (lambda one: Settled(one, Outcome.RESENT), "waits for a block"),
        (lambda one: Settled(one, Outcome.CONFIRMING, confirmations=1), "confirmations: 1"),
        (lambda one: Settled(one, Outcome.REORGANISED), "it waits again"),
    ],
)
def test_what_became_of_a_transaction_is_a_sentence(event: Any, said: str) -> None:
    one = intent()
    message = str(progress_message(event(one)))
    assert f"0x{one.last.hash.hex()}" in message
    assert message.endswith(said)


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.UNKNOWN, Outcome.FAILED])
def test_what_is_told_otherwise_or_may_pass_is_not_told(outcome: Outcome) -> None:
    assert progress_message(Settled(intent(), outcome)) is None


@pytest.mark.parametrize(
    "wanted",
    [
        {"threshold": 1},
        {"witnesses": ("did:web:example.com",)},
        {
            "witnesses": ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",),
            "threshold": 2,
        },
        {"witnesses": 2 * ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",)},
    ],
)
def test_witnesses_that_could_never_approve_are_refused(
    wallet: Wallet, wanted: dict[str, Any]
) -> None:
    with pytest.raises(BadInput) as refused:
        wallet.registrars["webvh"].create(NewDID(0, address="example.com", **wanted))
    assert refused.value.hint
