"""Sharing out what came in: equations, distributions, rounds of points and needs."""
