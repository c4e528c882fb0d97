from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wallet.search.index import SearchIndex
from wallet.search.label import described, in_one_line, label_of
from wallet.search.words import normal, words_of
from wallet.vault.record import Kind
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.vault.secret import Secret

FEW = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30
)


def stored(
    number: int, name: str = "", *, type_: str = "DegreeCredential", **more: Any
) -> tuple[str, dict[str, Any]]:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", type_],
        "issuer": {"id": "did:web:acme.example", "name": "Acme Académie"},
        "credentialSubject": {"id": "did:key:z6MkMe", "degree": {"finalGrade": "Zylphora"}},
        **more,
    }
    id_ = f"cred-{number:08x}"
    return id_, {"id": id_, "name": name, "raw": json.dumps(document), "role": "held"}


def found(index: SearchIndex, query: str, **more: Any) -> list[str]:
    return [label.name for label in index.find(query, **more).labels]


@pytest.fixture
def index(vault: Vault) -> SearchIndex:
    vault.put_many(
        Kind.CREDENTIAL,
        [
            stored(1, "Work"),
            stored(2, "学位证书", type_="BachelorDegree"),
            stored(3, "Gym", type_="MembershipCard", issuer="did:web:gym.example"),
            stored(4, "STRASSE ﬁle", credentialSubject=[{"a": 1}, {"b": [{"inner": 2}]}]),
        ],
    )
    return SearchIndex(vault)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["STRASSE ﬁle", "Gym", "学位证书", "Work"]),
        ("work", ["Work"]),
        ("证书", ["学位证书"]),
        ("MEMBER", ["Gym"]),
        ("acme", ["STRASSE ﬁle", "学位证书", "Work"]),
        ("degree bachelor", ["学位证书"]),
        ("bachelor gym", []),
        ("finalgrade work", ["Work"]),
        ("inner", ["STRASSE ﬁle"]),
        ("straße FILE", ["STRASSE ﬁle"]),
        ("académie work", ["Work"]),
        ("did:web:gym", ["Gym"]),
        ("cred-00000002", ["学位证书"]),
        ("held", ["STRASSE ﬁle", "Gym", "学位证书", "Work"]),
        ("zylphora", []),
        ("z6MkMe", []),
        ("verifiablecredential", ["STRASSE ﬁle", "Gym", "学位证书", "Work"]),
        ("credential work", ["Work"]),
        ("持有 gym", ["Gym"]),
        ("签发", []),
        ("过期", []),
        ("in force work", ["Work"]),
        ("force", []),
    ],
)
def test_finds_names_types_issuers_and_claims_but_no_values(
    index: SearchIndex, query: str, names: list[str]
) -> None:
    assert found(index, query) == names


def test_finds_an_issuer_by_the_name_the_person_gave_it(index: SearchIndex) -> None:
    assert found(index, "muscles", known={"did:web:gym.example": "Mighty Muscles"}) == ["Gym"]
    assert found(index, "muscles gym", known={"did:web:gym": "Mighty Muscles"}) == []


def test_gives_pages(vault: Vault, index: SearchIndex) -> None:
    vault.put_many(Kind.CREDENTIAL, (stored(n, f"many {n}") for n in range(100, 700)))
    seen: list[str] = []
    for skip in range(0, 650, 130):
        page = index.find("many", skip=skip, limit=130)
        assert page.total == 600
        seen += [label.name for label in page.labels]
    assert seen == [f"many {n}" for n in range(699, 99, -1)]
    assert index.find("many", skip=600).labels == ()
    assert len(index.find("many", limit=None).labels) == 600


def test_follows_every_change(vault: Vault, index: SearchIndex) -> None:
    assert found(index, "work") == ["Work"]
    vault.put(Kind.CREDENTIAL, stored(1, "Play")[1], id="cred-00000001")
    assert (found(index, "work"), found(index, "play")) == ([], ["Play"])
    vault.delete(Kind.CREDENTIAL, "cred-00000001")
    assert found(index, "play") == []
    vault.put(Kind.JOURNAL, {})
    with pytest.raises(RuntimeError):
        change_and_fail(vault)
    assert found(index, "lost") == []
    for n in (2, 3, 4):
        vault.delete(Kind.CREDENTIAL, f"cred-{n:08x}")
    assert found(index, "") == []


def change_and_fail(vault: Vault) -> None:
    with vault.transaction():
        vault.put(Kind.CREDENTIAL, stored(9, "lost")[1], id="cred-00000009")
        raise RuntimeError


