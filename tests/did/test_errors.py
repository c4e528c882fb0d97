from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from did import errors
from did.errors import DIDError, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator


def tree(root: type[DIDError]) -> Iterator[type[DIDError]]:
    yield root
    for branch in root.__subclasses__():
        yield from tree(branch)


@pytest.mark.parametrize("error", list(tree(DIDError)))
def test_every_error_has_a_code_in_camel_case_a_sentence_and_a_place_in_the_tree(
    error: type[DIDError],
) -> None:
    assert re.fullmatch(r"[a-z][A-Za-z]+", error.code)
    assert error.__doc__
    assert error.__doc__.endswith(".") or "\n" in error.__doc__
    if error.__module__ == errors.__name__:
        assert errors.__doc__ is not None
        assert error.__name__ in errors.__doc__


def test_an_error_carries_its_sentence_and_perhaps_a_hint() -> None:
    assert str(DIDError("it broke")) == "it broke"
    assert DIDError("it broke").hint is None
    assert DIDError("it broke", hint="mend it").hint == "mend it"


def test_what_is_quoted_is_escaped_and_short() -> None:
    assert quoted("did:a:b") == "'did:a:b'"
    assert quoted("\x1b]0;") == r"'\x1b]0;'"
    assert len(quoted("x" * 10_000)) == 102
