"""How income is divided: every carry and recovery is divided anew, and every share held against what it says of it.

The division is the statement verifier's, which shares no code with the product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools import verify_statement
from tools.auditing.entries import Read
from tools.verify_receipt import COIN_UNITS, OWN, Entry

Fault = tuple[str, str]
ID = r"[a-z0-9][a-z0-9-]{0,31}"
_CARRY = re.compile(rf"carry(tips)?:({ID}):(\d{{1,6}}):{ID}")
_RECOVERY = re.compile(rf"recovery:({ID}):(earned|tips):(\d{{1,6}}):\d{{4}}-\d\d-\d\d")
RECOVERY = "recovery"


def divides(entry: Entry) -> bool:
    """Whether an entry says by its kind or its reference that it divides income, or takes it back."""
    return entry.terms.get("kind") in ("carry", RECOVERY) or bool(
        _CARRY.fullmatch(entry.reference) or _RECOVERY.fullmatch(entry.reference)
    )


def dividing_faults(entry: Entry) -> Iterator[Fault]:
    """It moves cash between its account and the one lane that its reference names, and everybody's share besides."""
    lane, series = _lane_of(entry)
    back = entry.terms.get("kind") == RECOVERY
    ends = [OWN, lane] if back else [lane, OWN]
    whole = {line[0]: line[1] for line in entry.postings if line[2:] == ends}
    others = [line for line in entry.postings if line[2:] != ends]
    if not lane or not whole or len(whole) + len(others) != len(entry.postings) or COIN_UNITS & whole.keys():
        yield "carry_wrong", f"{entry.reference} moves {entry.postings}"
        return
    parties = entry.terms.get("parties", [])
    if parties and _unsound(parties, entry.terms.get("series", series), series):
        yield "carry_wrong", f"{entry.reference} divides by {parties}"
        return
    accounts = [verify_statement.account_of(party, series) for party, _ in parties]
    due = [
        [unit, share, account, OWN] if back else [unit, share, OWN, account]
        for unit, amount in whole.items()
        for account, share in zip(accounts, verify_statement.divide(amount, [bp for _, bp in parties]), strict=True)
        if share and account != entry.account
    ]
    if parties and entry.account not in accounts:
        yield "carry_wrong", f"{entry.account} has no part in what it carries"
    if sorted(map(list, others)) != sorted(due):
        yield "carry_wrong", f"{entry.reference} divides {whole} into {others}, and the shares are {due}"


def share_faults(read: Read) -> Iterator[Fault]:
    """A share that says what it is of is that, of one entry of the creator who carried it."""
    entry = read.entry
    parties, of = entry.terms.get("parties"), entry.terms.get("of")
    if entry.terms.get("kind") not in ("share", RECOVERY) or not parties or not isinstance(of, dict):
        return
    series = str(entry.terms.get("series", ""))
    sign = -1 if entry.terms["kind"] == RECOVERY else 1
    places = [place for place, (party, _) in enumerate(parties) if party.partition(":")[2] == entry.account[8:]]
    if len(read.sources) != 1 or not read.sources[0][0].startswith("creator:") or len(places) != 1:
        yield "carry_wrong", f"it is a share of {series}, and not one party's of one carry"
        return
    moved = dict(zip(read.units, read.sources[0][2], strict=True))
    for unit, amount in of.items():
        share = verify_statement.divide(amount, [bp for _, bp in parties])[places[0]]
        if moved.get(unit, 0) != sign * share:
            yield "carry_wrong", f"it is {moved.get(unit, 0)} {unit} of {amount}, and the share is {sign * share}"


def _lane_of(entry: Entry) -> tuple[str, str]:
    """The lane that the reference names, and its series; empty where it names none."""
    carried = _CARRY.fullmatch(entry.reference)
    if carried is not None and entry.terms.get("kind") == "carry":
        return f"series:{carried[2]}:{'tips' if carried[1] else 'earned'}:{carried[3]}", carried[2]
    recovered = _RECOVERY.fullmatch(entry.reference)
    if recovered is not None and entry.terms.get("kind") == RECOVERY:
        return f"series:{recovered[1]}:{recovered[2]}:{recovered[3]}", recovered[1]
    return "", ""


def _unsound(parties: list[list[object]], told: object, series: str) -> bool:
    names = [str(party) for party, _ in parties]
    return (
        told != series
        or sum(bp for _, bp in parties if type(bp) is int) != verify_statement.WHOLE_BP
        or not all(verify_statement.PARTY.fullmatch(name) for name in names)
        or len(set(names)) < len(names)
    )
