"""Backdating is refused: nobody states an entry's time, and whose clock is slow takes the chain's (LEDGER rule 6)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.errors import (
    HoldExpired,
    InsufficientCoins,
    NotReversible,
    QuoteExpired,
    SpendLimitReached,
)
from cliffhanger.ledger.canary import time_posting
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.rewarding import expire_lots
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.volumes import plan_roll
from tests.unit.ledger.chains import (
    DAY,
    NOW,
    SERIES,
    STORY,
    VIEWER,
    bought,
    frozen,
    funded,
    granted,
    granted_from_budget,
    held_cash,
    held_coins,
    indebted,
    lapsed,
    limited,
    posted,
    sent,
    taken_back,
    undone,
    unlocked,
    voided,
)
from tests.unit.ledger.intakes import CLEO, Books
from tests.unit.ledger.test_exchanges import EURO, exchanged

ROOT = Path(__file__).resolve().parents[3]
LATER = NOW + 20 * DAY
"""The time of the head, which a clock that is weeks behind is asked to add to."""


LASTING = EURO._replace(rate=EURO.rate._replace(until=LATER + DAY))


def slow(at: int) -> Retrying:
    """Whoever's clock stands at that time."""
    return Retrying(clock=lambda: at, sleep=lambda _: None, jitter=lambda: 1.0, timer=lambda: 0.0)


def settled(head: Entry | None, at: int) -> Entry:
    return plan_batch(SERIES, head, [unlocked(bought(at=NOW), at=NOW)], at).entry


MOVEMENTS: dict[str, Callable[[int], Entry]] = {
    "a purchase": lambda at: bought(bought(at=LATER), at=at),
    "a grant": lambda at: granted(bought(at=LATER), at=at),
    "an unlock": lambda at: unlocked(bought(at=LATER), at=at),
    "the reversal of an unlock": lambda at: undone(spent := unlocked(bought(), at=LATER), spent, bought(), at=at),
    "the reversal of a grant": lambda at: taken_back(given := granted(at=LATER), given, at=at),
    "an exchange": lambda at: exchanged(sent(None, at=LATER), LASTING, at=at),
    "a limit": lambda at: limited(bought(at=LATER), at=at, day=9),
    "a freeze": lambda at: frozen(bought(at=LATER), at=at),
    "a debt": lambda at: indebted(bought(at=LATER), at=at),
    "a hold of coins": lambda at: held_coins(bought(at=LATER), at=at),
    "a hold of cash": lambda at: held_cash(sent(None, at=LATER), at=at),
    "the post of a hold": lambda at: posted(held_cash(sent(None), at=LATER), 5, at=at),
    "the void of a hold": lambda at: voided(held_cash(sent(None), at=LATER), at=at),
    "the expiry of a hold": lambda at: lapsed(bought(held_coins(bought()), at=LATER), at=at),
    "the funding of a slice": lambda at: funded(funded(at=LATER), at=at, name="f2"),
    "a grant from a slice": lambda at: granted_from_budget(funded(at=LATER), at=at),
    "a batch": lambda at: settled(settled(None, LATER), at),
    "cash that arrives": lambda at: sent(bought(at=LATER), at=at),
    "the end of a volume": lambda at: plan_roll(settled(None, LATER), at).closed,
    "the beginning of a volume": lambda at: plan_roll(settled(None, LATER), at).opened,
}  # fmt: skip


@pytest.mark.parametrize("movement", MOVEMENTS)
@pytest.mark.parametrize("behind", [1, DAY, 19 * DAY])
def test_backdating_is_refused_a_slow_clock_takes_the_time_of_the_chain(movement: str, behind: int) -> None:
    assert MOVEMENTS[movement](LATER - behind).at == LATER


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_a_clock_that_is_ahead_of_the_chain_tells_the_time(movement: str) -> None:
    """Or it would stand still, and the test before would show nothing."""
    assert MOVEMENTS[movement](LATER + 1).at == LATER + 1


def expired() -> Entry:
    """30 bonus have expired, and 5 coins are left."""
    return bought(granted(days=14), coins=5, at=LATER)


