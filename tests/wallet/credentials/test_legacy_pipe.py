from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wallet.credentials.errors import DidkitFailed
from wallet.credentials.formats import didkit_child, didkit_pipe
from wallet.credentials.formats.didkit_child import Child, Died, TooLate
from wallet.credentials.formats.didkit_pipe import MAX_KEPT, MAX_QUESTION, DidkitPipe

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLIC_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw"}

# A child that answers as the real one does, and does what the question says after or instead.
ECHO = """
import json, os, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    id_ = asked.get("id")
    if asked["operation"] == "die": os.abort()
    if asked["operation"] == "hang": time.sleep(60)
    if asked["operation"] == "other": id_ = "another"
    said = {"id": id_, "result": {"pid": os.getpid(), "asked": asked}}
    print(json.dumps(said), flush=True)
    if asked["operation"] == "die after": os.abort()
    if asked["operation"] == "exit after": os._exit(3)
    if asked["operation"] == "twice": print(json.dumps(said), flush=True)
"""


def scripted(code: str, *, timeout: float = 20.0) -> DidkitPipe:
    return DidkitPipe((sys.executable, "-I", "-c", code), timeout)


@pytest.fixture
def echo() -> Iterator[DidkitPipe]:
    with scripted(ECHO) as pipe:
        yield pipe


@pytest.fixture(scope="module")
def real() -> Iterator[DidkitPipe]:
    with DidkitPipe(timeout=30) as pipe:
        yield pipe


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pid(pipe: DidkitPipe, operation: str = "echo", **request: Any) -> int:
    return int(pipe.ask(operation, **request)["pid"])


def test_no_child_is_started_before_the_first_question() -> None:
    assert DidkitPipe(("/nonexistent/python",)).timeout == 10


def test_one_child_answers_one_question_after_another(echo: DidkitPipe) -> None:
    assert len({pid(echo) for _ in range(5)}) == 1


def test_a_child_that_was_given_a_private_key_answers_nothing_else(echo: DidkitPipe) -> None:
    first = pid(echo)
    signer = pid(echo, "issue_credential", key="secret")
    assert signer != first
    assert not alive(signer)
    assert pid(echo) == first
    assert pid(echo, "issue_presentation", key="secret") not in {first, signer}


def test_a_private_key_is_written_once_the_child_has_answered() -> None:
    code = (
        "import json, sys\n"
        "first = sys.stdin.readline()\n"
        "print('{}', flush=True)\n"
        "asked = json.loads(sys.stdin.readline())\n"
        "print(json.dumps({'id': asked['id'], 'result': {'first': first, 'asked': asked}}))"
    )
    with scripted(code) as pipe:
        answer = pipe.ask("issue_credential", key="secret")
    assert "secret" not in answer["first"]
    assert answer["asked"]["key"] == "secret"
    with scripted("raise SystemExit") as pipe, pytest.raises(DidkitFailed, match="crashed"):
        pipe.ask("issue_credential", key="secret")


@pytest.mark.parametrize("operation", ["die after", "exit after"])
def test_an_answer_counts_though_the_child_dies_after_it(echo: DidkitPipe, operation: str) -> None:
    for _ in range(5):
        assert echo.ask(operation)["asked"]["operation"] == operation
    assert pid(echo)


def test_an_answer_counts_though_the_child_is_killed_as_soon_as_it_is_read(
    echo: DidkitPipe,
) -> None:
    first = pid(echo)
    os.kill(first, signal.SIGKILL)
    second = pid(echo)
    assert second != first
    os.kill(second, signal.SIGABRT)
    assert pid(echo) not in {first, second}


def test_a_question_that_kills_didkit_is_undecided_and_the_next_is_answered(
    echo: DidkitPipe,
) -> None:
    first = pid(echo)
    with pytest.raises(DidkitFailed, match="crashed"):
        echo.ask("die")
    assert not alive(first)
    assert pid(echo)


def test_a_child_that_hangs_is_killed_and_the_next_question_is_answered() -> None:
    with scripted(ECHO, timeout=2) as pipe:
        first = pid(pipe)
        with pytest.raises(DidkitFailed, match="did not answer in 2 seconds"):
            pipe.ask("hang")
        assert not alive(first)
        assert pid(pipe) != first


def test_an_answer_to_another_question_is_none(echo: DidkitPipe) -> None:
    for _ in range(2):
        with pytest.raises(DidkitFailed, match="another question"):
            echo.ask("other")


def test_a_child_that_says_more_than_it_was_asked_never_answers_the_next_question(
    echo: DidkitPipe,
) -> None:
    for number in range(5):
        assert echo.ask("twice", number=number)["asked"]["number"] == number
        assert echo.ask("echo", number=-number)["asked"]["number"] == -number


