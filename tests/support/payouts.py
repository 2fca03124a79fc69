"""A creator with income, a provider in memory that sends money, and the workflow over the product's own steps."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from cliffhanger.errors import BalanceShort, DestinationRefused, ProviderRejected, ProviderUnavailable, SwitchedOff
from cliffhanger.events.envelope import Event, envelope_of
from cliffhanger.ledger import holding
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.holding import Held
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import earned_lane, key_reference, viewer
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.payments.connect import Link, Recipient, Sending, Sent, Told
from cliffhanger.payments.routing import Subject
from cliffhanger.payouts.budget import Budget
from cliffhanger.payouts.desk import Desk, Verified
from cliffhanger.payouts.domain import Destination, Payout, Rule, Wish, creator
from cliffhanger.payouts.hearing import hear
from cliffhanger.payouts.policy import DAY_MS, terms_of
from cliffhanger.payouts.service import request
from cliffhanger.payouts.steps import run
from cliffhanger.payouts.store import PayoutsStore
from cliffhanger.payouts.tallies import Limits
from cliffhanger.wallet.service import credit_bought
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.exports import write_export
from tests.support.machine import Killed, Machine
from tests.support.payout_tables import PAYOUTS
from tests.support.tables import LEDGER
from tools.auditing.exports import open_export
from tools.auditing.running import Audited, asked_of, audit

CLEO = "cleo"
ACCOUNT = "acct_cleo"
SERIES = "the-last-train"
BEGIN = 1_795_284_245_000
ON_ITS_WAY_S = 150
"""So long a call may be on its way that its caller has given up."""
AMPLE = Budget(lambda: 0, 1)
"""Time for a sweep that never ends."""
LONG_AGO_MS = 20 * DAY_MS
"""Before the beginning: income that no reserve is kept of any more."""

Made = TypeVar("Made")


class Bank:
    """The provider: keeps what it made under each key, refusals too, and fails on request.

    ``fails`` names calls that fail before anything happens, ``loses`` those whose answer is lost after it has, and
    ``delays`` those that nobody waits for any more when they arrive; each once for each time that it is named.
    ``refuses`` maps a call to the error that it is refused with, every time. ``strayed`` is what accounts have paid out
    by themselves: each does, but those in ``manual``.
    """

    def __init__(self) -> None:
        self.ours = {"USD": 1_000_000}
        self.accounts: dict[str, dict[str, int]] = {ACCOUNT: {}}
        self.transfers: dict[str, Sending] = {}
        self.reversed: list[str] = []
        self.payouts: dict[str, tuple[Sending, Sent]] = {}
        self.arrived = 0
        self.ready = True
        self.manual: set[str] = set()
        self.strayed: list[tuple[str, str, int]] = []
        self.calls: list[str] = []
        self.fails: list[str] = []
        self.loses: list[str] = []
        self.delays: list[str] = []
        self.refuses: dict[str, Exception] = {}
        self.boundary: Callable[[str], None] = lambda _: None
        self.instant_ends: Sent | None = None
        self.notices: list[Subject] = []
        self._on_their_way: list[Callable[[], object]] = []
        self._kept: dict[tuple[str, str, int], Any] = {}

    def open_account(self, person: str, country: str) -> str:
        return self._call("open_account", lambda: f"acct_{person}")

    def link(self, account: str, kind: Link, return_url: str) -> str:
        return self._call("link", lambda: f"https://connect.example/{kind}/{account}")

    def recipient(self, account: str) -> Recipient:
        return self._call("recipient", lambda: Recipient(account, account.removeprefix("acct_"), self.ready))

    def stop_automatic_payouts(self, account: str) -> None:
        self._call("stop_automatic_payouts", lambda: self.manual.add(account))

    def balance(self) -> Mapping[str, int]:
        return self._call("balance", lambda: dict(self.ours))

    def transfer(self, sending: Sending) -> str:
        def make() -> str:
            if self.ours.get(sending.currency, 0) < sending.amount:
                raise BalanceShort("Not as much.")
            self._move(self.ours, self.accounts[sending.account], sending)
            name = f"tr_{len(self.transfers) + 1}"
            self.transfers[name] = sending
            return name

        return self._once("transfer", sending, make)

    def find_transfer(self, payout: str) -> str:
        found = (name for name, sending in self.transfers.items() if sending.payout == payout)
        return self._call("find_transfer", lambda: next(found, ""))

    def reverse(self, transfer: str, sending: Sending) -> None:
        def make() -> None:
            if transfer in self.reversed:
                return
            account = self.accounts[sending.account]
            if account.get(sending.currency, 0) < sending.amount:
                raise BalanceShort("It is not back yet.")
            self._move(account, self.ours, sending)
            self.reversed.append(transfer)

        self._once("reverse", sending, make)

    def pay_out(self, sending: Sending, *, instant: bool) -> Sent:
        def make() -> Sent:
            account = self.accounts[sending.account]
            if account.get(sending.currency, 0) < sending.amount:
                raise BalanceShort("Not as much.")
            account[sending.currency] -= sending.amount
            self.arrived += sending.amount
            sent = Sent(f"po_{len(self.payouts) + 1}", "pending", BEGIN + 2 * DAY_MS)
            self.payouts[sent.sent] = (sending, sent)
            if instant and self.instant_ends is not None:
                self.end(sent.sent, self.instant_ends.status, self.instant_ends.code)
            return sent

        return self._once("pay_out", sending, make)

    def find_payout(self, account: str, payout: str) -> Sent | None:
        found = (
            sent for sending, sent in self.payouts.values() if (sending.account, sending.payout) == (account, payout)
        )
        return self._call("find_payout", lambda: next(found, None))

    def told_of(self, account: str, sent: str) -> Told | None:
        def look() -> Told | None:
            if sent not in self.payouts or self.payouts[sent][0].account != account:
                return None
            sending, shown = self.payouts[sent]
            return Told(shown, sending.payout, sending.person)

        return self._call("told_of", look)

    def end(self, sent: str, status: str, code: str = "") -> Subject:
        """The bank has answered, or has sent back what it had; the notice of it, which is on its way."""
        sending, shown = self.payouts[sent]
        if status == "failed" and shown.status != "failed":
            account = self.accounts[sending.account]
            account[sending.currency] = account.get(sending.currency, 0) + sending.amount
            self.arrived -= sending.amount
        self.payouts[sent] = (sending, shown._replace(status=status, code=code))  # type: ignore[arg-type]
        notice = Subject(f"payout.{status}", sent, sending.account, BEGIN)
        self.notices.append(notice)
        return notice

    @staticmethod
    def _move(source: dict[str, int], destination: dict[str, int], sending: Sending) -> None:
        source[sending.currency] = source.get(sending.currency, 0) - sending.amount
        destination[sending.currency] = destination.get(sending.currency, 0) + sending.amount

    def _call(self, name: str, act: Callable[[], Made]) -> Made:
        self.calls.append(name)
        self.boundary(f"before {name}")
        if name in self.fails:
            self.fails.remove(name)
            raise ProviderUnavailable("It does not answer.")
        if name in self.refuses:
            raise self.refuses[name]
        if name in self.delays:
            self.delays.remove(name)
            self._on_their_way.append(act)
            raise ProviderUnavailable("It does not answer in time.")
        made = act()
        self.boundary(f"after {name}")
        if name in self.loses:
            self.loses.remove(name)
            raise ProviderUnavailable("Its answer was lost.")
        return made

    def _once(self, name: str, sending: Sending, make: Callable[[], Made]) -> Made:
        key = (name, sending.payout, sending.attempt)

        def act() -> Made:
            if key not in self._kept:
                try:
                    self._kept[key] = make()
                except (BalanceShort, DestinationRefused, ProviderRejected) as refused:
                    self._kept[key] = refused  # kept under its key, like everything that was answered
            kept = self._kept[key]
            if isinstance(kept, Exception):
                raise kept
            made: Made = kept
            return made

        return self._call(name, act)

    def arrive(self) -> None:
        """What was on its way is done, though nobody waits for it."""
        arriving, self._on_their_way = self._on_their_way, []
        for act in arriving:
            with contextlib.suppress(BalanceShort, DestinationRefused, ProviderRejected):
                act()

    def end_day(self) -> None:
        """A day has passed: keys are forgotten, and accounts whose payouts are automatic send all to their banks."""
        self._kept.clear()
        for name, account in self.accounts.items():
            if name not in self.manual:
                self.strayed += [(name, currency, amount) for currency, amount in account.items() if amount]
                account.clear()


def earn(ledger: LedgerStore, amount: int, *, at_ms: int, name: str = "d0", currency: str = "USD") -> None:
    """Income of a series reaches the creator's account at a time, through a lane and its carry."""
    payer = viewer(f"payer-{name}")
    unlock = Held(payer, "unlock")
    then = Retrying(lambda: at_ms, lambda _: None, lambda: 1.0, lambda: 0.0)
    credit_bought(
        ledger,
        payer,
        coins=1,
        cash=amount,
        currency=currency,
        channel="web",
        source="external:seed",
        reference=key_reference(payer, b"test"),
        retrying=then,
    )
    holding.place_coins(ledger, unlock, coins=1, units=frozenset({"coin"}), lifetime_ms=DAY_MS, retrying=then)
    spent = holding.post(ledger, unlock, amount=1, destination=earned_lane(SERIES, 0), retrying=then).entry
    settle(ledger, [spent], then)
    carry_lane(ledger, Carriage(SERIES, creator(CLEO), name), 0, retrying=then)


