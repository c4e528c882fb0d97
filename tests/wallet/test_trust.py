from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from wallet.credentials.strict_json import write_json
from wallet.errors import BadInput, NoSuchEntry
from wallet.judging import policy_of
from wallet.trust import (
    TRUST_FILE,
    Trusted,
    add,
    read_document,
    remove,
    to_document,
    trust_rule,
    trusted,
)

if TYPE_CHECKING:
    from pathlib import Path

SCHOOL = Trusted("did:web:school.example", ("Degree",), "the school")


def test_without_a_file_trust_is_not_judged(tmp_path: Path) -> None:
    assert trust_rule(tmp_path) is None
    assert trusted(tmp_path) == ()


def test_what_is_added_is_listed_and_a_persons_comments_stay(tmp_path: Path) -> None:
    (tmp_path / TRUST_FILE).write_text("# people I know\n", encoding="utf-8")
    add(tmp_path, SCHOOL)
    add(tmp_path, Trusted("did:web:state.example"))
    assert trusted(tmp_path) == (SCHOOL, Trusted("did:web:state.example"))
    assert "# people I know" in (tmp_path / TRUST_FILE).read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="already"):
        add(tmp_path, SCHOOL)


def test_who_trusts_nobody_any_more_still_has_trust_judged(tmp_path: Path) -> None:
    add(tmp_path, SCHOOL)
    assert remove(tmp_path, SCHOOL.issuer) == 1
    assert trusted(tmp_path) == ()
    assert trust_rule(tmp_path) is not None
    with pytest.raises(NoSuchEntry):
        remove(tmp_path, SCHOOL.issuer)


def test_who_trusted_nobody_any_more_can_trust_somebody_again(tmp_path: Path) -> None:
    (tmp_path / TRUST_FILE).write_text("# people I know\n", encoding="utf-8")
    add(tmp_path, SCHOOL)
    remove(tmp_path, SCHOOL.issuer)
    add(tmp_path, SCHOOL)
    assert trusted(tmp_path) == (SCHOOL,)
    assert "# people I know" in (tmp_path / TRUST_FILE).read_text(encoding="utf-8")


def test_an_inline_list_of_trust_is_added_to(tmp_path: Path) -> None:
    (tmp_path / TRUST_FILE).write_text('trust = [{issuers = ["did:x:a"]}]\n', encoding="utf-8")
    add(tmp_path, SCHOOL)
    assert trusted(tmp_path) == (Trusted("did:x:a"), SCHOOL)


def test_one_issuer_leaves_a_table_of_several(tmp_path: Path) -> None:
    (tmp_path / TRUST_FILE).write_text('[[trust]]\nissuers = ["did:x:a", "did:x:b"]\n')
    remove(tmp_path, "did:x:a")
    assert [entry.issuer for entry in trusted(tmp_path)] == ["did:x:b"]


def test_a_policy_that_names_issuers_takes_the_place_of_the_list(tmp_path: Path) -> None:
    add(tmp_path, SCHOOL)
    by_file = policy_of(tmp_path, file=b'[[trust]]\nissuers = ["did:x:a"]\n')
    assert policy_of(tmp_path).trust == trust_rule(tmp_path)
    assert by_file.trust != trust_rule(tmp_path)
    assert policy_of(tmp_path, file=b"offline = true\n").trust == trust_rule(tmp_path)


@pytest.mark.parametrize(
    "text", ["x = 1", "trust = 1", "[[trust]]\nissuers = []", "[[trust]]\nissuer = 'a'", "\0"]
)
def test_a_file_that_is_not_understood_is_refused_and_not_written_over(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / TRUST_FILE).write_text(text)
    for attempt in (lambda: trusted(tmp_path), lambda: add(tmp_path, SCHOOL)):
        with pytest.raises(BadInput):
            attempt()
    assert (tmp_path / TRUST_FILE).read_text() == text


def test_a_list_is_handed_on_and_read_again() -> None:

    document = to_document([SCHOOL], datetime(2026, 1, 1, tzinfo=UTC))
    assert read_document(write_json(document)) == (document, (SCHOOL,))


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b"",
        b'{"type": "HoldfastTrustList", "version": 2, "trust": []}',
        b'{"type": "HoldfastTrustList", "version": 1, "trust": [{}]}',
        b'{"type": "HoldfastTrustList", "version": 1, "trust": [1]}',
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_document(data)
