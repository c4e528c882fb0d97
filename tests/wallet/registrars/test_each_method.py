from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.document import Relationship
from did.errors import NotFound, UnknownNetwork, Unreachable
from did.identifier import DID
from did.keys.secp256k1 import Secp256k1PublicKey, address
from wallet.actions.dids import FOREIGN, METHODS
from wallet.entries import OwnDID, dids
from wallet.errors import BadInput
from wallet.registrars.registrar import (
    AddDelegate,
    AddService,
    Deactivate,
    NewDID,
    Publish,
    RemoveService,
    RevokeDelegate,
    Rotate,
    Transfer,
    web_address,
)
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.registrars.registrar import Wanted
    from wallet.wallet import Wallet

    Office = Any

STRANGER: Final = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
ADDRESS: Final = "example.com/team"
EVERY: Final = (*METHODS, *FOREIGN)
CHANGING: Final = ("web", "webvh", "ethr")
USED: Final[Mapping[str, frozenset[str]]] = {
    "key": frozenset({"algorithm"}),
    "jwk": frozenset({"algorithm"}),
    "peer": frozenset({"variant", "endpoint"}),
    "web": frozenset({"address", "algorithm"}),
    "webvh": frozenset({"address", "algorithm"}),
    "ethr": frozenset(),
    "pkh": frozenset(),
    "tz": frozenset(),
}
VALUES: Final[dict[str, Any]] = {
    "algorithm": "Ed25519",
    "address": ADDRESS,
    "variant": "2",
    "endpoint": "https://example.com/didcomm",
}
WANTED: Final[tuple[Wanted, ...]] = (
    Publish(),
    Rotate(),
    AddService("https://example.com/files", "LinkedDomains"),
    RemoveService("https://example.com/files"),
    AddDelegate(STRANGER, "veriKey", 30),
    RevokeDelegate(STRANGER, "veriKey"),
    Transfer(STRANGER),
    Deactivate(),
)
OF_ACCOUNTS: Final = (AddDelegate, RevokeDelegate, Transfer)
MESSAGE: Final = b"what is signed"

each = pytest.mark.parametrize("method", EVERY)


def signed_by(office: Office, own: OwnDID, purpose: Relationship) -> bool:
    """Whether others find the key that signed, and find it listed for that."""
    key = office.of(own).signing(own, purpose=purpose)
    document = office.resolver.resolve(own.did).require()
    method = document.method(key.verification_method)
    if method is None or not document.authorizes(method.id, purpose):
        return False
    assert key.resolvable
    found: bool = method.require_key().verify(key.signer.sign(MESSAGE), MESSAGE)
    return found


def test_there_is_one_for_every_method_that_can_be_named(wallet: Wallet) -> None:
    assert list(wallet.registrars) == sorted(EVERY, key=list(wallet.registrars).index)
    assert USED.keys() == set(EVERY)


@each
def test_a_did_that_is_made_is_one_of_the_method_and_resolves(office: Office, method: str) -> None:
    own = office.make(method)
    assert own.did.method == method
    resolution = office.resolver.resolve(own.did)
    if method == "tz":  # nobody here can ask Tezos what was changed there
        assert isinstance(resolution.error, Unreachable)
    else:
        assert resolution.require().did == own.did


@each
def test_the_number_alone_says_which_keys_a_did_has(office: Office, method: str) -> None:
    options = {name: VALUES[name] for name in USED[method]}
    first, again, second = (
        office.registrars[method].create(NewDID(number, **options)) for number in (0, 0, 1)
    )
    assert first.keys == again.keys != second.keys
    if method == "web":  # which says where it lives, and no key
        assert first.binding == again.binding != second.binding
    else:
        assert second.own.did != first.own.did
    if method != "webvh":  # which says when it was made, too
        assert first.own == again.own


@pytest.mark.parametrize("method", [name for name in EVERY if name not in {"pkh", "tz"}])
@pytest.mark.parametrize("purpose", [Relationship.ASSERTION_METHOD, Relationship.AUTHENTICATION])
def test_what_it_signs_is_verified_by_the_document(
    office: Office, method: str, purpose: Relationship
) -> None:
    assert signed_by(office, office.published(method), purpose)


@pytest.mark.parametrize("method", CHANGING)
def test_what_is_not_published_is_said_not_to_be(office: Office, method: str) -> None:
    own = office.make(method)
    key = office.of(own).signing(own)
    assert not key.resolvable
    changed = office.change(own, Publish()).own
    assert office.of(own).signing(changed).verification_method == key.verification_method


