"""Names of people in the one form in which they are compared. Pure.

A name may be written in any order, with or without accents, with particles that some leave out, in Cyrillic or Greek,
or with letters of one alphabet that pass for those of another (Unicode TR 39, "confusables"). All come to the same
tokens: lower-case Latin letters, in order of the alphabet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

MAX_CHARS = 350
"""Of one name, as long as the SDN list's own field (OFAC, "Data specification", SDN_Name)."""
MAX_TOKENS = 12

PARTICLES = frozenset(
    {"al", "el", "ul", "bin", "ibn", "bint", "ben", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos",
     "du", "e", "la", "le", "van", "von", "y", "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "ii", "iii", "sheikh"}
)  # fmt: skip
"""What may stand in a name or not; left out of what is compared, unless nothing else is there."""

_SPECIAL = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)
"""Latin letters that do not come apart into a plain one and a mark."""

_CYRILLIC: Mapping[str, str] = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "є": "e",
    "ґ": "g", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "d", "џ": "dz", "ѕ": "dz",
}  # fmt: skip
"""By sound, as passports do (ICAO Doc 9303, part 3, section 6), after accents are gone."""
_GREEK: Mapping[str, str] = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_ALIKE: Mapping[str, str] = {
    "а": "a", "в": "b", "е": "e", "з": "3", "і": "i", "ј": "j", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p",
    "с": "c", "т": "t", "у": "y", "х": "x", "ѕ": "s", "ԁ": "d", "ԛ": "q", "ԝ": "w", "һ": "h", "ӏ": "l",
    "α": "a", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
    "γ": "y", "ω": "w", "0": "o", "1": "l", "3": "e", "5": "s",
}  # fmt: skip
"""By looks, for words in which alphabets are mixed: nobody is called that way."""

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼʻ`´\u200b\u200c\u200d\u2060\ufeff\u00ad")
"""They part nothing; nor does what cannot be seen."""


class Name(NamedTuple):
    """A name as it is compared. ``readable`` is False of one that could not be brought into that form whole.

    ``tokens`` are then what could be; a person whose name is not readable is looked at by a reviewer.
    """

    tokens: tuple[str, ...]
    readable: bool

    @property
    def text(self) -> str:
        """Its tokens as one text."""
        return " ".join(self.tokens)


def normalised(name: str) -> Name:
    """A name as it is compared."""
    latin = [made for made in map(_latin, _WORD.findall(_plain(name[:MAX_CHARS]))) if made]
    kept = [token for token in latin if token not in PARTICLES] or latin
    whole = len(name) <= MAX_CHARS and len(kept) <= MAX_TOKENS and all(token.isascii() for token in kept)
    return Name(tuple(sorted(kept[:MAX_TOKENS])), whole and any(len(token) > 1 for token in kept))


def _plain(name: str) -> str:
    """A name in small letters, without accents and what parts nothing."""
    if name.isascii():  # nearly all of a list's: it is read while somebody waits
        return name.replace("'", "").replace("`", "").lower()
    small = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES)).casefold().translate(_SPECIAL)
    return "".join(char for char in unicodedata.normalize("NFKD", small) if not unicodedata.combining(char))


def _latin(word: str) -> str:
    """A word in Latin letters: by sound where it is of one alphabet, by looks where alphabets are mixed."""
    if word.isascii() and word.isalpha():
        return word
    alphabets = {_alphabet(char) for char in word}
    if alphabets == {"cyrillic"}:
        return "".join(_CYRILLIC.get(char, char) for char in word)
    if alphabets == {"greek"}:
        return "".join(_GREEK.get(char, char) for char in word)
    if len(alphabets) > 1:
        return "".join(_ALIKE.get(char, char) for char in word)
    return word


def _alphabet(char: str) -> str:
    if char.isdigit():
        return "digit"
    return unicodedata.name(char, "unknown").split(" ", 1)[0].lower()
