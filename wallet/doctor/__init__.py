"""`holdfast doctor`: whether all that a wallet stands on is sound. Reads, and changes nothing."""
