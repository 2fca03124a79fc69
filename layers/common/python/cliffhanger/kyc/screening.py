"""Whether somebody may be a person on a list of sanctions, with points and reasons. Pure.

Points begin with how much of the two names is the same, token by token, whatever their order; a date of birth and a
country raise or lower them. What a list does not tell lowers nothing. From :data:`THRESHOLD` on it is a hit, which a
person decides on: a machine clears, and never refuses.

``rapidfuzz`` compares; it is imported at the first screening, because only cold functions screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cliffhanger.kyc.domain import MOST_HITS, Hit
from cliffhanger.kyc.lists import Called, Entry, SanctionsList
from cliffhanger.kyc.names import Name, normalised

THRESHOLD = 85
"""Points of a hit. At 85 a name of two words bears a typo in each, and one of a common pair with another date of birth
does not: see ``tests/unit/kyc/test_screening.py`` for what decided it."""

NEAR = 55.0
"""Entries whose names are less alike than this are not looked at token by token."""
SAME_TOKEN = 70.0
"""Two tokens less alike than this have nothing to do with each other."""
JOINED = 88.0
"""Two words of one name are a word of the other where they are so much alike when they are brought together."""
LETTERS_APART = 2
MISSING = 0.25
"""What a letter counts that only one of the names has: second names are often left out."""
WEAK = 10
"""Points that an alias loses which its list itself calls weak."""

BORN_SAME, BORN_NEAR, BORN_OTHERWISE = 5, 0, -15
COUNTRY_SAME, COUNTRY_OTHERWISE = 3, -5
YEARS_NEAR = 2
"""A year more or less is a frequent error, and lists themselves write "circa"."""


class Screening(NamedTuple):
    """What a screening came to: the strongest hits, and whether the name could be compared at all."""

    hits: tuple[Hit, ...]
    readable: bool

    @property
    def clear(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.readable and not self.hits


def screen(name: str, birth_date: str, country: str, lists: Iterable[SanctionsList]) -> Screening:
    """Holds a person against lists.

    Args:
        name: as the document has it, in any order and script.
        birth_date: ``YYYY-MM-DD``; empty where it is not known.
        country: ISO 3166-1 alpha-2; empty where it is not known.
        lists: those in force.
    """
    whole = normalised(name)
    hits: list[Hit] = []
    if whole.tokens:
        for one in lists:
            hits += _hits(whole, birth_date, country, one)
    strongest = sorted(hits, key=lambda hit: (-hit.score, hit.list, hit.entry))[:MOST_HITS]
    return Screening(tuple(strongest), whole.readable)


def _hits(name: Name, birth_date: str, country: str, sanctions: SanctionsList) -> list[Hit]:
    """The hits on one list."""
    found: list[Hit] = []
    for entry, called in _near(name, sanctions):
        score, reasons = _weighed(name, called, entry, birth_date, country)
        if score >= THRESHOLD:
            found.append(Hit(sanctions.version, entry.id, score, reasons))
    best: dict[str, Hit] = {}
    for hit in found:
        if hit.entry not in best or best[hit.entry].score < hit.score:
            best[hit.entry] = hit
    return list(best.values())


def _near(name: Name, sanctions: SanctionsList) -> list[tuple[Entry, Called]]:
    """Entries that are worth a look, with the name of theirs that makes them so."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    every = [(entry, called) for entry in sanctions.entries for called in entry.names if called.name.tokens]
    texts = [called.name.text for _, called in every]
    near = process.extract(name.text, texts, scorer=fuzz.token_ratio, score_cutoff=NEAR, limit=None)
    return [every[place] for _, _, place in near]


def _weighed(name: Name, called: Called, entry: Entry, birth_date: str, country: str) -> tuple[int, tuple[str, ...]]:
    """Points from 0 to 100 that a person is an entry, and what they are for."""
    alike = likeness(name.tokens, called.name.tokens)
    reasons = ["name_same" if alike == 100 else "name_alike"]
    points = alike
    if called.weak:
        points -= WEAK
        reasons.append("alias_weak")
    for weight, reason in (_born(entry, birth_date), _from(entry, country)):
        points += weight
        if reason:
            reasons.append(reason)
    return max(0, min(100, round(points))), tuple(reasons)


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of two names is the same, from 0 to 100: each token with the most similar one that is left.

    A name of several words is never found by a single one of them: "Maria" is not "Maria Lopez". What one of them
    parts, the other may write in one word: "Li Xiao Long" is "Li Xiaolong".
    """
    as_written = _likeness(one, other)
    brought = _joined(one, other)
    other_brought = _joined(other, brought)
    if (len(brought), len(other_brought)) == (len(one), len(other)):
        return as_written
    return max(as_written, _likeness(brought, other_brought))


def _joined(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """The words of a name, and in place of two that the other name writes in one word, both together."""
    from rapidfuzz import fuzz  # noqa: PLC0415

    words = list(one)
    for whole in other:
        pairs = [
            (fuzz.ratio(a + b, whole), i, j)
            for i, a in enumerate(words)
            for j, b in enumerate(words)
            if i != j and abs(len(a) + len(b) - len(whole)) <= LETTERS_APART and whole not in (a, b)
        ]
        alike, i, j = max(pairs, default=(0.0, 0, 0))
        if alike >= JOINED:
            together = words[i] + words[j]
            words = [word for place, word in enumerate(words) if place not in (i, j)] + [together]
    return words


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """As :func:`likeness`, of the words as they are."""
    from rapidfuzz import fuzz  # noqa: PLC0415

    pairs = sorted(
        ((fuzz.ratio(a, b), i, j) for i, a in enumerate(one) for j, b in enumerate(other)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    left, right = set(range(len(one))), set(range(len(other)))
    same = matched = 0.0
    for ratio, i, j in pairs:
        if ratio >= SAME_TOKEN and i in left and j in right:
            left.remove(i)
            right.remove(j)
            letters = (len(one[i]) + len(other[j])) / 2
            same, matched = same + ratio * letters, matched + letters
    if len(one) - len(left) < min(2, max(len(one), len(other))):
        return 0.0
    missing = sum(len(one[i]) for i in left) + sum(len(other[j]) for j in right)
    return float(same / (matched + MISSING * missing))


def _born(entry: Entry, birth_date: str) -> tuple[int, str]:
    if not entry.births or not birth_date:
        return 0, ""
    if birth_date in entry.births:
        return BORN_SAME, "birth_date_same"
    apart = min(abs(int(birth[:4]) - int(birth_date[:4])) for birth in entry.births)
    return (BORN_NEAR, "birth_date_near") if apart <= YEARS_NEAR else (BORN_OTHERWISE, "birth_date_other")


def _from(entry: Entry, country: str) -> tuple[int, str]:
    if not entry.countries or not country:
        return 0, ""
    return (COUNTRY_SAME, "country_same") if country in entry.countries else (COUNTRY_OTHERWISE, "country_other")
