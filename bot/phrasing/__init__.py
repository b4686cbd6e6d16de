"""How people really say it: from what was typed to a line that is read, or to a question."""
