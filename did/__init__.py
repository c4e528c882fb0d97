"""Who: decentralized identifiers, their keys, their documents and how to find them."""
