"""What a person may tell of themselves."""

from __future__ import annotations

import unicodedata

import pytest

from cliffhanger.errors import ValidationFailed
from cliffhanger.people.domain import COUNTRIES, Profile, check_unmoved, checked

NOW = 1_763_710_000_000  # 2025-11-21
MIA = Profile("Mia", "en")


def refused(**changes: str | None) -> str:
    with pytest.raises(ValidationFailed) as error:
        checked(MIA._replace(**changes), NOW)
    for value in changes.values():
        assert not value or len(value) < 3 or value not in error.value.detail  # clients log what they are told
    return str(error.value.members["where"])


@pytest.mark.parametrize(
    "name",
    ["Mia", "M", "x" * 40, "Łukasz", "美亚", "مريم", "O'Neill-2", "👩‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 fan", "क्‍ष", "Mia Sofia"],
)
def test_names_of_any_script_are_kept_as_they_are(name: str) -> None:
    assert checked(MIA._replace(display_name=name), NOW).display_name == name


def test_a_name_is_kept_composed_and_without_spaces_around_it() -> None:
    """Two devices that write the same name differently must not make two names of it."""
    told = unicodedata.normalize("NFD", "  Zoé ")
    assert checked(MIA._replace(display_name=told), NOW).display_name == "Zoé"


def test_a_name_is_measured_as_it_is_kept() -> None:
    assert checked(MIA._replace(display_name="e\u0301" * 40), NOW).display_name == "é" * 40
    assert refused(display_name="\u0958" * 40) == "displayName"  # composed form: two characters each


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 41,
        "two\nlines",
        "tab\there",
        "nul\x00",
        "line\u2028separator",
        "para\u2029graph",
        "right\u202eto left",
        "isolate\u2067d",
        "mark\u200f",
        "mark\u200e",
        "mark\u061c",
        "\u200d",
        "\u3164",
        "\u2800\u2800",
        "\ud800",
    ],
)
def test_a_name_that_is_none_or_could_pass_for_anothers_is_refused(name: str) -> None:
    assert refused(display_name=name) == "displayName"


@pytest.mark.parametrize("language", ["en", "pt-BR", "zh-Hans", "zh-Hans-CN", "es-419", "fil"])
def test_languages_are_canonical_tags(language: str) -> None:
    assert checked(MIA._replace(language=language), NOW).language == language


@pytest.mark.parametrize("language", ["", "EN", "english", "en-us", "en_US", "en\n", "e", "zh-hans", "x-klingon"])
def test_what_is_no_canonical_tag_is_refused(language: str) -> None:
    assert refused(language=language) == "language"


def test_countries_are_those_that_iso_3166_1_assigns() -> None:
    assert len(COUNTRIES) == 249
    assert checked(MIA._replace(country="DE"), NOW).country == "DE"


@pytest.mark.parametrize("country", ["", "de", "XX", "EU", "UK", "DEU", "DE\n"])
def test_what_is_no_country_is_refused(country: str) -> None:
    assert refused(country=country) == "country"


@pytest.mark.parametrize("born", ["1900-01-01", "2000-02-29", "2025-11-21"])
def test_birth_dates_lie_between_1900_and_today(born: str) -> None:
    assert checked(MIA._replace(birth_date=born), NOW).birth_date == born


@pytest.mark.parametrize(
    "born", ["1899-12-31", "2025-11-22", "2001-02-29", "20000101", "2000-W01-1", "2000-1-1", "", "0000-00-00"]
)
def test_what_is_no_birth_date_is_refused(born: str) -> None:
    assert refused(birth_date=born) == "birthDate"


def test_a_birth_date_that_has_been_told_can_be_told_again_and_neither_changed_nor_forgotten() -> None:
    """Whoever could forget a young age would be shown what strangers of no age are shown."""
    check_unmoved(None, "2001-05-09")
    check_unmoved(None, None)
    check_unmoved("2001-05-09", "2001-05-09")
    for other in ("1990-05-09", None):
        with pytest.raises(ValidationFailed) as refusal:
            check_unmoved("2001-05-09", other)
        assert refusal.value.members == {"where": "birthDate"}