def test_what_is_kept_is_read_instead_of_made(
    vault: Vault, index: SearchIndex, passphrase: Secret
) -> None:
    assert index.refresh() == 1
    index.keep()
    assert index.refresh() == 0
    vault.put(Kind.JOURNAL, {})
    assert index.refresh() == 0
    vault.close()
    with Vault.open(vault.path, passphrase) as again:
        other = SearchIndex(again)
        assert other.refresh() == 0
        assert found(other, "bachelor") == ["学位证书"]
        again.put(Kind.CREDENTIAL, stored(5, "Five")[1], id="cred-00000005")
        assert found(other, "five") == ["Five"]
        assert other.refresh() == 1


def test_keeps_nothing_of_what_is_gone(vault: Vault, index: SearchIndex) -> None:
    index.keep()
    for n in (1, 2, 3, 4):
        vault.delete(Kind.CREDENTIAL, f"cred-{n:08x}")
    index.keep()
    assert vault.count(Kind.SEARCH) == 0
    index.keep()
    assert found(index, "") == []


def test_what_another_version_kept_is_made_anew(vault: Vault, index: SearchIndex) -> None:
    vault.put(Kind.SEARCH, {"format": 99}, id="credential/0")
    assert found(index, "work") == ["Work"]
    index.keep()
    assert vault.get(Kind.SEARCH, "credential/0").body["format"] == 2


def test_searches_without_writing(vault: Vault, index: SearchIndex, passphrase: Secret) -> None:
    index.keep()
    vault.close()
    before = vault.path.read_bytes()
    with Vault.open(vault.path, passphrase, read_only=True) as again:
        assert found(SearchIndex(again), "gym") == ["Gym"]
    assert vault.path.read_bytes() == before


def test_no_copy_of_the_file_tells_a_word(path: Path, index: SearchIndex) -> None:
    index.keep()
    files = [file.read_bytes() for file in path.parent.iterdir()]
    for word in ("bachelor", "finalgrade", "acme", "did:web:gym", "学位", "credential/0"):
        assert not any(word.encode() in file for file in files)


@pytest.mark.parametrize("raw", ["", "{}", "[1]", "{" * 5000, "eyJ.e30.x", '{"a":"\\ud800"}'])
def test_one_that_cannot_be_read_has_a_name_still(vault: Vault, raw: str) -> None:
    body = {"id": "cred-1", "name": "Odd", "raw": raw, "role": "held"}
    vault.put(Kind.CREDENTIAL, body, id="cred-1")
    assert found(SearchIndex(vault), "odd") == ["Odd"]


def test_a_huge_credential_is_described_in_few_words() -> None:
    subject: dict[str, Any] = {f"claim{n}": n for n in range(5000)}
    _, body = stored(1, "n" * 9999, credentialSubject={**subject, "deep": {"a": {"b": {}}}})
    assert len(described(body).about) <= 4096 * 2
    assert len(described(body).own) <= 4096 * 2
    assert len(label_of(body).claims) == 5001


def test_a_block_of_huge_credentials_is_found_in_and_not_kept(vault: Vault) -> None:
    entries = []
    for number in range(100):
        claims = {f"{number}-{n}-{'长' * 30}": n for n in range(150)}
        issuer = {"id": f"did:web:{number}.example", "name": ["a" * 4000] * 9}
        entries.append(stored(number, "n" * 5000, issuer=issuer, credentialSubject=claims))
    vault.put_many(Kind.CREDENTIAL, entries)
    vault.put_many(Kind.JOURNAL, [(None, {})] * 256)
    vault.put(Kind.CREDENTIAL, stored(700, "small")[1], id="cred-700")
    index = SearchIndex(vault)
    assert index.find("did:web:99.example").total == 1
    index.keep()
    assert index.refresh() == vault.count(Kind.SEARCH) == 1
    assert found(SearchIndex(vault), "small") == ["small"]


def test_finds_by_name_alone(vault: Vault, index: SearchIndex) -> None:
    vault.put(Kind.CREDENTIAL, stored(7, "work")[1], id="cred-00000007")
    assert [r.id for r in index.named("WORK")] == ["cred-00000007", "cred-00000001"]
    assert index.named("wor") == ()
    assert index.named("degree") == ()


