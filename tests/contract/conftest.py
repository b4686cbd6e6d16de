"""One PostgreSQL database for the whole contract, emptied for each test: that is ten times faster."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.postgres import fresh_database


@pytest.fixture(scope="session")
def shared_postgres_url() -> Iterator[str]:
    with fresh_database() as url:
        yield url


@pytest.fixture
def postgres_url(shared_postgres_url: str) -> str:
    with psycopg.connect(shared_postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return shared_postgres_url
