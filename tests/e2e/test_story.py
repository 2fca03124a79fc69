"""A viewer's way through a series: quoted, unlocked by the range, limited, refunded; every receipt proves itself."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.environment import ROOT
from tests.e2e.client import Platform, eventually, refused
from tests.e2e.series import CEILING_COINS, DISCOUNT_PERCENT, FREE, give, list_price, make_series

EPISODES = 12
UNRELEASED = 1


@pytest.fixture(scope="module")
def series(platform: Platform) -> str:
    return make_series(platform, EPISODES, unreleased=UNRELEASED)


@pytest.fixture
def story(platform: Platform, series: str) -> Story:
    """A new viewer with 300 bought and 30 bonus coins before that series."""
    token = platform.new_person()[1]
    give(platform, [(platform.account_of(token), 300, 30)])
    return Story(platform, series, token)


class Story:
    """One viewer and one series."""

    def __init__(self, platform: Platform, series: str, token: str) -> None:
        self.platform = platform
        self.series = f"/v1/series/{series}"
        self.token = token

    def quote(self, episode: int, query: str = "") -> dict[str, Any]:
        reply = self.platform.get(f"{self.series}/episodes/{episode}/quote{query}", self.token)
        assert reply.status == 200, reply
        return dict(reply.json)

    def option(self, episode: int, kind: str, query: str = "") -> dict[str, Any]:
        (found,) = [option for option in self.quote(episode, query)["options"] if option["kind"] == kind]
        return dict(found)

    def take(self, option: dict[str, Any], **changes: Any) -> Any:
        body = {
            "first": option["first"],
            "last": option["last"],
            "priceShownCoins": option["priceCoins"],
            "generation": option["generation"],
        }
        return self.platform.post(f"{self.series}/unlock", self.token, body | changes)

    def limit(self, key: str | None = None, **limits: Any) -> Any:
        body = {"dayCoins": None, "seriesCoins": None, "autoUnlock": False} | limits
        return self.platform.put(
            "/v1/wallet/limits", self.token, body, headers={"Idempotency-Key": key or secrets.token_hex(8)}
        )

    def coins(self) -> int:
        return int(self.platform.get("/v1/wallet", self.token).json["coins"]["total"])


def test_a_quote_tells_this_episode_the_next_ones_and_the_rest_in_coins_and_in_money(story: Story):
    quote = story.quote(3, "?next=4&currency=JPY")
    this, following, rest = quote["options"]
    assert [option["kind"] for option in quote["options"]] == ["episode", "next", "rest"]
    assert this["priceCoins"] == list_price(3)
    assert following["priceCoins"] == sum(list_price(n) for n in range(3, 7))
    listed = sum(list_price(n) for n in range(FREE + 1, EPISODES + 1))
    assert (rest["first"], rest["last"], rest["listCoins"]) == (FREE + 1, EPISODES, listed)
    assert rest["priceCoins"] == listed - -(-listed * DISCOUNT_PERCENT // 100)
    assert rest["bonusCoins"] == 30
    assert rest["bonusCoins"] + rest["boughtCoins"] + rest["missingCoins"] == rest["priceCoins"]
    assert (rest["money"]["currency"], rest["money"]["digits"]) == ("JPY", 0)
    assert rest["money"]["amount"] == -(-rest["priceCoins"] * 150 // 100)
    assert quote["neverMoreThan"]["coins"] == CEILING_COINS
    assert quote["unreleasedEpisodes"] == UNRELEASED


def test_the_smallest_pack_that_covers_what_is_missing_is_named(platform: Platform, series: str, penniless: str):
    rest = Story(platform, series, penniless).option(3, "rest")
    assert rest["missingCoins"] == rest["priceCoins"]
    assert rest["pack"]["coins"] + rest["pack"]["bonusCoins"] >= rest["missingCoins"]
    assert (
        refused(Story(platform, series, penniless).take(rest), 402, "insufficient_coins")["packId"]
        == rest["pack"]["packId"]
    )


def test_a_range_charges_for_what_is_missing_and_asked_again_for_nothing(story: Story):
    before = story.coins()
    assert story.take(story.option(5, "episode")).status == 201
    option = story.option(4, "next", "?next=3")
    first = story.take(option)
    assert first.status == 201
    assert [part["episode"] for part in first.json["receipts"][0]["episodes"]] == [4, 6]
    assert before - story.coins() == list_price(4) + list_price(5) + list_price(6)
    again = story.take(option)
    assert (again.status, again.json["receipts"]) == (200, first.json["receipts"])
    covered = story.take(option, last=6, first=5, priceShownCoins=999)
    assert (covered.status, len(covered.json["receipts"])) == (200, 2)
    owned = story.platform.get(f"{story.series}/entitlements", story.token).json
    assert [(unlock["first"], unlock["last"]) for unlock in owned["unlocks"]] == [(5, 5), (4, 6)]
    every = story.platform.get("/v1/entitlements", story.token).json
    assert [one["seriesId"] for one in every["series"]] == [story.series.rsplit("/", 1)[1]]


def test_a_range_over_an_unreleased_episode_and_a_changed_price_are_refused_and_change_nothing(
    story: Story, unchanged: None
):
    beyond = {"first": EPISODES, "last": EPISODES + 1, "priceCoins": 30, "generation": 0}
    assert refused(story.take(beyond), 409, "episode_unavailable")["episode"] == EPISODES + 1
    option = story.option(3, "episode")
    assert refused(story.take(option, priceShownCoins=1), 409, "price_changed")["priceCoins"] == list_price(3)
    assert refused(story.take(option, generation=1), 409, "generation_unknown")["generation"] == 0
    assert refused(story.take(option, automatic=True), 403, "auto_unlock_off")


def test_the_viewers_own_limits_hold_and_a_key_means_one_thing(story: Story):
    set_once = story.limit("one-key", dayCoins=list_price(3) + 1, autoUnlock=True)
    assert (set_once.status, set_once.json["limits"]["autoUnlock"]) == (200, True)
    assert story.limit("one-key", dayCoins=list_price(3) + 1, autoUnlock=True).status == 200
    refused(story.limit("one-key", dayCoins=7), 409, "key_reused")
    assert story.take(story.option(3, "episode"), automatic=True).status == 201
    problem = refused(story.take(story.option(4, "episode")), 403, "spend_limit_reached")
    assert (problem["rule"], problem["spentCoins"]) == ("day", list_price(3))
    assert story.quote(4)["dayLeftCoins"] == 1
    assert story.limit().status == 200
    assert story.take(story.option(4, "episode")).status == 201


def test_receipts_verify_offline_and_tell_the_creators_part(story: Story, tmp_path: Path):
    receipts = [story.take(story.option(episode, "episode")).json["receipts"][0] for episode in (3, 4, 5, 6, 7)]
    last = story.platform.get(f"/v1/wallet/receipts/{receipts[-1]['seq']}", story.token).json
    assert (last["hash"], last["spent"]) == (receipts[-1]["hash"], receipts[-1]["spent"])
    assert {portion["unit"] for receipt in receipts for portion in receipt["spent"]} == {"bonus", "coin"}
    cash = sum(portion["cash"] for portion in last["spent"])
    assert last["creatorGets"] == [{"currency": "USD", "amount": cash // 2}]
    proven = [story.platform.get(f"/v1/wallet/receipts/{one['seq']}", story.token).json for one in receipts]
    assert verified(tmp_path, proven) == 0
    proven[2]["priceCoins"] -= 1
    assert verified(tmp_path, proven) == 1
    lines = story.platform.get("/v1/wallet/statement?limit=3", story.token).json
    assert [line["kind"] for line in lines["lines"]] == ["unlock"] * 3
    older = story.platform.get(f"/v1/wallet/statement?limit=100&cursor={lines['nextCursor']}", story.token).json
    assert older["lines"][0]["seq"] == lines["lines"][-1]["seq"] - 1
    assert older["nextCursor"] is None
    refused(story.platform.get("/v1/wallet/statement?cursor=" + "x" * 40, story.token), 400, "cursor_invalid")


def verified(folder: Path, receipts: list[dict[str, Any]]) -> int:
    """The exit code of the verifier on those receipts, alone in an empty folder."""
    (folder / "receipts.json").write_text(json.dumps(receipts))
    program = ROOT / "tools" / "verify_receipt.py"
    return subprocess.run(
        [sys.executable, "-I", "-S", str(program), "receipts.json"], cwd=folder, check=False
    ).returncode


def test_a_refund_locks_the_episodes_gives_the_coins_back_and_asks_for_a_new_generation(
    platform: Platform, story: Story, operator: str
):
    before = story.coins()
    option = story.option(3, "next", "?next=4")
    receipt = story.take(option).json["receipts"][0]
    path = f"/v1/support/accounts/{platform.account_of(story.token)}/reversals"
    key = {"Idempotency-Key": secrets.token_hex(8)}
    asked = {"seq": receipt["seq"], "reason": "viewer_request"}
    done = platform.post(path, operator, asked, headers=key)
    assert (done.status, done.json["status"]) == (201, "done")
    assert platform.post(path, operator, asked, headers=key).json["caseId"] == done.json["caseId"]
    refused(
        platform.post(path, operator, asked, headers={"Idempotency-Key": secrets.token_hex(8)}), 409, "not_reversible"
    )
    assert story.coins() == before
    late = story.take(option)
    assert (late.status, late.json["receipts"][0]["seq"]) == (200, receipt["seq"])
    assert story.coins() == before
    single = {"first": 3, "last": 3, "priceCoins": list_price(3), "generation": 0}
    assert refused(story.take(single), 409, "generation_unknown")["generation"] == 1
    assert story.take(story.option(3, "episode")).status == 201


def test_large_grants_wait_for_a_second_operator(platform: Platform, story: Story, operator: str, second_operator: str):
    path = f"/v1/support/accounts/{platform.account_of(story.token)}/grants"
    body = {"coins": 2_000, "lifetimeDays": 30, "reason": "goodwill"}
    before = story.coins()
    opened = platform.post(path, operator, body, headers={"Idempotency-Key": secrets.token_hex(8)})
    assert (opened.status, opened.json["status"]) == (202, "awaiting")
    case = f"/v1/support/cases/{opened.json['caseId']}/approval"
    refused(platform.post(case, operator, {}), 403, "four_eyes_required")
    assert story.coins() == before
    assert platform.post(case, second_operator, {}).json["status"] == "done"
    assert story.coins() == before + 2_000
    told = platform.get(f"/v1/support/accounts/{platform.account_of(story.token)}", operator).json
    assert told["entries"][0]["terms"]["reason"] == "goodwill"


def test_unlocks_can_be_stopped_without_a_deploy_and_retries_still_get_their_receipt(
    platform: Platform, story: Story, operator: str
):
    option = story.option(3, "episode")
    assert story.take(option).status == 201
    off = {"off": True, "reason": "test"}
    try:
        assert platform.put("/v1/support/switches/unlocks", operator, off).status == 200
        following = story.option(4, "episode")
        eventually(lambda: story.take(following | {"priceCoins": 1}).code == "switched_off")
        assert story.take(option).status == 200
    finally:
        assert platform.put("/v1/support/switches/unlocks", operator, off | {"off": False}).status == 200
    eventually(lambda: story.take(following).status in (200, 201))


def test_a_frozen_account_spends_nothing_until_it_is_thawed(platform: Platform, story: Story, operator: str):
    path = f"/v1/support/accounts/{platform.account_of(story.token)}/freezes"

    def freeze(frozen: bool) -> int:
        body = {"frozen": frozen, "reason": "fraud"}
        return platform.post(path, operator, body, headers={"Idempotency-Key": secrets.token_hex(8)}).status

    assert freeze(True) == 201
    refused(story.take(story.option(3, "episode")), 403, "account_frozen")
    assert freeze(False) == 201
    assert story.take(story.option(3, "episode")).status == 201


def test_a_guest_watches_what_is_free_and_is_asked_to_sign_in_for_the_rest(platform: Platform):
    assert platform.playback(None, episode=1).status == 200
    refused(platform.playback(None, episode=2), 401, "token_missing")


def test_whoever_has_seen_the_page_is_told_that_it_has_not_changed(platform: Platform, series: str):
    page = platform.get(f"/v1/series/{series}")
    again = platform.get(f"/v1/series/{series}", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_answers_say_how_many_requests_are_left(platform: Platform, story: Story):
    reply = platform.get("/v1/wallet", story.token)
    assert reply.headers["ratelimit-policy"] == '"read";q=120;w=60'
    assert reply.headers["ratelimit"].startswith('"read";r=')
