"""Invitations over HTTP: a code, who redeems it, and what the bus makes of it once the friend has bought coins."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import ms_of, system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import SwitchedOff, Unavailable
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import OrderChain, record_grant, record_reversal
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.days import HOUR_MS
from cliffhanger.rewards.referrals import DAY_MS
from cliffhanger.rewards.referrals_store import ReferralsStore
from cliffhanger.rewards.vesting import vest
from functions.referrals.handler import handler as told
from functions.rewards.handler import handler
from functions.support.handler import handler as support
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import access_token, body_of, event
from tests.support.world import dump

INVITATION, REDEEM = "/v1/rewards/invitation", "/v1/rewards/invitation/redemption"
HELD = "/v1/support/rewards/held"
INVITER_COINS, FRIEND_COINS, CENTS = 40, 30, 99
TABLES = ("test-referrals", "test-claims", "test-ledger")


class Clock:
    """The service's clock, which a test sets forward or back."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return system_clock() + self.ahead_ms


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, dynamodb: Any) -> Clock:
    """The clock of all that is earned and paid."""
    made = Clock()
    replace_in_bootstrap(monkeypatch, "request_secret", lambda _purpose: b"the-secret-of-these-tests-only-32b")
    desk, till = bootstrap.rewards_desk()._replace(clock=made), bootstrap.till()._replace(clock=made)
    replace_in_bootstrap(monkeypatch, "rewards_desk", lambda: desk)
    replace_in_bootstrap(monkeypatch, "till", lambda: till)
    bootstrap.referral_hall.cache_clear()
    return made


