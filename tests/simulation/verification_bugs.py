"""Deliberate faults of verification, for the histories of payouts in which a creator must be verified, and stay it."""

from __future__ import annotations

from tests.simulation.bug import KYC, Bug

HISTORIES = "tests.simulation.verifications"


def _bug(module: str, right: str, wrong: str) -> Bug:
    return Bug(KYC + module, right, wrong, HISTORIES)


VERIFICATION_BUGS = {
    "who may be named is paid until a reviewer has looked": _bug(
        "domain",
        "    if check is not None and check.hits:\n        return",
        "    if check is None and check:\n        return",
    ),
    "a verification never ends": _bug("domain", " and now < midnight_ms(verification.until):", ":"),
    "one reviewer overrules a strong hit": _bug(
        "domain", "return self.strong or needs_two(self.tier)", "return needs_two(self.tier)"
    ),
    "one reviewer is two": _bug(
        "review",
        '        if verdict == "approve" and under_way.first == by:\n            return found',
        "        if not found:\n            return found",
    ),
    "a reviewer decides on themselves": _bug("review", "    if person == by:\n", "    if not person:\n"),
    "a machine lets the second tier stand": _bug(
        "steps", "    if screening.clear and not found.check.needs_two:\n", "    if screening.clear:\n"
    ),
    "a machine clears who is named": _bug(
        "steps",
        "    if screening.clear and not found.check.needs_two:\n",
        "    if screening.readable and not found.check.needs_two:\n",
    ),
    "another session than the one that was opened decides": _bug(
        "steps", '    if check.session not in ("", session.session):\n        return "foreign"\n', ""
    ),
    "a check that broke off is left": _bug(
        "rechecking",
        '    desk.executions.start(after.person, after.check.number, after.check.turn)\n    return "gone_on"',
        '    return "gone_on"',
    ),
    "what stands rests on a session that was erased": _bug(
        "domain", "one for one in shown if one and one != keeps", "one for one in shown if one"
    ),
    "a session that nothing rests on is kept": _bug(
        "domain",
        "{})\n    return _next(verification, checks=number, edition=edition, check=check, erase=given_up)",
        "{})\n    return _next(verification, checks=number, edition=edition, check=check)",
    ),
}
