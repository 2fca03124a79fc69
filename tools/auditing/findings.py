"""What the auditor can find. Codes are stable: one is never reused, and never changes its meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

KEPT_PER_CODE = 200
"""So many of each code are kept with all they say; the others are counted. Bounds memory however bad the books are."""


class Code(NamedTuple):
    """What a finding of this code means, and what to do about it."""

    means: str
    do: str


_LOOK = "freeze the account; compare with receipts and anchors; mend by an entry, never by an edit"
_WRITER = "find who wrote to the table past the product; freeze the account; restore beside it and compare"
_MEND = "run the repair of settlement; if it stays, look at the parked entries"
_ROLL = "run the repair of settlement, which writes the missing half of a roll; see Restoring"
_ANCHOR = "fetch it again, all days; look at the versions of the object"
_COPY = "copy the export again, or make a new one; nothing is judged from a damaged one"

CODES: Mapping[str, Code] = {
    # What was read
    "export_file_missing": Code("a data file that the manifest names is not there", _COPY),
    "export_checksum_wrong": Code("a file has another MD5 than its manifest says", _COPY),
    "export_cut_short": Code("a data file ends early, or holds another number of items than the manifest says", _COPY),
    "export_line_unreadable": Code("a line of a data file is no item of the ledger", _COPY),
    # One entry
    "entry_unreadable": Code("stored bytes cannot be unpacked, or are no JSON of an entry", _WRITER),
    "hash_wrong": Code("the bytes do not have the SHA-256 that is stored with them", _WRITER),
    "version_unknown": Code("an entry version that this auditor does not know", "audit with a newer checkout"),
    "form_wrong": Code("not canonical, a member too many or of another type, an amount that is none", _WRITER),
    "key_wrong": Code("stored under another account, seq or reference than its bytes say", _WRITER),
    "kind_unknown": Code("the terms name a kind that this auditor does not know", "audit with a newer checkout"),
    # A chain
    "chain_gap": Code("entries are missing before this one", _WRITER),
    "link_broken": Code("the entry does not name the hash of the entry before it", _WRITER),
    "time_backwards": Code("the entry is earlier than the one before it", _LOOK),
    "entry_deleted": Code("an entry was deleted within the window of the export", _WRITER),
    "reference_repeated": Code("the reference stands on the chain already", _LOOK),
    "reference_wrong": Code("the reference follows no rule, or belongs on another kind of chain", _LOOK),
    "history_rewritten": Code("an anchored entry has another hash today", _WRITER),
    "chain_truncated": Code("an anchored entry is not there today", _WRITER),
    # Volumes and carries
    "entry_after_closed": Code("an entry stands in a volume after the one that closed it", _WRITER),
    "volume_unannounced": Code("a volume begins that the one before it was not closed for", _ROLL),
    "volume_missing": Code("a volume was closed, and the one that it points to is not there", _ROLL),
    "volume_wrong": Code("closed or opened where no volume ends or begins, or on a chain that never rolls", _WRITER),
    "carry_wrong": Code("not from the lane that it names, more than was there, or not divided as it says", _LOOK),
    # Arithmetic
    "balance_wrong": Code("what an account holds and owes is not that before and the postings", _LOOK),
    "overdrawn": Code("a guarded account holds less than nothing", _LOOK),
    "lots_wrong": Code("lots do not add up to the balances, or do not follow from those before", _LOOK),
    "spending_wrong": Code("not the lots whose turn it was, or another part of their cash", _LOOK),
    "postings_wrong": Code("postings are not the sum of the sources, or not what has expired", _LOOK),
    "debt_wrong": Code("a credit has not repaid what was owed, or debt has changed by itself", _LOOK),
    "tally_wrong": Code("coins of the day or of the series are not counted right, or over the viewer's limit", _LOOK),
    "declaration_wrong": Code("limits or flags have changed unsaid, or forbid what was done", _LOOK),
    "terms_wrong": Code("the terms contradict the entry", _LOOK),
    "reversal_wrong": Code("a reversal of nothing, of something else, or for the second time", _LOOK),
    "purchase_wrong": Code("an order brought, or gave back, other than what was paid and went back makes of it", _LOOK),
    "cashback_wrong": Code("cashback moves other than what was claimed and has come back makes of it", _LOOK),
    "rule_broken": Code("another rule of entries does not hold; the finding says which", _LOOK),
    # Settlement
    "settlement_overdue": Code("a leg is not settled, and is older than what may be under way", _MEND),
    "mark_unknown": Code("a mark for a counterparty that the entry does not have", _WRITER),
    "mark_without_batch": Code("a mark names a batch that does not name the entry", "see Restoring; else " + _WRITER),
    "mark_elsewhere": Code("a mark names another batch than the one that settles the leg", _WRITER),
    "batch_without_mark": Code("a batch names an entry that carries no mark", "set consumers aside; see Restoring"),
    "batch_of_nothing": Code(
        "a batch names an entry that is not there, or has no leg on the account", "see Restoring; else " + _WRITER
    ),
    "settled_twice": Code("two batches settle one leg", _LOOK),
    "lots_otherwise": Code("a batch brought coins under other terms than their sources have sealed", _LOOK),
    "settled_otherwise": Code("a batch settles other amounts than the leg has", _LOOK),
    # The whole
    "not_conserved": Code("over all heads and open legs a unit does not sum to zero", "see the other findings"),
    # Anchors
    "anchor_unreadable": Code("an anchor is none, or its heads do not make its root", _ANCHOR),
    "anchor_chain_broken": Code("an anchor does not name the one before it", _ANCHOR),
    "anchor_missing": Code("a day between two anchors has none", "see the alarm on the anchor"),
}  # fmt: skip


class Finding(NamedTuple):
    """One thing that does not hold: where (account, seq, reference, as far as there are), and since when (ms).

    Of half a settlement also the ``other`` account, and the seq of the batch there.
    """

    code: str
    detail: str
    account: str = ""
    seq: int = 0
    reference: str = ""
    since: int = 0
    other: str = ""
    other_seq: int = 0

    def document(self) -> dict[str, Any]:
        """The finding for programs, with what it means and what to do."""
        known = CODES[self.code]
        return {**self._asdict(), "means": known.means, "do": known.do}


class Findings:
    """Findings as they come: all counted, and the first of each code kept."""

    def __init__(self, found: Iterable[Finding] = ()) -> None:
        self.counts: Counter[str] = Counter()
        self.kept: list[Finding] = []
        self._kept: Counter[str] = Counter()
        for finding in found:
            self.add(finding)

    def add(self, finding: Finding) -> None:
        """One more."""
        self.counts[finding.code] += 1
        if self._kept[finding.code] < KEPT_PER_CODE:
            self._kept[finding.code] += 1
            self.kept.append(finding)

    def merge(self, other: Findings) -> None:
        """Those of another worker as well."""
        for finding in other.kept:
            self.add(finding)
            self.counts[finding.code] -= 1
        self.counts.update(other.counts)
