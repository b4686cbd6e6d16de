"""The hall of the house: the engine, and what a collective knows and decides.

Nothing of ours is imported here; the other rooms (commands, storage, adapters) open onto this one.
"""
