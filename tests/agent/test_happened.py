from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from agent.happened import deeds_told, set_apart, set_right
from agent.times import time_of

IS_TIME = partial(time_of, now=datetime(2026, 11, 25, 9, tzinfo=UTC), by_rule=True)


@pytest.mark.parametrize(
    ("line", "drafted", "expected"),
    [
        ("record a pressure test for it", ("", ""), ("pressure test", "")),
        ("Log unloading at the Marlow pier for it", ("", ""), ("unloading", "Marlow pier")),
        ("Record a delivery at the east gate for the crate of pears",
         ("gate for the crate of pears", ""), ("delivery", "east gate")),
        ("The crate is dry at last. Record varnish for the crate at noon",
         ("dry at last", ""), ("varnish", "")),
        ("the crate has had its frost check, record that",
         ("has had its frost check", ""), ("frost check", "")),
        ("the crate was sealed at Marlow, record it", ("was sealed at Marlow", ""),
         ("sealed", "Marlow")),
        ("record that the crate was sealed at noon", ("sealed at noon", ""),
         ("sealed at noon", "")),
        ("record that the crate got its label", ("got its label", ""), ("got its label", "")),
        ("Enter a frost check for the crate at the Marlow depot and trace it",
         ("frost check", "Marlow"), ("frost check", "Marlow depot")),
        ("record an event for it", ("", ""), ("", "")),
        ("the sealing of the crate of pears took place", ("sealing of", ""), ("sealing", "")),
        ("washed crate of pears", ("washed crate of pears", ""), ("washed", "")),
        ("add event deep freezing for it", ("add event deep freezing", ""), ("deep freezing", "")),
        ("write down a wash for the crate", ("down a wash", ""), ("wash", "")),
        ("the crate was handed over", ("handed over", ""), ("handed over", "")),
        ("note on the crate: left the yard for good", ("left the yard for good", ""),
         ("left the yard for good", "")),
    ],
)  # fmt: skip
def test_an_event_and_its_place_are_what_the_message_plainly_says(
    line: str, drafted: tuple[str, str], expected: tuple[str, str]
) -> None:
    assert set_right(*drafted, "Crate of pears", line, IS_TIME) == expected


@pytest.mark.parametrize(
    ("line", "deeds"),
    [
        ("the history of payments please", "payments"),
        ("history, presentations only", "presentations"),
        ("open the log of all my imports", "imports"),
        ("history of my wallet", None),
        ("the log of payments and the log of imports", None),
        ("make a payment", None),
    ],
)
def test_a_history_is_wanted_of_a_sort_of_deeds(line: str, deeds: str | None) -> None:
    assert deeds_told(line) == deeds


@pytest.mark.parametrize(
    ("line", "drafted", "expected"),
    [
        ("Record a wash on the crate, done in Marlow", ("wash on the crate", "Marlow"),
         ("wash", "Marlow")),
        ("For the crate, record arrival in Marlow", ("record arrival in Marlow", "Marlow"),
         ("arrival", "Marlow")),
        ("The crate is back. Put down 'frost check at the Marlow pier' against it",
         ("is back", ""), ("frost check", "Marlow pier")),
        ("record loading for the crate and issue a loading slip", ("loading slip", ""),
         ("loading", "")),
        ("record something for the crate", ("", ""), ("", "")),
        ("给这箱梨记上:在东港仓完成复检", ("在东港仓完成复检", ""), ("完成复检", "东港仓")),
        ("Crate of pears 在东港入库", ("Crate", "东港"), ("入库", "东港")),
    ],
)  # fmt: skip
def test_an_event_is_free_of_its_product_of_its_place_and_of_the_deed(
    line: str, drafted: tuple[str, str], expected: tuple[str, str]
) -> None:
    assert set_right(*drafted, "Crate of pears", line, IS_TIME) == expected


@pytest.mark.parametrize(
    ("line", "drafted", "expected"),
    [
        ('It came back. Put "lid cracked" on its record, place being Marlow Works.',
         ("came back", ""), ("lid cracked", "Marlow Works")),
        ("stamp 'lid cracked' on the crate", ("cracked", ""), ("lid cracked", "")),
        ('log a wash for the "crate of pears"', ("wash", ""), ("wash", "")),
        ('put "a wash at the dock" down for it', ("wash", "dock"), ("wash", "dock")),
        ('the label reads "opened at sea", log a wash', ("wash", ""), ("wash", "")),
        ("a third-place ribbon for it", ("ribbon", ""), ("ribbon", "")),
        ("梨箱刚过完秤,帮我记上:称重完成,地点北岸三号棚", ("过完秤", "北岸"),
         ("称重完成", "北岸三号棚")),
        ("梨箱拒收,记上,在北岸T3大棚", ("拒收", "北岸"), ("拒收", "北岸T3大棚")),
        ("梨箱记上:已过秤,地点北岸。记完查一下", ("已过秤", "北岸"), ("已过秤", "北岸")),
        ("梨箱那批,在北岸弄的", ("分装", "北岸"), ("分装", "北岸")),
        ("记录:Crate of pears,事件 刷到 1.4.2", ("刷到 1.4.2", ""), ("刷到 1.4.2", "")),
    ],
)  # fmt: skip
def test_what_stands_apart_is_the_event_and_what_is_called_one_the_place(
    line: str, drafted: tuple[str, str], expected: tuple[str, str]
) -> None:
    assert set_apart(*drafted, "Crate of pears", line) == expected
