"""One secret, a key for each purpose, and no key that opens what another closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cliffhanger import bootstrap
from cliffhanger.errors import CursorInvalid, InternalError, Unavailable
from cliffhanger.ledger.names import key_reference
from cliffhanger.request_secret import key_for, read_secret
from cliffhanger.web.cursors import Cursors
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS

SECRET = "0123456789abcdef" * 4
DENIED: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}


class Secrets:
    """Secrets Manager, with one secret; ``error`` is raised instead."""

    def __init__(self, value: str = SECRET) -> None:
        self.value = value
        self.error: Exception | None = None
        self.reads: list[str] = []

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - botocore's name
        self.reads.append(SecretId)
        if self.error is not None:
            raise self.error
        return {"SecretString": self.value}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Secrets]:
    made = Secrets()
    monkeypatch.setenv("REQUEST_SECRET", SETTINGS["REQUEST_SECRET"])
    bootstrap.forget()
    with monkeypatch.context() as patched:
        replace_in_bootstrap(patched, "secrets_client", lambda: made)
        yield made
    bootstrap.forget()


def test_the_secret_is_read_when_it_is_first_needed_and_once(secrets: Secrets) -> None:
    cursors = bootstrap.cursors()
    assert secrets.reads == []
    cursors.seal("list", "", [1])
    cursors.seal("list", "", [2])
    bootstrap.request_secret()
    assert secrets.reads == ["cliffhanger/test/request-secret"]


@pytest.mark.parametrize("error", [ClientError(DENIED, "GetSecretValue"), EndpointConnectionError(endpoint_url="x")])
def test_a_secret_that_cannot_be_read_says_try_again_and_is_asked_for_again(secrets: Secrets, error: Exception) -> None:
    secrets.error = error
    with pytest.raises(Unavailable):
        bootstrap.request_secret()
    secrets.error = None
    assert len(bootstrap.request_secret()) == 32


@pytest.mark.parametrize("value", ["", "short", "x" * 31])
def test_a_secret_that_could_be_guessed_is_a_fault_of_the_stage(value: str) -> None:
    with pytest.raises(InternalError):
        read_secret(Secrets(value), "id")


def test_each_purpose_has_a_key_of_its_own_and_none_is_the_secret(secrets: Secrets) -> None:
    keys = {SECRET.encode(), bootstrap.request_secret(), bootstrap.request_secret("cursors")}
    assert len(keys) == 3
    assert bootstrap.request_secret() == bootstrap.request_secret("idempotency")


def test_what_references_are_made_with_opens_no_cursor(secrets: Secrets) -> None:
    sealed = bootstrap.cursors().seal("list", "mia", [1])
    with pytest.raises(CursorInvalid):
        Cursors(bootstrap.request_secret).open("list", "mia", sealed)
    with pytest.raises(CursorInvalid):
        Cursors(SECRET.encode).open("list", "mia", sealed)


def test_references_stay_what_they_were() -> None:
    """They are stored: another way to derive the key would forget every request that was ever made."""
    key = key_for("idempotency", SECRET.encode())
    assert key.hex() == "87908fca77ee0af6c6a9b24ccba5bcfc36b7ca789c30e881b6afe20234a9bf00"
    assert key_reference("8e03978e-40d5-43dd-bc93-6894a57f9324", key) == "key:400n3wte16nbaz9abqh5mvy2tz"
