# pragma version 0.4.3
# pragma evm-version prague
"""
@title DID registry, compatible with ERC-1056
@license Apache-2.0
@notice Owners, delegates and attributes of identities. An identity is an account and owns itself
        until it says otherwise. Whoever resolves a DID reads the events: each names the block of
        the change before it, and `changed` names the last one.
@dev    Functions and events are those of ethr-did-registry 1.3.0, called with the same arguments.
        Four things differ.
        1. An owner that is the zero account deactivates the identity for good. ERC-1056 gives it
           back to its own key, which resolvers ignore and contracts cannot: here every operation
           on it reverts with `deactivated`, `identityOwner` is this registry, which has no key
           and calls nobody, no delegate is valid, and `deactivated` says so. `owners` and
           `delegates` stay what the last operation left there. Contracts that ask for an owner or
           a delegate pay for one word more, 2,100 gas, where no other word has the answer.
        2. The zero account is no identity: a signature that recovers to nobody would be its
           owner's. Operations on it revert with `bad_identity`, and its owner is this registry.
        3. A signature that recovers to nobody is nobody's, and reverts with `bad_signature`.
        4. The value of an attribute has 4096 bytes at most, as the language demands a bound. That
           is room for an ML-DSA-87 key (2592 bytes); what is longer reverts. The bound costs gas:
           memory is laid out for the longest value.
"""

MAX_VALUE: constant(uint256) = 4096
TOMBSTONE: constant(uint256) = 1 << 255

event DIDOwnerChanged:
    identity: indexed(address)
    owner: address
    previousChange: uint256

event DIDDelegateChanged:
    identity: indexed(address)
    delegateType: bytes32
    delegate: address
    validTo: uint256
    previousChange: uint256

event DIDAttributeChanged:
    identity: indexed(address)
    name: bytes32
    value: Bytes[MAX_VALUE]
    validTo: uint256
    previousChange: uint256

owners: public(HashMap[address, address])
delegates: public(HashMap[address, HashMap[bytes32, HashMap[address, uint256]]])
# The block of an identity's last change, and the tombstone: every operation reads and writes this
# word as it is, so that the tombstone costs none of them anything.
last_change: HashMap[address, uint256]
nonce: public(HashMap[address, uint256])


@view
@internal
def _owner(identity: address) -> address:
    owner: address = self.owners[identity]
    return owner if owner != empty(address) else identity


@view
@internal
def _alive(identity: address) -> uint256:
    """
    @return The block of the identity's last change, or 0.
    """
    assert identity != empty(address), "bad_identity"
    last: uint256 = self.last_change[identity]
    assert last < TOMBSTONE, "deactivated"
    return last


@view
@internal
def _authorize(identity: address, actor: address) -> uint256:
    """
    @return The block of the identity's last change, or 0.
    """
    last: uint256 = self._alive(identity)
    assert actor == self._owner(identity), "bad_actor"
    return last


@view
@internal
def _context(identity: address, owner: address) -> Bytes[74]:
    """
    @return What an owner signs before the operation's name and arguments, packed.
    """
    return concat(
        x"1900",
        convert(self, bytes20),
        convert(self.nonce[owner], bytes32),
        convert(identity, bytes20),
    )


@internal
def _authorize_signed(owner: address, digest: bytes32, v: uint8, r: bytes32, s: bytes32):
    """
    @dev Refuses what the owner did not sign, and counts what it did: nothing passes twice.
    """
    signer: address = ecrecover(digest, v, r, s)
    assert signer != empty(address) and signer == owner, "bad_signature"
    self.nonce[owner] += 1


@internal
def _change_owner(identity: address, last: uint256, new_owner: address):
    self.owners[identity] = new_owner
    log DIDOwnerChanged(identity=identity, owner=new_owner, previousChange=last)
    change: uint256 = block.number
    if new_owner == empty(address):
        change |= TOMBSTONE
    self.last_change[identity] = change


@internal
def _set_delegate(
    identity: address, last: uint256, delegate_type: bytes32, delegate: address, valid_to: uint256
):
    self.delegates[identity][keccak256(delegate_type)][delegate] = valid_to
    log DIDDelegateChanged(
        identity=identity,
        delegateType=delegate_type,
        delegate=delegate,
        validTo=valid_to,
        previousChange=last,
    )
    self.last_change[identity] = block.number


@view
@external
def changed(arg0: address) -> uint256:
    return self.last_change[arg0] & ~TOMBSTONE


@view
@external
def deactivated(identity: address) -> bool:
    return self.last_change[identity] >= TOMBSTONE


@view
@external
def identityOwner(identity: address) -> address:
    owner: address = self.owners[identity]
    if owner != empty(address):  # and so it is not deactivated: that leaves no owner behind
        return owner
    if identity == empty(address) or self.last_change[identity] >= TOMBSTONE:
        return self
    return identity


