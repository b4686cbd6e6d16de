"""Proposals: asked, voted on, closed, carried out; and what every decision in here shares."""
