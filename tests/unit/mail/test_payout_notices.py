"""What creators are written about their money: once, in their language, and never what their bank is."""

from __future__ import annotations

import pytest

from cliffhanger.events.catalogue import newest
from cliffhanger.mail.payout_notices import TOLD, payout_notice_by, render_payout_notice
from cliffhanger.mail.payout_rules import OTHERWISE, WHY
from cliffhanger.payouts.domain import RULES

ORIGIN = "https://watch.example"


@pytest.mark.parametrize("kind", sorted(TOLD))
@pytest.mark.parametrize("language", ["en", "es-MX", "ja", None])
def test_each_is_told_in_the_nearest_language_with_its_amounts_and_where_to_look(
    kind: str, language: str | None
) -> None:
    notice = payout_notice_by(newest(kind).example)
    assert notice is not None
    mail = render_payout_notice(notice, language, ORIGIN)
    assert f"{ORIGIN}/earnings.html" in mail.text
    assert "{" not in mail.subject + mail.text
    if kind == "PayoutPaid":
        assert ("125,00 USD" if language == "es-MX" else "125.00 USD") in mail.subject
        assert ("123,75 USD" if language == "es-MX" else "123.75 USD") in mail.text


@pytest.mark.parametrize("language", sorted(WHY))
@pytest.mark.parametrize("rule", [*RULES, "a_rule_of_tomorrow"])
def test_why_is_said_in_words_of_their_language_and_never_as_a_code(rule: str, language: str) -> None:
    odd = newest("PayoutFailed").example
    notice = payout_notice_by({**odd, "data": {**odd["data"], "rule": rule}})
    assert notice is not None
    text = render_payout_notice(notice, language, ORIGIN).text
    assert "_" not in text
    assert WHY[language].get(rule, OTHERWISE[language]) in text
    other = {code: render_payout_notice(notice, code, ORIGIN).text for code in WHY}
    assert len(set(other.values())) == len(WHY)


def test_each_rule_has_words_of_its_own_in_every_language() -> None:
    for why in WHY.values():
        assert set(why) == set(RULES)
        assert len(set(why.values())) == len(RULES)


def test_a_changed_bank_says_from_when_on_it_is_paid_out_to_and_what_to_do() -> None:
    notice = payout_notice_by(newest("PayoutDestinationChanged").example)
    assert notice is not None
    text = render_payout_notice(notice, "en", ORIGIN).text
    assert "2026-11-24 18:04 UTC" in text
    assert "If it was not you" in text


def test_other_events_ask_for_none() -> None:
    assert payout_notice_by(newest("PayoutRequested").example) is None
    assert payout_notice_by(newest("CoinsBought").example) is None


def test_an_event_that_names_no_person_is_not_of_its_schema() -> None:
    odd = newest("PayoutPaid").example
    with pytest.raises(ValueError, match="no person"):
        payout_notice_by({**odd, "data": {**odd["data"], "personId": "a:b"}})
