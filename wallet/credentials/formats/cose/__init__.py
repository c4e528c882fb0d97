"""RFC 8949 and RFC 9052: CBOR read strictly, and what is signed in it, whoever signed it."""
