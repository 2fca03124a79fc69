"""Campaigns on the running platform: what a viewer gets of a brand, how long it is pending, and what brings it back."""

from __future__ import annotations

import base64
import json
import secrets
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from cliffhanger.campaigns.domain import DAY_MS
from cliffhanger.clock import ms_of, system_clock
from cliffhanger.ledger.packing import stored_text
from cliffhanger.partners.domain import SCOPES
from cliffhanger.webhooks.fanout import KNOWN_MS
from local.aws import client
from local.campaign import CAMPAIGN, RETURN_DAYS
from local.cast import SERIES, person_of
from tests.e2e.client import Platform, Reply, eventually, refused, send
from tests.e2e.receivers import Acme, Receiver
from tests.e2e.reviewers import new_reviewer
from tests.support.campaign_tables import CAMPAIGNS
from tests.support.campaigns import TERMS, CampaignWorld
from tests.support.tables import CLAIMS, LEDGER

WATCHED_MS = 34_000
"""More than nine tenths of the first episode."""

HASTY_CLAIMS = 20
"""So many within an hour are more than people make."""
PENDING = "platform:pending-"


class Brand(NamedTuple):
    """A brand's server: what it tells of purchases at a campaign, and what it reads of it."""

    platform: Platform
    token: str
    campaign: str

    def ask(self, method: str, path: str, body: object = None) -> Reply:
        address = f"{self.platform.api}/v1/partner/live/campaigns/{self.campaign}{path}"
        return send(method, address, token=self.token, body=body)

    def sells(self, claim_token: str, order: str, paid: int, by_cashback: int = 0) -> Reply:
        told = {"claimToken": claim_token, "orderId": order, "currency": "EUR", "amountPaid": paid}
        return self.ask("POST", "/purchases", {**told, "paidWithCashback": by_cashback})

    def takes_back(self, claim_token: str, order: str, amount: int) -> Reply:
        told = {"claimToken": claim_token, "returnId": f"R-{order}", "amountReturned": amount}
        return self.ask("POST", f"/purchases/{order}/returns", told)

    def report(self) -> dict[str, Any]:
        """The report, once all that the ledger has is in it."""

        def whole() -> dict[str, Any]:
            told: dict[str, Any] = self.ask("GET", "/report").json
            return told if told["complete"] else {}

        return eventually(whole)


