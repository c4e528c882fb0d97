"""Transactions: priced, shown, signed, sent, and followed until the chain has them for good."""
