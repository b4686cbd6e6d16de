"""Funding rounds: Cobudget's rules, the money of a round, and how it looks."""
