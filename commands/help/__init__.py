"""What there is to type, and what this is."""
