from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Altered:
    """A chain that tells something else in some answers."""

    def __init__(self, chain: Any, **answers: Callable[[Any], Any]) -> None:
        self._chain, self._answers = chain, answers
        self.chain_id, self.registry = chain.chain_id, chain.registry

    def request(self, method: str, params: Any = (), /) -> Any:
        answer = self._chain.request(method, params)
        return self._answers[method](answer) if method in self._answers else answer

    def request_many(self, calls: Any, /) -> tuple[Any, ...]:
        return tuple(self.request(*call) for call in calls)
