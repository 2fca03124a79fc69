"""Sealed entries of every kind, made by the movements themselves, with the terms that the use cases give them."""

from __future__ import annotations

import json
from typing import Any

from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.corrections import reverse_grant, reverse_spend
from cliffhanger.ledger.declarations import set_flag, set_limits
from cliffhanger.ledger.entries import Entry, parse, seal
from cliffhanger.ledger.movements import Spend, credit_bought_coins, grant_coins, spend_coins
from cliffhanger.ledger.names import earned, key_reference, platform, reversal_reference, unlock_reference
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.state import FROZEN, State

DAY = 86_400_000
NOW = 1_763_710_000_000
PERSON = "0123456789abcdef"
VIEWER = f"viewer:{PERSON}"
STORY = "the-last-train"
EARNED = earned(STORY, VIEWER, 1)
SUPPORT: dict[str, Any] = {"actor": "op1", "approver": "op2", "reason": "goodwill"}


def turn(head: Entry | None, reference: str, at: int = NOW, account: str = VIEWER, **terms: Any) -> Turn:
    return Turn(account, head, at, Ask(reference, bytes(range(32)), terms))


def key(head: Entry | None, name: str) -> str:
    return key_reference(f"{name}-{head.seq if head else 0}", b"test")


def bought(head: Entry | None = None, *, coins: int = 100, cash: int = 990, currency: str = "USD") -> Entry:
    return credit_bought_coins(
        turn(head, key(head, "bought"), kind="purchase"),
        coins=coins,
        cash=cash,
        currency=currency,
        channel="web",
        source="external:stripe",
    )


def granted(head: Entry | None = None, *, coins: int = 30, days: int = 14, at: int = NOW) -> Entry:
    asked = turn(head, key(head, "granted"), at, kind="grant", **SUPPORT)
    return grant_coins(asked, unit="bonus", coins=coins, lifetime_days=days, source=platform("issued", VIEWER))


def unlocked(
    head: Entry | None,
    first: int = 2,
    last: int = 2,
    *,
    coins: int = 12,
    prices: list[Any] | None = None,
    at: int = NOW,
    **more: Any,
) -> Entry:
    runs = [[first, last, coins]] if prices is None else prices
    terms: dict[str, Any] = {"kind": "unlock", "prices": runs, "share": 5_000} | more
    asked = turn(head, unlock_reference(STORY, first, last, 0), at, **terms)
    return spend_coins(asked, Spend(coins, EARNED, STORY, 0, ranged=first != last))


def unlock_reversed(head: Entry, original: Entry, before: Entry) -> Entry:
    reference = reversal_reference(original.reference or "", "case1")
    asked = turn(head, reference, kind="reversal", reverses=original.seq, **SUPPORT)
    spent = sum(portion.coins for portion in original.spent)
    return reverse_spend(asked, original=original, before=before, series=STORY, spent_before=spent)


def grant_reversed(head: Entry, original: Entry, *, at: int = NOW) -> Entry:
    reference = reversal_reference(original.reference or "", "case1")
    asked = turn(head, reference, at, kind="reversal", reverses=original.seq, **SUPPORT)
    return reverse_grant(asked, original=original, lapsed=lambda _lot, _at: 0)


def frozen(head: Entry | None = None, *, on: bool = True, account: str = VIEWER, at: int = NOW) -> Entry:
    kind = "freeze" if on else "thaw"
    case = f"support:case{head.seq if head else 0}"
    return set_flag(turn(head, case, at, account, kind=kind, **SUPPORT), flag=FROZEN, on=on)


def limited(head: Entry | None = None, *, at: int = NOW) -> Entry:
    return set_limits(turn(head, key(head, "limits"), at, kind="limits"), {"day": 50})


def as_version_1(entry: Entry) -> Entry:
    """The entry as version 1 would have written it: without terms, and without what its state has learnt since."""
    document = json.loads(entry.body)
    document["v"] = 1
    document.pop("terms")
    for since in ("limits", "day", "series"):
        document["state"].pop(since, None)
    if "spent" in document:
        document["spent"] = [portion[:5] for portion in document["spent"]]
    body = canonical_json(document)
    return parse(body, digest(body))


def stranger(**terms: Any) -> Entry:
    """An entry of the right form, whose terms are as given."""
    reference = key(None, "odd")
    return seal(VIEWER, None, NOW, postings=[], state=State(), reference=reference, request=bytes(32), terms=terms)
