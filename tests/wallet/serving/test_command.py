"""The command as a person or a script starts it: a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest

from tests.wallet.serving.conftest import credential, done
from wallet.actions.journal import journal_of
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOLDFAST: Final = (sys.executable, "-P", "-m", "wallet.cli.main", "serve")
PASSPHRASE: Final = "correct horse battery staple"
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that was started."""

    process: subprocess.Popen[str]
    said: dict[str, Any]

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON."""
        split = urlsplit(self.said["url"])
        host, port = split.hostname or "", split.port or 0
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = (
            HTTPSConnection(host, port, context=trusting, timeout=PATIENCE)
            if split.scheme == "https"
            else HTTPConnection(host, port, timeout=PATIENCE)
        )
        headers = {"Content-Type": "application/json"}
        if self.said["token"] is not None:
            headers["Authorization"] = f"Bearer {self.said['token']}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        return answer.status, json.loads(read) if read else None

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """The exit code and what was written beside the result."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@contextmanager
def serving(home: Path, *options: str, **more: Any) -> Iterator[Running]:
    command = [*HOLDFAST, "--home", str(home), "--port", "0", "--json", "--workers", "1", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", **more
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.communicate()
            yield Running(process, json.loads(line))
        finally:
            process.kill()


@pytest.fixture
def signing(home: Path, tmp_path: Path) -> tuple[Path, tuple[str, ...], str]:
    """A wallet with a DID, and the options that open it and agree."""
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        did = str(done(wallet, "create_did", method="key", name="ed").made)
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE, "utf-8")
    return home, ("--passphrase-file", str(file), "--yes"), did


def test_verifies_without_a_wallet_and_ends_quietly(tmp_path: Path) -> None:
    home = tmp_path / "nobody"
    with serving(home, "--verify-only") as running:
        assert running.said["token"] is None
        assert running.ask("GET", "/")[1]["signs"] is False
        status, answer = running.ask("POST", "/credentials/verify", {"verifiableCredential": {}})
        assert (status, answer["verified"]) == (400, False)
        assert running.ask("POST", "/credentials/issue", {})[0] == 404
        code, errors = running.end()
    assert code == 0
    assert "Traceback" not in errors
    assert not home.exists()


def test_signs_with_a_yes_given_once_and_writes_it_down(
    signing: tuple[Path, tuple[str, ...], str],
) -> None:
    home, options, did = signing
    with serving(home, *options, "--tls-self-signed") as running:
        assert running.said["url"].startswith("https://localhost:")
        body = {"credential": credential(did)}
        status, answer = running.ask("POST", "/eddsa-jcs-2022/credentials/issue", body)
        assert status == 201
        status, _ = running.ask("POST", "/credentials/verify", answer)
        assert status == 200
        code, errors = running.end(signal.SIGINT)
    assert code == 0
    assert did in errors  # what it signs with was shown
    assert running.said["token"] not in errors
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        consent, use = journal_of(wallet).latest(2).entries
    assert (consent["action"], consent["by"], consent["outcome"]) == ("serve", "flag", "done")
    assert (use["action"], use["by"], use["asked"]) == ("issue_credential", "grant", "http")
    assert use["approved"] == consent["digest"]


def test_without_a_yes_nothing_is_served(signing: tuple[Path, tuple[str, ...], str]) -> None:
    home, (_, file, _), _ = signing
    ran = ended(home, "--passphrase-file", file, start_new_session=True)
    assert ran.returncode == 8
    assert ran.stdout == ""


def test_the_token_may_come_from_a_file_and_is_then_not_shown(
    signing: tuple[Path, tuple[str, ...], str], tmp_path: Path
) -> None:
    home, options, did = signing
    file = tmp_path / "token"
    file.write_text("a-token-of-my-own-choice\n", "utf-8")
    with serving(home, *options, "--token-file", str(file)) as running:
        assert running.said["token"] is None
        body = {"credential": credential(did)}
        assert running.ask("POST", "/credentials/issue", body)[0] == 401
        running.said["token"] = "a-token-of-my-own-choice"
        assert running.ask("POST", "/credentials/issue", body)[0] == 201
        _, errors = running.end()
    assert "a-token-of-my-own-choice" not in errors


def test_the_token_may_come_from_a_descriptor(
    signing: tuple[Path, tuple[str, ...], str],
) -> None:
    home, options, did = signing
    reading, writing = os.pipe()
    os.write(writing, b"a-token-of-my-own-choice\n")
    os.close(writing)
    with serving(home, *options, "--token-fd", str(reading), pass_fds=[reading]) as running:
        os.close(reading)
        running.said["token"] = "a-token-of-my-own-choice"
        body = {"credential": credential(did)}
        assert running.ask("POST", "/credentials/issue", body)[0] == 201