def server_of(platform: Platform, member: str) -> tuple[str, str]:
    """A live client of a partner's that may do everything: its id, and a token of its own."""
    made = platform.post("/v1/partner/live/clients", member, {"name": "Till", "scopes": [*SCOPES]})
    assert made.status == 201, made
    name = made.json["client"]["clientId"]
    basic = base64.b64encode(f"{name}:{made.json['clientSecret']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    raw = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
    given = send("POST", f"{platform.api}/v1/oauth/token", raw=raw, headers=headers)
    return name, given.json["access_token"]


class Coats(NamedTuple):
    """A brand that sees all events, with an endpoint for confirmed cashback that everybody knows from a time on."""

    acme: Acme
    receiver: Receiver
    inbox: str
    known_at: float


@pytest.fixture(scope="module", autouse=True)
def coats(platform: Platform) -> Coats:
    """Made first, so that nobody has to wait for it."""
    acme, receiver, inbox = Acme(platform), Receiver(platform), f"in-{secrets.token_hex(4)}"
    seen: dict[str, Any] = {"name": "Acme", "members": [person_of(acme.token)], "reach": {"all": True, "series": []}}
    seen |= {"quotas": {"live": 10_000, "sandbox": 10_000}, "status": "active", "revision": 1}
    assert platform.put(f"/v1/support/partners/{acme.id}", platform.token_of("opal"), seen).status == 200
    endpoint = acme.endpoint(f"{receiver.hooks}/{inbox}", "CashbackConfirmed")
    receiver.set(inbox, secret=acme.secret(endpoint))
    return Coats(acme, receiver, inbox, time.monotonic() + KNOWN_MS / 1_000)


@pytest.fixture
def harbour(platform: Platform) -> Iterator[Brand]:
    """The brand of the demo's campaign."""
    member = platform.token_of("pia")
    name, token = server_of(platform, member)
    yield Brand(platform, token, CAMPAIGN)
    send("DELETE", f"{platform.api}/v1/partner/live/clients/{name}", token=member)


def cashback(platform: Platform, token: str) -> list[tuple[str, str, int, int]]:
    """A viewer's cashback as the tab shows it: kind, status, coins, and how many of them went back."""
    told = platform.get("/v1/cashback", token).json["cashback"]
    return sorted((one["kind"], one["status"], one["coins"], one["clawedBackCoins"]) for one in told)


def stands(platform: Platform, chain: str) -> tuple[int, int]:
    """The bonus coins that a slice holds, and those that it has pending, by its own entries."""
    rows = [row for row in platform.settled_rows().values() if row["account"]["S"] == chain]
    entries = [json.loads(stored_text(row)) for row in sorted(rows, key=lambda row: int(row["seq"]["N"]))]
    pending = 0
    for _, coins, source, destination in (line for entry in entries for line in entry["postings"]):
        pending += coins * (destination.startswith(PENDING) - source.startswith(PENDING))
    return entries[-1]["state"]["balances"]["bonus"], pending


def test_a_viewer_watches_scans_and_buys_and_the_brand_reads_what_the_ledger_has(
    platform: Platform, home: Platform, harbour: Brand
) -> None:
    _, token = platform.new_person()
    device = secrets.token_urlsafe(9)
    [shown] = [one for one in platform.get("/v1/campaigns", token).json["campaigns"] if one["campaignId"] == CAMPAIGN]
    assert (shown["sponsored"][0]["seriesId"], shown["returnDays"]) == (SERIES, RETURN_DAYS)
    session = home.post(f"/v1/series/{SERIES}/episodes/1/watch", token, {"device": device}).json["session"]
    began, counted = time.monotonic(), False

    claim_token = home.post(f"/v1/campaigns/{CAMPAIGN}/token", token, {"device": device}).json["claimToken"]
    order = f"A-{secrets.token_hex(6)}"
    sold = harbour.sells(claim_token, order, 2_000, by_cashback=500)
    assert (sold.status, sold.json["status"], sold.json["coins"]) == (201, "pending", 150)
    until = ms_of(sold.json["confirmsAt"]) - system_clock()
    assert (RETURN_DAYS - 1) * DAY_MS < until <= RETURN_DAYS * DAY_MS
    again = harbour.sells(claim_token, order, 9_000)
    assert (again.status, again.json) == (200, sold.json)
    _, other = platform.new_person()
    refused(harbour.sells(claim_token_at(home, other), order, 2_000), 409, "order_claimed")
    code = harbour.ask("GET", "/code").json["code"]
    for _ in range(2):
        scanned = home.post("/v1/campaigns/scans", token, {"code": code, "device": device})
        assert (scanned.status, scanned.json["cashback"]["coins"]) == (200, 5)
    back = harbour.takes_back(claim_token, order, 500)
    assert (back.status, back.json["coins"], back.json["remainingCoins"]) == (201, 37, 113)

    for position in (WATCHED_MS // 2, WATCHED_MS):
        time.sleep(max(0.0, began + position / 1_000 + 0.1 - time.monotonic()))
        beat = home.post("/v1/watch/beats", token, {"session": session, "positionMs": position})
        session, counted = beat.json["session"], beat.json["counted"]
    assert counted
    pending = [("cashback", "pending", 150, 37), ("scan", "pending", 5, 0), ("watch.episode", "pending", 3, 0)]
    assert eventually(lambda: cashback(platform, token) == pending)

    told = harbour.report()
    left, waiting = stands(platform, f"budget:{CAMPAIGN}:1:0")
    assert (told["leftCoins"], told["pendingCoins"]) == (left, waiting)
    total = told["total"]
    assert total["fundedCoins"] == left + waiting + told["spentCoins"] + total["givenBackCoins"]
    assert platform.get("/v1/wallet", token).json["coins"]["bonus"] == 1  # the house's, for the episode


def test_cashback_is_the_viewers_when_its_window_has_closed_and_a_return_takes_its_part_from_them(
    platform: Platform, coats: Coats
) -> None:
    acme, receiver, inbox, campaign = coats.acme, coats.receiver, coats.inbox, f"coats-{secrets.token_hex(4)}"
    time.sleep(max(0.0, coats.known_at - time.monotonic()))
    _, token = platform.new_person()
    person = person_of(token)
    world = past(acme.id, campaign)
    claim_token = world.token(person)
    world.buy("A-1", 2_000, person)
    bring(platform, world)
    assert cashback(platform, token) == [("cashback", "pending", 200, 0)]
    swept = client("lambda", platform.emulator).invoke(FunctionName="cliffhanger-local-expiry", Payload=b"{}")
    assert "FunctionError" not in swept, swept["Payload"].read()
    assert eventually(lambda: cashback(platform, token) == [("cashback", "confirmed", 200, 0)])
    assert eventually(lambda: platform.get("/v1/wallet", token).json["coins"]["bonus"]) == 200

    brand = Brand(platform, server_of(platform, acme.token)[1], campaign)
    back = brand.takes_back(claim_token, "A-1", 501)
    assert (back.status, back.json["coins"], back.json["remainingCoins"]) == (201, 50, 150), back
    assert brand.takes_back(claim_token, "A-1", 501).json == back.json
    assert eventually(lambda: platform.get("/v1/wallet", token).json["coins"]["bonus"] == 150)
    told = brand.report()
    assert (told["pendingCoins"], told["spentCoins"], told["leftCoins"]) == (0, 150, 1_850)
    [got] = eventually(lambda: receiver.received(inbox))
    event = json.loads(got["body"])
    assert (got["verified"], event["type"]) == (True, "CashbackConfirmed")
    assert (event["data"]["personId"], event["data"]["coins"]) == (person, 200)


def test_a_farm_a_crowd_and_haste_wait_for_a_reviewer_who_lets_them_be_or_gives_the_budget_its_coins_back(
    platform: Platform, home: Platform, harbour: Brand
) -> None:
    elsewhere = platform.at_a_home_of_its_own()
    code, shared = harbour.ask("GET", "/code").json["code"], secrets.token_urlsafe(9)
    *farm, last_of_farm = (platform.new_person()[1] for _ in range(4))
    *crowd, tenth, hasty = (platform.new_person()[1] for _ in range(7))
    for token in (*farm, last_of_farm):
        scan(home, token, code, shared)
    for token in crowd:
        scan(home, token, code)
    order, by_tenth = f"A-{secrets.token_hex(6)}", claim_token_at(home, tenth)
    assert harbour.sells(by_tenth, order, 1_000).json["coins"] == 100
    checked = elsewhere.post("/v1/rewards/checkin", hasty, {"device": secrets.token_urlsafe(9)})
    assert checked.status == 200, checked
    by_hasty = claim_token_at(elsewhere, hasty)
    for _ in range(HASTY_CLAIMS - 1):
        assert harbour.sells(by_hasty, f"A-{secrets.token_hex(6)}", 10).status == 201
    scan(elsewhere, hasty, code)

    reviewer = new_reviewer(platform)
    waiting = reviewer.finds((*farm, last_of_farm, *crowd, tenth, hasty))
    farmed, crowded = (person_of(last_of_farm), "scan"), (person_of(tenth), "cashback")
    assert {key: one["reasons"] for key, one in waiting.items()} == {
        farmed: ["account_new", "device_shared", "evidence_weak"],
        crowded: ["account_new", "block_new_viewers"],
        (person_of(hasty), "scan"): ["account_new", "viewer_velocity", "evidence_weak"],
    }
    assert (dates(platform, last_of_farm), len(dates(platform, farm[0]))) == ([], 1)
    assert reviewer.decides(waiting[farmed], "release") == "waiting"
    assert len(dates(platform, last_of_farm)) == 1
    assert reviewer.decides(waiting[crowded], "refusal") == "refused"
    assert cashback(platform, tenth) == []
    again = harbour.sells(by_tenth, order, 1_000).json
    assert (again["status"], again["coins"], again["clawedBackCoins"]) == ("returned", 100, 100)
    told = harbour.report()
    assert (told["leftCoins"], told["pendingCoins"]) == stands(platform, f"budget:{CAMPAIGN}:1:0")


def scan(place: Platform, token: str, code: str, device: str = "") -> None:
    """Scans a brand's code somewhere, on a device of one's own unless told otherwise."""
    scanned = place.post("/v1/campaigns/scans", token, {"code": code, "device": device or secrets.token_urlsafe(9)})
    assert (scanned.status, scanned.json["cashback"]["status"]) == (200, "pending"), scanned


def claim_token_at(place: Platform, token: str) -> str:
    """The claim token that somebody asks for somewhere, on a device of their own."""
    given = place.post(f"/v1/campaigns/{CAMPAIGN}/token", token, {"device": secrets.token_urlsafe(9)})
    assert given.status == 200, given
    return str(given.json["claimToken"])


def dates(platform: Platform, token: str) -> list[str]:
    """When a viewer's pending cashback is theirs; what waits for a reviewer has no date."""
    told = platform.get("/v1/cashback", token).json["cashback"]
    return [one["confirmsAt"] for one in told if one["confirmsAt"] is not None]


def past(partner: str, campaign: str) -> CampaignWorld:
    """A campaign of which the first purchases can be returned no more: it began a return window and a day ago."""
    now = system_clock() - (TERMS.return_days + 1) * DAY_MS
    terms = TERMS._replace(partner=partner, slices=1, starts_at=now - DAY_MS, ends_at=now + 60 * DAY_MS)
    return CampaignWorld(terms, now=now, name=campaign)


def bring(platform: Platform, world: CampaignWorld) -> None:
    """Writes what became of a campaign elsewhere into the platform's tables: its stream then tells of it."""
    database = client("dynamodb", platform.emulator)
    for table in (LEDGER, CLAIMS, CAMPAIGNS):
        name = str(table["TableName"])
        for item in world.model.items(name):
            database.put_item(TableName=name.replace("test-", "cliffhanger-local-"), Item=item)
