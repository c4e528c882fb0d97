from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.chain import balance
from did.chain.sending.intents import Intent
from did.chain.sending.transaction import sign
from did.document import Document, Relationship
from did.errors import ChainError
from wallet.errors import BadInput
from wallet.registrars.accounts import account_address
from wallet.registrars.ethr import controller_of
from wallet.registrars.registrar import (
    AddDelegate,
    AddService,
    Deactivate,
    Publish,
    RemoveService,
    RevokeDelegate,
    Rotate,
    Transfer,
)
from wallet.registrars.sending import Planned, Resumed, Sponsored
from wallet.wallet import FUNDED_ACCOUNTS

if TYPE_CHECKING:
    from did.chain import Chain
    from wallet.entries import OwnDID
    from wallet.registrars.registrar import Change

    Office = Any

STRANGER: Final = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
FILES: Final = AddService("https://example.com/files", "LinkedDomains")


def chain_of(office: Office) -> Chain:
    found: Chain = office.wallet.chains.chosen()
    return found


def document_of(office: Office, own: OwnDID) -> Document:
    found: Document = office.resolver.resolve(own.did, noCache=True).require()
    return found


def blocks(office: Office) -> int:
    return int(chain_of(office).request("eth_blockNumber", []), 16)


def shown(change: Change) -> list[tuple[str, str]]:
    return [(str(label), str(value)) for label, value in change.facts]


def accounts_of(office: Office, own: OwnDID) -> set[str]:
    methods = document_of(office, own).verification_methods
    return {str(method.raw.get("blockchainAccountId")).rpartition(":")[2] for method in methods}


def test_only_a_document_that_lists_the_key_is_published(office: Office) -> None:
    own = office.make("ethr")
    for wanted in (FILES, AddDelegate(STRANGER, "veriKey", 30)):
        changed = office.change(own, wanted)
        assert changed.own.published is None
        assert changed.data["transactions"] == [changed.data["transaction"]]
    published = office.change(own, Publish())
    assert published.own.published == published.data["transaction"]
    after = office.change(published.own, RemoveService(FILES.endpoint)).own
    assert after.published == published.own.published
    rotated = office.change(after, Rotate())
    assert rotated.own.published == rotated.data["transaction"] == rotated.data["transactions"][1]


def test_what_is_shown_is_what_the_document_becomes(office: Office) -> None:
    own = office.published("ethr")
    change = office.of(own).change(own, Rotate())
    assert isinstance(change, Planned)
    new = office.of(own).signing(replace(own, rotation=1)).verification_method
    facts = shown(change)
    calls = [value.partition("(")[0] for label, value in facts if label == "Call"]
    assert calls == ["setAttribute", "revokeAttribute"]
    assert b"".join(one.signing_payload for one in change.plan.transactions) == change.binding
    assert any(label == "Removes" and "key #delegate-1" in value for label, value in facts)
    name = new.partition("#")[2]
    assert any(label == "Adds" and f"key #{name}" in value for label, value in facts)
    changed = change.perform()
    after = document_of(office, changed.own)
    assert after.method(new) is not None
    assert after.raw == change.plan.after.raw


def test_a_rotation_needs_a_key_to_come_after(office: Office) -> None:
    own = office.make("ethr")
    with pytest.raises(BadInput, match="predecessor") as refused:
        office.of(own).change(own, Rotate())
    assert "did publish" in str(refused.value.hint)


def test_a_publication_that_the_wallet_did_not_see_the_end_of_is_not_sent_twice(
    office: Office,
) -> None:
    own = office.make("ethr")
    office.of(own).change(own, Publish()).perform()  # and the wallet is killed here
    before = blocks(office)
    change = office.of(own).change(own, Publish())
    assert isinstance(change, Resumed)
    assert (change.binding, change.warnings, change.file_name) == (b"", (), None)
    assert shown(change) == [("Cost", "none: the chain has this already")]
    again = office.change(own, Publish()).own
    assert again.published == f"block {before}"
    assert blocks(office) == before
    with pytest.raises(BadInput, match="published already"):
        office.of(again).change(again, Publish())


@pytest.mark.parametrize("sent", [0, 1, 2])
def test_a_rotation_that_was_broken_off_is_gone_on_with(office: Office, sent: int) -> None:
    own = office.published("ethr")
    old = office.of(own).signing(own).signer.public_key
    whole = office.of(own).change(own, Rotate())
    for unsigned in whole.plan.transactions[:sent]:
        whole.sending.send(whole.chain, unsigned, whole.signer, own.did)
    before = blocks(office)
    rotated = office.change(own, Rotate()).own
    assert blocks(office) - before == 2 - sent
    assert rotated.rotation == 1
    new = office.of(rotated).signing(rotated)
    assert new.resolvable
    listed = {m.public_key for m in document_of(office, own).verification_methods}
    assert old not in listed
    assert new.signer.public_key in listed


