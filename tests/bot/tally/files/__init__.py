"""Tests of the files of ballots."""
