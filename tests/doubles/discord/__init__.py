"""A stand-in for Discord: its REST and gateway over real sockets, for unmodified discord.py.

It follows Discord's documentation (interactions, messages, polls, gateway, rate limits) and its
OpenAPI document. It is honest: a request that the documentation does not settle is refused (501) and
noted in `Standin.complaints`, a body that Discord would not take is refused (50035) and noted in
`Standin.invalid`; a test that leaves either of them filled fails.
"""
