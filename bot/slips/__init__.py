"""Receipts as files: which kind they are by what is in them, and what of a picture is kept."""
