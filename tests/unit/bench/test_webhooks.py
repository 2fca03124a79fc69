"""What webhooks cost and what harms them: counted, by hand where it can be, and able to find what would be wrong."""

from __future__ import annotations

import pytest

from bench.costs import read_prices
from bench.webhooks.costs import Weighing, Working, lines_of, write_units
from bench.webhooks.queue import Queue
from bench.webhooks.receiver import Noted
from bench.webhooks.runs import kept
from cliffhanger.webhooks.sending import Answered, Post, Unanswered

HAND = Working(2, 2, {"fanout": 0.01, "deliver": 0.02}, {"fanout": 2_000, "deliver": 3_000}, 2_000)
CAME = Noted("/quick/1", "evt-1", "body", "fact", 1.0)
WANTED = {("/quick/1", "evt-1"), ("/quick/2", "evt-1")}


class Taking:
    """A sender whose posts are all taken."""

    def send(self, _post: Post) -> Answered | Unanswered:
        return Answered(204, None, b"", 3, "127.0.0.1")


def test_a_delivery_that_succeeds_at_once_is_written_twice_whatever_its_event():
    write, _ = write_units(Weighing(Taking()), 443)
    assert write == 2


def test_the_lines_of_a_million_deliveries_are_units_times_prices():
    usd = lines_of(HAND, read_prices())
    assert usd["dynamodb"] == pytest.approx(2 * 0.625 + 2 * 0.125)
    assert usd["queue"] == pytest.approx(((1 + 0.2) / 5 + 0.2 + 0.2) * 0.4)
    assert usd["logs"] == pytest.approx((2_000 / 50 + 3_000 / 10) * 0.5 / 1_000)
    assert usd["transfer"] == pytest.approx(2_000 * 0.09 / 1_000)
    assert usd["lambda"] > 0.4 / 2 / 10 * 13.3334


def test_what_did_not_come_or_is_not_recorded_is_lost():
    assert kept(1, WANTED, [CAME], WANTED).lost == 1
    assert kept(1, {("/quick/1", "evt-1")}, [CAME], set()).lost == 1
    assert kept(1, {("/quick/1", "evt-1")}, [CAME], WANTED).lost == 0


@pytest.mark.parametrize(
    ("other", "duplicated", "repeated"),
    [
        (CAME, 0, 1),
        (CAME._replace(path="/quick/2"), 0, 0),
        (CAME._replace(body="another"), 1, 1),
        (CAME._replace(identity="evt-2", body="another"), 1, 0),
        (CAME._replace(identity="evt-2", body="another", fact="another"), 0, 0),
    ],
    ids=["the same once more", "at another endpoint", "another body", "a fact under another id", "another event"],
)
def test_an_id_with_two_bodies_and_a_fact_with_two_ids_are_duplicates(other: Noted, duplicated: int, repeated: int):
    found = kept(1, WANTED, [CAME, other], WANTED)
    assert (found.duplicated, found.repeated) == (duplicated, repeated)


def test_a_queue_hands_a_message_out_once_while_it_is_hidden_and_again_when_it_was_not_deleted():
    queue = Queue(hidden_s=60)
    queue.send(["one", "two"])
    first = queue.receive(10, wait_s=0)
    assert [each.text for each in first] == ["one", "two"]
    assert queue.receive(10, wait_s=0) == []
    queue.settle([first[0].identity], [first[1].identity])
    assert [each.text for each in queue.receive(10, wait_s=0)] == ["two"]
    assert len(queue) == 1


def test_a_queue_hides_a_killed_consumer_s_messages_no_longer_than_its_time():
    queue = Queue(hidden_s=0)
    queue.send(["one"])
    assert queue.receive(10, wait_s=0) == queue.receive(10, wait_s=0)


def test_a_delayed_message_is_not_handed_out_before_its_time():
    queue = Queue(hidden_s=60)
    queue.send(["late"], delay_s=60)
    assert queue.receive(10, wait_s=0) == []
