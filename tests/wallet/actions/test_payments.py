from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import balance
from did.chain.amounts import WEI_PER_ETHER
from did.chain.sending.intents import Intent
from did.chain.sending.transaction import prepare, sign
from did.errors import TransactionFailed
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, proposed, run
from wallet.actions.journal import Asker
from wallet.entries import dids
from wallet.errors import BadInput, NoSuchEntry, NotConsented
from wallet.payees import CALL, payments
from wallet.registrars.accounts import account_address
from wallet.rules.errors import RefusedByRule
from wallet.rules.rule import AskAbove, NeverAbove, PayAtMost, PayOnlyContacts
from wallet.rules.store import keep
from wallet.vault.derivation import KeyPath
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Proposes = Callable[..., Proposal]
    Does = Callable[..., Result]

STRANGER = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
LOOKALIKE = "0x5B38000000000000000000000000000000009999"
KEY = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.fixture(autouse=True)
def shop(wallet: Wallet, do: Does) -> str:
    do("create_did", name="shop")
    return account_address(wallet.vault, 0)


def ethr(wallet: Wallet, account: str = STRANGER) -> str:
    return f"did:ethr:{wallet.chains.chosen().chain_id:#x}:{account}"


def pay(wallet: Wallet, proposal: Proposal) -> Result:
    yes = Answer(yes=True, by=By.PROMPT, typed=proposal.to_type)
    return run(wallet, proposal, decide(proposal, yes))


def shown(proposal: Proposal) -> dict[str, str]:
    return {str(label): str(value) for label, value in proposal.statement.facts}


def warned(proposal: Proposal) -> str:
    return "\n".join(map(str, proposal.statement.warnings))


def test_the_amount_arrives_to_the_wei(wallet: Wallet, do: Does, propose: Proposes) -> None:
    do("add_contact", name="Acme", did=ethr(wallet))
    chain = wallet.chains.chosen()
    had = balance(chain, account_address(wallet.vault, 0))
    proposal = propose("send_payment", to="Acme", amount="0.000000000000000001")
    done = pay(wallet, proposal)
    assert balance(chain, STRANGER) == 1
    left = balance(chain, account_address(wallet.vault, 0))
    spent = int(float(done.data["fee"]) * WEI_PER_ETHER) + 1
    assert had - left == pytest.approx(spent, abs=10)
    assert done.data["transaction"] == done.made


def test_a_person_sees_to_whom_and_where_and_what_is_left(
    wallet: Wallet, do: Does, propose: Proposes, shop: str
) -> None:
    do("add_contact", name="Acme", did=ethr(wallet))
    proposal = propose("send_payment", to="acme", amount="1.5", currency="ETH")
    facts = shown(proposal)
    assert str(proposal.statement.title) == "Pay 1.5 ETH to Acme"
    assert (facts["To"], facts["Account"], facts["Amount"]) == ("Acme", STRANGER, "1.5 ETH")
    assert facts["From"] == f"shop ({shop})"
    assert "play money" in facts["Chain"]
    cost, left = (facts[name].split()[0] for name in ("Highest cost", "Left at least"))
    assert float(cost) + float(left) == pytest.approx(1000)
    assert "nobody can take a payment back" in warned(proposal)
    assert "none of your contacts" not in warned(proposal)


def test_a_first_payment_needs_its_amount_typed_and_a_second_does_not(
    wallet: Wallet, propose: Proposes
) -> None:
    first = propose("send_payment", to=STRANGER, amount="0.25")
    assert first.to_type == "0.25 ETH"
    assert "nothing was ever paid to this account" in warned(first)
    for typed in (None, "0.25", "0.26 ETH"):
        with pytest.raises(NotConsented, match=r"not typed: 0\.25 ETH"):
            run(wallet, first, decide(first, Answer(yes=True, by=By.FLAG, typed=typed)))
    assert balance(wallet.chains.chosen(), STRANGER) == 0
    pay(wallet, first)
    second = propose("send_payment", to=ethr(wallet), amount="9")
    assert second.to_type is None
    assert "nothing was ever paid" not in warned(second)
    assert balance(wallet.chains.chosen(), STRANGER) == WEI_PER_ETHER // 4


