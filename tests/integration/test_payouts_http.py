"""Payouts over HTTP, as API Gateway calls it: fees before, a fresh sign-in for what leaves, one payout for one key."""

from __future__ import annotations

import json
import time
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import EventsRefused, ProviderRejected, Unavailable
from cliffhanger.payouts.desk import Verified
from cliffhanger.payouts.domain import Destination
from cliffhanger.payouts.hearing import hear
from cliffhanger.payouts.policy import COOLING_OFF_MS, DAY_MS
from cliffhanger.payouts.schedules import next_monday
from cliffhanger.payouts.steps import run
from cliffhanger.payouts.tallies import Limits
from cliffhanger.switches.store import SwitchesStore
from functions.disburse import handler as disburse
from functions.payouts.handler import handler as payouts
from functions.support.handler import handler as support
from functions.treasury import handler as treasury
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.machine import Machine
from tests.support.payouts import ACCOUNT, CLEO, Bank, earn

AMOUNT, FEE = 12_500, 125
ASKED = {"currency": "USD", "amount": AMOUNT, "speed": "instant", "feeShown": FEE}


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 240_000


class World:
    """The function's desk over moto's tables, with a bank and a workflow in this process."""

    def __init__(self) -> None:
        self.bank = Bank()
        self.events: list[str] = []
        self.rule: Any = None
        self.machine = Machine("payout", lambda task: run(self.desk, task).document(), lambda _: None)
        made = bootstrap.payout_desk()
        self.desk = made._replace(
            provider=self.bank,
            workflow=self.machine,
            verified=lambda *_: Verified(self.rule, Limits(100_000, 500_000)),
            tell=lambda events: self.events.extend(one.type for one in events),
        )


@pytest.fixture(autouse=True)
def world(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    boto3.client("secretsmanager").create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="s" * 40)
    made = World()
    replace_in_bootstrap(monkeypatch, "payout_desk", lambda: made.desk)
    earn(made.desk.ledger, 50_000, at_ms=system_clock() - 20 * DAY_MS)
    destination = Destination(CLEO, ACCOUNT, "US", ready=True, created_at=1, revision=1)
    assert made.desk.payouts.put_destination(destination)
    return made


def ask(method: str, path: str, route: str | None = None, *, age_s: int = 60, **parts: Any) -> dict[str, Any]:
    key, groups, person = parts.pop("key", None), parts.pop("groups", ("creator",)), parts.pop("person", CLEO)
    headers = {} if key is None else {"idempotency-key": key}
    token = access_token(person, groups=groups, auth_time=int(time.time()) - age_s)
    return payouts(event(method, path, route=route, token=token, headers=headers, **parts), None)


def request(body: dict[str, Any] | None = None, key: str = "k1", **parts: Any) -> dict[str, Any]:
    return ask("POST", "/v1/payouts", body=ASKED | (body or {}), key=key, **parts)


def one(payout: str, person: str = CLEO) -> dict[str, Any]:
    path = {"payoutId": payout}
    return ask("GET", f"/v1/payouts/{payout}", "GET /v1/payouts/{payoutId}", path_parameters=path, person=person)


def code(answer: dict[str, Any]) -> tuple[int, str, Any]:
    told = body_of(answer)
    return answer["statusCode"], told["code"], told.get("rule")


def counted(log: str) -> dict[str, int]:
    """The metrics in a log (CloudWatch's embedded metric format)."""
    lines = [json.loads(line) for line in log.splitlines() if "_aws" in line]
    named = [
        (each["Name"], line) for line in lines for part in line["_aws"]["CloudWatchMetrics"] for each in part["Metrics"]
    ]
    return {name: int(sum(line[name])) for name, line in named}


def test_a_quote_says_what_is_payable_each_fee_and_when_it_arrives_before_anything_is_asked(world: World) -> None:
    earn(world.desk.ledger, 10_001, at_ms=system_clock() - DAY_MS, name="late")
    shown = body_of(ask("GET", "/v1/payout-quote", query={"currency": "USD", "amount": str(AMOUNT)}))
    assert (shown["balance"], shown["reserve"], shown["payable"]) == (60_001, 1_001, 59_000)
    options = {each["speed"]: (each["fee"], each["arrives"], each["rule"]) for each in shown["options"]}
    assert options == {"standard": (0, AMOUNT, None), "instant": (FEE, AMOUNT - FEE, None)}
    assert all(each["earliestAt"] <= each["latestAt"] for each in shown["options"])
    assert world.bank.calls == []


