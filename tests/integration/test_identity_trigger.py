"""Cognito's trigger: every person has one random pseudonym, and it is in the tokens; so is the age, once it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.ledger.names import is_id
from cliffhanger.people.domain import Person, Profile
from cliffhanger.people.service import change_profile, known
from functions.identity import handler as identity
from tests.support.world import dump


def claims_of(subject: str) -> dict[str, Any]:
    event = {"version": "2", "request": {"userAttributes": {"sub": subject}}, "response": {}}
    answered = identity.handler(event, None)
    json.dumps(answered)
    added = answered["response"]["claimsAndScopeOverrideDetails"]
    assert added["accessTokenGeneration"] == added["idTokenGeneration"]
    claims: dict[str, Any] = added["accessTokenGeneration"]["claimsToAddOrOverride"]
    return claims


def sign_in(subject: str) -> str:
    return str(claims_of(subject)["person_id"])


def born(birth_date: str | None, *, subject: str = "subject-1", country: str | None = None) -> None:
    change_profile(bootstrap.people_store(), subject, Profile("Mia", "en", country, birth_date))


def on(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    monkeypatch.setattr(identity, "system_clock", lambda: now)


def test_a_person_keeps_one_pseudonym_over_all_sign_ins(dynamodb: Any) -> None:
    assert sign_in("subject-1") == sign_in("subject-1")
    assert is_id(sign_in("subject-1"))


def test_two_people_never_share_one(dynamodb: Any) -> None:
    assert sign_in("subject-1") != sign_in("subject-2")


def test_the_pseudonym_is_not_derived_from_the_subject(dynamodb: Any) -> None:
    first = sign_in("subject-1")
    dynamodb.delete_item(TableName="test-people", Key={"subject": {"S": "subject-1"}})
    assert sign_in("subject-1") != first


def test_two_first_sign_ins_at_once_agree(dynamodb: Any) -> None:
    """The rival's row is written between our look-up and our write."""
    store = bootstrap.people_store()

    def make_id() -> str:
        store.add("subject-1", Person("rival"))
        return "mine"

    assert known(store, "subject-1", make_id).person == "rival"
    assert len(dump(dynamodb, "test-people")) == 1


def test_when_a_person_joined_is_told_in_seconds_and_never_changes(dynamodb: Any) -> None:
    """What a new viewer may do asks it: who could move it would be new for ever."""
    store = bootstrap.people_store()
    assert known(store, "subject-1", clock=lambda: 1_795_284_245_123).joined == 1_795_284_245_123
    for _ in range(2):
        assert claims_of("subject-1")["joined_at"] == 1_795_284_245
        born("2001-05-04")
    assert known(store, "subject-1", clock=lambda: 1).joined == 1_795_284_245_123


def test_who_came_before_it_was_kept_has_not_joined_at_any_time(dynamodb: Any) -> None:
    """A day that is made up would make an old account a new one."""
    bootstrap.people_store().add("subject-1", Person("mia"))
    assert set(claims_of("subject-1")) == {"person_id"}


def test_an_age_that_was_not_told_is_no_claim(dynamodb: Any) -> None:
    """A claim of 0, or of nothing, could be read as a number."""
    assert set(claims_of("subject-1")) == {"person_id", "joined_at"}
    born(None)
    assert set(claims_of("subject-1")) == {"person_id", "joined_at"}


@pytest.mark.parametrize(("day", "age"), [("2026-11-20T23:59:59", 17), ("2026-11-21T00:00:00", 18)])
def test_a_birthday_counts_on_the_day_itself(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, day: str, age: int
) -> None:
    born("2008-11-21")
    on(day, monkeypatch)
    assert claims_of("subject-1")["age"] == age


@pytest.mark.parametrize(("day", "age"), [("2026-02-28T23:00:00", 17), ("2026-03-01T00:00:00", 18)])
def test_one_born_on_the_29th_of_february_becomes_older_on_the_1st_of_march(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, day: str, age: int
) -> None:
    born("2008-02-29")
    on(day, monkeypatch)
    assert claims_of("subject-1")["age"] == age


def test_the_tokens_carry_age_and_country_and_nothing_else_of_the_profile(dynamodb: Any) -> None:
    born("2001-05-09", country="DE")
    claims = claims_of("subject-1")
    assert set(claims) == {"person_id", "joined_at", "age", "country"}
    assert claims["country"] == "DE"
    assert type(claims["age"]) is int


def test_pseudonym_and_age_come_from_one_read(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign-in waits for this trigger."""
    born("2001-05-09")
    store = bootstrap.people_store()
    reads: list[str] = []
    find = store.find

    def find_and_note(subject: str) -> Any:
        reads.append(subject)
        return find(subject)

    monkeypatch.setattr(store, "find", find_and_note)
    claims_of("subject-1")
    assert reads == ["subject-1"]


def test_a_birth_date_that_was_mended_badly_keeps_nobody_from_signing_in(dynamodb: Any) -> None:
    person = sign_in("subject-1")
    row = {"subject": {"S": "subject-1"}, "person": {"S": person}, "birthDate": {"S": "09.05.2001"}}
    dynamodb.put_item(TableName="test-people", Item=row)
    assert claims_of("subject-1") == {"person_id": person}


def test_a_sign_in_tells_the_log_nothing(dynamodb: Any, capsys: pytest.CaptureFixture[str]) -> None:
    born("2001-05-09")
    claims_of("subject-1")
    assert capsys.readouterr().out == ""
