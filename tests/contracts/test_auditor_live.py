"""The auditor over a live table of ten thousand entries, which the real store has written and settled."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bench.books import lives, renamed
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import new_id, viewer
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from tests.contracts.stand_ins import LOOPBACK, Connect, tables_of
from tests.support.tables import LEDGER

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.allow_hosts(LOOPBACK), pytest.mark.timeout(500)]
ROOT = Path(__file__).resolve().parents[2]
NAME = LEDGER["TableName"]
ENTRIES = 10_000
WRITERS = 4
AT_ONCE = 2_000
"""Entries that are settled together."""


class Live(NamedTuple):
    """A table with books that hold, where it is, and how many entries its viewers have."""

    connect: Connect
    endpoint: str
    entries: int


@pytest.fixture(scope="module", params=["ministack"])
def live(request: pytest.FixtureRequest) -> Iterator[Live]:
    with tables_of(request, LEDGER) as connect:
        began, chains = time.monotonic(), list(_chains())
        store = LedgerStore(connect(), NAME)
        with ThreadPoolExecutor(WRITERS) as writers:
            assert all(writers.map(lambda chain: all(map(store.append, chain)), chains))
        entries = [entry for chain in chains for entry in chain]
        for start in range(0, len(entries), AT_ONCE):
            assert not settle(store, entries[start : start + AT_ONCE]).poison
        print(f"\n{len(entries)} entries of {len(chains)} viewers written and settled in {_since(began)}")
        yield Live(connect, request.getfixturevalue("endpoint"), len(entries))


def _chains() -> Iterator[list[Entry]]:
    """Lives of the bench, under as many names as it takes."""
    draw, count = random.Random(7), 0
    models = lives(draw)
    while count < ENTRIES:
        for life in models:
            chain = renamed(life, viewer(new_id(draw.randbytes)))
            count += len(chain)
            yield chain


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"


def audited(live: Live, *words: str) -> tuple[int, dict[str, Any]]:
    """The command's exit code, and its verdict."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'layers/common/python'}{os.pathsep}{ROOT}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    command = ["tools/audit.py", "--table", NAME, "--endpoint", live.endpoint, "--read-units", "100000", "--json"]
    done = subprocess.run(
        [sys.executable, *command, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_books_of_ten_thousand_entries_hold(live: Live) -> None:
    code, verdict = audited(live, "--in-flight-minutes", "0")
    print(f"\naudited in {verdict['seconds']:.1f} s, {verdict['peakMb']:.0f} MB: {verdict['counts']}")
    assert (code, verdict["findings"]) == (0, {})
    assert verdict["counts"]["entries"] > live.entries >= ENTRIES, "batches count as well"
    assert verdict["counts"]["settled"] == verdict["counts"]["legs"]


def test_what_somebody_changed_past_the_product_is_found(live: Live) -> None:
    """A hash, and a mark: each is named with where it stands."""
    client: Any = live.connect().client
    marked = [item for item in client.scan(TableName=NAME)["Items"] if "m0" in item]
    first, second = marked[0], marked[-1]
    changes: tuple[tuple[Any, str, str, dict[str, Any]], ...] = (
        (first, "SET #name = :other", "hash", {":other": {"B": b"x" * 32}}),
        (second, "REMOVE #name", "m0", {}),
    )
    for item, change, name, values in changes:
        asked = {"ExpressionAttributeValues": values} if values else {}
        key = {"account": item["account"], "seq": item["seq"]}
        client.update_item(
            TableName=NAME, Key=key, UpdateExpression=change, ExpressionAttributeNames={"#name": name}, **asked
        )
    try:
        code, verdict = audited(live, "--in-flight-minutes", "0")
        assert code == 1
        assert {"hash_wrong", "batch_without_mark"} <= set(verdict["findings"])
        places = {(one["code"], one["account"], one["seq"]) for one in verdict["kept"]}
        assert ("hash_wrong", first["account"]["S"], int(first["seq"]["N"])) in places
        assert ("batch_without_mark", second["account"]["S"], int(second["seq"]["N"])) in places
    finally:
        for item in (first, second):
            client.put_item(TableName=NAME, Item=item)