def test_an_end_that_the_wallet_did_not_see_is_kept_and_costs_nothing(office: Office) -> None:
    own = office.published("ethr")
    office.of(own).change(own, Deactivate()).perform()
    before = blocks(office)
    for wanted in (Publish(), Rotate(), FILES):
        with pytest.raises(BadInput, match="for good"):
            office.of(own).change(own, wanted)
    with pytest.raises(BadInput, match="for good"):
        office.of(own).signing(own)
    assert office.change(own, Deactivate()).own.deactivated
    assert blocks(office) == before


def test_nothing_is_begun_while_something_is_under_way(office: Office) -> None:
    own, other = office.published("ethr"), office.make("ethr")
    change = office.of(own).change(own, FILES)
    outbox = office.wallet.sending.outbox
    raw = signed(change)
    intent = Intent.of(raw, purpose={"did": own.id}, created=office.wallet.clock())
    outbox.store.put(intent)
    for wanted in (FILES, Publish(), Rotate(), Deactivate()):
        with pytest.raises(BadInput, match="under way") as refused:
            office.of(own).change(own, wanted)
        assert "chain pending" in str(refused.value.hint)
    assert office.of(other).change(other, FILES).facts
    outbox.settle(change.chain)
    assert FILES.endpoint in {one.endpoint for one in document_of(office, own).services}
    assert office.of(own).change(own, RemoveService(FILES.endpoint)).facts


def signed(change: Any) -> bytes:
    """The first of its transactions, signed and not sent."""
    return sign(change.plan.transactions[0], change.signer)


def test_a_document_that_was_changed_meanwhile_is_not_changed_as_was_shown(
    office: Office,
) -> None:
    own, payer = office.published("ethr"), office.make("ethr")
    late = office.of(own).change(own, Rotate())
    sponsored = office.of(own).change(own, Rotate(), payer=payer)
    office.change(own, FILES)
    before = blocks(office)
    for change in (late, sponsored):
        with pytest.raises(BadInput, match="changed meanwhile"):
            change.perform()
    assert blocks(office) == before
    assert office.wallet.sending.outbox.store.all() == ()


@pytest.mark.parametrize("role", ["veriKey", "sigAuth"])
def test_a_delegate_has_its_role_until_it_is_taken(office: Office, role: str) -> None:
    own = office.make("ethr")
    other = {"veriKey": "sigAuth", "sigAuth": "veriKey"}[role]
    office.change(own, AddDelegate(STRANGER.lower(), role, 1))
    document = document_of(office, own)
    (delegate,) = (m.id for m in document.verification_methods if "#delegate-" in m.id)
    assert document.authorizes(delegate, Relationship.ASSERTION_METHOD)
    assert document.authorizes(delegate, Relationship.AUTHENTICATION) == (role == "sigAuth")
    with pytest.raises(BadInput, match=f"is no {other}"):
        office.of(own).change(own, RevokeDelegate(STRANGER, other))
    office.change(own, RevokeDelegate(STRANGER, role))
    assert STRANGER not in accounts_of(office, own)
    with pytest.raises(BadInput, match=f"is no {role}"):
        office.of(own).change(own, RevokeDelegate(STRANGER, role))


def test_the_owner_is_no_delegate_of_itself(office: Office) -> None:
    own = office.make("ethr")
    owner = account_address(office.wallet.vault, own.number)
    with pytest.raises(BadInput, match="is no sigAuth"):
        office.of(own).change(own, RevokeDelegate(owner, "sigAuth"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0x5B38", "is no account"),
        ("mei", "is no account"),
        (STRANGER.replace("Da6a", "da6a"), "checksum"),
        (f"did:ethr:0x1:{STRANGER}", "on another chain"),
        ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "is not a did:ethr"),
        ("did:ethr:0xzz", "is not a did:ethr"),
    ],
)
def test_an_account_is_an_account_of_the_same_chain(office: Office, text: str, why: str) -> None:
    own = office.make("ethr")
    for wanted in (
        AddDelegate(text, "veriKey", 1),
        RevokeDelegate(text, "veriKey"),
        Transfer(text),
    ):
        with pytest.raises(BadInput, match=why):
            office.of(own).change(own, wanted)


@pytest.mark.parametrize("write", [str, str.lower, lambda text: f"0x{text[2:].upper()}"])
def test_an_account_can_be_written_without_its_checksum(office: Office, write: Any) -> None:
    own = office.make("ethr")
    office.change(own, AddDelegate(write(STRANGER), "veriKey", 1))
    assert STRANGER in accounts_of(office, own)


def test_a_delegate_cannot_be_one_for_longer_than_the_registry_counts(office: Office) -> None:
    own = office.make("ethr")
    with pytest.raises(BadInput, match="for 52124995687 days at most"):
        office.of(own).change(own, AddDelegate(STRANGER, "veriKey", 52_124_995_688))
    assert office.of(own).change(own, AddDelegate(STRANGER, "veriKey", 52_124_995_687)).facts


