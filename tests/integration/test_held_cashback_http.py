"""Cashback that is held over HTTP: what brand, viewer and reviewer see of it, and what becomes of it by a word."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.settling import settle
from functions.expiry import handler as expiry
from functions.support.handler import handler as support
from tests.integration.campaigning import BUDGET, COATS, DAY, NOA, OWN, ask, back, brand, claim_token, purchase
from tests.integration.campaigning import run_campaign as run
from tests.integration.partnering import PIA
from tests.support.adapters import replace_in_bootstrap
from tests.support.campaigns import rules_of
from tests.support.http import access_token, body_of, event

HELD = "/v1/support/rewards/held"
SHARED = {"holdAt": 50, "refuseAt": 80, "weights": [{"signal": "device_viewers_month", "from": 2, "points": 50}]}
DEVICE = "a-phone-of-two"
MIA = access_token("mia", country="DE", age=30)


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 200_000


@pytest.fixture
def campaign(acme: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The token of the brand's server; of what two viewers claim on one device, the second's is held."""
    run(monkeypatch, rules=rules_of(scoring=SHARED))
    return brand()


def decide(claim: str, word: str, **who: Any) -> tuple[int, Any]:
    token, route = access_token("rita", **{"groups": ("reviewer",), **who}), f"POST {HELD}/{{claimId}}/{word}"
    answer = support(event("POST", "/", route=route, path_parameters={"claimId": claim}, token=token), None)
    return answer["statusCode"], body_of(answer)


def queue() -> list[dict[str, Any]]:
    token = access_token("rita", groups=("reviewer",))
    found: list[dict[str, Any]] = body_of(support(event("GET", "/", route=f"GET {HELD}", token=token), None))["items"]
    return found


def held_purchase(server: str) -> str:
    """The claim token of noa, whose purchase is held; mia's, on the same device, is not."""
    assert purchase(server, claimToken=claim_token(MIA, DEVICE), orderId="A-0")[0] == 201
    token = claim_token(NOA, DEVICE)
    status, told = purchase(server, claimToken=token)
    assert (status, told["status"], told["coins"], told["confirmsAt"]) == (201, "pending", 200, None)
    return token


def shown(token: str = NOA) -> list[tuple[str, int, int, bool]]:
    """A viewer's cashback: how it stands, its coins, those that went back, and whether it has a date."""
    found = ask("GET", "/cashback", token)[1]["cashback"]
    return [(one["status"], one["coins"], one["clawedBackCoins"], one["confirmsAt"] is not None) for one in found]


def report() -> tuple[int, int, int]:
    """What is left, pending and spent, which is all that was funded."""
    told = ask("GET", OWN + "/report", PIA)[1]
    assert told["leftCoins"] + told["pendingCoins"] + told["spentCoins"] == told["total"]["fundedCoins"] == BUDGET
    return told["leftCoins"], told["pendingCoins"], told["spentCoins"]


def wallet(person: str = "noa") -> int:
    """A viewer's bonus coins, once what slices have given has arrived."""
    ledger = bootstrap.ledger_store()
    for number in range(2):
        settle(ledger, ledger.newest(f"budget:{COATS}:1:{number}", 100)[::-1])
    head = ledger.head(viewer(person))
    return 0 if head is None else head.state.balances.get("bonus", 0)


def test_what_is_held_waits_in_the_reviewers_queue_with_its_reasons_and_without_a_date(campaign: str) -> None:
    held_purchase(campaign)
    [one] = queue()
    assert (one["personId"], one["kind"], one["coins"], one["status"]) == ("noa", "cashback", 200, "held")
    assert (one["reasons"], one["score"], one["rule"]) == (["device_shared"], 50, "coats-bought")
    assert shown() == [("pending", 200, 0, False)]
    assert [seen[0] for seen in shown(MIA)] == ["pending"]
    assert report() == (BUDGET - 400, 400, 0)


def test_what_is_released_waits_for_the_end_of_its_window_and_is_then_the_viewers(
    campaign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_purchase(campaign)
    claim = queue()[0]["claimId"]
    status, released = decide(claim, "release")
    assert (status, released["status"], released["decidedBy"]) == (200, "waiting", "rita")
    assert decide(claim, "release") == (200, released)
    assert (queue(), shown(), wallet()) == ([], [("pending", 200, 0, True)], 0)
    assert decide(claim, "refusal")[1]["code"] == "case_closed"
    assert expiry.handler({}, Context())["confirmed"] == 0

    later = system_clock() + 15 * DAY
    till = bootstrap.till()
    cashier = bootstrap.cashier()._replace(clock=lambda: later)
    replace_in_bootstrap(monkeypatch, "till", lambda: till._replace(clock=lambda: later - 1, cashbacks=cashier))
    monkeypatch.setattr(expiry, "system_clock", lambda: later)
    assert expiry.handler({}, Context())["confirmed"] == 2
    assert expiry.handler({}, Context())["confirmed"] == 0
    assert (shown()[0][0], wallet(), report()) == ("confirmed", 200, (BUDGET - 400, 0, 400))


def test_what_is_refused_goes_back_to_the_budget_and_nobody_pays_it_any_more(campaign: str) -> None:
    token = held_purchase(campaign)
    claim = queue()[0]["claimId"]
    assert back(campaign, token, 500)[1]["remainingCoins"] == 150
    status, refused = decide(claim, "refusal")
    assert (status, refused["status"], refused["decidedBy"]) == (200, "refused", "rita")
    assert decide(claim, "refusal") == (200, refused)
    assert decide(claim, "release")[1]["code"] == "case_closed"
    assert (queue(), shown(), wallet(), report()) == ([], [], 0, (BUDGET - 200, 200, 0))
    status, told = purchase(campaign, claimToken=token)
    assert (status, told["status"], told["coins"], told["clawedBackCoins"]) == (200, "returned", 200, 200)
    assert (queue(), report()) == ([], (BUDGET - 200, 200, 0))


def test_what_comes_back_while_it_is_held_leaves_nothing_to_decide(campaign: str) -> None:
    token = held_purchase(campaign)
    claim = queue()[0]["claimId"]
    assert back(campaign, token, 2_000)[1]["status"] == "returned"
    assert (queue(), shown(), report()) == ([], [("returned", 200, 200, False)], (BUDGET - 200, 200, 0))
    for word in ("release", "refusal"):
        status, problem = decide(claim, word)
        assert (status, problem["code"], problem["caseStatus"]) == (409, "case_closed", "returned")


def test_a_campaign_without_a_window_pays_at_once_when_a_reviewer_releases(
    acme: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, rules=rules_of(scoring=SHARED), returnDays=0)
    code = ask("GET", OWN + "/code", PIA)[1]["code"]
    for token in (MIA, NOA):
        assert ask("POST", "/campaigns/scans", token, body={"code": code, "device": DEVICE})[0] == 200
    assert (shown(MIA), shown()) == ([("confirmed", 5, 0, False)], [("pending", 5, 0, False)])
    [one] = queue()
    assert decide(one["claimId"], "release")[1]["status"] == "paid"
    assert (shown(), wallet(), report()) == ([("confirmed", 5, 0, False)], 5, (BUDGET - 10, 0, 10))


@pytest.mark.parametrize("groups", [(), ("partner",), ("creator",)])
def test_nobody_but_reviewers_decides_on_cashback(campaign: str, groups: tuple[str, ...]) -> None:
    held_purchase(campaign)
    claim, before = queue()[0]["claimId"], report()
    for word in ("release", "refusal"):
        assert decide(claim, word, groups=groups)[0] == 403
    assert (report(), len(queue())) == (before, 1)
