"""Units that a collective makes for itself."""
