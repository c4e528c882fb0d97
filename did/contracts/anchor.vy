# pragma version 0.4.3
# pragma evm-version prague
"""
@title Anchors
@license Apache-2.0
@notice Says in a log that a hash was there: the 32 bytes that it is called with, and nothing else.
        Such a hash is the root of a Merkle tree, and stands for any number of documents.
@dev    There is no function, no state and no owner. The log has no topic, so that all of it costs
        less than a chain asks for 32 bytes at least (EIP-7623): 22,280 gas with or without it.
"""


@external
def __default__():
    assert len(msg.data) == 32, "32 bytes"
    raw_log([], slice(msg.data, 0, 32))
