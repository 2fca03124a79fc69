"""Serves gifts: what can be given, giving it, and what others gave."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import (
    AccountFrozen,
    AgeRestricted,
    Busy,
    DebtOutstanding,
    EpisodeUnavailable,
    InsufficientCoins,
    KeyReused,
    NotFound,
    OwnSeries,
    PriceChanged,
    SpendLimitReached,
    SwitchedOff,
    Unavailable,
    Undecided,
)
from cliffhanger.ledger.names import key_reference
from cliffhanger.tips.domain import Giver, TipRequest, edition_at
from cliffhanger.tips.service import allowance, change_limit, give
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.etags import etag_answer
from functions.tips.schemas import (
    EpisodePath,
    GiftList,
    RecentGifts,
    TipAnswer,
    TipBody,
    TipLimitAnswer,
    TipLimitBody,
    gift_list,
    recent_gifts,
    tip_answer,
    tip_limit_answer,
)

A_WHILE = {"cache-control": "public, max-age=3"}
"""For that long everybody may be shown the same, without asking."""


def get_gifts(call: Call) -> Answer:
    """Every gift that can be given now, cheapest first; 304 when the caller has them already."""
    return etag_answer(call, gift_list(edition_at(system_clock())))


def post_tip(call: Call) -> Answer:
    """Gives gifts for bought coins, once per key: 201 the first time, 200 with the same receipt ever after.

    Taps that follow one another are one request, with their ``count``.
    """
    body, caller = call.body, call.caller
    request = TipRequest(
        Giver(call.person, None if caller is None else caller.age, caller is not None and caller.member),
        call.path.series_id,
        call.path.episode,
        body.gift,
        body.count,
        body.price_shown_coins,
        body.named,
    )
    reference = key_reference(call.idempotency_key, bootstrap.request_secret())
    given = give(bootstrap.tip_books(), request, reference)
    return Answer(200 if given.repeated else 201, tip_answer(given.entry, repeated=given.repeated))


def get_recent(call: Call) -> Answer:
    """The latest gifts of an episode, a few seconds old at most; 304 when the caller has them already."""
    shown = bootstrap.gift_window().latest(call.path.series_id, call.path.episode)
    return etag_answer(call, recent_gifts(shown), A_WHILE)


def get_limit(call: Call) -> Answer:
    """What the viewer may still give today, and by whose limit."""
    return Answer(200, tip_limit_answer(allowance(bootstrap.ledger_store(), call.person)))


def put_limit(call: Call) -> Answer:
    """Sets the viewer's own limit, once per key: a lower one holds at once, a higher one, or none, from tomorrow on."""
    reference = key_reference(call.idempotency_key, bootstrap.request_secret())
    changed = change_limit(bootstrap.ledger_store(), call.person, call.body.day_coins, reference=reference)
    return Answer(200, tip_limit_answer(changed))


handler = build_api(
    "tips",
    {
        "listGifts": Operation(get_gifts, answers={200: GiftList, 304: None}),
        "giveTip": Operation(
            post_tip,
            path=EpisodePath,
            body=TipBody,
            answers={201: TipAnswer, 200: TipAnswer},
            problems=(
                NotFound,
                EpisodeUnavailable,
                AgeRestricted,
                OwnSeries,
                PriceChanged,
                InsufficientCoins,
                SpendLimitReached,
                DebtOutstanding,
                AccountFrozen,
                KeyReused,
                SwitchedOff,
                Busy,
                Undecided,
                Unavailable,
            ),
            keyed=True,
        ),
        "listRecentGifts": Operation(
            get_recent, path=EpisodePath, answers={200: RecentGifts, 304: None}, problems=(Unavailable,)
        ),
        "getTipLimit": Operation(get_limit, answers={200: TipLimitAnswer}, problems=(Busy,)),
        "setTipLimit": Operation(
            put_limit,
            body=TipLimitBody,
            answers={200: TipLimitAnswer},
            problems=(KeyReused, Busy, Undecided, Unavailable),
            keyed=True,
        ),
    },
    bootstrap.rate_limiter,
)
