"""Creators of a test's own with money: a fan pays for coins and gives them, and the waterfall divides the income."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any, NamedTuple

from cliffhanger.clock import system_clock
from cliffhanger.revenue.waterfall import day_due
from local.aws import client
from local.cast import User, person_of
from tests.e2e.client import Platform, Reply, eventually, send
from tests.e2e.series import make_series
from tests.e2e.test_purchases_undone import SEE_OTHER, VISA, Shopper
from tests.e2e.test_verification import begun, show_document, shows

GIFT, COINS, TIMES = "night-train", 1_000, 2
CURRENCY, PACK, CENTS = "EUR", "library", 4_999
"""What the fan buys, and with: the gifts of two creators fit into a day's limit, and into the pack."""


class Earner(NamedTuple):
    """A creator and their series."""

    platform: Platform
    user: User
    token: str
    series: str

    @property
    def person(self) -> str:
        return person_of(self.token)

    def get(self, path: str) -> Any:
        reply = self.platform.get(path, self.token)
        assert reply.status == 200, reply
        return reply.json

    def money(self) -> dict[str, int]:
        """What the quote says that the creator has."""
        return {
            name: self.get(f"/v1/payout-quote?currency={CURRENCY}")[name] for name in ("balance", "held", "payable")
        }

    def request(self, amount: int, key: str, *, speed: str = "instant") -> Reply:
        quote = self.get(f"/v1/payout-quote?currency={CURRENCY}&amount={amount}")
        (fee,) = [one["fee"] for one in quote["options"] if one["speed"] == speed]
        body = {"currency": CURRENCY, "amount": amount, "speed": speed, "feeShown": fee}
        return self.platform.post("/v1/payouts", self.token, body, headers={"Idempotency-Key": key})

    def waits_for(self, payout: str, status: str) -> dict[str, Any]:
        """The payout, when it stands so."""

        def found() -> dict[str, Any]:
            told: dict[str, Any] = self.get(f"/v1/payouts/{payout}")
            return told if told["status"] == status else {}

        return eventually(found)


def new_earner(platform: Platform) -> Earner:
    """A creator with a series that can be watched."""
    user, token = platform.new_person("creator")
    return Earner(platform, user, token, make_series(platform, 1, owner=token))


def new_fan(platform: Platform) -> tuple[User, str]:
    """Someone new who has paid for coins on the provider's page, and their access token."""
    user, token = platform.new_person()
    fan = Shopper(platform, token)
    fan.waits_for(fan.buy(VISA, PACK, CENTS), "paid")
    return user, token


def fill(platform: Platform, *earners: Earner) -> None:
    """Lets a fan give to each; then the waterfall divides the day."""
    _, token = new_fan(platform)
    body = {"gift": GIFT, "count": TIMES, "priceShownCoins": COINS}
    for earner in earners:
        path = f"/v1/series/{earner.series}/episodes/1/tips"
        given = platform.post(path, token, body, headers={"Idempotency-Key": secrets.token_hex(8)})
        assert given.status == 201, given
    earn(platform, *earners)


def earn(platform: Platform, *earners: Earner) -> None:
    """Waits until what was given has come to the series of each, and lets the waterfall divide it."""
    eventually(lambda: all(settled(platform, earner) for earner in earners))
    divide(platform)


def settled(platform: Platform, earner: Earner) -> bool:
    """Whether what was given stands on a lane of tips."""
    return any(name.startswith(f"series:{earner.series}:tips:") for name in platform.rows("ledger"))


def divide(platform: Platform) -> None:
    """Calls the waterfall as its replay is called: once more through the last day that is over."""
    functions, asked = client("lambda", platform.emulator), json.dumps({"day": day_due(system_clock())}).encode()
    answer = functions.invoke(FunctionName="cliffhanger-local-waterfall", Payload=asked)
    assert "FunctionError" not in answer, answer["Payload"].read()
    assert json.loads(answer["Payload"].read())["done"]


def verify(earner: Earner) -> None:
    """Shows a document on the provider's page."""
    show_document(begun(earner.platform, earner.token))
    shows(earner.platform, earner.token, state="verified")


def name_bank(earner: Earner) -> None:
    """Names a bank on the provider's page, and comes back."""
    body = {"country": "DE", "returnTo": "/earnings.html"}
    named = earner.platform.put("/v1/payout-destination", earner.token, body)
    assert named.status == 200, named
    url = str(named.json["url"])
    raw = f"key={url.rpartition('key=')[2]}&to=active".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert send("POST", url.partition("?")[0], raw=raw, headers=form).status == SEE_OTHER
    assert eventually(lambda: earner.get("/v1/payout-destination")["ready"])


def provider_name(platform: Platform, payout: str) -> str:
    """The provider's name of a payout, by the page on which it can be moved."""
    page = send("GET", platform.outputs["stripeUrl"]).body.decode()
    (name,) = re.findall(rf">(po_\w+) {payout}<", page)
    return str(name)
