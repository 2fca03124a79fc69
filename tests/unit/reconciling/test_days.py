"""Days follow one another: what is in flight is no finding, nothing is lost between them, and nothing counts twice."""

from __future__ import annotations

import pytest

from cliffhanger.errors import InternalError
from cliffhanger.payments.ports import BalanceLine
from cliffhanger.reconciling.adapters import NoReports
from cliffhanger.reconciling.domain import DAY_MS, IN_FLIGHT_MS
from cliffhanger.reconciling.report import Day, Opening, document_of, opening_of
from cliffhanger.reconciling.service import Desk, following, reconcile_day, reconcile_next
from tests.unit.reconciling.messes import BEGIN, DAY, MINUTE, NOON, Entries, Lines, Shop, shelves

END, NEXT = BEGIN + DAY_MS, "2026-11-28"


class Drawer:
    """Reports, kept in memory; the first one of a day stands."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def last_day(self) -> str | None:
        return max(self.kept, default=None)

    def report(self, day: str) -> bytes | None:
        return self.kept[day].encode() if day in self.kept else None

    def put(self, day: str, document: str, text: str) -> None:
        self.kept.setdefault(day, document)


def next_day(shop: Shop, before: Day) -> Day:
    return shop.reconciled(opening_of(document_of(before)), NEXT)


def test_a_payment_before_midnight_that_is_booked_after_it_is_in_flight_and_then_paired():
    today, tomorrow = Shop(1), Shop(2)
    today.line("payment", "order1", 500, "EUR", END - MINUTE)
    tomorrow.entry("payment", "order1", 500, "EUR", END + MINUTE)
    first = today.reconciled(Opening(first=False))
    assert (first.findings, first.counts["in flight"]) == ((), 1)
    second = next_day(tomorrow, first)
    assert (second.findings, second.open, second.counts["pairs"]) == ((), (), 1)
    assert second.sums["EUR"].unexplained == 0
    assert second.sums["EUR"].opening == first.sums["EUR"].closing


@pytest.mark.parametrize(("before_the_end", "codes"), [(IN_FLIGHT_MS - 1, []), (IN_FLIGHT_MS, ["paid_not_granted"])])
def test_in_flight_ends_an_hour_before_the_day_does(before_the_end: int, codes: list[str]):
    shop = Shop(3)
    shop.line("payment", "order1", 500, "EUR", END - before_the_end)
    day = shop.reconciled(Opening(first=False))
    assert [finding.code for finding in day.findings] == codes
    assert len(day.open) == 1


def test_what_is_missing_is_told_each_day_until_it_is_there():
    today, quiet, mended = Shop(4), Shop(5), Shop(6)
    today.line("payment", "order1", 500, "EUR", NOON)
    first = today.reconciled(Opening(first=False))
    second = next_day(quiet, first)
    assert [finding.code for finding in (*first.findings, *second.findings)] == ["paid_not_granted"] * 2
    mended.entry("payment", "order1", 500, "EUR", END + DAY_MS + MINUTE)
    third = mended.reconciled(opening_of(document_of(second)), "2026-11-29")
    assert (third.findings, third.open) == ((), ())


def test_two_movements_that_are_under_way_are_not_taken_for_one_that_differs():
    shop = Shop(7)
    shop.both("payment", "order1", 900, "EUR")
    shop.line("refund", "order1", 100, "EUR", END - MINUTE)
    shop.entry("refund", "order1", 200, "EUR", NOON)
    day = shop.reconciled(Opening(first=False))
    assert [finding.code for finding in day.findings] == ["refund_not_made"]


def test_an_entry_that_two_exports_hold_counts_once():
    """An export holds what was written on its day, and after midnight the marks of entries from before are."""
    today = Shop(8)
    today.both("payment", "order1", 500, "EUR", END - 2 * MINUTE)
    first = today.reconciled(Opening(first=False))
    again = Shop(9)
    again.entries = list(today.entries)
    second = next_day(again, first)
    assert (second.counts["entries"], second.findings, second.open) == (0, (), ())


def test_an_entry_with_a_time_before_midnight_that_was_written_after_it_is_not_lost():
    first = Shop(10).reconciled(Opening(first=False))
    late = Shop(11)
    late.both("payment", "order1", 500, "EUR", END - 20_000)
    late.lines = []
    second = next_day(late, first)
    assert (second.counts["entries"], [each.order for each in second.open]) == (1, ["order1"])


def test_entries_of_long_ago_that_were_only_marked_on_the_day_do_not_count():
    shop = Shop(12)
    shop.entry("payment", "order1", 500, "EUR", BEGIN - DAY_MS)
    assert shop.reconciled(Opening(first=False)).counts["entries"] == 0


def test_on_the_first_day_its_first_hour_may_answer_to_payments_before_it():
    shop = Shop(13)
    shop.entry("payment", "order1", 500, "EUR", BEGIN + MINUTE)
    shop.entry("payment", "order2", 700, "EUR", NOON)
    day = shop.reconciled()
    assert [finding.order for finding in day.findings] == ["order2"]
    assert day.sums["EUR"].unexplained == 0


def test_days_are_reconciled_in_order_beginning_with_yesterday_and_each_once():
    drawer, shop = Drawer(), Shop(14)
    desk = Desk(Lines([]), Entries([]), drawer, shelves)
    now = END + DAY_MS + 30 * MINUTE  # the 29th, half past midnight
    assert [day and day.day for day in (reconcile_next(desk, now), reconcile_next(desk, now))] == [NEXT, None]
    later = now + 3 * DAY_MS
    caught_up = [reconcile_next(desk, later) for _ in range(4)]
    assert [day and day.day for day in caught_up] == ["2026-11-29", "2026-11-30", "2026-12-01", None]
    assert [day.first for day in caught_up if day] == [False] * 3
    assert shop.expected == {}


def test_a_day_whose_entries_cannot_be_read_yet_waits():
    class Waiting(Entries):
        def ready(self, _day: str) -> bool:
            return False

    drawer = Drawer()
    assert reconcile_next(Desk(Lines([]), Waiting([]), drawer, shelves), END) is None
    assert drawer.kept == {}


def test_a_side_that_was_not_read_is_no_day_with_a_hundred_thousand_differences(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cliffhanger.reconciling.service.MAX_OPEN", 3)
    lines = [BalanceLine(f"t{n}", "charge", 5, 0, 5, "EUR", "s", f"order{n}", NOON) for n in range(4)]
    with pytest.raises(InternalError):
        reconcile_day(Desk(Lines(lines), Entries([]), NoReports(), shelves), DAY, END)


@pytest.mark.parametrize("document", ["", "[]", '{"v": 2}', '{"v": 1, "open": 3}'])
def test_what_is_no_report_opens_no_day(document: str):
    with pytest.raises(InternalError):
        opening_of(document)


def test_the_day_before_the_first_of_a_month_is_the_last_of_another():
    assert (following("2026-12-01", -1), following("2026-02-28")) == ("2026-11-30", "2026-03-01")
