from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.messages import text
from wallet.rules.claims import claims_of, fold, wanted_names
from wallet.rules.deed import Deed, Disclosure, Earlier, Known, Payment, Shown, Spending
from wallet.rules.enforcing import refusal, to_type
from wallet.rules.errors import BadRule
from wallet.rules.rule import (
    AskAbove,
    NeverAbove,
    NeverDisclose,
    OncePerVerifier,
    OnlyToContacts,
    PayAtMost,
    PayOnlyContacts,
    Rule,
    Unreadable,
    from_json,
    read_amount,
    to_json,
    words,
)

ACME = "did:web:acme.example"
OTHER = "did:web:other.example"
ETHER = 10**18
BIRTH = "https://schema.org/birthDate"


def shown(subject: object, *types: str, context: object = None, **known: Any) -> Disclosure:
    document = {"credentialSubject": subject, "@context": context}
    return Disclosure(ACME, (Shown.whole(("VerifiableCredential", *types), document, known),))


def refused(rule: Rule | Unreadable, deed: Deed, known: Known | None = None) -> bool:
    return refusal([rule], deed, known or Known()) is not None


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20).filter(
    lambda name: bool(wanted_names(name)) and name.isprintable()
)
types_ = st.lists(names, max_size=4).map(tuple)
amounts = st.integers(0, 10**30 - 1)
rules = st.one_of(
    st.builds(NeverDisclose, names, types_),
    st.builds(OnlyToContacts, types_),
    st.builds(OncePerVerifier, types_),
    st.builds(AskAbove, amounts),
    st.builds(NeverAbove, amounts),
    st.builds(PayAtMost, amounts),
    st.builds(PayOnlyContacts),
)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(rules)
def test_what_is_kept_of_a_rule_is_the_rule(rule: Rule) -> None:
    assert from_json(to_json(rule)) == rule


@given(rules)
def test_every_rule_is_said_in_both_languages(rule: Rule) -> None:
    english, chinese = text(words(rule), "en"), text(words(rule), "zh")
    assert english
    assert chinese
    assert english != chinese


@given(
    st.dictionaries(st.sampled_from(["rule", "claim", "types", "limit", "x"]), json)
    | st.fixed_dictionaries({"rule": st.sampled_from(["never-disclose", "ask-above"])})
)
def test_what_is_no_rule_is_refused_and_raises_nothing_else(value: dict[str, Any]) -> None:
    try:
        rule = from_json(value)
    except BadRule:
        return
    assert to_json(rule) == value


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"rule": "on-sundays"},
        {"rule": "never-disclose", "types": []},
        {"rule": "never-disclose", "claim": "...", "types": []},
        {"rule": "never-disclose", "claim": "a" * 201, "types": []},
        {"rule": "never-disclose", "claim": "a\nb", "types": []},
        {"rule": "never-disclose", "claim": "a", "types": ["?"]},
        {"rule": "only-to-contacts", "types": [1]},
        {"rule": "only-to-contacts", "types": ["a"] * 21},
        {"rule": "only-to-contacts", "types": [], "until": "2030-01-01"},
        {"rule": "ask-above", "limit": 0.1},
        {"rule": "never-above", "limit": "-1"},
    ],
)
def test_a_rule_of_another_form_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(BadRule):
        from_json(value)


@given(st.decimals("0", "999999999999", places=18))
def test_every_digit_of_an_amount_counts(amount: Decimal) -> None:
    with localcontext(prec=60):
        assert read_amount(f"{amount:f}") == int(amount * ETHER)


@pytest.mark.parametrize(
    "amount", ["", ".1", "1.", "1e3", "-1", "+1", " 1", "1,5", "٣", "0." + "1" * 19, "1" * 13]
)
def test_an_amount_of_another_form_is_refused(amount: str) -> None:
    with pytest.raises(BadRule):
        read_amount(amount)


@pytest.mark.parametrize(
    "claim", ["birthDate", "birth date", "BIRTH_DATE", BIRTH, "schema:birthDate"]
)
@pytest.mark.parametrize(
    "subject",
    [
        {"birthDate": "1990-01-01"},
        {"id": "did:example:1", "person": {"birthDate": "1990-01-01"}},
        [{"id": "did:example:1"}, {"family": [{"name": "x"}, {"birth_date": "1990"}]}],
        {BIRTH: "1990-01-01"},
        {"birthDate": {"year": 1990}},
        {"schema:birthDate": None},
    ],
)
def test_a_claim_is_found_by_each_of_its_names_and_at_every_depth(
    claim: str, subject: object
) -> None:
    assert refused(NeverDisclose(claim), shown(subject))


def test_a_credential_without_the_claim_is_shown() -> None:
    subject = {"name": "Mei", "address": {"city": "birthDate"}, "birthDates": []}
    assert not refused(NeverDisclose("birthDate"), shown(subject))


def test_a_dotted_path_is_that_claim_and_no_other() -> None:
    rule = NeverDisclose("address.city")
    assert refused(rule, shown({"address": {"city": "Bern"}}))
    assert refused(rule, shown({"home": {"address": [{"city": "Bern"}]}}))
    assert refused(rule, shown({"address.city": "Bern"}))
    assert not refused(rule, shown({"city": "Bern", "address": {"street": "x"}}))


def test_whatever_is_below_a_claim_is_disclosed_with_it() -> None:
    assert refused(NeverDisclose("address"), shown({"address": {"city": "Bern"}}))