def test_signs_no_longer_than_was_agreed(signing: tuple[Path, tuple[str, ...], str]) -> None:
    home, options, did = signing
    with serving(home, *options, "--for", "1s") as running:
        body = {"credential": credential(did)}
        status = 201
        while status == 201:
            status, answer = running.ask("POST", "/credentials/issue", body)
        assert (status, answer["detail"]) == (403, "what was agreed to has ended")


def test_nothing_that_is_secret_is_among_the_arguments_or_in_the_environment(
    signing: tuple[Path, tuple[str, ...], str],
) -> None:
    home, options, _ = signing
    with serving(home, *options) as running:
        folders = [f"/proc/{running.process.pid}", *_children_of(running.process.pid)]
        seen = b""
        for folder in folders:
            for name in ("cmdline", "environ"):
                try:
                    with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123 - no plain file
                        seen += file.read()
                except PermissionError:  # it let nobody look
                    continue
    assert running.said["token"].encode() not in seen
    assert PASSPHRASE.encode() not in seen


def test_the_workers_end_with_the_server(tmp_path: Path) -> None:
    with serving(tmp_path, "--verify-only") as running:
        children = _children_of(running.process.pid)
        assert children
        running.end(signal.SIGKILL)
        for folder in children:
            while os.path.exists(f"{folder}/exe"):  # noqa: PTH110 - no plain file
                pass


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "0.0.0.0"), "can be reached from other machines"),  # noqa: S104
        (("--host", "0.0.0.0", "--allow-remote"), "TLS alone"),  # noqa: S104
        (("--host", "192.0.2.1", "--tls-self-signed", "--allow-remote"), "this machine alone"),
        (("--host", "wallet.example.com"), "is no address"),
        (("--name", "https://wallet.example.com"), "is no name of a host"),
        (("--name", "прокси", "--tls-self-signed"), "is no name of a host"),
        (("--port", "70000"), "cannot be listened on"),
        (("--workers", "0"), "--workers must be"),
        (("--tls-key", "key.pem"), "go together"),
        (("--token-file", "token"), "only verifies"),
        (("--signer", "work"), "only verifies"),
    ],
)
def test_what_would_be_unsafe_or_senseless_is_refused_in_a_line(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    ran = ended(tmp_path, "--verify-only", *options)
    assert ran.returncode in {1, 2}
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_list_whose_issuer_does_not_sign_is_refused(
    signing: tuple[Path, tuple[str, ...], str], tmp_path: Path
) -> None:
    home, options, _ = signing
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        url, output = "https://school.example/passes", str(tmp_path / "passes.json")
        done(wallet, "create_status_list", name="passes", url=url, issuer="ed", output=output)
        done(wallet, "create_did", method="key", name="other")
    ran = ended(home, *options, "--status", "passes", "--signer", "other")
    assert ran.returncode == 2
    assert "which does not sign here" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_proxy_may_ask_by_a_name_that_was_given(tmp_path: Path) -> None:
    with serving(tmp_path, "--verify-only", "--name", "wallet.example.com") as running:
        port = urlsplit(running.said["url"]).port or 0
        for host, status in (
            ("wallet.example.com", 200),
            (f"wallet.example.com:{port}", 200),
            (f"localhost:{port}", 200),
            ("localhost", 421),
        ):
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", "/", headers={"Host": host})
            assert connection.getresponse().status == status, host
            connection.close()


def test_signs_nothing_where_nothing_is_to_be_changed(
    signing: tuple[Path, tuple[str, ...], str],
) -> None:
    home, options, _ = signing
    ran = ended(home, *options, "--read-only")
    assert ran.returncode == 2
    assert "open for reading only" in ran.stderr


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = ended(tmp_path, "--verify-only", "--port", str(port))
    assert ran.returncode == 1
    error, hint = ran.stderr.splitlines()
    assert error.startswith(f"holdfast: error: port {port} of 127.0.0.1 cannot be listened on")
    assert "--port" in hint


def test_a_token_that_could_be_guessed_is_refused(
    signing: tuple[Path, tuple[str, ...], str], tmp_path: Path
) -> None:
    home, options, _ = signing
    file = tmp_path / "token"
    file.write_text("hunter2", "utf-8")
    ran = ended(home, *options, "--token-file", str(file))
    assert ran.returncode == 2
    assert "hunter2" not in ran.stderr


def test_other_verbs_load_no_server() -> None:
    program = (
        "import sys\n"
        "from wallet.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print({'starlette', 'uvicorn', 'h11', 'anyio'} & set(sys.modules), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stderr == "set()\n"
    assert "serve" in ran.stdout


def ended(home: Path, *options: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """A server that does not get to serve."""
    command = [*HOLDFAST, "--home", str(home), *(() if "--port" in options else ("--port", "0"))]
    return subprocess.run(
        [*command, *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        **more,
    )


def _children_of(parent: int) -> list[str]:
    with open(f"/proc/{parent}/task/{parent}/children", encoding="utf-8") as file:  # noqa: PTH123
        return [f"/proc/{number}" for number in file.read().split()]
