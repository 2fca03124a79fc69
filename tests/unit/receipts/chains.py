"""A viewer's life on a chain: whatever happens, made by the movements themselves; and what the API shows of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from hypothesis import strategies as st

from cliffhanger.errors import CliffhangerError
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.consequences import Reward, Undone, grant_reward, reverse_reward
from cliffhanger.ledger.corrections import reverse_grant, reverse_spend
from cliffhanger.ledger.declarations import set_flag, set_limits
from cliffhanger.ledger.entries import Entry, foreign_legs, parse, seal
from cliffhanger.ledger.exchanges import Exchange, Rate, exchange
from cliffhanger.ledger.holds import expire_hold, hold_cash, hold_coins, post_hold, void_hold
from cliffhanger.ledger.lapsing import lapsed_in
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.movements import Spend, credit_bought_coins, grant_coins, spend_at_house, spend_coins
from cliffhanger.ledger.names import (
    COIN_UNITS,
    earned,
    hold_references,
    key_reference,
    platform,
    reversal_reference,
    text_of_hash,
    unlock_reference,
)
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.state import FROZEN, LotTerms, Posting, State
from cliffhanger.wallet.history import Proven
from cliffhanger.wallet.statement import kind_of
from functions.wallet.schemas import receipt_answer

DAY = 86_400_000
NOW = 1_795_284_245_123  # 21 Nov 2026, 18:04:05.123 UTC
VIEWER = "viewer:4h7d9k2m8q1r5t0v"
SERIES = ("the-last-train", "salt")
SUPPORT: dict[str, Any] = {"actor": "op1", "approver": "op2", "reason": "goodwill"}


class Life:
    """One viewer's chain as it grows. Each method is one thing that happens; a refusal leaves the chain as it is."""

    def __init__(self, chain: Sequence[Entry] = (), now: int = NOW) -> None:
        self.chain = list(chain)
        self.now = now
        self.spent = dict.fromkeys(SERIES, 0)
        self.reversed: set[int] = set()

    @property
    def head(self) -> Entry | None:
        return self.chain[-1] if self.chain else None

    def turn(self, reference: str, **terms: Any) -> Turn:
        return Turn(VIEWER, self.head, self.now, Ask(reference, digest(reference), terms))

    def key(self) -> str:
        return key_reference(f"request-{len(self.chain)}", b"test")

    def buys(self, coins: int = 100, cash: int = 99, currency: str = "USD") -> None:
        turn = self.turn(self.key(), kind="purchase")
        source = "external:stripe"
        self.chain.append(
            credit_bought_coins(turn, coins=coins, cash=cash, currency=currency, channel="web", source=source)
        )

    def is_granted(self, coins: int = 30, days: int = 14) -> None:
        turn = self.turn(self.key(), kind="grant", **SUPPORT)
        source = platform("issued", VIEWER)
        self.chain.append(grant_coins(turn, unit="bonus", coins=coins, lifetime_days=days, source=source))

    def unlocks(
        self, coins: int = 12, *, first: int = 2, runs: Sequence[tuple[int, int]] = ((1, 12),), series: str = SERIES[0]
    ) -> None:
        """Opens as many episodes as ``runs`` counts, each run of (how many, list price), for so many coins."""
        prices, number = [], first
        for count, price in runs:
            prices.append([number, number + count - 1, price])
            number += count
        opened = unlock_reference(series, first, number - 1, 0).removesuffix("0")
        again = sum((entry.reference or "").startswith(opened) and ":rev:" not in (entry.reference or "")
                    for entry in self.chain)  # fmt: skip
        reference = f"{opened}{again}"
        terms = {"kind": "unlock", "prices": prices, "share": 5_000}
        before = self.spent[series]
        spend = Spend(coins, earned(series, VIEWER, 1), series, before, ranged=number - 1 > first)
        self.chain.append(spend_coins(self.turn(reference, **terms), spend))
        self.spent[series] = before + coins

    def is_refunded(self, seq: int) -> None:
        original = self.chain[seq - 1]
        series = (original.reference or "").split(":")[1]
        reference = reversal_reference(original.reference or "", f"case{len(self.chain)}")
        turn = self.turn(reference, kind="reversal", reverses=seq, **SUPPORT)
        before, spent = (self.chain[seq - 2] if seq > 1 else None), self.spent[series]
        entry = reverse_spend(turn, original=original, before=before, series=series, spent_before=spent)
        self.chain.append(entry)
        self.spent[series] -= sum(portion.coins for portion in original.spent)
        self.reversed.add(seq)

    def gives_back(self, seq: int) -> None:
        original = self.chain[seq - 1]
        reference = reversal_reference(original.reference or "", f"case{len(self.chain)}")
        turn = self.turn(reference, kind="reversal", reverses=seq, **SUPPORT)
        self.chain.append(reverse_grant(turn, original=original, lapsed=self.lapsed))
        self.reversed.add(seq)

    def lapsed(self, lot: Lot, at: int) -> int:
        return lapsed_in(reversed(self.chain), lot, at)

    def limits(self, **limits: int) -> None:
        self.chain.append(set_limits(self.turn(self.key(), kind="limits"), limits))

    def is_frozen(self, *, on: bool = True) -> None:
        turn = self.turn(f"support:case{len(self.chain)}", kind="freeze" if on else "thaw", **SUPPORT)
        self.chain.append(set_flag(turn, flag=FROZEN, on=on))

    def is_sent(self, amount: int, currency: str = "USD") -> None:
        """Somebody sends cash: it comes in by a batch."""
        sent = [Posting(currency, amount, ".", VIEWER)]
        state = State({currency: -amount})
        gift = seal("external:stripe", None, self.now, postings=sent, state=state, reference="refund:a", request=b"a")
        self.chain.append(plan_batch(VIEWER, self.head, [gift], self.now).entry)

    def wins(self, coins: int = 20, days: int = 7, unit: str = "game") -> None:
        """A budget grants coins: they come in by a batch, as the lot that was sealed with them."""
        terms = LotTerms(VIEWER, unit, coins, self.now // DAY + days)
        out = [Posting(unit, coins, ".", VIEWER)]
        grant = seal("external:brand", None, self.now, postings=out, state=State({unit: -coins}), lots=(terms,))
        self.chain.append(plan_batch(VIEWER, self.head, [grant], self.now).entry)

    def loses(self, coins: int = 20, unit: str = "game") -> None:
        """What a budget has granted is taken back: it goes by a batch, and what is gone already is owed."""
        terms = LotTerms(VIEWER, unit, coins, self.now // DAY + 7)
        back = [Posting(unit, coins, VIEWER, ".")]
        taken = seal("external:brand", None, self.now, postings=back, state=State({unit: coins}), lots=(terms,))
        self.chain.append(plan_batch(VIEWER, self.head, [taken], self.now).entry)

    def holds(self, coins: int = 10, days: int = 3, units: frozenset[str] = frozenset(COIN_UNITS)) -> None:
        name = f"h{len(self.chain)}"
        turn = self.turn(hold_references(name)[0], kind="hold")
        self.chain.append(hold_coins(turn, hold=name, coins=coins, units=units, lifetime_ms=days * DAY))

    def holds_cash(self, amount: int = 10, days: int = 3) -> None:
        name = f"h{len(self.chain)}"
        turn = self.turn(hold_references(name)[0], kind="hold")
        entry = hold_cash(turn, hold=name, currency="USD", amount=amount, lifetime_ms=days * DAY)
        self.chain.append(entry)

    def resolves(self, how: str = "void", amount: int = 0, nth: int = 0) -> None:
        """Posts, voids or expires the n-th of the open holds; a post is of so much, or of all that is held."""
        open_ = self.head.state.holds if self.head else ()
        if open_:
            hold = open_[nth % len(open_)]
            turn = self.turn(hold_references(hold.hold)[1], kind=how)
            if how == "post":
                most = hold.amount or hold.coins
                part = min(amount, most) or most
                self.chain.append(post_hold(turn, hold=hold.hold, amount=part, destination="creator:cleo"))
            else:
                make = void_hold if how == "void" else expire_hold
                self.chain.append(make(turn, hold=hold.hold))

    def exchanges(self, amount: int = 10, unit: str = "game", other: str = "bonus") -> None:
        rate = Rate(2, 3, self.now + 1)
        name = f"exchange:e{len(self.chain)}"
        turn = self.turn(name, kind="exchange", rate=[rate.got, rate.given], until=rate.until)
        self.chain.append(exchange(turn, Exchange(unit, amount, other, rate, 14)))

    def mends(self, day: int, coins: int = 10) -> None:
        """Pays for a day of a run of check-ins that was missed, if it has not been."""
        reference = f"repair:2026-11-{day:02}"
        if reference in {entry.reference for entry in self.chain}:
            return
        turn = self.turn(reference, kind="repair", run=5, zone="UTC", rule="checkin", version="shipped-2", coins=coins)
        self.chain.append(spend_at_house(turn, coins, platform("repairs", VIEWER)))

    def is_rewarded(self, coins: int = 10, undone: int = 0) -> None:
        """A reward, of which some percent are undone before it comes and as many more after it."""
        fact = f"reward:cashback:o{len(self.chain)}"
        terms = {"kind": "reward", "unit": "bonus", "coins": coins}
        parts = [Undone(undone, 200), Undone(undone, 100)] if undone else []
        reversals: list[Entry] = []
        grant: Entry | None = None
        for place, part in enumerate(parts):
            told = {"kind": "reversal", "undone": list(part), **({"reverses": grant.seq} if grant else {})}
            before = self.chain[grant.seq - 2] if grant and grant.seq > 1 else None
            step = reverse_reward(
                self.turn(f"{fact}:rev:r{place}", **told),
                part,
                grant=grant,
                before=before,
                reversals=reversals,
                lapsed=self.lapsed,
            )
            self.chain.append(step)
            reversals.append(step)
            if not place:
                reward = Reward("bonus", coins, 14)
                grant = grant_reward(self.turn(f"{fact}:grant", **terms), reward, reversals)
                self.chain.append(grant)
        if not parts:
            self.chain.append(grant_reward(self.turn(f"{fact}:grant", **terms), Reward("bonus", coins, 14), ()))

    def undoes(self, nth: int) -> None:
        """Reverses the n-th of what can still be reversed, if anything can."""
        open_ = [entry for entry in self.chain if entry.seq not in self.reversed]
        unlocks = [entry.seq for entry in open_ if kind_of(entry) == "unlock" and entry.spent]
        grants = [entry.seq for entry in open_ if kind_of(entry) == "grant"]
        if unlocks or grants:
            seq = sorted([*unlocks, *grants])[nth % (len(unlocks) + len(grants))]
            self.is_refunded(seq) if seq in unlocks else self.gives_back(seq)


COINS = st.integers(1, 500)
PRICES = st.tuples(st.integers(1, 3), st.integers(1, 40))
UNLOCKS = st.tuples(st.just("unlocks"), st.lists(PRICES, min_size=1, max_size=3), st.integers(1, 300))
PURCHASES = st.tuples(st.just("buys"), COINS, st.integers(1, 9_999), st.sampled_from(["USD", "EUR"]))
GRANTS = st.tuples(st.just("is_granted"), COINS, st.integers(1, 60))
HOLDS = st.tuples(st.just("holds"), st.integers(1, 200), st.integers(1, 30))
RESOLUTIONS = st.tuples(
    st.just("resolves"), st.sampled_from(["post", "void", "expiry"]), st.integers(0, 100), st.integers(0, 9)
)
STEPS = st.one_of(
    PURCHASES,
    GRANTS,
    UNLOCKS,
    UNLOCKS,
    UNLOCKS,
    st.tuples(st.just("waits"), st.integers(0, 40)),
    st.tuples(st.just("undoes"), st.integers(0, 9)),
    st.tuples(st.just("undoes"), st.integers(0, 9)),
    st.tuples(st.just("limits"), st.dictionaries(st.sampled_from(["day", "series"]), st.integers(100, 1_000))),
    st.tuples(st.just("is_frozen"), st.sampled_from([True, False, False, False])),
    st.tuples(st.just("is_sent"), COINS),
    st.tuples(st.just("wins"), COINS, st.integers(1, 20), st.sampled_from(["game", "bonus"])),
    st.tuples(st.just("loses"), COINS, st.sampled_from(["game", "bonus"])),
    HOLDS,
    HOLDS,
    st.tuples(st.just("holds_cash"), COINS),
    RESOLUTIONS,
    RESOLUTIONS,
    st.tuples(st.just("exchanges"), COINS, st.sampled_from(["game", "USD"]), st.sampled_from(["bonus", "EUR"])),
    st.tuples(st.just("mends"), st.integers(1, 9), st.integers(0, 40)),
    st.tuples(st.just("is_rewarded"), COINS, st.integers(0, 100)),
)
LIVES = st.tuples(st.one_of(PURCHASES, GRANTS), GRANTS, st.lists(STEPS, min_size=4, max_size=14)).map(
    lambda drawn: [drawn[0], drawn[1], *drawn[2]]
)
OLD_STEPS = ("buys", "is_granted", "unlocks", "waits", "is_sent")


def lived(steps: Sequence[tuple[Any, ...]], life: Life | None = None) -> Life:
    """A life of those steps; what is refused does not happen."""
    life = life or Life()
    for name, *rest in steps:
        try:
            if name == "waits":
                life.now += rest[0] * DAY
            elif name == "unlocks":
                runs, coins = rest
                listed = sum(count * price for count, price in runs)
                life.unlocks(min(coins, listed), runs=runs, series=SERIES[coins % 2])
            elif name == "limits":
                life.limits(**rest[0])
            elif name == "is_frozen":
                life.is_frozen(on=rest[0])
            else:
                getattr(life, name)(*rest)
        except CliffhangerError:
            continue
    return life


def lived_long(old: Sequence[tuple[Any, ...]], new: Sequence[tuple[Any, ...]]) -> Life:
    """A life that begins while entries were of version 1, which opened one episode each, and goes on."""
    known = [step for step in old if step[0] in OLD_STEPS]
    singles = [(step[0], [(1, step[1][0][1])], step[2]) if step[0] == "unlocks" else step for step in known]
    once = lived(singles)
    life = Life(of_version_1(once.chain), once.now)
    life.spent = once.spent
    return lived(new, life)


def of_version_1(chain: Sequence[Entry]) -> list[Entry]:
    """The chain as version 1 would have written it: without terms, and without what states have learnt since."""

    def older(document: dict[str, Any]) -> None:
        document.pop("terms", None)
        for since in ("limits", "day", "series"):
            document["state"].pop(since, None)
        if "spent" in document:
            document["spent"] = [portion[:5] for portion in document["spent"]]

    return _of_version(1, chain, older)


def of_version_2(chain: Sequence[Entry]) -> list[Entry]:
    """The chain as version 2 would have written it: it knew no holds, and no coins from budgets."""
    return _of_version(2, chain, lambda _: None)


def _of_version(version: int, chain: Sequence[Entry], older: Callable[[dict[str, Any]], None]) -> list[Entry]:
    written: list[Entry] = []
    for entry in chain:
        document = json.loads(entry.body) | {"v": version, "prev": text_of_hash(written[-1].hash) if written else ""}
        older(document)
        body = canonical_json(document)
        written.append(parse(body, digest(body)))
    return written


def receipt(entry: Entry) -> dict[str, Any]:
    """An entry's receipt as the API answers it, when the other accounts have taken their part."""
    settled = {account: place + 7 for place, account in enumerate(foreign_legs(entry))}
    shown: dict[str, Any] = json.loads(msgspec.json.encode(receipt_answer(Proven(entry, settled))))
    return shown


def receipts(chain: Sequence[Entry]) -> list[dict[str, Any]]:
    return [receipt(entry) for entry in chain]


def story() -> Life:
    """One life with all that version 2 knew, always the same: golden receipts, and the example in the documents."""
    life = Life()
    life.buys(coins=100, cash=100)
    life.is_granted(coins=30, days=14)
    life.unlocks(42, first=2, runs=((2, 12), (1, 24)))
    life.limits(day=100, series=500, auto=1)
    life.now += DAY
    life.is_granted(coins=25, days=7)
    life.unlocks(10, first=5, runs=((1, 10),), series="salt")
    life.gives_back(5)
    life.is_frozen()
    life.is_frozen(on=False)
    life.is_refunded(3)
    life.now += 40 * DAY
    life.buys(coins=50, cash=45, currency="EUR")
    life.is_sent(250)
    life.unlocks(100, first=6, runs=((10, 12),))
    return life


def newer_story() -> Life:
    """The same life as it goes on with what version 3 adds: holds, and coins that a budget granted."""
    life = story()
    life.now += DAY
    life.wins(coins=20, days=7)
    life.is_granted(coins=15, days=3)
    life.holds(coins=40, days=9)
    life.resolves("post", amount=25)
    life.holds_cash(200)
    life.holds(coins=12, days=2)
    life.holds(coins=5, days=30)
    life.now += 5 * DAY
    life.resolves("void", nth=1)
    life.resolves("expiry")
    life.loses(coins=20)
    life.now += 20 * DAY
    life.resolves("post", amount=3)
    life.wins(coins=30, days=7)
    return life
