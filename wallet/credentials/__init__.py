"""What is claimed: verifiable credentials and presentations, made, read, secured and checked."""
