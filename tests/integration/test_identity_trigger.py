"""Cognito's trigger: every person has one random pseudonym, and it is in the tokens."""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.ledger.names import is_id
from cliffhanger.people.service import person_of
from functions.identity.handler import handler
from tests.support.world import dump


def sign_in(subject: str) -> str:
    event = {"version": "2", "request": {"userAttributes": {"sub": subject}}, "response": {}}
    added = handler(event, None)["response"]["claimsAndScopeOverrideDetails"]
    assert added["accessTokenGeneration"] == added["idTokenGeneration"]
    person: str = added["accessTokenGeneration"]["claimsToAddOrOverride"]["person_id"]
    return person


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
        store.add("subject-1", "rival")
        return "mine"

    assert person_of(store, "subject-1", make_id) == "rival"
    assert len(dump(dynamodb, "test-people")) == 1
