"""Claims of campaigns among the viewers' others: listed as the chains of slices have them."""

from __future__ import annotations

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from cliffhanger.dynamo import is_refusal
from cliffhanger.errors import Busy
from cliffhanger.rewards.claims_store import KEPT_FOR_S, ClaimsStore, kept_of, told_of, unavailable
from cliffhanger.rewards.pending import Pending

ATTEMPTS = 3


class CampaignClaims(ClaimsStore):
    """The table of claims, for who knows the slices."""

    def settle(self, pending: Pending, seen: int, *, at: int) -> None:
        """Tells one of a campaign's as its slice's chain has it up to the entry ``seen``; what is told of later stays.

        What a reviewer has released waits for its time, whatever the chain says of holding it; what one has refused
        stays refused, and in its queue until its budget has it back.

        Raises:
            Unavailable: it may or may not have been written; telling it again is harmless.
            Busy: others are always faster.
        """
        for _ in range(ATTEMPTS):
            known = self.find(pending.person, pending.name)
            decided = known is not None and bool(known.decided_by) and pending.status == "held"
            told = _as_decided(pending, known) if known is not None and decided else pending
            first = known is not None and known.status == "asked"
            if self._settled(told, seen, at, decided=decided, first=first):
                return
            found = self.find(pending.person, pending.name)
            if found is not None and found == known:
                return  # it is told up to a later entry
        raise Busy("Try again in a moment.")

    def keep_refused(self, refused: Pending) -> None:
        """Keeps what its score has refused in the place of what was asked, so that it stays refused and is told.

        Raises:
            Unavailable: it may or may not have been written.
        """
        asked = Path("status") == Value({"S": "asked"})
        try:
            self._connection.put_item(
                self._name, refused.person, refused.name, attributes=kept_of(refused), condition=asked
            )
        except PutError as error:
            if not is_refusal(error):  # else the ledger has answered another call otherwise
                raise unavailable(error) from error

    def _settled(self, pending: Pending, seen: int, at: int, *, decided: bool, first: bool) -> bool:
        newer = Path("seen").does_not_exist() | (Path("seen") <= Value(_n(seen)))
        # A reviewer who decides between our read and this is not undone.
        unheld = newer if decided or pending.status != "held" else newer & Path("decidedBy").does_not_exist()
        actions = [
            Path("status").set(Value({"S": pending.status})),
            Path("dueAt").set(Value(_n(pending.due_at))),
            Path("told").set(Value({"S": told_of(pending)})),
            Path("taken").set(Value(_n(pending.taken))),
            Path("seen").set(Value(_n(seen))),
            *([] if pending.status == "refused" else [_queued(pending)]),
            *([Path("untold").set(Value({"S": "held"}))] if first and pending.status == "held" else []),
            Path("expiresAt").remove() if pending.queue else Path("expiresAt").set(Value(_n(at // 1000 + KEPT_FOR_S))),
        ]
        try:
            self._connection.update_item(self._name, pending.person, pending.name, actions=actions, condition=unheld)
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise unavailable(error) from error
        return True


def _as_decided(pending: Pending, known: Pending) -> Pending:
    """What its chain holds, as a reviewer has decided on it."""
    if known.status == "refused":
        return pending._replace(status="refused", due_at=known.due_at)
    return pending._replace(status="waiting", due_at=int(pending.terms["until"]))


def _queued(pending: Pending) -> Action:
    queue = Path("queue")
    return queue.set(Value({"S": pending.queue})) if pending.queue else queue.remove()


def _n(value: int) -> dict[str, str]:
    return {"N": str(value)}
