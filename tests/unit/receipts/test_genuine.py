"""Whatever the service writes is found genuine: by itself, in a chain, in any order, of every version."""

from __future__ import annotations

import contextlib
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from cliffhanger.commerce.price_lists import AMOUNTS
from cliffhanger.ledger.lots import MAX_LOTS
from cliffhanger.wallet.statement import kind_of
from tests.unit.house.tree import ROOT
from tests.unit.receipts.chains import (
    LIVES,
    Life,
    lived,
    lived_long,
    newer_story,
    of_version_1,
    of_version_2,
    receipt,
    receipts,
    story,
)
from tools import verify_receipt as verifier
from tools.openapi_wallet import RECEIPT_PROVEN

GOLDEN = Path(__file__).parent / "golden"
VALUES = st.recursive(
    st.booleans() | st.integers(-verifier.MAX_INTEGER, verifier.MAX_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
    max_leaves=6,
)


def old_life() -> Life:
    life = Life()
    life.buys(coins=100, cash=990)
    life.is_granted(coins=30)
    life.unlocks(12)
    life.unlocks(40, first=3, runs=((1, 40),))
    life.now += 100 * 86_400_000
    life.buys(coins=10, cash=7)
    return Life(of_version_1(life.chain), life.now)


def doubts(shown: list[dict[str, Any]]) -> list[Any]:
    """Everything that the verifier finds, and every gap."""
    judged = [verifier.judge(one) for one in shown]
    _, gaps = verifier.link(judged)
    return [*(finding for each in judged for finding in each.findings), *gaps]


@given(LIVES, LIVES, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_every_receipt_of_every_life_is_genuine_and_linked_in_whatever_order_they_come(
    old: list[Any], new: list[Any], dice: random.Random
) -> None:
    shown = receipts(lived_long(old, new).chain)
    dice.shuffle(shown)
    judged = [verifier.judge(one) for one in shown]
    linked, gaps = verifier.link(judged)
    assert [finding for each in judged for finding in each.findings] == []
    assert [each.unproven for each in judged if each.unproven] == []
    assert (len(linked), gaps) == (max(0, len(shown) - 1), [])


@given(LIVES)
def test_a_receipt_is_genuine_without_any_other(steps: list[Any]) -> None:
    for entry in lived(steps).chain:
        assert doubts([receipt(entry)]) == []


def middle_life() -> Life:
    life = story()
    return Life(of_version_2(life.chain), life.now)


@pytest.mark.parametrize(("version", "life"), [(1, old_life), (2, middle_life), (3, newer_story)])
def test_the_golden_receipts_are_what_the_api_answers_and_stay_genuine(version: int, life: Any) -> None:
    """The bytes are forever: what was downloaded years ago still verifies, and the same entries show the same."""
    golden = json.loads((GOLDEN / f"receipts-v{version}.json").read_text())
    assert receipts(life().chain) == golden
    assert doubts(golden) == []


@given(VALUES)
def test_its_canonical_form_is_that_of_rfc_8785(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value)
    except UnicodeEncodeError:
        return
    with contextlib.suppress(verifier.Refuted):  # of what nests deeper than an entry
        assert verifier.canonical(value).encode() == expected


@pytest.mark.parametrize("currency", AMOUNTS)
def test_it_writes_the_money_that_coins_are_sold_for_with_the_right_digits(currency: str) -> None:
    assert verifier.MINOR_UNITS.get(currency, 2) == AMOUNTS[currency][0]


def said(entry: Any) -> str:
    judged = verifier.judge(receipt(entry))
    assert judged.entry is not None
    return verifier.summary(judged.entry)


def test_a_spend_names_its_lots_their_expiry_their_cost_and_the_share_of_the_creator() -> None:
    """What people ask for, and do not get (FEATURES F7)."""
    assert said(story().chain[2]) == (
        "42 coins = 30 free expiring 7 Dec 2026 + 12 bought (USD 0.12); the creator gets USD 0.06"
    )


@pytest.mark.parametrize(
    ("seq", "words"),
    [
        (1, "+100 bought, +USD 1.00 behind bought coins"),
        (4, "at most 100 coins a day, at most 500 coins a series, unlocks without a tap allowed"),
        (6, "10 coins = 10 free expiring 30 Nov 2026"),
        (7, "-25 free, owes 10 free"),
        (9, "owes 10 free"),
        (10, "+30 free, +12 bought, +USD 0.12 behind bought coins"),
        (11, "+50 bought, +EUR 0.45 behind bought coins, 20 free expired"),
        (12, "+USD 2.50"),
        (14, "+20 game"),
        (16, "15 free + 5 bought + 20 game held until 11 Jan 2027"),
        (17, "-5 free, -20 game"),
        (18, "USD 2.00 held until 5 Jan 2027"),
        (21, "what was held is released"),
        (22, "what was held is released"),
        (23, "-20 game, owes 20 game"),
        (24, "-3 bought, -EUR 0.02 behind bought coins, owes 20 game, 10 free expired"),
    ],
)
def test_other_entries_say_what_they_moved(seq: int, words: str) -> None:
    assert said(newer_story().chain[seq - 1]) == words


def test_episodes_bought_together_share_the_price_to_the_last_coin() -> None:
    shares = receipt(story().chain[2])["episodes"]
    assert shares == [{"episode": 2, "coins": 10}, {"episode": 3, "coins": 11}, {"episode": 4, "coins": 21}]


def test_more_lots_than_are_kept_apart_become_fewer_and_every_receipt_stays_genuine() -> None:
    life = Life()
    life.is_granted(30, days=30)
    for number in range(1, MAX_LOTS + 6):
        life.buys(coins=number, cash=1_000 - number)
    life.unlocks(200, runs=((20, 10),))
    life.is_granted(5, days=60)
    life.is_refunded(len(life.chain) - 1)
    life.gives_back(1)
    assert max(len(entry.state.lots) for entry in life.chain) == MAX_LOTS
    assert doubts(receipts(life.chain)) == []


def test_gaps_are_told_and_are_no_doubt() -> None:
    shown = receipts(story().chain)
    judged = [verifier.judge(one) for one in (shown[0], shown[1], shown[5])]
    linked, gaps = verifier.link(judged)
    assert [(gap.first, gap.last) for gap in gaps] == [(3, 5)]
    assert len(linked) == 1
    assert not any(each.findings for each in judged)


def test_a_reversal_without_terms_is_one_all_the_same() -> None:
    """The reference says it, to the service as well as to the verifier."""
    old = of_version_1(story().chain)[9]
    judged = verifier.judge(receipt(old))
    assert judged.entry is not None
    assert verifier.kind_of(judged.entry) == kind_of(old) == "reversal"


def test_the_receipt_in_the_api_description_is_genuine() -> None:
    assert doubts([RECEIPT_PROVEN]) == []


def test_the_receipt_in_the_documents_is_genuine_and_verifies_to_the_words_that_stand_there() -> None:
    page = (ROOT / "docs" / "receipts.md").read_text()
    (shown,) = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    (printed,) = re.findall(r"```console\n\$ .*?\n(.*?)```", page, re.DOTALL)
    judged = [verifier.judge(shown)]
    voice = verifier.Voice(unicode=True, colour=False)
    assert shown == receipts(story().chain)[2]
    assert list(verifier.in_words(judged, *verifier.link(judged), voice)) == printed.splitlines()