def test_a_child_that_does_not_say_what_it_answers_is_asked_once() -> None:
    code = (
        "import json, os, sys\n"
        "for line in sys.stdin: print(json.dumps({'result': {'pid': os.getpid()}}), flush=True)"
    )
    with scripted(code) as pipe:
        assert pid(pipe) != pid(pipe)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "crashed"),
        ("raise SystemExit(0)", "crashed"),
        ("print('{\"result\": {}}', end='')", "crashed"),
        ("print('{')", "readable"),
        ("print('[' * 100_000)", "readable"),
        ("print()", "readable"),
        ("print('[]')", "readable"),
        ("print('{\"result\": []}')", "readable"),
        ('print(\'{"error": "no"}\')', "could not tell: no"),
        ('print(\'{"id": "x", "result": {}}\')', "another question"),
    ],
)
def test_what_is_no_answer_is_undecided(code: str, reason: str) -> None:
    with scripted(code) as pipe, pytest.raises(DidkitFailed, match=reason):
        pipe.ask("verify_credential")


def test_a_command_that_cannot_be_started_is_undecided() -> None:
    with pytest.raises(DidkitFailed, match="could not be started"):
        DidkitPipe(("/nonexistent/python",)).ask("verify_credential")


@pytest.mark.parametrize("document", [{1, 2}, object(), b"bytes"])
def test_a_question_that_is_no_json_is_not_asked(document: object) -> None:
    with pytest.raises(DidkitFailed, match="not expressible"):
        DidkitPipe(("/nonexistent/python",)).ask("verify_credential", document=document)


def test_a_question_without_an_end_is_not_asked() -> None:
    endless: list[object] = []
    endless.append(endless)
    pipe = DidkitPipe(("/nonexistent/python",))
    with pytest.raises(DidkitFailed, match="not expressible"):
        pipe.ask("verify_credential", document=endless)
    with pytest.raises(DidkitFailed, match="bytes long"):
        pipe.ask("verify_credential", document="a" * MAX_QUESTION)


def test_a_long_question_and_a_long_answer_pass(echo: DidkitPipe) -> None:
    text = "毕业" * 200_000
    assert echo.ask("echo", document=text)["asked"]["document"] == text


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(didkit_child, "MAX_ANSWER", 100_000)
    child = Child((sys.executable, "-I", "-c", "while True: print('a' * 10_000, end='')"))
    with pytest.raises(TooLate):
        child.exchange(b"{}\n", 20)
    child.end()


def test_a_child_that_does_not_listen_may_answer_and_is_not_asked_again() -> None:
    code = "import os, time; os.close(0); print('{}', flush=True); time.sleep(60)"
    child = Child((sys.executable, "-I", "-c", code))
    assert child.exchange(b"a" * 1_000_000 + b"\n", 20) == b"{}"
    assert not child.in_step
    child.end()


def test_a_child_that_closed_its_output_has_died() -> None:
    code = "import os, time; os.close(1); time.sleep(60)"
    child = Child((sys.executable, "-I", "-c", code))
    with pytest.raises(Died):
        child.exchange(b"{}\n", 20)
    child.end()


def test_many_threads_get_each_its_own_answer(echo: DidkitPipe) -> None:
    def ask(number: int) -> bool:
        operation = "die after" if number % 7 == 0 else "twice" if number % 5 == 0 else "echo"
        told = echo.ask(operation, number=number, padding="x" * (number * 500))
        return bool(told["asked"]["number"] == number)

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(ask, range(120)))


def test_no_more_children_wait_than_are_kept(echo: DidkitPipe) -> None:
    barrier = threading.Barrier(4)

    def ask(_: int) -> int:
        barrier.wait()
        return pid(echo)

    with ThreadPoolExecutor(4) as pool:
        pids = set(pool.map(ask, range(4)))
    assert sum(map(alive, pids)) <= MAX_KEPT


def test_closing_ends_the_children_and_another_question_starts_one() -> None:
    with scripted(ECHO) as pipe:
        first = pid(pipe)
    assert not alive(first)
    second = pid(pipe)
    assert second != first
    pipe.close()
    pipe.close()
    assert not alive(second)


def test_the_children_end_with_the_pipe() -> None:
    pipe = scripted(ECHO)
    child = pid(pipe)
    del pipe
    gc.collect()
    assert not alive(child)


def test_a_process_forked_off_has_children_of_its_own_and_leaves_the_others(
    echo: DidkitPipe,
) -> None:
    code = f"""
import os, sys
from wallet.credentials.formats.didkit_pipe import DidkitPipe
pipe = DidkitPipe((sys.executable, "-I", "-c", {ECHO!r}), 20)
first = pipe.ask("echo")["pid"]
forked = os.fork()
if forked == 0:
    own = pipe.ask("echo")["pid"]
    sys.exit(0 if own != first and pipe.ask("echo")["pid"] == own else 1)
_, status = os.waitpid(forked, 0)
assert os.waitstatus_to_exitcode(status) == 0
assert pipe.ask("echo")["pid"] == first
print("well")
"""
    told = subprocess.run(
        (sys.executable, "-W", "error", "-c", code), capture_output=True, check=False, text=True
    )
    assert (told.stdout, told.stderr, told.returncode) == ("well\n", "", 0)
    assert pid(echo)


