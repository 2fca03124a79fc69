"""Webhooks: signed, tried again, and late, doubled, dropped or out of order when that is asked for."""

from __future__ import annotations

import json

import pytest
import stripe

from cliffhanger.clock import system_clock
from local.environment import NotLoopback
from local.stripe.deliveries import RETRIES_S, Deliveries
from tests.local.arrangements import eventually, fetch
from tests.local.programs import running
from tests.local.stripe.conftest import SECRETS, Stripe, started


@pytest.fixture
def local(fresh):
    return fresh


def customers(local):
    """The names of the customers that webhooks have told of, in order."""
    return [event["data"]["object"]["name"] for event in local.receiver.events() if event["type"] == "customer.created"]


def create(local, *names):
    for name in names:
        local.v1.customers.create({"name": name})


def fault(local, kind, **more):
    local.ask("/_local/faults", {"kind": kind, "type": "customer.created", **more})


@pytest.mark.parametrize("secret", SECRETS)
def test_webhooks_are_signed_with_each_secret_as_the_sdk_verifies(local, secret):
    create(local, "mia")
    (header, body) = eventually(lambda: local.receiver.seen)[0]
    event = stripe.Webhook.construct_event(body, header, secret)
    assert (event.type, event.data.object.name) == ("customer.created", "mia")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, header, "whsec_forged")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", header, secret)


def test_an_event_tells_which_request_it_comes_from_and_stays_the_same(local):
    made = local.v1.customers.create({"name": "mia"}, {"idempotency_key": "person-mia"})
    told = local.wait_for(made.id, "customer.created")
    assert told["request"] == {"id": made.last_response.request_id, "idempotency_key": "person-mia"}
    local.v1.customers.update(made.id, {"name": "noa"})
    found = local.v1.events.retrieve(told["id"])
    assert found.data.object["name"] == "mia"
    eventually(lambda: local.v1.events.retrieve(told["id"]).pending_webhooks == 0)


def test_a_refused_webhook_is_tried_again_with_the_same_event_and_a_bounded_number_of_times(local):
    local.receiver.refusals = 2
    create(local, "mia")
    eventually(lambda: len(local.receiver.seen) == 3)
    assert len({event["id"] for event in local.receiver.events()}) == 1
    local.receiver.refusals = 1_000
    create(local, "noa")
    tries = eventually(lambda: [one for one in deliveries(local) if one["try"] == 4])
    assert tries[0]["outcome"] == 503
    create(local, "after")
    eventually(lambda: [one for one in deliveries(local) if one["try"] == 4][1:])
    assert customers(local).count("noa") == 4
    assert sum(RETRIES_S) <= 60


def deliveries(local):
    return local.ask("/_local/deliveries", None, "GET")["deliveries"]


def test_nobody_listening_loses_nothing(secret_file):
    with running("local.stripe", "--port", 0, "--secret", secret_file, "--webhook", "http://127.0.0.1:9/x") as program:
        receiverless = Stripe(program)
        create(receiverless, "mia")
        refused = eventually(lambda: deliveries(receiverless))
        assert refused[-1]["outcome"] == "ConnectionRefusedError"
        assert receiverless.v1.events.list().data[0].pending_webhooks == 1


def test_webhooks_come_in_order_unless_they_are_to_be_reordered(local):
    create(local, "a", "b", "c")
    fault(local, "reordered")
    create(local, "d", "e", "f")
    eventually(lambda: len(customers(local)) == 6)
    assert customers(local) == ["a", "b", "c", "e", "d", "f"]


def test_a_doubled_webhook_comes_twice_with_one_id(local):
    fault(local, "doubled")
    create(local, "a", "b")
    eventually(lambda: len(customers(local)) == 3)
    assert customers(local) == ["a", "a", "b"]
    assert len({event["id"] for event in local.receiver.events()}) == 2


def test_a_dropped_webhook_never_comes_but_the_event_is_there_and_can_be_sent_again(local):
    fault(local, "dropped")
    create(local, "a", "b")
    eventually(lambda: customers(local) == ["b"])
    (event,) = [event for event in local.v1.events.list() if event.data.object["name"] == "a"]
    assert event.pending_webhooks == 1
    local.ask(f"/_local/events/{event.id}", {})
    eventually(lambda: customers(local) == ["b", "a"])


def test_a_late_webhook_comes_after_those_that_followed_it(local):
    fault(local, "late", seconds=1)
    create(local, "a", "b")
    eventually(lambda: len(customers(local)) == 2)
    assert customers(local) == ["b", "a"]


def test_thin_events_name_what_happened_and_the_sdk_fetches_the_rest(local):
    local.ask("/_local/webhooks", {"send": "thin"})
    paid = local.paid(metadata={"order": "o-1"})
    eventually(lambda: len(local.receiver.seen) == 3)
    header, body = local.receiver.seen[-1]
    assert "o-1" not in body.decode()
    notification = local.client.parse_event_notification(body, header, SECRETS[0])
    assert notification.type == "v1.payment_intent.succeeded"
    assert notification.related_object.id == paid.id
    assert notification.fetch_related_object().metadata["order"] == "o-1"
    event = notification.fetch_event()
    assert local.v1.events.retrieve(event.snapshot_event).data.object["id"] == paid.id


def test_what_there_is_survives_a_restart_and_so_does_what_nobody_took(secret_file, tmp_path):
    """A data folder keeps the orders; without their payments they could never be given back."""
    state = tmp_path / "kept" / "stripe.json"
    told = ["--port", 0, "--secret", secret_file, "--webhook", "http://127.0.0.1:9/x", "--state", state]
    with running("local.stripe", *told) as program:
        first = Stripe(program)
        paid = first.v1.payment_intents.create(
            {"amount": 999, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True},
            {"idempotency_key": "order-1"},
        )
        assert program.stop() == 0
    assert json.loads(state.read_text())["keys"]
    assert state.stat().st_mode & 0o777 == 0o600
    receiver, again = started(secret_file, "--state", state)
    with again as program:
        second = Stripe(program, receiver)
        assert second.v1.payment_intents.retrieve(paid.id).amount == 999
        repeated = second.v1.payment_intents.create(
            {"amount": 999, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True},
            {"idempotency_key": "order-1"},
        )
        assert repeated.id == paid.id
        eventually(lambda: len(receiver.seen) == 3)
        assert receiver.types(paid.id) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    receiver.close()


def test_webhooks_never_leave_this_machine():
    with pytest.raises(NotLoopback):
        Deliveries("http://example.com/x", ("whsec_x",), print, system_clock, ())


def test_the_first_page_lists_what_there_is_and_its_buttons_move_it(local):
    paid = local.paid()
    _, page, _ = fetch(f"{local.url}/")
    assert f'aria-label="Dispute {paid.latest_charge}"' in page.decode()
    form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": local.url}
    status, _ = call_form(local, f"/move/charges/{paid.latest_charge}", b"to=disputed", **form)
    assert status == 303
    (dispute,) = local.v1.disputes.list()
    status, _ = call_form(local, f"/move/disputes/{dispute.id}", b"to=won", **form)
    assert status == 303
    assert local.v1.disputes.retrieve(dispute.id).status == "won"
    _, page = call_form(local, f"/move/disputes/{dispute.id}", b"to=won", **form)
    assert 'role="alert"' in page


def call_form(local, path, body, **headers):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", local.program.port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", path, body, sent)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text