@given(st.text(max_size=40))
def test_words_are_what_stands_between_spaces(query: str) -> None:
    words = words_of(query)
    assert len(words) <= 8
    assert all(word and not word.isspace() for word in words)
    assert all(normal(word) == word or normal(normal(word)) == normal(word) for word in words)


@FEW
@given(
    st.lists(st.sampled_from(["ab", "cd", "ae", "bd", "abc"]), min_size=1, max_size=12), st.data()
)
def test_finds_what_a_plain_look_at_all_finds(
    vault: Vault, names: list[str], data: st.DataObject
) -> None:
    for record in vault.all(Kind.CREDENTIAL):
        vault.delete(Kind.CREDENTIAL, record.id)
    index = SearchIndex(vault)
    index.refresh()
    vault.put_many(Kind.CREDENTIAL, (stored(n, f"{a}{n}") for n, a in enumerate(names)))
    query = data.draw(st.sampled_from(["a", "b", "a b", "abc", "d", "1", "x"]))
    expected = [
        record.body["name"]
        for record in reversed(vault.all(Kind.CREDENTIAL))
        if all(word in normal(" ".join(described(record.body))) for word in query.split())
    ]
    assert found(index, query) == expected


@FEW
@given(
    st.lists(
        st.tuples(
            st.text(max_size=8),
            st.lists(st.text(min_size=1, max_size=6), max_size=4, unique=True),
            st.sampled_from([{}, {"validUntil": "2021-01-01T00:00:00.5Z"}]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_label_out_of_the_index_is_that_of_the_credential(
    vault: Vault, drawn: list[tuple[str, list[str], dict[str, str]]]
) -> None:
    for record in vault.all(Kind.CREDENTIAL):
        vault.delete(Kind.CREDENTIAL, record.id)
    for number, (name, claims, more) in enumerate(drawn):
        subject: dict[str, Any] = dict.fromkeys(claims, 1) or {"id": "did:key:z6MkMe"}
        id_, body = stored(number, name, credentialSubject=subject, **more)
        vault.put(Kind.CREDENTIAL, body, id=id_)
    index = SearchIndex(vault)
    expected = [label_of(record.body) for record in reversed(vault.all(Kind.CREDENTIAL))]
    expected = [replace(label, name=in_one_line(label.name)) for label in expected]
    assert list(index.find().labels) == expected
    index.keep()
    assert list(SearchIndex(vault).find().labels) == expected


def test_threads_share_an_index(vault: Vault, index: SearchIndex) -> None:
    failed: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for n in range(10):
                id_, body = stored(name * 100 + n, f"thread {name}")
                vault.put(Kind.CREDENTIAL, body, id=id_)
                assert index.find(f"thread {name}").total == n + 1
        except BaseException as error:  # noqa: BLE001 -- shown below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(11, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def tagged(number: int, *tags: str) -> tuple[str, dict[str, Any]]:
    id_, body = stored(number, f"card {number}")
    return id_, {**body, "tags": list(tags)}


def test_tags_are_kept_with_the_index_and_read_back(vault: Vault) -> None:
    vault.put_many(
        Kind.CREDENTIAL, [tagged(1, "work", "学校"), stored(2, "plain"), tagged(3, "Work")]
    )
    SearchIndex(vault).keep()
    index = SearchIndex(vault)
    assert [label.tags for label in index.find().labels] == [("Work",), (), ("work", "学校")]
    assert found(index, "", tags=["WORK"]) == ["card 3", "card 1"]
    assert found(index, "", tags=["学校", "work"]) == ["card 1"]
    assert found(index, "card", tags=["学"]) == []
    assert index.tags() == {"Work": 2, "学校": 1}


def test_no_name_passes_for_a_tag(vault: Vault) -> None:
    vault.put_many(Kind.CREDENTIAL, [stored(1, "\x80work\x80"), stored(2, "work")])
    index = SearchIndex(vault)
    assert found(index, "", tags=["work"]) == []
    assert index.tags() == {}
    assert all(label.tags == () for label in index.find().labels)


def test_an_index_from_before_there_were_tags_is_read_as_it_is(vault: Vault) -> None:
    vault.put_many(Kind.CREDENTIAL, [stored(1, "one"), stored(2, "two")])
    SearchIndex(vault).keep()
    assert "\x80" not in vault.all(Kind.SEARCH)[0].body["lines"]
    vault.put(Kind.CREDENTIAL, tagged(2, "work")[1], id=stored(2)[0])
    assert found(SearchIndex(vault), "", tags=["work"]) == ["card 2"]
