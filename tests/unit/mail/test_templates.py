"""What viewers read, to the letter: a receipt in each language, and amounts as each currency is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.clock import ms_of
from cliffhanger.commerce.price_lists import AMOUNTS
from cliffhanger.mail.domain import Receipt
from cliffhanger.mail.templates import money, render
from cliffhanger.mail.words import WORDS

GOLDEN = Path(__file__).parent / "golden"
AT = ms_of("2026-11-27T18:04:05.123Z")
BOUGHT = Receipt("purchase", "9k3m1q8v4t6x0b2c", 7, 1_150, 150, 1_999, "EUR", AT)
REFUNDED = Receipt("refund", "9k3m1q8v4t6x0b2c", 12, 100, 0, 1_500, "JPY", AT)
ORIGIN = "https://watch.example.com"


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("receipt", [BOUGHT, REFUNDED], ids=lambda receipt: receipt.kind)
def test_a_receipt_reads_as_it_was_written(receipt: Receipt, language: str):
    mail = render(receipt, language, ORIGIN)
    name = f"{receipt.kind}.{language}"
    assert f"{mail.subject}\n\n{mail.text}" == (GOLDEN / f"{name}.txt").read_text()
    assert mail.html == (GOLDEN / f"{name}.html").read_text()


@pytest.mark.parametrize(
    ("amount", "currency", "english", "spanish"),
    [
        (1_999, "EUR", "19.99 EUR", "19,99 EUR"),
        (5, "USD", "0.05 USD", "0,05 USD"),
        (750, "JPY", "750 JPY", "750 JPY"),
        (13_000, "KRW", "13,000 KRW", "13.000 KRW"),
        (399_900, "INR", "3,999.00 INR", "3.999,00 INR"),
        (123_456_789, "CHF", "1,234,567.89 CHF", "1.234.567,89 CHF"),
    ],
)
def test_amounts_have_as_many_digits_as_their_currency(amount: int, currency: str, english: str, spanish: str):
    assert (money(amount, currency, WORDS["en"]), money(amount, currency, WORDS["es"])) == (english, spanish)


@pytest.mark.parametrize("currency", AMOUNTS)
def test_every_currency_that_coins_are_sold_in_is_written_with_its_own_digits(currency: str):
    written = money(1_234_567, currency, WORDS["en"]).split()[0]
    assert len(written.partition(".")[2]) == AMOUNTS[currency][0]


@pytest.mark.parametrize(
    ("language", "read"), [("es-MX", "es"), ("en-GB", "en"), ("fr", "en"), (None, "en"), ("es", "es")]
)
def test_the_nearest_language_is_chosen(language: str | None, read: str):
    assert render(BOUGHT, language, ORIGIN) == render(BOUGHT, read, ORIGIN)


@pytest.mark.parametrize("language", WORDS)
def test_a_receipt_loads_nothing_and_leads_to_our_own_pages_only(language: str):
    html = render(BOUGHT, language, ORIGIN).html
    assert not any(loading in html for loading in ("<img", "<script", "<link", "url(", "src="))
    assert html.count("https://") == html.count(ORIGIN) == 2


@pytest.mark.parametrize("receipt", [BOUGHT, REFUNDED], ids=lambda receipt: receipt.kind)
def test_a_receipt_leads_to_its_entry_in_the_statement(receipt: Receipt):
    mail, address = render(receipt, "en", ORIGIN), f"{ORIGIN}/#receipt-{receipt.seq}"
    assert address in mail.text.splitlines()
    assert f'href="{address}"' in mail.html


def test_a_pack_without_bonus_says_nothing_of_bonus():
    text = render(BOUGHT._replace(bonus=0), "en", ORIGIN).text
    assert "Bonus" not in text


@pytest.mark.parametrize("language", WORDS)
def test_a_bonus_that_did_not_come_is_said_so(language: str):
    mail = render(BOUGHT._replace(bonus=0, withheld=50), language, ORIGIN)
    words = WORDS[language]
    (line,) = [line for line in mail.text.splitlines() if line.startswith(words.bonus)]
    assert line.removeprefix(words.bonus).strip() == words.withheld
    assert words.withheld in mail.html


def test_every_language_has_every_word_and_the_same_blanks():
    for words in WORDS.values():
        assert (
            set(words.subject)
            == set(words.opening)
            == set(words.closing)
            == set(words.amount)
            == {"purchase", "refund"}
        )
        assert all("{amount}" in subject for subject in words.subject.values())
        assert len(words.months) == 12
