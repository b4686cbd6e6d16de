"""Tests: what people write is read."""