@pytest.mark.parametrize("type_", ["Linked Domains", "a/b", "x" * 40])
def test_a_type_that_the_registry_cannot_say_is_refused(office: Office, type_: str) -> None:
    own = office.make("ethr")
    with pytest.raises(BadInput):
        office.of(own).change(own, AddService("https://example.com", type_))


def test_a_did_that_was_given_to_another_of_the_wallet_is_changed_by_that_one(
    office: Office,
) -> None:
    own, other = office.published("ethr"), office.make("ethr")
    change = office.of(own).change(own, Transfer(other.id))
    assert any("only the other account" in str(warning) for warning in change.warnings)
    office.change(own, Transfer(other.id))
    owner = account_address(office.wallet.vault, other.number)
    assert controller_of(document_of(office, own)) == owner
    facts = dict(shown(office.of(own).change(own, FILES)))
    assert facts["From"] == owner
    with pytest.raises(BadInput, match="already"):
        office.of(own).change(own, Transfer(owner))
    office.change(own, Transfer(account_address(office.wallet.vault, own.number)))
    assert office.of(own).change(own, FILES).facts


def test_a_did_that_was_given_to_a_stranger_is_the_strangers(office: Office) -> None:
    own, payer = office.published("ethr"), office.make("ethr")
    office.change(own, Transfer(STRANGER))
    for wanted in (FILES, Rotate(), Deactivate(), Transfer(payer.id)):
        for paying in (None, payer):
            with pytest.raises(BadInput, match=f"controlled by {STRANGER}"):
                office.of(own).change(own, wanted, payer=paying)
    assert office.of(own).signing(own).resolvable  # as long as the stranger lets it stand


def test_nobody_can_be_given_a_did(office: Office) -> None:
    own = office.make("ethr")
    with pytest.raises(BadInput, match="nobody can be given") as refused:
        office.of(own).change(own, Transfer(f"0x{'0' * 40}"))
    assert "did deactivate" in str(refused.value.hint)


@pytest.mark.parametrize("wanted", [FILES, Rotate(), Deactivate(), Transfer(STRANGER)])
def test_who_pays_is_not_who_signs(office: Office, wanted: Any) -> None:
    own, payer = office.published("ethr"), office.make("ethr")
    owner, paying = (account_address(office.wallet.vault, one.number) for one in (own, payer))
    change = office.of(own).change(own, wanted, payer=payer)
    assert isinstance(change, Sponsored)
    assert change.warnings == office.of(own).change(own, wanted).warnings
    facts = dict(shown(change))
    assert (facts["Signed by"], facts["Paid by"]) == (owner, paying)
    assert change.file_name is None
    chain = chain_of(office)
    before = {account: balance(chain, account) for account in (owner, paying)}
    changed = office.change(own, wanted, payer=payer)
    assert balance(chain, owner) == before[owner]
    assert 0 < before[paying] - balance(chain, paying) <= change.plan.cost
    resolution = office.resolver.resolve(own.did, noCache=True)
    assert resolution.require().raw == change.plan.after.raw
    assert changed.own.deactivated == isinstance(wanted, Deactivate) == resolution.deactivated


def test_what_is_signed_for_a_payer_is_shown_whole(office: Office) -> None:
    own, payer = office.published("ethr"), office.make("ethr")
    alone = office.of(own).change(own, Rotate())
    sponsored = office.of(own).change(own, Rotate(), payer=payer)
    changes = [fact for fact in shown(alone) if fact[0] in {"Adds", "Removes", "Changes"}]
    assert changes == [fact for fact in shown(sponsored) if fact[0] in dict(changes)]
    calls = [value for label, value in shown(sponsored) if label == "Call"]
    assert calls == ["setAttributeSigned", "revokeAttributeSigned"]
    assert [one.nonce for one in sponsored.plan.unsigned] == [0, 1]
    for one in sponsored.plan.unsigned:
        assert one.signing_payload in sponsored.binding


def test_no_more_is_paid_than_was_agreed_to(office: Office) -> None:
    own, payer = office.published("ethr"), office.make("ethr")
    change = office.of(own).change(own, FILES, payer=payer)
    before = blocks(office)
    with pytest.raises(BadInput, match="cost more now"):
        replace(change, plan=replace(change.plan, cost=1)).perform()
    assert blocks(office) == before


def test_who_cannot_pay_or_need_not_is_no_payer(office: Office) -> None:
    own, key = office.published("ethr"), office.make("key")
    poor = replace(office.make("ethr"), number=FUNDED_ACCOUNTS)
    with pytest.raises(BadInput, match="no account that could pay"):
        office.of(own).change(own, FILES, payer=key)
    with pytest.raises(BadInput, match="pays for this as it is"):
        office.of(own).change(own, FILES, payer=own)
    with pytest.raises(BadInput, match="which has 0 ETH") as refused:
        office.of(own).change(own, FILES, payer=poor)
    assert "send some ether" in str(refused.value.hint)


def test_a_document_without_a_controller_is_nobodys_to_change() -> None:
    document = Document.parse({"id": f"did:ethr:{STRANGER}"})
    with pytest.raises(ChainError, match="names no controller"):
        controller_of(document)