def test_a_payout_is_asked_for_once_by_its_key_and_shown_until_it_is_paid(world: World) -> None:
    made = request()
    assert made["statusCode"] == 201
    payout = body_of(made)["payoutId"]
    again = request()
    assert (again["statusCode"], body_of(again)["payoutId"]) == (200, payout)
    assert list(world.machine.executions) == [payout]
    world.machine.run(payout)
    world.bank.end("po_1", "paid")
    [notice] = world.bank.notices
    hear(world.desk, notice)
    world.machine.run(payout)
    shown = body_of(one(payout))
    assert (shown["status"], shown["arrives"], shown["rule"]) == ("paid", AMOUNT - FEE, None)
    assert body_of(ask("GET", "/v1/payouts"))["payouts"] == [shown]
    assert code(one(payout, "dora"))[:2] == (404, "not_found")
    assert body_of(request())["status"] == "paid"


def test_money_does_not_leave_by_a_sign_in_that_is_older_than_five_minutes(world: World) -> None:
    for refused in (
        request(age_s=301),
        ask("PUT", "/v1/payout-destination", body={"country": "US"}, age_s=301),
        ask("PUT", "/v1/payout-schedule", body={"rhythm": "weekly"}, age_s=301),
    ):
        assert code(refused)[:2] == (403, "sign_in_too_old")
        assert body_of(refused)["maxAgeSeconds"] == 300
    assert ask("GET", "/v1/payouts", age_s=86_400)["statusCode"] == 200
    assert world.bank.calls == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"amount": 999, "feeShown": 50}, (403, "payout_refused", "below_minimum")),
        ({"amount": 50_001, "feeShown": 501}, (403, "payout_refused", "over_payable")),
        ({"amount": 100_001, "feeShown": 1_001}, (403, "payout_refused", "over_payable")),
        ({"currency": "XAU"}, (403, "payout_refused", "currency")),
        ({"currency": "JPY"}, (403, "payout_refused", "currency")),
        ({"feeShown": 124}, (409, "payout_fee_changed", None)),
    ],
)
def test_what_a_rule_is_against_is_refused_by_its_name_and_leaves_no_trace(
    world: World, body: dict[str, Any], expected: tuple[int, str, Any]
) -> None:
    assert code(request(body)) == expected
    assert (world.machine.executions, world.desk.payouts.of(CLEO)) == ({}, ())


def test_another_wish_under_the_same_key_is_refused() -> None:
    request()
    assert code(request({"amount": 13_000, "feeShown": 130}))[:2] == (409, "key_reused")


def test_who_is_not_verified_has_nothing_paid_out_and_sees_why(world: World) -> None:
    world.rule = "verification_required"
    assert code(request()) == (403, "payout_refused", "verification_required")
    shown = body_of(ask("GET", "/v1/payout-quote", query={"currency": "USD"}))
    assert {each["rule"] for each in shown["options"]} == {"verification_required"}


def freeze(*, frozen: bool, key: str) -> None:
    """As an operator does who was told that somebody has taken over the creator's account."""
    account = f"creator:{CLEO}"
    asked = event(
        "POST",
        f"/v1/support/accounts/{account}/freezes",
        route="POST /v1/support/accounts/{account}/freezes",
        path_parameters={"account": account},
        token=access_token("ola", groups=("operator",)),
        headers={"idempotency-key": key},
        body={"frozen": frozen, "reason": "fraud"},
    )
    assert support(asked, None)["statusCode"] == 201


def test_from_a_frozen_account_nothing_is_paid_out_until_it_is_thawed(world: World) -> None:
    freeze(frozen=True, key="f1")
    assert code(request()) == (403, "payout_refused", "frozen")
    shown = body_of(ask("GET", "/v1/payout-quote", query={"currency": "USD"}))
    assert {each["rule"] for each in shown["options"]} == {"frozen"}
    assert (world.machine.executions, world.bank.calls) == ({}, [])
    freeze(frozen=False, key="f2")
    payout = body_of(request())["payoutId"]
    world.machine.run(payout)
    assert body_of(one(payout))["status"] == "inTransit"


