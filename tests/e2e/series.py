"""A series of many short episodes for the tests: made through the API as a creator would, its videos by the product.

Transcoding two dozen videos would take minutes and is tested elsewhere; here the product's own store is told of videos
that nobody will play, unless it is :func:`film` that makes one of them playable.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from typing import Any

from local.aws import client
from local.cast import SERIES
from local.environment import ROOT, process_environment
from tests.e2e.client import Platform, send

FREE = 2
START_COINS, RISE_COINS, EVERY = 8, 1, 5
CEILING_COINS = 160
DISCOUNT_PERCENT = 20
NO_VIDEO = "none"
"""The version of every episode's video."""

_PUBLISH = """
import json, sys
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.dynamo import connect
asked = json.load(sys.stdin)
store = CatalogStore(connect("us-east-1"), asked["catalog"])
for number in asked["episodes"]:
    told = publish_video(store, asked["series"], number, Video(asked["version"], "master.m3u8", 60_000, 1))
    assert told == "published", told
"""

_GIVE = """
import json, sys
from cliffhanger.dynamo import connect
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.wallet.service import credit_bought, grant_bonus
asked = json.load(sys.stdin)
ledger = LedgerStore(connect("us-east-1"), asked["ledger"])
for account, bought, bonus in asked["wallets"]:
    if bought:
        credit_bought(ledger, account, coins=bought, cash=bought * 9 + 7, currency="USD", channel="web",
                      source="external:test", reference="purchase:test-start:grant")
    if bonus:
        grant_bonus(ledger, account, coins=bonus, lifetime_days=30, reference="support:test-start")
"""


def list_price(episode: int) -> int:
    """What an episode of such a series costs by itself."""
    return START_COINS + RISE_COINS * ((episode - FREE - 1) // EVERY)


def run_inside(platform: Platform, program: str, asked: object) -> None:
    """Runs a few lines with the product against the emulator's tables, in a process of their own."""
    environment = process_environment(platform.emulator, platform.outputs["mediaConvertUrl"], ROOT / ".local")
    environment["PYTHONPATH"] = str(ROOT / "layers" / "common" / "python")
    subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, input=json.dumps(asked), text=True
    )


def give(platform: Platform, wallets: list[tuple[str, int, int]]) -> None:
    """Coins for accounts: bought (at 9 cents each and 7 over) and bonus."""
    run_inside(platform, _GIVE, {"ledger": platform.outputs["tables"]["ledger"], "wallets": wallets})


def series_body(title: str, **changes: Any) -> dict[str, Any]:
    """What a creator says of a series, with rising prices, a ceiling and a discount for the rest."""
    body = {
        "title": title,
        "synopsis": "Nobody gets off before the end.",
        "language": "en",
        "languages": ["de", "pt-BR"],
        "tags": ["thriller"],
        "ageRating": 12,
        "freeEpisodes": FREE,
        "pricing": {"startCoins": START_COINS, "riseCoins": RISE_COINS, "everyEpisodes": EVERY, "mostCoins": 30},
        "ceilingCoins": CEILING_COINS,
        "restDiscountPercent": DISCOUNT_PERCENT,
        "earlyHours": 24,
        "listed": True,
        "revision": 0,
    }
    return {**body, **changes}


def put(platform: Platform, path: str, token: str, body: object, **more: Any) -> Any:
    """A PUT that must succeed; its answer."""
    reply = send("PUT", platform.api + path, token=token, body=body, **more)
    assert reply.status in (200, 201), reply
    return reply.json


def make_series(
    platform: Platform, episodes: int, *, unreleased: int = 0, owner: str | None = None, **changes: Any
) -> str:
    """A listed series with that many published episodes and some more that have no video yet; its id.

    ``owner`` is the token of its creator, who is someone new unless told.
    """
    series = f"test-{secrets.token_hex(6)}"
    token = owner or platform.new_person("creator")[1]
    page = put(platform, f"/v1/studio/series/{series}", token, series_body("A Test of Patience", **changes))
    for number in range(1, episodes + unreleased + 1):
        body = {
            "title": f"Part {number}",
            "priceCoins": None,
            "cliffhangerMs": None,
            "releaseAt": None,
            "revision": page["revision"],
        }
        page = put(platform, f"/v1/studio/series/{series}/episodes/{number}", token, body)
    asked = {"catalog": platform.outputs["tables"]["catalog"], "series": series, "version": NO_VIDEO}
    run_inside(platform, _PUBLISH, {**asked, "episodes": list(range(1, episodes + 1))})
    return series


def film(platform: Platform, series: str) -> None:
    """Gives the first episode of such a series the picture of the demo's first one."""
    objects, bucket = client("s3", platform.emulator), platform.outputs["buckets"]["media"]
    origin = f"media/{SERIES}/1/{platform.published_version(1)}/"
    for item in objects.list_objects_v2(Bucket=bucket, Prefix=origin)["Contents"]:
        place = f"media/{series}/1/{NO_VIDEO}/{item['Key'].removeprefix(origin)}"
        objects.copy_object(Bucket=bucket, Key=place, CopySource={"Bucket": bucket, "Key": item["Key"]})
