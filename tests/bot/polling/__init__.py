"""Polls: reading votes, counting and telling them."""
