from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from agent.state import COMPLETE, state_of
from did.identifier import DID
from wallet.actions import ACTIONS
from wallet.actions.looking import FEW
from wallet.actions.paging import PAGE_SIZE
from wallet.credentials.received import read_credential
from wallet.entries import Contact, OwnDID, StoredCredential, credential, each_credential
from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.search.index import SearchIndex
from wallet.search.label import label_of
from wallet.vault.errors import Locked, VaultError
from wallet.vault.files import VAULT_FILE
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import Wallet, open_wallet

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.actions.result import Result

COUNT = 2_345
PASSPHRASE = Secret("correct horse battery staple")
UNIVERSITY = "did:web:university.example"
HOLDER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def stored(number: int, name: str | None = None, **more: Any) -> tuple[str, dict[str, Any]]:
    role = "issued" if number % 100 == 0 else "held"
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "Course" if number % 2 else "Badge"],
        "issuer": UNIVERSITY if number % 10 == 3 else "did:web:other.example",
        "validUntil": "2021-01-01T00:00:00Z" if number % 50 == 1 else "2999-01-01T00:00:00Z",
        "credentialSubject": {"id": HOLDER, "level": f"Secret{number}", "seat": "1A"},
        **more,
    }
    id_ = f"cred-{number:08x}"
    name = f"entry {number}" if name is None else name
    return id_, {"id": id_, "name": name, "raw": json.dumps(document), "role": role}


@pytest.fixture(scope="module")
def many(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = shutil.copytree(template, tmp_path_factory.mktemp("many") / "wallet")
    with open_wallet(home, PASSPHRASE) as wallet:
        wallet.vault.put_many(Kind.CREDENTIAL, map(stored, range(COUNT)))
        contact = Contact("Alma Mater", DID.parse(UNIVERSITY))
        wallet.vault.put(Kind.CONTACT, contact.body(), id=contact.id)
        own = OwnDID(DID.parse(HOLDER), "entry point", 0)
        wallet.vault.put(Kind.DID, own.body(), id=own.id)
        wallet.index.keep()
    return home


@pytest.fixture
def home(many: Path, tmp_path: Path) -> Path:
    return shutil.copytree(many, tmp_path / "wallet")


def asked(wallet: Wallet, action: str, **arguments: Any) -> Result:
    read = ACTIONS[action].read
    assert read is not None
    return read(wallet, arguments)


def listed(wallet: Wallet, **arguments: Any) -> list[str]:
    rows = asked(wallet, "list_credentials", **arguments).data["credentials"]
    return [row["name"] for row in rows]


def found(wallet: Wallet, query: str, **arguments: Any) -> list[str]:
    rows = asked(wallet, "search", query=query, **arguments).data["found"]
    return [row["name"] for row in rows]


def entries(numbers: range) -> list[str]:
    return [f"entry {number}" for number in numbers]


# Lists


def test_a_list_shows_the_newest_page_the_oldest_of_it_first_and_how_to_see_more(
    wallet: Wallet,
) -> None:
    result = asked(wallet, "list_credentials")
    assert [row["name"] for row in result.data["credentials"]] == entries(range(2295, 2345))
    assert {name: result.data[name] for name in ("total", "page", "pages")} == {
        "total": COUNT,
        "page": 1,
        "pages": 47,
    }
    assert str(result.summary) == "credentials: 2345, page 1 of 47"
    assert "--page 2" in str(result.next)
    assert "--all" in str(result.next)


@pytest.mark.parametrize("page", [48, 1 << 63, 10**100])
def test_there_is_no_page_after_the_last(wallet: Wallet, page: int) -> None:
    for words in ({}, {"filter": "entry"}):
        with pytest.raises(BadInput, match="there is no page") as refusal:
            asked(wallet, "list_credentials", page=page, **words)
        assert refusal.value.hint == "the last is 47"


def test_the_pages_together_are_all_of_them(wallet: Wallet) -> None:
    pages = [listed(wallet, page=page) for page in range(1, 48)]
    assert [len(page) for page in pages] == [PAGE_SIZE] * 46 + [45]
    everything = [name for page in reversed(pages) for name in page]
    assert everything == entries(range(COUNT)) == listed(wallet, all=True)
    last = asked(wallet, "list_credentials", page=47)
    assert last.next is None


def test_a_page_that_is_not_there_is_refused_and_so_is_one_of_everything(wallet: Wallet) -> None:
    for paging in ({"page": 48}, {"page": 1, "all": True}):
        with pytest.raises(BadInput):
            asked(wallet, "list_credentials", **paging)
        with pytest.raises(BadInput):
            asked(wallet, "list_credentials", filter="entry", **paging)
        with pytest.raises(BadInput):
            asked(wallet, "search", query="entry", **paging)


def test_a_row_out_of_the_index_is_the_row_out_of_the_credential(wallet: Wallet) -> None:
    pages = [
        row
        for page in range(47, 0, -1)
        for row in asked(wallet, "list_credentials", page=page).data["credentials"]
    ]
    assert asked(wallet, "list_credentials", all=True).data["credentials"] == pages
    shown = asked(wallet, "show_credential", credential="entry 51").data
    assert {name: shown[name] for name in pages[51]} == pages[51]
    assert pages[51] == {
        "id": "cred-00000033",
        "name": "entry 51",
        "types": ["VerifiableCredential", "Course"],
        "issuer": "did:web:other.example",
        "issuer_name": "",
        "role": "held",
        "claims": ["level", "seat"],
        "valid_until": "2021-01-01T00:00:00+00:00",
        "state": "expired",
        "tags": [],
    }


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("expired", 47),
        ("EXPIRED course", 47),
        ("过期", 47),
        ("已过期", 47),
        ("expired badge", 0),
        ("in force", COUNT - 47),
        ("有效 course", 1172 - 47),
        ("issued", 24),
        ("签发", 24),
        ("持有", COUNT - 24),
        ("held expired", 47),
        ("alma mater", 235),
        ("university.example course", 235),
        ("seat", COUNT),
        ("verifiable credential", COUNT),
        ("secret17", 0),
        ("entry 2344", 1),
        ("cred-00000010", 1),
    ],
)
def test_a_list_is_filtered_by_words_and_states(wallet: Wallet, words: str, count: int) -> None:
    result = asked(wallet, "list_credentials", filter=words)
    assert result.data["total"] == count
    assert len(result.data["credentials"]) == min(count, PAGE_SIZE)
    assert listed(wallet, filter=words, all=True)[-PAGE_SIZE:] == [
        row["name"] for row in result.data["credentials"]
    ]


