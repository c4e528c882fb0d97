from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.display import printable
from wallet.lookalikes import mixes_scripts
from wallet.marking import marked_name


@pytest.mark.parametrize(
    "name",
    [
        "", "Acme", "Académie Ltd.", "林梅", "Acme 东京分公司", "東京タワー Inc", "서울 Café",
        "Мария",
        "Ελλάς", "محمد", "דוד", "สมชาย", "देवी", "ㄅㄆ中", "№ 5", "Ａｃｍｅ", "Ⅳ",
        "☕ café", "O’Neill",
    ],
)  # fmt: skip
def test_what_people_are_called_is_not_marked(name: str) -> None:
    assert not mixes_scripts(name)
    assert marked_name(name).warnings == ()
    assert marked_name(name).text == name


@pytest.mark.parametrize(
    "name", ["Аcme", "Acmе", "аcmε", "Ελλάc", "Ꭺcme", "ᏢᎪY", "서울タ", "Ⲁcme", "ас漢"]
)
def test_letters_that_nobody_writes_together_are_marked(name: str) -> None:
    assert mixes_scripts(name)
    assert "do not mix" in str(marked_name(name).warning)


def test_a_name_that_looks_like_a_known_one_is_told_first() -> None:
    marked = marked_name("Асme\u200b", ["Bob", "Acme"])
    assert marked.text == "Асme\\u{200B}"
    assert [str(one).partition("{")[0] for one in marked.warnings] == [
        "Асme\\u",
        "there are signs in this name that are not seen: Асme\\u",
        "the letters of Асme\\u",
    ]
    assert "looks like Acme, and is not" in str(marked.warning)


def test_the_known_name_itself_is_not_marked() -> None:
    assert marked_name("Acme", ["Acme"]).warning is None


def test_all_of_another_script_is_told_where_it_looks_like_a_known_name() -> None:
    assert marked_name("РАУРАL").warning is not None
    assert marked_name("АСМЕ").warning is None
    assert "looks like ACME" in str(marked_name("АСМЕ", ["ACME"]).warning)


@given(st.text(), st.lists(st.text(), max_size=4))
def test_whatever_the_name_its_text_and_its_warnings_are_safe(name: str, known: list[str]) -> None:
    marked = marked_name(name, known)
    assert marked.text == printable(name)
    if not name.isprintable():
        assert marked.warning is not None


def test_scripts_are_loaded_only_for_names_that_are_not_ascii() -> None:
    code = (
        "import sys; from wallet.marking import marked_name; marked_name('Acme', ['Bob']);"
        "sys.exit('regex' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
