"""The command: a parser made from the actions, and the only places that print."""
