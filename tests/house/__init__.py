"""The house that tests are played in: collectives on the real engine, that people speak to.

    house = House({"confirmations": 1})                  # the rules of `config.toml`
    house.say("anna", "/log 2h baked bread")             # somebody types this, in the room `hall`
    told = house.say("bo", "/confirm C1", room="garden")
    assert told.text == "…"                              # this comes back, as it is read
    assert not told.refused                              # or `told.error`, `told.facts`, `told.rows`
    house.later(days=8)                                  # time goes by, and what is due happens
    house.restart()                                      # what was only in memory is gone
    house.state(), house.events(), house.tables()        # what is remembered, and what is kept
    house.close()

Platform `a` is the collective `alpha`, platform `b` is `beta`; `homes={}` is a bot that nobody has
founded a collective with. `House(url=…)` plays it on a database (the fixtures `sqlite_url`,
`postgres_url`, and `database_url` for both), and `House(url=…, program="q")` is a second program on it.

`settled()` and `cooperative()` are houses with life in them. `staged()` plays transcripts. `Desk` is
the asynchronous way in, and `engine_over` an engine for whatever needs no more. `line` types commands
from their declarations. `tests.house.journals` makes journals up that nobody typed.
"""

from tests.house.engines import BEGIN, COMMANDS, Desk, engine_over
from tests.house.house import HOMES, House
from tests.house.lines import line, sample, without
from tests.house.lives import cooperative, settled
from tests.house.plays import Play, staged
from tests.house.told import Told, hidden, plain, told

__all__ = [
    "BEGIN",
    "COMMANDS",
    "HOMES",
    "Desk",
    "House",
    "Play",
    "Told",
    "cooperative",
    "engine_over",
    "hidden",
    "line",
    "plain",
    "sample",
    "settled",
    "staged",
    "told",
    "without",
]
