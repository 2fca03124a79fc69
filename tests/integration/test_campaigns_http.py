"""Campaigns over HTTP: operators run them, brands tell of purchases and read reports, viewers see their cashback."""

from __future__ import annotations

from typing import Any

import pytest

from functions.campaigns.handler import handler
from functions.rewards.handler import handler as rewards
from tests.integration.campaigning import (
    COATS,
    NOA,
    OLGA,
    OWN,
    RUN,
    ask,
    back,
    brand,
    claim_token,
    entries,
    fund,
    purchase,
    run_campaign,
    terms,
)
from tests.integration.partnering import OPAL, PIA, make, token_of
from tests.support.http import access_token, body_of, event

pytestmark = pytest.mark.usefixtures("campaign")


@pytest.fixture
def campaign(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A campaign of acme's, with a budget of 2,000 coins."""
    run_campaign(monkeypatch)


def test_a_purchase_is_told_seen_by_its_viewer_and_returned_in_part() -> None:
    token, claim = brand(), claim_token()
    status, bought = purchase(token, claimToken=claim)
    assert (status, bought["status"], bought["coins"], bought["rule"]) == (201, "pending", 200, "coats-bought")
    assert purchase(token, claimToken=claim) == (200, bought)
    status, returned = back(token, claim, 500)
    assert (status, returned["coins"], returned["remainingCoins"]) == (201, 50, 150)
    assert back(token, claim, 900) == (200, returned)
    _, seen = ask("GET", "/cashback", NOA)
    (item,) = seen["cashback"]
    assert (seen["pendingCoins"], item["status"], item["clawedBackCoins"]) == (150, "pending", 50)
    assert item["confirmsAt"] == bought["confirmsAt"]
    shown = body_of(rewards(event("GET", "/", route="GET /v1/rewards", token=NOA, query={"zone": "UTC"}), None))
    assert shown["pending"] == []


def test_the_report_adds_up_to_what_was_funded() -> None:
    token, claim = brand(), claim_token()
    purchase(token, claimToken=claim)
    back(token, claim, 500)
    purchase(token, claimToken=claim, orderId="A-2", currency="USD")
    _, told = ask("GET", OWN + "/report", token)
    assert told["total"]["fundedCoins"] == told["leftCoins"] + told["pendingCoins"] + told["spentCoins"] == 2_000
    assert (told["pendingCoins"], told["refused"], told["complete"]) == (150, {"currency_refused": 1}, True)


def test_the_sandbox_answers_alike_and_moves_no_money() -> None:
    token, before = brand("sandbox"), entries()
    status, bought = purchase(token, "sandbox")
    assert (status, bought["coins"], bought["status"]) == (201, 200, "pending")
    assert purchase(token, "sandbox", amountPaid=9_000) == (200, bought)
    status, returned = back(token, "0" * 26, 2_000, mode="sandbox")
    assert (status, returned["status"], returned["coins"]) == (201, "returned", 200)
    assert back(token, "0" * 26, 2_000, mode="sandbox")[0] == 200
    assert back(token, "0" * 26, 1, "R-2", "sandbox")[1]["code"] == "return_too_large"
    assert ask("GET", OWN + "/report", token, "sandbox")[1]["days"] == []
    assert entries() == before


def test_in_the_sandbox_too_a_return_may_come_first() -> None:
    token = brand("sandbox")
    assert back(token, "0" * 26, 1_000, mode="sandbox")[1]["status"] == "ahead"
    assert purchase(token, "sandbox")[1]["clawedBackCoins"] == 100


@pytest.mark.parametrize(
    ("scopes", "code"), [(["campaigns:read"], "scope_missing"), (["requests:read"], "scope_missing")]
)
def test_a_purchase_needs_its_scope(scopes: list[str], code: str) -> None:
    assert purchase(token_of(*make(scopes=scopes)))[1]["code"] == code


def test_a_brand_sees_no_other_brand_s_campaign() -> None:
    ask("PUT", RUN, OLGA, body={"terms": terms(name="Other"), "status": "paused", "revision": 1})
    otto = access_token("otto", groups=("partner",))
    assert ask("GET", OWN, otto)[1]["code"] == "not_found"
    assert ask("GET", "/partner/{mode}/campaigns", otto)[1]["campaigns"] == []
    (mine,) = ask("GET", "/partner/{mode}/campaigns", PIA)[1]["campaigns"]
    assert (mine["campaignId"], mine["fundedCoins"]) == (COATS, 2_000)


def test_a_brand_s_list_is_read_page_by_page() -> None:
    body = {"terms": terms(), "status": "paused", "revision": 0}
    for name in ("one", "two"):
        made = {"method": "PUT", "route": f"PUT /v1{RUN}"}
        answer = handler(
            event("PUT", "/", route=made["route"], path_parameters={"campaignId": name}, token=OLGA, body=body), None
        )
        assert answer["statusCode"] == 201
    first = ask("GET", "/partner/{mode}/campaigns", PIA, query={"limit": "2"})[1]
    rest = ask("GET", "/partner/{mode}/campaigns", PIA, query={"limit": "2", "cursor": first["nextCursor"]})[1]
    assert len(first["campaigns"]) + len(rest["campaigns"]) == 3
    assert rest["nextCursor"] is None


def test_a_code_is_scanned_once() -> None:
    code = ask("GET", OWN + "/code", PIA)[1]["code"]
    for _ in range(2):
        status, answer = ask("POST", "/campaigns/scans", NOA, body={"code": code, "device": "f3Qx9_mB2tKc"})
        assert (status, answer["cashback"]["coins"], answer["cashback"]["kind"]) == (200, 5, "scan")
    assert ask("GET", "/cashback", NOA)[1]["pendingCoins"] == 5


@pytest.mark.parametrize("code", ["winter-coats.0.0000000000000000", "x", "winter-coats.0"])
def test_a_code_that_we_have_not_made_brings_nothing(code: str) -> None:
    assert ask("POST", "/campaigns/scans", NOA, body={"code": code, "device": "d1"})[1]["code"] == "code_invalid"


def test_the_sandbox_s_code_cannot_be_scanned() -> None:
    code = ask("GET", OWN + "/code", PIA, "sandbox")[1]["code"]
    assert ask("POST", "/campaigns/scans", NOA, body={"code": code, "device": "d1"})[1]["code"] == "code_invalid"


def test_viewers_see_what_runs_where_they_are() -> None:
    (seen,) = ask("GET", "/campaigns", NOA)[1]["campaigns"]
    assert (seen["campaignId"], seen["name"], seen["returnDays"]) == (COATS, "Winter coats", 14)
    assert ask("GET", "/campaigns", access_token("pia", country="PT", age=30))[1]["campaigns"] == []


def test_much_is_funded_by_two() -> None:
    status, awaiting = fund(20_000, key="k-2")
    assert (status, awaiting["status"]) == (202, "awaiting")
    path = RUN + "/fundings/{fundingId}"
    assert ask("POST", path + "/approval", OLGA, funding=awaiting["fundingId"])[1]["code"] == "four_eyes_required"
    assert ask("POST", path + "/approval", OPAL, funding=awaiting["fundingId"])[1]["status"] == "done"
    assert ask("POST", path + "/refusal", OPAL, funding=awaiting["fundingId"])[1]["code"] == "case_closed"
    assert [one["status"] for one in ask("GET", RUN, OPAL)[1]["fundings"]] == ["done", "done"]
    (listed,) = ask("GET", "/support/campaigns", OPAL)[1]["campaigns"]
    assert listed["campaignId"] == COATS


def test_a_purchase_paid_with_more_cashback_than_it_cost_is_no_purchase() -> None:
    assert purchase(brand(), paidWithCashback=2_001)[1]["code"] == "validation_failed"


def test_a_time_that_is_none_is_told_as_such() -> None:
    told = ask("PUT", RUN, OLGA, body={"terms": terms(endsAt="tomorrow"), "status": "live", "revision": 1})
    assert told[1]["code"] == "validation_failed"
