"""Short explanations of what the wallet is about."""

from __future__ import annotations

from typing import Final

from wallet.actions.result import Result
from wallet.messages import Message, say

OVERVIEW: Final = say(
    "Holdfast keeps your identifiers (DIDs), credentials and contacts on this machine, encrypted."
    " Ask for something in your own words: create a DID, publish it, add a contact, issue,"
    " show, verify or present a credential. Whatever signs, sends or reveals is shown first"
    " and needs your yes."
)

REMEMBERING: Final = say(
    "The wallet remembers about you what you tell it by a command, and nothing that is only said"
    ' in a conversation. Another name of an entry: holdfast memory set alias "the clinic" "Acme'
    ' Clinic". The DID for a purpose: holdfast memory set did issuing work. The language of'
    " answers: holdfast memory set language zh. What you show of a type: holdfast memory set show"
    " Degree gpa. See it with holdfast memory list, and have it forgotten with holdfast memory"
    " forget ID."
)

# Words that a topic is recognised by -> the explanation. Both languages; the first match counts.
TOPICS: Final[tuple[tuple[tuple[str, ...], Message], ...]] = (
    (("remember", "memory", "memories", "alias", "记住", "记得", "别名"), REMEMBERING),
    (
        ("anchor", "receipt", "锚定", "回执"),
        say(
            "Anchoring writes one hash that stands for any number of documents on a chain. Each"
            " gets a receipt: a file that shows when the document was there at the latest. The"
            " chain is told nothing of what it says. Keep each receipt beside its document."
        ),
    ),
    (
        ("rotat", "new key", "轮换", "换密钥", "新密钥"),
        say(
            "Rotating gives a DID a new key to sign with. What the old key signed counts no longer,"
            " unless the old key is kept in the document, or the verifier goes by the time of"
            " signing. did:ethr, did:web and did:webvh can rotate; a DID that is its own key"
            " cannot."
        ),
    ),
    (
        ("deactivat", "give up", "停用", "注销"),
        say(
            "Deactivating gives a DID up for good: its document has no keys any more, and nobody"
            " can undo that. On a registry of this wallet's, the DID's account can change nothing"
            " there again."
        ),
    ),
    (
        ("delegate", "payer", "代理"),
        say(
            "A delegate is an account that may sign for a did:ethr for a time; it cannot change the"
            " DID. Changes can be paid for by another of your accounts: the owner signs, the other"
            " one sends."
        ),
    ),
    (
        ("pay", "ether", "付款", "支付", "转账"),
        say(
            "A payment sends ether from one of your did:ethr accounts on the chain in use, to a"
            " contact whose DID is an account, or to an account. You see to whom, how much, what"
            " it costs and what is left. The first payment to an account needs its amount typed."
        ),
    ),
    (
        ("remind", "calendar", "提醒", "日历"),
        say(
            "A reminder is told by the next command when its time has come, and listed with the"
            " ends of your credentials. `holdfast reminders export` writes a file for calendars."
        ),
    ),
    (
        ("product", "trace", "产品", "溯源", "商品"),
        say(
            "A product has a log of what happened to it: each event is signed and follows the one"
            " before it, so that none can be changed, dropped or moved. Its end can be anchored on"
            " a chain, and anybody can check the file that it is exported to."
        ),
    ),
    (
        ("publish", "发布", "上链"),
        say(
            "Publishing writes a DID's signing key into a registry on a chain, so that anybody who"
            " reads the chain can check what the DID signs. It costs a little gas and stays there."
        ),
    ),
    (
        ("stuck", "pending", "transaction", "gas", "交易"),
        say(
            "A transaction is written down before it is sent, and kept until its chain has it for"
            " certain. `holdfast chain pending` shows those that wait; `chain speed-up` sends one"
            " again with higher fees, and `chain cancel` has one that does nothing take its place."
        ),
    ),
    (
        ("chain", "node", "registry", "链", "节点", "注册表"),
        say(
            "A wallet begins with a chain of its own, a file: it costs nothing and convinces nobody"
            " else. `holdfast chain use` names a node of another chain, on which new DIDs then"
            " live. What is written on a chain stays there for everybody to read."
        ),
    ),
    (
        ("method", "did:", "方法"),
        say(
            "A DID's method says where its document is found. did:key, did:jwk, did:peer and"
            " did:pkh are their own document: free, and unchangeable. did:ethr lives on a chain,"
            " did:web and did:webvh in a file on a server of yours: these three can be changed,"
            " and a did:webvh shows each change that there was."
        ),
    ),
    (
        ("back", "recover", "phrase", "备份", "恢复", "助记词"),
        say(
            "Your recovery phrase, with its extra word if you chose one, brings back every key of"
            " this wallet but those you imported. It does not bring back credentials, contacts or"
            " the wallet's own chain: `holdfast backup` writes a file that does. The phrase was"
            " shown once, when the wallet was created."
        ),
    ),
    (
        ("present", "show", "verifier", "出示", "展示", "验证方"),
        say(
            "Presenting shows a credential to a verifier, signed by the DID it is about, for one"
            " challenge and domain, so that nobody can use it again elsewhere."
        ),
    ),
    (
        ("verif", "check", "valid", "genuine", "验证", "核验", "真伪"),
        say(
            "Verifying checks a credential's signature, issuer, dates and status, one by one, and"
            " says what was found. What cannot be checked is undecided, never valid."
        ),
    ),
    (
        ("credential", "凭证", "证书", "证明"),
        say(
            "A verifiable credential is a signed statement about somebody: a degree, a licence, a"
            " membership. The issuer signs it, the holder keeps it, and a verifier checks it"
            " without asking the issuer."
        ),
    ),
    (
        ("contact", "联系人"),
        say("A contact is a name of your choice for somebody's DID, so that you can say the name."),
    ),
    (
        ("issue", "签发", "颁发"),
        say(
            "Issuing signs a statement about somebody with one of your DIDs. You say what sort of"
            " credential it is, whom it is about, and what it says."
        ),
    ),
    (
        ("did", "identifier", "identity", "身份", "标识"),
        say(
            "A DID, a decentralized identifier, is a name that you make yourself and prove with a"
            " key that only you have. did:key needs no publishing; did:ethr can be published on a"
            " chain and changed later. Ask about methods for the others."
        ),
    ),
)


def explain(topic: str | None) -> Result:
    """The explanation of a topic, or what the wallet can do."""
    if topic:
        folded = topic.casefold()
        for words, explanation in TOPICS:
            if any(word in folded for word in words):
                return Result(explanation, data={"topic": topic, "text": str(explanation)})
    return Result(OVERVIEW, data={"topic": topic, "text": str(OVERVIEW)})
