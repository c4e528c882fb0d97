"""On which chain new DIDs live, for the faces that ask for a yes.

The command line's `chain use` needs no vault, and so no yes in it (`wallet.cli.chain`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.errors import BadInput
from wallet.messages import say
from wallet.settings import use_embedded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.messages import Message
    from wallet.wallet import Wallet


def use(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Another chain for new DIDs: the one behind some nodes, which are asked, or the wallet's own.

    Raises:
        BadInput: the nodes are none, of several chains, or cannot be used.
        ChainError, Unreachable: one gave no answer.
    """
    # Deferred: what asks nodes is for who names some.
    from wallet.networks import EMBEDDED, host_of, reach  # noqa: PLC0415

    urls = tuple(arguments["urls"])
    if urls == (EMBEDDED,):
        return _own(wallet, arguments)
    reached = reach(urls, arguments.get("registry"))

    def perform() -> Result:
        reached.use(wallet.home)
        wallet.chains.forget(reached.chain_id)
        return Result(
            say("new DIDs live on chain {chain}", chain=reached.chain_id),
            data={"chain": reached.chain_id, "registry": reached.registry},
            next=None
            if reached.has_registry
            else say("it has no registry yet: holdfast chain deploy"),
        )

    there = () if reached.has_registry else (say("it has no registry of DIDs yet"),)
    statement = Statement(
        say("Let new DIDs live on chain {chain}", chain=reached.chain_id),
        facts=(
            *((say("Node"), host_of(url)) for url in urls),
            (say("Registry"), reached.registry),
        ),
        warnings=(*there, *_LEARNS, *map(_clause, reached.warnings)),
    )
    binding = "\n".join((str(reached.chain_id), reached.registry, *urls)).encode()
    return Proposal("use_chain", statement, binding, perform)


_LEARNS: Final = (say("whoever runs a node learns which DIDs you ask about"),)


def _clause(warning: str) -> Message:
    return say("{warning}", warning=warning)


def _own(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    if "registry" in arguments:
        raise BadInput("the wallet's own chain has no nodes, and its registry is its own")
    chain = wallet.chains.embedded()
    if chain is None:
        raise BadInput("there is no chain in this wallet's folder", hint="make one: holdfast init")

    def perform() -> Result:
        use_embedded(wallet.home)
        return Result(
            say("new DIDs live on the wallet's own chain"),
            data={"chain": chain.chain_id, "registry": chain.registry},
        )

    statement = Statement(
        say("Let new DIDs live on the wallet's own chain"),
        facts=((say("Chain"), str(chain.chain_id)), (say("Registry"), chain.registry)),
    )
    return Proposal("use_chain", statement, str(chain.chain_id).encode(), perform)


USE_CHAIN: Final = Action(
    name="use_chain",
    verb=("chain", "use"),
    help="Let new DIDs live on the chain behind a node",
    example="holdfast chain use https://node.example https://other.example",
    parameters=(
        Parameter(
            "urls",
            Kind.TEXTS,
            "the addresses of its nodes; embedded for the wallet's own chain",
            required=True,
        ),
        Parameter(
            "registry",
            Kind.TEXT,
            "the registry's address, where it is no published one",
            flag="--registry",
        ),
    ),
    propose=use,
    planned=False,
)
