"""What must hold of how income is divided, from raw entries: the second model's part of it."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import Any

Document = dict[str, Any]
COINS = ("bonus", "coin", "game")


def check_carry(document: Document) -> dict[str, int]:
    """A carry takes cash off the one lane that its reference names, and hands on every other party's share of it.

    What stays with the account, per unit.
    """
    kind, series, lane, _ = document["reference"].split(":")
    lanes = {"carry": "earned", "carrytips": "tips"}[kind]
    return _divided(document, [f"series:{series}:{lanes}:{lane}", "."])


def check_recovery(document: Document) -> dict[str, int]:
    """A recovery brings the lane that its reference names what it is short of, from everybody by their share.

    What it takes from the account, per unit: negative.
    """
    _, series, lanes, lane, _ = document["reference"].split(":")
    return {unit: -amount for unit, amount in _divided(document, [".", f"series:{series}:{lanes}:{lane}"]).items()}


def _divided(document: Document, ends: list[str]) -> dict[str, int]:
    whole = {unit: amount for unit, amount, *way in document["postings"] if way == ends}
    others = [posting for posting in document["postings"] if posting[2:] != ends]
    assert whole, "a carry of nothing"
    assert not set(whole) & set(COINS), "coins were carried"
    assert len(whole) + len(others) == len(document["postings"]), "carried twice"
    kept, due = dict(whole), []
    for unit, amount in whole.items():
        for account, share in _shares(amount, document).items():
            if account != document["account"]:
                due.append([unit, share, *([".", account] if ends[1] == "." else [account, "."])])
                kept[unit] -= share
    assert sorted(others) == sorted(due), f"{whole} was divided into {others}, and the shares are {due}"
    return kept


def _shares(amount: int, document: Document) -> dict[str, int]:
    """By account: of the exact share the whole part, and of what is left one more where the rest of it is largest."""
    parties = document["terms"].get("parties", [])
    if not parties:
        return {document["account"]: amount}
    assert sum(bp for _, bp in parties) == 10_000
    exact = {party: Fraction(amount * bp, 10_000) for party, bp in parties}
    shares = {party: int(share) for party, share in exact.items()}
    order = [party for party, _ in parties]
    order.sort(key=lambda party: shares[party] - exact[party])  # stable: of equals the first
    for party in order[: amount - sum(shares.values())]:
        shares[party] += 1
    series = document["terms"]["series"]
    found = {_account(party, series): share for party, share in shares.items() if share}
    assert document["account"] in {_account(party, series) for party in shares}, "it has no part in what it carries"
    return found


def _account(party: str, series: str) -> str:
    role, _, person = party.partition(":")
    if person:
        return f"creator:{person}"
    assert role == "platform", party
    return f"platform:revenue-{int.from_bytes(hashlib.sha256(series.encode()).digest()[:4], 'big') % 16}"