def test_pages_of_a_filtered_list_go_from_the_newest_to_the_oldest(wallet: Wallet) -> None:
    numbers = [number for number in range(COUNT) if number % 10 == 3]
    pages = [listed(wallet, filter="alma mater", page=page) for page in range(1, 6)]
    assert [f"entry {n}" for n in numbers] == [name for page in pages[::-1] for name in page]


def test_what_cannot_be_read_is_listed_by_its_name(wallet: Wallet) -> None:
    body = {"id": "cred-odd", "name": "Odd", "raw": "{}", "role": "held"}
    wallet.vault.put(Kind.CREDENTIAL, body, id="cred-odd")
    assert listed(wallet)[-1] == listed(wallet, filter="odd")[-1] == "Odd"


# Search


def test_a_search_tells_that_it_did_not_look_through_what_credentials_say(wallet: Wallet) -> None:
    result = asked(wallet, "search", query="secret1234")
    assert result.data == {"found": [], "values": False, "page": 1, "pages": 1, "total": 0}
    assert "--values" in str(result.facts[0][1])
    thorough = asked(wallet, "search", query="secret1234", values=True)
    assert [row["name"] for row in thorough.data["found"]] == ["entry 1234"]
    assert thorough.facts == ()


def test_a_small_wallet_is_always_searched_through(wallet: Wallet) -> None:
    for number in range(COUNT - FEW):
        wallet.vault.delete(Kind.CREDENTIAL, f"cred-{number:08x}")
    assert found(wallet, "secret2300") == ["entry 2300"]
    assert found(wallet, "alma mater 2303") == ["entry 2303"]
    assert asked(wallet, "search", query="secret2300").data["values"] is True


def test_a_search_has_pages_and_other_entries_on_the_first(wallet: Wallet) -> None:
    first = asked(wallet, "search", query="entry")
    assert first.data["total"] == COUNT + 1
    assert [row["kind"] for row in first.data["found"]] == ["DID"] + ["credential"] * PAGE_SIZE
    assert found(wallet, "entry", page=2) == entries(range(2245, 2295))
    assert len(found(wallet, "entry", all=True)) == COUNT + 1
    assert found(wallet, "alma") == ["Alma Mater", *listed(wallet, filter="alma")]


# One by its name


