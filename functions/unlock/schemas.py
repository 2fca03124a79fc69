"""What an unlock is asked with and what it answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import text_of_hash
from cliffhanger.wallet.domain import wallet_of
from cliffhanger.wallet.views import WalletAnswer, wallet_answer
from cliffhanger.web.fields import EpisodeNumber, SeriesId

Coins = Annotated[int, Meta(ge=0, le=1_000_000, examples=[12])]
Generation = Annotated[
    int, Meta(ge=0, le=999_999, description="The generation that the offer named; 0 for a first purchase")
]


class EpisodePath(Struct, rename="camel"):
    """The path of one episode."""

    series_id: SeriesId
    episode: EpisodeNumber


class UnlockBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The price that the viewer was shown, so that a changed price refuses."""

    price_shown_coins: Coins
    generation: Generation = 0


class SpentAnswer(Struct, rename="camel"):
    """What was taken from one lot; ``cash`` is what those coins had cost, in the smallest unit of ``currency``."""

    lot: str
    unit: str
    coins: int
    cash: int
    currency: str | None


class ReceiptAnswer(Struct, rename="camel"):
    """The entry that unlocked the episode: where it stands, what it took, and the hash that proves it."""

    account: str
    seq: int
    reference: str
    at: str
    price_coins: int
    spent: list[SpentAnswer]
    hash: str


class UnlockAnswer(Struct, rename="camel"):
    """The receipt, the wallet after that entry, and whether an earlier request had unlocked the episode already."""

    already_unlocked: bool
    receipt: ReceiptAnswer
    wallet: WalletAnswer


def unlock_answer(recorded: Recorded) -> UnlockAnswer:
    """A recorded unlock as it leaves the API."""
    return UnlockAnswer(
        already_unlocked=recorded.repeated,
        receipt=receipt_answer(recorded.entry),
        wallet=wallet_answer(wallet_of(recorded.entry, recorded.entry.at)),
    )


def receipt_answer(entry: Entry) -> ReceiptAnswer:
    """An entry as a receipt."""
    return ReceiptAnswer(
        account=entry.account,
        seq=entry.seq,
        reference=entry.reference or "",
        at=rfc3339(entry.at),
        price_coins=sum(portion.coins for portion in entry.spent),
        spent=[
            SpentAnswer(portion.lot, portion.unit, portion.coins, portion.cash, portion.currency or None)
            for portion in entry.spent
        ],
        hash=text_of_hash(entry.hash),
    )