def test_who_cannot_have_it_typed_is_refused_before_anybody_is_asked(wallet: Wallet) -> None:
    arguments = {"to": STRANGER, "amount": "1"}
    with pytest.raises(NotConsented, match="needs something to be typed"):
        proposed(wallet, ACTIONS["send_payment"], arguments, asked=Asker.AGENT)
    assert wallet.vault.all(Kind.JOURNAL)[-1].body["outcome"] == "refused"
    assert balance(wallet.chains.chosen(), STRANGER) == 0


def test_paying_between_ones_own_accounts_is_no_first_payment(do: Does, propose: Proposes) -> None:
    do("create_did", name="other")
    proposal = propose("send_payment", to="other", amount="1")
    assert proposal.to_type is None
    assert shown(proposal)["To"] == "other"


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("0", "pays nobody anything"),
        ("0.000", "pays nobody anything"),
        ("-1", "no amount"),
        ("1e30", "no amount"),
        ("1,5", "no amount"),
        ("0.1234567890123456789", "no amount"),
        ("half", "no amount"),
        ("", "no amount"),
        ("1000", "needs more than 1000 ETH|has 1000 ether"),
        ("99999", "needs more than 99999 ETH"),
        ("1000000000000", "no amount"),
    ],
)
def test_refuses_amounts_that_are_none_or_not_there(
    wallet: Wallet, propose: Proposes, amount: str, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        propose("send_payment", to=STRANGER, amount=amount)
    assert wallet.sending.outbox.store.all() == ()


def test_an_amount_that_leaves_nothing_for_the_fee_is_refused(propose: Proposes) -> None:
    with pytest.raises(BadInput, match=r"needs 1000\.0.*has 1000 ether"):
        propose("send_payment", to=STRANGER, amount="999.999999")


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (KEY, "names no account"),
        ("did:web:acme.example", "names no account"),
        ("0x" + "0" * 40, "nobody has the account"),
        (STRANGER.replace("5B", "5b"), "checksum"),
        ("did:pkh:tezos:NetXdQprcVkpaWU:tz1TzrmTBSuiVHV2VfMnGRMYvTEPCP42oSM8", "not supported"),
        ("did:ethr:0x539:0x12", "not a did:ethr"),
    ],
)
def test_refuses_whom_nobody_can_pay(propose: Proposes, to: str, why: str) -> None:
    with pytest.raises(Exception, match=why) as refused:
        propose("send_payment", to=to, amount="1")
    assert type(refused.value).__module__.split(".")[0] in {"wallet", "did"}


def test_refuses_a_contact_without_an_account_and_a_name_that_is_unknown(
    do: Does, propose: Proposes
) -> None:
    do("add_contact", name="Mei", did=KEY)
    with pytest.raises(BadInput, match="names no account"):
        propose("send_payment", to="Mei", amount="1")
    for unknown in ("Nobody", "0x12", "0x" + "z" * 40):
        with pytest.raises(NoSuchEntry, match="no contact"):
            propose("send_payment", to=unknown, amount="1")


def test_refuses_to_pay_the_account_that_pays(propose: Proposes, do: Does) -> None:
    with pytest.raises(BadInput, match="has the account that would pay"):
        propose("send_payment", to="shop", amount="1")
    do("create_did", name="other")
    paid = {"to": "shop", "amount": "1", "from": "other"}
    assert shown(propose("send_payment", **paid))["To"] == "shop"


def test_without_an_account_nobody_pays(wallet: Wallet, propose: Proposes) -> None:
    (own,) = dids(wallet.vault)
    wallet.vault.delete(Kind.DID, own.id)
    with pytest.raises(BadInput, match="no account of this wallet"):
        propose("send_payment", to=STRANGER, amount="1")