REFUSED: dict[str, tuple[type[Exception], Callable[[int], Any]]] = {
    "what has expired is spent": (InsufficientCoins, lambda at: unlocked(expired(), at=at)),
    "what has expired is held": (InsufficientCoins, lambda at: held_coins(expired(), at=at)),
    "what has expired is taken back": (NotReversible, lambda at: taken_back(expired(), granted(), at=at)),
    "a hold is posted after its time": (
        HoldExpired,
        lambda at: posted(bought(held_cash(sent(None)), at=LATER), 5, at=at),
    ),
    "a rate is taken after its time": (QuoteExpired, lambda at: exchanged(bought(sent(None), at=LATER), at=at)),
    "a day's limit is got round by yesterday": (
        SpendLimitReached,
        lambda at: unlocked(unlocked(limited(bought(), at=LATER, day=12), at=LATER), 3, at=at),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_backdating_is_refused_whatever_a_slow_clock_would_still_allow(what: str) -> None:
    refused, act = REFUSED[what]
    with pytest.raises(refused):
        act(NOW + 1)


def test_backdating_is_refused_to_settlement_which_is_never_before_what_it_settles() -> None:
    """Not even on an account that has had nothing yet, by a worker whose clock is behind the viewer's."""
    first, second = bought(at=NOW), bought(name="late", at=LATER)
    assert plan_batch("external:stripe", None, [first, second], NOW - DAY).entry.at == LATER


@pytest.fixture
def books() -> Books:
    """A lane in its second volume, with income of which a part is not settled yet."""
    made = Books(volume_entries=3)
    for _ in range(4):
        settle(made.store, [made.earn()], slow(LATER))
    made.earn()
    return made


def times(books: Books) -> Iterator[list[int]]:
    """The times of each chain, over all its volumes."""
    accounts = {item["account"]["S"].partition(".")[0] for item in books.model.items("test-ledger")}
    for account in sorted(accounts):
        yield [books.store.entry(address, seq).at for address, seq, _ in books.chain(account)]


def test_backdating_is_refused_on_every_way_into_the_table(books: Books) -> None:
    """Settling, rolling, carrying, expiring, and the canary: whoever comes with a clock that is weeks behind."""
    pace = slow(NOW)
    books.store.append(granted(at=NOW))
    expired = expire_lots(books.store, VIEWER, LATER // DAY, retrying=slow(LATER)).entry
    books.store.append(bought(expired, at=NOW))
    time_posting(books.store, slow(LATER))
    for period in range(3):
        for entry in [books.earn() for _ in range(3)]:
            settle(books.store, [entry], pace)
        carry_lane(books.store, Carriage(STORY, CLEO, f"p{period}"), 0, retrying=pace)
    canary = books.store.head("platform:canary")
    assert canary is not None
    settle(books.store, [canary], pace)
    time_posting(books.store, slow(LATER - 2 * 60_000))
    chains = list(times(books))
    assert max(map(len, chains)) > 9
    assert chains == [sorted(chain) for chain in chains]


TAKEN = {
    ("/v1/rewards/checkin/repair", "date"): "a day that was missed; any other is refused",
    ("/v1/studio/series/{seriesId}/episodes/{episode}", "releaseAt"): "when it is sold from; what was sold stays sold",
    ("/v1/support/series/{seriesId}/splits/{version}", "since"): "a day to come; any other is refused",
    ("/v1/support/campaigns/{campaignId}", "startsAt"): "when claims are taken from",
    ("/v1/support/campaigns/{campaignId}", "endsAt"): "until when claims are taken",
    ("/v1/partner/{mode}/endpoints/{endpointId}/replays", "since"): "which events are told again, as they were",
    ("/v1/partner/{mode}/endpoints/{endpointId}/replays", "until"): "likewise",
}
"""Every time that a request may name, and what it is for: none becomes the time of an entry."""


def named(api: Any, schema: Any, within: frozenset[str] = frozenset()) -> Iterator[str]:
    """The members of a request's body, at whatever depth, whose names are those of a time."""
    reference = schema.get("$ref", "")
    if reference and reference not in within:
        yield from named(api, api["components"]["schemas"][reference.rpartition("/")[2]], within | {reference})
    several = (one for kind in ("oneOf", "anyOf", "allOf") for one in schema.get(kind, ()))
    for part in (*several, *filter(None, [schema.get("items")])):
        yield from named(api, part, within)
    for name, member in schema.get("properties", {}).items():
        if re.fullmatch(r".*At|at|date|time|since|until", name) and member.get("type") != "integer":
            yield name
        yield from named(api, member, within)


def test_backdating_is_refused_because_no_request_names_the_time_of_an_entry() -> None:
    api = json.loads((ROOT / "docs/openapi.json").read_text())
    found = {
        (path, name)
        for path, operations in api["paths"].items()
        for operation in operations.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for name in named(api, content["schema"])
    }
    assert found == set(TAKEN)
