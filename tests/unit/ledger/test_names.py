"""Grammars of ids, accounts, units and references."""

from __future__ import annotations

import pytest

from cliffhanger.errors import NameInvalid
from cliffhanger.ledger import names


@pytest.mark.parametrize(
    "account",
    [
        "viewer:0123456789abcdef",
        "creator:a",
        "budget:spring:2026-11:3",
        "series:the-last-train:earned:0",
        "platform:issued-3",
        "external:stripe",
    ],
)
def test_accounts_of_each_kind_are_accepted(account: str) -> None:
    assert names.account_kind(account) == account.split(":", maxsplit=1)[0]


@pytest.mark.parametrize(
    "account",
    [
        "",
        "viewer",
        "viewer:",
        "viewer:A",
        "viewer:a:b",
        "viewer:" + "a" * 33,
        "bank:a",
        "series:a:earned:01",
        "viewer:a\n",
    ],
)
def test_what_is_no_account_is_refused(account: str) -> None:
    with pytest.raises(NameInvalid):
        names.account_kind(account)


@pytest.mark.parametrize("unit", ["coin", "bonus", "game", "USD", "JPY"])
def test_units_are_coins_by_class_and_currencies(unit: str) -> None:
    assert names.check_unit(unit) == unit


@pytest.mark.parametrize("unit", ["", "coins", "usd", "US", "USDX", "U$D"])
def test_other_units_are_refused(unit: str) -> None:
    with pytest.raises(NameInvalid):
        names.check_unit(unit)


@pytest.mark.parametrize(
    "reference",
    [
        "unlock:the-last-train:2-2.0",
        "unlock:the-last-train:2-60.0",
        "unlock:the-last-train:2-2.0:rev:r1",
        "unlock:the-last-train:2-60.12:rev:r1",
        "checkin:2026-11-21",
        "watch:the-last-train:2:2026-11-21",
        "purchase:o1:grant",
        "purchase:o1:rev:r1",
        "dispute:d1:lost",
        "refund:r1",
        "hold:h1:resolution",
        "support:c1",
        "support:c1:rev:c2",
        names.key_reference("a", b"s"),
        names.key_reference("a", b"s") + ":rev:c2",
    ],
)
def test_references_of_each_kind_belong_on_a_viewers_chain(reference: str) -> None:
    assert names.check_reference(reference, "viewer:a") == reference


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "unlock:s:0-1.0",
        "unlock:s:01-1.0",
        "unlock:s:1-1",
        "unlock:s:1-1.00",
        "unlock:a:b:1-1.0",
        "pi_123",
        "key:abc",
        "unlock:s:9-2.0",
        "unlock:s:10-9.0:rev:r1",
        "unlock:s:2-10000.0",
        "unlock:s:2-2.1000000",
        "unlock:s:2-2.0:rev:",
        "unlock:s:2-2.0:rev:r1:rev:r2",
        "unlock:s:2-2.0:undo:r1",
        "unlock:s:2-2.0\n",
        "support:",
        "support:C1",
        "support:c1:rev:c2:rev:c3",
        "key:" + "a" * 26 + ":rev",
        "key:" + "u" * 26,
        "checkin:\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661",  # digits, but not ours
        "checkin:9999-99-99",
        "watch:s-2:p",
    ],
)
def test_what_is_no_reference_is_refused(reference: str) -> None:
    with pytest.raises(NameInvalid):
        names.check_reference(reference, "viewer:a")


@pytest.mark.parametrize("account", ["creator:a", "series:s:earned:0", "platform:issued-1", "budget:b:p:0"])
def test_a_reference_on_another_kind_of_chain_is_refused(account: str) -> None:
    with pytest.raises(NameInvalid):
        names.check_reference("unlock:s:1-1.0", account)


def test_support_acts_on_every_chain_that_is_guarded_and_on_no_other() -> None:
    for account in ("viewer:a", "creator:a", "budget:b:p:0"):
        assert names.check_reference("support:c1", account)
    with pytest.raises(NameInvalid):
        names.check_reference("support:c1", "external:stripe")


def test_the_longest_reference_there_can_be_is_a_reference() -> None:
    series, case = "s" * 32, "c" * 32
    longest = names.reversal_reference(names.unlock_reference(series, 9_999, 9_999, 999_999), case)
    assert names.check_reference(longest, "viewer:a") == longest
    assert len(longest) <= names.MAX_REFERENCE_CHARS


def test_a_reversal_stands_beside_what_it_reverses() -> None:
    """LEDGER rule 19: one prefix finds both."""
    reference = names.unlock_reference("s", 2, 9, 1)
    assert names.reversal_reference(reference, "c1") == "unlock:s:2-9.1:rev:c1"
    assert names.reversal_reference(reference, "c1").startswith(reference)


def test_a_key_is_stored_as_an_hmac_that_reveals_nothing_and_depends_on_the_secret() -> None:
    one, other = names.key_reference("my-key", b"a"), names.key_reference("my-key", b"b")
    assert one != other
    assert "my-key" not in one
    assert names.key_reference("my-key", b"a") == one


def test_new_ids_carry_80_random_bits_in_16_characters() -> None:
    assert names.new_id(lambda n: b"\xff" * n) == "z" * 16
    assert names.new_id(lambda n: b"\x00" * n) == "0" * 16
    assert names.is_id(names.new_id())
    assert len({names.new_id() for _ in range(100)}) == 100


def test_nobody_s_chain_is_everybody_s() -> None:
    assert len({names.platform("issued", f"viewer:{i}") for i in range(400)}) == names.PLATFORM_LANES


def test_a_source_always_meets_the_same_lane() -> None:
    lanes = {names.earned("s", "viewer:a", 4) for _ in range(5)}
    assert len(lanes) == 1


def test_sources_spread_over_all_lanes() -> None:
    assert {names.earned("s", f"viewer:{i}", 4) for i in range(200)} == {f"series:s:earned:{n}" for n in range(4)}
