"""What the table of what is due lacks is noted anew, from the ledger."""

from __future__ import annotations

from cliffhanger.expiry.service import Backfilled, wait_anew
from cliffhanger.ledger.holding import Held
from tests.support.dynamodb import MemoryDynamoDB
from tests.support.tables import DUE, LEDGER
from tests.unit.expiry.scene import DAY, MIA, NOW, Scene

MONDAY = NOW + 7 * DAY
NOTICE = MONDAY - 3 * DAY


def told(scene: Scene, *, dry: bool = False) -> Backfilled:
    return wait_anew(scene.due, scene.ledger, scene.model.items(LEDGER["TableName"]), dry=dry)


def lived() -> Scene:
    """Three viewers with coins that expire, of whom nothing is noted."""
    scene = Scene()
    for name in ("ada", "ben", "mia"):
        scene.grant(account=f"viewer:{name}")
        scene.grant(coins=5, account=f"viewer:{name}", days=30)
    return scene


def test_every_account_that_waits_is_noted_once_as_its_head_stands() -> None:
    scene = lived()
    assert told(scene) == Backfilled(accounts=3, waiting=3, noted=3)
    assert scene.waits() == [("viewer:ada", NOTICE), ("viewer:ben", NOTICE), (MIA, NOTICE)]


def test_what_is_noted_already_is_left_as_it_is() -> None:
    scene = lived()
    told(scene)
    before = scene.model.items(DUE["TableName"])
    assert told(scene) == Backfilled(accounts=3, waiting=3, noted=0)
    assert scene.model.items(DUE["TableName"]) == before


def test_of_what_is_overdue_somebody_comes_at_once() -> None:
    scene = lived()
    scene.hold(held=Held(MIA, "order-1"))
    scene.now = MONDAY
    told(scene)
    swept = {one.account: (one.holds, one.expiries) for one in scene.sweep()}
    assert swept == {"viewer:ada": (0, 1), "viewer:ben": (0, 1), MIA: (1, 0)}, "the hold's end notices the coins"


def test_a_dry_run_counts_and_notes_nothing() -> None:
    scene = lived()
    assert told(scene, dry=True) == Backfilled(accounts=3, waiting=3, noted=0)
    assert scene.waits() == []


def test_heads_that_are_no_entries_are_named_and_hide_no_other() -> None:
    scene = lived()
    spoil(scene.model, "viewer:ben", 2)
    assert told(scene) == Backfilled(accounts=3, waiting=2, noted=2, unreadable=("viewer:ben",))


def test_accounts_on_which_nothing_expires_are_not_looked_at() -> None:
    scene = Scene()
    images = [{"account": {"S": name}} for name in ("series:s:earned:0", "platform:issued-1", "external:stripe")]
    calls = scene.model.calls
    assert wait_anew(scene.due, scene.ledger, images) == Backfilled()
    assert scene.model.calls == calls


def spoil(model: MemoryDynamoDB, account: str, seq: int) -> None:
    items = model.items(LEDGER["TableName"])
    for item in items:
        if (item["account"]["S"], item["seq"]["N"]) == (account, str(seq)):
            item["hash"] = {"B": b"x" * 32}
    model.load(LEDGER["TableName"], items)
