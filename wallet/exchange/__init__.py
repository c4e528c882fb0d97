"""How a wallet and another party hand things over; one protocol a module."""
