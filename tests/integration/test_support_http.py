"""``/v1/support``: what operators do and see, and that nobody else does."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.ledger.packing import stored_text
from cliffhanger.parking.service import park
from cliffhanger.routes import Route, routes_of
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.service import UnlockRequest, unlock
from functions.support.handler import handler
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.tables import TABLES
from tests.support.world import PRICE, SERIES, dump

MIA = "viewer:mia"
ROUTES = {route.operation: route for route in routes_of("support")}
GRANT = {"coins": 120, "lifetimeDays": 30, "reason": "service_failure"}
LARGE = GRANT | {"coins": 501}


@pytest.fixture
def office(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The tables of the world, with a request secret and a name for the bus."""
    secrets: Any = boto3.client("secretsmanager")
    secrets.create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="only for tests, and long enough: 32 bytes")
    monkeypatch.setenv("EVENT_BUS", "test-bus")
    return dynamodb


def ask(
    operation: str,
    *,
    operator: str = "ola",
    groups: tuple[str, ...] = ("operator",),
    key: str | None = "first",
    body: Any = None,
    query: dict[str, str] | None = None,
    **path: str,
) -> tuple[int, Any]:
    route = ROUTES[operation]
    answer = handler(
        event(
            route.method,
            route.path.format(**path) if path else route.path,
            route=route.key,
            path_parameters=path,
            query=query,
            body=body,
            token=access_token(operator, groups=groups),
            headers={"idempotency-key": key} if key is not None else None,
        ),
        None,
    )
    return answer["statusCode"], body_of(answer)


def everything(client: Any) -> list[Any]:
    """Every byte that a case may touch; what counts requests is no part of it."""
    return [dump(client, table["TableName"]) for table in TABLES if table["TableName"] != SETTINGS["RATES_TABLE"]]


@pytest.mark.parametrize("account", [MIA, "viewer%3Amia", "viewer%3amia"])
def test_a_small_grant_is_done_and_shown_however_its_path_is_encoded(office: Any, account: str) -> None:
    status, case = ask("grantCoins", account=account, body=GRANT)
    assert status == 201
    assert len(case.pop("caseId")) == 16
    assert case.pop("openedAt").endswith("Z")
    assert case == {
        "kind": "grant",
        "account": MIA,
        "status": "done",
        "asked": {"coins": 120, "lifetimeDays": 30},
        "coins": 120,
        "reason": "service_failure",
        "openedBy": "ola",
        "decidedBy": None,
        "decidedAt": None,
        "entry": {"account": MIA, "seq": 3},
        "code": None,
    }


def test_a_retry_after_a_lost_reply_is_answered_with_the_same_bytes(office: Any) -> None:
    first = ask("grantCoins", account=MIA, body=GRANT)
    before = everything(office)
    assert ask("grantCoins", account=MIA, body=GRANT) == first
    assert everything(office) == before


def test_a_large_grant_waits_is_listed_and_is_carried_out_by_another_operator(office: Any) -> None:
    status, case = ask("grantCoins", account=MIA, body=LARGE)
    assert (status, case["status"], case["entry"]) == (202, "awaiting", None)
    assert ask("listCases", key=None) == (200, {"cases": [case], "nextCursor": None})
    status, done = ask("approveCase", operator="otto", key=None, caseId=case["caseId"])
    assert (status, done["status"], done["decidedBy"]) == (200, "done", "otto")
    assert done["entry"] == {"account": MIA, "seq": 3}
    assert ask("getCase", key=None, caseId=case["caseId"]) == (200, done)
    assert ask("grantCoins", account=MIA, body=LARGE) == (201, done)
    assert ask("listCases", key=None)[1]["cases"] == []
    assert ask("listCases", key=None, query={"status": "done"})[1]["cases"] == [done]
    status, problem = ask("refuseCase", key=None, caseId=case["caseId"])
    assert (status, problem["status"], problem["code"], problem["caseStatus"]) == (409, 409, "case_closed", "done")


def test_a_withdrawn_case_is_shown_as_refused(office: Any) -> None:
    case = ask("grantCoins", account=MIA, body=LARGE)[1]["caseId"]
    before = dump(office, "test-ledger")
    status, refused = ask("refuseCase", key=None, caseId=case)
    assert (status, refused["status"], refused["decidedBy"]) == (200, "refused", "ola")
    assert ask("grantCoins", account=MIA, body=LARGE) == (200, refused)
    assert dump(office, "test-ledger") == before


