"""Counting votes: one file a family of methods, exact, each result with its working."""