def test_the_first_account_that_has_enough_pays(
    wallet: Wallet, do: Does, propose: Proposes
) -> None:
    do("create_did", name="other")
    pay(wallet, propose("send_payment", to=STRANGER, amount="999", **{"from": "shop"}))
    assert shown(propose("send_payment", to=STRANGER, amount="5"))["From"].startswith("other")
    assert shown(propose("send_payment", to=STRANGER, amount="0.5"))["From"].startswith("shop")
    with pytest.raises(BadInput, match="needs more than 5 ETH"):
        propose("send_payment", to=STRANGER, amount="5", **{"from": "shop"})
    with pytest.raises(NoSuchEntry, match="no did:ethr"):
        propose("send_payment", to=STRANGER, amount="5", **{"from": "nobody"})


def test_warns_of_an_account_that_a_did_names_elsewhere(
    wallet: Wallet, do: Does, propose: Proposes
) -> None:
    do("add_contact", name="Main", did=f"did:pkh:eip155:1:{STRANGER}")
    proposal = propose("send_payment", to="Main", amount="1")
    assert "on chain 1, and this is chain" in warned(proposal)
    assert shown(proposal)["Account"] == STRANGER
    do("add_contact", name="Here", did=ethr(wallet))
    assert "on chain" not in warned(propose("send_payment", to="Here", amount="1")).split("\n")[1]


def test_warns_where_a_did_was_given_to_another_account(
    wallet: Wallet, do: Does, propose: Proposes
) -> None:
    do("create_did", name="other")
    other = account_address(wallet.vault, 1)
    do("transfer_did", did="other", account=STRANGER)
    proposal = propose("send_payment", to="other", amount="1")
    assert shown(proposal)["Account"] == other
    assert f"controlled by another account, {STRANGER}" in warned(proposal)


def test_refuses_a_did_that_was_given_up(wallet: Wallet, do: Does, propose: Proposes) -> None:
    do("create_did", name="other")
    do("deactivate_did", did="other")
    with pytest.raises(BadInput, match="has given"):
        propose("send_payment", to="other", amount="1")
    account = account_address(wallet.vault, 1)  # whoever means the account can say so
    assert shown(propose("send_payment", to=account, amount="1"))["Account"] == account


def test_refuses_a_contract_that_takes_no_ether(wallet: Wallet, propose: Proposes) -> None:
    with pytest.raises(TransactionFailed):
        propose("send_payment", to=wallet.chains.chosen().registry, amount="1")


def test_warns_of_another_account_under_a_known_name_and_of_one_that_looks_alike(
    wallet: Wallet, do: Does, propose: Proposes
) -> None:
    do("add_contact", name="Acme", did=ethr(wallet))
    pay(wallet, propose("send_payment", to="Acme", amount="1"))
    alike = STRANGER[:6] + "00" * 16 + STRANGER[-4:]
    do("add_contact", name="Acme", did=ethr(wallet, alike.lower()))
    proposal = propose("send_payment", to="Acme", amount="1")
    assert proposal.to_type == "1 ETH"
    assert f"Acme was paid at another account before: {STRANGER}" in warned(proposal)
    assert f"looks like an account that you know, {STRANGER}" in warned(proposal)
    unlike = propose("send_payment", to=LOOKALIKE, amount="1")
    assert "looks like" not in warned(unlike)
    assert "none of your contacts" in warned(unlike)


def test_rules_of_the_person_count_for_payments(wallet: Wallet, propose: Proposes) -> None:
    pay(wallet, propose("send_payment", to=STRANGER, amount="1"))
    keep(wallet.vault, AskAbove(WEI_PER_ETHER))
    asked = propose("send_payment", to=STRANGER, amount="1")
    with pytest.raises(NotConsented, match="was not typed"):
        run(wallet, asked, decide(asked, Answer(yes=True, by=By.FLAG)))
    below = propose("send_payment", to=STRANGER, amount="0.5")
    run(wallet, below, decide(below, Answer(yes=True, by=By.FLAG)))
    keep(wallet.vault, NeverAbove(2 * WEI_PER_ETHER))
    above = propose("send_payment", to=STRANGER, amount="2")
    with pytest.raises(RefusedByRule, match="never do what can cost more than 2 ETH"):
        pay(wallet, above)


