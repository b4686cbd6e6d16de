"""Tests of what people type, by chapter."""
