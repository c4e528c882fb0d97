from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.credentials.contexts.added import AddedContexts
from wallet.doctor.finding import Health
from wallet.doctor.settings import contexts, settings
from wallet.sources import CONTEXTS_FOLDER

if TYPE_CHECKING:
    from wallet.doctor.examined import Examined

URL = "https://school.example/diploma/v1"


@pytest.fixture
def added(locked: Examined) -> AddedContexts:
    kept = AddedContexts(locked.home / CONTEXTS_FOLDER)
    kept.add(b'{"@context": {"grade": "https://school.example/#grade"}}', URL)
    return kept


def test_no_settings_are_sound_settings(locked: Examined) -> None:
    assert [str(finding.sentence) for finding in settings(locked)] == [
        "no config.toml",
        "no trust.toml",
    ]


@pytest.mark.parametrize("name", ["config.toml", "trust.toml"])
def test_names_a_file_that_cannot_be_used(locked: Examined, name: str) -> None:
    (locked.home / name).write_text("slip = true")
    (finding,) = [one for one in settings(locked) if one.result is Health.FAIL]
    assert str(finding.sentence).startswith(f"{name} cannot be used: ")
    assert finding.advice is not None


def test_says_that_a_file_can_be_used(locked: Examined) -> None:
    (locked.home / "config.toml").write_text("private_hosts = true")
    assert "config.toml can be used" in {str(finding.sentence) for finding in settings(locked)}


def test_counts_the_contexts_that_are_as_they_were(locked: Examined, added: AddedContexts) -> None:
    (finding,) = contexts(locked)
    assert (finding.result, str(finding.sentence)[-1]) == (Health.OK, str(len(added.listed())))


@pytest.mark.parametrize("gone", [True, False])
def test_names_a_context_that_changed(locked: Examined, added: AddedContexts, gone: bool) -> None:  # noqa: FBT001 - a case
    path = added.folder / f"{added.listed()[0].sha256}.jsonld"
    if gone:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"#grade", b"#shoes"))
    (finding,) = contexts(locked)
    assert finding.result is Health.FAIL
    assert URL in str(finding.sentence)
    assert URL in str(finding.advice)


def test_says_that_the_list_of_contexts_is_none(locked: Examined, added: AddedContexts) -> None:
    (added.folder / "manifest.json").write_text("[]")
    (finding,) = contexts(locked)
    assert finding.result is Health.FAIL
