"""A series page as one item, and back. Pure.

What the indexes show stays plain; everything else lies in the binary attribute ``page``:

    1 byte    the layout, so that it can change
    2 bytes   the number of episodes, big-endian
    3 bytes   for each episode: how long its video plays, in milliseconds, 0 while there is none
    3 bytes   for each episode: its cliffhanger point in milliseconds, 0 where none is marked
    the rest  zlib over a JSON array of everything that a creator writes

What a published video changes has a fixed width, and so have the revision and the series' poster in the count of bytes:
a page that its creator could write can always be published on. An item of layout 1, which had the maps ``titles``,
``prices`` and ``durations`` in place of ``page``, is still read.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from cliffhanger.catalog.domain import CreatorShare, EpisodeLine, Pricing, SeriesPage
from cliffhanger.errors import InternalError, PageTooLarge

LAYOUT = 2
PAGE = "page"
SHELF = "published"
MAX_PAGE_BYTES = 4_096
"""What an eventually consistent read fetches for half a unit."""

_WIDTH = 3
"""Bytes of a time in milliseconds: up to four and a half hours."""
_COUNT_BYTES = 2
_REVISION = "9" * 10
_POSTER = "9" * 49
"""As long as a poster's name among a series' can be: an episode, a version and MediaConvert's count."""
_NONE = {"N": "0"}

Item = Mapping[str, Mapping[str, Any]]
"""An item in DynamoDB's JSON."""


class _Written(Struct, array_like=True, omit_defaults=True):
    """What a creator writes, in the order in which it is packed; release times are differences."""

    language: str
    languages: Sequence[str]
    tags: Sequence[str]
    age_rating: int
    pricing: tuple[int, int, int, int]
    ceiling_coins: int
    rest_discount_percent: int
    creator_share_bp: int
    early_hours: int
    titles: list[str]
    prices: list[int | None]
    releases: list[int]
    refundable_episodes: int = 0
    """Left out of what was packed before there was such a rule."""
    shares: Sequence[tuple[str, int, int]] = ()
    """Not the creator's to write; left out where the series has no split of its own."""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Written)


def item_of(page: SeriesPage) -> dict[str, dict[str, Any]]:
    """The item of a page, with its keys. A page that is not listed has no ``shelf``, so the index does not show it.

    Raises:
        PageTooLarge: it would have more than 4,096 bytes; with ``bytes`` and ``maxBytes``.
    """
    item: dict[str, dict[str, Any]] = {
        "series": {"S": page.series},
        "part": {"S": PAGE},
        "owner": {"S": page.owner},
        "listedAt": {"N": str(page.listed_at)},
        "listed": {"BOOL": page.listed},
        "title": {"S": page.title},
        "synopsis": {"S": page.synopsis},
        "episodeCount": {"N": str(len(page.episodes))},
        "freeEpisodes": {"N": str(page.free_episodes)},
        "revision": {"N": str(page.revision)},
        "page": {"B": _packed(page)},
    }
    if page.poster:
        item["poster"] = {"S": page.poster}
    if page.listed:
        item["shelf"] = {"S": SHELF}
    size = item_bytes({**item, "revision": {"N": _REVISION}, "poster": {"S": _POSTER}})
    if size > MAX_PAGE_BYTES:
        raise PageTooLarge(
            f"The series would take {size} bytes of {MAX_PAGE_BYTES}: shorten titles or the synopsis.",
            bytes=size,
            maxBytes=MAX_PAGE_BYTES,
        )
    return item


