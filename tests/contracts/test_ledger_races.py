"""Sixteen clients at once on one wallet, over everything that stands in for DynamoDB and can race.

Which of them wins is the scheduler's; what holds of the outcome is not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import (
    Busy,
    CliffhangerError,
    GenerationUnknown,
    InsufficientCoins,
    NotReversible,
    PriceChanged,
    SpendLimitReached,
    Undecided,
)
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.state import Posting
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.unlocks.service import Books, Unlocked, UnlockRequest, unlock
from cliffhanger.wallet.service import grant_bonus, set_own_limits
from tests.contracts.stand_ins import CONCURRENT, Connect, tables_of
from tests.support.tables import CATALOG, LEDGER
from tests.support.world import PAGE, PRICE, SERIES, give

RACERS = 16
TRIES = 60
MIA = viewer("mia")
EPISODES = range(2, 10)


class Client(NamedTuple):
    """One racer with a connection of its own."""

    number: int
    books: Books

    @property
    def ledger(self) -> LedgerStore:
        return self.books.ledger

    def unlock(self, first: int, last: int, price: int, generation: int = 0) -> Unlocked:
        """Asks as a client does: again when told to, and at the price that it is told."""
        for _ in range(TRIES):
            try:
                return unlock(self.books, UnlockRequest(Viewer("mia"), SERIES, first, last, price, generation))
            except (Busy, Undecided):
                continue
            except PriceChanged as changed:
                price = int(str(changed.members["priceCoins"]))
        raise AssertionError("never answered")


@pytest.fixture(params=CONCURRENT)
def clients(request: pytest.FixtureRequest) -> Iterator[list[Client]]:
    """Racers, before a series of eight paid episodes."""
    with tables_of(request, LEDGER, CATALOG) as connect:
        catalog = CatalogStore(connect(), CATALOG["TableName"])
        assert catalog.create(series())
        yield [client(number, connect) for number in range(RACERS)]


def series() -> SeriesPage:
    paid = tuple(PAGE.episodes[1]._replace(number=number) for number in EPISODES)
    return PAGE._replace(episodes=(PAGE.episodes[0], *paid))


def client(number: int, connect: Connect) -> Client:
    connection = connect()
    ledger, catalog = LedgerStore(connection, LEDGER["TableName"]), CatalogStore(connection, CATALOG["TableName"])
    return Client(number, Books(ledger, catalog, lambda: None))


def race(clients: list[Client], act: Callable[[Client], object]) -> list[object]:
    """What each heard, in the order of their numbers; a refusal is heard as its class."""
    heard: list[object] = [None] * len(clients)
    start = threading.Barrier(len(clients))

    def run(one: Client) -> None:
        start.wait()
        try:
            heard[one.number] = act(one)
        except CliffhangerError as refusal:
            heard[one.number] = type(refusal)
        except BaseException as fault:  # noqa: BLE001 - a thread's fault must fail the test
            heard[one.number] = fault

    threads = [threading.Thread(target=run, args=(one,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults = [one for one in heard if isinstance(one, BaseException)]
    assert not faults, faults
    return heard


def chain_of(ledger: LedgerStore) -> list[Entry]:
    return list(reversed(ledger.newest(MIA, 1_000)))


def paid_for(chain: list[Entry]) -> list[int]:
    """Each episode as often as it was paid for by what stands."""
    undone = {entry.terms.get("reverses") for entry in chain}
    runs = [run for entry in chain if entry.seq not in undone for run in entry.terms.get("prices", ())]
    return sorted(number for first, last, _ in runs for number in range(first, last + 1))


def opened_by(answer: object, first: int, last: int) -> bool:
    """Whether the receipts of an answer open the whole range."""
    assert isinstance(answer, Unlocked)
    spans = [str(entry.reference).split(":")[2].split(".")[0].split("-") for entry in answer.entries]
    opened = {number for one, other in spans for number in range(int(one), int(other) + 1)}
    return set(range(first, last + 1)) <= opened


def test_sixteen_clients_racing_for_the_last_coins_spend_them_once(clients: list[Client]) -> None:
    """Two unlocks can be paid for; sixteen clients ask for eight episodes, each twice."""
    ledger = clients[0].ledger
    give(ledger, "mia", bought=2 * PRICE + 5, bonus=0)
    heard = race(clients, lambda one: one.unlock(2 + one.number % 8, 2 + one.number % 8, PRICE))
    bought = {answer.entries[0].reference for answer in heard if isinstance(answer, Unlocked)}
    assert len(bought) == 2
    assert all(isinstance(answer, Unlocked) or answer is InsufficientCoins for answer in heard), heard
    assert chain_of(ledger)[-1].state.balances["coin"] == 5
    assert [known.reference for known in ledger.references(MIA, "unlock:")] == sorted(str(one) for one in bought)


def test_sixteen_clients_that_ask_for_one_range_pay_for_it_once(clients: list[Client]) -> None:
    ledger = clients[0].ledger
    give(ledger, "mia", bought=200, bonus=0)
    heard = race(clients, lambda one: one.unlock(2, 9, 8 * PRICE))
    assert len({answer.entries[0].hash for answer in heard if isinstance(answer, Unlocked)}) == 1
    assert sum(not answer.repeated for answer in heard if isinstance(answer, Unlocked)) == 1
    assert chain_of(ledger)[-1].state.balances["coin"] == 200 - 8 * PRICE


SPANS = [(2, 5), (4, 7), (2, 9), (6, 6), (3, 3), (5, 8), (9, 9), (2, 2)]


def test_ranges_racing_singles_pay_for_every_episode_once(clients: list[Client]) -> None:
    ledger = clients[0].ledger
    give(ledger, "mia", bought=500, bonus=40)
    heard = race(clients, lambda one: one.unlock(*SPANS[one.number % 8], PRICE))
    assert all(opened_by(answer, *SPANS[number % 8]) for number, answer in enumerate(heard))
    chain = chain_of(ledger)
    assert paid_for(chain) == list(EPISODES)
    head = chain[-1]
    assert head.state.balances["coin"] + head.state.balances.get("bonus", 0) == 540 - 8 * PRICE
    assert head.state.series == (SERIES, 8 * PRICE)


def test_a_reversal_racing_unlocks_happens_once_and_nothing_is_paid_twice(clients: list[Client]) -> None:
    """Four cases reverse a range while its retries, its next generation and single episodes are asked for."""
    ledger = clients[0].ledger
    give(ledger, "mia", bought=500, bonus=0)
    (original,) = clients[0].unlock(2, 9, 8 * PRICE).entries

    def act(one: Client) -> object:
        if one.number % 4 == 0:
            return reverse(one, original, f"case-{one.number}")
        if one.number % 4 == 1:
            return one.unlock(2, 9, 8 * PRICE)
        if one.number % 4 == 2:
            return one.unlock(2, 9, 8 * PRICE, generation=1)
        return one.unlock(4, 4, PRICE, generation=1)

    heard = race(clients, act)
    assert sum(isinstance(answer, Entry) for answer in heard) == 1
    assert sum(answer is NotReversible for answer in heard) == 3
    assert all(answer.entries == (original,) for answer in heard[1::4])  # type: ignore[attr-defined]
    for answer in (*heard[2::4], *heard[3::4]):
        assert isinstance(answer, Unlocked) or answer is GenerationUnknown
    chain = chain_of(ledger)
    paid = paid_for(chain)
    assert len(paid) == len(set(paid))
    assert chain[-1].state.series == (SERIES, len(paid) * PRICE)
    assert chain[-1].state.balances["coin"] == 500 - len(paid) * PRICE


def reverse(one: Client, original: Entry, case: str) -> Entry:
    for _ in range(TRIES):
        try:
            return reverse_unlock(one.ledger, original, case, {}).entry
        except (Busy, Undecided):
            continue
    raise AssertionError("never answered")


def test_a_limit_that_is_laid_down_while_clients_race_binds_all_that_come_after_it(clients: list[Client]) -> None:
    ledger = clients[0].ledger
    give(ledger, "mia", bought=500, bonus=0)

    def act(one: Client) -> object:
        if one.number != 7:
            return one.unlock(2 + one.number % 8, 2 + one.number % 8, PRICE)
        for _ in range(TRIES):
            try:
                return set_own_limits(ledger, MIA, {"series": 2 * PRICE}, reference=key_reference("limit", b"test"))
            except (Busy, Undecided):
                continue
        raise AssertionError("never answered")

    heard = race(clients, act)
    chain = chain_of(ledger)
    (limit,) = [entry for entry in chain if entry.terms["kind"] == "limits"]
    after = [entry for entry in chain[limit.seq :] if entry.spent]
    assert all(entry.state.series[1] <= 2 * PRICE for entry in after)
    assert all(isinstance(answer, Unlocked) or answer is SpendLimitReached for answer in heard[:7] + heard[8:]), heard


def test_one_key_grants_once_however_many_ask_with_it(clients: list[Client]) -> None:
    reference = key_reference("k", b"test")

    def act(one: Client) -> object:
        for _ in range(TRIES):
            try:
                made = grant_bonus(one.ledger, MIA, coins=30, lifetime_days=30, reference=reference)
            except (Busy, Undecided):
                continue
            return made.entry.hash
        raise AssertionError("never answered")

    assert len(set(race(clients, act))) == 1
    assert chain_of(clients[0].ledger)[-1].state.balances == {"bonus": 30}


def test_settlements_that_race_settle_every_leg_once(clients: list[Client]) -> None:
    """Sixteen workers are handed the same entries: what arrives is what was sent."""
    ledger = clients[0].ledger
    entries: list[Entry] = []
    for number in range(6):
        give(ledger, f"v{number}", bought=20, bonus=0)
        entries += ledger.newest(f"viewer:v{number}", 1)

    def act(one: Client) -> object:
        for _ in range(TRIES):
            try:
                return settle(one.ledger, entries).poison
            except Busy:
                continue
        raise AssertionError("never answered")

    assert set(race(clients, act)) == {()}
    head = ledger.head("external:seed")
    assert head is not None
    assert head.state.balances == {"coin": -120, "USD": -1_080}
    settled = [source for entry in ledger.newest("external:seed", 100) for source in entry.sources]
    assert sorted(source.account for source in settled) == [f"viewer:v{number}" for number in range(6)]
    assert all(isinstance(posting, Posting) for posting in head.postings)
