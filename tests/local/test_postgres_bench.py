"""What PostgreSQL is measured with gives the guarantees that are told of it."""

from __future__ import annotations

import psycopg
import pytest

from bench.postgres import COINS, PRICE, PROCEDURE, SCHEMA, UNLOCKS, cluster, unlock


def test_the_schema_unlocks_once_and_overdraws_nobody():
    with cluster() as address:
        if address is None:
            return
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(SCHEMA)
            connection.execute(PROCEDURE)
            rows = [("v", "coin", COINS, True), ("v", "USD.deferred", COINS, True)]
            rows += [("s", "coin", 0, False), ("s", "USD", 0, False)]
            connection.cursor().executemany("INSERT INTO account VALUES (%s, %s, %s, %s)", rows)
            assert unlock(connection, "v", "s", 1)
            assert not unlock(connection, "v", "s", 1)
            for episode in range(2, UNLOCKS + 1):
                assert unlock(connection, "v", "s", episode)
            with pytest.raises(psycopg.errors.CheckViolation):
                unlock(connection, "v", "s", UNLOCKS + 1)
            row = connection.execute("SELECT balance FROM account WHERE id = 's' AND unit = 'coin'").fetchone()
            assert row == (UNLOCKS * PRICE,)
            postings = connection.execute("SELECT sum(amount), count(DISTINCT entry) FROM posting").fetchone()
            assert postings == (0, UNLOCKS)
