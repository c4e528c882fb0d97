from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from models.tokenizer import Tokenizer

torch = pytest.importorskip("torch")
pytest.importorskip("gguf")

if TYPE_CHECKING:
    from pathlib import Path

TOKENIZER = Tokenizer.train(["send it to Acme, send it to Bo", "发给林梅"] * 4)


def network(width: int = 64) -> Any:
    from models.network import Network, Shape  # noqa: PLC0415 - only where there is torch

    torch.manual_seed(1)
    count = len(TOKENIZER.tokens)
    shape = Shape(vocabulary=count, width=width, layers=2, heads=2, groups=1, inner=96)
    return Network(shape)


def written(path: Path, *, quantized: bool, of: Any = None) -> Path:
    from models.export import export  # noqa: PLC0415 - only where there is torch

    export(of or network(), TOKENIZER, path, quantized=quantized)
    return path


def read(path: Path) -> tuple[Any, Tokenizer]:
    from models.restored import restored  # noqa: PLC0415 - only where there is torch

    return restored(path)


def test_what_was_written_in_full_is_read_back_to_the_bit(tmp_path: Path) -> None:
    ours = network()
    theirs, tokenizer = read(written(tmp_path / "full.gguf", quantized=False))
    assert theirs.shape.layers == ours.shape.layers
    assert theirs.state_dict().keys() == ours.state_dict().keys()
    for name, values in ours.state_dict().items():
        assert torch.equal(values, theirs.state_dict()[name]), name
    assert tokenizer.merges == TOKENIZER.merges
    assert tokenizer.encode("send 林梅 it") == TOKENIZER.encode("send 林梅 it")


def test_what_was_rounded_is_read_back_as_near_as_it_was_rounded(tmp_path: Path) -> None:
    ours = network().state_dict()
    theirs = read(written(tmp_path / "rounded.gguf", quantized=True))[0].state_dict()
    for name, values in ours.items():
        step = values.abs().max() / 127
        assert (values - theirs[name]).abs().max() <= step, name
    assert not torch.equal(ours["embedding.weight"], theirs["embedding.weight"])


def test_the_restored_network_says_what_the_first_one_says(tmp_path: Path) -> None:
    first = network().eval()
    again = read(written(tmp_path / "full.gguf", quantized=False))[0].eval()
    tokens = torch.tensor([TOKENIZER.encode("send it to Bo")])
    places = torch.arange(tokens.shape[1])[None]
    mask = torch.ones(tokens.shape[1], tokens.shape[1], dtype=torch.bool).tril()[None, None]
    with torch.no_grad():
        assert torch.equal(first(tokens, places, mask), again(tokens, places, mask))


def test_refuses_a_file_that_lacks_a_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import export  # noqa: PLC0415 - only where there is torch

    whole = export.tensors
    monkeypatch.setattr(export, "tensors", lambda net: list(whole(net))[:-1])
    path = written(tmp_path / "short.gguf", quantized=False)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"has no blk\.1\.ffn_down\.weight"):
        read(path)