def test_an_unlock_is_reversed_and_an_account_frozen(office: Any) -> None:
    unlocked = unlock(bootstrap.unlock_books(), UnlockRequest(Viewer("mia"), SERIES, 2, 2, PRICE)).entries[0]
    status, case = ask("reverseEntry", account=MIA, body={"seq": unlocked.seq, "reason": "viewer_request"})
    assert (status, case["coins"], case["asked"]) == (201, PRICE, {"seq": unlocked.seq})
    status, case = ask("freezeAccount", key="second", account=MIA, body={"frozen": True, "reason": "fraud"})
    assert (status, case["kind"], case["asked"]) == (201, "freeze", {"frozen": True})
    explained = ask("explainAccount", key=None, account=MIA)[1]
    assert explained["state"]["flags"] == ["frozen"]
    assert [entry["kind"] for entry in explained["entries"]] == ["freeze", "reversal", "unlock", "grant", "purchase"]


REFUSALS: list[tuple[str, str, dict[str, Any], int, dict[str, Any]]] = [
    ("no key", "grantCoins", {"key": None}, 400, {"code": "idempotency_key_missing"}),
    ("a key too long", "grantCoins", {"key": "k" * 65}, 422, {"code": "validation_failed", "where": "header"}),
    ("own account", "grantCoins", {"operator": "mia"}, 403, {"code": "four_eyes_required", "rule": "own_account"}),
    ("a creator's account", "grantCoins", {"account": "creator:cleo"}, 422, {"where": "path"}),
    ("no account", "grantCoins", {"account": "viewer:Mia"}, 422, {"where": "path"}),
    ("an encoded slash", "grantCoins", {"account": "viewer%2Fmia"}, 422, {"where": "path"}),
    ("twice encoded", "grantCoins", {"account": "viewer%253Amia"}, 422, {"where": "path"}),
    ("no coins", "grantCoins", {"body": GRANT | {"coins": 0}}, 422, {"where": "body"}),
    ("too many coins", "grantCoins", {"body": GRANT | {"coins": 100_001}}, 422, {"where": "body"}),
    ("no lifetime", "grantCoins", {"body": GRANT | {"lifetimeDays": 0}}, 422, {"where": "body"}),
    ("a long lifetime", "grantCoins", {"body": GRANT | {"lifetimeDays": 367}}, 422, {"where": "body"}),
    ("words", "grantCoins", {"body": GRANT | {"reason": "she was very sad"}}, 422, {"where": "body"}),
    ("a note", "grantCoins", {"body": GRANT | {"note": "sad"}}, 422, {"where": "body"}),
    ("half a coin", "grantCoins", {"body": GRANT | {"coins": 1.5}}, 422, {"where": "body"}),
    ("a purchase", "reverseEntry", {"body": {"seq": 1, "reason": "test"}}, 409, {"code": "not_reversible"}),
    ("no entry", "reverseEntry", {"body": {"seq": 99, "reason": "test"}}, 404, {"code": "not_found"}),
    ("seq 0", "reverseEntry", {"body": {"seq": 0, "reason": "test"}}, 422, {"where": "body"}),
    ("a word for frozen", "freezeAccount", {"body": {"frozen": "yes", "reason": "test"}}, 422, {"where": "body"}),
]


@pytest.mark.parametrize(
    ("operation", "request_", "status", "members"), [pytest.param(*rest, id=name) for name, *rest in REFUSALS]
)
def test_a_refusal_has_its_code_and_leaves_every_byte_as_it_was(
    office: Any, operation: str, request_: dict[str, Any], status: int, members: dict[str, Any]
) -> None:
    before = everything(office)
    answered, problem = ask(operation, **({"account": MIA, "body": GRANT} | request_))
    assert (answered, problem | members) == (status, problem)
    assert everything(office) == before


def test_the_same_key_with_another_body_is_refused(office: Any) -> None:
    ask("grantCoins", account=MIA, body=GRANT)
    before = everything(office)
    for operation, body in (
        ("grantCoins", GRANT | {"coins": 121}),
        ("freezeAccount", {"frozen": True, "reason": "test"}),
    ):
        status, problem = ask(operation, account=MIA, body=body)
        assert (status, problem["code"]) == (409, "key_reused")
    assert everything(office) == before


