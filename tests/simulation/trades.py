"""Holds, budgets, rewards and what undoes them, exchanges, and sweepers: more that may happen in a history."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from cliffhanger.errors import (
    AccountFrozen,
    BudgetCapReached,
    BudgetExhausted,
    BudgetMissing,
    CliffhangerError,
    DebtOutstanding,
    HoldExceeded,
    HoldExpired,
    HoldMissing,
    HoldPending,
    HoldsFull,
    InsufficientCoins,
    InsufficientFunds,
    KeyReused,
    NothingExpired,
    NothingToCarry,
    NotReversible,
    QuoteExpired,
    SpendLimitReached,
)
from cliffhanger.ledger import budgeting, holding, rewarding
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.consequences import Reward, Undone
from cliffhanger.ledger.exchanges import Exchange, Rate
from cliffhanger.ledger.holding import Held
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.rewarding import Consequence
from tests.simulation.acts import Acts
from tests.simulation.guarded import CAP
from tests.simulation.replay import DAY_MS
from tests.simulation.world import SKEW_MS, UNSURE, VIEWERS

CREATOR = "creator:cleo"
BUDGET = Budget("spring", "2026-11")
SLICES = 3
HOUR_MS = 3_600_000
LIVES = (HOUR_MS, DAY_MS, 3 * DAY_MS)
UNITS = frozenset({"bonus", "coin"})
REFUSALS = (
    AccountFrozen,
    BudgetCapReached,
    BudgetExhausted,
    BudgetMissing,
    DebtOutstanding,
    HoldExceeded,
    HoldExpired,
    HoldMissing,
    HoldPending,
    HoldsFull,
    InsufficientCoins,
    InsufficientFunds,
    NotReversible,
    NothingExpired,
    NothingToCarry,
    QuoteExpired,
    SpendLimitReached,
)

Make = Callable[[], Recorded]


class Placed(NamedTuple):
    """A hold that somebody has asked for, whether or not it came about."""

    held: Held
    make: Make


class Trades(Acts):
    """What came after unlocks. Each is asked for again now and then, by the same words or by others."""

    def __init__(self, seed: int, calm: Collection[int], tell: Callable[[str], None]) -> None:
        super().__init__(seed, calm=calm, tell=tell)
        self.opened = 0
        self.placed: list[Placed] = []
        self.facts: list[tuple[Consequence, Make]] = []
        self.sent: list[tuple[budgeting.BudgetGrant, Make]] = []
        self.first: dict[tuple[str, str], bytes] = {}
        self.asking: list[tuple[str, str]] = []
        self.doubtful: set[tuple[str, str]] = set()
        self.turned_down: set[tuple[str, str]] = set()

    def trades(self) -> list[tuple[Callable[[str], None], int]]:
        """What may happen, and how often."""
        return [
            (self.set_aside, 8),
            (self.resolve, 9),
            (self.fund, 5),
            (self.send, 8),
            (self.unsend, 3),
            (self.shift, 3),
            (self.reward, 6),
            (self.take_reward_back, 6),
            (self.swap, 3),
            (self.mend, 4),
            (self.sweep, 4),
        ]

    def once(self, account: str, reference: str, make: Make) -> Recorded | None:
        """Asks; whatever is answered is the first answer for ever, and what is refused has not happened."""
        self.check()
        key, rivals = (account, reference), self.answers.rivals
        self.turned_down.discard(key)
        sure = key not in self.doubtful and key not in self.asking
        self.asking.append(key)
        try:
            with self.unchanged_if_refused():
                recorded = make()
        except UNSURE:
            self.doubtful.add(key)
            return None
        except KeyReused as error:
            raise AssertionError(f"{reference} was said to stand for another request") from error
        except REFUSALS as refusal:
            self.refused(key, refusal, alone=sure and rivals == self.answers.rivals)
            return None
        except BaseException:
            self.doubtful.add(key)  # who dies never knows
            raise
        finally:
            self.asking.remove(key)
        known = self.first.setdefault(key, recorded.entry.hash)
        assert known == recorded.entry.hash, f"{reference} was answered with two entries"
        assert (recorded.entry.account, recorded.entry.reference) == key
        return recorded

    def refused(self, key: tuple[str, str], refusal: CliffhangerError, *, alone: bool) -> None:
        """What had been answered is never refused; ``alone``: nobody else, and no earlier try, can have written it."""
        assert key not in self.first, f"{key[1]} was refused after it had been answered: {refusal.code}"
        self.check()
        if alone:
            self.turned_down.add(key)

    def check(self) -> None:
        """The audit, and that nothing has come of what was refused."""
        super().check()
        for account, reference in self.turned_down:
            assert reference not in self.references(account), f"{reference} was refused and written"

    def references(self, account: str) -> set[str]:
        """What stands on an account."""
        if account.startswith("viewer:"):
            return self.replay(account.removeprefix("viewer:")).references
        found = self.audit.guarded.get(account)
        return set() if found is None else found.references

    # --- holds -------------------------------------------------------------------------------------------------------

    def set_aside(self, person: str) -> None:
        """A viewer's coins, or what a creator has; one time in four what was asked for before."""
        if self.placed and self.random.random() < 0.25:
            placed = self.random.choice(self.placed[-4:])
        else:
            placed = self.new_hold(person)
            self.placed.append(placed)
        self.once(placed.held.account, f"hold:{placed.held.hold}:placed", placed.make)

    def new_hold(self, person: str) -> Placed:
        life = self.random.choice(LIVES)
        if self.random.random() < 0.3:
            held, amount = Held(CREATOR, self.name("h")), self.random.randint(1, 300)
            asked = {"asked": ["USD", amount, life]}

            def cash() -> Recorded:
                return holding.place_cash(
                    self.ledger,
                    held,
                    currency="USD",
                    amount=amount,
                    lifetime_ms=life,
                    terms=asked,
                    retrying=self.pace(),
                )

            return Placed(held, cash)
        mine, coins = Held(viewer(person), self.name("h")), self.random.randint(1, 40)

        def place() -> Recorded:
            return holding.place_coins(
                self.ledger,
                mine,
                coins=coins,
                units=UNITS,
                lifetime_ms=life,
                terms={"asked": [coins, life]},
                retrying=self.pace(),
            )

        return Placed(mine, place)

    def resolve(self, _person: str) -> None:
        """Post, void and expiry compete for one hold; most are resolved more than once."""
        if not self.placed:
            return
        held = self.random.choice(self.placed[-6:]).held
        amount, kind = self.random.randint(1, 45), self.random.choice(("post", "post", "void", "expire"))
        makes: dict[str, Make] = {
            "post": lambda: holding.post(
                self.ledger,
                held,
                amount=amount,
                destination="external:bank" if held.account == CREATOR else CREATOR,
                terms={"asked": [amount, "external:bank" if held.account == CREATOR else CREATOR]},
                retrying=self.pace(),
            ),
            "void": lambda: holding.void(self.ledger, held, retrying=self.pace()),
            "expire": lambda: holding.expire(self.ledger, held, self.pace()),
        }
        self.once(held.account, f"hold:{held.hold}:resolution", makes[kind])

    # --- budgets -----------------------------------------------------------------------------------------------------

    def slices(self) -> int | None:
        """How many there are; the first who asks decides, and everybody after wants another number."""
        try:
            count = budgeting.open_budget(self.ledger, BUDGET, SLICES + self.names % 2, self.pace())
        except UNSURE:
            return None
        self.opened = self.opened or count
        assert count == self.opened, "the number of slices has changed"
        return count

    def fund(self, _person: str) -> None:
        if self.slices() is None:
            return
        name, coins = self.name("f"), self.random.randint(2, 200)
        for _ in range(self.random.choice((1, 1, 2))):
            try:
                budgeting.fund_budget(
                    self.ledger,
                    BUDGET,
                    funding=name,
                    unit=self.random.choice(("game", "bonus")),
                    coins=coins,
                    source="external:brand",
                    retrying=self.pace(),
                )
            except UNSURE:
                continue

    def send(self, person: str) -> None:
        """A budget grants to a viewer, capped; one time in four the same fact again."""
        slices = self.slices()
        if slices is None:
            return
        if self.sent and self.random.random() < 0.25:
            grant, make = self.random.choice(self.sent[-4:])
        else:
            if self.sent and self.random.random() < 0.6:
                person = self.sent[-1][0].person  # who has had some comes upon the cap
            fact, unit = self.name("d"), self.random.choice(("game", "bonus"))
            days = self.random.choice((1, 6, 15))
            grant = budgeting.BudgetGrant(person, fact, unit, self.random.randint(1, 12), days, CAP)
            make = self.sending(grant, slices)
            self.sent.append((grant, make))
        self.once(BUDGET.slice_of(grant.person, slices), f"grant:{grant.person}:{grant.fact}", make)

    def sending(self, grant: budgeting.BudgetGrant, slices: int) -> Make:
        asked = [grant.person, grant.unit, grant.coins, grant.lifetime_days]
        return lambda: budgeting.grant_from_budget(
            self.ledger, BUDGET, grant, slices=slices, terms={"asked": asked}, retrying=self.pace()
        )

    def unsend(self, person: str) -> None:
        """A grant is reversed on its slice, now and then before it was made."""
        slices = self.slices()
        if slices is None:
            return
        if not self.sent or self.random.random() < 0.2:
            grant = budgeting.BudgetGrant(person, self.name("d"), "game", self.random.randint(1, 12), 6, CAP)
            self.sent.append((grant, self.sending(grant, slices)))
        else:
            grant, _ = self.random.choice(self.sent[-6:])
        case = self.random.choice(("c1", "c1", "c2"))

        def make() -> Recorded:
            return budgeting.reverse_budget_grant(self.ledger, BUDGET, grant, case, slices=slices, retrying=self.pace())

        account = BUDGET.slice_of(grant.person, slices)
        self.once(account, f"grant:{grant.person}:{grant.fact}:rev:{case}", make)

    def shift(self, _person: str) -> None:
        slices = self.slices()
        if slices is None:
            return
        start = self.random.randrange(slices)
        end = (start + self.random.randint(1, slices - 1)) % slices
        name, coins, unit = self.name("t"), self.random.randint(1, 30), self.random.choice(("game", "bonus"))

        def make() -> Recorded:
            return budgeting.rebalance(
                self.ledger,
                BUDGET,
                rebalancing=name,
                unit=unit,
                coins=coins,
                between=(start, end),
                retrying=self.pace(),
            )

        for _ in range(self.random.choice((1, 2))):
            self.once(BUDGET.slice(start), f"transfer:{name}", make)

    # --- rewards, exchanges, sweepers --------------------------------------------------------------------------------

    def reward(self, person: str) -> None:
        """A consequence of a fact; one time in three of one that is known, and may have been undone."""
        if self.facts and self.random.random() < 0.35:
            consequence, make = self.random.choice(self.facts[-5:])
        else:
            consequence, make = self.new_fact(person)
        self.once(consequence.account, f"{consequence.prefix}grant", make)

    def new_fact(self, person: str) -> tuple[Consequence, Make]:
        consequence = Consequence(viewer(person), "cashback", self.name("o"))
        reward = Reward(self.random.choice(("bonus", "game")), self.random.randint(1, 30), self.random.choice((1, 9)))

        def make() -> Recorded:
            return rewarding.give_reward(
                self.ledger, consequence, reward, terms={"asked": list(reward)}, retrying=self.pace()
            )

        self.facts.append((consequence, make))
        return consequence, make

    def take_reward_back(self, person: str) -> None:
        """A refund, whole or in part, of a fact whose reward may have come or not, or never comes."""
        if not self.facts or self.random.random() < 0.3:
            consequence, _ = self.new_fact(person)
        else:
            consequence, _ = self.random.choice(self.facts[-5:])
        refund, undone = self.random.choice(("r1", "r2", "r3")), Undone(self.random.randint(1, 4), 4)

        def make() -> Recorded:
            return rewarding.undo_reward(self.ledger, consequence, refund, undone, retrying=self.pace())

        self.once(consequence.account, f"{consequence.prefix}rev:{refund}", make)

    def swap(self, person: str) -> None:
        """Granted coins of one unit for those of the other, at a rate that may be over."""
        given, got = self.random.choice((("bonus", "game"), ("game", "bonus")))
        amount, days = self.random.randint(1, 20), self.random.choice((1, 9))
        rate = Rate(
            self.random.randint(1, 5), self.random.randint(1, 5), self.now + self.random.randint(-1, 2) * SKEW_MS
        )
        wish = Exchange(given, amount, got, rate, days)
        if not wish.got or rate.until < 1:
            return
        name = self.name("x")

        def make() -> Recorded:
            asked = [given, amount, got, days]
            return rewarding.make_exchange(
                self.ledger, viewer(person), name, wish, terms={"asked": asked}, retrying=self.pace()
            )

        for _ in range(self.random.choice((1, 2))):
            self.once(viewer(person), f"exchange:{name}", make)

    def mend(self, person: str) -> None:
        """The table is mended, where there are disasters."""
        raise NotImplementedError

    def pay_for_day(self, person: str) -> None:
        """A day of a run that was missed is paid for, for nothing now and then; often the same day again."""
        date = f"2026-11-{self.random.randint(1, 9):02}"
        coins = self.random.choice((0, 3, 10, 25))

        def make() -> Recorded:
            terms = {"run": 5, "asked": date}
            return rewarding.repair_run(
                self.ledger, viewer(person), date, lambda _turn: (coins, terms), retrying=self.pace()
            )

        for _ in range(self.random.choice((1, 2))):
            self.once(viewer(person), f"repair:{date}", make)

    def sweep(self, _person: str) -> None:
        """What nobody came to notice: expired lots, and holds whose time is over."""
        for person in VIEWERS:
            account, day = viewer(person), self.now // DAY_MS
            try:
                rewarding.expire_lots(self.ledger, account, day, self.pace())
            except (NothingExpired, *UNSURE):
                continue
