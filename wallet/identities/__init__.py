"""What there is to see of the wallet's own DIDs: their state, keys, past, and what is to come."""
