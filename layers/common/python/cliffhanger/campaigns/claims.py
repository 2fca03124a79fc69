"""Claims of campaigns among the viewers' others: listed as the chains of slices have them.

While one is ``asked``, its attribute ``attempts`` (SS) has the ids of those that are under way: only the last that is
refused may close it, for what another had set aside when it died is found by its row alone. Ids may be added and taken
away again and again, as a count may not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from cliffhanger.dynamo import is_refusal
from cliffhanger.errors import Busy
from cliffhanger.rewards.claims_store import KEPT_FOR_S, ClaimsStore, kept_of, told_of, unavailable
from cliffhanger.rewards.pending import Pending

ATTEMPTS = 3
_ASKED = Path("status") == Value({"S": "asked"})


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

    def keep_refused(self, refused: Pending, attempt: str) -> None:
        """Keeps what its score has refused in the place of what was asked, so that it stays refused and is told.

        Where another attempt at it is under way, or was given, it is not.

        Raises:
            Unavailable: it may or may not have been written.
        """
        alone = _ASKED & (Path("attempts") == _set_of(attempt))
        try:
            self._connection.put_item(
                self._name, refused.person, refused.name, attributes=kept_of(refused), condition=alone
            )
        except PutError as error:
            if not is_refusal(error):
                raise unavailable(error) from error

    def enter(self, asked: Pending, attempt: str) -> Pending | None:
        """Notes that an attempt is about to ask the ledger; answers with what is known already, None where it goes on.

        Until the attempt leaves, or the claim is settled, the sweep comes to it, though no sooner than it says.

        Raises:
            Unavailable: it may or may not have been noted; entering again, as another attempt, is harmless.
            Busy: others are always faster.
        """
        for _ in range(ATTEMPTS):
            if self._added(asked, attempt):
                return None
            known = self.find(asked.person, asked.name)
            if known is not None and known.status != "asked":
                return known
            if known is not None and self._joined(asked, attempt):
                return None
        raise Busy("Try again in a moment.")

    def leave(self, asked: Pending, attempt: str, *, at: int) -> None:
        """Notes that an attempt has come to nothing; the last that leaves closes the claim: no sweep comes to it.

        What was given meanwhile stays as it is.

        Raises:
            Unavailable: it may or may not have been noted; the sweep comes to it then.
        """
        if self._closed(asked, at, Path("attempts") == _set_of(attempt)):
            return
        removed = [Path("attempts").delete(_set_of(attempt))]
        left = self._updated(asked, removed, _ASKED, returning="ALL_NEW")
        if left is not None and "attempts" not in left:  # the others have left since, and each saw another
            self._closed(asked, at, Path("attempts").does_not_exist())

    def give_up(self, asked: Pending, *, at: int) -> None:
        """Closes a claim that never came to stand and whose attempts are over, unless somebody asks for it anew.

        Raises:
            Unavailable: it may or may not have been closed; closing it again is harmless.
        """
        self._closed(asked, at, Path("dueAt") == Value(_n(asked.due_at)))

    def _added(self, asked: Pending, attempt: str) -> bool:
        attributes = {**kept_of(asked), "attempts": {"SS": [attempt]}}
        new = Path("person").does_not_exist()
        try:
            self._connection.put_item(self._name, asked.person, asked.name, attributes=attributes, condition=new)
        except PutError as error:
            if is_refusal(error):
                return False
            raise unavailable(error) from error
        return True

    def _joined(self, asked: Pending, attempt: str) -> bool:
        actions = [
            Path("attempts").add(_set_of(attempt)),
            Path("dueAt").set(Value(_n(asked.due_at))),
            Path("told").set(Value({"S": told_of(asked)})),
            _queued(asked),
            Path("expiresAt").remove(),
        ]
        return self._updated(asked, actions, _ASKED) is not None

    def _closed(self, asked: Pending, at: int, condition: Condition) -> bool:
        """Takes a claim out of its queue, to be forgotten; whoever asks anew finds it as it is, or makes another."""
        actions = [
            Path("queue").remove(),
            Path("attempts").remove(),
            Path("expiresAt").set(Value(_n(at // 1000))),
        ]
        return self._updated(asked, actions, _ASKED & condition) is not None

    def _updated(
        self, pending: Pending, actions: Sequence[Action], condition: Condition, *, returning: str | None = None
    ) -> Mapping[str, Any] | None:
        """Updates a row on a condition: what was asked to be returned of it, or None where the condition failed."""
        try:
            answer = self._connection.update_item(
                self._name, pending.person, pending.name, actions=actions, condition=condition, return_values=returning
            )
        except UpdateError as error:
            if is_refusal(error):
                return None
            raise unavailable(error) from error
        return dict(answer.get("Attributes", {}))

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
            Path("attempts").remove(),
            *([] if pending.status == "refused" else [_queued(pending)]),
            *([Path("untold").set(Value({"S": "held"}))] if first and pending.status == "held" else []),
            Path("expiresAt").remove() if pending.queue else Path("expiresAt").set(Value(_n(at // 1000 + KEPT_FOR_S))),
        ]
        return self._updated(pending, actions, unheld) is not None


def _as_decided(pending: Pending, known: Pending) -> Pending:
    """What its chain holds, as a reviewer has decided on it."""
    if known.status == "refused":
        return pending._replace(status="refused", due_at=known.due_at)
    return pending._replace(status="waiting", due_at=int(pending.terms["until"]))


def _queued(pending: Pending) -> Action:
    queue = Path("queue")
    return queue.set(Value({"S": pending.queue})) if pending.queue else queue.remove()


def _set_of(attempt: str) -> Value:
    return Value({"SS": [attempt]})


def _n(value: int) -> dict[str, str]:
    return {"N": str(value)}
