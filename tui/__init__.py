"""Where a person looks: the terminal UI."""
