# pragma version 0.4.3
# pragma evm-version prague
"""
@title A gate, for tests
@license Apache-2.0
@notice Opens for whoever shows a signature of an identity's owner or delegate. `open` knows ERC-1056
        and nothing else, and does not even look whether a signature recovers to somebody: what
        there is no owner of must not be opened all the same. `gone` asks for the tombstone.
"""

interface Registry:
    def identityOwner(identity: address) -> address: view
    def validDelegate(identity: address, delegateType: bytes32, delegate: address) -> bool: view
    def deactivated(identity: address) -> bool: view

event Opened:
    identity: indexed(address)

VERI_KEY: constant(bytes32) = 0x766572694b657900000000000000000000000000000000000000000000000000


@external
def open(
    registry: address, identity: address, digest: bytes32, v: uint8, r: bytes32, s: bytes32
):
    signer: address = ecrecover(digest, v, r, s)
    owner: address = staticcall Registry(registry).identityOwner(identity)
    if signer != owner:
        assert staticcall Registry(registry).validDelegate(identity, VERI_KEY, signer), "closed"
    log Opened(identity=identity)


@view
@external
def gone(registry: address, identity: address) -> bool:
    return staticcall Registry(registry).deactivated(identity)
