"""Who belongs to a collective, and what they may do."""