class House:
    """Everything that a payout meets, with time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.model = MemoryDynamoDB(clock=lambda: self.now)
        for table in (LEDGER, PAYOUTS):
            self.model.call("CreateTable", table)
        self.pace = Retrying(clock=lambda: self.now, sleep=lambda _: None, jitter=lambda: 1.0, timer=lambda: 0.0)
        self.ledger = LedgerStore(connect(self.model), LEDGER["TableName"])
        self.store = PayoutsStore(connect(self.model), PAYOUTS["TableName"])
        self.bank = Bank()
        self.events: list[dict[str, Any]] = []
        self.verified: Rule | None = None
        self.limits = Limits(None, None)
        self.off = False
        self.machine = Machine("payout", self.step, self.let_pass)
        self.desk = Desk(
            self.ledger,
            self.store,
            self.bank,
            self.machine,
            lambda _person, _currency: Verified(self.verified, self.limits),
            self._go,
            self._tell,
            lambda: self.now,
            self.pace,
            lambda _: None,
        )
        self.at_wait: Callable[[], object] = lambda: None
        self._incomes = 0
        assert self.store.put_destination(Destination(CLEO, ACCOUNT, "US", ready=True, created_at=BEGIN, revision=1))

    def step(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """The task function."""
        return run(self.desk, task).document()

    def let_pass(self, seconds: int) -> None:
        """Time passes."""
        self.now += seconds * 1_000
        if seconds >= ON_ITS_WAY_S:
            self.bank.arrive()
        self.at_wait()

    def earn(self, amount: int, *, ago_ms: int = LONG_AGO_MS, currency: str = "USD") -> None:
        """Income of a series reaches the creator's account, through a lane and its carry."""
        self._incomes += 1
        earn(self.ledger, amount, at_ms=BEGIN - ago_ms, name=f"d{self._incomes}", currency=currency)

    def ask(self, amount: int, name: str = "one", *, speed: Any = "standard", currency: str = "USD") -> Payout:
        """Asks for a payout, at its fee, and lets its execution go on as far as it does."""
        found = terms_of(currency, speed)
        assert found is not None
        request(self.desk, CLEO, name, Wish(amount, currency, speed, found[1].of(amount)))
        return self.go_on(name)

    def go_on(self, name: str = "one") -> Payout:
        """Lets an execution go on as far as it does."""
        self.machine.run(name)
        return self.payout(name)

    def hear(self, *, times: int = 1) -> list[str]:
        """What the provider has told reaches us, each notice so many times; what came of each."""
        notices, self.bank.notices = self.bank.notices, []
        return [hear(self.desk, notice) for notice in notices for _ in range(times)]

    def payout(self, name: str = "one") -> Payout:
        """A payout as it stands; who looks from outside is neither counted nor killed."""
        hook, self.model.hook = self.model.hook, None
        found = self.store.find(CLEO, name)
        self.model.hook = hook
        assert found is not None
        return found

    @property
    def balance(self) -> int:
        """What is available on the creator's account."""
        head = self.ledger.head(creator(CLEO))
        return 0 if head is None else head.state.balances.get("USD", 0)

    @property
    def held(self) -> int:
        """What is set aside on it."""
        head = self.ledger.head(creator(CLEO))
        return 0 if head is None else head.state.held.get("USD", 0)

    def told(self) -> list[str]:
        """The events, each once, as a receiver that passes over what it knows."""
        each = dict.fromkeys((event["id"], event["type"]) for event in self.events)
        return [kind for _, kind in each]

    def settle(self) -> None:
        """Every entry's legs reach the other accounts."""
        for item in self.model.peek(LEDGER["TableName"]):
            settle(self.ledger, [self.ledger.entry(item["account"]["S"], int(item["seq"]["N"]))], self.pace)

    def audited(self, folder: Path) -> Audited:
        """What the auditor says of the books once everything is settled."""
        self.settle()
        items: Sequence[Any] = list(self.model.peek(LEDGER["TableName"]))
        export = open_export(write_export(folder, items, self.now + 400 * DAY_MS))
        return audit(asked_of([export], workers=1), [export])

    def _go(self) -> None:
        if self.off:
            raise SwitchedOff("Stopped.", switch="payouts")

    def _tell(self, events: Sequence[Event]) -> None:
        self.bank.boundary("before tell")
        self.events += [envelope_of(event) for event in events]
        self.bank.boundary("after tell")


__all__ = ["ACCOUNT", "AMPLE", "BEGIN", "CLEO", "Bank", "House", "Killed"]
