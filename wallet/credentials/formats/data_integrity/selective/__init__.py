"""Data Integrity ECDSA Cryptosuites 1.0, section 3.3: showing some statements of a document.

What the suites of selective disclosure have in common. A document is taken apart into statements,
its canonical N-Quads; those that JSON pointers lead to are mandatory, others are chosen by the
holder, and the blank nodes are renamed, so that their labels say nothing of what is not shown.

- `pointers`: the part of a document that JSON pointers lead to.
- `labels`: the new names of blank nodes, and how a verifier is told of them.
- `grouping`: which statements a part of the document makes.
- `disclosure`: what a holder works out for a verifier, and what a verifier makes of it.
- `proof_value`: CBOR in base64url, read in the one form that it has.
"""
