"""Where a collective is, and by which rules: circles, rooms, collectives, rules."""
