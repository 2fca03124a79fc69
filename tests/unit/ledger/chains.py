"""Chains that several tests start from."""

from __future__ import annotations

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.movements import credit_bought_coins, grant_coins, spend_coins
from cliffhanger.ledger.names import earned, key_reference, platform, unlock_reference, viewer

NOW = 1_763_710_000_000
DAY = 86_400_000
VIEWER = viewer("0123456789abcdef")
SERIES = earned("the-last-train", VIEWER, 1)
EXPIRED = platform("expired", VIEWER)
REQUEST = bytes(range(32))


def key(name: str) -> str:
    return key_reference(name, b"test")


def bought(head: Entry | None = None, *, coins: int = 100, cash: int = 990, at: int = NOW, name: str = "") -> Entry:
    return credit_bought_coins(
        VIEWER,
        head,
        at,
        coins=coins,
        cash=cash,
        currency="USD",
        channel="web",
        source="external:stripe",
        reference=key(name or f"bought-{head.seq if head else 0}"),
        request=REQUEST,
    )


def granted(head: Entry | None = None, *, coins: int = 30, days: int = 14, at: int = NOW) -> Entry:
    return grant_coins(
        VIEWER,
        head,
        at,
        unit="bonus",
        coins=coins,
        lifetime_days=days,
        source=platform("issued", VIEWER),
        reference=key(f"granted-{head.seq if head else 0}"),
        request=REQUEST,
    )


def unlocked(head: Entry | None, episode: int = 2, *, price: int = 12, at: int = NOW) -> Entry:
    return spend_coins(
        VIEWER,
        head,
        at,
        amount=price,
        destination=SERIES,
        reference=unlock_reference("the-last-train", episode, episode, 0),
        request=REQUEST,
    )
