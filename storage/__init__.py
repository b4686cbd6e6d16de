"""What is kept: the journal and what belongs to it, in SQLite or PostgreSQL.

This room keeps the promises of `bot.ports` and knows nothing of commands, chats or meaning.
"""
