from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.draft import (
    Draft,
    DraftStep,
    Handle,
    Names,
    Pairs,
    Span,
    Spans,
    Unknown,
    Word,
)

_TEXT = st.text(st.characters(exclude_characters='"\n', exclude_categories=["Cs"]), min_size=1)
_CLAIM = st.text(st.characters(codec="ascii", categories=["L"]), min_size=1)
_VALUE = st.one_of(
    st.builds(Handle, st.from_regex(r"[DCP][1-8]|\$[1-3]", fullmatch=True)),
    st.just(Unknown()),
    st.builds(Span, _TEXT),
    st.builds(Word, st.sampled_from(["key", "ethr"])),
    st.builds(Names, st.lists(_CLAIM, min_size=1).map(tuple)),
    st.builds(Spans, st.lists(_TEXT, min_size=1).map(tuple)),
    st.builds(Pairs, st.lists(st.tuples(_TEXT, _TEXT), min_size=1).map(tuple)),
)
_STEP = st.builds(
    DraftStep,
    st.sampled_from(["create_did", "issue_credential"]),
    st.lists(st.tuples(st.sampled_from(["name", "type"]), _VALUE)).map(tuple),
)


@given(st.builds(Draft, st.lists(_STEP, max_size=4).map(tuple)))
def test_what_is_written_is_read_back(draft: Draft) -> None:
    assert Draft.read(draft.write()) == draft


def test_nothing_is_none() -> None:
    assert Draft().write() == "none"
    assert Draft.read(" none\n") == Draft()


@pytest.mark.parametrize(
    "line",
    ["", "show it", "create_did name=", 'create_did name="x', "create_did; ", "present claims=[a"],
)
def test_refuses_a_line_that_is_no_draft(line: str) -> None:
    with pytest.raises(ValueError, match=r"unexpected|expected"):
        Draft.read(line)
