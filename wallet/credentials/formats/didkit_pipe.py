"""Asking didkit something, in a child process that may crash or hang without harm."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import DidkitFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

# By its path, so that the child imports nothing of the wallet; isolated (-I) from the environment,
# the current folder and the person's own packages.
_COMMAND: Final = (sys.executable, "-I", str(Path(__file__).with_name("didkit_process.py")))


@dataclass(frozen=True, slots=True)
class DidkitPipe:
    """Starts `command` for each question; an answer that takes over `timeout` seconds is none."""

    command: tuple[str, ...] = _COMMAND
    timeout: float = 10.0

    def ask(self, operation: str, **request: Any) -> Mapping[str, Any]:
        """What didkit answers: a JSON object.

        Raises:
            DidkitFailed: the child crashed, hung, or answered with an error of its own.
        """
        line = json.dumps({"operation": operation, **request}) + "\n"
        try:
            child = subprocess.run(
                self.command,
                input=line.encode(),
                capture_output=True,
                env={},  # no proxy settings, and nothing else that could send it somewhere
                timeout=self.timeout,
                check=True,
            )
            answer = json.loads(child.stdout)
        except subprocess.TimeoutExpired as error:
            raise DidkitFailed(f"didkit did not answer in {self.timeout:g} seconds") from error
        except (subprocess.CalledProcessError, OSError) as error:
            raise DidkitFailed("didkit crashed, or could not be started") from error
        except ValueError as error:
            raise DidkitFailed("didkit gave no readable answer") from error
        match answer:
            case {"result": dict() as result}:
                return result
            case {"error": str(reason)}:
                raise DidkitFailed(f"didkit could not tell: {reason}")
            case _:
                raise DidkitFailed("didkit gave no readable answer")
