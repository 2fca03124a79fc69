"""The keys of clients' tokens: read seldom, rotated without a token refused, never shown."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cliffhanger.errors import InternalError, Unavailable
from cliffhanger.partners.keys import KNOWN_MS, SigningKeys, keys_in
from tools import partner_keys

NOW = 1_795_348_800_000


def text_of(*keys: tuple[bytes, int]) -> str:
    return json.dumps({"keys": [{"key": base64.urlsafe_b64encode(key).decode(), "since": at} for key, at in keys]})


class Vault:
    """Secrets Manager with one secret."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reads = 0
        self.down = False
        self.at = NOW
        self.keys = SigningKeys(lambda: self, "any", lambda: self.at)

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803 - as botocore names it
        self.reads += 1
        if self.down:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        return {"SecretString": self.text}


OLD, NEW = b"o" * 32, b"n" * 32


def test_a_new_key_is_accepted_at_once_and_signs_when_all_know_it() -> None:
    vault = Vault(text_of((NEW, NOW + 600_000), (OLD, 0)))
    assert set(vault.keys.accepted()) == {OLD, NEW}
    assert vault.keys.signing() == OLD
    vault.at += 600_000
    assert vault.keys.signing() == NEW


def test_a_key_that_waits_signs_where_it_is_the_only_one() -> None:
    """As after a leak, when the old one was retired at once."""
    assert Vault(text_of((NEW, NOW + 600_000))).keys.signing() == NEW


def test_a_warm_instance_reads_the_keys_every_five_minutes() -> None:
    vault = Vault(text_of((OLD, 0)))
    for _ in range(10):
        vault.keys.accepted()
    assert vault.reads == 1
    vault.at += KNOWN_MS
    vault.text = text_of((NEW, 0))
    assert vault.keys.accepted() == (NEW,)


def test_what_was_known_holds_while_secrets_manager_is_away_and_nothing_does_before() -> None:
    vault = Vault(text_of((OLD, 0)))
    vault.down = True
    with pytest.raises(Unavailable):
        vault.keys.accepted()
    vault.down = False
    vault.keys.accepted()
    vault.down, vault.at = True, NOW + KNOWN_MS
    assert vault.keys.accepted() == (OLD,)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"keys": []}', '{"keys": [{"key": "c2hvcnQ=", "since": 0}]}', text_of(*[(OLD, 0)] * 6)],
    ids=range(6),
)
def test_a_secret_that_holds_no_keys_is_a_fault_that_does_not_show_it(text: str) -> None:
    with pytest.raises(InternalError) as error:
        keys_in(text)
    assert error.value.__cause__ is None
    assert error.value.detail == "The secret holds no keys."


def test_what_the_tool_makes_is_read_rotated_and_retired() -> None:
    first = partner_keys.first()
    (old,) = keys_in(first)
    both = partner_keys.with_another(first)
    new, kept = keys_in(both)
    assert (kept, new.key != old.key) == (old, True)
    assert keys_in(partner_keys.newest_of(both)) == (new,)


def test_a_key_is_kept_ten_minutes_before_it_signs_which_is_two_readings() -> None:
    assert partner_keys.WAITS_MS == 2 * KNOWN_MS


def test_a_stage_without_keys_gets_its_first_whatever_is_asked() -> None:
    assert len(keys_in(partner_keys.with_another(None))) == len(keys_in(partner_keys.newest_of(None))) == 1