def test_a_payout_that_was_asked_for_before_the_freeze_fails_and_its_money_stays(world: World) -> None:
    """Whoever has taken over the account was faster than the operator, and no faster than the bank."""
    payout = body_of(request())["payoutId"]
    freeze(frozen=True, key="f1")
    world.machine.run(payout)
    shown = body_of(one(payout))
    assert (shown["status"], shown["rule"], world.bank.calls) == ("failed", "frozen", [])
    freeze(frozen=False, key="f2")
    assert body_of(ask("GET", "/v1/payout-quote", query={"currency": "USD"}))["balance"] == 50_000


def test_a_changed_destination_cools_off_is_told_and_takes_nothing_meanwhile(world: World) -> None:
    changed = body_of(ask("PUT", "/v1/payout-destination", body={"country": "US", "returnTo": "/earnings.html"}))
    assert (changed["ready"], changed["rule"]) == (True, "cooling_off")
    assert changed["url"].startswith("https://connect.example/update/")
    assert world.events == ["PayoutDestinationChanged"]
    assert code(request()) == (403, "payout_refused", "cooling_off")
    cooled = world.desk._replace(clock=lambda: system_clock() + COOLING_OFF_MS)
    world.desk = cooled
    assert request()["statusCode"] == 201


def test_a_first_destination_is_opened_once_and_ready_when_the_provider_says_so(world: World) -> None:
    world.bank.ready = False
    for _ in range(2):
        named = body_of(ask("PUT", "/v1/payout-destination", body={"country": "DE"}, person="dora"))
        assert (named["set"], named["ready"], named["rule"]) == (True, False, "destination_restricted")
        assert named["url"].startswith("https://connect.example/onboarding/")
    assert world.bank.calls.count("open_account") == 1
    world.bank.ready = True
    shown = body_of(ask("GET", "/v1/payout-destination", person="dora"))
    assert (shown["ready"], shown["rule"]) == (True, None)
    assert world.bank.manual == {"acct_dora"}, "before money may go there"
    assert world.events == []


def test_a_weekly_payout_is_made_once_in_a_week_whoever_calls_and_how_often(world: World) -> None:
    now = system_clock()
    shown = body_of(ask("PUT", "/v1/payout-schedule", body={"rhythm": "weekly"}))
    assert shown["rhythm"] == "weekly"
    assert treasury.handler({}, Context())["weekly"] == 0, "it is not due yet"
    monday = next_monday(now) + 1_000
    world.desk = world.desk._replace(clock=lambda: monday)
    assert [treasury.handler({}, Context())["weekly"] for _ in range(3)] == [1, 0, 0]
    [payout] = world.desk.payouts.of(CLEO)
    assert (payout.amount, payout.speed, payout.fee) == (50_000, "standard", 0)
    world.machine.run(payout.payout)
    schedule = world.desk.payouts.schedule(CLEO)
    assert schedule.due_at == next_monday(monday)
    assert world.desk.payouts.put_schedule(schedule._replace(due_at=monday - 1_000, revision=schedule.revision + 1))
    assert treasury.handler({}, Context())["weekly"] == 1, "the schedule's own write was lost"
    assert len(world.desk.payouts.of(CLEO)) == 1


def test_an_execution_that_has_failed_is_found_named_and_gone_on_with(world: World) -> None:
    """The runbook, step by step: the alarm, the list, the resumption."""
    payout = body_of(request())["payoutId"]
    world.machine.executions[payout].outcome = "FAILED"
    later = system_clock() + 2 * 3_600_000
    world.desk = world.desk._replace(clock=lambda: later)
    assert treasury.handler({}, Context())["stuck"] == 1
    operator: dict[str, Any] = {"groups": ("operator",), "person": "olga"}
    [stuck] = body_of(ask("GET", "/v1/support/payouts", **operator))["payouts"]
    assert (stuck["personId"], stuck["running"], stuck["advice"]) == (CLEO, False, "resume")
    path = {"personId": CLEO, "payoutId": payout}
    route = "POST /v1/support/payouts/{personId}/{payoutId}/resumption"
    for _ in range(2):
        ask("POST", f"/v1/support/payouts/{CLEO}/{payout}/resumption", route, path_parameters=path, **operator)
    assert sorted(world.machine.executions) == sorted([payout, f"{payout}-2"])
    world.machine.run(f"{payout}-2")
    assert body_of(one(payout))["status"] == "inTransit"
    assert len(world.bank.payouts) == 1


