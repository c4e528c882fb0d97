"""What a person holds: keys, credentials, contacts, and everything they can ask of them."""
