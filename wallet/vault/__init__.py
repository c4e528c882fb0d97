"""The encrypted store: records, the recovery phrase, and the keys that come from it.

The only room that holds a private key's bytes. `vault.Vault` is its door.
"""
