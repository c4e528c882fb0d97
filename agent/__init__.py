"""How the wallet is asked in plain words: a local model proposes, the wallet disposes."""
