"""What other programs keep, read as rows that could be entered here; a small file for each program."""
