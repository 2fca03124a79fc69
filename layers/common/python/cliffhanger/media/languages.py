"""What a player calls a track: the language's English name. Pure.

MediaConvert takes letters, digits, underscores and blanks in a stream's name (``StreamName``), so the names are plain
and a region or script follows after a blank. A page that knows its reader's language names it by the tag instead.
"""

from __future__ import annotations

import re

_NAMES = {
    "ar": "Arabic",
    "bn": "Bengali",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fil": "Filipino",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "ms": "Malay",
    "nb": "Norwegian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yue": "Cantonese",
    "zh": "Chinese",
}


def name_of(tag: str) -> str:
    """The name of a BCP 47 tag: ``Spanish`` for ``es``, ``Spanish MX`` for ``es-MX``, ``Gsw`` for one unknown here."""
    language, *rest = tag.split("-")
    return " ".join([_NAMES.get(language.lower(), language.capitalize()), *rest])


def without_numbers(tag: str) -> str:
    """The tag without the subtags that have digits: ``es`` for ``es-419``.

    MediaConvert's pattern for captions has letters only, other than the one for audio.
    """
    return "-".join(part for part in tag.split("-") if not re.search(r"\d", part))
