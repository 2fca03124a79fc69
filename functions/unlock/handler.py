"""Serves quotes, unlocks and entitlements."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.commerce.domain import edition_at, price_list
from cliffhanger.errors import (
    AccountFrozen,
    AgeRestricted,
    AutoUnlockOff,
    Busy,
    CursorInvalid,
    EpisodeFree,
    EpisodeIncluded,
    EpisodeUnavailable,
    GenerationUnknown,
    InsufficientCoins,
    NotFound,
    PriceChanged,
    SpendLimitReached,
    SwitchedOff,
    Unavailable,
    Undecided,
    ValidationFailed,
)
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.quotes import quote
from cliffhanger.unlocks.service import UnlockRequest, unlock
from cliffhanger.unlocks.standing import unlocks_everywhere, unlocks_in
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.fields import ListQuery
from functions.unlock.schemas import (
    EntitlementsAnswer,
    EntitlementsList,
    EpisodePath,
    QuoteAnswer,
    QuoteQuery,
    RangeAnswer,
    RangeBody,
    SeriesPath,
    UnlockAnswer,
    UnlockBody,
    entitlements_answer,
    quote_answer,
    range_answer,
    unlock_answer,
)

LIST = "entitlements"
UNLOCK_PROBLEMS = (
    NotFound,
    EpisodeUnavailable,
    EpisodeFree,
    EpisodeIncluded,
    AgeRestricted,
    PriceChanged,
    GenerationUnknown,
    InsufficientCoins,
    SpendLimitReached,
    AutoUnlockOff,
    AccountFrozen,
    SwitchedOff,
    Busy,
    Undecided,
    Unavailable,
)


def get_quote(call: Call) -> Answer:
    """What opening the episode, the next few or the rest would cost."""
    quoted = quote(
        bootstrap.ledger_store(),
        bootstrap.catalog_store(),
        who=_viewer(call),
        series=call.path.series_id,
        episode=call.path.episode,
        following=call.query.next,
        prices=price_list(call.query.currency, edition_at(system_clock())),
    )
    return Answer(200, quote_answer(quoted))


def post_unlock(call: Call) -> Answer:
    """Unlocks one episode with coins, exactly once: 201 the first time, 200 with the same receipt ever after."""
    episode, body = call.path.episode, call.body
    request = UnlockRequest(
        _viewer(call),
        call.path.series_id,
        episode,
        episode,
        body.price_shown_coins,
        body.generation,
        body.automatic,
    )
    unlocked = unlock(bootstrap.unlock_books(), request)
    return Answer(200 if unlocked.repeated else 201, unlock_answer(unlocked))


def post_range(call: Call) -> Answer:
    """Unlocks several episodes in one entry, exactly once; only what is missing is charged."""
    body = call.body
    if body.last < body.first:
        raise ValidationFailed("The range ends before it begins.", where="body")
    request = UnlockRequest(
        _viewer(call),
        call.path.series_id,
        body.first,
        body.last,
        body.price_shown_coins,
        body.generation,
        body.automatic,
    )
    unlocked = unlock(bootstrap.unlock_books(), request)
    return Answer(200 if unlocked.repeated else 201, range_answer(unlocked))


def get_entitlements(call: Call) -> Answer:
    """What is unlocked in one series."""
    series = call.path.series_id
    unlocks = unlocks_in(bootstrap.ledger_store(), call.person, series)
    return Answer(200, entitlements_answer(series, unlocks, included=_viewer(call).member))


def list_entitlements(call: Call) -> Answer:
    """What is unlocked everywhere, series by series."""
    cursors, viewer = bootstrap.cursors(), _viewer(call)
    after = str(cursors.open(LIST, call.person, call.query.cursor)[0]) if call.query.cursor else ""
    shelf = unlocks_everywhere(bootstrap.ledger_store(), call.person, after, call.query.limit)
    cursor = cursors.seal(LIST, call.person, [shelf.series[-1][0]]) if shelf.more else None
    series = [entitlements_answer(name, unlocks, included=viewer.member) for name, unlocks in shelf.series]
    return Answer(200, EntitlementsList(series, cursor))


def _viewer(call: Call) -> Viewer:
    caller = call.caller
    return Viewer(call.person, None if caller is None else caller.age, caller is not None and caller.member)


handler = build_api(
    "unlock",
    {
        "quoteUnlock": Operation(
            get_quote,
            path=EpisodePath,
            query=QuoteQuery,
            answers={200: QuoteAnswer},
            problems=(NotFound, AgeRestricted, Busy, Unavailable),
        ),
        "unlockEpisode": Operation(
            post_unlock,
            path=EpisodePath,
            body=UnlockBody,
            answers={201: UnlockAnswer, 200: UnlockAnswer},
            problems=UNLOCK_PROBLEMS,
        ),
        "unlockRange": Operation(
            post_range,
            path=SeriesPath,
            body=RangeBody,
            answers={201: RangeAnswer, 200: RangeAnswer},
            problems=UNLOCK_PROBLEMS,
        ),
        "getEntitlements": Operation(
            get_entitlements, path=SeriesPath, answers={200: EntitlementsAnswer}, problems=(Busy,)
        ),
        "listEntitlements": Operation(
            list_entitlements, query=ListQuery, answers={200: EntitlementsList}, problems=(CursorInvalid, Busy)
        ),
    },
    limiter=bootstrap.rate_limiter,
)
