"""Tests: units of a collective's own."""
