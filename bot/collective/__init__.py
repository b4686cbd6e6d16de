"""What a collective knows and decides: one file a feature, pure; events, state and rules.

`state.EVENTS` is the table of contents.
"""
