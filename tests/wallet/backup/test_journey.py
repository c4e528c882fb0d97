"""A wallet with 500 credentials of every kind goes to another machine by way of a backup."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from wallet.actions.dids import FOREIGN, METHODS
from wallet.credentials.formats import FORMATS
from wallet.credentials.formats.data_integrity import SUITES
from wallet.credentials.formats.jose import SIGNATURES
from wallet.credentials.formats.legacy import PROOF_TYPES
from wallet.verify.report import Verdict

TRAVEL: Final = Path(__file__).parent / "journey" / "travel.py"
SIZE: Final = 500
SAME_BY_ANOTHER_NAME: Final = "Ed25519"
"""Of `SIGNATURES`: how RFC 9864 calls EdDSA, which nobody signs with here."""
KEPT: Final = {"good-then": "good"}
"""Codes of checks that say of what was kept what another says of what was asked for just now."""
ALIKE: Final = (
    "records",
    "imported keys",
    "dids",
    "documents",
    "signatures",
    "lists",
    "trust",
    "contexts",
    "settings",
    "rules",
    "chain",
)


@pytest.fixture(scope="module")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-P", TRAVEL, str(SIZE), tmp_path_factory.mktemp("journey")],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "HOLDFAST_LANGUAGE": "en"},
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def judged(seen: dict[str, Any], how: str) -> dict[str, Any]:
    """Of each credential: the verdict, and each check with what it found.

    Since when a document is kept is said in an argument, and is another time on each machine. A
    status list is asked for by whichever worker needs it first: the others are told what was kept a
    moment ago.
    """
    names = ("name", "subject", "pointer", "outcome", "verdict")
    return {
        id_: [
            report["verdict"],
            report["format"],
            report["facts"],
            report["unchecked"],
            [
                [*(check[name] for name in names), KEPT.get(check["code"], check["code"])]
                for check in report["checks"]
            ],
        ]
        for id_, report in seen[how].items()
    }


@pytest.mark.parametrize("how", ["verdicts", "verdicts offline"])
def test_every_credential_gets_the_same_verdict_by_the_same_checks(
    travelled: dict[str, Any], how: str
) -> None:
    before, after = (judged(travelled[when], how) for when in ("before", "after"))
    assert len(before) >= SIZE
    assert {id_ for id_ in before | after if before.get(id_) != after.get(id_)} == set()


@pytest.mark.parametrize("what", ALIKE)
def test_all_that_can_be_seen_is_the_same(travelled: dict[str, Any], what: str) -> None:
    assert travelled["before"][what]
    assert travelled["after"][what] == travelled["before"][what]


def test_the_journey_has_credentials_of_every_kind(travelled: dict[str, Any]) -> None:
    reports = travelled["before"]["verdicts"].values()
    valid = [report for report in reports if report["verdict"] == Verdict.VALID]
    named = {name for one in valid for facts in one["facts"] for name in facts["secured"]}
    secured = {name.removeprefix("sd-jwt ").removeprefix("cose ") for name in named}
    assert {report["format"] for report in valid} == set(FORMATS)
    assert secured == {*SUITES, *PROOF_TYPES, *SIGNATURES} - {SAME_BY_ANOTHER_NAME}
    assert {report["verdict"] for report in reports} == set(Verdict)


def test_the_journey_has_dids_of_every_method_and_each_that_can_signs(
    travelled: dict[str, Any],
) -> None:
    seen = travelled["before"]
    assert {row["method"] for row in seen["dids"]} == {*METHODS, *FOREIGN}
    signing = {did: told for did, told in seen["signatures"].items() if isinstance(told, list)}
    assert all(holds is True for _, _, holds, _ in signing.values())
    refused = {did.split(":")[1] for did in seen["signatures"].keys() - signing.keys()}
    assert refused == {"pkh", "tz", "ethr"}  # accounts, and a DID that was given up


def test_the_backup_was_found_complete_before_it_was_needed(travelled: dict[str, Any]) -> None:
    assert travelled["verified"]["complete"] is True
    assert travelled["verified"]["only_in_backup"] == {}


def test_the_rules_refuse_the_same(travelled: dict[str, Any]) -> None:
    refusals = travelled["before"]["refusals"]
    assert all(said.startswith("RefusedByRule: ") for said in refusals.values()), refusals
    assert travelled["after"]["refusals"] == refusals


def test_the_journal_holds_up_to_its_anchored_head_and_goes_on(travelled: dict[str, Any]) -> None:
    before, after = (travelled[when]["journal"] for when in ("before", "after"))
    last = travelled["last"]["journal"]
    assert before["head"] == after["head"] == last["head"] > SIZE
    assert before["key"] == after["key"] == last["key"]
    assert before["count"] < after["count"] < last["count"]
    assert last["unchained"] == last["carried"] == 0


def test_the_life_goes_on_with_the_same_chain(travelled: dict[str, Any]) -> None:
    last = travelled["last"]
    assert int(last["chain"]["blocks"], 16) == int(travelled["after"]["chain"]["blocks"], 16) + 1
    assert last["verdict"] == Verdict.VALID
    assert "was there at" in travelled["receipt"]
