"""A receipt is sent once at most, to the address that the user pool knows at that moment, which nothing else keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from cliffhanger import bootstrap
from cliffhanger.errors import Unavailable
from cliffhanger.events.catalogue import newest
from cliffhanger.mail.adapters import Addresses, Sender
from cliffhanger.mail.service import PostOffice
from cliffhanger.people.domain import Profile
from cliffhanger.people.service import change_profile, known
from functions.mail import handler as mail
from tests.support.adapters import replace_in_bootstrap
from tests.support.world import dump
from tests.unit.mail.test_told import event

ADDRESS, SUBJECT, POOL = "mia@example.com", "5c1f0000-0000-4000-8000-000000000001", "eu-central-1_pool"
OUT = {"outcome": "sent"}


class Cognito:
    """The user pool: one person, or nobody."""

    def __init__(self) -> None:
        self.attributes = {"email": ADDRESS, "email_verified": "true"}
        self.refusal = ""

    def admin_get_user(self, **asked: str) -> dict[str, Any]:
        assert asked == {"UserPoolId": POOL, "Username": SUBJECT}
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal}}, "AdminGetUser")
        return {"UserAttributes": [{"Name": name, "Value": value} for name, value in self.attributes.items()]}


class Ses:
    """SES: keeps what it takes; fails as it is told, once each."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.failures: list[Exception] = []

    def send_email(self, **asked: Any) -> dict[str, str]:
        if self.failures:
            raise self.failures.pop()
        self.taken.append(asked)
        return {"MessageId": "1"}


@pytest.fixture
def cognito() -> Cognito:
    return Cognito()


@pytest.fixture
def ses() -> Ses:
    return Ses()


@pytest.fixture
def person(dynamodb: Any, monkeypatch: pytest.MonkeyPatch, cognito: Cognito, ses: Ses) -> str:
    """A person who has signed in; the post office is the shipped one but for its two clients."""
    clients = {"cognito-idp": cognito, "sesv2": ses}
    replace_in_bootstrap(monkeypatch, "aws_client", lambda service, _config=None: clients[service])
    for name, value in {
        "USER_POOL": POOL,
        "EMAIL_FROM": "us@watch.example.com",
        "PUBLIC_ORIGIN": "https://w.example",
    }.items():
        monkeypatch.setenv(name, value)
    return known(bootstrap.people_store(), SUBJECT).person


def told(person: str, **data: Any) -> dict[str, Any]:
    """The event as the bus delivers it."""
    return {"source": "cliffhanger", "detail-type": "CoinsBought", "detail": event(personId=person, **data)}


