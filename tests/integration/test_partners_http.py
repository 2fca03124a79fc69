"""Partners through real handlers and real tables: who makes what of whose, and who sees it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from cliffhanger.partners.domain import MAX_CLIENTS
from cliffhanger.partners.domain import SCOPES as EVERY_SCOPE
from tests.integration.partnering import (
    OPAL,
    OTTO,
    PIA,
    ROTATION,
    SCOPES,
    ask,
    buy,
    clients,
    later,
    make,
    read_requests,
    status,
    token_of,
)
from tests.support.http import access_token, body_of
from tests.support.world import dump

pytestmark = pytest.mark.usefixtures("acme")


def test_a_member_sees_the_partner() -> None:
    assert body_of(ask("GET", "/partner", PIA)) == {
        "partnerId": "acme",
        "name": "Acme",
        "reach": {"all": True, "series": []},
        "quotas": {"live": 1_000, "sandbox": 500},
    }


def test_who_is_no_member_sees_nothing() -> None:
    assert status(ask("GET", "/partner", access_token("mia", groups=("partner",)))) == (403, "partner_required")
    assert status(ask("GET", "/partner", access_token("pia"))) == (403, "group_required")


def test_a_secret_is_shown_once_and_kept_as_a_digest_alone(dynamodb: Any, capsys: pytest.CaptureFixture[str]) -> None:
    client, secret = make()
    assert re.fullmatch(r"pc-live-[0-9a-hjkmnp-tv-z]{24}", client)
    assert re.fullmatch(r"ps_live_[\w-]{43}", secret)
    (listed,) = [one for one in clients() if one["clientId"] == client]
    assert listed["secrets"] == [{"number": 1, "endsAt": None}]
    assert secret not in json.dumps([clients(), dump(dynamodb, "test-partners")])
    assert secret not in capsys.readouterr().out


def test_clients_are_listed_in_their_mode_and_partner_alone() -> None:
    live, _ = make()
    sandbox, _ = make(mode="sandbox")
    assert [one["clientId"] for one in clients()] == [live]
    assert [one["clientId"] for one in clients("sandbox")] == [sandbox]
    assert clients(token=OTTO) == clients("sandbox", OTTO) == []


def test_a_client_can_be_given_every_scope() -> None:
    answer = ask("POST", "/partner/{mode}/clients", PIA, body={"name": "All", "scopes": list(EVERY_SCOPE)})
    assert (answer["statusCode"], body_of(answer)["client"]["scopes"]) == (201, sorted(EVERY_SCOPE))


def test_a_partner_has_ten_clients_in_a_mode_and_room_again_when_one_goes() -> None:
    made = [make()[0] for _ in range(MAX_CLIENTS)]
    body = {"name": "One more", "scopes": SCOPES}
    assert status(ask("POST", "/partner/{mode}/clients", PIA, body=body)) == (409, "clients_full")
    assert make(mode="sandbox")
    assert ask("DELETE", "/partner/{mode}/clients/{clientId}", PIA, client=made[0])["statusCode"] == 204
    assert make()


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "scopes": SCOPES},
        {"name": " \t ", "scopes": SCOPES},
        {"name": "x" * 101, "scopes": SCOPES},
        {"name": "Server", "scopes": []},
        {"name": "Server", "scopes": ["everything"]},
        {"name": "Server", "scopes": [""]},
        {"name": "Server", "scopes": SCOPES, "secret": "mine"},
    ],
    ids=str,
)
def test_a_client_that_does_not_fit_is_not_made(body: dict[str, Any]) -> None:
    assert ask("POST", "/partner/{mode}/clients", PIA, body=body)["statusCode"] == 422
    assert clients() == []


def test_another_partners_client_cannot_be_seen_rotated_or_removed() -> None:
    """As if it were not there at all."""
    client, secret = make()
    missing = status(ask("POST", ROTATION, OTTO, client=client, body={}))
    unknown = "pc-live-" + "0" * 24
    assert missing == status(ask("POST", ROTATION, OTTO, client=unknown, body={})) == (404, "not_found")
    assert ask("DELETE", "/partner/{mode}/clients/{clientId}", OTTO, client=client)["statusCode"] == 204
    assert status(ask("POST", ROTATION, PIA, client=client, mode="sandbox", body={})) == (404, "not_found")
    assert token_of(client, secret)


def test_clients_cannot_make_clients() -> None:
    token = token_of(*make())
    for method, route, body in (
        ("GET", "/partner", None),
        ("GET", "/partner/{mode}/clients", None),
        ("POST", "/partner/{mode}/clients", {"name": "Mine", "scopes": SCOPES}),
    ):
        assert status(ask(method, route, token, body=body)) == (403, "group_required")


NEW = {
    "name": "Nova",
    "members": ["nia"],
    "reach": {"all": False, "series": ["the-last-train"]},
    "quotas": {"live": 10, "sandbox": 20},
    "status": "active",
    "revision": 0,
}
KNOWN = "/support/partners/{partnerId}"


def put(partner_id: str = "nova", **changes: Any) -> dict[str, Any]:
    return ask("PUT", KNOWN, OPAL, partner=partner_id, body={**NEW, **changes})


def test_an_operator_makes_a_partner_whose_member_gets_in() -> None:
    made = put()
    assert made["statusCode"] == 201
    assert body_of(made) | {"createdAt": "", "changedAt": ""} == {
        **NEW, "partnerId": "nova", "revision": 1, "createdAt": "", "changedAt": "", "clients": []
    }  # fmt: skip
    nia = access_token("nia", groups=("partner",))
    assert body_of(ask("GET", "/partner", nia))["partnerId"] == "nova"
    assert body_of(ask("GET", KNOWN, OPAL, partner="nova")) == body_of(made)
    listed = body_of(ask("GET", "/support/partners", OPAL))["partners"]
    assert [line["partnerId"] for line in listed] == ["nova", "other", "acme"]


def test_the_list_of_partners_is_read_page_by_page() -> None:
    first = body_of(ask("GET", "/support/partners", OPAL, query={"limit": "1"}))
    second = body_of(ask("GET", "/support/partners", OPAL, query={"limit": "1", "cursor": first["nextCursor"]}))
    assert [page["partners"][0]["partnerId"] for page in (first, second)] == ["other", "acme"]
    assert second["nextCursor"] is None


def test_a_change_names_the_revision_that_it_was_made_from() -> None:
    put()
    assert status(put()) == (409, "partner_changed")
    assert body_of(put())["revision"] == 1
    assert body_of(put(revision=1, name="Nova Two"))["name"] == "Nova Two"
    assert status(put(revision=1)) == (409, "partner_changed")
    assert status(put("never-made", revision=3)) == (409, "partner_changed")


def test_a_person_is_a_member_of_one_partner_at_most(dynamodb: Any) -> None:
    refused = put(members=["nia", "pia", "otto"])
    assert (status(refused), body_of(refused)["persons"]) == ((409, "member_taken"), ["otto", "pia"])
    assert status(ask("GET", KNOWN, OPAL, partner="nova")) == (404, "not_found")
    assert not [item for item in dump(dynamodb, "test-partners") if item["partner"]["S"] == "person#nia"]


def test_a_member_who_is_removed_is_nobody_and_free_for_another_partner() -> None:
    put(members=["nia", "nils"])
    assert put(revision=1, members=["nils"])["statusCode"] == 200
    later()
    assert status(ask("GET", "/partner", access_token("nia", groups=("partner",)))) == (403, "partner_required")
    assert put("second", members=["nia"])["statusCode"] == 201


def test_a_partner_that_is_closed_lets_nobody_in_and_keeps_its_clients() -> None:
    client, secret = make()
    token = token_of(client, secret)
    acme = {"name": "Acme", "members": ["pia"], "revision": 1}
    assert put("acme", **acme, status="closed")["statusCode"] == 200
    later()
    assert status(read_requests(token)) == (401, "token_revoked")
    assert status(read_requests(PIA)) == (403, "partner_required")
    assert body_of(buy(client, secret))["error"] == "invalid_client"
    assert put("acme", **(acme | {"revision": 2}))["statusCode"] == 200
    later()
    assert read_requests(token)["statusCode"] == 200


def test_a_change_of_a_partner_leaves_its_clients_and_their_limit_as_they_are() -> None:
    made = [make()[0] for _ in range(MAX_CLIENTS)]
    put("acme", members=["pia"], revision=1)
    assert sorted(one["clientId"] for one in clients()) == sorted(made)
    assert ask("POST", "/partner/{mode}/clients", PIA, body={"name": "x", "scopes": SCOPES})["statusCode"] == 409


@pytest.mark.parametrize(
    "changes",
    [
        {"members": ["x" * 33]},
        {"members": [f"p{number}" for number in range(21)]},
        {"quotas": {"live": 0, "sandbox": 1}},
        {"quotas": {"live": 10_000_001, "sandbox": 1}},
        {"quotas": {"live": 1}},
        {"reach": {"all": False, "series": ["No Series"]}},
        {"reach": {"all": False, "series": [f"s{number}" for number in range(101)]}},
        {"status": "gone"},
        {"name": "\u202egnip"},
        {"revision": -1},
    ],
    ids=lambda changes: repr(changes)[:40],
)
def test_a_partner_that_does_not_fit_is_not_made(changes: dict[str, Any]) -> None:
    assert put(**changes)["statusCode"] == 422


@pytest.mark.parametrize("token", [PIA, access_token("mia"), None], ids=["partner", "viewer", "nobody"])
def test_only_operators_see_and_change_partners(token: str | None) -> None:
    assert ask("GET", "/support/partners", token)["statusCode"] in {401, 403}
    assert ask("GET", KNOWN, token, partner="acme")["statusCode"] in {401, 403}
    assert ask("PUT", KNOWN, token, partner="nova", body=NEW)["statusCode"] in {401, 403}
