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

SIGN_IN, REFRESH = "TokenGeneration_HostedAuth", "TokenGeneration_RefreshTokens"


def claims_of(subject: str, source: str = REFRESH) -> dict[str, Any]:
    request = {"userAttributes": {"sub": subject}}
    event = {"version": "2", "triggerSource": source, "request": request, "response": {}}
    answered = identity.handler(event, None)
    json.dumps(answered)
    added = answered["response"]["claimsAndScopeOverrideDetails"]
    assert added["accessTokenGeneration"] == added["idTokenGeneration"]
    claims: dict[str, Any] = added["accessTokenGeneration"]["claimsToAddOrOverride"]
    return claims


def sign_in(subject: str) -> str:
    return str(claims_of(subject, SIGN_IN)["person_id"])


def born(birth_date: str | None, *, subject: str = "subject-1", country: str | None = None) -> None:
    change_profile(bootstrap.people_store(), subject, Profile("Mia", "en", country, birth_date))


def on(day: str, monkeypatch: pytest.MonkeyPatch) -> int:
    now = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    monkeypatch.setattr(identity, "system_clock", lambda: now)
    return now // 1000


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


@pytest.mark.parametrize("source", ["HostedAuth", "Authentication", "NewPasswordChallenge", "AuthenticateDevice"])
def test_who_signs_in_is_told_to_have_done_so_now_and_who_refreshes_when_they_last_did(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Money leaves by it. Cognito has moved ``auth_time`` at each refresh where refresh tokens rotate, as ours do."""
    assert "signed_in_at" not in claims_of("subject-1")
    first = on("2026-11-20T12:00:00", monkeypatch)
    assert claims_of("subject-1", f"TokenGeneration_{source}")["signed_in_at"] == first
    on("2026-11-20T12:50:00", monkeypatch)
    assert claims_of("subject-1")["signed_in_at"] == first
    again = on("2026-11-20T13:00:00", monkeypatch)
    assert claims_of("subject-1", f"TokenGeneration_{source}")["signed_in_at"] == again


@pytest.mark.parametrize("source", [REFRESH, "TokenGeneration_ClientCredentials", "TokenGeneration_Other"])
def test_what_is_no_sign_in_is_none(dynamodb: Any, source: str) -> None:
    """Sources that Cognito has yet to think of as well."""
    assert "signed_in_at" not in claims_of("subject-1", source)


def test_a_slow_clock_makes_no_sign_in_older(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    later = on("2026-11-20T12:00:01", monkeypatch)
    claims_of("subject-1", SIGN_IN)
    on("2026-11-20T12:00:00", monkeypatch)
    assert claims_of("subject-1", SIGN_IN)["signed_in_at"] == later


def test_a_sign_in_leaves_the_profile_as_it_is_and_brings_nobody_erased_back(dynamodb: Any) -> None:
    store = bootstrap.people_store()
    sign_in("subject-1")
    born("2001-05-09", country="DE")
    before = store.find("subject-1")
    sign_in("subject-1")
    after = store.find("subject-1")
    assert before is not None
    assert after is not None
    assert after._replace(signed_in=None) == before._replace(signed_in=None)
    dynamodb.delete_item(TableName="test-people", Key={"subject": {"S": "subject-1"}})
    assert not store.note_sign_in("subject-1", before.person, 1_795_284_245_123)
    assert dump(dynamodb, "test-people") == []


def test_a_sign_in_tells_the_log_nothing(dynamodb: Any, capsys: pytest.CaptureFixture[str]) -> None:
    born("2001-05-09")
    claims_of("subject-1")
    assert capsys.readouterr().out == ""
