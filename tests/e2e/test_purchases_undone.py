"""What undoes a purchase or what its coins bought: the payer's bank, support with four eyes, a series' own rule."""

from __future__ import annotations

import json
import re
import secrets
import urllib.parse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from cliffhanger.payments.facts import derived_id
from tests.e2e.client import Platform, Reply, eventually, refused, send
from tests.e2e.series import list_price, make_series

VISA = "4242424242424242"
DISPUTED = "4000000000000259"
COINS, CENTS = 100, 99
MANY_COINS, BONUS, MANY_CENTS = 550, 25, 499
"""So many that one operator alone does not give the money back."""
PRICE = 12
SEE_OTHER = 303


class Told(NamedTuple):
    """What a line of the statement tells: what for, and what became of the coins and of what is owed, per unit."""

    kind: str
    coins: dict[str, int]
    debt: Mapping[str, int] = MappingProxyType({})


class Shopper(NamedTuple):
    """Someone new, who buys."""

    platform: Platform
    token: str

    def ask(self, path: str) -> Any:
        reply = self.platform.get(path, self.token)
        assert reply.status == 200, reply
        return reply.json

    def buy(self, card: str, pack: str = "taste", amount: int = CENTS) -> str:
        """Pays a pack on the provider's page; the order."""
        body = {"currency": "EUR", "amountShown": amount, "packId": pack}
        made = self.platform.post("/v1/orders", self.token, body, headers={"Idempotency-Key": secrets.token_hex(8)})
        assert made.status == 201, made
        (key,) = re.findall(r'name="key" value="([^"]+)"', send("GET", made.json["url"]).body.decode())
        typed = urllib.parse.urlencode({"key": key, "number": card, "expiry": "12/40", "cvc": "123"}).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert send("POST", made.json["url"], raw=typed, headers=form).status == SEE_OTHER
        return str(made.json["orderId"])

    def waits_for(self, order: str, status: str) -> dict[str, Any]:
        """The order, when it stands so: the provider's webhooks are worked off a queue."""

        def found() -> dict[str, Any]:
            answer: dict[str, Any] = self.ask(f"/v1/orders/{order}")
            return answer if answer["status"] == status else {}

        return eventually(found)

    def wallet(self) -> tuple[int, int]:
        """Coins of all kinds, and those that are owed."""
        told = self.ask("/v1/wallet")
        return told["coins"]["total"], sum(told["debt"].values())

    def statement(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.ask("/v1/wallet/statement")["lines"]
        return lines

    def story(self) -> list[Told]:
        """The statement's lines, oldest first."""
        return [Told(line["kind"], line["coins"], line["debt"]) for line in reversed(self.statement())]

    def payment_of(self, order: dict[str, Any]) -> str:
        """The provider's name of what paid an order: the entry that brought the coins tells it."""
        receipt = self.ask(f"/v1/wallet/receipts/{order['entrySeq']}")
        return str(json.loads(receipt["entry"])["terms"]["payment"])


@pytest.fixture
def shopper(platform: Platform) -> Shopper:
    return Shopper(platform, platform.new_person()[1])


def move(platform: Platform, path: str, to: str) -> None:
    """What a bank does, done at once."""
    reply = send("POST", f"{platform.outputs['stripeUrl']}/_local/{path}", body={"to": to})
    assert reply.status == 200, reply


def win(shopper: Shopper) -> None:
    """The bank finds for us in the dispute that the statement's newest line tells of."""
    name = shopper.statement()[0]["reference"].rpartition(":rev:dispute-")[2]
    page = send("GET", shopper.platform.outputs["stripeUrl"]).body.decode()
    (dispute,) = [one for one in re.findall(r'action="/move/disputes/(\w+)"', page) if derived_id(one) == name]
    move(shopper.platform, f"disputes/{dispute}", "won")


def test_a_disputed_purchase_takes_its_coins_back_and_a_won_dispute_returns_them(shopper: Shopper):
    order = shopper.buy(DISPUTED)
    shopper.waits_for(order, "disputed")
    assert shopper.wallet() == (0, 0)
    bought, taken = Told("purchase", {"coin": COINS}), Told("dispute", {"coin": -COINS})
    assert shopper.story() == [bought, taken]
    win(shopper)
    shopper.waits_for(order, "paid")
    assert shopper.wallet() == (COINS, 0)
    assert shopper.story() == [bought, taken, Told("disputeWon", {"coin": COINS})]


def test_a_dispute_after_the_coins_are_spent_leaves_a_debt_until_it_is_won(shopper: Shopper):
    order = shopper.buy(VISA)
    paid = shopper.waits_for(order, "paid")
    assert shopper.platform.unlock(shopper.token).status == 201
    move(shopper.platform, f"charges/{shopper.payment_of(paid)}", "disputed")
    shopper.waits_for(order, "disputed")
    assert shopper.wallet() == (0, PRICE)
    assert shopper.story()[-1] == Told("dispute", {"coin": PRICE - COINS}, {"coin": PRICE})
    win(shopper)
    shopper.waits_for(order, "paid")
    assert shopper.wallet() == (COINS - PRICE, 0)
    assert shopper.story()[-1] == Told("disputeWon", {"coin": COINS - PRICE}, {"coin": -PRICE})


def test_support_gives_the_money_of_many_coins_back_when_a_second_operator_agrees(
    shopper: Shopper, operator: str, second_operator: str
):
    platform, order = shopper.platform, shopper.buy(VISA, "weekend", MANY_CENTS)
    shopper.waits_for(order, "paid")
    path = f"/v1/support/accounts/{platform.account_of(shopper.token)}/refunds"
    asked = {"orderId": order, "amount": None, "reason": "service_failure"}
    opened = platform.post(path, operator, asked, headers={"Idempotency-Key": secrets.token_hex(8)})
    assert (opened.status, opened.json["status"]) == (202, "awaiting")
    approval = f"/v1/support/cases/{opened.json['caseId']}/approval"
    refused(platform.post(approval, operator, {}), 403, "four_eyes_required")
    assert shopper.wallet() == (MANY_COINS + BONUS, 0)
    approved = platform.post(approval, second_operator, {})
    assert (approved.status, approved.json["status"]) == (200, "done")
    told = shopper.waits_for(order, "refunded")
    assert told["refundedAmount"] == MANY_CENTS
    assert shopper.wallet() == (0, 0)
    assert shopper.story() == [
        Told("purchase", {"bonus": BONUS, "coin": MANY_COINS}),
        Told("refund", {"bonus": -BONUS, "coin": -MANY_COINS}),
    ]


def refund_series(platform: Platform, token: str, series: str) -> Reply:
    return platform.post(f"/v1/series/{series}/refund", token, {})


def test_a_series_gives_its_coins_back_once_by_the_rule_that_its_creator_set(platform: Platform, viewer: str):
    series, price = make_series(platform, 4, refundableEpisodes=1), list_price(3)
    assert platform.get(f"/v1/series/{series}").json["refundableEpisodes"] == 1
    shown = {"priceShownCoins": price}
    assert platform.unlock(viewer, shown, series=series, episode=3).status == 201
    given = refund_series(platform, viewer, series)
    assert given.status == 200
    assert given.json["wallet"]["coins"]["total"] == 130
    assert [one["reference"] for one in given.json["receipts"]] == [f"unlock:{series}:3-3.0:rev:own-rule"]
    assert refund_series(platform, viewer, series).json == given.json
    newest = platform.get("/v1/wallet/statement", viewer).json["lines"][0]
    assert (newest["kind"], sum(newest["coins"].values()), newest["seriesId"]) == ("reversal", price, series)
    assert platform.unlock(viewer, {**shown, "generation": 1}, series=series, episode=3).status == 201
    assert refused(refund_series(platform, viewer, series), 409, "not_refundable")["rule"] == "refunded_before"
    assert platform.get("/v1/wallet", viewer).json["coins"]["total"] == 130 - price


def test_a_series_of_which_more_is_unlocked_than_its_rule_allows_gives_nothing_back(platform: Platform, viewer: str):
    series, price = make_series(platform, 4, refundableEpisodes=1), list_price(3)
    for episode in (3, 4):
        assert platform.unlock(viewer, {"priceShownCoins": price}, series=series, episode=episode).status == 201
    problem = refused(refund_series(platform, viewer, series), 409, "not_refundable")
    assert (problem["rule"], problem["mostEpisodes"]) == ("too_many_episodes", 1)
    assert platform.get("/v1/wallet", viewer).json["coins"]["total"] == 130 - 2 * price
