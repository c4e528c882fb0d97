from __future__ import annotations

import pytest

from agent.phrases import named, thing_issued
from agent.words import mask

DID = "did:web:a.example"


@pytest.mark.parametrize(
    ("text", "message", "name"),
    [
        ("家的", "创建一个叫家的DID", "家"),
        ("家的", "创建一个叫家的 DID", "家"),
        ("家的", "新建一个叫家的身份", "家"),
        ("家的", "建一个叫家的数字身份", "家"),
        ("家的", "创建一个叫“家的”DID", "家的"),
        ("家的", '创建一个叫"家的" DID', "家的"),
        ("家的", "创建一个DID，叫家的", "家的"),
        ("目的地", "创建一个叫目的地的DID", "目的地"),
        ("的", "创建一个叫的DID", "的"),
        ("小明的DID", f"小明的DID是{DID}，存一下", "小明"),
        ("Mei's", f"Mei's DID is {DID}, add her", "Mei"),
        ("Mei’s", f"save Mei’s did {DID}", "Mei"),
        ("Mei's", f"save Mei's {DID}", "Mei"),
        ("Mei's DID", f"Mei's DID is {DID}", "Mei"),
        ("Mei's DID", "make one called Mei's DID", "Mei's DID"),
        ("Mei's", "make a DID called Mei's", "Mei's"),
        ("Mei's", "call it Mei's, then publish it", "Mei's"),
        ("Charles", f"Charles' DID is {DID}", "Charles"),
        ("Joe's", f"add Joe's Café as {DID}", "Joe's"),
    ],
)
def test_a_name_is_cut_free_of_what_ties_it_to_a_noun(text: str, message: str, name: str) -> None:
    assert named(text, [mask(message).typed], []) == name


def test_a_name_that_the_wallet_knows_is_what_it_is() -> None:
    assert named("家的", ["新建一个叫家的DID"], ["家的"]) == "家的"
    assert named("Joe's", ["the Joe's wallet"], ["joe's"]) == "Joe's"


@pytest.mark.parametrize(
    ("message", "thing"),
    [
        ("issue a Pass to Acme", "Pass"),
        ("issue a pass to Acme", "pass"),
        ("please issue a Yacht Club Membership to Acme", "Yacht Club Membership"),
        ("issue Pass to Acme", "Pass"),
        ("issue an entry-pass for Acme until Friday", "entry-pass"),
        ("issue Acme a Pass.", "Pass"),
        (f"issue a Pass to {DID}", "Pass"),
        ("issue a credential to Acme", None),
        ("issue a new one to Acme", None),
        ("issue it to Acme", None),
        ("issue to Acme", None),
        ("issue Acme a document", None),
        ("issue what I promised the other day to Acme", None),
    ],
)
def test_what_is_to_be_issued_is_found_where_it_is_said_plainly(
    message: str, thing: str | None
) -> None:
    assert thing_issued(mask(message).text) == thing
