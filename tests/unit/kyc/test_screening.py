"""Whoever is on a list is found however the name is written; whoever only has a common name is not."""

from __future__ import annotations

import json
import random
import string
import time
from typing import Any

import pytest

from cliffhanger.errors import ValidationFailed
from cliffhanger.kyc import lists
from cliffhanger.kyc.lists import MAX_NAMES, read_list, shipped
from cliffhanger.kyc.screening import THRESHOLD, likeness, screen

LISTS = (shipped(),)


def found(name: str, birth: str = "", country: str = "") -> list[str]:
    return [hit.entry for hit in screen(name, birth, country, LISTS).hits]


@pytest.mark.parametrize(
    ("name", "birth", "country", "entry"),
    [
        ("Viktor Arkadyevich Morozenko", "1961-04-30", "RU", "SYN-0001"),
        ("Morozenko Viktor", "1961-04-30", "RU", "SYN-0001"),
        ("Morozenko Viktor Arkadyevich", "", "", "SYN-0001"),
        ("Viktor Arkadievich Morozenco", "", "", "SYN-0001"),
        ("Виктор Морозенко", "1961-01-01", "RU", "SYN-0001"),
        ("Vіktоr Arkadyevich Mоrоzenkо", "1961-04-30", "", "SYN-0001"),
        ("Hasan Yousef Al Tamari", "1974-01-01", "SY", "SYN-0002"),
        ("Hassan Tamarri Yusuf", "1973-06-01", "SY", "SYN-0002"),
        ("Radmila Djordjevic Stojanac", "1959-11-02", "RS", "SYN-0003"),
        ("Esteban Quintanilla", "1968-07-19", "MX", "SYN-0004"),
        ("Soren Aegidius Thorlaksson", "1977-05-17", "IS", "SYN-0009"),
        ("Wilhelmina Kruyssbergh", "1990-01-01", "NL", "SYN-0010"),
        ("Papachrisanthou Theophanis", "1963-12-01", "GR", "SYN-0012"),
        ("Maria Garcia", "1955-08-12", "CO", "SYN-0011"),
    ],
)
def test_who_is_listed_is_found_swapped_misspelt_or_in_other_letters(
    name: str, birth: str, country: str, entry: str
) -> None:
    assert entry in found(name, birth, country)


@pytest.mark.parametrize(
    ("name", "birth", "country"),
    [
        ("Maria Garcia", "1990-02-02", "ES"),
        ("Maria Garcia Lopez", "1980-01-01", "MX"),
        ("Maria Lopez", "1955-08-12", "CO"),
        ("Viktor Petrov", "1961-04-30", "RU"),
        ("Esteban Ibarra", "1968-07-19", "MX"),
        ("Mohamed Ali", "1985-01-01", "EG"),
        ("John Smith", "1980-01-01", "US"),
        ("Kwabena Antwi", "1992-01-15", "GH"),
        ("Jean Baptiste", "1966-01-01", "CD"),
        ("Viktor", "1961-04-30", "RU"),
    ],
)
def test_a_common_name_with_another_birth_is_no_hit(name: str, birth: str, country: str) -> None:
    assert found(name, birth, country) == []


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("Kim Jong-un", "Kim Jongun"),
        ("Kim Jongun", "Jong Un Kim"),
        ("Li Xiao Long", "Xiaolong Li"),
        ("Abd al-Rahman Saeed", "Abdurrahman Saeed"),
        ("Abdul Rahman Saeed Haddad", "Saeed Abdulrahman"),
        ("Jean-Pierre Kabongo", "Jeanpierre Kabongo"),
        ("Mac Donald Fraser", "MacDonald Fraser"),
        ("Пак Сон Гиль", "Pak Songil"),
    ],
)
def test_who_is_listed_is_found_whether_a_name_is_written_in_one_word_or_two(listed: str, shown: str) -> None:
    """Passports and lists part the names of half the world each in their own way."""
    entry = {"id": "1", "names": [{"name": listed}]}
    whole = read_list(json.dumps({"list": "parted", "published": "2026-11-20", "entries": [entry]}).encode())
    (hit,) = screen(shown, "", "", (whole,)).hits
    assert hit.score >= THRESHOLD


def test_words_are_brought_together_only_where_the_other_name_has_them_so() -> None:
    assert likeness(("ann", "a", "marie"), ("anna", "marie")) == 100
    assert likeness(("ann", "a"), ("ann", "a")) == 100
    assert likeness(("ann", "anna"), ("a", "ann", "anna")) == likeness(("a", "ann", "anna"), ("ann", "anna")) > 95
    assert likeness(("mar", "ia"), ("maria", "garcia")) == 0


