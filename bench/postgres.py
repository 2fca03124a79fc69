"""The same unlock on PostgreSQL, as a plain double-entry schema with the same guarantees where it can give them.

A private cluster in a temporary folder, on a Unix socket only, with fsync and synchronous commit as they are by
default. Both tell where a managed serverless ledger stands, and where not: the times are not of one kind. PostgreSQL's
are real, on this machine and its disk, without a network; the ledger's are simulated, with the waits of DynamoDB
(``bench.conflicts``).
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from bench.ledgers import CLIENTS, throughput
from bench.sizes import measured, percentile
from tests.support.dynamodb.capacity import item_size

UNLOCKS = 20
"""Of each client."""
PRICE, COINS = 12, 12 * UNLOCKS
SKIPPED = "postgres: skipped: PostgreSQL is not installed"

SCHEMA = """
CREATE TABLE account (id text, unit text, balance bigint NOT NULL, guarded boolean NOT NULL,
    PRIMARY KEY (id, unit), CHECK (NOT guarded OR balance >= 0));
CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account text NOT NULL, reference text NOT NULL,
    request bytea NOT NULL, at timestamptz NOT NULL DEFAULT now(), terms jsonb NOT NULL, UNIQUE (account, reference));
CREATE TABLE posting (entry bigint NOT NULL REFERENCES entry, account text NOT NULL, unit text NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0), PRIMARY KEY (entry, account, unit));
CREATE INDEX posting_by_account ON posting (account, entry);
"""
PROCEDURE = """
CREATE FUNCTION unlock(viewer text, series text, reference text, request bytea, terms jsonb, price bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE made bigint;
BEGIN
    INSERT INTO entry (account, reference, request, terms) VALUES ($1, $3, $4, $5)
        ON CONFLICT DO NOTHING RETURNING id INTO made;
    IF made IS NULL THEN RETURN false; END IF;
    INSERT INTO posting VALUES (made, $1, 'coin', -$6), (made, $1, 'USD.deferred', -$6),
        (made, $2, 'coin', $6), (made, $2, 'USD', $6);
    UPDATE account SET balance = balance - $6 WHERE id = $1 AND unit IN ('coin', 'USD.deferred');
    UPDATE account SET balance = balance + $6 WHERE id = $2 AND unit IN ('coin', 'USD');
    RETURN true;
END $$;
"""
"""In the server, so that one round trip does it, and the creator's row is locked last and for the commit alone."""


class Found(NamedTuple):
    """What was measured: unlocks a second with one creator and with many, and bytes that an unlock leaves."""

    hot: float
    spread: float
    bytes_each: float


@contextlib.contextmanager
def cluster() -> Iterator[str | None]:
    """Where a private cluster listens, or None where PostgreSQL is not installed. It is gone afterwards."""
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    owner = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        if owner:
            os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
        data = folder / "data"
        _run([binaries / "initdb", "-D", data, "-U", "bench", "--auth=trust", "--no-instructions"], owner)
        options = f"-k {folder} -c listen_addresses='' -c max_connections={CLIENTS + 8}"
        _run([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], owner)
        try:
            yield f"host={folder} user=bench dbname=postgres"
        finally:
            _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], owner)


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))  # where Debian keeps them, off the path
    return known[-1].parent if known else None


def _run(command: list[Any], user: str | None) -> None:
    subprocess.run(
        [str(part) for part in command], user=user, check=True, cwd="/", stdout=subprocess.DEVNULL, env={"LC_ALL": "C"}
    )


def unlock(connection: psycopg.Connection[Any], viewer: str, series: str, episode: int) -> bool:
    """One unlock, exactly once, in one transaction; whether it was new.

    The reference decides before the balance; the check of the balance refuses an overdraft.
    """
    reference = f"unlock:{series}:{episode}-{episode}.0"
    terms = f'{{"kind":"unlock","prices":[[{episode},{episode},{PRICE}]],"share":5000}}'
    asked = "SELECT unlock(%s, %s, %s, %s, %s, %s)"
    row: Any = connection.execute(asked, (viewer, series, reference, bytes(32), terms, PRICE)).fetchone()
    return bool(row[0])


