"""Payouts by the product's own adapter and workflow before the local Stripe, with what it can be asked to do wrong."""

from __future__ import annotations

import pytest

from cliffhanger.clock import system_clock
from cliffhanger.errors import BalanceShort, DestinationRefused
from cliffhanger.payments.breaker import Breaker
from cliffhanger.payments.connect import Sending
from cliffhanger.payments.notices import notice_in
from cliffhanger.payments.routing import ROUTED
from cliffhanger.payments.stripe_calls import StripeCalls
from cliffhanger.payments.stripe_connect import StripeConnect
from cliffhanger.payments.working import about_object
from cliffhanger.payouts.hearing import hear
from tests.local.arrangements import eventually, post_form
from tests.local.stripe.conftest import KEY
from tests.support.payouts import CLEO, House


@pytest.fixture
def local(fresh):
    fresh.paid(amount=500_000)
    return fresh


@pytest.fixture
def provider(local):
    return StripeConnect(StripeCalls(lambda: KEY, Breaker(system_clock), local.url), "local")


@pytest.fixture
def account(local, provider):
    made = provider.open_account(CLEO, "US")
    local.ask(f"/_local/accounts/{made}", {"to": "active"})
    return made


@pytest.fixture
def house(provider, account):
    made = House()
    made.desk = made.desk._replace(provider=provider)
    made.earn(50_000)
    known = made.store.destination(CLEO)
    assert known is not None
    assert made.store.put_destination(known._replace(account=account, revision=2))
    return made


def heard(local, house, count=1):
    """What came of the notices that the webhooks have brought, of kinds that we listen to; once so many have come."""
    seen = house.__dict__.setdefault("seen", 0)

    def told():
        notices = [notice_in(event) for event in local.receiver.events()]
        return [one for one in notices if one.kind in ROUTED and one.kind.startswith("payout.")][seen:]

    eventually(lambda: len(told()) >= count)
    found = told()
    house.__dict__["seen"] = seen + len(found)
    return [hear(house.desk, about_object(one.kind, one.event)) for one in found]


def test_an_account_is_opened_once_and_takes_money_after_its_holder_has_been_on_the_page(local, provider):
    account = provider.open_account("dora", "DE")
    assert provider.open_account("dora", "DE") == account
    shown = provider.recipient(account)
    assert (shown.person, shown.ready) == ("dora", False)
    sending = Sending("p1", "dora", account, 700, "USD")
    with pytest.raises(DestinationRefused) as refused:
        provider.transfer(sending)
    assert refused.value.members == {"providerCode": "insufficient_capabilities_for_transfer"}
    link = provider.link(account, "onboarding", f"{local.url}/back")
    form = {"key": link.partition("key=")[2], "to": "active"}
    assert post_form(link.partition("?")[0], form)[::2] == (303, f"{local.url}/back")
    assert provider.recipient(account).ready
    assert provider.transfer(sending._replace(attempt=1)).startswith("tr_")


def test_a_transfer_is_made_found_and_taken_back_once(local, provider, account):
    sending = Sending("p1", CLEO, account, 700, "USD")
    before = provider.balance()["USD"]
    made = provider.transfer(sending)
    assert provider.transfer(sending) == made == provider.find_transfer("p1")
    assert provider.find_transfer("p2") == ""
    assert provider.balance()["USD"] == before - 700
    for _ in range(2):
        provider.reverse(made, sending)
    assert provider.balance()["USD"] == before
    with pytest.raises(BalanceShort):
        provider.transfer(Sending("p2", CLEO, account, 10**9, "USD"))


def test_an_account_pays_itself_out_until_its_payouts_are_made_manual(local, provider, account):
    sending = Sending("p1", CLEO, account, 700, "USD")
    provider.transfer(sending)
    [strayed] = local.ask("/_local/payouts", {"account": account})["payouts"]
    assert (strayed["amount"], strayed["automatic"], strayed["metadata"]) == (700, True, {})
    assert provider.told_of(account, strayed["id"]).payout == "", "none of ours"
    for _ in range(2):
        provider.stop_automatic_payouts(account)
    asked = [
        one for one in local.ask("/_local/requests", method="GET")["requests"] if "balance_settings" in one["path"]
    ]
    assert [one["method"] for one in asked] == ["GET", "POST", "GET"], "what is so already is left alone"
    provider.transfer(Sending("p2", CLEO, account, 800, "USD"))
    assert local.ask("/_local/payouts", {"account": account})["payouts"] == []
    assert provider.pay_out(Sending("p2", CLEO, account, 800, "USD"), instant=False).status == "pending"


