"""The outcome of a simulation as tables of text: what rewards cost, what becomes of the coins, what farms get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tools.rewarding.assumptions import Assumptions
from tools.rewarding.outcome import Farm, Outcome, Sums

MOST_REASONS = 4


class Table(NamedTuple):
    """A title, what it says in a sentence, the names of the columns, and rows that begin with the name of a measure."""

    title: str
    says: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def tables(outcome: Outcome, known: Assumptions) -> list[Table]:
    """All tables, in the order in which they are read; those of arms and shadow only where there are any."""
    found = [
        _turned(one)
        for one in (
            _costs(outcome, known),
            _coins(outcome),
            _unlocks(outcome, known),
            _campaign(outcome),
            _farms(outcome, known, script=False),
            _farms(outcome, known, script=True),
        )
    ]
    if outcome.arms:
        rows = [
            (arm, f"{sums['claims']:,}", f"{sums['coins']:,}", f"{sums['coins'] / sums['claims']:.2f}")
            for arm, sums in sorted(outcome.arms.items())
        ]
        found.append(Table("Arms", "Claims that rules of an arm decided.", ("arm", "claims", "coins", "a claim"), rows))
    if outcome.shadow:
        shadow = [(rule, f"{coins:,}") for rule, coins in sorted(outcome.shadow.items())]
        says = "What rules in shadow would have paid, viewers and farms together."
        found.append(Table("In shadow", says, ("rule", "coins"), shadow))
    return found


def kinds_of(outcome: Outcome) -> list[str]:
    """The kinds of claims that honest viewers were paid for."""
    return sorted({kind for sums in outcome.kinds.values() for kind in sums.paid})


def _turned(one: Table) -> Table:
    """Columns as rows: kinds of viewers and farms are few, and what is measured of them is much."""
    head, *rows = zip(one.head, *one.rows, strict=True)
    return one._replace(head=head, rows=rows)


def _costs(outcome: Outcome, known: Assumptions) -> Table:
    kinds = kinds_of(outcome)
    rows = [
        (
            name,
            f"{sums.viewers:,}",
            *(f"{sums.a_day(sums.paid[kind]):.2f}" for kind in kinds),
            f"{sums.a_day(sums.house):.2f}",
            f"{sums.a_day(sums.house) * known.coin_usd * 100:.2f}",
        )
        for name, sums in (*outcome.kinds.items(), ("all", _all(outcome)))
    ]
    says = (
        "Coins paid by viewer and day, days without a visit counted; the house's in US cents at the coins' list price."
        " Cashback is the brand's money."
    )
    return Table("What rewards cost", says, ("viewers", "number", *kinds, "house coins", "house cents"), rows)


def _coins(outcome: Outcome) -> Table:
    rows = [
        (
            name,
            f"{sums.vested:,}",
            f"{sums.spent:,}",
            f"{sums.expired:,}",
            f"{sums.outstanding:,}",
            f"{sums.pending:,}",
            f"{sums.repairs:,}",
            f"{sums.held:,}",
            f"{sums.refused / max(sums.claims, 1):.0%}",
        )
        for name, sums in (*outcome.kinds.items(), ("all", _all(outcome)))
    ]
    says = "Vested coins are spent, expired or outstanding on the last day; pending ones have not vested."
    head = ("viewers", "vested", "spent", "expired", "outstanding", "pending", "days mended", "claims held", "refused")
    return Table("What becomes of the coins", says, head, rows)


def _unlocks(outcome: Outcome, known: Assumptions) -> Table:
    rows = [
        (
            name,
            f"{sums.unlocks_bonus:,}",
            f"{sums.displaced:,}",
            f"{sums.displaced / max(sums.unlocks_bonus, 1):.1%}",
            f"{sums.displaced * known.story.price_coins * known.coin_usd:.2f}",
            f"{sums.unlocks_bought:,}",
        )
        for name, sums in (*outcome.kinds.items(), ("all", _all(outcome)))
    ]
    says = "Unlocks with bonus coins; displaced are those whose viewer would have bought coins without them."
    head = ("viewers", "with bonus", "displaced", "share", "USD displaced", "with bought coins")
    return Table("Paid unlocks displaced", says, head, rows)


def _campaign(outcome: Outcome) -> Table:
    rows = [
        (
            name,
            f"{sums.purchases:,}",
            f"{sums.set_aside:,}",
            f"{sums.taken_back:,}",
            f"{sums.paid['cashback']:,}",
        )
        for name, sums in (
            *outcome.kinds.items(),
            ("all", _all(outcome)),
            *((farm.shape.name, farm.sums) for farm in outcome.farms if farm.shape.shops),
        )
    ]
    budget = outcome.budget
    says = (
        f"Coins of the campaign {budget.campaign}: {budget.left:,} of {budget.known.budget_coins:,} are left. What is"
        f" not taken back vests {budget.known.return_days} days after the purchase."
    )
    return Table("What a campaign gives", says, ("viewers", "purchases", "set aside", "taken back", "cashback"), rows)


def _farms(outcome: Outcome, known: Assumptions, *, script: bool) -> Table:
    devices = outcome.farms[0].devices if outcome.farms else 0
    what, who = (f"{devices} devices made up", "script") if script else (f"{devices} devices", "farm")
    says = (
        f"Farms of {what} over {outcome.days} days, in US dollars: what the coins sell for"
        f" at {known.costs.resale:.0%} of the list price, what they cost, and at which share it would pay; with the"
        " commonest reasons of what was refused or held."
    )
    spent = outcome.farms[0].costs_usd(known) if outcome.farms else {}
    head = (who, "accounts", "coins", "held", "refused", "sells for", *spent, "result", "pays at", "reasons")
    rows = [_farm(farm, known) for farm in outcome.farms if farm.shape.script == script]
    return Table(f"What a {who} takes, and what it costs it", says, head, rows)


def _farm(farm: Farm, known: Assumptions) -> tuple[str, ...]:
    sums, share = farm.sums, farm.break_even(known)
    named = sums.reasons.most_common(MOST_REASONS)
    return (
        farm.shape.name,
        f"{farm.accounts:,}",
        f"{sums.coins:,}",
        f"{sums.held:,}",
        f"{sums.refused / max(sums.claims, 1):.0%}",
        f"{farm.revenue_usd(known):.2f}",
        *(f"{usd:.2f}" for usd in farm.costs_usd(known).values()),
        f"{farm.result_usd(known):+.2f}",
        "never" if share is None else f"{share:.0%}",
        ", ".join(reason for reason, _ in named),
    )


def _all(outcome: Outcome) -> Sums:
    total = Sums()
    for sums in outcome.kinds.values():
        total.paid += sums.paid
        total.reasons += sums.reasons
        for name in ("viewers", "viewer_days", "visits", "claims", "held", "refused", "vested", "spent", "expired"):
            setattr(total, name, getattr(total, name) + getattr(sums, name))
        for name in ("outstanding", "pending", "unlocks_bonus", "unlocks_bought", "displaced", "repairs"):
            setattr(total, name, getattr(total, name) + getattr(sums, name))
        for name in ("purchases", "set_aside", "taken_back"):
            setattr(total, name, getattr(total, name) + getattr(sums, name))
    return total
