"""Volumes of one chain: each begins where the one before it was closed, and nothing follows what is closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.auditing.entries import Read
from tools.auditing.items import ItemRecord, address_of_volume

Fault = tuple[str, str]
ROLLING = re.compile(r"(?:series|external):.+|platform:[a-z0-9-]+-\d+")
"""Accounts that take in what others send, and carry no references (LEDGER rule 13)."""
CLOSED, OPENED = "closed", "opened"


class Volumes:
    """In which volume a chain is, as far as it has been seen; ``closed`` is whether its last entry closed that one."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.number = 1
        self.closed = False
        self._seen = False

    def passed(self, volume: int) -> bool:
        """Whether the chain had gone on to another volume before an entry in this one."""
        return volume < self.number or (volume == self.number and self.closed)

    def follows(self, record: ItemRecord, expected: int) -> bool:
        """Whether only the entry is missing that closes the volume before the record's."""
        return record[8] == self.number + 1 and record[1] == expected + 1 and not self.closed

    def faults(self, read: Read, volume: int, *, whole: bool) -> Iterator[Fault]:
        """What does not hold of where the next entry stands, and of what it says of volumes."""
        kind = read.entry.terms.get("kind") if read.entry.batch and not read.sources else ""
        if volume != self.number and (self._seen or whole):
            came = read.entry.terms.get("before")
            if (kind, volume, came) != (OPENED, self.number + 1, self._address(self.number)) or not self.closed:
                yield "volume_unannounced", f"{self._address(self.number)} was not closed for it"
        elif kind == OPENED and (self._seen or volume == 1):
            yield "volume_wrong", "it opens a volume that has begun"
        if kind == CLOSED and read.entry.terms.get("next") != self._address(volume + 1):
            yield "volume_wrong", f"it goes on at {read.entry.terms.get('next')}"
        if kind not in ("", CLOSED, OPENED):
            yield "volume_wrong", "it settles nothing, and neither closes nor opens a volume"
        if kind != "" and ROLLING.fullmatch(self.account) is None:
            yield "volume_wrong", f"{self.account} never goes on in another volume"
        self.number, self.closed, self._seen = volume, kind == CLOSED, True

    def _address(self, volume: int) -> str:
        return address_of_volume(self.account, volume)


def carried_beyond(read: Read, total: dict[str, int]) -> Iterator[Fault]:
    """A batch that takes a carry off a lane, by so much per unit, takes no more than the lane held."""
    carried = read.entry.account.startswith("series:") and any(one[0].startswith("creator:") for one in read.sources)
    balances = read.entry.state.get("balances", {})
    short = {unit: balances[unit] for unit, amount in total.items() if amount < 0 and balances.get(unit, 0) < 0}
    if carried and short:
        yield "carry_wrong", f"more is carried than the lane held, which has {short} now"
