"""BBS signatures (draft-irtf-cfrg-bbs-signatures) with BLS12-381-SHA-256, and blind ones.

The curve is py-arkworks-bls12381's; what is here is the protocol upon it. A key is taken for one
as soon as `did.keys` has made it: its point was checked then.

- `ciphersuite`: hashes and generators.
- `octets`: points and scalars, read in the one form that they have.
- `signatures`: one signature over many messages.
- `proofs`: that one has such a signature, and what some of the messages are.
- `blind`: signatures over messages that the signer does not see.
"""
