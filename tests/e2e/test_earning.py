"""Earning over the running platform: checking in, watching, and an ad that its network vouches for."""

from __future__ import annotations

import secrets
import time
from typing import Any

import pytest

from cliffhanger.catalog.store import CatalogStore
from local.aws import client
from tests.e2e.client import Platform, Reply, refused, send
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.earning import page_of, publish
from tests.support.tables import CATALOG

EAST = "Pacific/Kiritimati"
LENGTH_MS, BEAT_S = 4_000, 1.05
CALLBACK = "/v1/webhooks/admob"


@pytest.fixture(scope="module")
def film(platform: Platform) -> str:
    """A series of one free episode of four seconds, which has no picture: nobody here looks at it."""
    series, model = f"short-{secrets.token_hex(4)}", MemoryDynamoDB()
    model.call("CreateTable", CATALOG)
    publish(CatalogStore(connect(model), CATALOG["TableName"]), page_of(series, 1, LENGTH_MS))
    database = client("dynamodb", platform.emulator)
    for item in model.items(CATALOG["TableName"]):
        database.put_item(TableName=platform.outputs["tables"]["catalog"], Item=item)
    return series


def begin(platform: Platform, token: str, film: str) -> str:
    """Begins to watch on a device that nobody has used."""
    begun = platform.post(f"/v1/series/{film}/episodes/1/watch", token, {"device": secrets.token_urlsafe(9)})
    assert begun.status == 200, begun
    session: str = begun.json["session"]
    return session


def beat(platform: Platform, token: str, session: str, position_ms: int) -> Reply:
    return platform.post("/v1/watch/beats", token, {"session": session, "positionMs": position_ms})


def bonus(platform: Platform, token: str) -> int:
    return int(platform.get("/v1/wallet", token).json["coins"]["bonus"])


def test_a_check_in_is_of_the_viewers_own_day_and_once_of_it(home: Platform) -> None:
    _, token = home.new_person()
    body = {"device": secrets.token_urlsafe(9), "zone": EAST}
    first = home.post("/v1/rewards/checkin", token, body)
    assert (first.status, [one["coins"] for one in first.json["earned"]]) == (200, [2])
    elsewhere = home.post("/v1/rewards/checkin", token, {**body, "zone": "UTC"})
    assert elsewhere.json == first.json  # the day stays where it began
    seen = home.get("/v1/rewards?zone=UTC", token).json["checkin"]
    assert (seen["done"], seen["zone"], seen["run"]) == (True, EAST, 1)
    assert bonus(home, token) == 2


def test_watching_is_credited_by_the_services_time_and_no_beat_counts_twice(home: Platform, film: str) -> None:
    _, token = home.new_person()
    session = begin(home, token, film)
    leap = beat(home, token, session, LENGTH_MS)  # at once: no time has passed that could have been watched
    assert (leap.status, leap.json["earned"]) == (200, [])
    time.sleep(BEAT_S)
    halfway = beat(home, token, session, 2_000).json["session"]
    time.sleep(BEAT_S)
    whole = beat(home, token, halfway, 3_900)
    assert [(one["kind"], one["coins"], one["status"]) for one in whole.json["earned"]] == [
        ("watch.episode", 1, "paid"),
        ("watch.series", 5, "waiting"),
    ]
    assert whole.json["counted"]
    for replayed in (session, halfway, whole.json["session"]):
        assert beat(home, token, replayed, 3_900).json["earned"] == []
    assert bonus(home, token) == 1


def test_a_beat_that_is_forged_or_anothers_is_refused(home: Platform, film: str) -> None:
    _, token = home.new_person()
    session = begin(home, token, film)
    forged = session[:-6] + "AAAAAA"
    refused(beat(home, token, forged, 1_000), 403, "watch_forged")
    _, other = home.new_person()
    refused(beat(home, other, session, 1_000), 403, "watch_forged")


def test_of_two_devices_the_one_that_began_last_earns(home: Platform, film: str) -> None:
    _, token = home.new_person()
    sessions = [begin(home, token, film) for _ in range(2)]
    time.sleep(BEAT_S)
    sessions = [beat(home, token, session, 2_000).json["session"] for session in sessions]
    time.sleep(BEAT_S)
    refused(beat(home, token, sessions[0], 3_900), 409, "watch_ended")
    assert [one["kind"] for one in beat(home, token, sessions[1], 3_900).json["earned"]] == [
        "watch.episode",
        "watch.series",
    ]


def test_an_ad_is_paid_once_on_its_networks_word(home: Platform) -> None:
    _, token = home.new_person()
    body = {"device": secrets.token_urlsafe(9), "placement": "web"}
    offered = home.post("/v1/rewards/ads", token, body).json
    assert standing(home, token, offered) is None
    ad = {"adUnit": offered["adUnit"], "customData": offered["customData"]}
    told = send("POST", f"{home.outputs['adsUrl']}/_local/seen", body=ad).json
    assert told["status"] == 200
    earned = standing(home, token, offered)
    assert (earned["kind"], earned["coins"], earned["status"]) == ("ad", 2, "paid")
    assert home.get(f"{CALLBACK}?{told['query']}").json == {"outcome": "taken"}  # the same transaction again
    refused(home.get(f"{CALLBACK}?{told['query'].replace('reward_amount=1', 'reward_amount=9')}"), 400, REFUSED)
    refused(home.get(f"{CALLBACK}?{told['query'].rpartition('&')[0]}"), 400, REFUSED)
    assert bonus(home, token) == 2


REFUSED = "ad_callback_refused"


def standing(platform: Platform, token: str, offered: dict[str, Any]) -> Any:
    """What has come of an ad."""
    return platform.get(f"/v1/rewards/ads/{offered['viewId']}", token).json["earned"]
