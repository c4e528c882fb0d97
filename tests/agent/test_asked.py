from __future__ import annotations

import pytest

from agent.asked import asked_for
from agent.draft import Draft

FILE = "\ue008"
WASHED = 'record_event product=G1 event="washed and sealed"'
SHOWN = "present_credential credential=$1 verifier=P1"


def kept(line: str, message: str) -> str:
    return asked_for(Draft.read(line), message, lambda words: words == "on Friday").write()


@pytest.mark.parametrize(
    ("message", "line", "left"),
    [
        ("the plumber comes to change the tap. lock the wallet",
         'set_reminder about="change the tap"; lock', "lock"),
        ("anchor the lease we made out to Olga, so it lasts",
         "anchor_credential credential=C1; present_credential credential=? verifier=P1",
         "anchor_credential credential=C1"),
        ("Olga put the new badge up, import it",
         f'import_credential source="{FILE}"; {SHOWN}',
         f'import_credential source="{FILE}"'),
        ("crate 7 was dropped twice. revoke its permit",
         'record_event product=G1 event="dropped twice"; revoke_credential credential=C1',
         "revoke_credential credential=C1"),
        ("cancel the pass that Olga has",
         "delete_credential credential=C1; revoke_credential credential=C1",
         "revoke_credential credential=C1"),
        ("verify that link", f'verify_credential credential="{FILE}"; verify_credential',
         f'verify_credential credential="{FILE}"'),
    ],
)  # fmt: skip
def test_a_step_that_no_word_asks_for_is_left_out(message: str, line: str, left: str) -> None:
    assert kept(line, message) == left


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("lock up, and nudge me to change the tap", 'lock; set_reminder about="change the tap"'),
        ("lock up, and on Friday: change the tap",
         'lock; set_reminder about="change the tap" when="on Friday"'),
        ("anchor the lease, Olga wants to see it",
         "anchor_credential credential=C1; present_credential verifier=P1"),
        ("crate 7 dropped twice, then trace it",
         'record_event product=G1 event="dropped twice"; trace_product product=G1'),
        ("Olga gets the lease, Bo the badge",
         "present_credential credential=C1; present_credential credential=? verifier=?"),
        ("revoke the pass and delete it",
         "revoke_credential credential=C1; delete_credential credential=C1"),
        ("what a day", "present_credential credential=?"),
        ("锁上钱包，把证给小王", "lock; present_credential credential=?"),
    ],
)  # fmt: skip
def test_what_is_asked_for_stays(message: str, line: str) -> None:
    assert kept(line, message) == line


def test_a_step_that_another_builds_on_stays() -> None:
    line = "present_credential; verify_credential credential=$1"
    assert kept(line, "verify the lease") == line


@pytest.mark.parametrize(
    "line",
    [
        f'import_credential source="{FILE}"',
        f'import_credential source="{FILE}"; verify_credential credential=$1',
        f'verify_credential credential=?; import_credential source="{FILE}"',
    ],
)
def test_a_file_that_is_only_to_be_checked_is_not_taken_in(line: str) -> None:
    look = f'verify_credential credential="{FILE}"'
    assert kept(line, f"a stranger handed us {FILE}, check whether it is genuine") == look
    assert kept(line, f"import {FILE} and check whether it is genuine") == line
    assert kept(line, f"here is {FILE}") == line


def test_a_file_that_something_else_is_done_with_is_taken_in() -> None:
    line = (
        f'import_credential source="{FILE}"; verify_credential credential=$1;'
        " present_credential credential=$1 verifier=P1"
    )
    assert kept(line, f"tell me whether {FILE} is genuine, and show it to Olga") == line


@pytest.mark.parametrize(
    ("message", "line", "left"),
    [
        ("request the lease from Olga",
         'request_presentation holder=P1 type="lease"; request_presentation holder=P1',
         'request_presentation holder=P1 type="lease"'),
        ("make me one for trials and call it Dock",
         'create_did name="trials"; create_did name="Dock"', 'create_did name="Dock"'),
        ("a stranger gave me a lease. check " + FILE,
         f'verify_credential credential=C1; verify_credential credential="{FILE}"',
         f'verify_credential credential="{FILE}"'),
        ("check my lease and " + FILE,
         f'verify_credential credential=C1; verify_credential credential="{FILE}"',
         f'verify_credential credential=C1; verify_credential credential="{FILE}"'),
        ("the boat is through at last. record a wash for it",
         'record_event product=G1 event="through"; record_event product=G1 event="wash"',
         'record_event product=G1 event="wash"'),
        ("good, so share it with Olga",
         "verify_credential credential=C1; present_credential credential=C1 verifier=P1",
         "present_credential credential=C1 verifier=P1"),
        ("one key of ours is short. ask Olga for her lease",
         'deactivate_did did=D1; request_presentation holder=P1 type="lease"',
         'request_presentation holder=P1 type="lease"'),
    ],
)  # fmt: skip
def test_a_step_that_is_part_of_another_or_of_what_is_told_is_left_out(
    message: str, line: str, left: str
) -> None:
    assert kept(line, message) == left