def test_a_payout_makes_payouts_of_its_account_manual_before_money_is_there(local, house):
    local.ask("/_local/faults", {"kind": "500", "method": "POST", "path": "/v1/payouts", "times": 4})
    days = []
    house.at_wait = lambda: days.append(local.ask("/_local/payouts", {"account": house.payout().account})["payouts"])
    house.ask(20_000, speed="instant")
    assert heard(local, house)[-1] in ("answered", "late", "done_before")
    assert days
    assert not any(days)
    house.go_on()
    if house.payout().status != "paid":
        house.machine.time_out("one")
    assert house.payout().status == "paid"


def test_a_payout_is_made_found_and_shown_with_whose_it_is(local, provider, account):
    sending = Sending("p1", CLEO, account, 700, "USD")
    provider.transfer(sending)
    made = provider.pay_out(sending, instant=False)
    assert provider.pay_out(sending, instant=False) == made == provider.find_payout(account, "p1")
    assert provider.find_payout(account, "p2") is None
    told = provider.told_of(account, made.sent)
    assert (told.payout, told.person, told.sent.status) == ("p1", CLEO, "pending")
    local.ask(f"/_local/payouts/{made.sent}", {"to": "failed", "code": "account_closed"})
    shown = provider.told_of(account, made.sent).sent
    assert (shown.status, shown.code) == ("failed", "account_closed")
    assert provider.told_of(account, "po_none") is None


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/payouts"])
@pytest.mark.parametrize("kind", ["500", "timeout_before", "timeout_after"])
def test_a_stripe_that_fails_or_hangs_up_pays_once_all_the_same(local, house, path, kind):
    local.ask("/_local/faults", {"kind": kind, "method": "POST", "path": path, "times": 4})
    house.ask(20_000, speed="instant")
    assert heard(local, house)[-1] in ("answered", "late", "done_before")
    house.go_on()
    if house.payout().status != "paid":
        house.machine.time_out("one")
    assert house.payout().status == "paid"
    assert house.bank.calls == []
    paid = local.client.v1.payouts.list({}, {"stripe_account": house.payout().account}).data
    assert [(one.amount, one.status) for one in paid] == [(19_800, "paid")]
    assert [one.amount for one in local.client.v1.transfers.list({}).data] == [19_800]


def test_an_instant_payout_goes_from_the_request_to_the_bank(local, house):
    waiting = house.ask(20_000, speed="instant")
    assert (waiting.status, waiting.net) == ("inTransit", 19_800)
    assert heard(local, house) == ["answered"]
    assert house.go_on().status == "paid"
    assert house.told() == ["PayoutRequested", "PayoutPaid"]


def test_a_payout_that_is_returned_after_it_was_paid_is_taken_back_and_booked(local, house, provider):
    before = provider.balance()["USD"]
    house.ask(20_000, speed="instant")
    heard(local, house)
    paid = house.go_on()
    local.ask(f"/_local/payouts/{paid.sent}", {"to": "failed", "code": "no_account"})
    assert heard(local, house) == ["returned"]
    returned = house.payout()
    assert (returned.status, returned.bank_code, house.balance) == ("returned", "no_account", 50_000)
    assert provider.balance()["USD"] == before


def test_doubled_and_late_webhooks_pay_once(local, house):
    for kind in ("doubled", "late"):
        local.ask("/_local/faults", {"kind": kind, "type": "payout.paid", "seconds": 1})
    house.ask(20_000, speed="instant")
    words = heard(local, house, 2)
    assert words[0] == "answered"
    assert set(words[1:]) <= {"late"}
    assert house.go_on().status == "paid"
