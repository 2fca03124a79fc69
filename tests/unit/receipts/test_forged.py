"""Whatever somebody changes in a receipt is found, and named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.receipts.chains import Life, receipt
from tests.unit.receipts.forging import at, changed, fields, forged, paths, rewritten, sealed
from tools import verify_receipt as verifier

GOLDEN = [
    json.loads((Path(__file__).parent / "golden" / f"receipts-v{version}.json").read_text()) for version in (1, 2, 3)
]
OLD, NEW, NEWEST = GOLDEN
EVERY = [*OLD, *NEW, *NEWEST[13:]]
UNLOCK = NEW[2]
SHORT = NEW[3]
"""A viewer's limits: an entry without postings."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def others(value: Any) -> list[Any]:
    """Values that are not that one, some of which a careless comparison takes for it."""
    near: list[Any] = [None, True, 0, 1, 1.0, "", "x", [], {}, ...]
    if isinstance(value, int):
        near += [value + 1, float(value), str(value)]
    if isinstance(value, str):
        near += [value + " ", value.upper(), value[:-1]]
    if isinstance(value, list):
        near += [[*value, 1], value[:-1], [*value, *value]]
    return [each for each in near if each is ... or type(each) is not type(value) or each != value]


@pytest.mark.parametrize("receipt", EVERY, ids=lambda receipt: f"v{json.loads(receipt['entry'])['v']}#{receipt['seq']}")
def test_a_change_of_any_field_of_a_receipt_is_found_and_the_field_is_named(receipt: dict[str, Any]) -> None:
    for path in paths(receipt):
        if path[0] == "settled":
            continue  # what other accounts have done is proven by their entries, not by this one: see below
        for new in others(at(receipt, path)):
            found = fields([changed(receipt, path, new)])
            assert found, (path, new)
            if path[0] != "entry":
                assert {field.partition(".")[0].partition("[")[0] for field in found} == {path[0]}, (path, new, found)


@pytest.mark.parametrize("receipt", [SHORT, OLD[1]], ids=["v2", "v1"])
def test_a_change_of_any_byte_of_an_entry_is_found(receipt: dict[str, Any]) -> None:
    entry = receipt["entry"]
    for place, was in enumerate(entry):
        for new in {"", "0", "1", "9", "a", " ", '"', "}", "\ud800", chr(ord(was) ^ 1), was * 2, was.swapcase()} - {
            was
        }:
            assert "hash" in fields([receipt | {"entry": entry[:place] + new + entry[place + 1 :]}])


@given(st.sampled_from(EVERY), st.data())
def test_a_change_of_any_bytes_of_any_entry_is_found(receipt: dict[str, Any], data: st.DataObject) -> None:
    entry = receipt["entry"]
    start = data.draw(st.integers(0, len(entry)))
    end = data.draw(st.integers(start, min(len(entry), start + 9)))
    other = entry[:start] + data.draw(st.text(max_size=9)) + entry[end:]
    if other != entry:
        assert fields([receipt | {"entry": other}])


@given(st.sampled_from(EVERY), st.data())
@settings(max_examples=300)
def test_whatever_stands_in_place_of_anything_there_is_a_verdict(receipt: dict[str, Any], data: st.DataObject) -> None:
    """A receipt comes from anywhere: none may end in a traceback, however odd, even if its hash is right."""
    document = json.loads(receipt["entry"])
    place = data.draw(
        st.sampled_from([("entry", path) for path in paths(document)] + [("", p) for p in paths(receipt)])
    )
    new = data.draw(JSON)
    if place[0]:
        try:
            odd = sealed(receipt, changed(document, place[1], new))
        except (ValueError, OverflowError):  # what has no canonical form cannot be sealed
            return
    else:
        odd = changed(receipt, place[1], new)
    for others_ in ([odd], [*NEW, odd], [odd, *OLD]):
        judged = [verifier.judge(each) for each in others_]
        linked, gaps = verifier.link(judged)
        assert list(verifier.in_words(judged, linked, gaps, verifier.Voice(unicode=False, colour=False)))
        assert json.dumps(verifier.for_machines(judged, linked, gaps))


def set_(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        at(document, path[:-1])[path[-1]] = to

    return change


def both(*changes: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for each in changes:
            each(document)

    return change


def drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        del at(document, path[:-1])[path[-1]]

    return change


LOT = ("state", "lots", 0)
FORGERIES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "of a version to come": (set_("v", to=4), "entry.v"),
    "of a version that is true": (set_("v", to=True), "entry.v"),
    "with a member of its own": (set_("note", to="x"), "entry.note"),
    "without its time": (drop("at"), "entry.at"),
    "before 1970": (set_("at", to=-1), "entry.at"),
    "of the year 10000": (set_("at", to=253_402_300_800_000), "entry.at"),
    "of no account": (set_("account", to="Viewer:x"), "entry.account"),
    "with the number 0": (set_("seq", to=0), "entry.seq"),
    "that begins the chain, and follows": (set_("seq", to=1), "entry.prev"),
    "that follows nothing": (set_("prev", to=""), "entry.prev"),
    "after a hash that no bytes have": (set_("prev", to="A" * 42 + "B"), "entry.prev"),
    "for nothing": (drop("reference"), "entry.reference"),
    "asked by nobody": (drop("request"), "entry.request"),
    "with a posting of nothing": (set_("postings", 0, 1, to=0), "entry.postings[0]"),
    "with a posting of less than nothing": (set_("postings", 0, 1, to=-30), "entry.postings[0]"),
    "with a posting to itself": (set_("postings", 0, 3, to="."), "entry.postings[0]"),
    "with a posting in no unit": (set_("postings", 0, 0, to="gold"), "entry.postings[0]"),
    "with half a posting": (set_("postings", 0, to=["coin", 1]), "entry.postings[0]"),
    "that pays another series": (set_("postings", 0, 3, to="series:salt:earned:0"), "entry.postings"),
    "that spends more than it moves": (set_("spent", 0, 2, to=31), "entry.spent"),
    "that moves more cash than it spends": (set_("spent", 1, 3, to=11), "entry.spent"),
    "with more coins than the balance": (set_(*LOT, 2, to=89), "entry.state.lots"),
    "with more cash than the balance": (set_(*LOT, 4, to=89), "entry.state.lots"),
    "with a balance of its own": (set_("state", "balances", "coin", to=1_000), "entry.state.lots"),
    "with an empty part": (set_("state", "debt", to={}), "entry.state.debt"),
    "with a state of its own": (set_("state", "mood", to=1), "entry.state.mood"),
    "with flags out of order": (set_("state", "flags", to=["ranges", "frozen"]), "entry.state.flags"),
    "that a frozen account spends by": (set_("state", "flags", to=["frozen", "ranges"]), "entry.state.flags"),
    "that spends beyond the day's limit": (set_("state", "limits", to={"day": 41}), "entry.state.day"),
    "that spends beyond the series' limit": (set_("state", "limits", to={"series": 41}), "entry.state.series"),
    "that counts less than it spends": (set_("state", "day", 1, to=41), "entry.state.day"),
    "that counts for another day": (set_("state", "day", 0, to=1), "entry.state.day"),
    "that counts for another series": (set_("state", "series", 0, to="salt"), "entry.state.series"),
    "that the viewer never tapped for": (set_("terms", "automatic", to=True), "entry.terms.automatic"),
    "that gives the creator more than all": (set_("terms", "share", to=10_001), "entry.terms.share"),
    "without list prices": (drop("terms", "prices"), "entry.terms.prices"),
    "with prices of other episodes": (set_("terms", "prices", 1, 1, to=5), "entry.terms.prices"),
    "with prices out of order": (set_("terms", "prices", 1, 0, to=3), "entry.terms.prices"),
    "dearer than its list price": (set_("terms", "prices", 1, 2, to=1), "entry.spent"),
    "of another kind": (set_("reference", to="key:0000000000000000000000000z"), "entry.reference"),
    "that names a lot twice": (set_("spent", 1, 0, to="2"), "entry.spent"),
    "that spends what had expired": (set_("spent", 0, 5, to=20_778), "entry.spent"),
    "that takes bought coins for free ones": (
        both(set_("spent", 1, to=["1", "bonus", 12, 12, "USD"]), set_("postings", 0, 1, to=42),
             set_("postings", to=[["bonus", 42, ".", "series:the-last-train:earned:0"],
                                  ["USD", 12, ".deferred", "series:the-last-train:earned:0"]])),
        "entry.spent",
    ),
    "with cash of no currency": (set_(*LOT, 5, to=""), "entry.state.lots[0]"),
    "with another part of the cash": (
        both(set_("spent", 1, 3, to=11), set_("postings", 2, 1, to=11), set_(*LOT, 4, to=89),
             set_("state", "balances", "USD.deferred", to=89)),
        "entry.spent",
    ),
    "that spends what was bought before what is free": (
        both(
            set_("spent", to=[["2", "bonus", 29, 0, "", 20_794], ["1", "coin", 13, 13, "USD"]]),
            set_("postings", 0, 1, to=29), set_("postings", 1, 1, to=13), set_("postings", 2, 1, to=13),
            set_("state", "lots", to=[["1", "coin", 87, 0, 87, "USD", "web"], ["2", "bonus", 1, 20_794]]),
            set_("state", "balances", to={"USD.deferred": 87, "bonus": 1, "coin": 87}),
        ),
        "entry.spent",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_an_entry_that_no_rule_of_the_ledger_makes_is_found_though_its_hash_is_right(name: str) -> None:
    change, field = FORGERIES[name]
    assert field in fields([forged(UNLOCK, change)])


HELD, POSTED, CASH, VOIDED, LAPSED, LATER = 16, 17, 18, 21, 22, 24
"""Entries of the newest golden receipts: coins held, posted; cash held; a void, an expiry; a post that releases."""
HOLD = ("state", "holds", 0)
HOLD_FORGERIES: dict[str, tuple[int, Callable[[dict[str, Any]], Any], str]] = {
    "a hold in a version that knew none": (CASH, set_("v", to=2), "entry.state.holds"),
    "a hold of no name": (CASH, set_(*HOLD, 0, to="H1"), "entry.state.holds[0]"),
    "a hold without an end": (CASH, set_(*HOLD, 1, to=-1), "entry.state.holds[0]"),
    "a hold until the year 10000": (CASH, set_(*HOLD, 1, to=253_402_300_800_000), "entry.state.holds[0]"),
    "a hold of nothing": (CASH, set_(*HOLD, 2, 1, to=0), "entry.state.holds[0]"),
    "a hold of less than is held": (CASH, set_(*HOLD, 2, 1, to=199), "entry.state.held"),
    "more held than the holds": (HELD, set_("state", "held", "game", to=21), "entry.state.held"),
    "a hold that stands twice": (LAPSED - 1, set_(*HOLD, 0, to="h19"), "entry.state.holds"),
    "a piece that is no lot": (HELD, set_(*HOLD, 2, 0, to="x"), "entry.state.holds[0]"),
    "a post to two accounts": (POSTED, set_("postings", 0, 3, to="creator:ben"), "entry.postings"),
    "a post of more than it spends": (POSTED, set_("postings", 0, 1, to=6), "entry.spent"),
    "a post of more cash than it spends": (LATER, set_("postings", 2, 1, to=3), "entry.spent"),
    "a post by a frozen account": (POSTED, set_("state", "flags", to=["frozen", "ranges"]), "entry.state.flags"),
    "a post that spends nothing": (POSTED, drop("spent"), "entry.spent"),
    "a post that is called an unlock": (POSTED, set_("terms", "kind", to="unlock"), "entry.terms.kind"),
    "lots of nobody": (HELD, set_("lots", to=[["viewer:x", "game", 5, 99]]), "entry.lots"),
    "lots of bought coins": (HELD, set_("lots", to=[["viewer:x", "coin", 5, 99]]), "entry.lots[0]"),
    "no lots, and the member all the same": (HELD, set_("lots", to=[]), "entry.lots"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLD_FORGERIES)
def test_a_hold_that_no_rule_of_the_ledger_makes_is_found_though_its_hash_is_right(name: str) -> None:
    seq, change, field = HOLD_FORGERIES[name]
    assert field in fields([forged(NEWEST[seq - 1], change)])


def exchanged() -> dict[str, Any]:
    life = Life()
    life.wins(coins=30)
    life.exchanges(10)
    return receipt(life.chain[-1])


EXCHANGE_FORGERIES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "at another rate": (set_("terms", "rate", to=[2, 4]), "entry.terms.rate"),
    "at no rate": (set_("terms", "rate", to=[2, 0]), "entry.terms.rate"),
    "without a rate": (drop("terms", "rate"), "entry.terms.rate"),
    "after its time": (set_("terms", "until", to=NEW[0]["seq"]), "entry.terms.until"),
    "of more than the rate gives": (set_("postings", 1, 1, to=7), "entry.terms.rate"),
    "that only gives": (lambda entry: entry["postings"].pop(), "entry.postings"),
    "past the house": (set_("postings", 1, 2, to="platform:issued-1"), "entry.postings"),
}


@pytest.mark.parametrize("name", EXCHANGE_FORGERIES)
def test_an_exchange_that_is_not_at_its_declared_rate_is_found(name: str) -> None:
    change, field = EXCHANGE_FORGERIES[name]
    genuine = exchanged()
    assert fields([genuine]) == set()
    assert field in fields([forged(genuine, change)])


def mended() -> list[dict[str, Any]]:
    """A life that ends in a day of a run that was paid for, with granted and bought coins."""
    life = Life()
    life.buys(100, 99)
    life.is_granted(4)
    life.unlocks(2, runs=((1, 2),))
    life.mends(3, 10)
    return [receipt(entry) for entry in life.chain]


MENDED_FORGERIES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "for another price than it says": (set_("terms", "coins", to=9), "entry.terms.coins"),
    "that pays a series": (set_("postings", 0, 3, to="series:salt:earned:0"), "entry.postings"),
    "that pays the house of another account": (set_("postings", 0, 3, to="platform:issued-1"), "entry.postings"),
    "on no date": (set_("reference", to="key:0000000000000000000000000z"), "entry.terms.kind"),
    "that spends more than it moves": (set_("spent", 1, 2, to=9), "entry.spent"),
    "that takes bought coins for free ones": (set_("spent", 1, 1, to="game"), "entry.spent"),
    "by a frozen account": (set_("state", "flags", to=["frozen"]), "entry.state.flags"),
    "beyond the day's limit": (set_("state", "limits", to={"day": 11}), "entry.state.day"),
    "that counts less than it spends": (set_("state", "day", 1, to=9), "entry.state.day"),
}


@pytest.mark.parametrize("name", MENDED_FORGERIES)
def test_a_repair_that_no_rule_of_the_ledger_makes_is_found(name: str) -> None:
    change, field = MENDED_FORGERIES[name]
    *_, genuine = mended()
    assert fields(mended()) == set()
    assert field in fields([forged(genuine, change)])


def test_a_repair_is_no_spending_on_a_series() -> None:
    """The ceiling of a series would be reached by what it never had."""
    chain = mended()
    assert "entry.state.series" in fields(rewritten(chain, len(chain), set_("state", "series", 1, to=12)))


HOLDS_REWRITTEN: dict[str, tuple[int, Callable[[dict[str, Any]], Any], str]] = {
    "a hold that vanishes": (19, both(drop("state", "holds", 0), drop("state", "held", "USD")), "entry.state.holds"),
    "a hold whose end moves": (19, set_(*HOLD, 1, to=1_799_999_999_999), "entry.state.holds"),
    "a hold placed when it is over": (HELD, set_(*HOLD, 1, to=NEW[0]["seq"]), "entry.state.holds"),
    "a hold of what is not first in turn": (
        HELD,
        both(
            set_(*HOLD, to=["h15", 1_799_690_645_123, ["14.1", "game", 20, 20_827], ["15", "bonus", 14, 20_829],
                            ["11", "coin", 6, 0, 5, "EUR", "web"]]),
            set_("state", "held", to={"EUR.deferred": 5, "bonus": 14, "coin": 6, "game": 20}),
            set_("state", "lots", to=[["11", "coin", 44, 0, 40, "EUR", "web"], ["15", "bonus", 1, 20_829]]),
            set_("state", "balances", to={"EUR.deferred": 40, "USD": 250, "bonus": 1, "coin": 44}),
        ),
        "entry.state.holds",
    ),
    "a post after the hold is over": (POSTED, set_("at", to=1_799_690_645_123), "entry.at"),
    "an expiry before the hold is over": (LAPSED, set_("at", to=1_799_172_245_122), "entry.at"),
    "a resolution of another kind": (VOIDED, set_("terms", "kind", to="grant"), "entry.terms.kind"),
    "a resolution that leaves the hold open": (
        LAPSED, both(set_("state", "holds", to=[["h17", 1_799_172_245_123, ["USD", 200]],
                                               ["h19", 1_801_505_045_123, ["11", "coin", 5, 0, 4, "EUR", "web"]]]),
                     set_("state", "held", to={"EUR.deferred": 4, "USD": 200, "coin": 5}),
                     set_("state", "balances", "USD", to=50)),
        "entry.state.holds",
    ),
    "a post of what was not held": (
        POSTED,
        set_("spent", to=[["15", "bonus", 6, 0, "", 20_829], ["14.1", "game", 19, 0, "", 20_827]]),
        "entry.spent",
    ),
    "coins that come back for ever": (VOIDED, set_("state", "lots", 1, 3, to=0), "entry.state.lots"),
    "an expiry of released coins that is not told": (LATER, lambda entry: entry["postings"].pop(0), "entry.postings"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLDS_REWRITTEN)
def test_a_hold_that_does_not_follow_is_found_though_all_after_it_were_linked_anew(name: str) -> None:
    seq, change, field = HOLDS_REWRITTEN[name]
    assert field in fields(rewritten(NEWEST, seq, change))


REWRITTEN: dict[str, tuple[int, Callable[[dict[str, Any]], Any], str]] = {
    "an entry earlier than the one before": (3, set_("at", to=NEW[0]["seq"]), "entry.at"),
    "a lot in another currency": (4, set_("state", "lots", 0, 5, to="EUR"), "entry.state.lots"),
    "coins that expire sooner than granted": (6, set_("state", "lots", 1, 3, to=20_780), "entry.state.lots"),
    "a lot that others pay for": (6, set_("state", "lots", 0, 6, to="store"), "entry.state.lots"),
    "limits that nobody laid down": (5, set_("state", "limits", "day", to=1_000), "entry.state.limits"),
    "a part of a lot with an expiry of its own": (3, set_("spent", 0, 5, to=20_795), "entry.spent"),
    "a freeze that does not freeze": (8, drop("state", "flags"), "entry.state.flags"),
    "an account frozen in passing": (11, set_("state", "flags", to=["frozen", "ranges"]), "entry.state.flags"),
    "a balance from nowhere": (
        4, both(set_("state", "balances", "coin", to=89), set_("state", "lots", 0, 2, to=89)), "entry.state.balances"
    ),
    "coins that went without a word": (
        4, both(set_("state", "balances", "coin", to=87), set_("state", "lots", 0, 2, to=87)), "entry.state.lots"
    ),
    "a debt from nowhere": (8, set_("state", "debt", "bonus", to=9), "entry.state.balances"),
    "an expiry that is not told": (11, lambda entry: entry["postings"].pop(0), "entry.postings"),
    "a tally that begins again": (6, set_("state", "day", 1, to=11), "entry.state.day"),
    "a series that begins again": (13, set_("state", "series", 1, to=101), "entry.state.series"),
    "another first entry": (1, set_("state", "balances", "coin", to=101), "entry.state.balances"),
}  # fmt: skip


@pytest.mark.parametrize("name", REWRITTEN)
def test_an_entry_that_does_not_follow_is_found_though_all_after_it_were_linked_anew(name: str) -> None:
    seq, change, field = REWRITTEN[name]
    assert field in fields(rewritten(NEW, seq, change))


def test_a_chain_linked_anew_without_a_change_is_the_same_chain() -> None:
    """So that the test above finds the change, not the linking."""
    assert rewritten(NEW, 0, lambda _: None) == NEW


def test_an_entry_of_version_1_that_spends_in_another_order_is_found_by_the_entry_before() -> None:
    """It does not keep the expiry of what it spent, so by itself the order of free coins cannot be judged."""

    def change(entry: dict[str, Any]) -> None:
        entry["spent"] = [["1", "coin", 12, 118, "USD"]]
        entry["postings"] = [
            ["coin", 12, ".", entry["postings"][0][3]],
            ["USD", 118, ".deferred", entry["postings"][0][3]],
        ]
        entry["state"] = {
            "balances": {"USD.deferred": 872, "bonus": 30, "coin": 88},
            "lots": [["1", "coin", 88, 0, 872, "USD", "web"], ["2", "bonus", 30, 20_794]],
        }

    odd = forged(OLD[2], change)
    assert fields([odd]) == set()
    assert "entry.spent" in fields([OLD[1], odd])


@pytest.mark.parametrize("seq", range(1, len(NEW)))
def test_an_entry_changed_with_all_that_its_receipt_says_is_found_by_the_next(seq: int) -> None:
    """A forger who has only this receipt cannot change the hash that the next one names."""
    odd = forged(NEW[seq - 1], lambda entry: entry | {"at": entry.update(at=entry["at"] + 1)})
    assert "entry.prev" in fields([odd, NEW[seq]])


def test_two_entries_of_one_number_are_both_found() -> None:
    """The books are forked: two people, or two moments, were shown different entries."""
    odd = forged(NEW[1], lambda entry: entry.update(at=entry["at"] + 1))
    judged = [verifier.judge(receipt) for receipt in (NEW[1], odd)]
    verifier.link(judged)
    assert [[finding.field for finding in each.findings] for each in judged] == [["entry"], ["entry"]]


def test_the_same_receipt_twice_is_no_fork() -> None:
    assert fields([NEW[1], NEW[1] | {"settled": []}]) == set()


@pytest.mark.parametrize(
    "settled",
    [
        ...,
        None,
        {},
        [1],
        [{"account": "platform:issued-0"}],
        [{"account": "platform:issued-0", "seq": 0}],
        [{"account": "viewer:somebody-else", "seq": 1}],
    ],
)
def test_what_cannot_have_been_settled_is_found(settled: Any) -> None:
    assert fields([changed(NEW[1], ("settled",), settled)]) == {"settled"}


def test_what_nothing_proves_is_named_and_does_not_make_a_receipt_false() -> None:
    """A later version of the API may show more; whoever reads it must know that the proof does not cover it."""
    judged = verifier.judge(NEW[1] | {"note": "refundable"})
    assert (judged.findings, judged.unproven) == ([], ["note"])
