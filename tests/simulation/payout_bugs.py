"""Deliberate faults of payouts, for the histories of money on its way out."""

from __future__ import annotations

from tests.simulation.bug import PAYOUTS, Bug

HISTORIES = "tests.simulation.payouts"


def _bug(module: str, right: str, wrong: str) -> Bug:
    return Bug(PAYOUTS + module, right, wrong, HISTORIES)


PAYOUT_BUGS = {
    "money is sent before it leaves the books": _bug(
        "steps",
        "        asked = _post(desk, payout)\n        _transfer(desk, payout, asked=asked)\n",
        "        _transfer(desk, payout, asked=True)\n        _post(desk, existing(desk, person, name))\n",
    ),
    "a hit is not looked for before the transfer": _bug(
        "steps", '        _recheck(desk, payout)\n        if "transfer"', '        if "transfer"'
    ),
    "a bank that has been asked is asked anew": _bug(
        "steps",
        "        found = desk.provider.find_payout(payout.account, payout.payout)\n",
        "        found = None\n",
    ),
    "a hit is not looked for before the bank is asked": _bug(
        "steps", "    _recheck(desk, payout)\n    asking = ", "    asking = "
    ),
    "a payout is closed as paid that was sent back": _bug(
        "steps",
        'if payout.status != "inTransit" or payout.rule:',
        'if payout.status != "inTransit":',
    ),
    "what is set aside for a payout that failed meanwhile stays": _bug(
        "undoing", '    if payout.status == "failed":\n', "    if not payout.status:\n"
    ),
    "money is booked back and not taken back": _bug(
        "undoing", '        if not _reversed(desk, payout):\n            return Done("wait", SETTLED_S)\n', ""
    ),
    "the day's room is looked at and not taken": _bug(
        "noting", "desk.payouts.put_tally(after._replace(revision=tally.revision + 1))", "after"
    ),
    "a key asks for something else": _bug("service", "    if known.hash != wish.hash:\n", "    if not known.hash:\n"),
    "a transfer has another key each time": _bug(
        "undoing", "payout.currency, payout.refusals)", "payout.currency, payout.revision)"
    ),
    "an account at the provider's pays itself out": _bug(
        "steps", "        desk.provider.stop_automatic_payouts(payout.account)\n", ""
    ),
    "a disputed share is paid out": _bug("steps", "    check_disputed(standing)\n", ""),
    "who owes or is frozen meanwhile is paid out": _bug("steps", "    check_account(standing)\n", ""),
    "a bank that was just changed is paid": _bug(
        "standing", '"cooling_off" if now < cooled_at(destination) else None', "None"
    ),
    "what a bank sends back is not booked": _bug(
        "hearing", 'payout.status in ("paid", "returning")', 'payout.status == "returning"'
    ),
    "an execution that was stopped is started under its old name": _bug(
        "sweeping", "executions=found.executions + 1", "executions=found.executions"
    ),
}
