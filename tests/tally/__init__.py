"""Tests of the tallies."""
