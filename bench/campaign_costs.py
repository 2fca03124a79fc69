"""What a million scans, purchases with cashback and referrals cost, as :mod:`bench.earning_costs` counts other rewards.

They are counted apart, each from what a viewer or a brand's server asks to the coins that are the viewer's: the sweep
that confirms or pays them and their settlement are in it, and so is the friend's redemption of an invitation. What the
friend's purchase costs is not.
"""

from __future__ import annotations

import contextlib
import functools
import json
import zlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from bench.costs import read_prices, settling
from bench.earning_costs import SETTLED_AT_ONCE, TABLES, Day, Minutes, init_s, lines_of, written
from bench.figures import Figure
from bench.fixtures import served
from cliffhanger import bootstrap
from cliffhanger.campaigns.codes import code_of
from cliffhanger.campaigns.domain import DAY_MS, Campaign, Terms, Worth
from cliffhanger.campaigns.running import Office, Wanted, find, fund, put
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import OrderChain, record_grant
from cliffhanger.rewards.rules import rule_set_of
from cliffhanger.rewards.vesting import confirm, vest
from functions.campaigns.handler import handler as campaigns
from functions.referrals.handler import handler as referrals
from functions.rewards.handler import handler as rewards
from local.campaign import CAMPAIGN, rules
from tests.support.adapters import replace_in_bootstrap
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.http import access_token, event
from tests.support.partners import KEY, PARTNER, client, partner, partner_token
from tests.support.tables import PARTNERS, REFERRALS, REQUESTS

VIEWERS = 16
RETURN_DAYS, VESTING_DAYS = 14, 4
SECRET = b"the-key-of-rewards-in-the-bench!"
BUDGET = 5_000


class Stage(NamedTuple):
    """The shipped handlers with a campaign that is funded; ``minutes`` are what is asked of them and takes."""

    minutes: Minutes
    model: MemoryDynamoDB
    campaign: Campaign

    def ask(self, route: str, person: str, body: Any, *, token: str = "", **path: str) -> Any:
        """What a viewer from Germany who has joined two days ago is answered at home, or a server with a token."""
        handler = rewards if route.startswith("POST /v1/rewards") else campaigns
        joined_at = self.minutes.clock.now // 1_000 - 2 * DAY_MS // 1_000
        token = token or access_token(person, country="DE", age=30, joined_at=joined_at)
        home = zlib.crc32(person.encode())
        headers = {"x-forwarded-for": f"10.{home >> 8 & 255}.{home & 255}.7"}
        made = event("POST", "/", route=route, path_parameters=path, body=body, token=token, headers=headers)
        return self.minutes.ask(handler, made)

    def scan(self, person: str) -> None:
        """A viewer scans the code that the brand has printed."""
        code, _ = code_of(self.campaign, self.minutes.clock.now, SECRET)
        self.ask("POST /v1/campaigns/scans", person, {"code": code, "device": f"phone-of-{person}"})

    def buy(self, person: str) -> None:
        """A viewer gets a claim token, and the brand's server tells of their purchase."""
        place = {"campaignId": self.campaign.campaign}
        device = {"device": f"phone-of-{person}"}
        claim = self.ask("POST /v1/campaigns/{campaignId}/token", person, device, **place)["claimToken"]
        bought = {"claimToken": claim, "orderId": f"order-{person}", "currency": "EUR", "amountPaid": 2_000}
        route = "POST /v1/partner/{mode}/campaigns/{campaignId}/purchases"
        now_s = self.minutes.clock.now // 1_000
        server = partner_token(issued_at=now_s, expires_at=now_s + 900)
        self.ask(route, "brand", bought, token=server, mode="live", **place)

    def refer(self, person: str) -> None:
        """A viewer invites a friend, who redeems that and buys coins, of which the bus tells."""
        friend = f"friend-of-{person}"
        opened = self.ask("POST /v1/rewards/invitation", person, {"device": f"phone-of-{person}"})
        redeemed = {"code": opened["code"], "device": f"phone-of-{friend}"}
        self.ask("POST /v1/rewards/invitation/redemption", friend, redeemed)
        with self.minutes.aside():
            record_grant(bootstrap.ledger_store(), OrderChain(viewer(friend), "o1"), Deal(100, 99, "USD"))
        self.minutes.hear(lambda: referrals({"detail": {"id": "e1", "data": {"personId": friend}}}, None))

    def pay(self, days: int) -> None:
        """So many days later, the sweep."""
        self.minutes.clock.now += days * DAY_MS
        till = bootstrap.till()
        till = till._replace(clock=self.minutes.clock, cashbacks=bootstrap.cashier()._replace(clock=self.minutes.clock))
        due = functools.partial(vest, till), functools.partial(confirm, till)
        done = self.minutes.spend(lambda: [one for pay in due for one in pay(self.minutes.clock.now + DAY_MS)])
        if any(one.error is not None for one in done):
            raise RuntimeError(str(done))


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """A campaign under the demo's rules: those that ship, and its own."""
    model = MemoryDynamoDB()
    for table in (*TABLES, REFERRALS, PARTNERS, REQUESTS):
        model.call("CreateTable", table)
    connection = connect(model)
    with served(connection) as service, pytest.MonkeyPatch.context() as monkeypatch:
        replace_in_bootstrap(monkeypatch, "request_secret", lambda _purpose: SECRET)
        replace_in_bootstrap(monkeypatch, "partner_keys", lambda: SimpleNamespace(accepted=lambda: (KEY,)))
        ruling = SimpleNamespace(active=functools.cache(lambda: rule_set_of(json.dumps(rules()))))
        replace_in_bootstrap(monkeypatch, "rulebook", lambda: ruling)
        for name in ("rewards_desk", "cashback_desk"):
            made = getattr(bootstrap, name)()._replace(clock=service.clock)
            replace_in_bootstrap(monkeypatch, name, lambda made=made: made)
        bootstrap.partners_store().put(partner(), None)
        bootstrap.partners_store().add_client(PARTNER, client("live"))
        office = Office(bootstrap.campaigns_store(), bootstrap.ledger_store(), service.clock)
        now = service.clock.now
        terms = Terms(
            PARTNER, "Night reading", ("cashback", "scan"), now - DAY_MS, now + 90 * DAY_MS, RETURN_DAYS, 1, 20, 2_000,
            (), (Worth("EUR", 100, 100),),
        )  # fmt: skip
        put(office, CAMPAIGN, Wanted(terms, "live", 0), "olga")
        fund(office, CAMPAIGN, "f1", BUDGET, "olga")
        yield Stage(Minutes(connection, service), model, find(office, CAMPAIGN))


