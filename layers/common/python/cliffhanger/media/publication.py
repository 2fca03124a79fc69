"""What a completed job has to show for itself: an episode, or the reason why it is none. Pure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from cliffhanger.errors import TranscodeFailed
from cliffhanger.events.envelope import Event
from cliffhanger.media.domain import Problem, Upload
from cliffhanger.media.probe import MAX_DURATION_S, MIN_DURATION_S
from cliffhanger.media.signals import JobChange
from cliffhanger.media.transitions import RETIRED_AFTER_S, SETTLING_S, Transition

Unpublishable = Literal["no_playlist", "too_short", "too_long", "no_episode", "superseded"]
_UNPUBLISHABLE: dict[Unpublishable, str] = {
    "no_playlist": "it has no playlist",
    "too_short": f"it lasts less than {MIN_DURATION_S} s",
    "too_long": f"it lasts more than {MAX_DURATION_S} s",
    "no_episode": "the series has no such episode any more",
    "superseded": "a later upload of the episode is published already",
}

OUTPUT_SLACK_MS = 500
"""By how much an output may be longer or shorter than its source: encoders fill up the last frames and samples."""

_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


class Publication(NamedTuple):
    """An episode that is ready since ``at``.

    ``playlist`` is the name of its main playlist in the version's folder, ``poster`` that of its poster among the
    episode's, empty when there is none.
    """

    series: str
    episode: int
    version: str
    playlist: str
    duration_ms: int
    at: int
    poster: str = ""


def publication_of(upload: Upload, change: JobChange, bucket: str) -> Publication | None:
    """The episode that a completed job made, or None when it names no playlist where one belongs, or no length.

    The main playlist is the one whose name is shortest: MediaConvert names the others after it, with a modifier.
    """
    folder = f"s3://{bucket}/{upload.output_prefix}"
    names = [path.removeprefix(folder) for path in change.playlists if path.startswith(folder)]
    names = sorted((name for name in names if _FILE_NAME.fullmatch(name)), key=lambda name: (len(name), name))
    if not names or change.duration_ms < 1:
        return None
    return Publication(
        upload.series,
        upload.episode,
        upload.version,
        names[0],
        change.duration_ms,
        change.at,
        _poster_of(upload, change, bucket),
    )


def _poster_of(upload: Upload, change: JobChange, bucket: str) -> str:
    """The last picture that was captured: the first may be of a fade from black."""
    folder = f"s3://{bucket}/posters/{upload.place}/"
    names = [path.removeprefix(folder) for path in change.pictures if path.startswith(folder)]
    ours = [name for name in names if re.fullmatch(rf"{upload.version}\.[0-9]{{7}}\.jpg", name)]
    return max(ours, default="")


def misfit(publication: Publication) -> Unpublishable | None:
    """Why what a job made is too long or too short for an episode, or None: its source may not be what was probed."""
    if publication.duration_ms < MIN_DURATION_S * 1000 - OUTPUT_SLACK_MS:
        return "too_short"
    # The probe counts whole seconds.
    if publication.duration_ms > (MAX_DURATION_S + 1) * 1000 + OUTPUT_SLACK_MS:
        return "too_long"
    return None


def published_event(publication: Publication) -> Event:
    """The event that tells the world of an episode; the same for the same version."""
    return Event(
        type="EpisodePublished",
        version=1,
        subject=f"{publication.series}/{publication.episode}",
        occurred_at=publication.at,
        data={
            "seriesId": publication.series,
            "episode": publication.episode,
            "version": publication.version,
            "durationMs": publication.duration_ms,
        },
        fact=(publication.series, str(publication.episode), publication.version),
    )


def budget_event(upload: Upload, month: str, whose: str, at: int) -> Event:
    """The event that tells of an upload for which the month's budget had no room; the same for the same upload."""
    return Event(
        type="TranscodeBudgetReached",
        version=1,
        subject=upload.place,
        occurred_at=at,
        data={
            "seriesId": upload.series,
            "episode": upload.episode,
            "version": upload.version,
            "month": month,
            "budget": whose,
        },
        fact=(upload.series, str(upload.episode), upload.version),
    )


def unpublishable(change: JobChange, reason: Unpublishable) -> Transition:
    """A completed job that makes no episode.

    ``reason`` is ``no_playlist`` (its output has none), ``too_short`` or ``too_long`` (its output is no episode),
    ``no_episode`` (the series lost it) or ``superseded`` (a later upload of the episode is published already).
    """
    problem = Problem(
        TranscodeFailed.code, reason, f"The video was transcoded but not published: {_UNPUBLISHABLE[reason]}."
    )
    # What a later upload replaced may have played before this was recorded: somebody may still be watching it.
    due_in_s = RETIRED_AFTER_S if reason == "superseded" else SETTLING_S
    return Transition(("received", "transcoding"), "failed", job=change.job, problem=problem, due_in_s=due_in_s)