def test_a_request_whose_workflow_never_heard_of_it_is_begun_by_the_clock(world: World) -> None:
    payout = body_of(request())["payoutId"]
    world.machine.executions.clear()
    later = system_clock() + 120_000
    world.desk = world.desk._replace(clock=lambda: later)
    assert treasury.handler({}, Context())["goneOn"] == 1
    assert list(world.machine.executions) == [payout]


def test_a_balance_that_will_not_do_is_foreseen(world: World) -> None:
    request()
    world.bank.ours = {"USD": AMOUNT - FEE - 1}
    assert treasury.handler({}, Context())["short"] == 1
    world.bank.ours = {"USD": AMOUNT - FEE}
    assert treasury.handler({}, Context())["short"] == 0


def test_what_the_treasury_could_not_see_to_is_counted_and_keeps_it_from_nothing_else(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that may not read the balance; a workflow that does not answer."""

    def down(*_: object) -> None:
        raise Unavailable("It does not answer.")

    request()
    ask("PUT", "/v1/payout-schedule", body={"rhythm": "weekly"})
    monday = next_monday(system_clock()) + 1_000
    world.desk = world.desk._replace(clock=lambda: monday)
    world.bank.refuses["balance"] = ProviderRejected("It may not read that.")
    monkeypatch.setattr(world.machine, "start", down)
    monkeypatch.setattr(world.machine, "running", down)
    assert treasury.handler({}, Context()) == {"goneOn": 1, "weekly": 1, "stuck": 0, "short": 0}
    told = counted(capsys.readouterr().out)
    failed = ("PayoutsLeft", "WeeklyPayoutsLeft", "StuckSearchesFailed", "ForecastsFailed")
    assert {name: told[name] for name in failed} == dict.fromkeys(failed, 1)
    assert (told.get("TreasuryCutShort"), told["TreasuryRuns"]) == (None, 1)


def test_a_treasury_that_has_too_little_time_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    request()
    later = system_clock() + 2 * 3_600_000
    world.desk = world.desk._replace(clock=lambda: later)
    context = Context()
    context.get_remaining_time_in_millis = lambda: treasury.MARGIN_MS  # type: ignore[method-assign]
    assert treasury.handler({}, context)["stuck"] == 0
    assert counted(capsys.readouterr().out)["TreasuryCutShort"] == 3, "there is no schedule"


def test_a_step_that_waits_for_us_says_in_its_log_what_does_not_answer(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def down(_events: object) -> None:
        raise EventsRefused("It takes nothing.")

    payout = body_of(request())["payoutId"]
    world.desk = world.desk._replace(tell=down)
    task = {"step": "admit", "person": CLEO, "payout": payout}
    assert disburse.handler(task, None) == {"outcome": "wait", "seconds": 60}
    assert "EventsRefused('It takes nothing.')" in capsys.readouterr().out
    assert body_of(one(payout))["waitsFor"] == "us"


def test_a_payout_that_is_called_off_before_it_leaves_leaves_nothing(world: World) -> None:
    payout = body_of(request())["payoutId"]
    route, path = "POST /v1/payouts/{payoutId}/cancellation", {"payoutId": payout}
    assert ask("POST", f"/v1/payouts/{payout}/cancellation", route, path_parameters=path)["statusCode"] == 200
    world.machine.run(payout)
    shown = body_of(one(payout))
    assert (shown["status"], shown["rule"]) == ("failed", "canceled")
    assert body_of(ask("GET", "/v1/payout-quote", query={"currency": "USD"}))["payable"] == 50_000


def test_a_quote_tells_what_is_held_because_it_has_just_come_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "payout_desk", lambda: world.desk._replace(hold_ms=7 * DAY_MS))
    earn(world.desk.ledger, 10_001, at_ms=system_clock() - DAY_MS, name="late")
    shown = body_of(ask("GET", "/v1/payout-quote", query={"currency": "USD"}))
    assert (shown["balance"], shown["recent"], shown["recentDays"]) == (60_001, 10_001, 7)
    assert (shown["reserve"], shown["payable"], shown["amount"]) == (0, 50_000, 50_000)


def test_nothing_is_asked_for_while_nobody_can_tell_whether_payouts_are_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new instance, whose table of switches does not answer."""

    def down(*_: object, **__: object) -> None:
        raise Unavailable("It does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(SwitchesStore, "find", down)
        assert code(request())[:2] == (503, "unavailable")
    assert world.desk.payouts.of(CLEO) == ()
