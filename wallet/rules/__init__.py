"""The rules that a person sets for their own wallet, which code holds it to."""
