from __future__ import annotations

import subprocess
import sys
from typing import Final

PROGRAM: Final = """
import sys
import wallet.verify.pipeline
heavy = {"textual", "rich", "llama_cpp", "didkit", "web3", "eth", "agent", "tui"}
print(*sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_verifying_loads_no_face_no_model_no_chain_and_no_didkit() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == []
