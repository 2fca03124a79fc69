"""The active rules are obeyed within ten seconds; two people stand behind what is paid; nothing is ever changed."""

from __future__ import annotations

import json
from typing import cast

import pytest

from cliffhanger.errors import (
    Busy,
    FourEyesRequired,
    KeyReused,
    NotFound,
    RuleSetChanged,
    RuleSetUnbounded,
    Unavailable,
    ValidationFailed,
)
from cliffhanger.rewards.rule_store import Activation, Kept, RuleSetsStore
from cliffhanger.rewards.rulebook import ATTEMPTS, CACHED_MS, RETRY_MS, Rulebook
from cliffhanger.rewards.rules import RuleSet, rule_set_of
from cliffhanger.rewards.shipped import shipped
from tests.unit.rewards.sets import EPISODE, NOON, a_set, document

SHIPPED = shipped().version


class Table:
    """The table of rule sets, a clock, and how often it was told that the table is away."""

    def __init__(self) -> None:
        self.versions: dict[str, Kept] = {}
        self.activations: list[Activation] = []
        self.rivals: list[Activation] = []
        self.reads = 0
        self.down = False
        self.at = NOON
        self.told = 0

    def find(self, version: str) -> Kept | None:
        self.answer()
        return self.versions.get(version)

    def keep(self, kept: Kept) -> bool:
        self.answer()
        return self.versions.setdefault(kept.rules.version, kept) is kept

    def latest(self, *, consistent: bool) -> Activation | None:
        self.answer()
        return self.activations[-1] if self.activations else None

    def activate(self, made: Activation) -> bool:
        """Appends it, unless a rival does so just before."""
        self.answer()
        if self.rivals:
            self.activations.append(self.rivals.pop(0))
        if made.number != len(self.activations) + 1:
            return False
        self.activations.append(made)
        return True

    def answer(self) -> None:
        self.reads += 1
        if self.down:
            raise Unavailable

    def tell(self) -> None:
        self.told += 1

    def instance(self) -> Rulebook:
        return Rulebook(cast("RuleSetsStore", self), lambda: self.at, self.tell)


@pytest.fixture
def table() -> Table:
    return Table()


def version(name: str, coins: int = 3) -> RuleSet:
    return a_set(EPISODE | {"amount": {"type": "flat", "coins": coins}}, version=name)


def uploaded(table: Table, name: str, by: str = "ola", coins: int = 3) -> RuleSet:
    return table.instance().upload(name, version(name, coins), by)[0].rules


def test_what_ships_rules_until_somebody_activates_another(table: Table):
    assert table.instance().active() == shipped()
    assert table.instance().activation() == Activation(0, SHIPPED, "", "", 0)


def test_another_version_is_obeyed_within_ten_seconds(table: Table):
    warm = table.instance()
    warm.active()
    rules = uploaded(table, "v-1")
    other = table.instance()
    other.activate("v-1", SHIPPED, "otto")
    assert other.active() == rules
    assert warm.active() == shipped()
    table.at += CACHED_MS
    assert warm.active() == rules


def test_a_warm_instance_reads_once_in_ten_seconds_and_a_version_only_once(table: Table):
    uploaded(table, "v-1")
    warm = table.instance()
    warm.activate("v-1", SHIPPED, "otto")
    table.reads = 0
    for _ in range(50):
        table.at += CACHED_MS // 10
        warm.active()
    assert table.reads == 5


def test_a_clock_that_was_set_back_keeps_no_version_for_longer(table: Table):
    warm = table.instance()
    warm.active()
    rules = uploaded(table, "v-1")
    table.instance().activate("v-1", SHIPPED, "otto")
    table.at -= 3_600_000
    assert warm.active() == rules


def test_when_the_table_is_away_what_was_known_last_holds_and_somebody_is_told(table: Table):
    uploaded(table, "v-1")
    warm = table.instance()
    warm.activate("v-1", SHIPPED, "otto")
    table.down, table.at = True, table.at + CACHED_MS
    assert warm.active().version == "v-1"
    assert table.told == 1
    table.down, table.at = False, table.at + RETRY_MS
    assert warm.active().version == "v-1"
    assert table.told == 1


def test_an_instance_that_knows_nothing_pays_by_no_rules_at_all(table: Table):
    """Others may have been activated than ship, because those were found to pay too much."""
    table.down = True
    with pytest.raises(Unavailable):
        table.instance().active()


