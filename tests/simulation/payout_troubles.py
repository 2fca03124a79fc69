"""What gets in between while money is on its way out, in histories of payouts: operators, support, banks, time.

Each that happens is noted by the rule that a payout may fail by because of it: none may fail for what never was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cliffhanger.errors import BalanceShort, DestinationRefused, ProviderRejected
from cliffhanger.ledger import holding
from cliffhanger.ledger.declarations import set_flag
from cliffhanger.ledger.holding import Held
from cliffhanger.ledger.state import FROZEN
from cliffhanger.payments.routing import Subject
from cliffhanger.payouts.domain import creator
from cliffhanger.payouts.hearing import BANK_CHANGED
from cliffhanger.payouts.policy import COOLING_OFF_MS, DAY_MS
from tests.simulation.payout_incomes import Incomes
from tests.support.machine import Killed
from tests.support.payouts import ACCOUNT, CLEO


class Troubles(Incomes):
    """Incomes, and all that keeps them from being paid out."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.frozen = False
        self.undelivered: list[Subject] = []

    # --- looking on --------------------------------------------------------------------------------------------------

    def forbids(self) -> str | None:
        """What forbids to send money now, if anything does."""
        return self.quietly(self._forbids)

    def _forbids(self) -> str | None:
        if self.off:
            return "switched off"
        if self.frozen or self.debt:
            return "frozen" if self.frozen else "debt"
        destination = self.store.destination(CLEO)
        if destination is None or not destination.ready:
            return "destination_restricted"
        if destination.changed_at and self.now < destination.changed_at + COOLING_OFF_MS:
            return "cooling_off"
        return "disputed" if self.balance < self.at_stake else self.unverified()

    def unverified(self) -> str | None:
        """Why a creator who is not verified may take nothing out."""
        return self.verified

    def step(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """The task function; what it waits for is counted, and where whoever carries it out is killed."""
        try:
            done = super().step(task)
        except Killed:
            self.reached[f"killed in {task['step']}"] += 1
            raise
        if done["outcome"] == "wait":
            payout = self.quietly(lambda: self.payout(task["payout"]))
            self.reached[f"waits for {payout.waits_for or 'a moment'}"] += 1
        return done

    # --- support and operators ---------------------------------------------------------------------------------------

    def freeze(self) -> None:
        """An account is frozen, or is not any more."""
        self.frozen = on = not self.frozen and self.random.random() < 0.6
        self.happened |= {"frozen"} if on else set()
        self.case("freeze" if on else "thaw", lambda turn: set_flag(turn, flag=FROZEN, on=on))

    def verify(self) -> None:
        """A sanctions hit, or none any more."""
        self.verified = "verification_refused" if not self.verified and self.random.random() < 0.6 else None
        self.happened |= {self.verified} if self.verified else set()

    def switch(self) -> None:
        """Operators stop payouts, more often they let them go on."""
        self.off = self.random.random() < 0.35

    # --- the provider and the bank -----------------------------------------------------------------------------------

    def drain(self) -> None:
        """Others are paid out, or we have put money there."""
        self.bank.ours["USD"] += self.random.choice((-1, 1)) * self.random.choice((15_000, 40_000, 200_000))
        self.bank.ours["USD"] = max(0, self.bank.ours["USD"])

    def refuse(self) -> None:
        """The provider refuses a call each time, for good or because it does not understand; or it does not."""
        call = self.random.choice(("transfer", "pay_out", "reverse"))
        errors = [ProviderRejected("What?"), BalanceShort("Not as much.")]
        if call != "reverse":
            errors += [DestinationRefused("No.", providerCode="account_closed")] * 2
        self.bank.refuses = (
            {call: self.random.choice(errors)} if not self.bank.refuses and self.random.random() < 0.7 else {}
        )
        self.happened |= {"provider_refused"} if self.bank.refuses else set()

    def move_bank(self) -> None:
        """Another bank is named at the provider's, or the account takes nothing for a while; a notice tells of it."""
        self.bank.ready = self.random.random() < 0.7
        self.happened |= {"cooling_off", "destination_restricted"}
        self.undelivered.append(Subject(BANK_CHANGED, ACCOUNT, "", self.now))

    # --- time --------------------------------------------------------------------------------------------------------

    def days_pass(self) -> None:
        """Days, in which a provider forgets keys."""
        self.now += self.random.randint(1, 6) * DAY_MS
        self.bank.end_day()

    def months_pass(self) -> None:
        """An execution ends after thirty days, what is set aside after forty-five, and what waits for a sweep waits."""
        self.now += self.random.choice((31, 46)) * DAY_MS
        self.bank.end_day()
        self.happened.add("expired")
        for execution in self.machine.executions.values():
            if self.machine.running(execution.name):
                execution.outcome, execution.token = "TIMED_OUT", ""
                self.reached[f"given up in {execution.state}"] += 1

    def expire_holds(self) -> None:
        """The sweep that ends what was set aside and is over."""
        head = self.quietly(lambda: self.ledger.head(creator(CLEO)))
        for hold in () if head is None else head.state.holds:
            if hold.until <= self.now:
                holding.expire(self.ledger, Held(creator(CLEO), hold.hold), self.pace)
                self.reached["what was set aside has expired"] += 1

    def have_done(self) -> None:
        """Nothing is in the way any more."""
        self.off, self.verified, self.frozen = False, None, False
        self.bank.ready = True
        self.bank.refuses.clear()
        self.bank.arrive()
        self.bank.ours["USD"] = 1_000_000
        self.case("thaw", lambda turn: set_flag(turn, flag=FROZEN, on=False))
        self.undelivered.append(Subject("v2.core.account.updated", ACCOUNT, "", self.now))
