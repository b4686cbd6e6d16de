"""Tests of what comes in and how it is shared out."""
