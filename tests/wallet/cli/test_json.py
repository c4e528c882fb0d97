from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.cli.render import show_json
from wallet.display import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[..., Any]

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
STRANGER = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
KEY = {  # RFC 8037, appendix A.1
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
OF_OTHER_CHAINS = {"speed_up", "cancel_transaction", "deploy_registry", "use_chain"}
"""On the wallet's own chain nothing waits, and there is a registry."""
OF_SEVERAL_WALLETS = {"approve_log", "collect_proofs"}
WITH_A_PASSPHRASE_OF_ITS_OWN = {"back_up"}
OF_THE_AGENT = {"remove_pending"}
"""Nothing waits where nothing was planned."""
WITHOUT_A_VAULT = {"trust_issuer", "untrust_issuer", "import_trust"}
"""Their verbs write the file, and so are in no journal."""

APART = (
    OF_OTHER_CHAINS
    | OF_SEVERAL_WALLETS
    | WITH_A_PASSPHRASE_OF_ITS_OWN
    | OF_THE_AGENT
    | WITHOUT_A_VAULT
)


@pytest.fixture
def ask(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command with --json and reads what it printed."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery staple")

    def asked(*argv: str, code: ExitCode = ExitCode.DONE) -> Any:
        common = ("--home", str(home), "--passphrase-file", str(passphrase), "--json", "--quiet")
        assert main([*argv, *common]) == code
        out, err = capsys.readouterr()
        assert err == ""
        return json.loads(out)

    return asked


def test_every_action_prints_one_json_document(ask: Ask, tmp_path: Path) -> None:
    made = ask("did", "create", "--method", "key", "--name", "school", "--yes")
    assert made == {"did": made["did"], "method": "key", "name": "school"}
    mei = ask("did", "create", "--method", "key", "--name", "mei", "--yes")["did"]
    shop = ask("did", "create", "--name", "shop", "--yes")["did"]
    assert ask("contact", "add", "Acme", ACME, "--yes") == {"did": ACME, "name": "Acme"}
    issue = ("issue", "--type", "Degree", "--subject", "mei", "--claim", "专业=数学", "--yes")
    issued = ask(*issue, "--issuer", "school")
    assert issued["credential"]["credentialSubject"] == {"id": mei, "专业": "数学"}
    card = issued["id"]
    signed = ask("sign", card, "--suite", "eddsa-jcs-2022", "--yes")
    assert len(signed["credential"]["proof"]) == 2
    published = ask("did", "publish", "shop", "--yes")
    assert (published["did"], published["block"]) == (shop, 1)

    request = str(tmp_path / "request.json")
    asked = ask("request", "--holder", "mei", "--type", "Degree", "-o", request, "--yes")
    answer = str(tmp_path / "answer.json")
    presented = ask("present", card, "--request", request, "-o", answer, "--yes")
    assert presented["challenge"] == asked["request"]["challenge"]
    binding = ("--challenge", presented["challenge"], "--domain", presented["domain"])
    assert ask("verify", answer, *binding)["verdict"] == "valid"
    assert ask("verify", card)["verdict"] == "valid"
    (tmp_path / "card.json").write_text(json.dumps(issued["credential"]))
    assert ask("import", str(tmp_path / "card.json"), "--yes")["role"] == "held"

    assert {entry["published"] for entry in ask("did", "list")["dids"]} == {True}
    assert ask("did", "show", "mei")["document"]["id"] == mei
    committed_shown_as_json(ask, tmp_path)
    rule = ask("policy", "add", "never-above", "--limit", "1000000", "--yes")
    assert rule["policy"] == {"rule": "never-above", "limit": "1000000"}
    assert [one["id"] for one in ask("policy", "list")["policies"]] == [rule["id"]]
    assert ask("policy", "remove", rule["id"], "--yes") == {"id": rule["id"]}
    assert ask("contact", "list") == {"contacts": [{"did": ACME, "name": "Acme"}]}
    assert card in {entry["id"] for entry in ask("list")["credentials"]}
    assert ask("show", card)["claims"] == ["专业"]
    assert ask("search", "数学")["found"][0]["kind"] == "credential"
    assert ask("balance")["accounts"][0]["did"] == shop
    assert ask("help", "DID")["topic"] == "DID"
    sorted_shown_as_json(ask, card)
    changed_shown_as_json(ask, tmp_path)
    taken_back_shown_as_json(ask, tmp_path)
    packed_shown_as_json(ask, tmp_path)
    paid_and_remembered_shown_as_json(ask, tmp_path)
    exported_shown_as_json(ask, tmp_path)
    assert ask("history", "anchor", "--yes")["block"] == 13
    journal = str(tmp_path / "journal.json")
    assert ask("history", "export", journal, "--yes")["file"] == journal
    assert ask("history", "verify", journal)["count"] < ask("history", "verify")["count"]
    done = {entry["action"] for entry in ask("history", "--last", "99")["entries"]}
    wanted = {action.name for action in ACTIONS.values() if action.needs_consent}
    assert wanted - done == APART
    assert done <= wanted


def committed_shown_as_json(ask: Ask, tmp_path: Path) -> None:
    file = str(tmp_path / "commitment.json")
    assert ask("commitment", "--issuer", "Acme", "-o", file, "--yes")["file"] == file


def sorted_shown_as_json(ask: Ask, card: str) -> None:
    """Names and tags, what is deleted and comes back, templates, the sample, and a QR code."""
    assert ask("rename", card, "mine", "--yes") == {"id": card, "name": "mine"}
    assert ask("tag", card, "a", "b", "--yes") == {"id": card, "tags": ["a", "b"]}
    assert ask("untag", card, "b", "--yes") == {"id": card, "tags": ["a"]}
    assert [one["id"] for one in ask("list", "--tag", "a")["credentials"]] == [card]
    assert ask("delete", card, "--yes")["id"] == card
    assert [one["id"] for one in ask("deleted")["deleted"]] == [card]
    assert ask("undelete", "mine", "--yes") == {"id": card, "name": "mine"}
    assert ask("delete", card, "--now", "--yes") == {"id": card, "until": None}
    assert ask("contact", "rename", "Acme", "Emca", "--yes") == {"did": ACME, "name": "Emca"}
    assert ask("contact", "remove", "Emca", "--yes") == {"did": ACME, "name": "Emca"}
    boat = ("boat", "--type", "Boat", "--claim", "class", "--yes")
    assert ask("template", "add", *boat)["claims"] == [{"name": "class", "hint": ""}]
    assert ask("template", "list")["templates"][-1]["own"] is True
    assert ask("template", "remove", "boat", "--yes") == {"name": "boat"}
    sample = ask("sample", "add", "--yes")
    assert ask("sample", "remove", "--yes")["id"] == sample["id"]
    assert ask("trust", "list") == {"trusted": [], "roots": []}
    for name, other in (("mei", "may"), ("may", "mei")):
        assert ask("did", "rename", name, other, "--yes")["name"] == other
    assert ask("qr", "show", "mei")["text"].startswith("did:key:")


def changed_shown_as_json(ask: Ask, folder: Path) -> None:
    """Each change of a DID's document, of `shop`, which is published, and of a new one."""
    site = ("--endpoint", "https://shop.example", "--yes")
    assert ask("did", "service", "shop", *site)["transactions"]
    assert ask("did", "unservice", "shop", "service-1", "--yes")["block"] == 3
    assert ask("did", "delegate", "shop", STRANGER, "--days", "1", "--yes")["gas_used"] > 0
    assert ask("did", "revoke", "shop", STRANGER, "--yes")["block"] == 5
    assert len(ask("did", "rotate", "shop", "--yes")["transactions"]) == 2
    other = ask("did", "create", "--name", "other", "--yes")["did"]
    assert ask("did", "transfer", "other", STRANGER, "--payer", "shop", "--yes")["did"] == other
    assert ask("did", "deactivate", "shop", "--yes")["block"] == 9
    (folder / "document").write_bytes(b"a document")
    anchored = ask("anchor", str(folder / "document"), "-o", str(folder / "receipts"), "--yes")
    assert list(anchored["receipts"]) == [str(folder / "document")]
    assert ask("chain", "pending") == {"transactions": []}
    file = str(folder / "did.json")
    web = ask("did", "create", "--method", "web", "--address", "a.example", "-o", file, "--yes")
    assert (web["file"], web["url"]) == (file, "https://a.example/.well-known/did.json")
    assert ask("did", "rotate", web["did"], "-o", file, "--yes")["file"] == file
    (folder / "key.json").write_text(json.dumps(KEY))
    imported = ask("did", "import", str(folder / "key.json"), "--method", "jwk", "--yes")
    (listed,) = (one for one in ask("did", "list")["dids"] if one["id"] == imported["did"])
    assert listed["imported"] is True


def paid_and_remembered_shown_as_json(ask: Ask, folder: Path) -> None:
    """What is paid, remembered and recorded."""
    ask("did", "create", "--name", "purse", "--yes")
    paid = ask("pay", "purse", "0.5", "--from", "shop", "--yes")
    assert (paid["amount"], paid["currency"]) == ("0.5", "ETH")
    assert [one["transaction"] for one in ask("payments")["payments"]] == [paid["transaction"]]
    kept = ask("memory", "set", "language", "en", "--yes")
    assert [one["id"] for one in ask("memory", "list")["memories"]] == [kept["id"]]
    assert ask("memory", "forget", kept["id"], "--yes") == {"id": kept["id"]}
    assert ask("pending") == {"pending": []}
    made = ask("remind", "call", "2090-01-01", "--yes")
    assert [one["id"] for one in ask("reminders")["reminders"]] == [made["id"]]
    assert ask("reminders", "export", str(folder / "a.ics"), "--yes")["entries"] >= 1
    assert ask("reminders", "done", made["id"], "--yes") == {"id": made["id"]}
    assert ask("reminders", "--all")["reminders"][0]["done"]
    assert ask("reminders", "remove", made["id"], "--yes") == {"id": made["id"]}
    kettle = ask("product", "add", "kettle", "--signer", "school", "--yes")["id"]
    assert ask("product", "record", "kettle", "sold", "--yes")["number"] == 2
    assert ask("product", "list")["products"][0]["events"] == 2
    assert ask("product", "anchor", "kettle", "--payer", "purse", "--yes")["transaction"]
    file = str(folder / "kettle.json")
    assert ask("product", "export", "kettle", file, "--yes")["anchors"] == 1
    for shown in (ask("product", "trace", "kettle"), ask("product", "verify", file)):
        assert [event["number"] for event in shown["events"]] == [1, 2]
        assert shown["id"] == kettle
    assert ask("product", "remove", "kettle", "--yes") == {"id": kettle}
    assert ask("lock") == {"locked": True, "held": False}


def taken_back_shown_as_json(ask: Ask, folder: Path) -> None:
    """Status lists, and what they say of a credential."""
    file = ("-o", str(folder / "list.json"), "--yes")
    signed = ("--issuer", "school", "--purpose")
    for name, purpose in (("passes", "revocation"), ("pauses", "suspension")):
        url = f"https://school.example/{name}"
        output = ("-o", str(folder / f"{name}.json"), "--yes")
        made = ask("status", "create", name, "--url", url, *signed, purpose, *output)
        assert (made["name"], made["url"]) == (name, url)
    issue = ("issue", "--type", "Pass", "--subject", "mei", "--issuer", "school", "--yes")
    lists = ("--status", "passes", "--status", "pauses")
    card = ask(*issue, "--claim", "level=1", *lists)["id"]
    assert ask("revoke", card, *file)["name"] == "passes"
    assert ask("reinstate", card, *file)["name"] == "passes"
    paused = ("-o", str(folder / "pauses.json"), "--yes")
    assert ask("suspend", card, *paused)["name"] == "pauses"
    assert ask("status", "set", card, "0", "--list", "pauses", *paused)["name"] == "pauses"
    assert ask("status", "publish", "passes", *file)["name"] == "passes"
    kept = ask("status", "list")["status_lists"]
    assert [(one["name"], one["issued"], one["set"]) for one in kept] == [
        ("passes", 1, 0),
        ("pauses", 1, 0),
    ]


def exported_shown_as_json(ask: Ask, folder: Path) -> None:
    """What is the person's, in forms that other programs read, and back."""
    (folder / "password").write_text("a password for another program")
    locked, password = str(folder / "wallet.json"), ("--password-file", str(folder / "password"))
    assert ask("export", "wallet", locked, *password, "--yes") == {"file": locked}
    assert ask("import-wallet", locked, *password, "--yes")["stored"]
    keys = str(folder / "keys.json")
    assert ask("export", "keys", keys, "--did", "school", "--yes") == {"file": keys}
    document = str(folder / "school.json")
    assert ask("export", "document", "school", document, "--yes") == {"file": document}


def packed_shown_as_json(ask: Ask, folder: Path) -> None:
    """Evidence, and whom one trusts, as files for others."""
    ask(
        "issue",
        "--type",
        "Card",
        "--subject",
        "mei",
        "--issuer",
        "school",
        "--claim",
        "a=1",
        "--yes",
    )
    packed = ask("bundle", "Card", "-o", str(folder / "bundle.json"), "--yes")
    assert packed["verdict"] == "valid"
    assert ask("trust", "add", ACME)["issuer"] == ACME
    assert ask("trust", "export", "-o", str(folder / "trust.json"), "--yes")["issuers"] == 1
    assert ask("trust", "list")["trusted"][0]["issuer"] == ACME
    assert ask("trust", "remove", ACME)["removed"] == 1


def test_a_verdict_is_json_and_an_exit_code(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    report = ask("verify", str(tmp_path / "a.json"), code=ExitCode.FAILED)
    assert report["verdict"] == "invalid"


@pytest.mark.parametrize(
    "value", ["\x1b[2J\r\n", "\x9b2J", "\u202etxt", "\U000e0041", "\udcff", "林 é 😀", '"\\\n"']
)
def test_says_everything_and_moves_no_cursor(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_json({value: [value, {"a": (value,)}]})
    out = capsys.readouterr().out
    assert json.loads(out) == {value: [value, {"a": [value]}]}
    assert all(printable(line) == line for line in out.splitlines())