def ask(method: str, path: str, person: str, body: Any = None, *, at: str = "", days: int = 2) -> tuple[int, Any]:
    """What somebody who joined so many days ago is answered: at their own home, or at another's."""
    token = access_token(person, country="DE", age=30, joined_at=system_clock() // 1000 - days * 86_400)
    first, second = (at or person).encode()[:2]
    headers = {"x-forwarded-for": f"10.{first}.{second}.7"}
    answer = handler(event(method, "/", route=f"{method} {path}", token=token, body=body, headers=headers), None)
    return answer["statusCode"], body_of(answer)


def code_of(person: str, **where: Any) -> str:
    """The code of an invitation that somebody opens on their phone."""
    status, answer = ask("POST", INVITATION, person, {"device": f"phone-of-{person}"}, **where)
    assert status == 200
    return str(answer["code"])


def redeem(person: str, code: str, device: str | None = None, **where: Any) -> tuple[int, Any]:
    return ask("POST", REDEEM, person, {"code": code, "device": device or f"phone-of-{person}"}, **where)


def check_in(person: str, device: str) -> None:
    assert ask("POST", "/v1/rewards/checkin", person, {"device": device})[0] == 200


def buys(person: str, order: str = "o1") -> None:
    record_grant(bootstrap.ledger_store(), OrderChain(viewer(person), order), Deal(100, CENTS, "USD"))


def gives_back(person: str, order: str = "o1") -> None:
    record_reversal(bootstrap.ledger_store(), OrderChain(viewer(person), order), "r1", CENTS, kind="refund")


def hears(person: str) -> str:
    """What comes of an event about somebody's chain."""
    return told({"detail": {"id": "e1", "data": {"personId": person}}}, None)["outcome"]


def bonus(person: str) -> int:
    head = bootstrap.ledger_store().head(viewer(person))
    return 0 if head is None else head.state.balances.get("bonus", 0) - head.state.debt.get("bonus", 0)


def friend_of(inviter: str) -> tuple[str, str, int, str | None]:
    """How an inviter's one friend stands."""
    [one] = ask("GET", INVITATION, inviter)[1]["friends"]
    return one["stage"], one["since"], one["coins"], one["status"]


def decide(claim: str, word: str) -> tuple[int, Any]:
    token, route = access_token("rita", groups=("reviewer",)), f"POST {HELD}/{{claimId}}/{word}"
    answer = support(event("POST", "/", route=route, path_parameters={"claimId": claim}, token=token), None)
    return answer["statusCode"], body_of(answer)


def queue() -> dict[str, Any]:
    """The reviewer's queue, by kind."""
    token = access_token("rita", groups=("reviewer",))
    items = body_of(support(event("GET", "/", route=f"GET {HELD}", token=token), None))["items"]
    return {one["kind"]: one for one in items}


def refusals(answer: tuple[int, Any]) -> list[str]:
    status, problem = answer
    assert (status, problem["code"]) == (403, "invitation_refused")
    return list(problem["reasons"])


# --- how it goes -----------------------------------------------------------------------------------------------------


def test_both_sides_are_paid_after_the_friends_first_purchase_and_a_refund_takes_both_back(clock: Clock) -> None:
    code = code_of("ann")
    seen = ask("GET", INVITATION, "ann")[1]
    assert seen == {
        "code": code,
        "inviterCoins": INVITER_COINS,
        "friendCoins": FRIEND_COINS,
        "friends": [],
        "redeemed": None,
    }
    status, joined = redeem("ben", code)
    assert (status, joined["stage"], joined["coins"], joined["status"]) == (200, "open", FRIEND_COINS, None)
    assert ms_of(joined["until"]) - ms_of(joined["since"]) == 30 * DAY_MS
    assert (hears("ben"), bonus("ann"), bonus("ben")) == ("open", 0, 0)
    buys("ben")
    assert (hears("ben"), bonus("ann"), bonus("ben")) == ("rewarded", 0, FRIEND_COINS)
    assert friend_of("ann") == ("rewarded", joined["since"], INVITER_COINS, "waiting")
    clock.ahead_ms += 73 * HOUR_MS
    assert [one.error for one in vest(bootstrap.till(), clock() + 60_000)] == [None]
    assert (bonus("ann"), friend_of("ann")[3]) == (INVITER_COINS, "paid")
    gives_back("ben")
    assert (hears("ben"), bonus("ann"), bonus("ben")) == ("undone", 0, 0)
    assert friend_of("ann")[0] == ask("GET", INVITATION, "ben")[1]["redeemed"]["stage"] == "undone"


def test_whatever_is_asked_or_told_again_changes_nothing(dynamodb: Any) -> None:
    code = code_of("ann")
    first = redeem("ben", code)
    assert (code_of("ann"), redeem("ben", code)) == (code, first)
    buys("ben")
    assert hears("ben") == "rewarded"
    before, stands = [dump(dynamodb, table) for table in TABLES], redeem("ben", code)
    assert [hears("ben") for _ in range(3)] == ["rewarded"] * 3
    assert (stands[1]["stage"], redeem("ben", code)) == ("rewarded", stands)
    assert [dump(dynamodb, table) for table in TABLES] == before


def test_an_event_of_who_was_invited_by_nobody_writes_nothing(dynamodb: Any) -> None:
    buys("cem")
    before = [dump(dynamodb, table) for table in TABLES]
    assert hears("cem") == "none"
    assert [dump(dynamodb, table) for table in TABLES] == before


def test_a_purchase_that_comes_too_late_brings_nothing(clock: Clock) -> None:
    code = code_of("ann")
    clock.ahead_ms -= 31 * DAY_MS
    redeem("ben", code, days=32)
    clock.ahead_ms += 31 * DAY_MS
    assert friend_of("ann")[0] == "lapsed"
    buys("ben")
    assert (hears("ben"), bonus("ben")) == ("late", 0)


# --- what stands against it ------------------------------------------------------------------------------------------


def test_what_cannot_be_redeemed_says_why_and_changes_nothing(dynamodb: Any) -> None:
    code, other = code_of("ann"), code_of("eve")
    buys("cem")
    redeem("ben", code)
    ring = code_of("ben")
    before = dump(dynamodb, "test-referrals")
    assert refusals(redeem("ann", code)) == ["own_invitation"]
    assert refusals(redeem("ann", ring)) == ["ring"]
    assert refusals(redeem("ben", other)) == ["redeemed_another"]
    assert refusals(redeem("cem", code)) == ["has_bought"]
    assert refusals(redeem("dan", code, "phone-of-ann")) == ["same_device"]
    assert refusals(redeem("dan", code, days=8)) == ["not_new"]
    assert dump(dynamodb, "test-referrals") == before


@pytest.mark.parametrize(
    ("where", "reason"), [({"at": "ann"}, "referral_same_block"), ({"device": "shared"}, "referral_device_shared")]
)
def test_a_household_and_a_shared_device_wait_for_a_reviewer_whose_word_stands(
    where: dict[str, str], reason: str
) -> None:
    check_in("cem", "shared")
    redeem("ben", code_of("ann"), **where)
    buys("ben")
    assert (hears("ben"), bonus("ann"), bonus("ben"), friend_of("ann")[3]) == ("rewarded", 0, 0, "held")
    waiting = queue()
    assert {kind: one["reasons"] for kind, one in waiting.items()} == {
        "referral.friend": [reason],
        "referral.inviter": [reason],
    }
    assert decide(waiting["referral.friend"]["claimId"], "release")[1]["status"] == "paid"
    assert decide(waiting["referral.inviter"]["claimId"], "refusal")[1]["status"] == "refused"
    assert (hears("ben"), bonus("ann"), bonus("ben")) == ("rewarded", 0, FRIEND_COINS)
    assert (friend_of("ann")[0], queue()) == ("barred", {})
    assert decide(waiting["referral.inviter"]["claimId"], "release")[1]["code"] == "case_closed"


def test_a_friend_on_a_farms_device_brings_nothing() -> None:
    for number in range(3):
        check_in(f"bot{number}", "farm")
    redeem("ben", code_of("ann"), "farm")
    buys("ben")
    assert (hears("ben"), bonus("ann"), bonus("ben"), queue()) == ("rewarded", 0, 0, {})
    assert friend_of("ann")[0] == "barred"


# --- every refusal that is documented --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["", "0123456789abcde", "0123456789ABCDEF", "0123456789abcdei", 7, None])
def test_what_is_no_code_is_refused(code: Any) -> None:
    status, problem = ask("POST", REDEEM, "ben", {"code": code, "device": "phone"})
    assert (status, problem["code"]) == (422, "validation_failed")


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (INVITATION, {"device": ""}),
        (INVITATION, {"device": "d" * 200}),
        (INVITATION, {"zone": "Nowhere/Town"}),
        (INVITATION, {"code": "0" * 16}),
        (REDEEM, {"code": "0" * 16, "zone": "Nowhere/Town"}),
        (REDEEM, {"code": "0" * 16, "inviter": "ann"}),
        (REDEEM, {}),
    ],
)
def test_what_does_not_fit_is_refused(path: str, more: dict[str, Any], dynamodb: Any) -> None:
    status, problem = ask("POST", path, "ben", {"device": "phone", **more})
    assert (status, problem["code"]) == (422, "validation_failed")
    assert dump(dynamodb, "test-referrals") == []


