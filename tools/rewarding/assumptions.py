"""What the simulator assumes, as data: habits of viewers, shapes of farms, what a farm pays; each with its source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

DATA = Path(__file__).with_name("assumptions.json")
Chance = Annotated[float, Meta(ge=0, le=1)]
Usd = Annotated[float, Meta(ge=0, le=1_000)]
Count = Annotated[int, Meta(ge=1, le=10_000)]


class Part(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A part of the assumptions."""


class Story(Part, frozen=True):
    """A series as most are: so many episodes, the first of them free, the price of the others, and how long each is."""

    episodes: Count
    free: Count
    price_coins: Count
    seconds: Count


class Habit(Part, frozen=True):
    """Viewers of one kind: their share, and for each day the chance of a visit.

    For a visit: how many episodes and ads on average, and the chance of a check-in, of inviting a friend, and of an
    episode being watched offline, which only the device claims. ``buys`` is the chance that a viewer without coins buys
    some at the wall, ``repairs`` that days which were missed are paid for, ``shops`` of a purchase at the brand.
    """

    name: str
    per_mille: Annotated[int, Meta(ge=0, le=1000)]
    visits: Chance
    episodes: Annotated[float, Meta(ge=1, le=200)]
    checkin: Chance
    ads: Annotated[float, Meta(ge=0, le=50)]
    buys: Chance
    invites: Chance
    offline: Chance
    repairs: Chance
    shops: Chance


class Pack(Part, frozen=True):
    """The fewest coins that are sold: what a farm buys, so that an invitation counts."""

    coins: Count
    usd: Usd


class Brand(Part, frozen=True):
    """A campaign that gives cashback, and how viewers shop there: the worth of a purchase, and how many are returned.

    ``per_mille``, ``viewer_coins`` and ``lifetime_days`` make its rule where the set has none for cashback.
    """

    per_mille: Annotated[int, Meta(ge=1, le=1000)]
    lifetime_days: Annotated[int, Meta(ge=1, le=365)]
    viewer_coins: Count
    viewer_times: Count
    return_days: Annotated[int, Meta(ge=0, le=180)]
    budget_coins: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    basket_coins: Count
    returned: Chance


class FarmShape(Part, frozen=True):
    """How a farm is built: accounts on each device, accounts behind each address block, and the device.

    Who ``buys`` pays for each account's first coins, so that invitations count; who ``shops`` buys at the brand with
    each account, and sends it back. A ``script`` makes its devices up and has none, but one if its ads are seen
    ``by_hand``, else it has no ads; and it leaves an account of whose allowance nothing is left.
    """

    name: str
    accounts_per_device: Count
    accounts_per_block: Count
    device: str
    buys: bool = False
    shops: bool = False
    script: bool = False
    by_hand: bool = False


class Costs(Part, frozen=True):
    """What a farm pays, in US dollars, and what share of the coins' list price a buyer pays, less a fee."""

    device_usd_per_day: dict[str, Usd]
    identity_usd: Usd
    traffic_usd_per_gb: Usd
    traffic_mb_per_account_day: Annotated[float, Meta(ge=0, le=100_000)]
    labour_usd_per_hour: Usd
    labour_minutes_per_device_day: Annotated[float, Meta(ge=0, le=1_440)]
    script_mb_per_account_day: Annotated[float, Meta(ge=0, le=100_000)]
    script_seconds_per_ad: Annotated[float, Meta(ge=0, le=3_600)]
    script_seconds_per_account: Annotated[float, Meta(ge=0, le=3_600)]
    return_usd: Usd
    resale: Chance
    resale_fee: Chance


class Assumptions(Part, frozen=True):
    """All of them; ``sources`` says of each where it is from."""

    coin_usd: Usd
    review_days: Annotated[int, Meta(ge=0, le=30)]
    pack: Pack
    same_block: Chance
    brand: Brand
    story: Story
    habits: tuple[Habit, ...]
    farms: tuple[FarmShape, ...]
    costs: Costs
    sources: dict[str, str]


def assumptions() -> Assumptions:
    """The assumptions that stand in the data file."""
    return msgspec.json.decode(DATA.read_bytes(), type=Assumptions)
