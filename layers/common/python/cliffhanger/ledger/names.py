"""The grammars of ids, account addresses, units and references. They are forever: a rule may be added, never changed.

Ids contain no colon, so an address or a reference splits in one way only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from typing import Literal, NamedTuple

from cliffhanger.errors import NameInvalid

ID = r"[a-z0-9][a-z0-9-]{0,31}"
_NUMBER = r"(?:0|[1-9][0-9]{0,5})"
_ORDINAL = r"[1-9][0-9]{0,3}"
MAX_ORDINAL = 9_999
"""No episode has a greater number."""
_DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"

MAX_REFERENCE_CHARS = 100

COIN_UNITS = ("bonus", "coin", "game")
"""Units held as lots: ``coin`` was bought, ``bonus`` was granted by the house, ``game`` by a partner's game."""

GRANTED_UNITS = frozenset({"bonus", "game"})
"""Units that are given: they expire, and stand for no cash."""

PLATFORM_LANES = 16
MAX_EARNED_LANES = 16
"""A series' income is in so many lanes at most. Whoever looks for what a series has ever earned looks at them all, so
this may grow and never shrink."""
MAX_VOLUMES = 999_999

Income = Literal["earned", "tips"]
"""What a lane takes in: what unlocks earn, or tips."""

OWN = "."
"""In a posting: the account whose chain the entry stands on."""
OWN_DEFERRED = ".deferred"
"""In a posting: the cash that the account's bought coins still stand for; a liability until they are spent."""
SOURCES = "*"
"""In a posting of a batch: all the accounts that the batch names as its sources."""

ACCOUNT_KINDS: dict[str, str] = {
    "viewer": rf"viewer:{ID}",
    "creator": rf"creator:{ID}",
    "budget": rf"budget:{ID}:{ID}:{_NUMBER}",
    "series": rf"series:{ID}:(?:earned|tips):{_NUMBER}",
    "platform": rf"platform:{ID}",
    "external": rf"external:{ID}",
}
"""Account addresses by kind, as patterns that are compiled when first used.

``platform`` and ``external`` are the other side of the world and may go negative."""

GUARDED_KINDS = frozenset({"viewer", "creator", "budget"})
"""Kinds whose balances may never go below zero."""

_ROLLING = re.compile(r"(?:series|external):.+|platform:[a-z0-9-]+-[0-9]+")
_VOLUME = re.compile(r"([^.]+)(?:\.([1-9][0-9]{0,5}))?")


class ReferenceRule(NamedTuple):
    """One kind of reference: its form, and the kind of account on whose chain it is written."""

    pattern: str
    chain: frozenset[str]


_VIEWER, _BUDGET = frozenset({"viewer"}), frozenset({"budget"})
REFERENCE_RULES: dict[str, ReferenceRule] = {
    "unlock": ReferenceRule(rf"unlock:{ID}:{_ORDINAL}-{_ORDINAL}\.{_NUMBER}(?::rev:{ID})?", _VIEWER),
    "checkin": ReferenceRule(rf"checkin:{_DATE}", _VIEWER),
    "watch": ReferenceRule(rf"watch:{ID}:{_ORDINAL}:{ID}", _VIEWER),
    "purchase": ReferenceRule(rf"purchase:{ID}:(?:grant|(?:rev|back):{ID})", _VIEWER),
    "dispute": ReferenceRule(rf"dispute:{ID}:{ID}", _VIEWER),
    "refund": ReferenceRule(rf"refund:{ID}", _VIEWER),
    "hold": ReferenceRule(rf"hold:{ID}:(?:placed|resolution)", frozenset({"viewer", "creator", "budget"})),
    "opening": ReferenceRule(r"opening:slices", _BUDGET),
    "fund": ReferenceRule(rf"fund:{ID}", _BUDGET),
    "grant": ReferenceRule(rf"grant:{ID}:{ID}(?::rev:{ID})?", _BUDGET),
    "transfer": ReferenceRule(rf"transfer:{ID}", _BUDGET),
    "cashback": ReferenceRule(rf"cashback:{ID}:{ID}:(?:claim|confirm|rev:{ID})", _BUDGET),
    "unspent": ReferenceRule(rf"unspent:{_DATE}", _BUDGET),
    "reward": ReferenceRule(rf"reward:{ID}:{ID}:(?:grant|rev:{ID})", _VIEWER),
    "exchange": ReferenceRule(rf"exchange:{ID}", frozenset({"viewer", "creator"})),
    "expiry": ReferenceRule(rf"expiry:{_DATE}", _VIEWER),
    "repair": ReferenceRule(rf"repair:{_DATE}", _VIEWER),
    "canary": ReferenceRule(r"canary:[1-9][0-9]{0,11}", frozenset({"platform"})),
    "support": ReferenceRule(rf"support:{ID}(?::rev:{ID})?", frozenset({"viewer", "creator", "budget"})),
    "carry": ReferenceRule(rf"carry:{ID}:{_NUMBER}:{ID}", frozenset({"creator"})),
    "recovery": ReferenceRule(rf"recovery:{ID}:(?:earned|tips):{_NUMBER}:{_DATE}", frozenset({"creator"})),
    "carrytips": ReferenceRule(rf"carrytips:{ID}:{_NUMBER}:{ID}", frozenset({"creator"})),
    "payout": ReferenceRule(rf"payout:{ID}:returned", frozenset({"creator"})),
    "key": ReferenceRule(rf"key:[0-9a-hjkmnp-tv-z]{{26}}(?::rev:{ID})?", frozenset({"viewer", "creator", "budget"})),
}
"""References name our own facts, never a provider's object id alone (a dispute opens, is won and lost under one id)."""
_CURRENCY = r"[A-Z]{3}"


