"""``/v1/creator`` and the splits of operators: two decide, the creator sees it, and everybody sees only their own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from cliffhanger.ledger.state import Posting, State
from cliffhanger.routes import routes_of
from functions.revenue.handler import handler
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.tables import SPLITS
from tests.support.world import SERIES, dump

ROUTES = {route.operation: route for route in routes_of("revenue")}
TODAY = datetime.now(UTC).date()
TOMORROW = str(TODAY + timedelta(days=1))
UNLOCKS = [{"party": "platform", "bp": 4_000}, {"party": "creator:cleo", "bp": 6_000}]
TIPS = [{"party": "platform", "bp": 1_000}, {"party": "creator:cleo", "bp": 9_000}]
WANTED = {"unlocks": UNLOCKS, "tips": TIPS, "since": TOMORROW}


@pytest.fixture
def office(dynamodb: Any) -> Any:
    """The tables of the world, with a request secret."""
    secrets: Any = boto3.client("secretsmanager")
    secrets.create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="only for tests, and long enough: 32 bytes")
    return dynamodb


def ask(
    operation: str, person: str, *groups: str, version: int | None = None, day: str = "", **members: Any
) -> tuple[int, Any]:
    route = ROUTES[operation]
    path = {"seriesId": SERIES} if "{seriesId}" in route.path else {}
    if version is not None:
        path["version"] = str(version)
    if day:
        path["day"] = day
    asked = event(
        route.method,
        route.path.format(**path),
        route=route.key,
        path_parameters=path,
        token=access_token(person, groups=groups, auth_time=int(time.time()) - members.pop("age_s", 60)),
        **members,
    )
    answer = handler(asked, None)
    return answer["statusCode"], body_of(answer)


def propose(operator: str = "ola", version: int = 1, **changed: Any) -> tuple[int, Any]:
    return ask("putSplit", operator, "operator", version=version, body=WANTED | changed)


def test_two_operators_decide_on_a_split_and_the_creator_sees_it(office: Any) -> None:
    status, proposed = propose()
    assert (status, proposed["proposedBy"], proposed["approvedBy"]) == (201, "ola", None)
    assert propose()[0] == 200
    assert ask("getOwnSplits", "cleo", "creator")[1]["items"][-1]["version"] == 0
    status, refused = ask("approveSplit", "ola", "operator", version=1)
    assert (status, refused["code"]) == (403, "four_eyes_required")
    status, approved = ask("approveSplit", "otto", "operator", version=1)
    assert (status, approved["approvedBy"]) == (200, "otto")
    page = bootstrap.catalog_store().page(SERIES, consistent=True)
    assert page is not None
    assert [tuple(share) for share in page.shares] == [(TOMORROW, 6_000, 9_000)]
    status, shown = ask("getOwnSplits", "cleo", "creator")
    assert status == 200
    assert shown["items"][-1] == {"version": 1, **WANTED}
    status, listed = ask("listSplits", "olga", "operator")
    assert (status, listed["today"], [one["version"] for one in listed["items"]]) == (200, 0, [0, 1])


def test_a_split_that_is_refused_leaves_the_table_as_it_was(office: Any) -> None:
    for version, changed, expected in (
        (1, {"since": str(TODAY)}, (422, "validation_failed")),
        (1, {"tips": [*TIPS[:1], {"party": "creator:cleo", "bp": 9_001}]}, (422, "validation_failed")),
        (1, {"tips": [*TIPS[:1], {"party": "creator:dora", "bp": 9_000}]}, (422, "validation_failed")),
        (2, {}, (409, "split_changed")),
    ):
        status, problem = propose(version=version, **changed)
        assert (status, problem["code"]) == expected
    assert dump(office, SPLITS["TableName"]) == []


def test_only_who_has_a_part_sees_a_series_split(office: Any) -> None:
    status, refused = ask("getOwnSplits", "emma", "creator")
    assert (status, refused["code"]) == (403, "not_owner")


@pytest.mark.parametrize("operation", ["listSplits", "putSplit", "approveSplit"])
def test_creators_do_not_decide_on_splits(office: Any, operation: str) -> None:
    version = None if operation == "listSplits" else 1
    body: dict[str, Any] = {"body": WANTED} if operation == "putSplit" else {}
    status, refused = ask(operation, "cleo", "creator", version=version, **body)
    assert (status, refused["code"]) == (403, "group_required")


def test_a_creator_is_shown_what_they_have_earned_and_nobody_elses(office: Any) -> None:
    ledger, lane = bootstrap.ledger_store(), earned_lane(SERIES, 0)
    income = seal("external:p1", None, 1, postings=[Posting("USD", 999, ".", lane)], state=State({"USD": -999}))
    assert ledger.append(income)
    settle(ledger, [income])
    parts = (Part("platform", 5_000), Part("creator:cleo", 5_000))
    terms = {"income": "earned", "series": SERIES, "day": str(TODAY), "split": 0}
    carry_lane(ledger, Carriage(SERIES, "creator:cleo", str(TODAY), parts=parts), 0, terms=terms)
    status, shown = ask("getEarnings", "cleo", "creator")
    assert status == 200
    assert shown["money"] == [{"currency": "USD", "earned": 499, "balance": 499, "held": [], "debt": 0}]
    assert shown["days"] == [{"day": str(TODAY), "currency": "USD", "amount": 499}]
    assert ask("getEarnings", "emma", "creator") == (
        200,
        {"money": [], "days": [], "through": 0, "frozen": False, "complete": True},
    )
    assert ask("getEarnings", "mia")[1]["code"] == "group_required"


@pytest.mark.parametrize("operation", ["putSplit", "approveSplit"])
def test_who_has_a_share_is_decided_by_a_new_sign_in(office: Any, operation: str) -> None:
    """Two tabs that somebody left open are not two operators."""
    propose()
    before = ask("listSplits", "ola", "operator")[1]
    status, refused = ask(operation, "otto", "operator", version=1, body=WANTED, age_s=301)
    assert (status, refused["code"]) == (403, "sign_in_too_old")
    assert ask("listSplits", "ola", "operator", age_s=3_000)[1] == before
