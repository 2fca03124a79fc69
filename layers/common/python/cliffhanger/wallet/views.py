"""How a wallet leaves the API; the answers of several functions show one."""

from __future__ import annotations

from msgspec import Struct

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.lots import DAY_MS, NEVER
from cliffhanger.wallet.domain import Wallet


class CoinsAnswer(Struct, rename="camel"):
    """Coins that can pay for episodes, by class."""

    total: int
    bought: int
    bonus: int


class LotAnswer(Struct, rename="camel"):
    """What is left of one lot; bought coins never expire."""

    lot: str
    unit: str
    coins: int
    expires_at: str | None


class LimitsAnswer(Struct, rename="camel"):
    """The viewer's own limits on spending: coins a day (of UTC) and a series, null for none.

    ``autoUnlock``: clients may unlock by themselves, without a tap.
    """

    day_coins: int | None
    series_coins: int | None
    auto_unlock: bool


class WalletAnswer(Struct, rename="camel"):
    """A wallet: lots stand in the order in which they will be spent; ``asOf`` is the number of the last entry.

    ``held``: coins per unit that are set aside, for an order or a game, and are in no lot; they come back or are taken.
    ``debt``: coins per unit that were taken back and were spent already; what comes in repays them first. ``frozen``:
    support has stopped spending. ``spentToday``: coins since midnight UTC.
    """

    coins: CoinsAnswer
    lots: list[LotAnswer]
    held: dict[str, int]
    debt: dict[str, int]
    frozen: bool
    limits: LimitsAnswer
    spent_today: int
    as_of: int


def wallet_answer(wallet: Wallet) -> WalletAnswer:
    """A wallet as it leaves the API."""
    return WalletAnswer(
        coins=CoinsAnswer(wallet.total, wallet.bought, wallet.bonus),
        lots=[
            LotAnswer(
                lot.lot, lot.unit, lot.coins, None if lot.expires_day == NEVER else rfc3339(lot.expires_day * DAY_MS)
            )
            for lot in wallet.lots
        ],
        held=dict(wallet.held),
        debt=dict(wallet.debt),
        frozen=wallet.frozen,
        limits=LimitsAnswer(*wallet.limits),
        spent_today=wallet.spent_today,
        as_of=wallet.as_of,
    )
