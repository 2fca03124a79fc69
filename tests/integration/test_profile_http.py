"""``/v1/me``: a person's own row, and nobody else's; what stands in it goes into the answer and nowhere else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.people.domain import Profile
from cliffhanger.people.service import change_profile, known
from functions.profile.handler import handler
from tests.support.http import access_token, body_of, event
from tests.support.world import dump

SUBJECT = "9d2f3c9e-0000-4000-8000-000000000000"
TOLD = {"displayName": "Mia", "language": "en", "country": "DE", "birthDate": "2001-05-09"}
NOTHING_TOLD = dict.fromkeys(TOLD)


def call(method: str, body: Any = None, **claims: Any) -> tuple[int, Any]:
    answer = handler(event(method, "/v1/me", body=body, token=access_token(**claims)), None)
    return answer["statusCode"], body_of(answer)


def get(**claims: Any) -> dict[str, Any]:
    status, body = call("GET", **claims)
    assert status == 200
    profile: dict[str, Any] = body
    return profile


def put(**changes: Any) -> tuple[int, Any]:
    return call("PUT", {name: value for name, value in (TOLD | changes).items() if value is not ...})


def person() -> str:
    return known(bootstrap.people_store(), SUBJECT).person


def test_who_has_told_nothing_sees_only_the_pseudonym_and_the_account(dynamodb: Any) -> None:
    me = person()
    assert get() == {"personId": me, "account": f"viewer:{me}", **NOTHING_TOLD}


def test_what_was_told_is_what_is_shown(dynamodb: Any) -> None:
    me = person()
    assert put() == (200, {"personId": me, "account": f"viewer:{me}", **TOLD})
    assert get() == {"personId": me, "account": f"viewer:{me}", **TOLD}


def test_asking_twice_changes_nothing(dynamodb: Any) -> None:
    first = put()
    stored = dump(dynamodb, "test-people")
    assert put() == first
    assert dump(dynamodb, "test-people") == stored


def test_what_is_left_out_is_no_longer_told(dynamodb: Any) -> None:
    put(birthDate=None)
    put(birthDate=..., country=...)
    assert get()["country"] is None
    (row,) = dump(dynamodb, "test-people")
    assert set(row) == {"subject", "person", "displayName", "language", "joinedAt"}


def test_everybody_sees_and_changes_only_their_own(dynamodb: Any) -> None:
    put()
    assert get(sub="another-subject")["displayName"] is None
    call("PUT", TOLD | {"displayName": "Noa"}, sub="another-subject")
    assert get()["displayName"] == "Mia"


def test_a_row_that_is_not_there_is_made_as_at_a_sign_in(dynamodb: Any) -> None:
    """As after an erasure, with a token from before: what was erased is not brought back."""
    assert dump(dynamodb, "test-people") == []
    fresh = get(person="mia")["personId"]
    assert fresh != "mia"
    assert get(person="mia")["personId"] == fresh == person()


def test_a_token_without_a_subject_is_not_taken(dynamodb: Any) -> None:
    for method, body in (("GET", None), ("PUT", TOLD)):
        status, problem = call(method, body, sub=None)
        assert (status, problem["code"]) == (401, "token_foreign")
    assert dump(dynamodb, "test-people") == []


def test_nobody_is_nobody(dynamodb: Any) -> None:
    answer = handler(event("GET", "/v1/me"), None)
    assert (answer["statusCode"], body_of(answer)["code"]) == (401, "token_missing")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"displayName": ""}, "body"),
        ({"displayName": "x" * 41}, "body"),
        ({"displayName": ...}, "body"),
        ({"displayName": None}, "body"),
        ({"displayName": "right\u202eleft"}, "displayName"),
        ({"displayName": "two\nlines"}, "displayName"),
        ({"language": "english"}, "body"),
        ({"language": "en\n"}, "body"),
        ({"language": ...}, "body"),
        ({"country": "Germany"}, "body"),
        ({"country": "XX"}, "country"),
        ({"birthDate": "9 May 2001"}, "body"),
        ({"birthDate": 20010509}, "body"),
        ({"birthDate": "2001-02-29"}, "birthDate"),
        ({"birthDate": "1899-12-31"}, "birthDate"),
        ({"birthDate": "2999-01-01"}, "birthDate"),
        ({"personId": "noa"}, "body"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(dynamodb: Any, changes: dict[str, Any], where: str) -> None:
    put()
    before = dump(dynamodb, "test-people")
    status, problem = put(**changes)
    assert (status, problem["code"], problem["where"]) == (422, "validation_failed", where)
    assert dump(dynamodb, "test-people") == before


@pytest.mark.parametrize("other", ["1990-05-09", None, ...])
def test_a_birth_date_is_told_once_and_neither_changed_nor_forgotten(dynamodb: Any, other: Any) -> None:
    put(birthDate=None)
    assert put()[0] == 200
    status, problem = put(birthDate=other, displayName="Older Mia")
    assert (status, problem["code"], problem["where"]) == (422, "validation_failed", "birthDate")
    assert {name: get()[name] for name in TOLD} == TOLD


def test_two_devices_that_tell_two_birth_dates_at_once_leave_the_first(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rival writes between our look-up and our write: the write's own condition holds."""
    store = bootstrap.people_store()
    person()
    find = store.find
    rivals = [Profile("Mia", "en", None, "2015-05-09")]

    def find_slowly(subject: str) -> Any:
        found = find(subject)
        if rivals:
            change_profile(store, subject, rivals.pop())
        return found

    monkeypatch.setattr(store, "find", find_slowly)
    status, problem = put()
    assert (status, problem["where"]) == (422, "birthDate")
    assert get()["birthDate"] == "2015-05-09"


def test_of_two_devices_the_last_wins_and_is_shown_what_stands(dynamodb: Any) -> None:
    put(displayName="From the phone")
    assert put(displayName="From the desk")[1]["displayName"] == "From the desk"
    assert get()["displayName"] == "From the desk"


def test_a_table_that_does_not_take_the_write_is_said_so_and_not_hidden(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    person()
    monkeypatch.setattr(bootstrap.people_store(), "change", lambda *_: False)
    assert put()[1]["code"] == "unavailable"


def test_neither_names_nor_dates_reach_the_log(dynamodb: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Taken, refused, or failing with a trace: the log says that, and nothing of the person."""
    private = {"displayName": "Wilhelmina", "language": "mi", "country": "NZ", "birthDate": "1987-06-05"}
    assert call("PUT", private)[0] == 200
    assert call("PUT", private | {"birthDate": "1976-05-04"})[0] == 422
    assert call("PUT", private | {"displayName": "Wilhelmina\u202e"})[0] == 422
    assert call("PUT", private | {"displayName": "Wilhelmina" * 5})[0] == 422
    assert call("GET")[0] == 200
    dynamodb.delete_table(TableName="test-people")
    assert call("PUT", private)[0] == 500
    logged = capsys.readouterr().out
    assert logged.count('"operation"') == 6
    assert '"trace"' in logged
    said = re.sub(r'"micros":[0-9]+', "", logged)  # how long a request took may look like a year
    for secret in ("Wilhelmina", "1987", "1976", '"NZ"', SUBJECT):
        assert secret not in said