@pytest.mark.parametrize(("method", "why"), [("pkh", "names an account"), ("tz", "its chain")])
def test_who_has_no_key_that_others_find_signs_nothing(
    office: Office, method: str, why: str
) -> None:
    own = office.make(method)
    with pytest.raises((BadInput, Unreachable), match=why):
        office.of(own).signing(own)


def test_a_key_that_its_document_does_not_list_signs_nothing(office: Office) -> None:
    own = office.make("key")
    other = office.make("key")
    with pytest.raises(BadInput, match="no key that others"):
        office.of(own).signing(OwnDID(own.did, "", other.number))


@each
def test_an_option_that_would_be_lost_is_refused(office: Office, method: str) -> None:
    options = {name: VALUES[name] for name in USED[method]}
    registrar = office.registrars[method]
    assert registrar.create(NewDID(0, **options)).own.did.method == method
    for option in VALUES.keys() - USED[method]:
        named = {"variant": "--numalgo"}.get(option, f"--{option}")
        with pytest.raises(BadInput, match=f"no use for {named}"):
            registrar.create(NewDID(0, **{**options, option: VALUES[option]}))


@pytest.mark.parametrize("method", [name for name in EVERY if name not in CHANGING])
def test_a_did_that_is_its_own_document_is_never_changed(office: Office, method: str) -> None:
    own = office.make(method)
    for wanted in WANTED:
        with pytest.raises(BadInput, match="its own document"):
            office.of(own).change(own, wanted)


@pytest.mark.parametrize("method", CHANGING)
def test_a_change_is_worked_out_or_refused_with_the_reason(office: Office, method: str) -> None:
    own = office.published(method)
    refused: dict[tuple[str, type], str] = {
        ("web", Deactivate): "when its file is gone",
        ("ethr", Publish): "published already",
        **{(name, RemoveService): "no service|names 0 services" for name in CHANGING},
        **{(name, kind): "no accounts" for name in ("web", "webvh") for kind in OF_ACCOUNTS},
        ("ethr", RevokeDelegate): "is no veriKey",
    }
    for wanted in WANTED:
        if (why := refused.get((method, type(wanted)))) is not None:
            with pytest.raises(BadInput, match=why):
                office.of(own).change(own, wanted)
            continue
        change = office.of(own).change(own, wanted)
        assert change.facts
        assert change.binding
        assert change.file_name == {"web": "did.json", "webvh": "did.jsonl"}.get(method)


@pytest.mark.parametrize("method", CHANGING)
def test_a_service_comes_and_goes(office: Office, method: str) -> None:
    own = office.published(method)
    wanted = AddService("https://example.com/files", "LinkedDomains")
    own = office.change(own, wanted).own
    services = office.resolver.resolve(own.did, noCache=True).require().to_json()["service"]
    (service,) = (one for one in services if one["type"] == wanted.type)
    assert service["serviceEndpoint"] == wanted.endpoint
    with pytest.raises(BadInput, match="has that service already"):
        office.of(own).change(own, wanted)
    for reference in ("nothing", service["id"] + "x"):
        with pytest.raises(BadInput) as refused:
            office.of(own).change(own, RemoveService(reference))
        assert service["id"] in str(refused.value.hint)
    fragment = service["id"].partition("#")[2]
    for reference in (service["id"], fragment, f"#{fragment}", wanted.endpoint):
        assert office.of(own).change(own, RemoveService(reference)).facts
    own = office.change(own, RemoveService(fragment)).own
    document = office.resolver.resolve(own.did, noCache=True).require()
    assert wanted.endpoint not in {service.endpoint for service in document.services}


@pytest.mark.parametrize("method", CHANGING)
@pytest.mark.parametrize("keep", [True, False])
def test_a_rotation_lets_another_key_sign_and_the_old_one_only_if_it_is_kept(
    office: Office, method: str, *, keep: bool
) -> None:
    own = office.published(method)
    old = office.of(own).signing(own)
    rotated = office.change(own, Rotate(keep=keep)).own
    assert rotated.rotation == own.rotation + 1
    if method != "ethr":
        assert not office.of(rotated).signing(rotated).resolvable
        rotated = office.change(rotated, Publish()).own
    assert signed_by(office, rotated, Relationship.ASSERTION_METHOD)
    document = office.resolver.resolve(own.did, noCache=True).require()
    listed = {method.public_key for method in document.verification_methods}
    assert (old.signer.public_key in listed) == keep
    assert office.of(rotated).signing(rotated).signer.public_key != old.signer.public_key


