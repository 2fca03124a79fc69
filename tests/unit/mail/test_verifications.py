"""Creators are told by mail what was decided of them, in their language, and nothing of why."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.events.catalogue import newest
from cliffhanger.mail.verifications import DECIDED, EXPIRING, Standing, render_standing, standing_by

OUTCOMES = ("approved", "refused", "again", "unfinished", "canceled", "gone", "expired")


def detail(outcome: str = "approved") -> dict[str, Any]:
    example = newest(DECIDED).example
    return {**example, "data": {**example["data"], "outcome": outcome}}


def test_a_decision_and_an_end_to_come_are_told() -> None:
    assert standing_by(detail()) == Standing(detail()["id"], "4h7d9k2m8q1r5t0v", "approved", "2028-11-20")
    ending = standing_by(newest(EXPIRING).example)
    assert ending is not None
    assert (ending.what, ending.until) == ("expiring", "2026-12-21")
    assert standing_by(newest("CoinsBought").example) is None


@pytest.mark.parametrize("language", ["en", "es", "es-MX", "fr", None])
@pytest.mark.parametrize("outcome", [*OUTCOMES, "expiring"])
def test_every_outcome_has_words_in_every_language(outcome: str, language: str | None) -> None:
    mail = render_standing(Standing("evt", "mia", outcome, "2028-11-20"), language, "https://watch.example")
    assert mail.subject
    assert "https://watch.example/earnings.html" in mail.text
    assert ("2028-11-20" in mail.text) == (outcome in ("approved", "expiring"))
    assert "list" not in mail.text


def test_the_schema_knows_no_outcome_without_words() -> None:
    assert set(newest(DECIDED).data["properties"]["outcome"]["enum"]) == set(OUTCOMES)


def test_what_names_no_person_is_refused() -> None:
    example = newest(DECIDED).example
    with pytest.raises(ValueError, match="person"):
        standing_by({**example, "data": {**example["data"], "personId": "Mia Sandoval"}})
