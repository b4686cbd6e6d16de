"""Value: how what comes in is shared out among those who made it, exactly.

Equations are data; sharing out is a pure function of an equation, a pool and what people gave.
Nothing here knows a state, an event, a name, a room or the time.
"""
