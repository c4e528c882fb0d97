"""`holdfast serve` under load, as a table: `make bench`. On this machine; nothing is asserted.

wrk posts one credential of eddsa-jcs-2022 over and over, from as many connections as a row says, to
a server that is started anew for the measurement. Times are in milliseconds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

sys.path.append(str(Path(__file__).parents[1]))  # the tests are not installed

from tests.interop.credentials.measuring import figure, show
from tests.interop.credentials.mechanisms import MECHANISMS, credential, now

if TYPE_CHECKING:
    from collections.abc import Iterator

PER_SECOND: Final = 300
MILLISECONDS: Final = 50
SECONDS: Final = 10
CONNECTIONS: Final = (4, 8)

SCRIPT: Final = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = io.open("{body}"):read("*a")
wrong = 0
function setup(thread) threads = threads or {{}}; table.insert(threads, thread) end
function init() wrong = 0 end
function response(status) if status ~= 200 then wrong = wrong + 1 end end
function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("wrong") end
  io.write(string.format('{{"requests": %d, "us": %d, "p50": %f, "p99": %f, "refused": %d}}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    refused + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw: answers a second, and how long they took in milliseconds."""

    per_second: float
    median: float
    worst: float
    refused: int

    @classmethod
    def of(cls, printed: str) -> Self:
        """Out of the line that the script ends with."""
        found = re.search(r"^\{.*\}$", printed, re.MULTILINE)
        assert found is not None, printed
        seen = json.loads(found[0])
        return cls(
            seen["requests"] / seen["us"] * 1e6,
            seen["p50"] / 1000,
            seen["p99"] / 1000,
            seen["refused"],
        )


def main() -> None:
    """Measure, and print."""
    if shutil.which("wrk") is None:
        sys.stdout.write("no wrk here: `holdfast serve` is not measured (apt install wrk)\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        body = Path(folder) / "body.json"
        body.write_bytes(_request())
        script = Path(folder) / "post.lua"
        script.write_text(SCRIPT.format(body=body), "utf-8")
        with _serving(Path(folder)) as url:
            _run(url, script, CONNECTIONS[0], seconds=2)  # what is loaded once is loaded now
            rows = [_row(url, script, count) for count in CONNECTIONS]
    show(("serve, eddsa-jcs-2022", "a second", "median", "p99", "refused", "mark", ""), rows)


def _request() -> bytes:
    mechanism = next(one for one in MECHANISMS if one.suite == "eddsa-jcs-2022")
    return b'{"verifiableCredential":%s}' % credential(mechanism, now())


def _row(url: str, script: Path, connections: int) -> tuple[str, ...]:
    load = _run(url, script, connections, seconds=SECONDS)
    fast = load.per_second >= PER_SECOND and load.worst <= MILLISECONDS and not load.refused
    return (
        f"{connections} connections",
        f"{load.per_second:.0f}",
        figure(load.median, 1),
        figure(load.worst, 1),
        str(load.refused),
        f"{PER_SECOND} a second, p99 {MILLISECONDS}",
        "met" if fast else "missed",
    )


def _run(url: str, script: Path, connections: int, *, seconds: int) -> Load:
    command = ("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script))
    address = f"{url}/credentials/verify"
    ran = subprocess.run((*command, address), capture_output=True, text=True, check=True)
    return Load.of(ran.stdout)


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """A server that only verifies, at a free port."""
    command = [sys.executable, "-m", "wallet.cli.main", "serve", "--verify-only", "--port", "0"]
    environment = {**os.environ, "HOLDFAST_HOME": str(folder / "nobody")}
    process = subprocess.Popen(
        [*command, "--json"], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout is not None
        url: str = json.loads(process.stdout.readline())["url"]
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


if __name__ == "__main__":
    main()
