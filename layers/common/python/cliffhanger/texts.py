"""Texts that people write and others read: in one form, bounded, and of nothing that could make them read otherwise.

Pure. Bounds in characters are those after normalisation, which a schema cannot count.
"""

from __future__ import annotations

import unicodedata

from cliffhanger.errors import ValidationFailed

LANGUAGE_TAG = r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"
"""BCP 47 (RFC 5646, 2.1) as far as players match by it: language, script, region, each in its canonical case."""

DIRECTION_MARKS = frozenset("\u061c\u200e\u200f")
"""Marks without a width that a right-to-left text may need, and a name does not."""

_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of C0 and C1, of halves of characters, and of what ends a line or a paragraph.

Joiners (category Cf) stay: emoji and several scripts are written with them."""
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Embeddings, overrides and isolates, by which a text could be made to read as another (Unicode TR 36, 2.6)."""
_VISIBLE = frozenset("LNPS")
"""The first letters of Unicode's categories that leave a mark."""
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers that Unicode counts among letters and symbols, although they show as nothing."""


def clean(text: str, field: str, most: int, *, unwanted: frozenset[str] = frozenset()) -> str:
    """A text in Unicode's form NFC, without the space around it.

    Raises:
        ValidationFailed: it has a character that controls or is unwanted, or too many; ``where`` is the field.
    """
    if any(_controls(char) or char in unwanted for char in text):
        raise ValidationFailed("Expected a text without control characters.", where=field)
    made = unicodedata.normalize("NFC", text).strip()
    if len(made) > most:
        raise ValidationFailed(f"Expected at most {most} characters.", where=field)
    return made


def clean_name(text: str, field: str, most: int, *, unwanted: frozenset[str] = frozenset()) -> str:
    """A clean text of which at least one character can be seen.

    Raises:
        ValidationFailed: it is none; ``where`` is the field.
    """
    made = clean(text, field, most, unwanted=unwanted)
    if not any(unicodedata.category(char)[0] in _VISIBLE and char not in _UNSEEN_LETTERS for char in made):
        raise ValidationFailed("Expected a text that can be read.", where=field)
    return made


def _controls(char: str) -> bool:
    return unicodedata.category(char) in _CONTROLS or unicodedata.bidirectional(char) in _TURNING
