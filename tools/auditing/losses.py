"""What a restore has lost: anchored heads that are not there any more, on a list that an audit after its repair makes.

The list is given to every audit from then on, which tells what is on it as accepted. Without it, heads of the days that
were lost would be findings for ever, and a history that somebody rewrites would hide among them. A list excuses nothing
else: what it names was anchored on the day of the restore point or later; what stands in its place today is younger
than that point; and the entries that the restore has left as heads are held against the chains, as anchors are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from tools import verify_anchor
from tools.auditing.entries import bytes_of_hash, text_of_hash
from tools.auditing.exports import Unreadable
from tools.auditing.findings import Finding
from tools.auditing.items import ANCHORED, LOST, ItemRecord, address_of, split

if TYPE_CHECKING:
    from tools.auditing.tally import Tally

DAY_MS = 86_400_000


class Loss(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """An anchored head that a restore has lost: its leaf in the anchor of which day, and the head it has left instead.

    Both are leaves as anchors have them, ``ACCOUNT SEQ HASH``; of an account of which nothing was left, ``head`` is "".
    """

    day: str
    leaf: str
    head: str


class Losses(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A list as it is kept. ``restored_to``: the restore point, in RFC 3339."""

    v: Literal[1]
    restored_to: str
    losses: list[Loss]


def write_losses(path: Path, restored_to: int, losses: Sequence[Loss]) -> None:
    """Writes a list, in order; ``restored_to`` in milliseconds.

    Raises:
        Unreadable: it is there already, or cannot be written.
    """
    said = datetime.fromtimestamp(restored_to / 1000, UTC).isoformat().replace("+00:00", "Z")
    data = msgspec.json.format(msgspec.json.encode(Losses(1, said, sorted(losses))), indent=1)
    try:
        with path.open("xb") as file:
            file.write(data + b"\n")
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}.") from error


def read_losses(path: Path) -> Iterator[ItemRecord]:
    """A list, as records beside the entries it names: what is lost, and the heads that are left, as anchored then.

    Raises:
        Unreadable: it is none of version 1, or what it names was anchored before the restore point.
    """
    try:
        read = msgspec.json.decode(path.read_bytes(), type=Losses)
        restored_to = moment_of(read.restored_to)
        for loss in read.losses:
            if _day_of(loss.day) + DAY_MS <= restored_to:
                raise Unreadable(f"{path}: {loss.leaf} was anchored on {loss.day}, before {read.restored_to}.")
            yield _record(loss.leaf, restored_to, LOST, loss.day)
        for head in sorted({loss.head for loss in read.losses} - {""}):
            yield _record(head, restored_to, ANCHORED, read.restored_to[:10])
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}.") from error
    except (msgspec.MsgspecError, ValueError, verify_anchor.Unreadable) as error:
        raise Unreadable(f"{path}: no list of losses of version 1: {error}") from error


def moment_of(text: str) -> int:
    """The milliseconds of a time with its offset, as RFC 3339 writes it.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} is no time such as 2026-11-28T06:00:00Z")
    return int(moment.timestamp() * 1000)


def _day_of(day: str) -> int:
    return moment_of(f"{day}T00:00:00+00:00")


def _record(leaf: str, stamp: int, form: int, day: str) -> ItemRecord:
    account, seq, digest = verify_anchor.split(leaf.encode())
    chain, volume = split(account)
    return chain, seq, stamp, form, day, b"", bytes_of_hash(digest), [], volume


class Anchored:
    """What was anchored of an account, held against its chain place by place.

    With ``restored_to`` (ms) the table was restored to that time, and only its repair has written to it: what is
    missing of that day and later is noted as lost. ``whole`` is False where only a window is at hand: what is not there
    says nothing.
    """

    def __init__(self, tally: Tally, *, whole: bool, restored_to: int = 0) -> None:
        self._tally = tally
        self._whole = whole
        self._restored_to = restored_to
        self._head = ""
        self._lost: list[tuple[str, str]] = []

    def hold(self, several: Sequence[ItemRecord], standing: ItemRecord | None, at: int) -> None:
        """The records under one key, what stands there, and the time of that entry (ms; 0: it cannot be read)."""
        if standing is not None:
            self._head = _leaf(standing)
        known = {(record[4], record[6]): record[2] for record in several if record[3] == LOST}
        for record in several:
            if record[3] == ANCHORED:
                self._tally.counts["anchored"] += 1
                self._compare(record, standing, at, known.get((record[4], record[6])))

    def end(self) -> None:
        """No entry follows: the last one that stands is what the restore has left."""
        self._tally.counts["accepted"] += len(self._lost)
        self._tally.losses += [Loss(day, leaf, self._head) for day, leaf in self._lost]

    def _compare(self, anchored: ItemRecord, standing: ItemRecord | None, at: int, lost_to: int | None) -> None:
        account, seq, since, day = address_of(anchored), anchored[1], anchored[2], anchored[4]
        if standing is None:
            if not self._whole:
                return
            code, said, reference = "chain_truncated", f"anchored on {day}, and not there", ""
        elif standing[6] != anchored[6]:
            code, said = "history_rewritten", f"anchored on {day} as {text_of_hash(anchored[6])}"
            reference = standing[4]
        else:
            return
        if lost_to is not None and (standing is None or at >= lost_to):
            self._tally.counts["accepted"] += 1
        elif 0 < self._restored_to < since + DAY_MS and (standing is None or at >= self._restored_to):
            self._lost.append((day, _leaf(anchored)))
        else:
            self._tally.findings.add(Finding(code, said, account, seq, reference, since))


def _leaf(record: ItemRecord) -> str:
    return f"{address_of(record)} {record[1]} {text_of_hash(record[6])}"
