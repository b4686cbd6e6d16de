"""Tests: the console."""
