"""Tests: what a collective knows and may do, also through the real engine."""
