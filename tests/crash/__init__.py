"""Crashes of the real process: killed at any moment, started again, nothing lost, nothing doubled."""
