"""Meetings: who leads, who is there, who speaks, and what is written down."""
