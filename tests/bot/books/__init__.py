"""Books: what chat and exports tell of the same year, side by side."""