def refused(code: str, status: int) -> ClientError:
    quoting = {"Code": code, "Message": f"Email address {ADDRESS} is on a list"}
    answer: Any = {"Error": quoting, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendEmail")


def test_a_purchase_brings_one_receipt_however_often_it_is_told(person: str, ses: Ses):
    assert mail.handler(told(person), None) == OUT
    assert mail.handler(told(person), None) == {"outcome": "before"}
    [taken] = ses.taken
    assert taken["Destination"] == {"ToAddresses": [ADDRESS]}
    assert taken["FromEmailAddress"] == "Cliffhanger <us@watch.example.com>"
    assert "9.90 EUR" in taken["Content"]["Simple"]["Subject"]["Data"]


def test_it_is_in_the_language_that_the_person_has_told(person: str, ses: Ses):
    change_profile(bootstrap.people_store(), SUBJECT, Profile("Mia", "es-MX"))
    mail.handler(told(person), None)
    assert "Tu recibo" in ses.taken[0]["Content"]["Simple"]["Subject"]["Data"]


def test_what_certainly_was_not_sent_is_sent_at_the_next_try(person: str, ses: Ses):
    ses.failures = [refused("TooManyRequestsException", 429), ConnectTimeoutError(endpoint_url="https://ses.invalid")]
    for _ in range(2):
        with pytest.raises(Unavailable):
            mail.handler(told(person), None)
    assert mail.handler(told(person), None) == OUT
    assert len(ses.taken) == 1


@pytest.mark.parametrize(
    "failure", [ReadTimeoutError(endpoint_url="https://ses.invalid"), refused("InternalFailure", 500)]
)
def test_what_may_have_been_sent_is_not_sent_again(person: str, ses: Ses, failure: Exception):
    ses.failures = [failure]
    assert mail.handler(told(person), None) == {"outcome": "unclear"}
    assert mail.handler(told(person), None) == {"outcome": "unclear"}
    assert ses.taken == []


def test_a_crash_after_the_mark_sends_nothing_twice(person: str, ses: Ses):
    assert bootstrap.post_office().mails.begin("evt-1", "the call that crashed", 0)
    assert mail.handler(told(person), None) == {"outcome": "unclear"}
    assert ses.taken == []


def test_a_mark_whose_reply_was_lost_is_known_again_by_its_own_call(person: str):
    mails = bootstrap.post_office().mails
    assert mails.begin("evt-1", "one", 0)
    assert mails.begin("evt-1", "one", 0)
    assert not mails.begin("evt-1", "another", 0)


@pytest.mark.parametrize(
    "attributes", [{"email": ADDRESS, "email_verified": "false"}, {"email": ADDRESS}, {"email_verified": "true"}]
)
def test_an_address_that_nobody_has_verified_gets_nothing(person: str, cognito: Cognito, ses: Ses, attributes: Any):
    cognito.attributes = attributes
    assert mail.handler(told(person), None) == {"outcome": "nobody"}
    assert ses.taken == []


def test_who_was_erased_gets_nothing(dynamodb: Any, person: str, cognito: Cognito, ses: Ses):
    cognito.refusal = "UserNotFoundException"
    assert mail.handler(told(person), None) == {"outcome": "nobody"}
    dynamodb.delete_item(TableName="test-people", Key={"subject": {"S": SUBJECT}})
    assert mail.handler(told(person), None) == {"outcome": "nobody"}
    assert ses.taken == []


def test_a_pool_that_does_not_answer_is_asked_again(person: str, cognito: Cognito, ses: Ses):
    cognito.refusal = "TooManyRequestsException"
    with pytest.raises(Unavailable):
        mail.handler(told(person), None)
    cognito.refusal = ""
    assert mail.handler(told(person), None) == OUT


def test_a_stage_without_an_address_to_send_as_sends_nothing_and_says_so(
    person: str, ses: Ses, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("EMAIL_FROM")
    assert mail.handler(told(person), None) == {"outcome": "off"}
    assert '"outcome":"off"' in capsys.readouterr().out
    assert ses.taken == []


def test_no_address_is_stored_or_logged_whatever_happens(
    dynamodb: Any, person: str, ses: Ses, capsys: pytest.CaptureFixture[str]
):
    ses.failures = [refused("MessageRejected", 400)]
    with pytest.raises(Unavailable) as caught:
        mail.handler(told(person), None)
    mail.handler(told(person), None)
    assert ADDRESS not in capsys.readouterr().out
    assert caught.value.__cause__ is None
    assert ADDRESS not in str(caught.value)
    for table in ("test-mails", "test-people"):
        assert ADDRESS not in json.dumps(dump(dynamodb, table), default=str)


def test_coins_without_an_order_bring_no_receipt(person: str, ses: Ses):
    assert mail.handler(told(person, reference="key:7d2r0h5w9k3m1q8v4t6x0b2c5e"), None) == {"outcome": "ignored"}
    assert ses.taken == []


def test_the_post_office_is_made_of_both_its_clients(person: str):
    office = bootstrap.post_office()
    assert isinstance(office, PostOffice)
    assert isinstance(office.sender, Sender)
    assert Addresses(Cognito(), POOL).address_of(SUBJECT) == ADDRESS


def test_a_creator_is_written_to_once_when_their_bank_is_changed(person: str, ses: Ses):
    """Whoever has taken over an account changes that first; its owner has the cooling-off to notice."""
    changed = newest("PayoutDestinationChanged").example
    changed["data"]["personId"] = person
    for outcome in ("sent", "before"):
        assert mail.handler({"detail": changed}, None) == {"outcome": outcome}
    assert [one["Destination"]["ToAddresses"] for one in ses.taken] == [[ADDRESS]]