def test_one_is_found_by_its_name_and_several_are_told_apart(wallet: Wallet) -> None:
    assert credential(wallet.index, "ENTRY 77").id == "cred-0000004d"
    wallet.vault.put(Kind.CREDENTIAL, stored(COUNT, "entry 77")[1], id="cred-00000929")
    with pytest.raises(Ambiguous) as raised:
        credential(wallet.index, "entry 77")
    assert raised.value.hint == "name one by id: cred-0000004d, cred-00000929"
    for part in ("entry", "77", "held", "cred-0000004d entry 77"):
        with pytest.raises(NoSuchEntry) as missing:
            credential(wallet.index, part)
        listed = "entry 2341, entry 2342, entry 2343, entry 2344, entry 77"
        assert missing.value.hint == f"it has: {listed} and {COUNT - 4} more"


def test_each_is_read_once_and_the_oldest_first(wallet: Wallet) -> None:
    assert [entry.name for entry in each_credential(wallet.vault)] == entries(range(COUNT))


def test_two_credentials_never_share_an_id(wallet: Wallet) -> None:
    vault = wallet.vault
    documents = {stored(number)[1]["raw"].encode() for number in range(3)}
    for raw in documents:
        digest = hashlib.sha256(raw).hexdigest()
        for digits in (8, 16):  # somebody else's
            taken = f"cred-{digest[:digits]}"
            vault.put(Kind.CREDENTIAL, {**stored(7)[1], "id": taken}, id=taken)
        made = StoredCredential.made(vault, read_credential(raw), name="", role="held")
        assert made.id == f"cred-{digest[:32]}"
        vault.put(Kind.CREDENTIAL, made.body(), id=made.id)
        again = StoredCredential.made(vault, read_credential(raw), name="", role="held")
        assert again.id == made.id


# Changes


def test_what_another_process_did_shows(wallet: Wallet, home: Path) -> None:
    assert found(wallet, "brand") == []
    assert listed(wallet)[-1] == "entry 2344"
    _, body = stored(9_999, "brand new")
    code = (
        "import json, sys; from pathlib import Path; from wallet.vault.record import Kind;"
        "from wallet.vault.secret import Secret; from wallet.vault.vault import Vault;"
        "vault = Vault.open(Path(sys.argv[1]), Secret(sys.argv[2]));"
        "vault.put(Kind.CREDENTIAL, json.loads(sys.argv[3]), id='cred-new');"
        "vault.delete(Kind.CREDENTIAL, 'cred-00000928'); vault.close()"
    )
    arguments = [str(home / VAULT_FILE), PASSPHRASE.expose_secret(), json.dumps(body)]
    subprocess.run([sys.executable, "-P", "-c", code, *arguments], check=True)
    assert found(wallet, "brand") == ["brand new"]
    assert found(wallet, "2344") == []
    assert listed(wallet)[-2:] == ["entry 2343", "brand new"]
    assert asked(wallet, "list_credentials").data["total"] == COUNT


def test_what_is_deleted_is_found_no_more(wallet: Wallet) -> None:
    assert found(wallet, "2000") == ["entry 2000"]
    wallet.vault.delete(Kind.CREDENTIAL, "cred-000007d0")
    assert found(wallet, "2000") == []
    assert asked(wallet, "list_credentials", filter="entry").data["total"] == COUNT - 1


def test_a_wallet_that_is_only_read_lists_and_searches_and_is_not_written(home: Path) -> None:
    with open_wallet(home, PASSPHRASE) as wallet:
        wallet.vault.put_many(Kind.CREDENTIAL, map(stored, range(COUNT, COUNT + 600)))
    before = (home / VAULT_FILE).read_bytes()
    with open_wallet(home, PASSPHRASE, read_only=True) as wallet:
        assert listed(wallet)[-1] == "entry 2944"
        assert found(wallet, "2940") == ["entry 2940"]
        with pytest.raises(VaultError):
            wallet.index.keep()
    assert (home / VAULT_FILE).read_bytes() == before


# What is kept


def kept(home: Path) -> int:
    with open_wallet(home, PASSPHRASE) as wallet:
        return SearchIndex(wallet.vault).refresh()


def test_an_index_that_took_long_to_make_is_kept_at_the_end(home: Path) -> None:
    with open_wallet(home, PASSPHRASE) as wallet:
        wallet.vault.put_many(Kind.CREDENTIAL, map(stored, range(COUNT, COUNT + 600)))
    assert kept(home) > 1
    with open_wallet(home, PASSPHRASE) as wallet:
        assert listed(wallet, filter="2944") == ["entry 2944"]
    assert kept(home) == 0