def test_payments_of_24_hours_are_counted_together(wallet: Wallet, propose: Proposes) -> None:
    keep(wallet.vault, PayAtMost(2 * WEI_PER_ETHER))
    pay(wallet, propose("send_payment", to=STRANGER, amount="1.5"))
    with pytest.raises(RefusedByRule, match="never pay more than 2 ETH in 24 hours"):
        pay(wallet, propose("send_payment", to=STRANGER, amount="0.6"))
    pay(wallet, propose("send_payment", to=STRANGER, amount="0.5"))
    tomorrow = wallet.clock() + timedelta(hours=24, seconds=1)
    later = replace(wallet, clock=lambda: tomorrow)
    pay(later, propose("send_payment", to=STRANGER, amount="2"))


def test_what_is_under_way_counts_as_paid(wallet: Wallet, propose: Proposes) -> None:
    keep(wallet.vault, PayAtMost(WEI_PER_ETHER))
    purpose = {"call": CALL, "to": STRANGER, "wei": str(WEI_PER_ETHER), "name": ""}
    unsigned = prepare(wallet.chains.chosen(), sender=account_address(wallet.vault, 0), to=STRANGER)
    raw = sign(unsigned, wallet.vault.digest_signer(KeyPath.ethr(0)))
    wallet.sending.outbox.store.put(Intent.of(raw, purpose=purpose, created=wallet.clock()))
    with pytest.raises(RefusedByRule, match="never pay more than 1 ETH"):
        pay(wallet, propose("send_payment", to=STRANGER, amount="0.1"))


def test_by_a_rule_only_contacts_and_ones_own_accounts_are_paid(
    wallet: Wallet, do: Does, propose: Proposes
) -> None:
    keep(wallet.vault, PayOnlyContacts())
    with pytest.raises(RefusedByRule, match="pay only contacts"):
        pay(wallet, propose("send_payment", to=STRANGER, amount="1"))
    do("create_did", name="other")
    pay(wallet, propose("send_payment", to="other", amount="1"))
    do("add_contact", name="Acme", did=ethr(wallet))
    pay(wallet, propose("send_payment", to=STRANGER, amount="1"))


def test_what_was_paid_is_listed_found_and_in_the_journal(
    wallet: Wallet, do: Does, propose: Proposes
) -> None:
    assert str(do("list_payments").summary) == "nothing was paid yet"
    do("add_contact", name="Acme", did=ethr(wallet))
    done = pay(wallet, propose("send_payment", to="Acme", amount="0.25"))
    (listed,) = do("list_payments").data["payments"]
    assert (listed["to"], listed["name"], listed["amount"]) == (STRANGER, "Acme", "0.25")
    found: list[Any] = do("search", query="acme").data["found"]
    assert {one["kind"] for one in found} == {"contact", "payment"}
    entry = wallet.vault.all(Kind.JOURNAL)[-1].body
    assert (entry["action"], entry["made"]) == ("send_payment", done.made)
    (kept,) = payments(wallet.vault)
    assert (kept.wei, kept.chain_id) == (WEI_PER_ETHER // 4, wallet.chains.chosen().chain_id)


def test_on_another_chain_the_first_payment_is_a_first_one_again(
    wallet: Wallet, propose: Proposes
) -> None:
    pay(wallet, propose("send_payment", to=STRANGER, amount="1"))
    (kept,) = payments(wallet.vault)
    record = wallet.vault.all(Kind.PAYMENT)[0]
    wallet.vault.delete(Kind.PAYMENT, record.id)
    wallet.vault.put(Kind.PAYMENT, replace(kept, chain_id=1).body(), id="1/0x")
    assert propose("send_payment", to=STRANGER, amount="1").to_type == "1 ETH"
