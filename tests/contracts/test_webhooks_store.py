"""What the tables of endpoints and deliveries promise, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.webhooks.domain import (
    Attempt,
    Delivery,
    Endpoint,
    Health,
    after,
    delivery_id,
    ended,
    renewed,
)
from cliffhanger.webhooks.items import Replay, Wanted
from cliffhanger.webhooks.store import DeliveryLog, Due, EndpointsStore
from tests.contracts.stand_ins import ALL, CONCURRENT, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import DELIVERIES, ENDPOINTS

NOW = 1_764_000_000_000
DAY = 86_400_000


def endpoint(name: str = "e1", **changes: Any) -> Endpoint:
    made = Endpoint("acme", "live", name, "https://acme.example/hooks", "", ("*",), NOW, NOW)
    return replace(made, **changes)


def delivery(number: int = 1, **changes: Any) -> Delivery:
    made = Delivery(
        endpoint="e1",
        delivery=delivery_id(NOW + number, f"evt-{number:026d}"),
        partner="acme",
        mode="live",
        type="EpisodeUnlocked",
        body=b'{"id":"evt-1","data":{}}',
        created_at=NOW,
    )
    return replace(made, **changes)


@pytest.fixture(params=ALL)
def endpoints(request: pytest.FixtureRequest) -> Iterator[EndpointsStore]:
    with tables_of(request, ENDPOINTS) as connect_anew:
        yield EndpointsStore(connect_anew(), ENDPOINTS["TableName"])


@pytest.fixture(params=ALL)
def log(request: pytest.FixtureRequest) -> Iterator[DeliveryLog]:
    with tables_of(request, DELIVERIES) as connect_anew:
        yield DeliveryLog(connect_anew(), DELIVERIES["TableName"])


def test_an_endpoint_is_kept_as_it_was_made_and_made_once(endpoints: EndpointsStore) -> None:
    made = endpoint(description="orders", types=("CoinsBought", "EpisodeUnlocked"), asked="abc")
    assert endpoints.add(made)
    assert not endpoints.add(replace(made, url="https://other.example/"))
    assert endpoints.find("acme", "live", "e1") == made
    assert endpoints.find("acme", "sandbox", "e1") is None


def test_endpoints_are_listed_by_partner_and_mode_and_all_of_a_mode(endpoints: EndpointsStore) -> None:
    first, second = endpoint("e2", created_at=NOW), endpoint("e1", created_at=NOW + 1)
    sandbox = endpoint("e3", mode="sandbox")
    other = endpoint("e4", partner="beta")
    for each in (second, first, sandbox, other):
        endpoints.add(each)
    assert endpoints.of("acme", "live") == (first, second)
    assert {each.endpoint for each in endpoints.every("live")} == {"e1", "e2", "e4"}
    assert list(endpoints.every("sandbox")) == [sandbox]
    endpoints.note_checked(NOW)
    assert {each.endpoint for each in endpoints.every("live")} == {"e1", "e2", "e4"}


def test_a_change_keeps_the_secret_and_what_is_enabled_again_is_healthy(endpoints: EndpointsStore) -> None:
    made = endpoint(generation=3, description="old")
    endpoints.add(made)
    failing = endpoints.note_failure(made, NOW, NOW + 5)
    assert failing is not None
    disabled = endpoints.disable(failing, "failing", NOW + 1)
    assert disabled is not None
    assert (disabled.status, disabled.reason, disabled.untold) == ("disabled", "failing", True)
    wanted = replace(disabled, url="https://new.example/", description="", types=("CoinsBought",), changed_at=NOW + 2)
    wanted = replace(wanted, status="active", reason="", untold=False, health=Health())
    assert endpoints.change(wanted) == wanted
    assert endpoints.find("acme", "live", "e1") == wanted
    assert wanted.generation == 3
    endpoints.remove("acme", "live", "e1")
    endpoints.remove("acme", "live", "e1")
    assert endpoints.change(wanted) is None


def test_of_two_rotations_at_once_one_is_done(endpoints: EndpointsStore) -> None:
    made = endpoint()
    endpoints.add(made)
    rotated = endpoints.rotate(made, NOW + DAY, NOW)
    assert rotated is not None
    assert (rotated.generation, rotated.former_until) == (2, NOW + DAY)
    assert endpoints.rotate(made, NOW + DAY, NOW) is None


def test_failures_are_counted_from_the_first_and_forgotten_at_a_success(endpoints: EndpointsStore) -> None:
    made = endpoint()
    endpoints.add(made)
    endpoints.note_failure(made, NOW, 0)
    failing = endpoints.note_failure(made, NOW + 7, NOW + 60)
    assert failing is not None
    assert failing.health == Health(2, NOW, NOW + 7, NOW + 60)
    endpoints.note_success(made)
    healthy = endpoints.find("acme", "live", "e1")
    assert healthy is not None
    assert healthy.health == Health(slow_until=NOW + 60)


def test_an_endpoint_that_has_succeeded_since_is_not_disabled_for_failing(endpoints: EndpointsStore) -> None:
    made = endpoint()
    endpoints.add(made)
    failing = endpoints.note_failure(made, NOW, 0)
    assert failing is not None
    endpoints.note_success(made)
    assert endpoints.disable(failing, "exhausted", NOW) is None
    assert endpoints.disable(failing, "gone", NOW) is not None
    assert endpoints.disable(failing, "gone", NOW) is None


def test_a_disabled_endpoint_is_told_of_once(endpoints: EndpointsStore) -> None:
    endpoints.add(endpoint())
    disabled = endpoints.disable(endpoint(), "gone", NOW + 1)
    assert disabled is not None
    endpoints.note_told(disabled)
    found = endpoints.find("acme", "live", "e1")
    assert found is not None
    assert not found.untold


def test_nothing_is_written_of_an_endpoint_that_was_deleted(endpoints: EndpointsStore) -> None:
    gone = endpoint()
    assert endpoints.note_failure(gone, NOW, 0) is None
    endpoints.note_success(gone)
    assert endpoints.disable(gone, "gone", NOW) is None
    assert endpoints.find("acme", "live", "e1") is None


def test_how_far_lost_messages_were_looked_for_is_remembered(endpoints: EndpointsStore) -> None:
    assert endpoints.checked_until() == 0
    endpoints.note_checked(NOW)
    endpoints.note_checked(NOW + 1)
    assert endpoints.checked_until() == NOW + 1


def test_a_delivery_is_written_once_and_its_body_keeps_its_bytes(log: DeliveryLog) -> None:
    made = delivery(body='{"a": "ü",  "b":1}'.encode(), test=True)
    assert log.add(made)
    assert not log.add(replace(made, body=b"{}"))
    assert log.find("e1", made.delivery, NOW) == made
    assert log.find("e1", "nothing", NOW) is None


def test_a_delivery_is_nobody_s_after_thirty_days(log: DeliveryLog) -> None:
    log.add(delivery())
    assert log.find("e1", delivery().delivery, NOW + 30 * DAY - 1_000) is not None
    assert log.find("e1", delivery().delivery, NOW + 30 * DAY) is None


def test_of_two_who_attempted_the_same_one_records_it(log: DeliveryLog) -> None:
    before = delivery()
    log.add(before)
    failed = after(before, Attempt(NOW, 40, 500, answer=b"no"), None, 0.5)
    assert log.record(before, failed)
    assert log.find("e1", before.delivery, NOW) == failed
    assert not log.record(before, after(before, Attempt(NOW, 41, 204), None, 0.5))
    delivered = after(failed, Attempt(NOW + 6_000, 40, 204), None, 0.5)
    assert log.record(failed, delivered)
    assert log.find("e1", before.delivery, NOW) == delivered
    assert log.due(NOW + DAY, 10) == ()
    again = renewed(delivered, NOW + DAY, "r1")
    assert log.record(delivered, again)
    assert not log.record(delivered, renewed(delivered, NOW + DAY, "r2"))
    assert log.find("e1", before.delivery, NOW) == again


def test_what_is_due_is_found_longest_first_and_taken_once(log: DeliveryLog) -> None:
    for number in (1, 2, 3):
        log.add(delivery(number, due_at=NOW + 10 - number))
    log.add(delivery(4))
    assert [due.due_at for due in log.due(NOW + 8, 10)] == [NOW + 7, NOW + 8]
    due = log.due(NOW + 8, 10)[0]
    taken = log.take(due, NOW + DAY)
    assert isinstance(taken, Delivery)
    assert (taken.delivery, taken.due_at) == (delivery(3).delivery, NOW + DAY)
    assert log.take(due, NOW + DAY) is None
    [left] = log.due(NOW + 8, 10)
    log.forget(left)
    assert log.due(NOW + 8, 10) == ()


def test_a_message_that_may_be_lost_is_watched_unless_it_came(log: DeliveryLog) -> None:
    silent, done = delivery(1), delivery(2)
    for each in (silent, done):
        log.add(each)
    log.record(done, ended(done, "delivered", NOW))
    assert log.watch(silent, NOW)
    assert not log.watch(done, NOW)
    assert log.due(NOW, 10) == (Due("e1", silent.delivery, NOW),)


def test_deliveries_are_listed_by_time_state_and_type_page_by_page(log: DeliveryLog) -> None:
    for number in range(1, 8):
        kind = "CoinsBought" if number % 2 else "EpisodeUnlocked"
        log.add(delivery(number, type=kind, state="failed" if number > 3 else "delivered"))
    log.begin(Replay("e1", "r1", "acme#live", NOW, NOW + 9, "all", NOW))
    page = log.between("e1", Wanted(), 3, None, newest_first=True)
    assert [each.delivery for each in page.deliveries] == [delivery(number).delivery for number in (7, 6, 5)]
    rest = log.between("e1", Wanted(), 10, page.after, newest_first=True)
    assert [each.delivery for each in rest.deliveries] == [delivery(number).delivery for number in (4, 3, 2, 1)]
    assert rest.after is None
    failed = log.between(
        "e1", Wanted(NOW + 2, NOW + 6, ("failed", "held"), "CoinsBought"), 10, None, newest_first=False
    )
    assert [each.delivery for each in failed.deliveries] == [delivery(5).delivery]


def test_a_replay_goes_on_from_where_it_was_and_only_one_goes_on(log: DeliveryLog) -> None:
    begun = Replay("e1", "r1", "acme#live", NOW, NOW + 9, "failed", NOW)
    assert log.begin(begun)
    assert not log.begin(begun)
    assert log.running("e1", 5) == (begun,)
    [due] = log.due(NOW, 10)
    assert due.is_replay
    assert log.take(due, NOW + 60) == begun
    further = replace(begun, position=delivery(3).delivery, found=3, sent=2)
    assert log.note_progress(begun, further)
    assert not log.note_progress(begun, further)
    assert log.replay("e1", "r1", NOW) == further
    done = replace(further, done_at=NOW + 5)
    assert log.note_progress(further, done)
    assert log.running("e1", 5) == ()
    assert log.due(NOW + DAY, 10) == ()
    assert log.replay("e1", "r2", NOW) is None


@pytest.mark.parametrize("log", CONCURRENT, indirect=True)
def test_however_many_dispatch_at_once_each_is_taken_once(log: DeliveryLog) -> None:
    for number in range(20):
        log.add(delivery(number, due_at=NOW))
    found = log.due(NOW, 100)
    with ThreadPoolExecutor(8) as pool:
        every = pool.map(lambda _: [log.take(due, NOW + DAY) for due in found], range(8))
        taken = [one for some in every for one in some]
    assert sorted(one.delivery for one in taken if isinstance(one, Delivery)) == sorted(due.key for due in found)


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_tables_that_do_not_answer_are_unavailable(fault: Fault) -> None:
    model = MemoryDynamoDB()
    for table in (ENDPOINTS, DELIVERIES):
        model.call("CreateTable", table)
    connection = connect(model)
    endpoints = EndpointsStore(connection, ENDPOINTS["TableName"])
    log = DeliveryLog(connection, DELIVERIES["TableName"])
    one, sent, begun = endpoint(), delivery(), Replay("e1", "r1", "acme#live", NOW, NOW, "all", NOW)
    calls: list[Callable[[], Any]] = [
        lambda: endpoints.add(one),
        lambda: endpoints.find("acme", "live", "e1"),
        lambda: endpoints.of("acme", "live"),
        lambda: list(endpoints.every("live")),
        lambda: endpoints.change(one),
        lambda: endpoints.rotate(one, NOW, NOW),
        lambda: endpoints.note_failure(one, NOW, NOW),
        lambda: endpoints.note_success(one),
        lambda: endpoints.disable(one, "gone", NOW),
        lambda: endpoints.note_told(one),
        endpoints.checked_until,
        lambda: endpoints.note_checked(NOW),
        lambda: endpoints.remove("acme", "live", "e1"),
        lambda: log.add(sent),
        lambda: log.find("e1", sent.delivery, NOW),
        lambda: log.record(sent, ended(sent, "held", NOW)),
        lambda: log.between("e1", Wanted(), 5, None, newest_first=True),
        lambda: log.due(NOW, 5),
        lambda: log.take(Due("e1", sent.delivery, NOW), NOW),
        lambda: log.watch(sent, NOW),
        lambda: log.forget(Due("e1", sent.delivery, NOW)),
        lambda: log.begin(begun),
        lambda: log.replay("e1", "r1", NOW),
        lambda: log.running("e1", 5),
        lambda: log.note_progress(begun, begun),
    ]
    for call in calls:
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            call()