@pytest.mark.parametrize("end", ["pass", "os._exit(0)", "os.abort()", "raise SystemExit(3)"])
def test_the_children_end_with_their_parent_however_it_ends(end: str) -> None:
    code = f"""
import os, sys
from wallet.credentials.formats.didkit_pipe import DidkitPipe
pipe = DidkitPipe((sys.executable, "-I", "-c", {ECHO!r}), 20)
print(pipe.ask("echo")["pid"], flush=True)
{end}
"""
    told = subprocess.run(
        (sys.executable, "-c", code), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    child = int(told.stdout)
    for _ in range(200):
        if not alive(child) or Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            break
        threading.Event().wait(0.05)
    else:
        pytest.fail("the child lives on")


def test_the_child_knows_no_proxy_and_nothing_else_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    code = "import json, os; print(json.dumps({'result': {k: v for k, v in os.environ.items()}}))"
    told = scripted(code).ask("verify_credential")
    assert not {"HTTPS_PROXY", "HOME", "PATH", "PYTHONPATH"} & told.keys()


def test_the_child_has_no_network_where_the_system_allows_to_leave_it() -> None:
    process = Path(didkit_pipe.__file__).with_name("didkit_process.py")
    told = scripted(
        f"""
import importlib.util, json, socket
spec = importlib.util.spec_from_file_location("didkit_process", {str(process)!r})
child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
left = child.withdraw()
try:
    socket.create_connection(("127.0.0.1", 9), 1)
    reached = "connected"
except OSError as error:
    reached = error.strerror
print(json.dumps({{"result": {{"left": left, "reached": reached}}}}))
"""
    ).ask("verify_credential")
    if told["left"]:
        assert told["reached"] == "Network is unreachable"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_other_program_looks_into_the_child_and_it_leaves_no_core_file() -> None:
    process = Path(didkit_pipe.__file__).with_name("didkit_process.py")
    # A didkit that tells how the process stands when a private key is given to it.
    code = f"""
import ctypes, json, resource, runpy, sys, types
didkit = types.ModuleType("didkit")
async def issue_credential(document, options, key):
    dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
    core = resource.getrlimit(resource.RLIMIT_CORE)
    return json.dumps({{"dumpable": dumpable, "core": core, "key": key}})
didkit.issue_credential = issue_credential
sys.modules["didkit"] = didkit
runpy.run_path({str(process)!r}, run_name="__main__")
"""
    with scripted(code) as pipe:
        told = pipe.ask("issue_credential", document={}, options={}, key="secret")
    assert told == {"dumpable": 0, "core": [0, 0], "key": "secret"}


def test_didkit_answers_many_questions_in_one_process(real: DidkitPipe) -> None:
    told = {real.ask("key_to_did", method="key", key=PUBLIC_KEY)["text"] for _ in range(20)}
    assert told == {"did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z"}
    (child,) = real._children._all
    assert alive(child._process.pid)


def test_didkit_goes_on_after_a_question_that_it_panics_at(real: DidkitPipe) -> None:
    did = "did:pkh:eip155:1:0x4a62316623ad457F02cDC5D997deD67a383EC569"
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": did,
        "issuanceDate": "2026-01-31T09:00:00Z",
        "credentialSubject": {"id": "did:example:ada"},
        "proof": {
            "type": "EthereumEip712Signature2021",
            "created": "2026-01-31T09:00:00Z",
            "proofPurpose": "assertionMethod",
            "verificationMethod": f"{did}#blockchainAccountId",
            "proofValue": "0x" + "11" * 64,
        },
    }
    with pytest.raises(DidkitFailed, match="RustPanic"):
        real.ask("verify_credential", document=document, options={})
    assert real.ask("resolve_did", did=did, options={})["id"] == did


def test_an_operation_that_didkit_does_not_offer_is_an_error_and_no_answer(
    real: DidkitPipe,
) -> None:
    with pytest.raises(DidkitFailed, match="KeyError"):
        real.ask("resolve_did")
    with pytest.raises(DidkitFailed, match="KeyError"):
        real.ask("generate_ed25519_key")


def test_what_is_printed_in_the_child_is_no_answer() -> None:
    process = Path(didkit_pipe.__file__).with_name("didkit_process.py")
    code = f"""
import runpy, sys, types
didkit = types.ModuleType("didkit")
def key_to_did(method, key):
    print('{{"result": {{"text": "forged"}}}}', flush=True)
    return "did:key:z"
didkit.key_to_did = key_to_did
sys.modules["didkit"] = didkit
runpy.run_path({str(process)!r}, run_name="__main__")
"""
    with scripted(code) as pipe:
        told = [pipe.ask("key_to_did", method="key", key={}) for _ in range(3)]
    assert json.dumps(told) == json.dumps([{"text": "did:key:z"}] * 3)
