"""Use cases that change the catalog: a creator writes a series and its episodes, a video is published.

Each reads the page, plans the next one from it (``editing``) and writes that on the condition that the revision it
read still stands. Whoever asked for what stands already is answered with it, before anything is refused, so a retry
after a lost reply hears what the first request did.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from cliffhanger.catalog import editing
from cliffhanger.catalog.domain import CreatorShare, Published, SeriesPage, Video
from cliffhanger.catalog.editing import EpisodeTerms, SeriesTerms
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import NotFound, NotOwner, SeriesChanged, Unavailable, Undecided, ValidationFailed
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import is_id

Answer = TypeVar("Answer")


class Written(NamedTuple):
    """The page that stands, and whether this request made the series or the episode."""

    page: SeriesPage
    made: bool


def put_series(
    store: CatalogStore,
    *,
    person: str,
    series: str,
    terms: SeriesTerms,
    revision: int,
    retrying: Retrying | None = None,
) -> Written:
    """Makes a series (``revision`` 0) or changes what is written of it.

    Raises:
        ValidationFailed: the terms do not fit each other or the episodes that are there, or the id is none.
        NotFound: there is no such series to change.
        NotOwner: it is another creator's.
        SeriesChanged: it is another revision by now; with ``revision``.
        PageTooLarge: it would not fit into its item.
        Unavailable: the catalog does not answer, or too many write at once; nothing changed.
        Undecided: the catalog does not answer; it may have happened.
    """
    if not is_id(series):
        raise ValidationFailed("Expected an id of lower-case letters, digits and hyphens.", where="path")
    kept = editing.clean_series(terms)
    pace = retrying or Retrying()

    def attempt() -> Written | None:
        page = store.page(series, consistent=True)
        if page is None:
            if revision != 0:
                raise NotFound("There is no such series.")
            new = editing.new_series(series, person, kept, pace.clock())
            return Written(new, made=True) if store.create(new) else None
        _check_owner(page, person)
        if editing.stands(page, kept):
            return Written(page, made=False)
        _check_revision(page, revision)
        changed = editing.with_terms(page, kept, pace.clock())
        return Written(changed, made=False) if store.replace(changed) else None

    return _until_written(attempt, pace)


def put_episode(
    store: CatalogStore,
    *,
    person: str,
    series: str,
    number: int,
    terms: EpisodeTerms,
    revision: int,
    retrying: Retrying | None = None,
) -> Written:
    """Adds the next episode or changes what is written of one; ``revision`` is the series'.

    Raises:
        ValidationFailed: the terms do not fit the series, the video or the time.
        NotFound: there is no such series.
        NotOwner: it is another creator's.
        EpisodeOutOfOrder: the number is neither there nor the next; with ``next``.
        SeriesChanged: the series is another revision by now; with ``revision``.
        PageTooLarge: the series would not fit into its item.
        Unavailable: the catalog does not answer, or too many write at once; nothing changed.
        Undecided: the catalog does not answer; it may have happened.
    """
    kept = editing.clean_episode(terms)
    pace = retrying or Retrying()

    def attempt() -> Written | None:
        page = store.page(series, consistent=True) if is_id(series) else None
        if page is None:
            raise NotFound("There is no such series.")
        _check_owner(page, person)
        if editing.episode_stands(page, number, kept):
            return Written(page, made=False)
        editing.check_number(page, number)
        _check_revision(page, revision)
        changed = editing.with_episode(page, number, kept, pace.clock())
        made = len(changed.episodes) > len(page.episodes)
        return Written(changed, made) if store.replace(changed) else None

    return _until_written(attempt, pace)


def publish_video(
    store: CatalogStore, series: str, number: int, video: Video, retrying: Retrying | None = None
) -> Published:
    """Makes a video an episode's, unless a later upload is already: jobs do not end in the order they began.

    Publishing the same again changes nothing.

    Raises:
        Unavailable: the catalog does not answer, or too many write at once; nothing changed.
        Undecided: the catalog does not answer; it may have happened, and publishing again is safe.
    """

    def attempt() -> Published | None:
        page = store.page(series, consistent=True)
        if page is None or number > len(page.episodes):
            return "no_episode"
        present = store.video(series, number, consistent=True)
        if present == video and page.episode(number).duration_ms == video.duration_ms:
            return "published"
        outcome = store.publish(editing.with_video(page, number, video), number, video)
        return None if outcome == "moved" else outcome

    return _until_written(attempt, retrying or Retrying())


def show_shares(
    store: CatalogStore, series: str, shares: tuple[CreatorShare, ...], retrying: Retrying | None = None
) -> None:
    """Writes what a series' creator gets by its own split onto its page; what stands there already stays.

    Raises:
        NotFound: there is no such series.
        PageTooLarge: it does not fit onto the page; nothing changed.
        Unavailable: the catalog does not answer, or too many write at once; nothing changed.
        Undecided: the catalog does not answer; it may have happened, and asking again is safe.
    """

    def attempt() -> bool | None:
        page = store.page(series, consistent=True)
        if page is None:
            raise NotFound("There is no such series.")
        return page.shares == shares or store.replace(editing.with_shares(page, shares)) or None

    _until_written(attempt, retrying or Retrying())


def _until_written(attempt: Callable[[], Answer | None], pace: Retrying) -> Answer:
    """What the first attempt that succeeds answers; None and an unclear outcome both mean: read again."""
    undecided = False
    for _ in pace.attempts():
        try:
            answer = attempt()
        except Unclear:
            undecided = True
        except Unavailable:
            continue
        else:
            if answer is not None:
                return answer
    if undecided:
        raise Undecided("Ask again with the same request; it will not happen twice.")
    raise Unavailable("The catalog does not answer, or the series is written by too many at once.")


def _check_owner(page: SeriesPage, person: str) -> None:
    if page.owner != person:
        raise NotOwner("The series belongs to another creator.")


def _check_revision(page: SeriesPage, revision: int) -> None:
    if page.revision != revision:
        raise SeriesChanged(f"The series is at revision {page.revision}.", revision=page.revision)
