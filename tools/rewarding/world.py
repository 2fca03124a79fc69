"""Days of synthetic viewers and farms, decided by the real planner and scored by the real score.

Everything follows from the rule set, the assumptions and the seed. Hours are hours of the clock, so that velocity is
counted a little coarser than the service does.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.rewards.claims import Claim, Decision, Signals, Standing
from cliffhanger.rewards.planner import decide, shadowed
from cliffhanger.rewards.rules import Evidence, Kind, RuleSet
from tools.rewarding.assumptions import Assumptions, Habit
from tools.rewarding.outcome import DayLine, Farm, Outcome, Sums
from tools.rewarding.people import Block, Device, Person

FIRST_DAY = 20_789
"""2026-12-02; the days of a simulation are counted from there."""
HOUR_MS, SECOND_MS = 3_600_000, 1_000
STEP_S = 600
"""So many credited seconds are claimed at once, as watched minutes."""
PEOPLE_PER_DEVICE, PEOPLE_PER_BLOCK = 1.15, 12
MONTH = 30
FARM_EPISODES, FARM_STEPS, FARM_ADS = 10, 6, 6
"""What each account of a farm does in a day: more than any rule that ships pays for."""


class World:
    """All viewers, and the farms among them."""

    def __init__(self, rules: RuleSet, known: Assumptions, *, viewers: int, farm_devices: int, seed: int) -> None:
        self.rules, self.known = rules, known
        self.draw = random.Random(seed)  # noqa: S311 - the same viewers for the same seed
        self.habits = {habit.name: habit for habit in known.habits}
        self.people = self._viewers(viewers)
        self.farmers: list[tuple[Farm, Person]] = []
        farms = [self._farm(number, farm_devices) for number in range(len(known.farms))]
        kinds = {name: Sums(viewers=sum(one.kind == name for one in self.people)) for name in self.habits}
        self.outcome = Outcome(rules.version, seed, 0, kinds, farms)
        self._arrived: list[Person] = []
        self._in_shadow = any(rule.shadow for rule in rules.rules)
        self._at = 0

    def live(self, days: int, tell: Callable[[int], None]) -> Outcome:
        """Lives so many days; ``tell`` is told how many days of viewers each of them was."""
        self.outcome.days = days
        for farm in self.outcome.farms:
            farm.days = days
        for day in range(FIRST_DAY, FIRST_DAY + days):
            for person in self.people:
                self._day_of(person, day)
            for farm, person in self.farmers:
                self._farmed(farm, person, day)
            self.people += self._arrived
            self._arrived.clear()
            self.outcome.lines.append(self._line(day))
            tell(len(self.people) + len(self.farmers))
        return self.outcome

    # --- who there is -------------------------------------------------------------------------------------------------

    def _viewers(self, count: int) -> list[Person]:
        blocks = [Block() for _ in range(count // PEOPLE_PER_BLOCK + 1)]
        devices = [Device(f"device-{number}") for number in range(int(count / PEOPLE_PER_DEVICE) + 1)]
        names = [habit.name for habit in self.known.habits]
        shares = [habit.per_mille for habit in self.known.habits]
        return [
            Person(
                name=f"viewer-{number}",
                kind=self.draw.choices(names, shares)[0],
                joined=FIRST_DAY - self.draw.randrange(1, 200),
                device=devices[number % len(devices)],
                block=self.draw.choice(blocks),
            )
            for number in range(count)
        ]

    def _farm(self, number: int, devices: int) -> Farm:
        """A farm's accounts, one more on each device a day; each is invited by one on the device before."""
        shape = self.known.farms[number]
        farm = Farm(shape, devices, devices * shape.accounts_per_device, 0)
        farm.sums.viewers = farm.accounts
        held = [Device(f"farm-{number}-{device}") for device in range(devices)]
        blocks = [Block() for _ in range(farm.accounts // shape.accounts_per_block + 1)]
        made: list[Person] = []
        for one in range(farm.accounts):
            inviter = made[one - 1] if one else None
            name, block = f"farm-{number}-account-{one}", blocks[one // shape.accounts_per_block]
            joined = FIRST_DAY + one // devices
            made.append(Person(name, shape.name, joined, held[one % devices], block, honest=False, inviter=inviter))
        self.farmers += [(farm, person) for person in made]
        return farm

    # --- a day --------------------------------------------------------------------------------------------------------

    def _day_of(self, person: Person, day: int) -> None:
        """One day of an honest viewer."""
        habit, sums, draw = self.habits[person.kind], self.outcome.kinds[person.kind], self.draw
        sums.viewer_days += 1
        self._wake(person, sums, day)
        if draw.random() >= habit.visits:
            return
        sums.visits += 1
        person.counts.turn(day)
        self._at = day * DAY_MS + draw.randrange(7, 23) * HOUR_MS
        if draw.random() < habit.checkin:
            self._check_in(person, sums, day)
        for _ in range(min(1 + int(draw.expovariate(1 / habit.episodes)), 80)):
            if self._opened(person, habit, sums):
                self._watch(person, habit, sums)
        for _ in range(int(habit.ads + draw.random())):
            self._claim(person, sums, "ad", evidence="partner")
        if draw.random() < habit.invites:
            self._claim(person, sums, "referral.inviter")
            self._claim(self._friend_of(person, sums, day), sums, "referral.friend")

    def _farmed(self, farm: Farm, person: Person, day: int) -> None:
        """One day of an account of a farm: it claims whatever a rule may pay for, and spends nothing."""
        if day < person.joined:
            return
        sums = farm.sums
        sums.viewer_days += 1
        sums.visits += 1
        person.counts.turn(day)
        self._wake(person, sums, day)
        self._at = day * DAY_MS + self.draw.randrange(1, 20) * HOUR_MS
        if day == person.joined and person.inviter is not None:
            self._claim(person, sums, "referral.friend")
            self._claim(person.inviter, sums, "referral.inviter")
        self._check_in(person, sums, day)
        for _ in range(FARM_EPISODES):
            self._claim(person, sums, "watch.episode")
        for _ in range(FARM_STEPS):
            self._claim(person, sums, "watch.minutes", STEP_S)
        self._claim(person, sums, "watch.series")
        for _ in range(FARM_ADS):
            self._claim(person, sums, "ad", evidence="partner")

    def _check_in(self, person: Person, sums: Sums, day: int) -> None:
        run = person.check_in(day)
        self._claim(person, sums, "checkin", run)
        self._claim(person, sums, "streak", run)

    def _opened(self, person: Person, habit: Habit, sums: Sums) -> bool:
        """Whether the viewer's next episode can be watched: it is free, or its coins are there or bought."""
        story, purse = self.known.story, person.purse
        if person.episode < story.free:
            return True
        would_buy = self.draw.random() < habit.buys
        if purse.coins >= story.price_coins:
            purse.spend(story.price_coins)
            sums.spent += story.price_coins
            sums.unlocks_bonus += 1
            sums.displaced += would_buy
            return True
        if would_buy:
            sums.unlocks_bought += 1
            return True
        person.episode = 0  # another series, which begins free again
        return False

    def _watch(self, person: Person, habit: Habit, sums: Sums) -> None:
        story = self.known.story
        offline = self.draw.random() < habit.offline
        self._at += story.seconds * SECOND_MS
        self._claim(person, sums, "watch.episode", evidence="client" if offline else "server")
        person.episode += 1
        person.seconds += story.seconds
        if person.seconds >= STEP_S:
            person.seconds -= STEP_S
            self._claim(person, sums, "watch.minutes", STEP_S)
        if person.episode == story.episodes:
            person.episode = 0
            self._claim(person, sums, "watch.series")

    def _friend_of(self, person: Person, sums: Sums, day: int) -> Person:
        """A friend who comes for the first time, and from tomorrow on lives as who brought them does."""
        name = f"viewer-{len(self.people) + len(self._arrived)}"
        friend = Person(name, person.kind, day, Device(name), Block())
        self._arrived.append(friend)
        sums.viewers += 1
        return friend

    # --- a claim ------------------------------------------------------------------------------------------------------

    def _claim(self, person: Person, sums: Sums, kind: Kind, amount: int = 1, evidence: Evidence = "server") -> None:
        self._at += 20 * SECOND_MS
        day, hour = divmod(self._at, DAY_MS)[0], self._at // HOUR_MS
        device = person.device.counts
        device.turn(day)
        person.counts.turn(day)
        claim = Claim(kind, person.name, "fact", self._at, "", amount, evidence, person.device.name, "US", 30)
        standing = Standing(
            person.counts.tally, device.tally, person.ever, 0, self._signals(person, day, hour, claim.at)
        )
        made = decide(self.rules, claim, standing)
        person.counts.hours[hour] += 1
        device.hours[hour] += 1
        if self._in_shadow:
            for would in shadowed(self.rules, claim, standing):
                self.outcome.shadow[would.rule] += would.coins
        self._count(person, sums, kind, made)

    def _signals(self, person: Person, day: int, hour: int, at: int) -> Signals:
        device, block = person.device, person.block
        device.viewers[person.name] = day
        if block.day != day:
            block.day = day
            block.viewers.clear()
            block.new.clear()
        block.viewers.add(person.name)
        if person.joined >= day:
            block.new.add(person.name)
        return Signals(
            max(0, at - person.joined * DAY_MS) // HOUR_MS,
            person.counts.hours[hour],
            device.counts.hours[hour],
            sum(last > day - MONTH for last in device.viewers.values()),
            len(block.viewers),
            len(block.new),
        )

    def _count(self, person: Person, sums: Sums, kind: Kind, made: Decision) -> None:
        sums.claims += 1
        if made.arm:
            arm = self.outcome.arms.setdefault(made.arm, Counter())
            arm["coins"] += made.coins
            arm["claims"] += 1
        if made.outcome == "refuse":
            sums.refused += 1
            sums.reasons.update(made.reasons)
            return
        person.counts.tally = person.counts.tally.plus(made)
        person.device.counts.tally = person.device.counts.tally.plus(made)
        had = person.counts.tally.of(made.rule)
        before = person.ever.get(made.rule, had._replace(coins=0, times=0))
        person.ever[made.rule] = before._replace(coins=before.coins + made.coins, times=before.times + 1)
        if made.outcome == "hold":
            sums.held += 1
            sums.reasons.update(made.reasons)
            if not person.honest:
                return  # the reviewer refuses it
        later = self.known.review_days if made.outcome == "hold" else 0
        sums.paid[kind] += made.coins
        sums.vested += person.purse.take_in(made, self._at // DAY_MS, later)

    def _wake(self, person: Person, sums: Sums, day: int) -> None:
        vested, expired = person.purse.wake(day)
        sums.vested += vested
        sums.expired += expired

    def _line(self, day: int) -> DayLine:
        """What stands at the end of a day; and what each kind is left with, which the last day's says."""
        kinds = self.outcome.kinds.values()
        for sums in kinds:
            sums.outstanding = sums.pending = 0
        for person in self.people:
            sums = self.outcome.kinds[person.kind]
            sums.outstanding += person.purse.coins
            sums.pending += sum(coins for _, coins, _ in person.purse.pending)
        return DayLine(
            day - FIRST_DAY + 1,
            sum(sums.vested for sums in kinds),
            sum(sums.spent for sums in kinds),
            sum(sums.expired for sums in kinds),
            sum(sums.outstanding for sums in kinds),
            sum(sums.pending for sums in kinds),
        )
