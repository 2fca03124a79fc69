"""However a name is written, it is compared in one form; what cannot be brought into it is never taken for clear."""

from __future__ import annotations

import pytest

from cliffhanger.kyc.names import MAX_CHARS, MAX_TOKENS, normalised


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("Viktor MOROZENKO", ("morozenko", "viktor")),
        ("Morozenko, Viktor", ("morozenko", "viktor")),
        ("  Viktor\u00a0\tMorozenko ", ("morozenko", "viktor")),
        ("José-María Núñez", ("jose", "maria", "nunez")),
        ("Søren Ægidius Straße", ("aegidius", "soren", "strasse")),
        ("Đorđe Łukasz", ("dorde", "lukasz")),
        ("Hassan bin Yusuf al-Tamarri", ("hassan", "tamarri", "yusuf")),
        ("Ludwig van der Berg", ("berg", "ludwig")),
        ("Seán O’Neill", ("oneill", "sean")),
        ("Виктор Морозенко", ("morozenko", "viktor")),
        ("Θεοφάνης", ("theofanis",)),
        ("ＶＩＫＴＯＲ", ("viktor",)),
        ("Vik\u200btor", ("viktor",)),
        ("Dr. Van Le", ("dr", "le", "van")),
    ],
)
def test_a_name_has_one_form(written: str, tokens: tuple[str, ...]) -> None:
    name = normalised(written)
    assert name.tokens == tokens
    assert name.readable


@pytest.mark.parametrize("written", ["Vіktоr Mоrоzеnkо", "Vikt0r M0r0zenk0"])
def test_letters_that_pass_for_others_pass_for_them(written: str) -> None:
    assert normalised(written).tokens == ("morozenko", "viktor")


@pytest.mark.parametrize("written", ["", "   ", "李小龍", "محمد", "-'.", "\u200b", "X", "1"])
def test_what_cannot_be_compared_is_not_readable(written: str) -> None:
    assert not normalised(written).readable


def test_a_name_that_is_too_long_is_cut_and_says_so() -> None:
    for written in (
        "a" * (MAX_CHARS + 1),
        " ".join(f"name{chr(97 + n)}" for n in range(MAX_TOKENS + 1)),
        "x " * 100_000,
    ):
        name = normalised(written)
        assert len(name.tokens) <= MAX_TOKENS
        assert not name.readable
