"""What screens are made of; a widget knows no wallet."""
