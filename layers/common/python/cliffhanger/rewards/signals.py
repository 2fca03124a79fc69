"""What is looked at for fraud before a claim, and what is remembered after one: devices, and address blocks.

How often somebody claims is read from the chains, which know it, and only where it could reach a weight of the rules:
otherwise what was had today is answered, which is at least as much and less than the weight asks for. So nothing is
counted beside the ledger that could differ from it, and nothing is written for it. What campaigns give stands on chains
of theirs, and is counted by the list of the viewer's claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.blocks import YOUNG_MS, Came, Crowd, is_new
from cliffhanger.rewards.claims import Claim, Signals, Tally
from cliffhanger.rewards.days import HOUR_MS
from cliffhanger.rewards.devices import MOST_VIEWERS
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.rules import RuleSet, Signal
from cliffhanger.rewards.tallies import counting, rewards_since, summed, today

if TYPE_CHECKING:
    from cliffhanger.rewards.blocks_store import BlocksStore
    from cliffhanger.rewards.claims_store import ClaimsStore
    from cliffhanger.rewards.devices_store import DevicesStore
    from cliffhanger.rewards.earning import Earner

MOST_COUNTED = 200
"""No weight asks for more claims within an hour."""


class Places(NamedTuple):
    """Where signals are looked for; ``blocks`` is asked only where an address is known."""

    ledger: LedgerStore
    claims: ClaimsStore
    devices: DevicesStore
    blocks: Callable[[], BlocksStore]


class Others(NamedTuple):
    """A device's other viewers: what they have had today with what waits, and the last entry of each, by account.

    ``waiting`` is what is listed of them: what the house has not paid yet, and what campaigns give.
    """

    had: Tally
    heads: dict[str, Entry | None]
    waiting: tuple[Pending, ...] = ()


class Lookout:
    """Looks for one claim, as often as its turn comes anew; what does not follow from the head is read once."""

    def __init__(self, places: Places, earner: Earner, rules: RuleSet, waiting: Iterable[Pending]) -> None:
        self._places = places
        self._earner = earner
        self._rules = rules
        self._waiting = tuple(waiting)
        self._others: Others | None = None
        self._crowd: Crowd | None = None
        self._since: int | None = earner.since

    def signals(self, claim: Claim, head: Entry | None, had: Tally) -> Signals:
        """What speaks of fraud before a claim; ``head`` is the viewer's, and ``had`` what the house gave them today.

        Raises:
            Unavailable, Unclear: a read did not succeed.
        """
        age = claim.at - self._joined(head, claim.at)
        others, own = self.others(claim), {self._earner.account: head}
        together, waiting = summed((had, others.had)), (*self._waiting, *others.waiting)
        device = {**own, **others.heads}
        viewers, new = self.crowd(claim.at, age)
        known = self._earner.known
        return known._replace(
            account_hours=max(0, age) // HOUR_MS,
            viewer_claims_hour=self._claims("viewer_claims_hour", had, own, self._waiting, claim.at),
            device_claims_hour=(
                self._claims("device_claims_hour", together, device, waiting, claim.at) if claim.device else 0
            ),
            device_viewers_month=len(others.heads) + 1,
            block_viewers_day=max(known.block_viewers_day, viewers),
            block_new_viewers_day=max(known.block_new_viewers_day, new),
        )

    def crowd(self, now: int, age: int) -> tuple[int, int]:
        """How many viewers the address block has had within a day, with one whose account is so old, and the new ones.

        Raises:
            Unavailable: the read did not succeed.
        """
        earner = self._earner
        return self._block(now).with_one(earner.person, new=is_new(age)) if earner.block else (1, 0)

    def others(self, claim: Claim) -> Others:
        """The device's other viewers, as they are seen from this claim.

        Raises:
            Unavailable, Unclear: a read did not succeed.
        """
        if self._others is None:
            ledger, heads, tallies = self._places.ledger, dict[str, Entry | None](), []
            waiting: list[Pending] = []
            known = self._places.devices.find(claim.device).lately(claim.at) if claim.device else ()
            for person in known:
                if person != claim.person:
                    account = viewer(person)
                    heads[account] = ledger.head(account)
                    known_today = today(ledger, account, heads[account], claim.at, self._earner.zone)
                    theirs = self._places.claims.of(person)
                    tallies.append(counting(known_today.had, theirs, known_today.day.date))
                    waiting += theirs
            self._others = Others(summed(tallies), heads, tuple(waiting))
        return self._others

    def note(self, now: int) -> None:
        """Remembers that the viewer claims from the device, and from the address block.

        Of address blocks those are noted who are young, or new to the device: who comes day after day costs nothing.

        Raises:
            Unavailable: a write did not succeed; what was decided stands.
        """
        earner = self._earner
        fresh = bool(earner.device) and self._note_device(now)
        age = now - (now if self._since is None else self._since)
        if earner.block and (fresh or age < YOUNG_MS) and self._block(now).wants(earner.person):
            self._places.blocks().note(earner.block, Came(earner.person, now, is_new(age)))

    def _note_device(self, now: int) -> bool:
        """Whether the viewer is new to the device; where others are new at once, it is full of them at last."""
        devices, earner = self._places.devices, self._earner
        for _ in range(MOST_VIEWERS):
            known = devices.find(earner.device)
            after = known.after(earner.person, now)
            if after is known:
                return False
            if devices.put(earner.device, after):
                break
        return True

    def _joined(self, head: Entry | None, now: int) -> int:
        """When the viewer came: as it is known, else with the first entry of the chain."""
        if self._since is None:
            self._since = now if head is None else self._places.ledger.entry(self._earner.account, 1).at
        return self._since

    def _block(self, now: int) -> Crowd:
        if self._crowd is None:
            self._crowd = self._places.blocks().crowd(self._earner.block, now) if self._earner.block else Crowd()
        return self._crowd

    def _claims(
        self, signal: Signal, had: Tally, heads: dict[str, Entry | None], waiting: tuple[Pending, ...], now: int
    ) -> int:
        """Claims within the last hour on some chains, with what is listed and stands on none of them."""
        asked = [one.from_ for one in self._rules.scoring.weights if one.signal == signal and one.points]
        since, ledger = now - HOUR_MS, self._places.ledger
        lately = [one for one in waiting if one.at >= since and (one.campaign or one.status != "paid")]
        count = sum(taken.times for taken in had.rules.values()) + sum(bool(one.campaign) for one in lately)
        if not asked or count < min(asked):
            return count
        paid = sum(rewards_since(ledger, account, head, since, MOST_COUNTED) for account, head in heads.items())
        return paid + len(lately)
