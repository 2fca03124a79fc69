"""What a reference answers that is asked for again with something else (LEDGER rule 4)."""

from __future__ import annotations

import pytest

from cliffhanger.errors import KeyReused
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import key_reference
from cliffhanger.wallet.service import credit_bought, grant_bonus
from tests.unit.wallet.books import PERSON, Books

ACCOUNT = f"viewer:{PERSON}"


def bought(books: Books, coins: int) -> Recorded:
    return credit_bought(
        books.store,
        ACCOUNT,
        coins=coins,
        cash=99,
        currency="USD",
        channel="web",
        source="external:stripe",
        reference="purchase:order-1:grant",
    )


def test_a_natural_reference_answers_with_its_first_entry_whatever_is_asked_now() -> None:
    """An order is paid once: a provider that tells it again, otherwise, neither pays again nor is refused for ever."""
    books = Books()
    first = bought(books, 100)
    again = bought(books, 200)
    assert (again.entry, again.repeated) == (first.entry, True)
    assert len(books.items) == 1


def test_a_callers_key_means_one_thing() -> None:
    books = Books()
    reference = key_reference("one", b"test")
    grant_bonus(books.store, ACCOUNT, coins=5, lifetime_days=30, reference=reference)
    with pytest.raises(KeyReused):
        grant_bonus(books.store, ACCOUNT, coins=6, lifetime_days=30, reference=reference)
    assert len(books.items) == 1
