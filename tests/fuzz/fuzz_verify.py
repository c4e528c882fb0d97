"""What atheris runs on each input: `fuzz.py` starts it, with a folder of inputs and seconds.

What is asked of it is in `examining`, which tests ask as well.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import atheris

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

with atheris.instrument_imports(include=["wallet", "did"]):
    import did.keys
    import wallet.credentials
    import wallet.verify
    from tests.fuzz.corpus import KEPT
    from tests.fuzz.examining import examine
    from tests.fuzz.mutating import mutated_input

    # What is imported only when it is needed must be here by now, or is not instrumented.
    for _package in (wallet.verify, wallet.credentials, did.keys):
        for _module in pkgutil.walk_packages(_package.__path__, f"{_package.__name__}."):
            if not _module.name.endswith(".didkit_process"):
                import_module(_module.name)

LONGEST: Final = 16_384


def custom_mutator(data: bytes, limit: int, number: int) -> bytes:
    """A change of the input, or now and then one that knows nothing of what it is."""
    return mutated_input(data, limit, number, atheris.Mutate)


def main(folder: str, seconds: str) -> None:
    """Fuzz, and do not return."""
    arguments = [
        sys.argv[0], folder, f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20",
        "-rss_limit_mb=2048", "-report_slow_units=60", f"-artifact_prefix={KEPT}/",
    ]  # fmt: skip
    atheris.Setup(arguments, examine, custom_mutator=custom_mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
