"""What is said, in two languages, as WebVTT (W3C): one cue at a time, short enough to be read while it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "es")


class Line(NamedTuple):
    """Words and when they stand, in seconds; a line break parts two lines."""

    start: float
    end: float
    en: str
    es: str

    def words(self, language: str) -> str:
        """What is said in a language.

        Raises:
            KeyError: there are no words in it.
        """
        return {"en": self.en, "es": self.es}[language]


def webvtt(lines: Sequence[Line], language: str) -> str:
    """A caption file."""
    cues = [f"{_clock(line.start)} --> {_clock(line.end)}\n{line.words(language)}\n" for line in lines]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1_000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1_000:02}.{rest % 1_000:03}"
