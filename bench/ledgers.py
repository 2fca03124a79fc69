"""What the ledger promises under load: replays cost nothing, one creator is as fast as many, settlement keeps up."""

from __future__ import annotations

from bench.conflicts import EPISODES, LOCK_MS, Crowd
from bench.costs import CALL_MS, TRANSACTION_MS, VCPU_MB
from bench.figures import Figure
from bench.fixtures import Counter, memory, page, stores
from bench.streams import FULL_DELIVERY, settlement
from cliffhanger.functions import spec_of
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.service import Books, UnlockRequest, unlock
from cliffhanger.wallet.service import credit_bought

REPLAYS = 1_000
CLIENTS = 64
"""As many here as against PostgreSQL."""
LEAST_HOT_OVER_SPREAD = 0.95


def replay_write_units(replays: int = REPLAYS) -> float:
    """Write units of so many repeated unlocks, after the one that bought.

    Raises:
        RuntimeError: one of them was no repetition.
    """
    connection, series, person = memory(), page(), "mia0123456789abc"
    ledger, catalog = stores(connection)
    catalog.create(series)
    credit_bought(
        ledger, viewer(person), coins=100, cash=99, currency="USD", channel="web", source="external:stripe",
        reference=key_reference("first", b"bench"),
    )  # fmt: skip
    books = Books(ledger, catalog, lambda: None)
    request = UnlockRequest(Viewer(person), series.series, 2, 2, series.price_of(2))
    unlock(books, request)
    counter = Counter(connection)
    if not all(unlock(books, request).repeated for _ in range(replays)):
        raise RuntimeError("a replay has bought again")
    return counter.write


def throughput(series: int, clients: int = CLIENTS) -> float:
    """Unlocks a second of simulated time, by so many viewers at once over so many series, each of its own creator."""
    outcome = Crowd(clients, series=series).run()
    return outcome.unlocks / outcome.unlocking_ms * 1_000


def settled_per_s() -> float:
    """Entries a second that one worker of settlement takes, of one series, in full deliveries.

    CPU time is measured, at the share of a vCPU that the function has; what a call takes is assumed as for costs.
    """
    delivery = settlement(FULL_DELIVERY)
    share = min(1.0, spec_of("settlement").memory_mb / VCPU_MB)
    waiting_s = (delivery.queries * CALL_MS + delivery.transactions * TRANSACTION_MS) / 1_000
    return FULL_DELIVERY / (delivery.cpu_s / share + waiting_s)


def measure() -> list[Figure]:
    """The three promises."""
    hot, spread = throughput(1), throughput(CLIENTS)
    how = f"{CLIENTS} viewers, {EPISODES} episodes each, item locks of {LOCK_MS} ms, settlement beside them"
    return [
        Figure("ledger.replay_write_units", replay_write_units(), 0, f"{REPLAYS:,} replays of one unlock"),
        Figure("ledger.hot_unlocks_per_s", hot, None, f"one creator; {how}; simulated time"),
        Figure("ledger.spread_unlocks_per_s", spread, None, f"{CLIENTS} creators; the same"),
        Figure("ledger.hot_over_spread", hot / spread, None, how, LEAST_HOT_OVER_SPREAD),
        Figure(
            "ledger.settlement_lag_entries_per_s",
            settled_per_s(),
            None,
            f"one worker, deliveries of {FULL_DELIVERY}, measured CPU and assumed calls",
        ),
    ]