def test_a_date_of_birth_and_a_country_raise_and_lower_and_say_so() -> None:
    def score(birth: str, country: str) -> tuple[int, tuple[str, ...]]:
        (hit,) = screen("Viktor Morozenko Arkadievic", birth, country, LISTS).hits
        return hit.score, hit.reasons

    alone = score("", "")
    same, reasons = score("1961-04-30", "RU")
    assert same > alone[0] >= THRESHOLD
    assert reasons == ("name_alike", "birth_date_same", "country_same")
    assert "country_other" in score("1962-01-01", "DE")[1]
    assert score("1962-01-01", "DE")[0] < alone[0]


def test_an_alias_that_its_list_calls_weak_counts_less() -> None:
    (hit,) = screen("Abu Zubayr", "", "", LISTS).hits
    assert (hit.entry, hit.reasons) == ("SYN-0002", ("name_same", "alias_weak"))
    assert hit.score == 90
    assert found("Abu Zubayr", "1990-01-01", "MA") == []


@pytest.mark.parametrize("name", ["", "李小龍", "x " * 5_000, "🎬"])
def test_a_name_that_cannot_be_compared_is_never_clear(name: str) -> None:
    assert not screen(name, "1990-01-01", "US", LISTS).clear


def test_the_same_name_is_wholly_alike_and_one_word_of_two_is_not_at_all() -> None:
    assert likeness(("maria", "garcia"), ("garcia", "maria")) == 100
    assert likeness(("maria",), ("garcia", "maria")) == 0
    assert likeness(("madonna",), ("madonna",)) == 100


def test_names_drawn_at_random_are_clear() -> None:
    draw = random.Random(7)
    for _ in range(300):
        words = ["".join(draw.choices(string.ascii_lowercase, k=draw.randint(3, 9))) for _ in range(3)]
        assert screen(" ".join(words), "1990-01-01", "US", LISTS).clear


def test_of_twenty_thousand_entries_one_is_found_and_its_version_named() -> None:
    draw = random.Random(11)
    names = [" ".join("".join(draw.choices(string.ascii_lowercase, k=7)) for _ in range(3)) for _ in range(20_000)]
    entries = [{"id": f"E-{n}", "names": [{"name": name}]} for n, name in enumerate(names)]
    whole = read_list(json.dumps({"list": "large", "published": "2026-11-20", "entries": entries}).encode())
    began = time.perf_counter()
    (hit,) = screen(names[12_345], "", "", (whole,)).hits
    assert (hit.list, hit.entry, hit.score) == ("large/2026-11-20", "E-12345", 100)
    print(f"{time.perf_counter() - began:.3f} s")  # told, never judged


def document(**changes: Any) -> dict[str, Any]:
    entry = {"id": "1", "names": [{"name": "Some Body"}]}
    return {"list": "tried", "published": "2026-11-20", "entries": [entry], **changes}


def entry_with(**changes: Any) -> dict[str, Any]:
    return document(entries=[{"id": "1", "names": [{"name": "Some Body"}], **changes}])


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ([], "body"),
        (document(list="No Such"), "list"),
        (document(published="2026-02-30"), "published"),
        (document(published=20261120), "published"),
        (document(entries=[]), "entries"),
        (document(entries={}), "entries"),
        (document(entries=["x"]), "entries[0]"),
        (document(entries=document()["entries"] * 2), "entries"),
        (entry_with(id=""), "entries[0].id"),
        (entry_with(names=[]), "entries[0].names"),
        (entry_with(names=[{"name": " "}]), "entries[0].names[0]"),
        (entry_with(names=[{"name": "x" * 351}]), "entries[0].names[0]"),
        (entry_with(names=[{"name": "x"}] * (MAX_NAMES + 1)), "entries[0].names"),
        (entry_with(births=["30 Apr 1961"]), "entries[0].births"),
        (entry_with(countries=["Russia"]), "entries[0].countries"),
        (entry_with(programs=[7]), "entries[0].programs"),
    ],
)
def test_a_list_that_does_not_fit_is_refused_by_name(wrong: object, where: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        read_list(json.dumps(wrong).encode())
    assert caught.value.members["where"] == where


def test_what_is_no_json_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for body in (b"", b"\xff", b"[" * 100_000):
        with pytest.raises(ValidationFailed):
            read_list(body)
    monkeypatch.setattr(lists, "MAX_BYTES", 10)
    with pytest.raises(ValidationFailed):
        read_list(json.dumps(document()).encode())


def test_the_list_that_ships_names_nobody_real_and_says_so() -> None:
    assert shipped().version == "synthetic/2026-11-01"
    assert "Made up" in shipped().source
    assert all(entry.names[0].name.readable for entry in shipped().entries)