def test_who_opened_a_case_does_not_approve_it(office: Any) -> None:
    case = ask("grantCoins", account=MIA, body=LARGE)[1]["caseId"]
    before = everything(office)
    status, problem = ask("approveCase", key=None, caseId=case)
    assert (status, problem["code"], problem["rule"]) == (403, "four_eyes_required", "own_case")
    assert everything(office) == before


def path_of(route: Route) -> dict[str, Any]:
    known = {"account": MIA, "caseId": "0" * 16, "switch": "unlocks", "consumer": "settlement"}
    return {name: value for name, value in known.items() if f"{{{name}}}" in route.path}


REVIEWED = {"listHeldRewards", "releaseReward", "refuseReward"}
"""Who decides on people's rewards is not who runs the stage."""


@pytest.mark.parametrize("operation", ROUTES)
@pytest.mark.parametrize("groups", [(), ("member",), ("creator",), ("creator", "member", "finance")])
def test_nobody_but_an_operator_or_a_reviewer_gets_in(office: Any, operation: str, groups: tuple[str, ...]) -> None:
    before = everything(office)
    status, problem = ask(operation, groups=groups, body={}, **path_of(ROUTES[operation]))
    group = "reviewer" if operation in REVIEWED else "operator"
    assert (status, problem["code"], problem["group"]) == (403, "group_required", group)
    assert everything(office) == before


def test_an_account_is_explained_page_by_page(office: Any) -> None:
    status, page = ask("explainAccount", key=None, account="viewer%3Amia", query={"limit": "1"})
    assert status == 200
    assert (page["account"], page["asOf"]) == (MIA, 2)
    assert "130 coins can be spent: 100 bought, 30 granted." in page["words"]
    assert page["state"]["balances"] == {"coin": 100, "bonus": 30, "USD.deferred": 900}
    assert [lot["coins"] for lot in page["state"]["lots"]] == [30, 100]
    assert page["state"]["limits"] == {"dayCoins": None, "seriesCoins": None, "autoUnlock": False}
    (entry,) = page["entries"]
    assert (entry["seq"], entry["kind"], entry["fault"], entry["sources"]) == (2, "grant", None, 0)
    assert entry["checks"] == {"hash": True, "link": True, "arithmetic": True}
    (posting,) = entry["postings"]
    assert (posting["unit"], posting["amount"], posting["destination"]) == ("bonus", 30, MIA)
    assert entry["settled"] == [{"account": posting["source"], "seq": None}]
    last = ask("explainAccount", key=None, account=MIA, query={"limit": "1", "cursor": page["nextCursor"]})[1]
    assert [entry["seq"] for entry in last["entries"]] == [1]
    assert last["nextCursor"] is None
    assert [posting["destination"] for posting in last["entries"][0]["postings"]] == [MIA, f"{MIA}.deferred"]


def test_a_cursor_belongs_to_its_list_and_its_operator(office: Any) -> None:
    cursor = ask("explainAccount", key=None, account=MIA, query={"limit": "1"})[1]["nextCursor"]
    elsewhere: dict[str, dict[str, Any]] = {
        "another account": {"operation": "explainAccount", "account": "viewer:noa"},
        "another operator": {"operation": "explainAccount", "account": MIA, "operator": "otto"},
        "another list": {"operation": "listCases"},
    }
    for name, asked in elsewhere.items():
        status, problem = ask(key=None, query={"cursor": cursor}, **asked)
        assert (status, problem["code"]) == (400, "cursor_invalid"), name


def test_an_entry_that_somebody_has_changed_is_shown_and_does_not_stop_the_page(office: Any) -> None:
    key = {"account": {"S": MIA}, "seq": {"N": "1"}}
    body = stored_text(office.get_item(TableName="test-ledger", Key=key)["Item"])
    office.update_item(
        TableName="test-ledger",
        Key=key,
        UpdateExpression="SET body = :body",
        ExpressionAttributeValues={":body": {"S": body.replace("100", "900")}},
    )
    status, explained = ask("explainAccount", key=None, account=MIA)
    assert status == 200
    assert [entry["checks"]["hash"] for entry in explained["entries"]] == [True, False]
    forged = explained["entries"][1]
    assert (forged["seq"], forged["hash"], forged["postings"]) == (1, None, [])
    assert forged["fault"]


def test_an_unknown_account_is_not_found(office: Any) -> None:
    for account in ("viewer:noa", "abc:def"):
        assert ask("explainAccount", key=None, account=account)[1]["code"] == "not_found"


