"""Polls: what a vote says, how it is read, counted and told. Nothing here knows a collective."""
