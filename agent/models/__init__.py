"""Models: what a GGUF file says of itself, where models lie, and how one comes here."""
