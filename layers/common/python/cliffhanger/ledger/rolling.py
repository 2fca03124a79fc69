"""Finding the end of an account that goes on in volumes, and rolling it when a volume is full."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, LedgerCorrupt
from cliffhanger.ledger import walking
from cliffhanger.ledger.entries import OPENED, Entry, next_volume
from cliffhanger.ledger.names import account_kind, rolls, text_of_hash, volume, volume_of
from cliffhanger.ledger.store import LedgerStore, Stored
from cliffhanger.ledger.volumes import is_full, opened_after, plan_roll


def tail(ledger: LedgerStore, account: str) -> Entry | None:
    """The last entry of an account, in whatever volume it is; None where the chain has not begun.

    It costs one read where the account has one volume, or its newest is known; else two for each doubling of volumes.

    Raises:
        Unclear: a read did not succeed, or a roll is under way.
        LedgerCorrupt: stored bytes contradict their hash.
    """
    if not rolls(account):
        return ledger.head(account)
    number = ledger.volumes.get(account, 1)
    head = ledger.head(volume(account, number))
    if head is None and number > 1:  # a table that was restored since knows fewer
        number, head = 1, ledger.head(account)
    while head is not None and next_volume(head) is not None:
        number, found = _newest(ledger, account, number)
        if found is None:
            return head  # what it promises is not there
        head = found
    if number > 1:
        ledger.volumes[account] = number
    return head


def end_to_write(ledger: LedgerStore, account: str) -> Entry | None:
    """As :func:`tail`, where something is to be appended: what a closed volume promises is there after it.

    A roll writes both entries at once, but a restored table may hold one of them. The other follows from it to the
    byte, so that whoever comes first writes it.

    Raises:
        Unclear, LedgerCorrupt: as :func:`tail`; or the next volume has only just begun.
    """
    head = tail(ledger, account)
    if head is not None and next_volume(head) is not None:
        ledger.append(opened_after(head))
        raise Unclear(f"{account} has just gone on in its next volume.")
    return head


def roll_if_full(ledger: LedgerStore, head: Entry, now: int) -> bool:
    """Lets an account go on in its next volume if its last entry fills this one; whether it did.

    Best effort: where another entry has come first, or nobody knows, the next writer tries.

    Raises:
        LedgerCorrupt: the account carries references or holds something.
    """
    if not is_full(head, ledger.volume_entries):
        return False
    roll = plan_roll(head, now)
    with contextlib.suppress(Unclear):
        return ledger.append_all(roll.closed, {}, [roll.opened])
    return False


def mend_roll(ledger: LedgerStore, half: Entry, *, dry: bool = False) -> bool | None:
    """Writes the other half of a roll that a restored table has lost; None where it stands, or the entry is no half.

    Either follows from what stands to the byte. With ``dry`` nothing is written.

    Raises:
        Unclear: a read or a write did not succeed.
        LedgerCorrupt: something else stands there, or it goes on where no volume of the account is.
        NameInvalid: the account has no volume there.
    """
    if next_volume(half) is not None:
        missing = opened_after(half)
        found = ledger.stored(missing.account, 1, before=missing.seq + 1)
        if found:
            _check_stands(found, text_of_hash(missing.hash))
            return None
    elif half.reference is None and half.terms.get("kind") == OPENED:
        account, number = volume_of(half.account)
        last = ledger.stored(volume(account, number - 1), 1)
        head = last[0].entry if last else None
        if head is None or head.seq != half.seq - 2:
            _check_stands(last, half.prev)
            return None
        missing = plan_roll(head, half.at).closed
        if text_of_hash(missing.hash) != half.prev:
            raise LedgerCorrupt(f"{half.account} does not follow from {head.account}.")
    else:
        return None
    return True if dry else ledger.append(missing) or None


def _check_stands(found: Sequence[Stored], hashed: str) -> None:
    entry = found[0].entry if found else None
    if entry is None or text_of_hash(entry.hash) != hashed:
        raise LedgerCorrupt("Something else stands where a roll should.")


def stored_upto(ledger: LedgerStore, account: str, limit: int, before: int | None = None) -> tuple[Stored, ...]:
    """The last so many entries of an account over all its volumes, newest first; as :meth:`LedgerStore.stored`.

    Raises:
        Unclear: a read did not succeed.
    """
    number = _volume_at(ledger, account, before) if rolls(account) else 1
    found: list[Stored] = []
    while number > 0 and len(found) < limit:
        found += ledger.stored(volume(account, number), limit - len(found), before)
        number -= 1
    return tuple(found)


def held_before(ledger: LedgerStore, end: Entry | None, before: int) -> dict[str, int]:
    """What an account had before a time, in milliseconds, and has not let go of since; ``end`` is its last entry.

    That is the least it has held of each unit since the last entry before that time, less what was carried since: a
    carry takes what came first. It is read back no further than to where nothing is left: of a lane, to the carry that
    emptied it.

    Raises:
        Unclear, Busy, LedgerCorrupt: as :func:`entries_back_over_volumes`.
    """
    least = {} if end is None else {unit: amount for unit, amount in end.state.balances.items() if amount > 0}
    carried: dict[str, int] = {}
    earlier = entries_back_over_volumes(ledger, end)
    entry = next(earlier, None)
    while entry is not None and entry.at >= before and least:
        for source in entry.sources:
            if account_kind(source.account) == "creator":
                for unit, amount in zip(entry.units, source.amounts, strict=True):
                    carried[unit] = carried.get(unit, 0) + max(0, -amount)
        entry = next(earlier, None)
        held = {} if entry is None else entry.state.balances
        least = {
            unit: some
            for unit, amount in least.items()
            if (some := min(amount, held.get(unit, 0) - carried.get(unit, 0))) > 0
        }
    return least


def entries_back_over_volumes(ledger: LedgerStore, end: Entry | None) -> Iterator[Entry]:
    """The entries of an account from ``end`` back to its first, over all its volumes, as far as somebody asks for them.

    As :func:`cliffhanger.ledger.walking.entries_back` it never ends short of that.

    Raises:
        Unclear: a read did not succeed.
        Busy: there are more than are walked through at most.
        LedgerCorrupt: an entry on the way cannot be read.
    """
    if end is None:
        return
    yield end
    account, seq, left = volume_of(end.account)[0], end.seq, walking.MOST_ENTRIES - 1
    while seq > 1:
        if left <= 0:
            raise Busy(f"More than {walking.MOST_ENTRIES} entries stand since then; somebody has to look.")
        for one in stored_upto(ledger, account, min(walking.PAGE_ENTRIES, left), before=seq):
            if one.entry is None:
                raise LedgerCorrupt(f"Entry {one.seq} of {account} cannot be read: {one.fault}")
            yield one.entry
            seq, left = one.seq, left - 1


def stored_at(ledger: LedgerStore, address: str, seq: int) -> Stored | None:
    """What stands under a number of an account, in whatever volume; None where nothing does.

    Raises:
        Unclear: a read did not succeed.
    """
    account, _ = volume_of(address)
    likely = volume(account, ledger.volumes.get(account, 1))
    found = ledger.stored(likely, 1, before=seq + 1)
    if rolls(account) and not (found and found[0].seq == seq):
        found = stored_upto(ledger, account, 1, before=seq + 1)
    return found[0] if found and found[0].seq == seq else None


def _newest(ledger: LedgerStore, account: str, known: int) -> tuple[int, Entry | None]:
    """The newest volume after one that is known, and its last entry; None where there is none after it.

    Volumes have no gaps, so that steps are doubled until one is not there, and then halved.
    """
    low, step, last = known, 1, None
    while (found := ledger.head(volume(account, low + step))) is not None:
        low, step, last = low + step, 2 * step, found
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        found = ledger.head(volume(account, middle))
        low, high, last = (low, middle, last) if found is None else (middle, high, found)
    return low, last


def _volume_at(ledger: LedgerStore, account: str, before: int | None) -> int:
    """The newest volume that begins before a number, or the newest of all."""
    low, high = 1, _last_volume(ledger, account)
    while before is not None and high > low:
        middle = (low + high + 1) // 2
        begins = ledger.stored(volume(account, middle), 1, before)
        low, high = (middle, high) if begins else (low, middle - 1)
    return high


def _last_volume(ledger: LedgerStore, account: str) -> int:
    """The newest volume of an account; where an end cannot be read, volumes are counted by what stands in them."""
    try:
        end = tail(ledger, account)
    except LedgerCorrupt:
        number = 1
        while ledger.stored(volume(account, number + 1), 1):
            number += 1
        return number
    return 1 if end is None else volume_of(end.account)[1]
