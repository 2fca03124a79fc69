"""What the table of verifications promises, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.kyc.decisions import Decision
from cliffhanger.kyc.domain import DAY_MS, Hit, Verification, begun, cleared, moved, settled
from cliffhanger.kyc.service import standing_of
from cliffhanger.kyc.store import VerificationsStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import VERIFICATIONS

NOW = 1_795_852_800_000
HITS = (Hit("synthetic", "SYN-1", 97, ("name_exact", "birth_date")), Hit("synthetic", "SYN-2", 85))
OPEN = begun(Verification("mia"), 1, NOW, NOW + DAY_MS)
DECIDED = Decision("mia", 1, 1, "approved", "rita", NOW, "false_hit", 1, 3, HITS)


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[VerificationsStore]:
    with tables_of(request, VERIFICATIONS) as connect_anew:
        yield VerificationsStore(connect_anew(), VERIFICATIONS["TableName"])


def verified(person: str, edition: int, at: int) -> Verification:
    made = moved(
        begun(Verification(person), 1, at, at), phase="decided", outcome="approved", edition=edition, decided_at=at
    )
    return settled(made)._replace(revision=1)


def test_a_record_reads_back_whole(store: VerificationsStore) -> None:
    assert store.find("mia") is None
    assert store.put(OPEN)
    full = moved(OPEN, session="vs_1", token="t" * 900, hits=HITS, told="verified", first="rita", edition=3, turn=2)
    assert store.put(full)
    assert store.find("mia") == full
    over = settled(moved(full, outcome="refused", decided_at=NOW))
    assert store.put(over._replace(revision=3))
    assert store.find("mia") == over._replace(revision=3)


def test_of_two_changes_made_from_one_revision_the_first_is_written(store: VerificationsStore) -> None:
    assert store.put(OPEN)
    assert not store.put(OPEN._replace(checks=9))
    assert store.put(moved(OPEN, code="first"))
    assert not store.put(moved(OPEN, code="second"))
    found = store.find("mia")
    assert found is not None
    assert found.check == moved(OPEN, code="first").check


def test_a_decision_is_recorded_with_its_record_or_not_at_all(store: VerificationsStore) -> None:
    store.put(OPEN)
    after = moved(OPEN, phase="decided", outcome="approved", records=1)
    assert store.decide(after, DECIDED, "She is not the one on the list.")
    assert not store.decide(after, DECIDED._replace(record=2, outcome="refused"), "Too late.")
    ((decision, note),) = store.decisions("mia")
    assert (decision, note) == (DECIDED, "She is not the one on the list.")


def test_a_decision_is_never_written_over(store: VerificationsStore) -> None:
    store.put(OPEN)
    after = moved(OPEN, records=1)
    assert store.decide(after, DECIDED)
    assert not store.decide(moved(after, records=2), DECIDED._replace(outcome="refused"))
    assert store.decisions("mia")[0].decision == DECIDED


def test_decisions_are_told_newest_first(store: VerificationsStore) -> None:
    store.put(OPEN)
    one = moved(OPEN, records=1)
    assert store.decide(one, DECIDED._replace(final=False), "first")
    assert store.decide(moved(one, records=2), DECIDED._replace(record=2))
    assert [(noted.decision.record, noted.note) for noted in store.decisions("mia")] == [(2, ""), (1, "first")]


def test_the_queue_of_reviewers_is_by_age(store: VerificationsStore) -> None:
    for person, at in (("ana", NOW + 5), ("bo", NOW), ("cy", NOW)):
        record = moved(begun(Verification(person), 1, at, at), phase="review", due_at=at)._replace(revision=1)
        assert store.put(record)
    first = store.due("review", NOW + 9, 2)
    assert [one.person for one in first] == ["bo", "cy"] or [one.person for one in first] == ["cy", "bo"]
    rest = store.due("review", NOW + 9, 9, (first[-1].due_at, first[-1].person))
    assert [one.person for one in rest] == ["ana"]
    assert store.due("open", NOW + 9, 9) == ()


def test_who_was_held_against_an_older_edition_is_found_until_it_is_the_newest(store: VerificationsStore) -> None:
    for person, edition in (("ana", 1), ("bo", 2), ("cy", 3)):
        assert store.put(verified(person, edition, NOW))
    assert [one.person for one in store.behind("verified", 3, 9)] == ["ana", "bo"]
    assert [one.person for one in store.behind("verified", 3, 9, (1, "ana"))] == ["bo"]
    assert store.behind("verified", 1, 9) == ()
    assert store.put(begun(Verification("di"), 1, NOW, NOW)._replace(revision=1))
    raising = begun(verified("ed", 2, NOW), 2, NOW, NOW)
    assert store.put(raising._replace(revision=1))
    assert [one.person for one in store.behind("open", 3, 9)] == ["ed"]  # nothing stands of who is checked first
    assert store.put(cleared(verified("ana", 1, NOW), 3))
    assert [one.person for one in store.behind("verified", 3, 9)] == ["bo"]


def test_a_standing_is_read_from_the_record(store: VerificationsStore) -> None:
    assert standing_of(store, "ana", lambda: NOW).state == "none"
    store.put(verified("ana", 1, NOW))
    assert standing_of(store, "ana", lambda: NOW).tier == 1


@pytest.mark.parametrize("fault", [Fault.FAILED, Fault.THROTTLED])
def test_nothing_is_known_of_a_person_whose_table_does_not_answer(fault: Fault) -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", VERIFICATIONS)
    store = VerificationsStore(connect(model), VERIFICATIONS["TableName"])
    calls = (
        lambda: standing_of(store, "mia"),
        lambda: store.put(OPEN),
        lambda: store.decide(moved(OPEN, records=1), DECIDED),
        lambda: store.decisions("mia"),
        lambda: store.due("review", NOW, 1),
    )
    for call in calls:
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            call()
