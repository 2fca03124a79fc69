"""Earning over HTTP: a session from its first beat to the receipt, check-ins, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.ledger.names import viewer
from functions.rewards.handler import handler
from functions.wallet.handler import handler as wallet
from tests.support.adapters import replace_in_bootstrap
from tests.support.earning import page_of, publish
from tests.support.http import access_token, body_of, event
from tests.support.world import give

WATCH = "POST /v1/series/{seriesId}/episodes/{episode}/watch"
BEATS = "POST /v1/watch/beats"
REWARDS = "GET /v1/rewards"
CHECKIN = "POST /v1/rewards/checkin"
REPAIR = "POST /v1/rewards/checkin/repair"
DEVICE = "f3Qx9_mB2tKc"


class Clock:
    """The service's clock, which a test moves."""

    def __init__(self) -> None:
        self.now = system_clock()

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, dynamodb: Any) -> Clock:
    """The clock of all that earns, over tables with a series of two free episodes."""
    made = Clock()
    publish(bootstrap.catalog_store(), page_of("two-of-us", 2))
    replace_in_bootstrap(monkeypatch, "request_secret", lambda _purpose: b"the-key-of-sessions-in-tests-32b")
    desk = bootstrap.rewards_desk()._replace(clock=made)
    replace_in_bootstrap(monkeypatch, "rewards_desk", lambda: desk)
    bootstrap.watching_room.cache_clear()
    return made


def ask(route: str, *, body: Any = None, person: str | None = "noa", **more: Any) -> tuple[int, Any]:
    token = None if person is None else access_token(person, country="DE", age=30)
    answer = handler(event(route.split(maxsplit=1)[0], "/", route=route, body=body, token=token, **more), None)
    return answer["statusCode"], body_of(answer)


def begin(episode: int = 1, series: str = "two-of-us", **more: Any) -> tuple[int, Any]:
    names = {"seriesId": series, "episode": str(episode)}
    return ask(WATCH, path_parameters=names, body={"device": DEVICE, **more})


def watch_all(clock: Clock, episode: int, session: str | None = None) -> Any:
    status, answer = begin(episode, session=session)
    assert status == 200
    earned, position = [], 0
    while not answer["counted"]:
        clock.now += answer["beatEveryMs"]
        position += answer["beatEveryMs"]
        status, answer = ask(BEATS, body={"session": answer["session"], "positionMs": position})
        assert status == 200
        earned += answer["earned"]
    return answer | {"earned": earned}


def test_an_episode_is_watched_and_its_receipt_names_the_rule(clock: Clock) -> None:
    answer = watch_all(clock, 1)
    assert [(one["kind"], one["coins"], one["status"]) for one in answer["earned"]] == [("watch.episode", 1, "paid")]
    seq = answer["earned"][0]["seq"]
    head = bootstrap.ledger_store().head(viewer("noa"))
    assert head is not None
    assert (head.seq, head.terms["rule"], head.terms["version"]) == (seq, "episode", "shipped-2")
    shown = wallet(event("GET", "/", route="GET /v1/wallet/statement", token=access_token("noa")), None)
    line = body_of(shown)["lines"][0]
    assert (line["kind"], line["rule"]) == ("reward", {"name": "episode", "version": "shipped-2"})


def test_what_waits_is_shown_with_its_date(clock: Clock) -> None:
    first = watch_all(clock, 1)
    watch_all(clock, 2, first["session"])
    status, answer = ask(REWARDS, query={"zone": "Europe/Lisbon"})
    assert status == 200
    assert [(one["kind"], one["coins"], one["status"]) for one in answer["pending"]] == [("watch.series", 5, "waiting")]
    assert answer["hadCoins"] == 7
    assert answer["allowance"] == {"leftCoins": 5, "perAdCoins": 4, "perPurchaseCoins": 100}
    assert {one["kind"]: one["hadCoins"] for one in answer["tasks"]} == {
        "watch.episode": 2,
        "watch.series": 5,
        "watch.minutes": 0,
        "ad": 0,
    }


def test_a_check_in_is_answered_alike_as_often_as_it_is_sent(clock: Clock) -> None:
    body = {"device": DEVICE, "zone": "Europe/Lisbon"}
    first, again = ask(CHECKIN, body=body), ask(CHECKIN, body=body)
    assert first == again
    assert first[0] == 200
    assert first[1]["earned"][0]["coins"] == 2
    seen = ask(REWARDS)[1]["checkin"]
    assert (seen["done"], seen["run"], seen["zone"]) == (True, 1, "Europe/Lisbon")


