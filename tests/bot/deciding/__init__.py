"""Deciding: the methods, delegation and deadlines, as tables of worked examples and as properties."""
