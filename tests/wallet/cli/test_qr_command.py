from __future__ import annotations

import json
from typing import TYPE_CHECKING

import segno

from wallet.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_reads_what_stands_in_an_image_and_says_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_LANGUAGE", "en")
    image = tmp_path / "code.png"
    segno.make("did:web:school.example").save(str(image), scale=4)
    assert main(["qr", "read", str(image)]) == 0
    assert "a DID  did:web:school.example" in capsys.readouterr().out
    assert main(["qr", "read", str(image), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["codes"] == [
        {"text": "did:web:school.example", "kind": "did"}
    ]


def test_a_secret_and_an_escape_in_a_code_are_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = tmp_path / "code.png"
    for text in ("\x1b]52;c;aGk=\x07\u202ehi", "AGE-SECRET-KEY-1" + "Q" * 58):
        segno.make(text).save(str(image), scale=4)
        for more in ([], ["--json"]):
            assert main(["qr", "read", str(image), *more]) == 0
            out = capsys.readouterr().out
            assert "\x1b" not in out
            assert "\u202e" not in out
            assert "AGE-SECRET" not in out
