"""How a collective decides: each method as a pure function of frozen terms, ballots and the clock.

Nothing here knows state, events, rooms or names: people are numbers, instants are milliseconds since
1970 UTC, and every threshold is compared in whole numbers. The same facts give the same outcome.
The way in is `bot.deciding.methods`.
"""
