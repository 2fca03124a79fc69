"""The mail that tells a creator what was decided of who they are, or that it will not hold for much longer. Pure.

It says nothing of why: who may be on a list is for reviewers alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from cliffhanger.ledger.names import is_id
from cliffhanger.mail.domain import Mail

DECIDED, EXPIRING = "VerificationDecided", "VerificationExpiring"
PAGE = "/earnings.html"
DEFAULT = "en"

_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        "approved": (
            "You are verified",
            "Your identity is verified until {until}. You can have paid out what you earn.",
        ),
        "refused": ("You could not be verified", "We cannot verify your identity. You can try again in thirty days."),
        "again": ("Please verify again", "What you have shown is not enough. Please show a document once more."),
        "unfinished": ("Your verification was not finished", "It has ended. You can begin again whenever you like."),
        "canceled": ("Your verification was not finished", "It has ended. You can begin again whenever you like."),
        "gone": ("Your verification has ended", "What was known of you was erased. You can verify anew."),
        "expired": ("Your verification has ended", "It holds no more. Verify anew to have paid out what you earn."),
        "expiring": (
            "Your verification ends soon",
            "It holds until {until}. Verify anew before, and nothing is held up.",
        ),
    },
    "es": {
        "approved": (
            "Tu identidad está verificada",
            "Está verificada hasta el {until}. Ya puedes cobrar lo que ganas.",
        ),
        "refused": (
            "No hemos podido verificarte",
            "No podemos verificar tu identidad. Inténtalo de nuevo en treinta días.",
        ),
        "again": ("Verifícate otra vez", "Lo que has mostrado no basta. Muestra un documento una vez más."),
        "unfinished": ("Tu verificación quedó a medias", "Ha terminado. Puedes empezar de nuevo cuando quieras."),
        "canceled": ("Tu verificación quedó a medias", "Ha terminado. Puedes empezar de nuevo cuando quieras."),
        "gone": ("Tu verificación ha terminado", "Lo que se sabía de ti se ha borrado. Puedes verificarte de nuevo."),
        "expired": ("Tu verificación ha terminado", "Ya no vale. Verifícate de nuevo para cobrar lo que ganas."),
        "expiring": ("Tu verificación termina pronto", "Vale hasta el {until}. Verifícate antes y nada se detendrá."),
    },
}
"""Subject and text by outcome; who reads neither language reads English."""


class Standing(NamedTuple):
    """What is to be told of a person's verification, and the id of the event that tells it."""

    event: str
    person: str
    what: str
    until: str


def standing_by(detail: Mapping[str, Any]) -> Standing | None:
    """What an event of the product's bus tells of a verification; None where it tells of none.

    Raises:
        LookupError, TypeError, ValueError: it is not of its schema.
    """
    kind, data = detail["type"], detail["data"]
    if kind not in (DECIDED, EXPIRING):
        return None
    person = str(data["personId"])
    if not is_id(person):
        raise ValueError("no person")
    what = "expiring" if kind == EXPIRING else str(data["outcome"])
    return Standing(str(detail["id"]), person, what, str(data["until"]))


def render_standing(standing: Standing, language: str | None, origin: str) -> Mail:
    """The mail, in the language nearest to a person's (a BCP 47 tag, or None); ``origin`` is the pages' address."""
    code = (language or DEFAULT).split("-")[0]
    code = code if code in _WORDS else DEFAULT
    subject, words = _WORDS[code][standing.what]
    text = f"{words.format(until=standing.until)}\n\n{origin}{PAGE}\n\nCliffhanger\n"
    html = f'<!doctype html><html lang="{code}"><meta charset="utf-8"><pre>{escape(text)}</pre></html>'
    return Mail(subject, text, html)