def test_a_missed_day_is_mended_and_the_statement_says_so(clock: Clock) -> None:
    give(bootstrap.ledger_store(), "noa")
    assert ask(CHECKIN, body={"device": DEVICE})[0] == 200
    clock.now += 2 * 86_400_000
    torn = ask(REWARDS)[1]["checkin"]["repair"]
    assert (torn["coins"], torn["run"], len(torn["dates"])) == (10, 3, 1)
    body = {"date": torn["dates"][0], "priceCoins": 10}
    status, answer = ask(REPAIR, body=body)
    assert (status, answer["date"], answer["checkin"]["run"], answer["checkin"]["repair"]) == (
        200,
        body["date"],
        3,
        None,
    )
    assert ask(REPAIR, body={**body, "priceCoins": 3}) == (200, answer)
    shown = wallet(event("GET", "/", route="GET /v1/wallet/statement", token=access_token("noa")), None)
    line = body_of(shown)["lines"][0]
    assert (line["kind"], line["seq"], line["rule"]["name"]) == ("repair", answer["seq"], "checkin")


def test_a_day_that_cannot_be_mended_is_refused_with_the_one_that_can(clock: Clock) -> None:
    assert ask(REPAIR, body={"date": "2026-02-31", "priceCoins": 10})[1]["code"] == "repair_unavailable"
    for body in ({"date": "2026-13-01", "priceCoins": 1}, {"date": "2026-11-01"}, {"date": "x", "priceCoins": 1}):
        assert ask(REPAIR, body=body)[0] == 422


def test_an_episode_that_is_locked_earns_nothing(clock: Clock) -> None:
    """It is refused before anything is written, as playing it would be."""
    publish(bootstrap.catalog_store(), page_of("paid-story", 2)._replace(free_episodes=1))
    assert begin(2, "paid-story")[0] == 402
    assert begin(1, "paid-story")[0] == 200
    assert begin(1, "no-such-story")[0] == 404


@pytest.mark.parametrize(
    ("route", "body", "code"),
    [
        (BEATS, {"session": "AAAA", "positionMs": 0}, "watch_forged"),
        (BEATS, {"session": "not a token", "positionMs": 0}, "validation_failed"),
        (BEATS, {"session": "A" * 5_000, "positionMs": 0}, "validation_failed"),
        (BEATS, {"session": "AAAA", "positionMs": -1}, "validation_failed"),
        (CHECKIN, {"device": DEVICE, "zone": "Nowhere/Town"}, "validation_failed"),
        (CHECKIN, {"device": "", "zone": "UTC"}, "validation_failed"),
        (CHECKIN, {"zone": "UTC"}, "validation_failed"),
        (CHECKIN, {"device": DEVICE, "zone": "../../etc/passwd"}, "validation_failed"),
    ],
)
def test_what_does_not_fit_is_refused(clock: Clock, route: str, body: Any, code: str) -> None:
    status, answer = ask(route, body=body)
    assert status in {403, 422}
    assert answer["code"] == code


def test_who_is_not_signed_in_earns_nothing(clock: Clock) -> None:
    for route, body in ((BEATS, {"session": "AAAA", "positionMs": 0}), (CHECKIN, {"device": DEVICE}), (REWARDS, None)):
        assert ask(route, body=body, person=None)[0] == 401


def test_another_viewers_session_is_forged(clock: Clock) -> None:
    _, answer = begin()
    status, refused = ask(BEATS, body={"session": answer["session"], "positionMs": 1_000}, person="mia")
    assert (status, refused["code"]) == (403, "watch_forged")


def test_rewards_that_are_switched_off_give_nothing_and_show_what_was_had(clock: Clock) -> None:
    _, answer = begin()
    bootstrap.switches().put("rewards", off=True, reason="test", by="op1")
    for status, refused in (begin(), ask(BEATS, body={"session": answer["session"], "positionMs": 0})):
        assert (status, refused["code"]) == (503, "switched_off")
    assert ask(CHECKIN, body={"device": DEVICE})[0] == 503
    assert ask(REWARDS)[0] == 200
