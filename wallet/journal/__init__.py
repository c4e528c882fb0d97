"""The journal: a chain of signed entries of what was asked of the wallet, and what became of it."""
