"""Journals of earlier releases: events live for ever, so these must fold to the same result always.

A release adds a folder: `python -m tests.golden VERSION` plays the transcripts of that release into
one journal and keeps its bundle and what it folded to. A folder is never changed afterwards.
"""
