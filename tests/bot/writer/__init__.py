"""Tests: the only room that writes."""