def test_nobodys_code_is_not_found() -> None:
    assert redeem("ben", "0" * 16)[1]["code"] == "not_found"


@pytest.mark.parametrize(
    ("route", "body"),
    [
        (f"GET {INVITATION}", None),
        (f"POST {INVITATION}", {"device": "phone"}),
        (f"POST {REDEEM}", {"code": "0" * 16, "device": "phone"}),
    ],
)
def test_who_is_not_signed_in_invites_nobody(route: str, body: Any) -> None:
    answer = handler(event(route.split(maxsplit=1)[0], "/", route=route, body=body), None)
    assert (answer["statusCode"], body_of(answer)["code"]) == (401, "token_missing")


def test_while_rewards_are_switched_off_nothing_is_begun_or_given_and_it_is_told_again() -> None:
    code = code_of("ann")
    redeem("ben", code)
    buys("ben")
    bootstrap.switches().put("rewards", off=True, reason="test", by="op1")
    for status, problem in (ask("POST", INVITATION, "eve", {"device": "phone"}), redeem("cem", code)):
        assert (status, problem["code"]) == (503, "switched_off")
    assert redeem("ben", code)[0] == ask("GET", INVITATION, "ann")[0] == 200
    with pytest.raises(SwitchedOff):
        hears("ben")
    assert bonus("ben") == 0
    bootstrap.switches().put("rewards", off=False, reason="test", by="op1")
    assert (hears("ben"), bonus("ben")) == ("rewarded", FRIEND_COINS)


def test_a_table_that_does_not_answer_is_said_to_and_the_event_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    code = code_of("ann")

    def silent(*_: Any) -> Any:
        raise Unavailable("The table of invitations does not answer.")

    monkeypatch.setattr(ReferralsStore, "_get", silent)
    asked = (
        ask("GET", INVITATION, "ann"),
        ask("POST", INVITATION, "ann", {"device": "phone"}),
        redeem("ben", code),
    )
    assert {(status, problem["code"]) for status, problem in asked} == {(503, "unavailable")}
    with pytest.raises(Unavailable):
        hears("ben")


def test_a_ledger_that_does_not_answer_lets_the_friend_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    code = code_of("ann")

    def silent(*_: Any) -> Any:
        raise Unclear("The ledger does not answer.")

    monkeypatch.setattr(LedgerStore, "references_between", silent)
    status, problem = redeem("ben", code)
    assert (status, problem["code"]) == (503, "busy")


@pytest.mark.parametrize("detail", [{}, {"data": {}}, {"data": None}])
def test_an_event_that_is_none_of_ours_raises(detail: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError)):
        told({"detail": detail}, None)
