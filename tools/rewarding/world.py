"""Days of synthetic viewers and farms: what they do, and what they claim for it.

Everything follows from the rule set, the assumptions and the seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.rewards.amounts import Ladder, Repair
from cliffhanger.rewards.claims import Signals
from cliffhanger.rewards.rules import RuleSet
from tools.rewarding.assumptions import Assumptions, Habit
from tools.rewarding.brand import Budget, with_campaign
from tools.rewarding.desk import HOUR_MS, SECOND_MS, Desk
from tools.rewarding.outcome import DayLine, Farm, Outcome, Sums
from tools.rewarding.people import Block, Device, Person

FIRST_DAY = 20_789
"""2026-12-02; the days of a simulation are counted from there."""
STEP_S = 600
"""So many credited seconds are claimed at once, as watched minutes."""
PEOPLE_PER_DEVICE, PEOPLE_PER_BLOCK = 1.15, 12
FARM_EPISODES, FARM_STEPS, FARM_ADS = 10, 6, 6
"""What each account of a farm does in a day: more than any rule that ships pays for."""


class World:
    """All viewers, and the farms among them."""

    def __init__(self, rules: RuleSet, known: Assumptions, *, viewers: int, farm_devices: int, seed: int) -> None:
        self.rules, campaign = with_campaign(rules, known.brand)
        self.known = known
        self.draw = random.Random(seed)  # noqa: S311 - the same viewers for the same seed
        self.habits = {habit.name: habit for habit in known.habits}
        self.people = self._viewers(viewers)
        self.farmers: list[tuple[Farm, Person]] = []
        farms = [self._farm(number, farm_devices) for number in range(len(known.farms))]
        kinds = {name: Sums(viewers=sum(one.kind == name for one in self.people)) for name in self.habits}
        budget = Budget(known.brand, campaign)
        self.outcome = Outcome(rules.version, seed, 0, kinds, farms, budget)
        self.desk = Desk(self.rules, known, self.outcome, budget)
        self._repair = _repair_of(rules)
        self._arrived: list[Person] = []

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
        return [
            Person(
                name=f"viewer-{number}",
                kind=self._kind(),
                joined=FIRST_DAY - self.draw.randrange(1, 200),
                device=devices[number % len(devices)],
                block=self.draw.choice(blocks),
            )
            for number in range(count)
        ]

    def _kind(self) -> str:
        habits = self.known.habits
        return self.draw.choices([one.name for one in habits], [one.per_mille for one in habits])[0]

    def _farm(self, number: int, devices: int) -> Farm:
        """A farm's accounts, one more on each device a day; each is invited by one behind another address block."""
        shape = self.known.farms[number]
        farm = Farm(shape, devices, devices * shape.accounts_per_device, 0)
        farm.sums.viewers = farm.accounts
        held = [Device(f"farm-{number}-{device}") for device in range(devices)]
        blocks = [Block() for _ in range(farm.accounts // shape.accounts_per_block + 1)]
        made: list[Person] = []
        for one in range(farm.accounts):
            inviter = made[max(0, one - shape.accounts_per_block - 1)] if one else None
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
        self.desk.at = day * DAY_MS + draw.randrange(7, 23) * HOUR_MS
        if draw.random() < habit.checkin:
            self._mend(person, habit, sums, day)
            self._check_in(person, sums, day)
        for _ in range(min(1 + int(draw.expovariate(1 / habit.episodes)), 80)):
            if self._opened(person, habit, sums, day):
                self._watch(person, habit, sums)
        for _ in range(int(habit.ads + draw.random())):
            self.desk.claim(person, sums, "ad", evidence="partner")
        if draw.random() < habit.shops:
            worth = 1 + int(draw.expovariate(1 / self.known.brand.basket_coins))
            self.desk.shop(person, sums, worth, returned=draw.random() < self.known.brand.returned)
        if draw.random() < habit.invites:
            self._invite(person, day)

    def _farmed(self, farm: Farm, person: Person, day: int) -> None:
        """One day of an account of a farm: it claims whatever a rule may pay for, and spends nothing."""
        if day < person.joined or farm.left(person.name):
            return
        sums = farm.sums
        sums.viewer_days += 1
        sums.visits += 1
        person.counts.turn(day)
        self._wake(person, sums, day)
        self.desk.at = day * DAY_MS + self.draw.randrange(1, 20) * HOUR_MS
        if day == person.joined and farm.shape.buys and person.inviter is not None:
            farm.packs += 1
            person.purchases += 1
            self._bought_first(person, sums, sums, day)
        if day == person.joined and farm.shape.shops:
            worth = self.known.brand.basket_coins
            farm.returns += self.desk.shop(person, sums, worth, returned=True)
        for _ in range(FARM_ADS if farm.sees_ads else 0):
            farm.ads += self.desk.claim(person, sums, "ad", evidence="partner")
        self._check_in(person, sums, day)
        for _ in range(FARM_EPISODES):
            self.desk.claim(person, sums, "watch.episode")
        for _ in range(FARM_STEPS):
            self.desk.claim(person, sums, "watch.minutes", STEP_S)
        self.desk.claim(person, sums, "watch.series")
        if farm.shape.script and not farm.sees_ads and self.desk.left(person) == 0:
            farm.leave(person.name)

    def _check_in(self, person: Person, sums: Sums, day: int) -> None:
        run = person.check_in(day)
        self.desk.claim(person, sums, "checkin", run)
        self.desk.claim(person, sums, "streak", run)

    def _mend(self, person: Person, habit: Habit, sums: Sums, day: int) -> None:
        """Pays for the days that were missed, where the rules let them be mended and the viewer likes to."""
        repair, missed = self._repair, person.missed(day)
        if repair is None or not 0 < missed <= min(repair.within_days, repair.times - person.mended_lately(day)):
            return
        coins = repair.coins * missed
        if person.purse.coins >= coins and self.draw.random() < habit.repairs:
            person.mend(day, missed)
            person.purse.spend(coins)
            sums.spent += coins
            sums.repairs += missed

    def _opened(self, person: Person, habit: Habit, sums: Sums, day: int) -> bool:
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
            self._pay(person)
            if person.inviter is not None:
                self._bought_first(person, sums, self.outcome.kinds[person.inviter.kind], day)
            return True
        person.episode = 0  # another series, which begins free again
        return False

    def _pay(self, person: Person) -> None:
        """Pays for an episode with bought coins, and buys some where they do not suffice."""
        if person.bought < self.known.story.price_coins:
            person.purchases += 1
            person.bought += self.known.pack.coins
        person.bought -= self.known.story.price_coins

    def _watch(self, person: Person, habit: Habit, sums: Sums) -> None:
        story = self.known.story
        offline = self.draw.random() < habit.offline
        self.desk.at += story.seconds * SECOND_MS
        self.desk.claim(person, sums, "watch.episode", evidence="client" if offline else "server")
        person.episode += 1
        person.seconds += story.seconds
        if person.seconds >= STEP_S:
            person.seconds -= STEP_S
            self.desk.claim(person, sums, "watch.minutes", STEP_S)
        if person.episode == story.episodes:
            person.episode = 0
            self.desk.claim(person, sums, "watch.series")

    def _invite(self, person: Person, day: int) -> None:
        """A friend comes for the first time, and from tomorrow on lives as viewers do."""
        name, kind = f"viewer-{len(self.people) + len(self._arrived)}", self._kind()
        block = person.block if self.draw.random() < self.known.same_block else Block()
        self._arrived.append(Person(name, kind, day, Device(name), block, inviter=person))
        self.outcome.kinds[kind].viewers += 1

    def _bought_first(self, friend: Person, sums: Sums, inviters: Sums, day: int) -> None:
        """The friend's first purchase: both are rewarded if it comes in time, once."""
        inviter, friend.inviter = friend.inviter, None
        if inviter is None or day - friend.joined > self.rules.referrals.act_within_days:
            return
        if inviter.device is friend.device:
            return  # whoever redeems on the inviter's device is refused
        others = sum(name != friend.name for name in friend.device.viewers)
        seen = Signals(referral_same_block=int(inviter.block is friend.block), referral_device_viewers=others)
        self.desk.claim(friend, sums, "referral.friend", seen=seen)
        self.desk.claim(inviter, inviters, "referral.inviter", seen=seen)

    # --- what stands --------------------------------------------------------------------------------------------------

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


def _repair_of(rules: RuleSet) -> Repair | None:
    """What mending a run costs by the rules; None where it cannot be mended."""
    amounts = (rule.amount for rule in rules.rules if rule.kind == "checkin" and not rule.shadow)
    return next((amount.repair for amount in amounts if isinstance(amount, Ladder)), None)
