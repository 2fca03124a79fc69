"""Errors as problem documents."""

from __future__ import annotations

from cliffhanger.errors import PriceChanged
from cliffhanger.web import problems


def test_a_member_cannot_stand_in_for_one_of_the_standards_own() -> None:
    document = problems.document_of(PriceChanged("Look again.", priceCoins=3, status="done", code="other"))
    assert (document["status"], document["code"], document["priceCoins"]) == (409, "price_changed", 3)
