"""Repair and its command, over everything that stands in for DynamoDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.repairing import Repair, repair
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from tests.contracts.stand_ins import ALL, Connect, tables_of
from tests.support.tables import LEDGER
from tests.unit.ledger.chains import NOW, SERIES, VIEWER, bought, unlocked
from tools import repair as command

NAME = LEDGER["TableName"]
PAID = 9


@pytest.fixture(params=ALL)
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    with tables_of(request, LEDGER) as connect:
        yield connect


def written(store: LedgerStore) -> list[Entry]:
    """A purchase and unlocks: some settled, one with a batch and without its mark, the others missed."""
    chain = [bought(coins=1_000, cash=9_000)]
    for episode in range(2, 2 + PAID):
        chain.append(unlocked(chain[-1], episode))
    for entry in chain:
        assert store.append(entry)
    settle(store, chain[1:4])
    torn = plan_batch(SERIES, store.head(SERIES), [chain[4]], NOW).entry
    assert store.append(torn)
    return chain


def test_what_was_missed_is_settled_and_a_lost_mark_is_set_again(connect: Connect) -> None:
    connection = connect()
    store, scan = LedgerStore(connection, NAME), LedgerScan(connection, NAME)
    chain = written(store)
    assert store.settlements(chain[4]) == {}
    done = repair(Repair(store, scan), scan, segments=3)
    assert (done.marked, done.legs, done.whole) == (1, PAID - 4 + 1, True)
    assert store.settlements(chain[4]) == {SERIES: 2}
    head = store.head(SERIES)
    assert head is not None
    assert head.state.balances["coin"] == 12 * PAID
    again = repair(Repair(store, scan), scan, segments=3)
    assert (again.marked, again.legs, again.whole) == (0, 0, True)


def test_a_mark_is_set_only_on_the_entry_that_it_is_for_and_only_once(connect: Connect) -> None:
    connection = connect()
    store, scan = LedgerStore(connection, NAME), LedgerScan(connection, NAME)
    chain = written(store)
    assert not scan.mark(unlocked(chain[3], 99), "m0", 2)
    assert not scan.mark(chain[1], "m0", 2)
    assert scan.mark(chain[4], "m0", 2)
    assert not scan.mark(chain[4], "m0", 3)
    assert store.settlements(chain[4]) == {SERIES: 2}


def test_an_entry_is_taken_away_only_as_it_is_told(connect: Connect) -> None:
    connection = connect()
    store, scan = LedgerStore(connection, NAME), LedgerScan(connection, NAME)
    last = written(store)[-1]
    scan.remove(last._replace(hash=bytes(32)))
    assert store.head(VIEWER) == last
    scan.remove(last)
    scan.remove(last)
    head = store.head(VIEWER)
    assert head is not None
    assert head.seq == last.seq - 1


@pytest.fixture
def ran(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command on the stand-in's table."""
    monkeypatch.setattr(command, "connection_of", lambda _given: connect())

    def run(*arguments: str) -> int:
        return command.main(["--table", NAME, *arguments])

    return run


def test_the_command_says_what_it_would_do_then_does_it_and_then_finds_nothing(
    connect: Connect, ran: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    store = LedgerStore(connect(), NAME)
    chain = written(store)
    assert ran("--dry-run") == command.DONE
    assert "6 legs would be settled" in capsys.readouterr().out
    assert store.settlements(chain[5]) == {}
    assert ran() == command.DONE
    assert "6 legs settled" in capsys.readouterr().out
    assert ran() == command.DONE
    assert "0 legs settled" in capsys.readouterr().out


def test_the_command_names_what_a_person_must_look_at(
    connect: Connect, ran: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    connection = connect()
    store, scan = LedgerStore(connection, NAME), LedgerScan(connection, NAME)
    chain = written(store)
    assert scan.mark(chain[5], "m0", 77)
    assert ran() == command.LEFT
    assert f"Does not agree: {VIEWER}/6 with {SERIES}: mark_without_batch" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["--restored"], ["--dry-run"], ["--due", "cliffhanger-nobody-due"]], ids=" ".join
)
def test_a_table_that_is_not_there_is_named_and_nothing_is_begun(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setattr(command, "connection_of", lambda _given: connect())
    ledger = NAME if "--due" in arguments else "cliffhanger-nobody-ledger"
    assert command.main(["--table", ledger, *arguments]) == command.STOPPED
    told = capsys.readouterr()
    assert "Refused: cliffhanger-nobody-" in told.err
    assert "ResourceNotFoundException" in told.err
    assert told.out == ""
