"""Codes to scan, and claim tokens: what only we can make, and anybody can pass on. Pure.

A code names its campaign, its minute (0 on print) and an HMAC-SHA256 over both, cut to 80 bits. It is no secret: what
bounds it is that a viewer scans it once. A claim token is an HMAC over campaign and person, so that a brand can tell
viewers apart within one campaign and nowhere else; whom it stands for, only our table says.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import NamedTuple

from cliffhanger.campaigns.domain import Campaign, CodeKind
from cliffhanger.errors import CodeInvalid
from cliffhanger.ledger.names import ID, base32

MINUTE_MS = 60_000
GOOD_FOR = 3
"""Minutes that a shown code is good for: its own, and two in which a hand is slow."""
MAX_CODE_CHARS = 64
_CODE = re.compile(rf"({ID})\.(0|[1-9][0-9]{{0,9}})\.([0-9a-hjkmnp-tv-z]{{16}})")
_MAC_BYTES = 10
_TOKEN_BYTES = 16


class Code(NamedTuple):
    """A code that we have made: of which campaign, and of which minute since the Unix epoch, 0 on print."""

    campaign: str
    minute: int

    @property
    def kind(self) -> CodeKind:
        """Whether it is on print, or on a screen."""
        return "shown" if self.minute else "printed"


def code_of(campaign: Campaign, now: int, key: bytes) -> tuple[str, int]:
    """The code of a campaign at a time, and until when it is good, in milliseconds."""
    if campaign.terms.code == "printed":
        return _text(Code(campaign.campaign, 0), key), campaign.terms.ends_at
    minute = now // MINUTE_MS
    return _text(Code(campaign.campaign, minute), key), (minute + GOOD_FOR) * MINUTE_MS


def read_code(text: str, key: bytes) -> Code:
    """The code that a text is.

    Raises:
        CodeInvalid: we have not made it.
    """
    found = _CODE.fullmatch(text)
    code = Code(found[1], int(found[2])) if found else Code("", 0)
    if found is None or not hmac.compare_digest(_text(code, key), text):
        raise CodeInvalid("It is no code of a campaign.")
    return code


def check_code(code: Code, campaign: Campaign, now: int) -> None:
    """Lets a code pass that its campaign still takes.

    Raises:
        CodeInvalid: its minutes are over, or the campaign has codes of another kind.
    """
    fresh = not code.minute or 0 <= now // MINUTE_MS - code.minute < GOOD_FOR
    if code.kind != campaign.terms.code or not fresh:
        raise CodeInvalid("The code is not good any more; scan it anew.")


def token_of(campaign: str, person: str, key: bytes) -> str:
    """The claim token of a person for a campaign: the same whenever it is asked for."""
    return base32(_mac(f"claimant:{campaign}:{person}", key)[:_TOKEN_BYTES])


def funding_id(operator: str, idempotency_key: str, key: bytes) -> str:
    """The id of a funding: the same for the same operator and key, so that a retry finds what it began."""
    return base32(_mac(f"funding:{operator}:{idempotency_key}", key)[:_MAC_BYTES])


def _text(code: Code, key: bytes) -> str:
    seal = base32(_mac(f"code:{code.campaign}:{code.minute}", key)[:_MAC_BYTES])
    return f"{code.campaign}.{code.minute}.{seal}"


def _mac(text: str, key: bytes) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
