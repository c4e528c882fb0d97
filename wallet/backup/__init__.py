"""Backups: everything of a wallet in one age file, and back (docs/backup.md)."""
