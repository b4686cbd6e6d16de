"""Runs the migrations, for Alembic, in the transaction that is already open.

So an upgrade happens whole or not at all, in SQLite too. Only `storage.engines` calls it.
"""

from alembic import context

from storage import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    version_table=schema.version.name,
)
context.run_migrations()