@pytest.mark.parametrize(
    "context",
    [
        {"dob": BIRTH},
        [{"dob": {"@id": BIRTH}}],
        [{"s": "https://schema.org/", "dob": {"@id": "s:birthDate", "@type": "s:Date"}}],
        {"Person": {"@id": "ex:Person", "@context": {"dob": BIRTH}}},
        "https://example.com/known",
    ],
)
def test_a_claim_that_a_context_renames_is_found_by_its_meaning(context: object) -> None:
    known: dict[str, Any] = {"https://example.com/known": {"@context": {"dob": BIRTH}}}
    deed = shown({"dob": "1990-01-01"}, context=context, **known)
    assert refused(NeverDisclose("birthDate"), deed)
    assert refused(NeverDisclose("dob"), deed)


def test_a_context_below_the_subject_renames_too() -> None:
    subject = {"person": {"@context": {"dob": BIRTH}, "dob": "1990-01-01"}}
    assert refused(NeverDisclose("birthDate"), shown(subject))


@given(json, json)
def test_any_json_has_claims(subject: Any, context: Any) -> None:
    claims_of({"credentialSubject": subject, "@context": context}, {})


def test_a_rule_for_a_type_leaves_other_types_alone() -> None:
    subject = {"birthDate": "1990-01-01"}
    rule = NeverDisclose("birthDate", ("Identity Card",))
    assert refused(rule, shown(subject, "IdentityCard"))
    assert refused(rule, shown(subject, "https://example.com/types#IdentityCard"))
    assert not refused(rule, shown(subject, "Membership"))


def test_a_claim_counts_in_the_credential_that_has_the_type() -> None:
    card = Shown(("IdentityCard",), ())
    other = Shown.whole(("Membership",), {"credentialSubject": {"birthDate": "1990"}}, {})
    assert not refused(
        NeverDisclose("birthDate", ("IdentityCard",)), Disclosure(ACME, (card, other))
    )
    assert refused(NeverDisclose("birthDate"), Disclosure(ACME, (card, other)))


def test_only_contacts_are_shown_anything() -> None:
    deed = shown({}, "Membership")
    contacts = Known(frozenset({ACME}))
    assert not refused(OnlyToContacts(), deed, contacts)
    assert refused(OnlyToContacts(), deed, Known(frozenset({OTHER})))
    assert refused(OnlyToContacts(("membership",)), deed)
    assert not refused(OnlyToContacts(("IdentityCard",)), deed)


def test_a_verifier_is_shown_a_type_once() -> None:
    deed = shown({}, "Membership")
    before = Known(earlier=(Earlier(ACME, ("VerifiableCredential", "Membership")),))
    assert not refused(OncePerVerifier(), deed)
    assert refused(OncePerVerifier(), deed, before)
    assert refused(OncePerVerifier(("Membership",)), deed, before)
    assert not refused(OncePerVerifier(("IdentityCard",)), deed, before)
    assert not refused(OncePerVerifier(), deed, Known(earlier=(Earlier(OTHER, ("Membership",)),)))
    another = Known(earlier=(Earlier(ACME, ("VerifiableCredential", "IdentityCard")),))
    assert not refused(OncePerVerifier(("Membership",)), deed, another)


def test_a_limit_is_still_within_the_limit() -> None:
    assert not refused(NeverAbove(ETHER), Spending(ETHER))
    assert refused(NeverAbove(ETHER), Spending(ETHER + 1))
    assert to_type([AskAbove(ETHER)], Spending(ETHER)) is None
    assert to_type([AskAbove(ETHER)], Spending(ETHER + 1)) == "1.000000000000000001 ETH"
    assert not refused(AskAbove(0), Spending(ETHER))


def test_rules_about_showing_say_nothing_about_spending_and_the_other_way_round() -> None:
    assert not refused(NeverAbove(0), shown({"birthDate": "1990"}))
    assert to_type([AskAbove(0)], shown({})) is None
    for rule in (NeverDisclose("a"), OnlyToContacts(), OncePerVerifier()):
        assert not refused(rule, Spending(ETHER))


def test_a_rule_that_cannot_be_read_forbids_everything_it_could_be_about() -> None:
    assert refused(Unreadable(), Spending(0))
    assert refused(Unreadable(), shown({}), Known(frozenset({ACME})))


def test_the_refusal_says_the_rule_in_words() -> None:
    why = refusal([NeverDisclose("birthDate")], shown({"birthDate": "1990"}), Known())
    assert why is not None
    assert str(why) == "refused by a rule of yours: never disclose birthDate"
    assert "birthDate" in text(why, "zh")


@given(names)
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(amounts, amounts, amounts)
def test_payments_of_a_day_come_to_the_limit_and_no_further(
    limit: int, paid: int, wei: int
) -> None:
    paying = Spending(wei + 7, Payment(1, "0xA", wei))
    assert refused(PayAtMost(limit), paying, Known(paid=paid)) == (paid + wei > limit)
    assert not refused(PayAtMost(limit), Spending(wei), Known(paid=paid))


def test_only_contacts_are_paid_and_anything_else_may_be_spent() -> None:
    known = Known(accounts=frozenset({"0xA"}))
    assert not refused(PayOnlyContacts(), Spending(7, Payment(1, "0xA", 1)), known)
    assert refused(PayOnlyContacts(), Spending(7, Payment(1, "0xB", 1)), known)
    assert not refused(PayOnlyContacts(), Spending(7), known)
    assert not refused(PayOnlyContacts(), shown({"id": OTHER}), known)