def test_the_same_upload_again_is_answered_with_the_first(table: Table):
    first, new = table.instance().upload("v-1", version("v-1"), "ola")
    table.at += 60_000
    again, anew = table.instance().upload("v-1", version("v-1"), "otto")
    assert (new, anew) == (True, False)
    assert again == first


def test_a_version_never_changes(table: Table):
    first = uploaded(table, "v-1")
    with pytest.raises(KeyReused):
        uploaded(table, "v-1", coins=4)
    assert table.instance().find("v-1").rules == first


@pytest.mark.parametrize(
    ("path", "members", "place"),
    [
        ("v-2", {}, "body"),
        ("shipped-2", {"version": "shipped-2"}, "path"),
        ("v-1", {"rules": [EPISODE | {"countries": ["UK"]}]}, "body"),
        ("v-1", {"rules": [EPISODE | {"notIn": ["XX"]}]}, "body"),
    ],
)
def test_what_names_itself_otherwise_or_a_country_that_does_not_exist_is_refused(
    table: Table, path: str, members: dict, place: str
):
    rules = rule_set_of(json.dumps(document(EPISODE) | members))
    with pytest.raises(ValidationFailed) as refused:
        table.instance().upload(path, rules, "ola")
    assert refused.value.members == {"where": place}
    assert not table.versions


def test_a_rule_set_that_would_pay_without_bound_is_refused_on_upload(table: Table):
    caps = {"houseViewerCoins": 100_000, "houseDeviceCoins": 100, "campaignsViewerCoins": 1}
    rules = a_set(EPISODE | {"caps": {"viewerDayCoins": 100_000, "deviceDayCoins": 1}}, dayCaps=caps)
    with pytest.raises(RuleSetUnbounded):
        table.instance().upload("v-1", rules, "ola")
    assert not table.versions


def test_nobody_activates_what_they_have_uploaded(table: Table):
    uploaded(table, "v-1", "ola")
    with pytest.raises(FourEyesRequired) as refused:
        table.instance().activate("v-1", SHIPPED, "ola")
    assert refused.value.members == {"rule": "own_rule_set"}
    assert not table.activations
    assert table.instance().activate("v-1", SHIPPED, "otto").version == "v-1"


def test_anybody_goes_back_to_the_version_before_or_to_what_ships(table: Table):
    """Stopping what pays too much must not wait for somebody to wake up."""
    uploaded(table, "v-1", "ola")
    uploaded(table, "v-2", "otto")
    book = table.instance()
    book.activate("v-1", SHIPPED, "otto")
    book.activate("v-2", "v-1", "ola")
    assert book.activate("v-1", "v-2", "ola").before == "v-2"
    assert book.activate(SHIPPED, "v-1", "ola").version == SHIPPED
    uploaded(table, "v-3", "ola")
    book.activate("v-3", SHIPPED, "otto")
    with pytest.raises(FourEyesRequired):
        book.activate("v-1", "v-3", "ola")


def test_asking_again_for_what_is_active_is_answered_as_it_stands(table: Table):
    uploaded(table, "v-1")
    first = table.instance().activate("v-1", SHIPPED, "otto")
    table.at += 60_000
    assert table.instance().activate("v-1", SHIPPED, "otto") == first
    assert len(table.activations) == 1


def test_what_another_has_activated_meanwhile_is_not_replaced_unseen(table: Table):
    uploaded(table, "v-1")
    uploaded(table, "v-2")
    table.instance().activate("v-1", SHIPPED, "otto")
    with pytest.raises(RuleSetChanged) as refused:
        table.instance().activate("v-2", SHIPPED, "otto")
    assert refused.value.members == {"active": "v-1"}


def test_of_two_at_once_one_is_told_of_the_other(table: Table):
    uploaded(table, "v-1")
    uploaded(table, "v-2")
    table.rivals.append(Activation(1, "v-1", SHIPPED, "otto", NOON))
    with pytest.raises(RuleSetChanged):
        table.instance().activate("v-2", SHIPPED, "otto")
    assert [made.version for made in table.activations] == ["v-1"]


def test_an_activation_gives_up_when_others_come_first_all_the_time(table: Table):
    uploaded(table, "v-1")
    table.rivals = [Activation(number, SHIPPED, "x", "otto", NOON) for number in range(1, ATTEMPTS + 1)]
    with pytest.raises(Busy):
        table.instance().activate("v-1", SHIPPED, "otto")


def test_a_version_that_does_not_exist_is_not_found(table: Table):
    for name in ("v-1", "shipped-0"):
        with pytest.raises(NotFound):
            table.instance().find(name)