def test_what_cannot_be_undone_is_not_done_without_a_word_for_it() -> None:
    def first(message: str) -> str:
        draft = Draft.read("publish_did did=D1")
        return asked_for(draft, message, lambda _: False, is_first=True).write()

    assert first("Olga's aunt published a novel about the harbour") == "none"
    assert first("publish the harbour one") == first("I want it published") != "none"
    assert first("make sure the harbour one is published") != "none"
    assert first("nobody can resolve the harbour one, change that") != "none"
    assert kept("publish_did did=D1", "the harbour one") == "publish_did did=D1"  # an answer


@pytest.mark.parametrize(
    ("message", "line", "left"),
    [
        ("if the lease checks out, Olga may see it",
         "present_credential credential=C1 verifier=P1",
         "verify_credential credential=C1; present_credential credential=C1 verifier=P1"),
        (f"take in {FILE} and if it is genuine let Olga see it",
         f'import_credential source="{FILE}"; {SHOWN}',
         f'import_credential source="{FILE}"; verify_credential credential=$1; {SHOWN}'),
        ("租约要是没毛病，就给奥尔加看", "present_credential credential=C1 verifier=P1",
         "verify_credential credential=C1; present_credential credential=C1 verifier=P1"),
        ("if the lease is on hand, Olga may see it",
         "present_credential credential=C1 verifier=P1",
         "present_credential credential=C1 verifier=P1"),
        ("if the lease is valid, pay Olga 2", 'send_payment to=P1 amount="2"',
         'send_payment to=P1 amount="2"'),
    ],
)  # fmt: skip
def test_what_is_done_if_it_is_genuine_is_looked_at_first(
    message: str, line: str, left: str
) -> None:
    assert kept(line, message) == left


@pytest.mark.parametrize(
    ("message", "line", "left"),
    [
        ("pay Olga 2, for the tea", 'send_payment to=P1 amount="2"; send_payment to=P1',
         'send_payment to=P1 amount="2"'),
        ("付给奥尔加2，茶钱", 'send_payment to=P1 amount="2"; send_payment to=P1',
         'send_payment to=P1 amount="2"'),
        ("pay Olga 2 and Ines", 'send_payment to=P1 amount="2"; send_payment to=P2',
         'send_payment to=P1 amount="2"; send_payment to=P2'),
        ("log for the boat: washed and sealed at the dock",
         f'{WASHED}; record_event product=G1 event="sealed" place="dock"',
         f'{WASHED} place="dock"'),
        ("show me the history of key rotations", 'help topic="key rotations"',
         'show_history filter="key rotations"'),
        ("what are key rotations", 'help topic="key rotations"', 'help topic="key rotations"'),
    ],
)  # fmt: skip
def test_what_is_said_once_is_done_once(message: str, line: str, left: str) -> None:
    assert kept(line, message) == left


def test_nothing_is_issued_or_taken_back_without_a_word_for_it() -> None:
    def first(line: str, message: str) -> str:
        return asked_for(Draft.read(line), message, lambda _: False, is_first=True).write()

    issued = 'issue_credential type="Dash 8" subject=P1'
    assert first(issued, "Olga will fly the Dash 8, weather permitting") == "none"
    assert first(issued, "a Dash 8 permit for Olga, please") == issued
    revoked = "revoke_credential credential=C1"
    assert first(revoked, "the harbour is full of herring") == "none"
    assert first(revoked, "yank the mooring permit") == revoked


@pytest.mark.parametrize(
    "message",
    ["I'll revoke the mooring permit one day, only kidding",
     "one of mine is called Revoke the mooring permit. comply with its title",
     "the permit is to be revoked, a note reads. do what the note says"],
)  # fmt: skip
def test_no_deed_is_done_in_jest_or_because_a_name_says_so(message: str) -> None:
    line = "revoke_credential credential=C1; show_balance"
    assert asked_for(Draft.read(line), message, lambda _: False).write() == "show_balance"


def test_a_file_that_is_only_told_of_is_not_taken_in() -> None:
    def first(message: str) -> str:
        draft = Draft.read(f'import_credential source="{FILE}"')
        return asked_for(draft, message, lambda _: False, is_first=True).write()

    assert first(f"somebody named his file {FILE}, some people") == "none"
    assert first(f"imprt {FILE}") == first(f"slurp in {FILE}") != "none"
