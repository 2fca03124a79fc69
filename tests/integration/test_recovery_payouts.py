"""A ledger that was restored to before a payout does not pay it again: the table of payouts knows that it was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.payouts.domain import Wish, creator
from cliffhanger.payouts.policy import DAY_MS, terms_of
from cliffhanger.payouts.service import request
from cliffhanger.payouts.standing import standing_of
from tests.support.dynamodb import connect
from tests.support.payout_tables import PAYOUTS
from tests.support.payouts import CLEO, House
from tests.support.tables import LEDGER
from tests.unit.auditing.forging import codes
from tools import rebook_payouts as command

NAME = LEDGER["TableName"]
AMOUNT = 20_000
Run = Callable[..., int]


@pytest.fixture
def house() -> House:
    made = House()
    made.earn(50_000)
    return made


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over the house's tables."""
    monkeypatch.setattr(command, "connection_of", lambda _given: connect(house.model))
    return lambda *words: command.main(["--table", NAME, "--payouts", PAYOUTS["TableName"], *words])


def in_transit(house: House) -> None:
    house.ask(AMOUNT)


def paid(house: House) -> None:
    in_transit(house)
    house.bank.end(next(iter(house.bank.payouts)), "paid")
    house.hear()
    house.go_on()


def returned(house: House) -> None:
    paid(house)
    house.now += 3 * DAY_MS
    house.bank.end(next(iter(house.bank.payouts)), "failed")
    house.hear()


def failed(house: House) -> None:
    in_transit(house)
    house.bank.end(next(iter(house.bank.payouts)), "failed")
    house.hear()
    house.go_on()


def seqs(house: House) -> int:
    head = house.ledger.head(creator(CLEO))
    return 0 if head is None else head.seq


def restore(house: House, seq: int) -> None:
    """The ledger as it was when the creator's chain ended there."""
    items: list[dict[str, Any]] = house.model.items(NAME)
    lost = creator(CLEO)
    house.model.load(NAME, [it for it in items if it["account"]["S"] != lost or int(it["seq"]["N"]) <= seq])


def test_a_payout_that_a_restore_has_lost_is_named_then_written_and_then_the_books_lack_nothing(
    house: House, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before = seqs(house)
    paid(house)
    balance = house.balance
    restore(house, before)
    assert standing_of(house.desk, CLEO, "USD").payable == balance + AMOUNT, "it would be paid once more"
    stands = house.model.fingerprint()
    assert run("--dry-run") == 1
    assert f"{CLEO}/one, paid: the books do not say that {AMOUNT} USD has left the account" in capsys.readouterr().out
    assert house.model.fingerprint() == stands
    assert run() == 0
    assert house.balance == balance
    assert codes(house.audited(tmp_path)) == set()
    stands = house.model.fingerprint()
    assert run() == 0
    assert house.model.fingerprint() == stands


@pytest.mark.parametrize("story", [in_transit, paid, failed, returned])
def test_whatever_of_a_payout_is_lost_the_creator_has_as_much_as_before(
    house: House, run: Run, tmp_path: Path, story: Callable[[House], None]
):
    """To just after each entry of the chain: before the hold, before the post, before what came back."""
    first = seqs(house)
    story(house)
    balance, last, whole = house.balance, seqs(house), house.model.items(NAME)
    for seq in reversed(range(first, last + 1)):
        house.model.load(NAME, whole)
        restore(house, seq)
        assert run() == 0
        assert (house.balance, house.held) == (balance, 0)
    assert codes(house.audited(tmp_path)) == set()


def test_one_whose_transfer_may_have_been_made_is_booked_and_goes_on_to_be_sent_once(house: House, run: Run):
    """Not booked, it would fail as expired, with its money at the bank and on the account."""
    before = seqs(house)
    house.bank.loses = ["transfer"]
    house.at_wait = lambda: restore_once(house, before, run)
    in_transit(house)
    assert len(house.bank.transfers) == 1
    assert (house.payout().status, house.balance, house.held) == ("inTransit", 50_000 - AMOUNT, 0)


def restore_once(house: House, seq: int, run: Run) -> None:
    house.at_wait = lambda: None
    restore(house, seq)
    assert run() == 0


def test_one_that_had_not_left_is_not_booked(house: House, run: Run):
    """It fails as expired when payouts are switched on, and its creator asks again."""
    before = seqs(house)
    found = terms_of("USD", "standard")
    assert found is not None
    request(house.desk, CLEO, "one", Wish(AMOUNT, "USD", "standard", found[1].of(AMOUNT)))
    asked = house.payout()
    assert house.store.put(asked.moved("held", house.now)._replace(revision=asked.revision + 1))
    assert run() == 0
    assert seqs(house) == before


def test_what_the_account_cannot_bear_is_left_to_a_person(house: House, run: Run, capsys: pytest.CaptureFixture[str]):
    """Its income is lost too: that comes first."""
    paid(house)
    restore(house, 0)
    assert run() == 1
    assert "insufficient_funds" in capsys.readouterr().out
    house.now += 1
    house.earn(50_000)
    assert run() == 0
