"""Whether a credential or presentation holds: ask for what is needed, then judge."""
