from __future__ import annotations

import copy
import pickle
import traceback

import pytest
from rich.pretty import pretty_repr

from wallet.vault.errors import VaultError
from wallet.vault.secret import Secret, SecretBytes, SecretText


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


@pytest.mark.parametrize("secret", [SecretText("hunter2" * 20), SecretBytes(b"hunter2" * 20)])
def test_what_is_on_its_way_is_what_it_was_and_says_nothing_of_itself(
    secret: SecretText | SecretBytes,
) -> None:
    assert f"{secret}".count("hunter2") == 20 if isinstance(secret, str) else len(secret) == 140
    for shown in (repr(secret), repr(secret[:7]), repr([secret]), repr({"a": secret})):
        assert "hunter" not in shown
    for longest in (None, 10, 80):
        assert "hunter" not in pretty_repr({"a": secret}, max_string=longest)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            attempt(secret)


def test_text_and_bytes_that_are_secret_stay_so_when_they_are_changed_into_each_other() -> None:
    text = SecretText("密码 hunter2")
    assert text == "密码 hunter2"
    assert text.encode() == "密码 hunter2".encode()
    assert text.encode().decode() == text
    for one in (text.encode(), text.encode().decode(), Secret("hunter2").expose_secret()):
        assert "hunter2" not in repr(one)


@pytest.mark.parametrize("data", [b"hunter2", b"hunter2\n", b"hunter2\r\nmore", b"hunter2\nmore\n"])
def test_the_first_line_is_what_stands_before_its_end(data: bytes) -> None:
    line = SecretBytes(data).first_line()
    assert line == b"hunter2"
    assert isinstance(line, SecretBytes)
