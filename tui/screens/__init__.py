"""What fills the terminal; each with its layout beside it."""
