"""What callers heard, held against what stood while they asked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator

from cliffhanger.errors import (
    AccountFrozen,
    AutoUnlockOff,
    CliffhangerError,
    EpisodeFree,
    EpisodeUnavailable,
    GenerationUnknown,
    InsufficientCoins,
    PriceChanged,
    SpendLimitReached,
)
from cliffhanger.ledger.names import unlock_reference, viewer
from cliffhanger.unlocks.receipts import receipt_of
from cliffhanger.unlocks.service import Unlocked, UnlockRequest
from tests.simulation.audit import Audit
from tests.simulation.replay import Moment, Replay, Story, touching

Key = tuple[str, str]
"""An account and the reference of a request."""


class Answers:
    """Every answer so far. ``rivals`` counts who acted between somebody's calls."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.rivals = 0
        self.receipts: dict[Key, tuple[UnlockRequest, bytes]] = {}
        self.covered: set[Key] = set()
        self.unsure: set[Key] = set()
        self.under_way: list[Key] = []
        self.refusals: set[Key] = set()
        self.latest: dict[Key, Asking] = {}

    def go_back(self, audit: Audit, standing: Collection[bytes]) -> None:
        """The table was restored: what does not stand any more was never answered."""
        self.audit = audit
        self.receipts = {key: known for key, known in self.receipts.items() if known[1] in standing}
        self.covered.clear()  # by receipts that may be gone
        self.latest.clear()

    @contextlib.contextmanager
    def asking(self, request: UnlockRequest) -> Iterator[Asking]:
        """One request, while it is under way."""
        asked = Asking(self, request)
        self.under_way.append(asked.key)
        self.latest[asked.key] = asked
        self.refusals.discard(asked.key)
        try:
            yield asked
        except BaseException:
            asked.unsure()  # who dies while asking never knows
            raise
        finally:
            self.under_way.pop()

    def check_refusals(self) -> None:
        """What was refused has not been bought after all, by a put that landed late."""
        for account, reference in self.refusals:
            assert reference not in self.audit.replay(account).references, f"{reference} was refused and bought"

    def ask_again(self, ask: Callable[[UnlockRequest], Unlocked]) -> None:
        """Every receipt is the same for ever, whatever price a retry names."""
        for request, receipt in self.receipts.values():
            again = ask(request._replace(price_shown_coins=999))
            assert (again.entries[0].hash, again.repeated) == (receipt, True), "a receipt is another now"


class Asking:
    """One request, from when it was asked."""

    def __init__(self, answers: Answers, request: UnlockRequest) -> None:
        self.answers = answers
        self.request = request
        self.account = viewer(request.viewer.person)
        own = unlock_reference(request.series, request.first, request.last, request.generation)
        self.key = (self.account, own)
        self.replay: Replay = answers.audit.replay(self.account)
        self.story: Story = answers.audit.stories[request.series]
        self.began = len(self.replay.moments) - 1
        self.rivals = answers.rivals
        self.known = self.key in answers.receipts

    @property
    def moments(self) -> list[Moment]:
        """What stood at one time or another while it was asked."""
        return self.replay.moments[self.began :]

    def unsure(self) -> None:
        self.answers.unsure.add(self.key)

    def answered(self, unlocked: Unlocked) -> None:
        for entry in unlocked.entries:
            receipt = receipt_of(entry)
            assert sum(each.coins for each in receipt.episodes) == receipt.price_coins, "shares are not the whole"
            assert entry.account == self.account
        first = unlocked.entries[0]
        if first.reference != self.key[1]:
            assert unlocked.repeated, "bought under another name"
            self._covered([entry.seq for entry in unlocked.entries])
            return
        assert len(unlocked.entries) == 1
        assert unlocked.repeated or self.key not in self.answers.covered, "a late retry bought something"
        _, known = self.answers.receipts.setdefault(self.key, (self.request, first.hash))
        assert known == first.hash, "two receipts for one unlock"

    def _covered(self, seqs: list[int]) -> None:
        """The receipts open all of it, or all of it that is not free, at some moment while it was asked."""
        series, first, last = self.request.series, self.request.first, self.request.last
        every = range(first, last + 1)
        for moment in self.moments:
            for wanted in (every, [number for number in every if not self.story.free(number)]):
                if seqs == list(dict.fromkeys(moment.opener.get((series, number)) for number in wanted)):
                    if self.request.generation <= touching(moment.undone, series, first, last):
                        self.answers.covered.add(self.key)
                    return
        raise AssertionError(f"receipts {seqs} do not open {series} {first}-{last}")

    def refused(self, refusal: CliffhangerError, soonest: int) -> None:
        """``soonest``: the time of the slowest clock there is."""
        assert not self.known, f"a retry was refused after a receipt: {refusal.code}"
        new = {entry.get("reference") for seq, entry in self.replay.entries.items() if seq > self.began}
        others = {*self.answers.unsure, *self.answers.under_way[:-1]}
        if self.answers.latest[self.key] is self and self.key not in others:
            self.answers.refusals.add(self.key)
        if self.rivals == self.answers.rivals:
            landed = {reference for account, reference in others if account == self.account}
            strange = {name for name in new - landed if str(name).startswith("unlock:") and ":rev:" not in str(name)}
            assert not strange, f"a refusal bought something: {refusal.code}"
        judge = {
            SpendLimitReached: self._limited,
            InsufficientCoins: self._poor,
            PriceChanged: self._changed,
            GenerationUnknown: self._outdated,
            EpisodeUnavailable: lambda told: self._unreleased(told, soonest),
            EpisodeFree: lambda _: all(self.story.free(n) for n in range(self.request.first, self.request.last + 1)),
            AccountFrozen: lambda _: any(moment.frozen for moment in self.moments),
            AutoUnlockOff: lambda _: (
                self.request.automatic and any(not moment.limits.get("auto") for moment in self.moments)
            ),
        }
        just = judge[type(refusal)](dict(refusal.members))
        assert just, f"refused without a reason: {refusal.code} {refusal.members}"

    def _limited(self, told: dict[str, object]) -> bool:
        rule, limit = str(told["rule"]), told["limitCoins"]
        stood = any(moment.limits.get(rule) == limit for moment in self.moments)
        spent, price = int(str(told["spentCoins"])), int(str(told["priceCoins"]))
        return stood and price == self.request.price_shown_coins and spent + price > int(str(limit))

    def _poor(self, told: dict[str, object]) -> bool:
        price, balance = int(str(told["priceCoins"])), int(str(told["balanceCoins"]))
        return price == self.request.price_shown_coins > balance and told["missingCoins"] == price - balance

    def _changed(self, told: dict[str, object]) -> bool:
        return told["priceCoins"] != self.request.price_shown_coins

    def _outdated(self, told: dict[str, object]) -> bool:
        request = self.request
        counts = {touching(one.undone, request.series, request.first, request.last) for one in self.moments}
        return told["generation"] in counts and told["generation"] != request.generation

    def _unreleased(self, told: dict[str, object], soonest: int) -> bool:
        return not self.story.released(int(str(told["episode"])), soonest)
