"""What the tables of partners and requests promise, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Unavailable
from cliffhanger.partners.credentials import rotated
from cliffhanger.partners.domain import MAX_CLIENTS, Client, Mode
from cliffhanger.partners.requests import Asking, Request
from cliffhanger.partners.requests_store import SCANNED, RequestsStore
from cliffhanger.partners.store import PartnersStore, PutOutcome
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.partners import client, partner
from tests.support.tables import PARTNERS, REQUESTS

ACME = partner(clients=())
NOW = 1_795_348_800_000
OWNER = "acme#live"


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[PartnersStore]:
    with tables_of(request, PARTNERS) as connect_anew:
        yield PartnersStore(connect_anew(), PARTNERS["TableName"])


@pytest.fixture(params=ALL)
def log(request: pytest.FixtureRequest) -> Iterator[RequestsStore]:
    with tables_of(request, REQUESTS) as connect_anew:
        yield RequestsStore(connect_anew(), REQUESTS["TableName"])


def numbered(number: int, mode: Mode = "live") -> Client:
    return client(mode, id=f"pc-{mode}-{number:024}")


def test_a_partner_reads_back_whole_and_its_members_lead_to_it(store: PartnersStore) -> None:
    assert store.find("acme") is None
    assert store.put(ACME, None) == PutOutcome()
    assert store.find("acme") == ACME
    assert (store.partner_of("pia"), store.partner_of("mia")) == ("acme", None)


def test_of_two_who_make_the_same_partner_one_does(store: PartnersStore) -> None:
    store.put(ACME, None)
    assert store.put(ACME._replace(name="Another"), None).moved
    assert store.find("acme") == ACME


def test_of_two_who_change_the_same_revision_one_does(store: PartnersStore) -> None:
    store.put(ACME, None)
    second = ACME._replace(revision=2, members=frozenset({"pia", "nia"}))
    assert store.put(second, ACME) == PutOutcome()
    assert store.put(ACME._replace(revision=2, members=frozenset()), ACME).moved
    assert store.find("acme") == second
    assert store.partner_of("pia") == "acme"


def test_a_member_of_another_partner_is_named_and_nothing_is_written(store: PartnersStore) -> None:
    store.put(ACME, None)
    other = partner("other", ("zoe", "pia", "amy"), clients=())
    assert store.put(other, None) == PutOutcome(taken=("pia",))
    assert store.find("other") is None
    assert (store.partner_of("zoe"), store.partner_of("pia")) == (None, "acme")


def test_who_leaves_is_free_and_who_comes_is_known(store: PartnersStore) -> None:
    store.put(ACME, None)
    store.put(ACME._replace(revision=2, members=frozenset({"nia"})), ACME)
    assert (store.partner_of("pia"), store.partner_of("nia")) == (None, "acme")
    assert store.put(partner("other", ("pia",), clients=()), None) == PutOutcome()


def test_clients_come_and_go_with_their_lookups(store: PartnersStore) -> None:
    store.put(ACME, None)
    one = numbered(1)
    assert store.add_client("acme", one)
    assert store.owner_of(one.id) == "acme"
    assert store.find("acme") == ACME._replace(clients=(one,))
    assert store.remove_client("acme", one)
    assert not store.remove_client("acme", one)
    assert (store.find("acme"), store.owner_of(one.id)) == (ACME, None)


def test_ten_clients_are_as_many_as_a_mode_holds_and_removing_twice_makes_one_place(store: PartnersStore) -> None:
    store.put(ACME, None)
    assert all(store.add_client("acme", numbered(number)) for number in range(MAX_CLIENTS))
    assert not store.add_client("acme", numbered(99))
    assert store.add_client("acme", numbered(99, "sandbox"))
    for _ in range(3):
        store.remove_client("acme", numbered(0))
    assert store.add_client("acme", numbered(100))
    assert not store.add_client("acme", numbered(101))


def test_neither_a_closed_partner_nor_nobody_gets_a_client(store: PartnersStore) -> None:
    store.put(ACME._replace(status="closed"), None)
    assert not store.add_client("acme", numbered(1))
    assert not store.add_client("nobody", numbered(1))
    assert store.owner_of(numbered(1).id) is None


def test_of_two_who_rotate_the_same_secrets_one_does(store: PartnersStore) -> None:
    store.put(ACME, None)
    before = numbered(1)
    store.add_client("acme", before)
    first, second = (rotated(before, secret, NOW, 1_000) for secret in ("one", "two"))
    assert store.put_secrets("acme", before, first)
    assert not store.put_secrets("acme", before, second)
    assert store.find("acme") == ACME._replace(clients=(first,))
    store.remove_client("acme", first)
    assert not store.put_secrets("acme", first, second)


def test_a_use_is_noted_and_brings_no_client_back(store: PartnersStore) -> None:
    store.put(ACME, None)
    store.add_client("acme", numbered(1))
    store.note_use("acme", numbered(1).id, "2026-11-22")
    found = store.find("acme")
    assert found is not None
    assert found.clients[0].last_used_day == "2026-11-22"
    store.remove_client("acme", numbered(1))
    store.note_use("acme", numbered(1).id, "2026-11-23")
    assert store.find("acme") == ACME


def test_partners_are_listed_newest_first_and_page_by_page(store: PartnersStore) -> None:
    for number in range(5):
        store.put(partner(f"p{number}", (), created_at=NOW + number), None)
    first = store.listed(2)
    second = store.listed(2, first.after)
    last = store.listed(2, second.after)
    assert [row.id for page in (first, second, last) for row in page.rows] == ["p4", "p3", "p2", "p1", "p0"]
    assert last.after is None


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_table_of_partners_that_does_not_answer_is_told_from_one_that_refuses(fault: Fault) -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", PARTNERS)
    store = PartnersStore(connect(model), PARTNERS["TableName"])
    store.put(ACME, None)
    one = numbered(1)
    store.add_client("acme", one)
    for read in (lambda: store.find("acme"), lambda: store.partner_of("pia"), lambda: store.listed(1)):
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            read()
    for write in (
        lambda: store.put(ACME._replace(revision=2), ACME),
        lambda: store.add_client("acme", numbered(2)),
        lambda: store.put_secrets("acme", one, rotated(one, "new", NOW, 0)),
        lambda: store.note_use("acme", one.id, "2026-11-22"),
    ):
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unclear):
            write()


# --- The request log -----------------------------------------------------------------------------------------------


def asked(number: int, status: int = 200) -> Request:
    return Request(NOW + number, f"r{number}", "GET", "/v1/partner/{mode}/usage", status, "ok", 7, None)


EVER = Asking(OWNER, 0, 9_999_999_999_999)


def test_requests_read_back_newest_first_by_time_and_status(log: RequestsStore) -> None:
    written = [asked(number, status) for number, status in enumerate((200, 403, 404, 500, 201))]
    for one in written:
        log.note(OWNER, one)
    log.note("acme#sandbox", asked(9))
    log.count(OWNER, "2026-11-22", 5)
    assert list(log.page(EVER, 10).requests) == list(reversed(written))
    assert [one.status for one in log.page(EVER._replace(status="4xx"), 10).requests] == [404, 403]
    between = EVER._replace(since=NOW + 1, until=NOW + 3)
    assert [one.at - NOW for one in log.page(between, 10).requests] == [3, 2, 1]


def test_a_page_goes_on_where_the_one_before_ended(log: RequestsStore) -> None:
    for number in range(7):
        log.note(OWNER, asked(number))
    seen, after = [], None
    while True:
        page = log.page(EVER, 3, after)
        seen += [one.at - NOW for one in page.requests]
        after = page.after
        if after is None:
            break
    assert seen == list(range(6, -1, -1))


def test_what_is_rare_is_looked_for_within_bounds() -> None:
    """One request reads no more than a thousand lines, and says where to go on."""
    model = MemoryDynamoDB()
    model.call("CreateTable", REQUESTS)
    log = RequestsStore(connect(model), REQUESTS["TableName"])
    log.note(OWNER, asked(0, 500))
    for number in range(1, 6 * SCANNED):
        log.note(OWNER, asked(number))
    before = model.calls
    first = log.page(EVER._replace(status="5xx"), 10)
    assert (list(first.requests), model.calls - before) == ([], 5)
    second = log.page(EVER._replace(status="5xx"), 10, first.after)
    assert (list(second.requests), second.after) == ([asked(0, 500)], None)


def test_days_are_counted_and_those_without_requests_shown(log: RequestsStore) -> None:
    assert [log.count(OWNER, "2026-11-22", amount) for amount in (1, 10)] == [1, 11]
    log.count(OWNER, "2026-11-20", 3)
    log.count("acme#sandbox", "2026-11-22", 100)
    days = ["2026-11-22", "2026-11-21", "2026-11-20"]
    assert [tuple(use) for use in log.days(OWNER, days)] == list(zip(days, (11, 0, 3), strict=True))


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_table_of_requests_that_does_not_answer_is_unavailable(fault: Fault) -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", REQUESTS)
    log = RequestsStore(connect(model), REQUESTS["TableName"])
    for call in (
        lambda: log.note(OWNER, asked(1)),
        lambda: log.count(OWNER, "2026-11-22", 1),
        lambda: log.page(EVER, 1),
        lambda: log.days(OWNER, ["2026-11-22"]),
    ):
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            call()
