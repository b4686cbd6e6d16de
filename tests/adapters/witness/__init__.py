"""Tests of witnesses: the desk and the client."""