def test_cases_are_listed_in_pages(office: Any) -> None:
    opened = {ask("grantCoins", key=str(number), account=MIA, body=LARGE)[1]["caseId"] for number in range(3)}
    page = ask("listCases", key=None, query={"limit": "2"})[1]
    rest = ask("listCases", key=None, query={"limit": "2", "cursor": page["nextCursor"]})[1]
    assert {case["caseId"] for case in (*page["cases"], *rest["cases"])} == opened
    assert (len(page["cases"]), rest["nextCursor"]) == (2, None)
    assert ask("listCases", key=None, query={"status": "open"})[0] == 422


def test_switches_are_listed_turned_and_obeyed(office: Any) -> None:
    on = {"off": False, "reason": None, "by": None, "at": None}
    assert ask("listSwitches", key=None) == (
        200,
        {
            "switches": [
                {"switch": switch} | on for switch in ("unlocks", "playback", "rewards", "tips", "payouts", "campaigns")
            ]
        },
    )
    status, turned = ask("putSwitch", key=None, switch="unlocks", body={"off": True, "reason": "service_failure"})
    assert (status, turned["off"], turned["reason"], turned["by"]) == (200, True, "service_failure", "ola")
    assert ask("listSwitches", key=None)[1]["switches"][0] == turned
    bootstrap.forget()
    status, problem = ask("putSwitch", key=None, switch="unlocks", body={"off": True, "reason": "no code"})
    assert (status, problem["where"]) == (422, "body")
    assert ask("putSwitch", key=None, switch="everything", body={"off": True, "reason": "test"})[0] == 422


def test_a_parked_entry_is_listed_and_taken_when_it_is_tried_again(office: Any) -> None:
    park(bootstrap.parked_store(), "settlement", [(MIA, 2, "busy", ""), (MIA, 99, "unreadable", "")], lambda: 5)
    page = ask("listParked", key=None, consumer="settlement", query={"limit": "1"})[1]
    rest = ask("listParked", key=None, consumer="settlement", query={"cursor": page["nextCursor"]})[1]
    assert page["parked"] == [
        {
            "entry": {"account": MIA, "seq": 2},
            "reason": "busy",
            "times": 1,
            "firstAt": "1970-01-01T00:00:00.005Z",
            "lastAt": "1970-01-01T00:00:00.005Z",
        }
    ]
    assert [parked["entry"]["seq"] for parked in rest["parked"]] == [99]
    outcomes = []
    for seq in (2, 2, 99):
        entry = {"account": MIA, "seq": seq}
        status, replayed = ask("replayParked", key=None, consumer="settlement", body={"entry": entry})
        assert (status, replayed["entry"]) == (200, entry)
        outcomes.append((replayed["outcome"], replayed["reason"]))
    assert outcomes == [("done", None), ("absent", None), ("kept", "unreadable")]
    assert ask("explainAccount", key=None, account=MIA)[1]["entries"][0]["settled"][0]["seq"] == 1
    assert ask("listParked", key=None, consumer="publisher")[1] == {"parked": [], "nextCursor": None}
    assert ask("listParked", key=None, consumer="others")[0] == 422


def test_every_operation_is_logged_with_ids_and_codes_and_counted(
    office: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    case = ask("grantCoins", account=MIA, body=LARGE)[1]["caseId"]
    ask("approveCase", key=None, caseId=case)
    ask("approveCase", operator="otto", key=None, caseId=case)
    ask("putSwitch", key=None, switch="playback", body={"off": True, "reason": "test"})
    ask("replayParked", key=None, consumer="publisher", body={"entry": {"account": MIA, "seq": 1}})
    ask("explainAccount", key=None, account=MIA)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [line for line in lines if line.get("message") == "support"]
    assert [(line["operation"], line["operator"], line["outcome"]) for line in told] == [
        ("grantCoins", "ola", "awaiting"),
        ("approveCase", "ola", "four_eyes_required"),
        ("approveCase", "otto", "done"),
        ("putSwitch", "ola", "off"),
        ("replayParked", "ola", "absent"),
        ("explainAccount", "ola", "shown"),
    ]
    assert [line.get("case") for line in told[:3]] == [case] * 3
    assert sum(line["SupportOperations"][0] for line in lines if "SupportOperations" in line) == 5
