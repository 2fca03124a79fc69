"""Deliberate faults of rewards: of caps, of what waits, of watching and of ads."""

from __future__ import annotations

from tests.simulation.bug import REWARDS, Bug

EARNERS_BUGS = {
    "a view is paid for each of its transactions": Bug(
        REWARDS + "ads_taking", "Fact(KIND, view.view, 1, told", "Fact(KIND, callback.transaction, 1, told"
    ),
    "an ad is paid that nobody has signed": Bug(REWARDS + "ads_taking", "    network.verify(callback)\n", ""),
    "a reward does not count itself": Bug(REWARDS + "tallies", "after = had.plus(decision)", "after = had"),
    "what was had today is forgotten": Bug(
        REWARDS + "tallies", '_tally(entry.terms["had"]) if day == last else Tally()', "Tally()"
    ),
    "a reward does not count itself for all time": Bug(
        REWARDS + "tallies", "list(ever.plus(claim.kind, decision.coins))", "list(ever)"
    ),
    "what waited does not count once it is paid": Bug(
        REWARDS + "due", "list(ever.plus(pending.kind, coins))", "list(ever)"
    ),
    "a day in another zone is another day": Bug(
        REWARDS + "days", "    if last is None:", "    if last is None or last.zone != zone:"
    ),
    "vesting is ignored": Bug(
        REWARDS + "earning",
        'if decision.outcome == "hold" or decision.vests_at > now:',
        'if decision.outcome == "hold":',
    ),
    "what waits is paid a day early": Bug(
        REWARDS + "vesting",
        "till.claims.due(queue, now, AT_ONCE, after)",
        "till.claims.due(queue, now + 86_400_000, AT_ONCE, after)",
    ),
    "what waits is paid each time that somebody pays it": Bug(
        REWARDS + "paying",
        "consequence_of(pending.person, pending.kind, pending.fact)",
        'consequence_of(pending.person, pending.kind, f"{pending.fact[:20]}-{till.clock() % 9}")',
    ),
    "what was released can still be refused": Bug(
        REWARDS + "paying",
        '    if pending.status == "held":\n        till.claims.decide(pending, "refused"',
        '    if pending.status != "refused":\n        till.claims.decide(pending, "refused"',
    ),
    "a leap counts as watched": Bug(REWARDS + "watching", "not 0 < way <= spare * FASTEST", "way <= 0"),
    "a run goes on whoever has missed how many days": Bug(
        REWARDS + "checkin", "return last.run + 1 if apart == 1 else 1", "return last.run if apart == 1 else 1"
    ),
}
