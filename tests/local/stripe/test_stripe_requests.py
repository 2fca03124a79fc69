"""What holds for every request: keys, versions, idempotency, lists, expansion, faults, bounds, the log."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import stripe

from local.stripe import API_VERSION
from local.stripe.forms import decode_form
from local.stripe.service import MAX_LOG
from tests.local.arrangements import eventually
from tests.local.stripe.conftest import KEY, call, client_for, told_by

BEARER = f"Bearer {KEY}"
PAY = {"amount": 999, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}


@pytest.mark.parametrize("key", ["sk_test_another", "pk_test_1", "x"])
def test_another_key_is_refused_and_not_repeated(local, key):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client_for(local.url, key).v1.balance.retrieve()
    assert refused.value.http_status == 401
    assert KEY not in str(refused.value)


def test_a_request_without_a_key_is_refused_and_curls_way_of_sending_it_is_taken(local):
    assert call(f"{local.url}/v1/balance", None, "GET")[0] == 401
    import base64

    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    assert call(f"{local.url}/v1/balance", None, "GET", Authorization=f"Basic {basic}")[0] == 200


def test_only_the_versions_shapes_that_are_answered_are_taken(local):
    status, body = call(f"{local.url}/v1/balance", None, "GET", Authorization=BEARER, Stripe_Version="2020-08-27")
    assert (status, body["error"]["type"]) == (400, "invalid_request_error")
    assert call(f"{local.url}/v1/balance", None, "GET", Authorization=BEARER, Stripe_Version=API_VERSION)[0] == 200
    assert call(f"{local.url}/v2/core/accounts", None, "GET", Authorization=BEARER)[0] == 400


def test_a_repeated_request_is_answered_as_the_first_and_done_once(local):
    key = {"idempotency_key": "order-1-pay"}
    first = local.v1.payment_intents.create(PAY, key)
    again = local.v1.payment_intents.create(PAY, key)
    assert again.id == first.id
    assert str(again) == str(first)
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert len(local.v1.charges.list({"payment_intent": first.id}).data) == 1


def test_a_key_belongs_to_one_request(local):
    key = {"idempotency_key": "order-2-pay"}
    local.v1.payment_intents.create(PAY, key)
    for attempt in (
        lambda: local.v1.payment_intents.create({**PAY, "amount": 1_000}, key),
        lambda: local.v1.customers.create({}, key),
    ):
        with pytest.raises(stripe.IdempotencyError) as refused:
            attempt()
        assert refused.value.http_status == 400
        assert told_by(refused).type == "idempotency_error"
    with pytest.raises(stripe.InvalidRequestError):
        local.v1.customers.create({}, {"idempotency_key": "k" * 256})


def test_a_decline_is_kept_for_its_key_and_a_request_that_did_not_fit_is_not(local):
    key, bad = {"idempotency_key": "order-3"}, {"idempotency_key": "order-4"}
    names = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            local.v1.payment_intents.create({**PAY, "payment_method": "pm_card_chargeDeclined"}, key)
        names.append(told_by(refused).payment_intent.id)
    assert names[0] == names[1]
    with pytest.raises(stripe.InvalidRequestError):
        local.v1.payment_intents.create({**PAY, "amount": 1}, bad)
    assert local.v1.payment_intents.create(PAY, bad).status == "succeeded"


def test_api_v2_keeps_successes_for_their_keys(local):
    key = {"idempotency_key": "account-1"}
    made = [local.client.v2.core.accounts.create({"contact_email": "c@example.com"}, key).id for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(stripe.IdempotencyError):
        local.client.v2.core.accounts.create({"contact_email": "d@example.com"}, key)


def test_the_same_key_while_its_request_is_under_way_is_a_conflict(fresh):
    """The second comes while the first is held up; it is told to come again, and nothing is done twice."""
    fresh.ask("/_local/faults", {"kind": "slow", "path": "/v1/customers", "seconds": 2})
    answers = []
    sent = {"Authorization": BEARER, "Idempotency_Key": "one"}
    form = {**sent, "Content_Type": "application/x-www-form-urlencoded"}

    def create():
        answers.append(call(f"{fresh.url}/v1/customers", b"name=mia", "POST", **form))

    first = threading.Thread(target=create)
    first.start()
    eventually(lambda: fresh.ask("/_local/faults", None, "GET")["faults"] == [])
    create()
    first.join()
    assert sorted(status for status, _ in answers) == [200, 409]
    refusal = next(body for status, body in answers if status == 409)
    assert refusal["error"]["code"] == "idempotency_key_in_use"
    assert len(fresh.v1.customers.list().data) == 1


def test_lists_go_on_from_a_cursor_in_both_directions(fresh):
    made = [fresh.v1.customers.create({"name": str(index)}).id for index in range(7)][::-1]
    page = fresh.v1.customers.list({"limit": 3})
    assert ([one.id for one in page], page.has_more, page.url) == (made[:3], True, "/v1/customers")
    rest = fresh.v1.customers.list({"limit": 100, "starting_after": made[2]})
    assert ([one.id for one in rest], rest.has_more) == (made[3:], False)
    before = fresh.v1.customers.list({"limit": 2, "ending_before": made[4]})
    assert ([one.id for one in before], before.has_more) == (made[2:4], True)
    assert [one.id for one in fresh.v1.customers.list({"limit": 2}).auto_paging_iter()] == made
    for told in ({"limit": 101}, {"limit": 0}, {"starting_after": "cus_none"}, {"surprise": 1}):
        with pytest.raises(stripe.InvalidRequestError):
            fresh.v1.customers.list(told)


def test_lists_of_v2_go_on_by_the_next_pages_address(fresh):
    made = [fresh.client.v2.core.accounts.create({"display_name": str(index)}).id for index in range(5)][::-1]
    assert [one.id for one in fresh.client.v2.core.accounts.list({"limit": 2}).auto_paging_iter()] == made


def test_ids_are_answered_as_objects_where_that_is_asked_for_and_can_be(local):
    paid = local.paid()
    read = local.v1.payment_intents.retrieve
    found = read(paid.id, {"expand": ["latest_charge.balance_transaction", "payment_method"]})
    assert found.latest_charge.balance_transaction.fee == 59
    assert found.payment_method.card.last4 == "4242"
    listed = local.v1.payment_intents.list({"limit": 1, "expand": ["data.latest_charge"]})
    assert listed.data[0].latest_charge.object == "charge"
    assert isinstance(read(paid.id).latest_charge, str)
    for path in ("surprise", "latest_charge.surprise", "a.b.c.d.e"):
        with pytest.raises(stripe.InvalidRequestError):
            read(paid.id, {"expand": [path]})


FAULTS = {"500": (500, 0), "500_kept": (500, 0), "rate_limit": (429, 0)}


@pytest.mark.parametrize(("kind", "outcome"), FAULTS.items())
def test_a_fault_happens_as_often_as_was_asked_and_does_nothing(fresh, kind, outcome):
    fresh.ask("/_local/faults", {"kind": kind, "method": "POST", "path": "/v1/customers*", "times": 2})
    for _ in range(2):
        with pytest.raises(stripe.StripeError) as refused:
            fresh.v1.customers.create({"name": "mia"})
        assert refused.value.http_status == outcome[0]
        assert fresh.v1.customers.list().data == []
    fresh.v1.customers.create({"name": "mia"})
    assert len(fresh.v1.customers.list().data) == 1


def test_a_500_frees_its_key_or_keeps_it_as_stripe_does(fresh):
    for kind, status in (("500", 200), ("500_kept", 500)):
        fresh.ask("/_local/faults", {"kind": kind})
        sent = {"Authorization": BEARER, "Idempotency_Key": kind, "Content_Type": "application/x-www-form-urlencoded"}
        assert call(f"{fresh.url}/v1/customers", b"name=mia", **sent)[0] == 500
        assert call(f"{fresh.url}/v1/customers", b"name=mia", **sent)[0] == status


def test_an_answer_that_is_lost_is_found_again_under_its_key(fresh):
    """The SDK cannot know that it was done; with the same key it learns so, and nothing is done twice."""
    fresh.ask("/_local/faults", {"kind": "timeout_after", "path": "/v1/payment_intents"})
    patient: Any = client_for(fresh.url, max_network_retries=2)
    paid = patient.v1.payment_intents.create(PAY, {"idempotency_key": "order-1"})
    assert paid.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(fresh.v1.charges.list().data) == 1
    log = fresh.ask("/_local/requests", None, "GET")["requests"]
    posts = [line for line in log if line["path"] == "/v1/payment_intents"]
    assert [(line["fault"], line["replayed"]) for line in posts] == [(None, True), ("timeout_after", False)]


def test_a_request_that_is_lost_before_it_was_done_is_done_by_the_next(fresh):
    fresh.ask("/_local/faults", {"kind": "timeout_before", "path": "/v1/payment_intents"})
    with pytest.raises(stripe.APIConnectionError):
        fresh.v1.payment_intents.create(PAY, {"idempotency_key": "order-1"})
    assert fresh.v1.charges.list().data == []
    assert fresh.v1.payment_intents.create(PAY, {"idempotency_key": "order-1"}).status == "succeeded"


def test_faults_can_be_looked_at_and_taken_back(fresh):
    fresh.ask("/_local/faults", {"kind": "500", "times": 5})
    assert fresh.ask("/_local/faults", None, "GET")["faults"][0]["times"] == 5
    fresh.ask("/_local/faults", None, "DELETE")
    assert fresh.v1.customers.create().object == "customer"
    for wrong in ({"kind": "other"}, {"kind": "slow", "seconds": 61}, {"kind": "500", "times": 1_001}, {"x": 1}, {}):
        assert call(f"{fresh.url}/_local/faults", wrong)[0] == 400


def test_the_log_tells_what_was_asked_without_cards_and_secrets(local):
    card = {"number": "4242424242424242", "exp_month": 3, "exp_year": 2031, "cvc": "987"}
    local.v1.payment_methods.create({"type": "card", "card": card})
    line = local.ask("/_local/requests", None, "GET")["requests"][0]
    assert (line["method"], line["path"], line["status"]) == ("POST", "/v1/payment_methods", 200)
    assert line["params"]["card"] == {"number": "…", "exp_month": "3", "exp_year": "2031", "cvc": "…"}
    assert KEY not in str(local.ask("/_local/requests", None, "GET"))
    assert MAX_LOG == 1_000


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1&b[c]=2&b[d][e]=3", {"a": "1", "b": {"c": "2", "d": {"e": "3"}}}),
        ("a[0]=x&a[1]=y", {"a": ["x", "y"]}),
        ("a[]=x&a[]=y", {"a": ["x", "y"]}),
        ("a[1][n]=y&a[0][n]=x", {"a": [{"n": "x"}, {"n": "y"}]}),
        ("metadata[0]=x&a[metadata][1]=y", {"metadata": {"0": "x"}, "a": {"metadata": {"1": "y"}}}),
        ("a=", {"a": ""}),
        ("", {}),
        ("a%5Bb%5D=%C3%A9+1", {"a": {"b": "é 1"}}),
    ],
)
def test_forms_are_read_as_the_sdk_writes_them(text, values):
    assert decode_form(text) == values


@pytest.mark.parametrize(
    "body",
    [
        b"&".join(b"a%d=1" % index for index in range(1_001)),
        b"a[b][c][d][e][f][g]=1",
        b"a=1&a[b]=2",
        b"[a]=1",
        b"\xff\xfe",
        b"novalue",
        b"metadata=text",
        b"name=" + b"x" * 600,
    ],
)
def test_what_is_no_form_or_too_much_of_one_is_refused(local, body):
    sent = {"Authorization": BEARER, "Content_Type": "application/x-www-form-urlencoded"}
    status, answer = call(f"{local.url}/v1/customers", body, **sent)
    assert (status, answer["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize(
    ("path", "method", "body", "status"),
    [
        ("/v1/unheard_of", "GET", None, 404),
        ("/v1/customers/cus_none", "GET", None, 404),
        ("/v1/charges/../customers", "GET", None, 404),
        ("/v1/subscriptions", "POST", b"", 404),
        ("/v2/core/accounts", "POST", b"[]", 400),
        ("/v2/core/accounts", "POST", b"{", 400),
        ("/v2/core/accounts", "POST", b'{"metadata": {"a": 1}}', 400),
        ("/v1/customers", "POST", b"x" * (1 << 20) + b"x", 413),
        (f"/v1/customers?{'x' * 17_000}", "GET", None, 414),
    ],
)
def test_what_there_is_not_and_what_is_too_large_is_refused(local, path, method, body, status):
    sent = {"Authorization": BEARER, "Stripe_Version": API_VERSION}
    found, answer = call(local.url + path, body, method, **sent)
    assert found == status
    assert set(answer["error"]) >= {"type", "message"}


@pytest.mark.parametrize("content", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_pages_of_other_sites_cannot_reach_the_controls(local, content):
    """A form of another page can send those types to this machine, but never JSON."""
    assert call(f"{local.url}/_local/faults", {"kind": "500"}, Content_Type=content)[0] == 415
    assert local.ask("/_local/faults", None, "GET")["faults"] == []
