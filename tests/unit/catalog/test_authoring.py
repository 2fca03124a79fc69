"""Creators, their retries and the transcoder write one page at once, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.catalog.authoring import Written, publish_video, put_episode, put_series, show_shares
from cliffhanger.catalog.domain import CreatorShare, Pricing, SeriesPage, Video
from cliffhanger.catalog.editing import EpisodeTerms, SeriesTerms
from cliffhanger.catalog.service import own_series
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import (
    CliffhangerError,
    EpisodeOutOfOrder,
    NotFound,
    NotOwner,
    PageTooLarge,
    SeriesChanged,
    Unavailable,
    Undecided,
    ValidationFailed,
)
from cliffhanger.ledger.journal import ATTEMPTS, Retrying
from tests.support.dynamodb import Call, Fault, MemoryDynamoDB, Moment, NoFaults, ScriptedFaults, connect
from tests.support.story import TITLES
from tests.support.tables import CATALOG
from tests.unit.catalog.test_editing import EPISODE_TERMS, NOW, SERIES_TERMS

TABLE = CATALOG["TableName"]
SERIES = "the-last-train"
VIDEO = Video("v3", "master.m3u8", 9_500, uploaded_at=100)
PACE = Retrying(clock=lambda: NOW, sleep=lambda _seconds: None, jitter=lambda: 0.0, timer=lambda: 0.0)
READS = frozenset({"GetItem", "Query"})


class Behind(NoFaults):
    """Every eventually consistent read is a minute old."""

    longest_lag_ms = 60_000

    def lag_ms(self, call: Call) -> int:
        return self.longest_lag_ms


class World:
    """One table, and what several write to it at once."""

    def __init__(self) -> None:
        self.model = MemoryDynamoDB(clock=lambda: NOW)
        self.model.call("CreateTable", CATALOG)
        self.store = CatalogStore(connect(self.model, "us"), TABLE)
        self.rival = CatalogStore(connect(self.model, "rival"), TABLE)

    def series(self, terms: SeriesTerms = SERIES_TERMS, revision: int = 0, **who: Any) -> Written:
        asked: dict[str, Any] = {"store": self.store, "person": "cleo", "series": SERIES} | who
        return put_series(terms=terms, revision=revision, retrying=PACE, **asked)

    def episode(self, number: int, terms: EpisodeTerms = EPISODE_TERMS, revision: int = 1, **who: Any) -> Written:
        asked: dict[str, Any] = {"store": self.store, "person": "cleo", "series": SERIES} | who
        return put_episode(number=number, terms=terms, revision=revision, retrying=PACE, **asked)

    def publish(self, number: int = 1, video: Video = VIDEO) -> str:
        return publish_video(self.store, SERIES, number, video, PACE)

    @property
    def page(self) -> SeriesPage:
        page = self.rival.page(SERIES, consistent=True)
        assert page is not None
        return page

    def meanwhile(self, act: Callable[[], object], *, times: int = 1) -> None:
        """Lets a rival act between our read and our write, so many times."""
        left = [times]

        def hook(moment: Moment, call: Call) -> None:
            if moment is Moment.BEFORE and call.actor == "us" and call.operation not in READS and left[0]:
                left[0] -= 1
                act()

        self.model.hook = hook

    def strike(self, fault: Fault, *after: int) -> None:
        """Strikes our next calls, counted from 1."""
        calls = self.model.calls
        self.model.faults = ScriptedFaults({calls + number: fault for number in after})


@pytest.fixture
def world() -> World:
    return World()


def test_a_series_is_made_and_found_as_it_was_written(world: World) -> None:
    written = world.series()
    assert (written.made, written.page, world.page.revision) == (True, world.page, 1)
    assert world.page.pricing == Pricing(10, 2, 1, 20)


def test_asking_again_for_what_stands_is_answered_and_writes_nothing(world: World) -> None:
    """Whatever the revision: a retry after a lost reply still carries the old one."""
    world.series()
    changed = world.series(SERIES_TERMS._replace(title="Other"), 1).page
    added = world.episode(1, revision=2).page
    before = world.model.fingerprint()
    assert world.series(SERIES_TERMS._replace(title="Other"), 1) == Written(added, made=False)
    assert world.series(SERIES_TERMS._replace(title="Other"), 0) == Written(added, made=False)
    assert world.episode(1, revision=2) == Written(added, made=False)
    assert changed.revision == 2
    assert world.model.fingerprint() == before


@pytest.mark.parametrize("revision", [0, 2, 9])
def test_a_change_made_from_another_revision_is_refused_with_the_present_one(world: World, revision: int) -> None:
    world.series()
    before = world.model.fingerprint()
    with pytest.raises(SeriesChanged) as refused:
        world.series(SERIES_TERMS._replace(title="Other"), revision)
    assert refused.value.members == {"revision": 1}
    with pytest.raises(SeriesChanged):
        world.episode(1, revision=revision)
    assert world.model.fingerprint() == before


def test_a_price_that_changes_between_our_read_and_our_write_is_not_written_over(world: World) -> None:
    world.series()
    dearer = SERIES_TERMS._replace(pricing=Pricing(15, most=20))
    world.meanwhile(lambda: world.series(dearer, 1, store=world.rival))
    with pytest.raises(SeriesChanged) as refused:
        world.series(SERIES_TERMS._replace(title="Other"), 1)
    assert refused.value.members == {"revision": 2}
    assert (world.page.pricing.start, world.page.title) == (15, SERIES_TERMS.title)


def test_two_creators_racing_for_one_id_leave_it_to_the_first(world: World) -> None:
    theirs = SERIES_TERMS._replace(title="Theirs")
    world.meanwhile(lambda: world.series(theirs, store=world.rival, person="mallory"))
    with pytest.raises(NotOwner):
        world.series()
    assert (world.page.owner, world.page.title, world.page.revision) == ("mallory", "Theirs", 1)


def test_the_same_request_racing_itself_makes_one_series(world: World) -> None:
    world.meanwhile(lambda: world.series(store=world.rival))
    assert world.series() == Written(world.page, made=False)
    assert world.page.revision == 1


def test_the_same_episode_added_twice_at_once_is_one(world: World) -> None:
    world.series()
    world.meanwhile(lambda: world.episode(1, store=world.rival))
    assert not world.episode(1).made
    assert (len(world.page.episodes), world.page.revision) == (1, 2)


def test_what_was_written_a_moment_ago_is_written_on(world: World) -> None:
    """Whoever read a replica that is behind would find no episode, and throw its video away."""
    world.model.faults = Behind()
    world.series()
    world.episode(1)
    assert world.store.page(SERIES) is None
    assert world.publish() == "published"
    assert world.publish(video=VIDEO._replace(version="v4", uploaded_at=200)) == "published"
    assert world.series(SERIES_TERMS._replace(title="Other"), 4).page == world.page
    assert own_series(world.store, "cleo", SERIES) == world.page


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.FAILED_LATE, Fault.DELAYED])
def test_a_lost_reply_is_asked_after_and_answered(world: World, fault: Fault) -> None:
    world.strike(fault, 2)
    assert world.series().page == world.page
    world.strike(fault, 2)
    assert world.episode(1).page == world.page
    assert world.page.revision == 2


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.LOST_REQUEST, Fault.NOT_SENT, Fault.FAILED])
@pytest.mark.parametrize("call", [1, 2])
def test_a_call_that_fails_is_tried_again(world: World, fault: Fault, call: int) -> None:
    world.strike(fault, call)
    assert world.series().made


def test_a_video_and_a_creators_change_at_once_are_both_kept(world: World) -> None:
    world.series()
    world.episode(1)
    world.meanwhile(lambda: world.series(SERIES_TERMS._replace(title="Other"), 2, store=world.rival))
    assert world.publish() == "published"
    assert (world.page.title, world.page.episode(1).duration_ms, world.page.revision) == ("Other", 9_500, 4)


def test_a_creators_change_planned_before_a_video_does_not_lose_it(world: World) -> None:
    world.series()
    world.episode(1)
    world.meanwhile(lambda: publish_video(world.rival, SERIES, 1, VIDEO))
    with pytest.raises(SeriesChanged) as refused:
        world.series(SERIES_TERMS._replace(title="Other"), 2)
    assert refused.value.members == {"revision": 3}
    assert world.page.episode(1).published


def test_of_two_videos_at_once_the_later_upload_is_kept(world: World) -> None:
    world.series()
    world.episode(1)
    later = VIDEO._replace(version="v4", uploaded_at=200, duration_ms=8_000)
    world.meanwhile(lambda: publish_video(world.rival, SERIES, 1, later))
    assert world.publish() == "superseded"
    assert world.store.video(SERIES, 1) == later
    assert world.page.episode(1).duration_ms == 8_000


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.CONFLICT, Fault.FAILED_LATE])
def test_a_video_whose_reply_is_lost_is_published_once(world: World, fault: Fault) -> None:
    world.series()
    world.episode(1)
    world.strike(fault, 3)
    assert world.publish() == "published"
    assert (world.page.episode(1).duration_ms, world.page.revision) == (9_500, 3)


def test_a_page_that_never_stands_still_is_given_up_and_nothing_is_lost(world: World) -> None:
    world.series()
    world.episode(1)
    titles = iter(range(100))

    def move() -> None:
        revision = world.page.revision
        world.series(SERIES_TERMS._replace(title=f"Title {next(titles)}"), revision, store=world.rival)

    world.meanwhile(move, times=ATTEMPTS)
    with pytest.raises(Unavailable):
        world.publish()
    assert next(titles) == ATTEMPTS
    assert not world.page.episode(1).published
    assert world.publish() == "published"


def test_a_catalog_that_does_not_answer_is_told_apart_from_one_that_may_have(world: World) -> None:
    world.series()
    before = world.model.fingerprint()
    world.strike(Fault.LOST_REQUEST, *range(1, 50))
    with pytest.raises(Unavailable):
        world.episode(1)
    assert world.model.fingerprint() == before
    world.strike(Fault.LOST_REQUEST, *range(2, 50))
    with pytest.raises(Undecided):
        world.episode(1)


REFUSALS: dict[str, tuple[Callable[[World], object], type[CliffhangerError]]] = {
    "another's series": (lambda world: world.series(person="mallory", revision=1), NotOwner),
    "another's episode": (lambda world: world.episode(1, person="mallory"), NotOwner),
    "no series to change": (lambda world: world.series(series="unknown", revision=1), NotFound),
    "no series to add to": (lambda world: world.episode(1, series="unknown"), NotFound),
    "no id to add to": (lambda world: world.episode(1, series="Not-An-Id"), NotFound),
    "an id with a line feed": (lambda world: world.series(series="an-id\n"), ValidationFailed),
    "an id that is too long": (lambda world: world.series(series="x" * 33), ValidationFailed),
    "a gap": (lambda world: world.episode(3), EpisodeOutOfOrder),
    "a text": (lambda world: world.series(SERIES_TERMS._replace(title="\u202e"), 1), ValidationFailed),
    "a ceiling": (lambda world: world.series(SERIES_TERMS._replace(ceiling_coins=9), 1), ValidationFailed),
    "a time": (lambda world: world.episode(1, EPISODE_TERMS._replace(release_at=-1)), ValidationFailed),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_leaves_every_byte_as_it_was(world: World, refusal: str) -> None:
    act, error = REFUSALS[refusal]
    world.series()
    before = world.model.fingerprint()
    with pytest.raises(error):
        act(world)
    assert world.model.fingerprint() == before


def test_somebody_else_learns_nothing_of_a_series_but_that_it_is_anothers(world: World) -> None:
    """Not even by sending exactly what stands."""
    world.series()
    with pytest.raises(NotOwner):
        world.series(person="mallory")


def test_a_series_that_grows_too_large_is_refused_before_anything_is_written(world: World) -> None:
    world.series(SERIES_TERMS._replace(synopsis="é" * 500, ceiling_coins=0))
    titles = [f"{title} {number}" for number, title in enumerate((*TITLES, *map(str.swapcase, TITLES)))]

    def grow() -> None:
        for number, title in enumerate(titles, 1):
            world.episode(number, EPISODE_TERMS._replace(title=title), number)

    with pytest.raises(PageTooLarge):
        grow()
    count = len(world.page.episodes)
    assert 80 < count < len(titles)
    before = world.model.fingerprint()
    with pytest.raises(PageTooLarge):
        world.episode(count + 1, EPISODE_TERMS._replace(title=titles[count]), count + 1)
    assert world.model.fingerprint() == before


def test_what_a_creator_gets_is_shown_once_and_survives_what_others_write(world: World) -> None:
    world.series()
    shares = (CreatorShare("2026-11-30", 4_500, 9_000),)
    for _ in range(2):
        show_shares(world.store, SERIES, shares, PACE)
    page = own_series(world.store, "cleo", SERIES)
    assert (page.shares, page.revision) == (shares, 2)
    world.series(SERIES_TERMS._replace(title="Another title"), revision=2)
    assert own_series(world.store, "cleo", SERIES).shares == shares
    with pytest.raises(NotFound):
        show_shares(world.store, "no-such-series", shares, PACE)
