from __future__ import annotations

from tui.history import MOST, History


def test_goes_back_line_by_line_and_forth_to_what_was_being_typed() -> None:
    history = History(["one", "two"])
    assert history.older("dra") == "two"
    assert history.older("two") == "one"
    assert history.older("one") is None
    assert history.newer() == "two"
    assert history.newer() == "dra"
    assert history.newer() is None


def test_a_line_that_is_sent_again_moves_to_the_end_and_old_ones_go() -> None:
    history = History(f"line {number}" for number in range(MOST))
    history.add("line 5")
    history.add("new")
    assert history.lines[-2:] == ("line 5", "new")
    assert len(history.lines) == MOST
    assert "line 0" not in history.lines


def test_sending_leads_back_to_what_is_being_typed() -> None:
    history = History(["one", "two"])
    history.older("")
    history.add("three")
    assert history.newer() is None
    assert history.older("") == "three"


def test_searches_letter_by_letter_the_newest_first_where_nothing_is_asked_for() -> None:
    history = History(["issue a degree to mei", "list my dids", "show the degree", "显示我的凭证"])
    assert history.search("") == [
        "显示我的凭证",
        "show the degree",
        "list my dids",
        "issue a degree to mei",
    ]
    assert set(history.search("degree")) == {"show the degree", "issue a degree to mei"}
    assert history.search("lmd") == ["list my dids"]
    assert history.search("凭证") == ["显示我的凭证"]
    assert history.search("xyz") == []


def test_an_emptied_history_has_nothing_to_go_back_to() -> None:
    history = History(["one"])
    history.clear()
    assert history.older("") is None
    assert history.lines == ()
