"""What a person wants to be reminded of, kept sealed, and as a calendar."""
