"""What is reserved for uploads, over the in-memory model and MiniStack: at most the budget, and each upload once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.media.domain import Approval, Film, Price, Upload
from cliffhanger.media.policy import Budgets
from cliffhanger.media.store import UploadsStore
from cliffhanger.media.transitions import Transition
from tests.contracts.stand_ins import CONCURRENT, Connect, tables_of
from tests.support.media_samples import JOB, upload
from tests.support.tables import BUDGETS, UPLOADS

FILM = Film(1080, 1920, 8_000, 30_000, True, (360,))
APPROVAL = Approval(FILM, Price(10, "2024-09-01", ()), "2026-11", "within-budget")
FAILED = Transition(("received", "transcoding"), "failed", job=JOB, releases=True, due_in_s=0)
RACERS = 8


@pytest.fixture(params=CONCURRENT)
def anew(request: pytest.FixtureRequest) -> Iterator[Connect]:
    with tables_of(request, UPLOADS, BUDGETS) as connect_anew:
        yield connect_anew


def store_of(anew: Connect, stage: int = 1_000, creator: int = 1_000) -> UploadsStore:
    return UploadsStore(anew(), UPLOADS["TableName"], BUDGETS["TableName"], Budgets(stage, creator))


def received(store: UploadsStore, name: str) -> Upload:
    made = upload(upload=name, status="received")
    store.create(made)
    return made


def reserve(store: UploadsStore, made: Upload) -> str:
    """As the pipeline does: a conflict means to read again."""
    for _ in range(50):
        try:
            return store.reserve(made, APPROVAL)
        except Unavailable:
            continue
    return "tired"


def test_rivals_never_reserve_more_than_a_budget_holds(anew: Connect) -> None:
    store = store_of(anew, creator=35)
    made = [received(store, f"u{number}") for number in range(RACERS)]
    with ThreadPoolExecutor(RACERS) as pool:
        outcomes = list(pool.map(lambda one: reserve(store_of(anew, creator=35), one), made))
    assert outcomes.count("reserved") == 3
    assert outcomes.count("creator") == RACERS - 3
    assert store.reserved("2026-11", "cleo") == 30


def test_rivals_reserve_for_one_upload_once(anew: Connect) -> None:
    made = received(store_of(anew), "one")
    with ThreadPoolExecutor(RACERS) as pool:
        outcomes = list(pool.map(lambda _: reserve(store_of(anew), made), range(RACERS)))
    assert outcomes.count("reserved") == 1
    assert outcomes.count("overtaken") == RACERS - 1
    assert store_of(anew).reserved("2026-11", "cleo") == 10


def give_back(store: UploadsStore, made: Upload) -> bool:
    for _ in range(50):
        try:
            return store.apply(made, FAILED)
        except Unavailable:
            continue
    return False


def test_what_is_held_comes_back_once(anew: Connect) -> None:
    store = store_of(anew)
    assert reserve(store, received(store, "one")) == "reserved"
    held = store.find("one")
    assert held is not None
    assert held.held
    with ThreadPoolExecutor(RACERS) as pool:
        outcomes = list(pool.map(lambda _: give_back(store_of(anew), held), range(RACERS)))
    assert outcomes.count(True) == 1
    assert store.reserved("2026-11", "cleo") == 0


def test_what_is_held_comes_back_once_from_sweeps_that_overlap(anew: Connect) -> None:
    """Both have read it while it held its price, and it stays ``failed``: only what is held tells them apart."""
    store = store_of(anew)
    assert reserve(store, received(store, "one")) == "reserved"
    made = store.find("one")
    assert made is not None
    assert store.apply(made, FAILED._replace(releases=False, job=None))
    seen = store.find("one")
    assert seen is not None
    assert [store.close(seen, spent=False), store.close(seen, spent=False)] == [True, False]
    assert store.reserved("2026-11", "cleo") == 0