@view
@external
def validDelegate(identity: address, delegateType: bytes32, delegate: address) -> bool:
    valid_to: uint256 = self.delegates[identity][keccak256(delegateType)][delegate]
    return valid_to > block.timestamp and self.last_change[identity] < TOMBSTONE


@external
def changeOwner(identity: address, newOwner: address):
    last: uint256 = self._authorize(identity, msg.sender)
    self._change_owner(identity, last, newOwner)


@external
def changeOwnerSigned(
    identity: address, sigV: uint8, sigR: bytes32, sigS: bytes32, newOwner: address
):
    last: uint256 = self._alive(identity)
    owner: address = self._owner(identity)
    digest: bytes32 = keccak256(
        concat(self._context(identity, owner), b"changeOwner", convert(newOwner, bytes20))
    )
    self._authorize_signed(owner, digest, sigV, sigR, sigS)
    self._change_owner(identity, last, newOwner)


@external
def addDelegate(identity: address, delegateType: bytes32, delegate: address, validity: uint256):
    last: uint256 = self._authorize(identity, msg.sender)
    self._set_delegate(identity, last, delegateType, delegate, block.timestamp + validity)


@external
def addDelegateSigned(
    identity: address,
    sigV: uint8,
    sigR: bytes32,
    sigS: bytes32,
    delegateType: bytes32,
    delegate: address,
    validity: uint256,
):
    last: uint256 = self._alive(identity)
    owner: address = self._owner(identity)
    digest: bytes32 = keccak256(
        concat(
            self._context(identity, owner),
            b"addDelegate",
            delegateType,
            convert(delegate, bytes20),
            convert(validity, bytes32),
        )
    )
    self._authorize_signed(owner, digest, sigV, sigR, sigS)
    self._set_delegate(identity, last, delegateType, delegate, block.timestamp + validity)


@external
def revokeDelegate(identity: address, delegateType: bytes32, delegate: address):
    last: uint256 = self._authorize(identity, msg.sender)
    self._set_delegate(identity, last, delegateType, delegate, block.timestamp)


@external
def revokeDelegateSigned(
    identity: address,
    sigV: uint8,
    sigR: bytes32,
    sigS: bytes32,
    delegateType: bytes32,
    delegate: address,
):
    last: uint256 = self._alive(identity)
    owner: address = self._owner(identity)
    digest: bytes32 = keccak256(
        concat(
            self._context(identity, owner),
            b"revokeDelegate",
            delegateType,
            convert(delegate, bytes20),
        )
    )
    self._authorize_signed(owner, digest, sigV, sigR, sigS)
    self._set_delegate(identity, last, delegateType, delegate, block.timestamp)


@external
def setAttribute(identity: address, name: bytes32, val: Bytes[MAX_VALUE], validity: uint256):
    last: uint256 = self._authorize(identity, msg.sender)
    log DIDAttributeChanged(
        identity=identity,
        name=name,
        value=val,
        validTo=block.timestamp + validity,
        previousChange=last,
    )
    self.last_change[identity] = block.number


@external
def setAttributeSigned(
    identity: address,
    sigV: uint8,
    sigR: bytes32,
    sigS: bytes32,
    name: bytes32,
    val: Bytes[MAX_VALUE],
    validity: uint256,
):
    last: uint256 = self._alive(identity)
    owner: address = self._owner(identity)
    digest: bytes32 = keccak256(
        concat(
            self._context(identity, owner),
            b"setAttribute",
            name,
            val,
            convert(validity, bytes32),
        )
    )
    self._authorize_signed(owner, digest, sigV, sigR, sigS)
    log DIDAttributeChanged(
        identity=identity,
        name=name,
        value=val,
        validTo=block.timestamp + validity,
        previousChange=last,
    )
    self.last_change[identity] = block.number


@external
def revokeAttribute(identity: address, name: bytes32, val: Bytes[MAX_VALUE]):
    last: uint256 = self._authorize(identity, msg.sender)
    log DIDAttributeChanged(
        identity=identity, name=name, value=val, validTo=0, previousChange=last
    )
    self.last_change[identity] = block.number


@external
def revokeAttributeSigned(
    identity: address,
    sigV: uint8,
    sigR: bytes32,
    sigS: bytes32,
    name: bytes32,
    val: Bytes[MAX_VALUE],
):
    last: uint256 = self._alive(identity)
    owner: address = self._owner(identity)
    digest: bytes32 = keccak256(
        concat(self._context(identity, owner), b"revokeAttribute", name, val)
    )
    self._authorize_signed(owner, digest, sigV, sigR, sigS)
    log DIDAttributeChanged(
        identity=identity, name=name, value=val, validTo=0, previousChange=last
    )
    self.last_change[identity] = block.number
