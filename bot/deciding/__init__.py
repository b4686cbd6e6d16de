"""How a collective decides: each method as a pure function of frozen terms, ballots and the clock.

Nothing here knows state, events, rooms or names: people are numbers, instants are milliseconds since
1970 UTC, and every threshold is compared in whole numbers. The same facts give the same outcome.
The way in is `bot.deciding.methods`: it takes a `Matter` (matter.py) and gives an `Outcome`
(outcome.py). Each family of methods has its own file; what is theirs in common is in judging.py.
"""
