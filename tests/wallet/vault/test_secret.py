from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from wallet.vault.errors import VaultError
from wallet.vault.secret import Secret


def test_shows_itself_only_when_asked_by_name() -> None:
    secret = Secret("hunter2")
    assert secret.expose_secret() == "hunter2"
    assert "hunter2" not in f"{secret!r} {secret} {[secret]}"


def test_is_never_pickled_or_copied() -> None:
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            attempt(Secret("hunter2"))


def test_equals_a_secret_of_the_same_text_and_nothing_else() -> None:
    assert Secret("页") == Secret("页")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_has_no_hash() -> None:
    with pytest.raises(TypeError):
        hash(Secret("a"))


def test_is_false_when_empty() -> None:
    assert not Secret("")
    assert Secret("a")


def test_refuses_a_lone_surrogate_without_quoting_the_text() -> None:
    with pytest.raises(VaultError) as caught:
        Secret("hunter2\udc80")
    assert "hunter2" not in "".join(traceback.format_exception_only(caught.value))
    assert caught.value.__suppress_context__
