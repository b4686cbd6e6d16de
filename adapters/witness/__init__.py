"""Witnesses: asked to sign our checkpoints, and the desk at which we sign those of others."""
