"""The demonstration's conversation, typed into the terminal UI: real model, vault and chain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from agent.demo import pasted, sentences
from agent.model import LlamaModel, find_model
from wallet.cli.main import main
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


async def test_goes_from_nothing_to_a_presentation_by_talking(
    at_the_keyboard: Callable[..., Any], tmp_path: Path
) -> None:
    home = tmp_path / "wallet"
    dialogs = 0
    with LlamaModel(find_model()) as model:
        async with at_the_keyboard(model, home=home) as person:
            await person.makes_a_wallet()
            for sentence in sentences():
                if "{" in sentence:
                    with open_wallet(home, Secret("correct horse battery")) as wallet:
                        sentence = pasted(sentence, wallet)  # noqa: PLW2901 - as a person pastes
                await person.says(sentence)
                while person.asked:
                    dialogs += 1
                    await person.answers("y")
    assert dialogs == 7
    (presentation,) = (home / "outbox").glob("presentation-*.json")
    proof = json.loads(presentation.read_bytes())["proof"]
    binding = ["--challenge", proof["challenge"], "--domain", proof["domain"]]
    assert main(["verify", str(presentation), *binding, "--home", str(home)]) == 0
