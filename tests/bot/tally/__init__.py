"""Counting: worked examples with their sources, properties, ballot files."""
