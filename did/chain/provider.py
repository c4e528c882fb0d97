"""A chain as web3.py's provider: `Web3(ChainProvider(chain))`.

web3.py takes a second to load and nothing else here needs it; import this module where it is used.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from did.chain.hexadecimal import data
from did.chain.recursion import recursion_limit
from did.chain.refusal import RequestRefused

with recursion_limit():
    from web3.providers.base import JSONBaseProvider

if TYPE_CHECKING:
    from web3.types import RPCEndpoint, RPCResponse

    from did.chain import Chain


class ChainProvider(JSONBaseProvider):
    """Hands web3.py's requests to a chain. What goes wrong but is no refusal is raised."""

    def __init__(self, chain: Chain) -> None:
        """`chain` answers."""
        super().__init__()
        self._chain: Final = chain

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """The chain's answer, a refusal included, as JSON-RPC 2.0 has it."""
        question = json.loads(self.encode_rpc_request(method, params))
        answer: RPCResponse = {"jsonrpc": "2.0", "id": question["id"]}
        try:
            answer["result"] = self._chain.request(method, question["params"])
        except RequestRefused as error:
            answer["error"] = {"code": error.number, "message": str(error)}
            if error.data:
                answer["error"]["data"] = data(error.data)
        return answer

    def is_connected(self, show_traceback: bool = False) -> bool:  # noqa: FBT001, FBT002  # web3.py's signature
        """A chain that is open is connected."""
        del show_traceback
        return True
