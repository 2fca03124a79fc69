"""Every difference that was planted is found under its name, and none is invented."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from cliffhanger.reconciling.domain import FINDINGS
from cliffhanger.reconciling.report import Day, Opening, document_of, text_of
from tests.unit.reconciling.messes import Shop

AFTER_A_CLEAN_DAY = Opening(first=False)


def found(day: Day) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.order) for finding in day.findings)


@pytest.mark.parametrize("seed", range(20))
def test_of_a_seeded_mess_every_difference_is_found_and_none_invented(seed: int):
    shop = Shop(seed)
    shop.trade(60)
    for code in FINDINGS:
        for _ in range(shop.random.randrange(1, 4)):
            shop.plant(code)
    shop.random.shuffle(shop.lines)
    shop.random.shuffle(shop.entries)
    day = shop.reconciled(AFTER_A_CLEAN_DAY)
    assert found(day) == shop.expected
    assert {code for code, _ in shop.expected} == set(FINDINGS)
    assert all(sums.unexplained == 0 for sums in day.sums.values())


@pytest.mark.parametrize("code", FINDINGS)
def test_each_difference_alone_is_named_with_its_cause_and_what_to_do(code: str):
    shop = Shop(1)
    shop.trade(5)
    shop.plant(code)
    day = shop.reconciled(AFTER_A_CLEAN_DAY)
    assert found(day) == shop.expected
    text = text_of(day)
    assert f"{code} (1)" in text
    assert FINDINGS[code].cause in text
    assert FINDINGS[code].do in text
    assert json.loads(document_of(day))["found"] == {code: 1}


def test_a_day_on_which_everything_agrees_says_so():
    shop = Shop(2)
    shop.trade(40)
    day = shop.reconciled()
    assert (day.findings, day.open, day.found) == ((), (), {})
    assert text_of(day).startswith("2026-11-27: everything agrees")
    assert json.loads(document_of(day))["clean"] is True


def test_totals_add_up_from_opening_over_lines_to_closing():
    shop = Shop(3)
    shop.trade(40)
    day = shop.reconciled(Opening(first=False, balances={"EUR": 1_000}))
    net = sum(line.net for line in shop.lines if line.currency == "EUR")
    assert day.sums["EUR"].closing == 1_000 + net
    assert day.sums["EUR"].provider["payouts"] < 0
    assert f"{1_000 + net:,}" in text_of(day)


def test_a_second_payment_that_was_refunded_and_never_booked_is_done_with():
    shop = Shop(4)
    shop.plant("paid_twice")
    second = shop.lines[-1]
    shop.line("refund", second.order, second.amount, second.currency, second.at_ms + 60_000)
    day = shop.reconciled(AFTER_A_CLEAN_DAY)
    assert (day.findings, day.open) == ((), ())


def test_an_entry_that_overtook_its_purchase_and_knows_no_amount_is_paired_all_the_same():
    shop = Shop(5)
    shop.both("payment", "order1", 500, "EUR")
    shop.line("refund_failure", "order1", 200, "EUR", shop.moment())
    shop.entry("refund_failure", "order1", None, "", shop.moment())
    day = shop.reconciled(AFTER_A_CLEAN_DAY)
    assert (day.findings, day.counts["pairs"]) == ((), 2)
    assert all(sums.unexplained == 0 for sums in day.sums.values())


def test_what_is_counted_is_counted_even_where_a_report_holds_no_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cliffhanger.reconciling.service.MAX_KEPT", 3)
    shop = Shop(6)
    for _ in range(10):
        shop.plant("paid_not_granted")
    day = shop.reconciled(AFTER_A_CLEAN_DAY)
    assert (len(day.findings), day.found) == (3, {"paid_not_granted": 10})


def test_of_two_payments_that_nobody_granted_the_second_was_paid_twice():
    shop = Shop(7)
    for minutes in (0, 5):
        shop.line("payment", "order1", 500, "EUR", 1_795_770_000_000 + minutes * 60_000)
    day = shop.reconciled(AFTER_A_CLEAN_DAY)
    assert sorted(finding.code for finding in day.findings) == ["paid_not_granted", "paid_twice"]


def test_what_is_told_for_the_last_time_is_carried_no_further():
    shop = Shop(8)
    shop.plant("left_open")
    day = shop.reconciled(AFTER_A_CLEAN_DAY)
    assert ([finding.code for finding in day.findings], day.open) == (["left_open"], ())
