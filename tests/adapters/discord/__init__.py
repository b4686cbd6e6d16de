"""Tests of the Discord adapter: its pure parts alone, and the whole of it on the stand-in."""
