"""Tests: what people read is written."""
