"""Polls: asked, voted on, counted."""