def test_an_index_that_is_soon_made_again_is_not_written(home: Path) -> None:
    with open_wallet(home, PASSPHRASE) as wallet:
        wallet.vault.put(Kind.CREDENTIAL, stored(COUNT)[1], id="cred-new")
        assert listed(wallet, filter="2345") == ["entry 2345"]
        changes = wallet.vault.changes
    with open_wallet(home, PASSPHRASE) as wallet:
        assert wallet.vault.changes == changes
    assert kept(home) == 1


def test_a_wallet_that_was_asked_nothing_reads_no_index(home: Path) -> None:
    with open_wallet(home, PASSPHRASE) as wallet:
        wallet.vault.put_many(Kind.CREDENTIAL, map(stored, range(COUNT, COUNT + 600)))
        assert len(listed(wallet)) == PAGE_SIZE
    assert kept(home) > 1


def test_an_index_is_empty_after_it_was_closed_and_can_be_asked_again(wallet: Wallet) -> None:
    index = SearchIndex(wallet.vault)
    assert index.find("2222").total == 1
    index.close()
    assert "entry" not in repr(vars(index))
    assert index.find("2222").total == 1
    wallet.close()
    with pytest.raises(Locked):
        index.find("2222")


# What the planner sees


def test_of_many_the_planner_sees_those_that_were_spoken_of(wallet: Wallet) -> None:
    wallet.vault.put(Kind.CREDENTIAL, stored(7_001, "Wilhelmina's diploma")[1], id="cred-w")
    wallet.vault.put(Kind.CREDENTIAL, stored(7_002, "林梅的学位证书")[1], id="cred-l")
    wallet.vault.put_many(Kind.CREDENTIAL, map(stored, range(10_000, 10_300)))
    names = {
        said: [entry.name for entry in state_of(wallet, said).credentials]
        for said in ("show entry 77 to Acme", "her diploma", "Wilhelmyna", "出示林梅的证书", "")
    }
    assert "entry 77" in names["show entry 77 to Acme"]
    assert "Wilhelmina's diploma" in names["her diploma"]
    assert "Wilhelmina's diploma" in names["Wilhelmyna"]
    assert "林梅的学位证书" in names["出示林梅的证书"]
    assert "entry 77" not in names[""]
    for seen in names.values():
        assert len(seen) <= 300
        assert seen[-1] == "entry 10299"


def test_of_many_the_planner_sees_by_the_name_of_an_issuer(wallet: Wallet) -> None:
    wallet.vault.delete(Kind.CONTACT, "Alma Mater")
    wallet.vault.put(
        Kind.CREDENTIAL, stored(7, "x", issuer="did:web:rare.example")[1], id="cred-rare"
    )
    wallet.vault.put_many(Kind.CREDENTIAL, map(stored, range(10_000, 10_300)))
    contact = Contact("Zebra School", DID.parse("did:web:rare.example"))
    wallet.vault.put(Kind.CONTACT, contact.body(), id=contact.id)
    entry = next(e for e in state_of(wallet, "the one of Zebra").credentials if e.name == "x")
    assert entry.issuer == "Zebra School"


def test_the_planner_sees_that_there_are_others_of_a_role(wallet: Wallet) -> None:
    for number in range(0, COUNT, 100):
        wallet.vault.delete(Kind.CREDENTIAL, f"cred-{number:08x}")
    assert [e.role for e in state_of(wallet).credentials].count("issued") == 0
    wallet.vault.put(Kind.CREDENTIAL, stored(0)[1], id="cred-00000000")
    wallet.vault.put_many(Kind.CREDENTIAL, map(stored, range(10_001, 10_099)))
    assert [e.role for e in state_of(wallet).credentials].count("issued") == 1


def test_of_few_the_planner_sees_all_the_oldest_first(wallet: Wallet) -> None:
    for number in range(COUNT - COMPLETE):
        wallet.vault.delete(Kind.CREDENTIAL, f"cred-{number:08x}")
    seen = state_of(wallet, "nothing of them").credentials
    labels = [label_of(record.body) for record in wallet.vault.all(Kind.CREDENTIAL)]
    assert [(e.id, e.type, e.name, e.role, e.claims, e.valid_until) for e in seen] == [
        (la.id, la.type, la.name, la.role, la.claims, la.valid_until) for la in labels
    ]
    assert {e.issuer for e in seen} == {"Alma Mater", "did:web:other.example"}


def test_no_value_of_a_claim_is_in_what_the_planner_sees_or_in_what_is_kept(
    wallet: Wallet,
) -> None:
    assert "Secret" not in repr(state_of(wallet, "secret 1234"))
    for record in wallet.vault.all(Kind.SEARCH):
        assert "secret" not in json.dumps(record.body).casefold()