class Kind(NamedTuple):
    """What a viewer does, after how many days the sweep has paid it, how many entries it leaves, and whom it asks."""

    act: Callable[[Stage, str], None]
    days: int
    entries: int
    function: str = "campaigns"


KINDS = {
    "scans": Kind(Stage.scan, RETURN_DAYS, 2),
    "cashback": Kind(Stage.buy, RETURN_DAYS, 2),
    "referrals": Kind(Stage.refer, VESTING_DAYS, 2, "rewards"),
}


@functools.cache
def day(name: str) -> Day:
    """What one of a kind takes, lived through once a run.

    Raises:
        RuntimeError: somebody has not got their coins.
    """
    kind = KINDS[name]
    with stage() as lived:
        kind.act(lived, "warm")
        lived.pay(kind.days)
        lived.minutes.reset()
        earlier = len(_given(lived))
        for number in range(VIEWERS):
            kind.act(lived, f"viewer-{number}")
        lived.pay(kind.days)
        entries = _given(lived)[earlier:]
        if len(entries) != VIEWERS * kind.entries:
            raise RuntimeError(f"{len(entries)} entries of {VIEWERS} viewers")
        return lived.minutes.each(entries, VIEWERS, kind.function)


def _given(lived: Stage) -> list[dict[str, Any]]:
    """The entries of rewards and of cashback."""
    return [one for one in written(lived.model, "") if one["reference"]["S"].startswith(("cashback:", "reward:"))]


def measure() -> list[Figure]:
    """What a million of each kind cost, with the lines that they are the sum of."""
    prices, settled = read_prices(), settling(SETTLED_AT_ONCE)
    figures = []
    for name in KINDS:
        each = day(name)
        usd = lines_of(each, prices, settled, init_s())
        told = (
            f"beside the sum, a million of them: {', '.join(f'{line} {value:.2f}' for line, value in usd.items())}; "
            f"{each.write_units:.1f} write units, {each.read_units:.1f} read units, {each.requests:g} requests"
        )
        figures.append(Figure(f"rewards.usd_per_million_{name}", sum(usd.values()), None, told))
    return figures
