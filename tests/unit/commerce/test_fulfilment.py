"""What a provider tells is done to the books once, whatever comes twice, late, first, or from nobody we know."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.commerce.fulfilment import REFUSALS
from cliffhanger.errors import Undecided
from cliffhanger.ledger.tracing import MOST_PAYEES
from cliffhanger.payments.facts import PaymentFailed, Transition
from tests.support.dynamodb import Call, Fault, NoFaults
from tests.unit.commerce.counter import PERSON, TASTE, WEEKEND, Counter
from tests.unit.ledger.shop import NOW


class Losing(NoFaults):
    """Loses the replies of the next so many puts, or fails them before anything is written."""

    def __init__(self) -> None:
        self.times, self.fault = 0, Fault.LOST_REPLY

    def strike(self, call: Call) -> Fault | None:
        if call.operation != "PutItem" or not self.times:
            return None
        self.times -= 1
        return self.fault


@pytest.fixture
def shop() -> Counter:
    return Counter()


def test_a_payment_that_is_told_twice_is_granted_once(shop: Counter) -> None:
    order = shop.ordered()
    outcomes = {shop.told(shop.provider.paid(order, shop.now + late)) for late in (0, 5, 90_000)}
    assert len(outcomes) == 1
    assert shop.has() == {"coin": 100, "EUR.deferred": 99}


def test_a_crash_between_the_payment_and_the_grant_is_healed_by_telling_it_again() -> None:
    losing = Losing()
    shop = Counter(losing)
    order = shop.ordered()
    paid = shop.provider.paid(order, shop.now)
    losing.times, losing.fault = 99, Fault.THROTTLED
    with pytest.raises(Undecided):
        shop.told(paid)
    losing.times = 0
    assert (shop.told(paid).word, shop.has()["coin"]) == ("granted", 100)


def test_a_lost_reply_of_the_grant_grants_once() -> None:
    losing = Losing()
    shop = Counter(losing)
    order = shop.ordered()
    losing.times = 1
    shop.told(shop.provider.paid(order, shop.now))
    assert shop.has()["coin"] == 100
    assert len(shop.chain()) == 1


def test_an_order_that_is_not_ours_is_refused_and_nothing_is_written(shop: Counter) -> None:
    order = shop.ordered()
    foreign = shop.provider.paid(order, shop.now)._replace(order="0000000000000000")
    assert shop.told(foreign).word == "unknown_order"
    assert shop.told(foreign._replace(order=order, person="theo")).word == "unknown_order"
    assert shop.ledger.head("viewer:mia") is shop.ledger.head("viewer:theo") is None


def test_another_amount_or_currency_than_the_orders_is_refused(shop: Counter) -> None:
    order = shop.ordered()
    paid = shop.provider.paid(order, shop.now)
    for wrong in (paid._replace(amount=98), paid._replace(amount=100), paid._replace(currency="USD")):
        outcome = shop.told(wrong)
        assert (outcome.word, outcome.refused) == ("other_amount", True)
    assert shop.ledger.head("viewer:mia") is None
    assert {"unknown_order", "other_amount"} == REFUSALS


def test_a_refund_that_was_made_at_the_providers_counts_once_and_may_come_first(shop: Counter, tmp_path: Path) -> None:
    order = shop.ordered(WEEKEND)
    refund = shop.provider.refunded(order, "r1", shop.now, 100)
    for _ in range(2):
        assert shop.told(refund).word == "refunded"
    shop.told(shop.provider.paid(order, shop.now))
    shop.told(refund)
    assert shop.has() == {"coin": 550 - 550 * 100 // 499, "bonus": 25 - 25 * 100 // 499, "EUR.deferred": 399}
    stands = shop.stands(order)
    assert (stands.status, stands.refunded) == ("partlyRefunded", 100)
    assert shop.findings(tmp_path) == []


def test_a_failure_is_noted_and_a_payment_that_follows_counts(shop: Counter) -> None:
    order = shop.ordered()
    failed = PaymentFailed(order, PERSON, "pi", "card_declined", NOW)
    assert shop.told(failed).word == "failure_noted"
    assert (shop.stands(order).status, shop.stands(order).order.failure) == ("open", "card_declined")
    shop.told(failed._replace(code="expired"))
    assert shop.stands(order).status == "expired"
    shop.told(shop.provider.paid(order, shop.now))
    shop.told(failed)
    assert shop.stands(order).status == "paid"


def test_a_dispute_takes_the_coins_and_winning_it_gives_them_back(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought()
    assert shop.disputed(order, "warning").word == "nothing_to_do"
    taking: list[Transition] = ["opened", "funds_withdrawn", "opened"]
    for transition in taking:
        assert shop.disputed(order, transition).word == "dispute_taken"
    assert (shop.stands(order).status, shop.has()) == ("disputed", {})
    returning: list[Transition] = ["won", "funds_reinstated"]
    for transition in returning:
        assert shop.disputed(order, transition).word == "dispute_returned"
    assert shop.disputed(order, "opened").word == "dispute_taken"
    assert (shop.stands(order).status, shop.has()) == ("paid", {"coin": 100, "EUR.deferred": 99})
    assert shop.findings(tmp_path) == []


def test_a_dispute_that_is_lost_stays_and_the_spent_coins_are_owed(shop: Counter, tmp_path: Path) -> None:
    order = shop.bought()
    shop.spends(60)
    shop.disputed(order, "opened")
    shop.disputed(order, "lost")
    assert shop.has() == {"owed coin": 60}
    shop.bought(key="k2")
    assert shop.has()["coin"] == 40
    assert shop.findings(tmp_path) == []


def test_the_evidence_tells_what_was_paid_and_what_it_opened_and_names_nobody(shop: Counter) -> None:
    order = shop.bought()
    shop.spends(30)
    evidence = shop.disputed(order, "opened").evidence
    assert evidence is not None
    assert evidence["service_date"] == "2026-11-21"
    log = evidence["access_activity_log"]
    assert "30 coins opened episodes 2 to 2 of the-last-train; entry 2, SHA-256 " in log
    assert "mia" not in str(evidence)
    assert len(log) < 20_000


def test_no_evidence_is_given_where_it_is_too_late_or_nothing_was_delivered(shop: Counter) -> None:
    order = shop.ordered()
    assert not shop.disputed(order, "opened").evidence
    other = shop.bought(key="k2")
    assert shop.disputed(other, "opened", due=None).evidence is None
    assert shop.disputed(other, "lost").evidence is None


def test_a_clock_that_is_slow_grants_all_the_same(shop: Counter) -> None:
    shop.bought()
    shop.now -= 3_600_000
    shop.bought(TASTE, "k2")
    assert shop.has()["coin"] == 200
    entries = shop.chain()
    assert entries[0].at >= entries[1].at


def test_each_entry_by_which_a_dispute_takes_or_is_given_back_is_told_on_and_again_when_the_fact_is(
    shop: Counter,
) -> None:
    """Creators' payouts heed it: were one told too few, they would be paid what is to be given back."""
    heard: list[tuple[str, int]] = []
    shop.desk = shop.desk._replace(disputed=lambda account, seq: heard.append((account, seq)))
    order = shop.bought()
    taken = [shop.disputed(order, "opened").seq for _ in range(2)]
    back = shop.disputed(order, "won").seq
    assert heard == [("viewer:mia", seq) for seq in (*taken, back)]
    shop.disputed(order, "warning")
    assert len(heard) == 3


def test_what_the_house_bears_is_told(shop: Counter) -> None:
    """One entry asks twelve series at most: what a thirteenth had is nobody's loss but the house's."""
    order = shop.bought()
    for number in range(13):
        assert shop.spends(7, f"series-{number}")
    outcome = shop.disputed(order, "opened")
    entry = shop.ledger.entry("viewer:mia", outcome.seq)
    assert sum(line.source.startswith("series:") for line in entry.postings) == MOST_PAYEES
    assert outcome.borne == 6
