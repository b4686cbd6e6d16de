"""Needs, offers and shifts."""
