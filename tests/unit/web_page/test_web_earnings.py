"""The page of a creator's money as files: policy, parts, and what it shares with the other rooms."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import get_args

import pytest

from cliffhanger.errors import PROBLEMS
from cliffhanger.kyc.domain import DAY_MS, REFUSED_DAYS, State
from cliffhanger.kyc.tiers import NOTICE_DAYS
from cliffhanger.payouts.domain import OVER, RULES, STATUSES
from local.stripe.identity import FAILURES
from tests.unit.web_page.test_web_page import FORBIDDEN, WEB, Markup

EARNINGS, ROOM = WEB / "earnings", WEB / "room"
MODULES = sorted(EARNINGS.glob("*.js"))
PAGE = Markup((WEB / "earnings.html").read_text())


def name_of(path: Path) -> str:
    return str(path.relative_to(WEB))


def test_the_page_needs_no_inline_code_and_no_inline_style() -> None:
    assert PAGE.inline == []


def test_every_file_that_the_page_names_is_there() -> None:
    for name in PAGE.named:
        assert name.startswith("#") or (WEB / name.removeprefix("/")).is_file(), name


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_import_of_the_page_is_there(module: Path) -> None:
    for name in re.findall(r'(?:from |import\()"(\.[^"]+)"', module.read_text()):
        assert (module.parent / name).resolve().is_file(), name


@pytest.mark.parametrize("file", [*MODULES, WEB / "earnings.html", EARNINGS / "earnings.css"], ids=name_of)
def test_no_file_of_the_page_uses_what_pages_do_without(file: Path) -> None:
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")
    assert [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_modules_are_small_enough_to_be_read() -> None:
    assert max(len(module.read_text().splitlines()) for module in MODULES) <= 350


def test_the_page_is_small_enough_for_a_cold_phone() -> None:
    shared = [WEB / f"{name}.js" for name in ("auth", "api", "config", "dom", "notices", "refusal", "words")]
    sheets = [WEB / "tokens.css", WEB / "base.css", *ROOM.glob("*.css"), *EARNINGS.glob("*.css")]
    files = [*MODULES, *ROOM.glob("*.js"), *shared, *sheets, WEB / "earnings.html"]
    size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
    assert size <= 60_000, f"{size} bytes"


def keys_of(module: str, table: str) -> set[str]:
    """The names that an object of a module has words for."""
    text = (EARNINGS / module).read_text().split(f"const {table} = {{")[1].split("};")[0]
    return set(re.findall(r"^  (\w+): ", text, re.MULTILINE))


def test_every_rule_and_state_has_words_of_its_own_and_no_word_is_for_another() -> None:
    assert keys_of("payout-words.js", "RULES") == set(RULES)
    assert keys_of("payout-words.js", "STATES") == set(STATUSES)
    assert keys_of("payout-person.js", "STATES") | {"verified"} == set(get_args(State))
    assert keys_of("payout-person.js", "WANTING") >= set(FAILURES)
    codes = keys_of("payout-words.js", "CODES")
    own = re.search(r"OWN_CODES = .*?\(\[(.*?)\]", (WEB / "words.js").read_text(), re.DOTALL)
    assert own
    assert codes - {error.code for error in PROBLEMS} - set(re.findall(r'"(\w+)"', own[1])) == {"sign_in_not_new"}


def test_the_page_follows_what_is_not_over_and_offers_a_document_when_its_end_is_told() -> None:
    followed = re.search(r"UNDER_WAY = (\[.*?\]);", (EARNINGS / "payout-words.js").read_text())
    assert followed
    assert set(json.loads(followed[1])) == set(STATUSES) - OVER
    notice = re.search(r"NOTICE_MS = (\d+) \* (\d+)_(\d+)_(\d+);", (EARNINGS / "payout-person.js").read_text())
    assert notice
    assert int(notice[1]) * int("".join(notice.groups()[1:])) == NOTICE_DAYS * DAY_MS


EURO = set(re.findall("..", "ATBEBGCYDEEEESFIFRGRHRIEITLTLULVMTNLPTSISK"))
"""Where a bank's money is the euro, from 2026 on (European Central Bank, "Our money")."""


def test_whoever_has_a_bank_in_the_euro_area_finds_its_country() -> None:
    listed = re.search(r"COUNTRIES = (\[.*?\]);", (EARNINGS / "payout-bank.js").read_text(), re.DOTALL)
    assert listed
    countries = re.findall(r'"(\w\w)"', listed[1])
    assert set(countries) >= EURO
    assert countries == sorted(countries)


def test_who_was_refused_is_told_after_how_many_days_they_may_try_again() -> None:
    refused = re.search(r'  refused: "(.*)",', (EARNINGS / "payout-person.js").read_text())
    assert refused
    assert f"anew {REFUSED_DAYS} days after" in refused[1]


def test_the_studio_and_the_page_of_its_creators_money_lead_to_each_other() -> None:
    assert "/earnings.html" in Markup((WEB / "studio.html").read_text()).named
    assert "/studio.html" in PAGE.named