def _throughput(address: str, creators: int) -> float:
    """Unlocks a second, by as many clients at once, over so many creators."""
    tag = f"c{creators}"
    with psycopg.connect(address, autocommit=True) as connection:
        rows = [(f"{tag}:viewer:{n}", unit, COINS, True) for n in range(CLIENTS) for unit in ("coin", "USD.deferred")]
        rows += [(f"{tag}:series:{n}", unit, 0, False) for n in range(creators) for unit in ("coin", "USD")]
        connection.cursor().executemany("INSERT INTO account VALUES (%s, %s, %s, %s)", rows)
    ready = threading.Barrier(CLIENTS + 1)
    failed: list[BaseException] = []

    def act(number: int) -> None:
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                ready.wait()
                for episode in range(1, UNLOCKS + 1):
                    unlock(connection, f"{tag}:viewer:{number}", f"{tag}:series:{number % creators}", episode)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    clients = [threading.Thread(target=act, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    ready.wait()
    began = time.monotonic()
    for client in clients:
        client.join()
    if failed:
        raise failed[0]
    return CLIENTS * UNLOCKS / (time.monotonic() - began)


def found() -> Found | None:
    """The measurement, or None where PostgreSQL is not installed."""
    with cluster() as address:
        if address is None:
            return None
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(SCHEMA)
            connection.execute(PROCEDURE)
        _throughput(address, 2)  # the first run also grows files
        hot, spread = _throughput(address, 1), _throughput(address, CLIENTS)
        with psycopg.connect(address, autocommit=True) as connection:
            sizes = "SELECT sum(pg_total_relation_size(name)) FROM unnest(%s::regclass[]) name"
            asked = f"SELECT ({sizes}), (SELECT count(*) FROM entry)"  # noqa: S608 - nothing of anybody's is in it
            row: Any = connection.execute(asked, (["entry", "posting"],)).fetchone()
    return Found(hot, spread, float(row[0]) / row[1])


def measure() -> list[Figure]:
    """Both, with the same clients, in one table."""
    theirs = found()
    if theirs is None:
        Console().print(SKIPPED)
        return []
    ours = Found(throughput(1), throughput(CLIENTS), percentile((item_size(one.item) for one in measured()), 0.5))
    _show(ours, theirs)
    how = f"{CLIENTS} clients, {UNLOCKS} unlocks each, one round trip, synchronous commit, on this machine"
    return [
        Figure("postgres.hot_unlocks_per_s", theirs.hot, None, f"one creator; {how}"),
        Figure("postgres.spread_unlocks_per_s", theirs.spread, None, f"{CLIENTS} creators; the same"),
        Figure("postgres.hot_over_spread", theirs.hot / theirs.spread, None, "a creator's balance is one row"),
        Figure("postgres.bytes_per_unlock", theirs.bytes_each, None, "rows and indexes"),
    ]


def _show(ours: Found, theirs: Found) -> None:
    table = Table(title=f"One unlock, {CLIENTS} clients at once", title_justify="left")
    table.add_column("")
    table.add_column("ledger on DynamoDB")
    table.add_column("double entry on PostgreSQL")
    for name, mine, other in (
        ("unlocks a second, one creator", f"{ours.hot:,.0f} (simulated waits)", f"{theirs.hot:,.0f} (this machine)"),
        ("unlocks a second, a creator each", f"{ours.spread:,.0f}", f"{theirs.spread:,.0f}"),
        ("one creator over many", f"{ours.hot / ours.spread:.2f}", f"{theirs.hot / theirs.spread:.2f}"),
        ("bytes of an unlock", f"{ours.bytes_each:,.0f}, lots and state in it", f"{theirs.bytes_each:,.0f}, no lots"),
        ("exactly once", "yes: the reference", "yes: a unique key"),
        ("no overdraft", "yes: the head's number", "yes: a check on the row"),
        ("the creator's balance", "late by the stream's delay", "at once"),
        ("proof without the house", "hash chain, receipt, anchor", "none: rows can be rewritten"),
        ("to run it", "nothing: no server, pay by request", "a server, its standby, its backups"),
    ):
        table.add_row(name, mine, other)
    Console().print(table)
