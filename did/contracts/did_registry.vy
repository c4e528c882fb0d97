# pragma version 0.4.3
# pragma evm-version prague
"""
@title DID registry, compatible with ERC-1056
@license Apache-2.0
@notice Owners, delegates and attributes of identities. An identity is an account and owns itself
        until it says otherwise. Whoever resolves a DID reads the events: each names the block of
        the change before it, and `changed` names the last one.
@dev    Functions and events are those of ethr-did-registry 1.3.0, called with the same arguments.
        Two things differ. Bytes are bounded, as the language demands. And a signature that
        recovers to nobody is refused: the zero account would otherwise accept each of them.
"""

MAX_VALUE: constant(uint256) = 4096
MAX_OPERATION: constant(uint256) = 4172  # setAttribute with the longest value

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
changed: public(HashMap[address, uint256])
nonce: public(HashMap[address, uint256])


@view
@internal
def _owner(identity: address) -> address:
    owner: address = self.owners[identity]
    return owner if owner != empty(address) else identity


@view
@internal
def _authorize(identity: address, actor: address):
    assert actor == self._owner(identity), "bad_actor"


@internal
def _authorize_signed(
    identity: address, v: uint8, r: bytes32, s: bytes32, operation: Bytes[MAX_OPERATION]
):
    """
    @dev What the owner signed: 0x1900, this contract, the owner's nonce, the identity, and then
         the operation's name and arguments, packed.
    """
    owner: address = self._owner(identity)
    digest: bytes32 = keccak256(
        concat(
            x"1900",
            convert(self, bytes20),
            convert(self.nonce[owner], bytes32),
            convert(identity, bytes20),
            operation,
        )
    )
    signer: address = ecrecover(digest, v, r, s)
    assert signer != empty(address) and signer == owner, "bad_signature"
    self.nonce[owner] += 1


@internal
def _change_owner(identity: address, new_owner: address):
    self.owners[identity] = new_owner
    log DIDOwnerChanged(
        identity=identity, owner=new_owner, previousChange=self.changed[identity]
    )
    self.changed[identity] = block.number


@internal
def _set_delegate(identity: address, delegate_type: bytes32, delegate: address, valid_to: uint256):
    self.delegates[identity][keccak256(delegate_type)][delegate] = valid_to
    log DIDDelegateChanged(
        identity=identity,
        delegateType=delegate_type,
        delegate=delegate,
        validTo=valid_to,
        previousChange=self.changed[identity],
    )
    self.changed[identity] = block.number


@internal
def _set_attribute(identity: address, name: bytes32, val: Bytes[MAX_VALUE], valid_to: uint256):
    log DIDAttributeChanged(
        identity=identity,
        name=name,
        value=val,
        validTo=valid_to,
        previousChange=self.changed[identity],
    )
    self.changed[identity] = block.number


@view
@external
def identityOwner(identity: address) -> address:
    return self._owner(identity)


@view
@external
def validDelegate(identity: address, delegateType: bytes32, delegate: address) -> bool:
    return self.delegates[identity][keccak256(delegateType)][delegate] > block.timestamp


@external
def changeOwner(identity: address, newOwner: address):
    self._authorize(identity, msg.sender)
    self._change_owner(identity, newOwner)


@external
def changeOwnerSigned(
    identity: address, sigV: uint8, sigR: bytes32, sigS: bytes32, newOwner: address
):
    self._authorize_signed(
        identity, sigV, sigR, sigS, concat(b"changeOwner", convert(newOwner, bytes20))
    )
    self._change_owner(identity, newOwner)


@external
def addDelegate(identity: address, delegateType: bytes32, delegate: address, validity: uint256):
    self._authorize(identity, msg.sender)
    self._set_delegate(identity, delegateType, delegate, block.timestamp + validity)


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
    self._authorize_signed(
        identity,
        sigV,
        sigR,
        sigS,
        concat(
            b"addDelegate", delegateType, convert(delegate, bytes20), convert(validity, bytes32)
        ),
    )
    self._set_delegate(identity, delegateType, delegate, block.timestamp + validity)


@external
def revokeDelegate(identity: address, delegateType: bytes32, delegate: address):
    self._authorize(identity, msg.sender)
    self._set_delegate(identity, delegateType, delegate, block.timestamp)


@external
def revokeDelegateSigned(
    identity: address,
    sigV: uint8,
    sigR: bytes32,
    sigS: bytes32,
    delegateType: bytes32,
    delegate: address,
):
    self._authorize_signed(
        identity,
        sigV,
        sigR,
        sigS,
        concat(b"revokeDelegate", delegateType, convert(delegate, bytes20)),
    )
    self._set_delegate(identity, delegateType, delegate, block.timestamp)


@external
def setAttribute(identity: address, name: bytes32, val: Bytes[MAX_VALUE], validity: uint256):
    self._authorize(identity, msg.sender)
    self._set_attribute(identity, name, val, block.timestamp + validity)


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
    self._authorize_signed(
        identity,
        sigV,
        sigR,
        sigS,
        concat(b"setAttribute", name, val, convert(validity, bytes32)),
    )
    self._set_attribute(identity, name, val, block.timestamp + validity)


@external
def revokeAttribute(identity: address, name: bytes32, val: Bytes[MAX_VALUE]):
    self._authorize(identity, msg.sender)
    self._set_attribute(identity, name, val, 0)


@external
def revokeAttributeSigned(
    identity: address,
    sigV: uint8,
    sigR: bytes32,
    sigS: bytes32,
    name: bytes32,
    val: Bytes[MAX_VALUE],
):
    self._authorize_signed(
        identity, sigV, sigR, sigS, concat(b"revokeAttribute", name, val)
    )
    self._set_attribute(identity, name, val, 0)
