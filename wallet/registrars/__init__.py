"""How this wallet makes DIDs of its own: one `Registrar` for each method it can create."""