@pytest.mark.parametrize("method", ["webvh", "ethr"])
def test_a_did_that_is_given_up_signs_and_changes_nothing_any_more(
    office: Office, method: str
) -> None:
    own = office.published(method)
    change = office.of(own).change(own, Deactivate())
    assert any("for good" in str(warning) for warning in change.warnings)
    gone = office.change(own, Deactivate()).own
    assert gone.deactivated
    assert office.resolver.resolve(own.did, noCache=True).deactivated
    for wanted in WANTED:
        with pytest.raises(BadInput, match="for good"):
            office.of(gone).change(gone, wanted)
    with pytest.raises(BadInput, match="for good"):
        office.of(gone).signing(gone)


@pytest.mark.parametrize("method", ["web", "webvh"])
def test_nobody_pays_where_nothing_costs(office: Office, method: str) -> None:
    own, payer = office.published(method), office.make("ethr")
    with pytest.raises(BadInput, match="costs nothing"):
        office.of(own).change(own, Rotate(), payer=payer)


@pytest.mark.parametrize("algorithm", ["Ed25519", "P-256", "P-384", "P-521", "secp256k1"])
@pytest.mark.parametrize("method", ["key", "jwk"])
def test_an_algorithm_is_the_one_that_was_chosen(
    office: Office, method: str, algorithm: str
) -> None:
    own = office.make(method, algorithm=algorithm)
    assert own.algorithm == algorithm
    assert office.of(own).signing(own).signer.public_key.algorithm == algorithm
    assert signed_by(office, own, Relationship.ASSERTION_METHOD)


@pytest.mark.parametrize(
    ("method", "option", "value"),
    [("key", "algorithm", "RSA"), ("jwk", "algorithm", "X25519"), ("peer", "variant", "1")],
)
def test_what_cannot_be_had_is_refused_with_what_can(
    office: Office, method: str, option: str, value: str
) -> None:
    options: dict[str, Any] = {option: value}
    with pytest.raises(BadInput, match="cannot be had here") as refused:
        office.registrars[method].create(NewDID(0, **options))
    assert str(refused.value.hint).startswith("one of ")


@pytest.mark.parametrize("variant", ["0", "2", "4"])
@pytest.mark.parametrize("endpoint", [None, "https://example.com/didcomm"])
def test_a_did_peer_of_each_numalgo_signs_and_says_where_to_reach_whoever_has_it(
    office: Office, variant: str, endpoint: str | None
) -> None:
    options = {"variant": variant, **({} if endpoint is None else {"endpoint": endpoint})}
    if variant == "0" and endpoint is not None:
        with pytest.raises(BadInput, match="nothing but its key"):
            office.make("peer", **options)
        return
    own = office.make("peer", **options)
    assert own.did.method_specific_id.startswith(variant)
    assert signed_by(office, own, Relationship.ASSERTION_METHOD)
    document = office.resolver.resolve(own.did).require()
    assert [service.types for service in document.services] == (
        [("DIDCommMessaging",)] if endpoint else []
    )


def test_the_account_of_a_did_pkh_is_none_of_a_did_ethr(office: Office) -> None:
    pkh, ethr = office.make("pkh"), office.make("ethr")
    key = office.wallet.vault.public_key(KeyPath.pkh(pkh.number))
    assert isinstance(key, Secp256k1PublicKey)
    assert str(pkh.did) == f"did:pkh:eip155:1:{address(key)}"
    assert address(key) not in str(ethr.did)


@pytest.mark.parametrize("method", ["web", "webvh"])
@pytest.mark.parametrize(
    "text",
    ["http://example.com", "example", "127.0.0.1", "example.com:0", "a b", "x.com/../y", ""],
)
def test_an_address_where_no_did_can_live_is_refused(
    office: Office, method: str, text: str
) -> None:
    with pytest.raises(BadInput) as refused:
        office.registrars[method].create(NewDID(0, address=text))
    assert refused.value.hint


