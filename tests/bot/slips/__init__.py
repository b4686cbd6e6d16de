"""Tests: which files are receipts."""