def is_id(text: str) -> bool:
    """Whether the text is a well-formed id: up to 32 lower-case letters, digits and hyphens."""
    return re.fullmatch(ID, text) is not None


def new_id(random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A new id of 80 random bits, as 16 lower-case Crockford base32 characters."""
    return base32(random_bytes(10))


def base32(data: bytes) -> str:
    """Bytes as lower-case Crockford base32, most significant bits first, without padding."""
    number = int.from_bytes(data, "big")
    count = -(-len(data) * 8 // 5)
    return "".join(_CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(count)))


def account_kind(account: str) -> str:
    """The kind of an account address.

    Raises:
        NameInvalid: it is no account address.
    """
    kind = account.partition(":")[0]
    pattern = ACCOUNT_KINDS.get(kind)
    if pattern is None or re.fullmatch(pattern, account) is None:
        raise NameInvalid(f"No account address: {account!r}")
    return kind


def viewer(person: str) -> str:
    """The account of a person as a viewer."""
    account_kind(account := f"viewer:{person}")
    return account


def earned(series: str, source: str, lanes: int) -> str:
    """The intake account of a series for one source; the lane is a stable hash of the source.

    Raises:
        NameInvalid: it is no series, or so many lanes there never are.
    """
    if not 0 < lanes <= MAX_EARNED_LANES:
        raise NameInvalid(f"From 1 to {MAX_EARNED_LANES} lanes, not {lanes!r}")
    return earned_lane(series, lane_of(source, lanes))


def earned_lane(series: str, lane: int, income: Income = "earned") -> str:
    """One lane of a series' income, by its number from 0: of unlocks, or of tips.

    Raises:
        NameInvalid: it is no series, or no such lane ever is.
    """
    account = f"series:{series}:{income}:{lane}"
    if account_kind(account) != "series" or not 0 <= lane < MAX_EARNED_LANES:
        raise NameInvalid(f"No lane: {account!r}")
    return account


def rolls(account: str) -> bool:
    """Whether an account takes in what others send, and goes on in numbered volumes when one is full.

    Such are the lanes of series and of the platform, and the accounts of the world outside: chains of batches, on which
    no reference is looked for and nothing is held (LEDGER rule 13).
    """
    return _ROLLING.fullmatch(account) is not None


def volume(account: str, number: int) -> str:
    """The address of a volume of an account; the first one's is the account's own, the second's ends in ``.2``.

    Ids have no point, so that a volume is never taken for an account.

    Raises:
        NameInvalid: the account has no such volume.
    """
    if not 0 < number <= MAX_VOLUMES or (number > 1 and not rolls(account)):
        raise NameInvalid(f"{account!r} has no volume {number}")
    return account if number == 1 else f"{account}.{number}"


def volume_of(address: str) -> tuple[str, int]:
    """The account whose chain stands under an address, and which volume of it; of most accounts there is only one.

    Raises:
        NameInvalid: it is the address of no volume.
    """
    found = _VOLUME.fullmatch(address)
    account, number = (found[1], int(found[2] or 1)) if found else (address, 1)
    account_kind(account)
    if volume(account, number) != address:
        raise NameInvalid(f"No volume: {address!r}")
    return account, number


def platform(name: str, source: str) -> str:
    """The platform's account of that name for one source: in lanes, so that not everybody meets on one chain."""
    account = f"platform:{name}-{lane_of(source, PLATFORM_LANES)}"
    account_kind(account)
    return account


def external(name: str, source: str) -> str:
    """The account of somebody outside, such as ``stripe``, for one source: in lanes, as the platform's are."""
    account = f"external:{name}-{lane_of(source, PLATFORM_LANES)}"
    account_kind(account)
    return account


def lane_of(source: str, lanes: int) -> int:
    """Which of so many lanes or slices is a source's: a stable hash of it."""
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big") % lanes


def check_unit(unit: str) -> str:
    """The unit itself: ``coin``, ``bonus``, ``game`` or an ISO 4217 code.

    Raises:
        NameInvalid: it is none of them.
    """
    if unit not in COIN_UNITS and re.fullmatch(_CURRENCY, unit) is None:
        raise NameInvalid(f"No unit: {unit!r}")
    return unit


def check_reference(reference: str, account: str) -> str:
    """The reference itself, after its form and its chain have been checked.

    Raises:
        NameInvalid: it follows no rule, or belongs on another kind of chain.
    """
    rule = REFERENCE_RULES.get(reference.partition(":")[0])
    if rule is None or len(reference) > MAX_REFERENCE_CHARS or re.fullmatch(rule.pattern, reference) is None:
        raise NameInvalid(f"No reference: {reference!r}")
    if account_kind(account) not in rule.chain or rolls(account):
        raise NameInvalid(f"{reference!r} does not belong on {account!r}")
    span = re.match(r"unlock:[^:]+:([0-9]+)-([0-9]+)", reference)
    if span is not None and int(span[1]) > int(span[2]):
        raise NameInvalid(f"{reference!r} ends before it begins")
    return reference


def unlock_reference(series: str, first: int, last: int, generation: int) -> str:
    """The reference of the unlock of a range of episodes, both ends included."""
    return f"unlock:{series}:{first}-{last}.{generation}"


def budget_grant_reference(person: str, fact: str) -> str:
    """The reference of a grant from a budget: to whom, and for which fact within the budget."""
    return f"grant:{person}:{fact}"


def cashback_prefix(person: str, fact: str = "") -> str:
    """What all cashback of a person on their slice has in common; with a fact, what its claim and its returns have."""
    return f"cashback:{person}:{fact}:" if fact else f"cashback:{person}:"


def reward_prefix(rule: str, fact: str) -> str:
    """What the grant of a reward and its reversals have in common: by which rule, and for which fact."""
    return f"reward:{rule}:{fact}:"


def purchase_prefix(order: str) -> str:
    """What the grant of an order, what undoes it, and what takes that back have in common."""
    return f"purchase:{order}:"


def reversal_reference(reference: str, case: str) -> str:
    """The reference of a reversal: beside what it reverses, under the same prefix."""
    return f"{reference}:rev:{case}"


def hold_references(hold: str) -> tuple[str, str]:
    """The references of a hold and of its one resolution, for which post, void and expiry compete (LEDGER rule 6).

    Raises:
        NameInvalid: it is no id.
    """
    if not is_id(hold):
        raise NameInvalid(f"No id: {hold!r}")
    return f"hold:{hold}:placed", f"hold:{hold}:resolution"


def key_reference(idempotency_key: str, secret: bytes) -> str:
    """The reference of a request that has no natural one: an HMAC, so that stored references reveal no key."""
    digest = hmac.new(secret, idempotency_key.encode(), hashlib.sha256).digest()
    return f"key:{base32(digest[:16])}"


def text_of_hash(digest: bytes) -> str:
    """A SHA-256 digest as 43 characters of unpadded base64url."""
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
