"""Over the shipped store: whatever call fails, asking again leaves one version and one activation."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.rewards.rule_store import Activation, Kept, RuleSetsStore
from cliffhanger.rewards.rulebook import Rulebook
from cliffhanger.rewards.shipped import shipped
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import RULESETS
from tests.unit.rewards.sets import NOON, a_set

SHIPPED = shipped().version
FAULTS = (
    Fault.NOT_SENT,
    Fault.LOST_REQUEST,
    Fault.LOST_REPLY,
    Fault.DELAYED,
    Fault.FAILED,
    Fault.FAILED_LATE,
    Fault.THROTTLED,
)


class Shelf:
    """The table in memory, and a clock that moves with each try."""

    def __init__(self) -> None:
        self.at = NOON
        self.model = MemoryDynamoDB(clock=lambda: self.at)
        self.model.call("CreateTable", RULESETS)
        self.store = RuleSetsStore(connect(self.model), RULESETS["TableName"])
        self.book = Rulebook(self.store, lambda: self.at, lambda: None)

    def tried(self, act):
        """What an act comes to that is asked for again until it is answered."""
        for _ in range(5):
            self.at += 1_000
            try:
                return act()
            except Unavailable:
                continue
        raise AssertionError("never answered")


@pytest.mark.parametrize("fault", FAULTS)
def test_whichever_call_fails_a_version_is_kept_once_and_activated_once(fault: Fault):
    rules, struck = a_set(), 0
    for call in range(1, 8):
        shelf = Shelf()
        shelf.model.faults = ScriptedFaults({shelf.model.calls + call: fault})
        kept, _ = shelf.tried(lambda shelf=shelf: shelf.book.upload("v-1", rules, "ola"))
        made = shelf.tried(lambda shelf=shelf: shelf.book.activate("v-1", SHIPPED, "otto"))
        shelf.model.faults = ScriptedFaults({})
        assert shelf.store.page(10) == (kept,)
        assert shelf.store.latest(consistent=True) == made
        assert (made.number, made.version, made.before, made.by) == (1, "v-1", SHIPPED, "otto")
        struck += shelf.at > NOON + 2_000
    assert struck, "no try ever failed"


def test_a_version_comes_back_as_it_was_uploaded():
    shelf, rules = Shelf(), shipped()
    assert shelf.store.keep(Kept(rules, "ola", NOON))
    assert shelf.store.find(rules.version) == Kept(rules, "ola", NOON)
    assert shelf.store.find("v-2") is None


def test_of_two_activations_of_one_number_the_first_stands():
    shelf = Shelf()
    assert shelf.store.activate(Activation(1, "v-1", SHIPPED, "ola", NOON))
    assert not shelf.store.activate(Activation(1, "v-2", SHIPPED, "otto", NOON))
    last = shelf.store.latest(consistent=True)
    assert last is not None
    assert last.version == "v-1"


def test_numbers_beyond_nine_are_in_order():
    shelf = Shelf()
    for number in range(1, 12):
        assert shelf.store.activate(Activation(number, f"v-{number}", SHIPPED, "ola", NOON))
    last = shelf.store.latest(consistent=True)
    assert last is not None
    assert last.number == 11