@pytest.mark.parametrize("method", ["web", "webvh"])
def test_a_did_on_the_web_needs_an_address(office: Office, method: str) -> None:
    with pytest.raises(BadInput, match="lives at an address"):
        office.registrars[method].create(NewDID(0))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("example.com", "example.com"),
        ("https://Example.com/", "example.com"),
        ("example.com:8443/team/a", "example.com%3A8443:team:a"),
        ("例え.jp/部門", "xn--r8jz45g.jp:%E9%83%A8%E9%96%80"),
    ],
)
def test_an_address_is_read_as_a_browser_does(text: str, address: str) -> None:
    assert str(web_address(text, "web")) == address


@pytest.mark.parametrize("endpoint", ["", "example.com", "https://a b", "https://é", "x:\n"])
def test_a_service_that_nobody_could_reach_is_refused(endpoint: str) -> None:
    with pytest.raises(BadInput, match="is no address"):
        AddService(endpoint, "LinkedDomains")


@pytest.mark.parametrize("type_", ["", "  ", "a\nb"])
def test_a_service_has_a_type(type_: str) -> None:
    with pytest.raises(BadInput, match="has a type"):
        AddService("https://example.com", type_)


@each
def test_a_private_key_is_given_to_a_signer_outside_or_to_nobody(
    office: Office, method: str
) -> None:
    own = office.make(method)
    if method == "pkh":
        with pytest.raises(BadInput, match="names an account"):
            office.of(own).unsafe_jwk(own)
        return
    with office.of(own).unsafe_jwk(own) as jwk:
        assert b'"crv":"Ed25519"' in jwk
    if method in {"key", "jwk"}:
        other = office.make(method, algorithm="P-256")
        with office.of(other).unsafe_jwk(other) as jwk:
            assert b'"crv":"P-256"' in jwk


def test_no_two_methods_have_a_key_in_common(office: Office) -> None:
    keys = []
    for method in EVERY:
        own = office.make(method)
        with suppress(BadInput), office.of(own).unsafe_jwk(own) as jwk:
            keys.append(jwk)
    assert len(set(keys)) == len(keys) == len(EVERY) - 1


def test_a_did_on_the_web_is_looked_for_where_it_should_be(office: Office) -> None:
    for method in ("web", "webvh"):
        own = office.make(method)
        office.site.files.clear()
        given = office.of(own).change(own, Publish()).perform()
        assert given.file is not None
        assert given.own.published is None
        office.site.put(given.file)
        found = office.change(own, Publish())
        assert found.file is None
        assert found.own.published == given.file.url == found.data["url"]
        office.site.files[given.file.url] = given.file.data.replace(b"example.com", b"example.org")
        wrong = office.of(own).change(own, Publish()).perform()
        assert wrong.file == given.file


def test_a_log_that_was_not_put_on_the_web_yet_is_not_taken_for_published(office: Office) -> None:
    own = office.published("webvh")
    change = office.of(own).change(own, AddService("https://example.com/a", "LinkedDomains"))
    changed = change.perform()
    office.keep(changed.own)
    again = office.of(own).change(changed.own, Publish()).perform()
    assert again.own.published is None
    assert again.file is not None
    assert again.file.data.count(b"\n") == 2
    office.site.put(again.file)
    assert office.change(changed.own, Publish()).own.published == again.file.url


def test_what_is_shown_of_a_log_is_what_is_signed(office: Office) -> None:
    own = office.published("webvh")
    change = office.of(own).change(own, Rotate())
    shown = {str(label): str(value) for label, value in change.facts}
    changed = change.perform()
    assert changed.data["version"] == shown["Version"]
    assert shown["Version"].encode() in change.binding
    office.site.put(changed.file)
    assert office.resolver.resolve(own.did, noCache=True).version_id == shown["Version"]


def test_a_did_ethr_of_a_chain_that_is_not_known_is_not_changed(office: Office) -> None:
    own = OwnDID(DID.parse(f"did:ethr:0x1:{STRANGER}"), "", 0)
    with pytest.raises(UnknownNetwork, match="is on chain 1") as refused:
        office.of(own).change(own, Publish())
    assert refused.value.hint == "holdfast chain use URL"


def test_registrars_keep_nothing_that_was_not_agreed_to(office: Office) -> None:
    before = dids(office.wallet.vault)
    for method in EVERY:
        office.registrars[method].create(NewDID(7, address=ADDRESS if "web" in method else None))
    assert dids(office.wallet.vault) == before
    with pytest.raises(NotFound):
        office.site("https://example.com/team/did.json")
