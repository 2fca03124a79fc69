"""Campaigns in DynamoDB, with what is kept beside them.

| `campaign`   | `item`             | what it is |
|--------------|--------------------|------------|
| `{campaign}` | `campaign`         | the campaign with its fundings; in `by-partner` and, until closed, `by-open` |
| `{campaign}` | `claimant#{token}` | whom a claim token stands for |
| `{campaign}` | `order#{fact}`     | whose an order of the brand is |
| `{campaign}` | `refused#{date}`   | how often claims of a day were refused, by reason |
| `{campaign}` | `slice#{number}`   | what the chain of a slice came to by day, up to an entry: `seq` and `days` |
| `{campaign}` | `sandbox#{fact}`   | a purchase that did not happen |

A change names the revision that it was made from. What is about viewers carries `expiresAt`, in seconds since the Unix
epoch. Where nothing else is said, reads are strongly consistent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.campaigns.domain import Campaign, Claimant, Tallied
from cliffhanger.campaigns.packing import packed, unpacked
from cliffhanger.dynamo import follows, is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable

CAMPAIGN = "campaign"
OPEN, PARTNER = "by-open", "by-partner"


class CampaignsStore:
    """The table of campaigns."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(
            table(
                name,
                {"campaign": "S", "item": "S"},
                {OPEN: {"open": "S", "createdAt": "N"}, PARTNER: {"partner": "S", "createdAt": "N"}},
            )
        )
        self._connection = connection
        self._name = name

    def find(self, campaign: str) -> Campaign | None:
        """A campaign, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._get(campaign, CAMPAIGN)
        return None if item is None else _campaign(item)

    def put(self, campaign: Campaign) -> bool:
        """Writes the next revision of a campaign; False when that is not the next one any more.

        Raises:
            Unavailable: it may or may not have been written.
        """
        attributes = {
            "partner": {"S": campaign.terms.partner},
            "status": {"S": campaign.status},
            "revision": _n(campaign.revision),
            "createdAt": _n(campaign.created_at),
            "changedAt": _n(campaign.changed_at),
            "told": {"S": packed(campaign)},
        }
        if campaign.status != "closed":
            attributes["open"] = {"S": "open"}
        return self._put(campaign.campaign, CAMPAIGN, attributes, follows(campaign.revision))

    def opened(self) -> tuple[Campaign, ...]:
        """All campaigns that are not closed, oldest first; one that has just changed may be told as it was.

        Raises:
            Unavailable: the read did not succeed.
        """
        return self._listed("open", OPEN)

    def of(self, partner: str, limit: int, before: tuple[int, str] | None = None) -> tuple[Campaign, ...]:
        """Campaigns of a partner, newest first, before one's time and id; the newest may be missing for a moment.

        Raises:
            Unavailable: the read did not succeed.
        """
        start = None
        if before is not None:
            start = {"partner": {"S": partner}, "createdAt": _n(before[0]), "campaign": {"S": before[1]}}
            start["item"] = {"S": CAMPAIGN}
        return self._listed(partner, PARTNER, limit, start, forward=False)

    def keep_claimant(self, campaign: str, token: str, claimant: Claimant) -> None:
        """Keeps, or keeps for longer, whom a token stands for.

        Raises:
            Unavailable: it may or may not have been written; again is harmless.
        """
        attributes = {"told": {"S": json.dumps(claimant)}, "expiresAt": _n(claimant.until // 1000)}
        self._put(campaign, f"claimant#{token}", attributes)

    def claimant(self, campaign: str, token: str) -> Claimant | None:
        """Whom a token stands for, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._get(campaign, f"claimant#{token}")
        return None if item is None else Claimant(*json.loads(item["told"]["S"]))

    def owner_of(self, campaign: str, fact: str, person: str, until: int) -> str:
        """Whose an order is: this person's, unless it was another's first. Kept until a time in milliseconds.

        Raises:
            Unavailable: it may or may not have been written; again is harmless.
        """
        item = self._get(campaign, f"order#{fact}")
        if item is None:
            attributes = {"person": {"S": person}, "expiresAt": _n(until // 1000)}
            if self._put(campaign, f"order#{fact}", attributes, Path("campaign").does_not_exist()):
                return person
            item = self._get(campaign, f"order#{fact}")
        return person if item is None else str(item["person"]["S"])

    def count_refusal(self, campaign: str, day: str, reason: str) -> None:
        """Counts a claim that was refused; one that is asked for again after a lost answer counts again.

        Raises:
            Unavailable: it may or may not have been counted.
        """
        try:
            self._connection.update_item(
                self._name, campaign, f"refused#{day}", actions=[Path(reason).add(Value(_n(1)))]
            )
        except UpdateError as error:
            raise _unavailable(error) from error

    def refusals(self, campaign: str) -> dict[str, dict[str, int]]:
        """How often claims were refused, by day and reason.

        Raises:
            Unavailable: the read did not succeed.
        """
        return {
            item["item"]["S"].partition("#")[2]: {
                reason: int(count["N"]) for reason, count in item.items() if reason not in ("campaign", "item")
            }
            for item in self._beginning(campaign, "refused#")
        }

    def tallied(self, campaign: str, number: int) -> Tallied:
        """What a slice came to, up to the entry that it was added up to.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._get(campaign, f"slice#{number}")
        return Tallied() if item is None else Tallied(int(item["seq"]["N"]), json.loads(item["days"]["S"]))

    def tally(self, campaign: str, number: int, after: Tallied, before: int) -> bool:
        """Keeps what a slice came to, if it stood at the entry ``before``; else False, and another was faster.

        Raises:
            Unavailable: it may or may not have been written.
        """
        newer: Condition = Path("seq") == Value(_n(before)) if before else Path("campaign").does_not_exist()
        attributes = {"seq": _n(after.seq), "days": {"S": json.dumps(after.days, separators=(",", ":"))}}
        return self._put(campaign, f"slice#{number}", attributes, newer)

    def sandboxed(self, campaign: str, fact: str) -> Any:
        """What stands of a purchase that did not happen, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._get(campaign, f"sandbox#{fact}")
        return None if item is None else json.loads(item["told"]["S"])

    def keep_sandboxed(self, campaign: str, fact: str, told: Any, until: int) -> None:
        """Keeps a purchase that did not happen, until a time in milliseconds.

        Raises:
            Unavailable: it may or may not have been written; again is harmless.
        """
        attributes = {"told": {"S": json.dumps(told)}, "expiresAt": _n(until // 1000)}
        self._put(campaign, f"sandbox#{fact}", attributes)

    def _get(self, campaign: str, item: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] | None = self._connection.get_item(
                self._name, campaign, item, consistent_read=True
            ).get("Item")
        except GetError as error:
            raise _unavailable(error) from error
        return found

    def _put(self, campaign: str, item: str, attributes: Mapping[str, Any], condition: Condition | None = None) -> bool:
        try:
            self._connection.put_item(self._name, campaign, item, attributes=dict(attributes), condition=condition)
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def _beginning(self, campaign: str, prefix: str) -> list[Mapping[str, Any]]:
        try:
            answer = self._connection.query(
                self._name, campaign, range_key_condition=Path("item").startswith(prefix), consistent_read=True
            )
        except QueryError as error:
            raise _unavailable(error) from error
        return list(answer["Items"])

    def _listed(
        self,
        key: str,
        index: str,
        limit: int | None = None,
        start: Mapping[str, Any] | None = None,
        *,
        forward: bool = True,
    ) -> tuple[Campaign, ...]:
        items: list[Mapping[str, Any]] = []
        while True:
            try:
                answer = self._connection.query(
                    self._name,
                    key,
                    index_name=index,
                    limit=None if limit is None else limit - len(items),
                    scan_index_forward=forward,
                    exclusive_start_key=start,
                )
            except QueryError as error:
                raise _unavailable(error) from error
            items += answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if start is None or (limit is not None and len(items) >= limit):
                return tuple(_campaign(item) for item in items)


def _campaign(item: Mapping[str, Any]) -> Campaign:
    return unpacked(
        item["campaign"]["S"],
        item["told"]["S"],
        status=item["status"]["S"],
        revision=int(item["revision"]["N"]),
        created_at=int(item["createdAt"]["N"]),
        changed_at=int(item["changedAt"]["N"]),
    )


def _n(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _unavailable(error: PynamoDBException) -> Exception:
    return Unavailable("The table of campaigns does not answer.") if is_unclear(error) else error
