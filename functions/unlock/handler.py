"""Serves unlocks."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import (
    AccountFrozen,
    Busy,
    EpisodeFree,
    EpisodeUnavailable,
    GenerationUnknown,
    InsufficientCoins,
    NotFound,
    PriceChanged,
    Unavailable,
    Undecided,
)
from cliffhanger.unlocks.service import UnlockRequest, unlock_episode
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.unlock.schemas import EpisodePath, UnlockAnswer, UnlockBody, unlock_answer


def post_unlock(call: Call) -> Answer:
    """Unlocks one episode with coins, exactly once: 201 the first time, 200 with the same receipt ever after."""
    request = UnlockRequest(
        person=call.person,
        series=call.path.series_id,
        episode=call.path.episode,
        price_shown_coins=call.body.price_shown_coins,
        generation=call.body.generation,
    )
    recorded = unlock_episode(bootstrap.ledger_store(), bootstrap.catalog_store(), request)
    return Answer(200 if recorded.repeated else 201, unlock_answer(recorded))


handler = build_api(
    "unlock",
    {
        "unlockEpisode": Operation(
            post_unlock,
            path=EpisodePath,
            body=UnlockBody,
            answers={201: UnlockAnswer, 200: UnlockAnswer},
            problems=(
                NotFound,
                EpisodeUnavailable,
                EpisodeFree,
                PriceChanged,
                GenerationUnknown,
                InsufficientCoins,
                AccountFrozen,
                Busy,
                Undecided,
                Unavailable,
            ),
        )
    },
)
