"""The steps by which a database came to its present shape, one file a step, run by Alembic."""