def page_of(item: Item) -> SeriesPage:
    """The page that an item holds, of this layout or of an older one.

    Raises:
        InternalError: the item is of a layout that this code does not know.
    """
    if "page" not in item:
        return _page_of_maps(item)
    packed: bytes = item["page"]["B"]
    if packed[0] != LAYOUT:
        raise InternalError(f"The page of {item['series']['S']} has layout {packed[0]}.")
    count = int.from_bytes(packed[1 : 1 + _COUNT_BYTES], "big")
    start = 1 + _COUNT_BYTES
    middle, end = start + count * _WIDTH, start + 2 * count * _WIDTH
    written = _DECODER.decode(zlib.decompress(packed[end:]))
    return SeriesPage(
        **_plain(item),
        language=written.language,
        episodes=tuple(
            map(
                EpisodeLine._make,
                zip(
                    range(1, count + 1),
                    written.titles,
                    written.prices,
                    _narrow(packed[start:middle]),
                    _narrow(packed[middle:end]),
                    itertools.accumulate(written.releases),
                    strict=True,
                ),
            )
        ),
        pricing=Pricing(*written.pricing),
        ceiling_coins=written.ceiling_coins,
        rest_discount_percent=written.rest_discount_percent,
        creator_share_bp=written.creator_share_bp,
        early_hours=written.early_hours,
        refundable_episodes=written.refundable_episodes,
        age_rating=written.age_rating,
        shares=tuple(map(CreatorShare._make, written.shares)),
        languages=tuple(written.languages),
        tags=tuple(written.tags),
        listed=bool(item["listed"]["BOOL"]),
        revision=int(item["revision"]["N"]),
        poster=item["poster"]["S"] if "poster" in item else "",
    )


def item_bytes(item: Item) -> int:
    """The bytes of an item by DynamoDB's rules, a number's rounded up.

    Source: Amazon DynamoDB Developer Guide, "DynamoDB Item sizes and formats": lengths of names and values in UTF-8;
    a number takes one byte per two significant digits and one more.

    Raises:
        InternalError: the item has a value of another kind than a page has.
    """
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return 1 + (len(content) + 1) // 2
        case "B":
            return len(content)
        case "BOOL":
            return 1
    raise InternalError(f"A page has no value of kind {kind}.")


def _packed(page: SeriesPage) -> bytes:
    lines = page.episodes
    releases = [line.release_at for line in lines]
    written = _Written(
        language=page.language,
        languages=page.languages,
        tags=page.tags,
        age_rating=page.age_rating,
        pricing=page.pricing,
        ceiling_coins=page.ceiling_coins,
        rest_discount_percent=page.rest_discount_percent,
        creator_share_bp=page.creator_share_bp,
        early_hours=page.early_hours,
        titles=[line.title for line in lines],
        prices=[line.price_coins for line in lines],
        releases=[after - before for before, after in itertools.pairwise((0, *releases))],
        refundable_episodes=page.refundable_episodes,
        shares=page.shares,
    )
    return b"".join(
        (
            bytes((LAYOUT,)),
            len(lines).to_bytes(_COUNT_BYTES, "big"),
            _wide(line.duration_ms for line in lines),
            _wide(line.cliffhanger_ms for line in lines),
            zlib.compress(_ENCODER.encode(written), 9),
        )
    )


def _wide(times: Iterable[int]) -> bytes:
    return b"".join(time.to_bytes(_WIDTH, "big") for time in times)


def _narrow(packed: bytes) -> list[int]:
    digits = iter(packed)
    return [high << 16 | middle << 8 | low for high, middle, low in zip(digits, digits, digits, strict=True)]


def _plain(item: Item) -> dict[str, Any]:
    return {
        "series": item["series"]["S"],
        "title": item["title"]["S"],
        "synopsis": item["synopsis"]["S"],
        "owner": item["owner"]["S"],
        "free_episodes": int(item["freeEpisodes"]["N"]),
        "listed_at": int(item["listedAt"]["N"]),
    }


def _page_of_maps(item: Item) -> SeriesPage:
    """A page of layout 1, whose free episodes had the price 0 and whose numbers had no gaps."""
    plain = _plain(item)
    titles, prices, durations = (item[name]["M"] for name in ("titles", "prices", "durations"))
    free = range(1, plain["free_episodes"] + 1)
    lines = []
    for number in range(1, len(titles) + 1):
        key = str(number)
        price = int(prices[key]["N"])
        own = None if number in free and price == 0 else price
        lines.append(EpisodeLine(number, titles[key]["S"], own, int(durations.get(key, _NONE)["N"])))
    return SeriesPage(**plain, language=item["language"]["S"], episodes=tuple(lines))
