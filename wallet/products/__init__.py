"""What happened to things, signed event by event."""
