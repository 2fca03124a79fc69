"""What any library of the Standard Webhooks takes, and none takes for something else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from cliffhanger.errors import InternalError, NameInvalid
from cliffhanger.webhooks.signing import MAX_SECRET_BYTES, MIN_SECRET_BYTES, shown, sign

SECRET, FORMER = bytes(range(32)), bytes(range(100, 132))
ID = "evt-0123456789abcdefghjkmnpqrs"
BODY = b'{"id":"evt-0123456789abcdefghjkmnpqrs","type":"EpisodeUnlocked"}'


def now_s() -> int:
    """The library holds the time of an attempt against the machine's own clock."""
    return int(datetime.now(UTC).timestamp())


def headers(*secrets: bytes, at_s: int | None = None, body: bytes = BODY) -> dict[str, str]:
    at_s = now_s() if at_s is None else at_s
    return {
        "webhook-id": ID,
        "webhook-timestamp": str(at_s),
        "webhook-signature": sign(secrets, ID, at_s, body),
    }


def test_the_standard_s_own_example_is_signed_as_the_standard_does():
    """The example of the standard's own libraries."""
    secret = bytes.fromhex("31f27fa82ae0b2d9de8f22bd97a2de1fed6fca7cf7b2be44d4")[:24]
    library = Webhook(shown(secret))
    at = datetime.fromtimestamp(1_614_265_330, UTC)
    ours = sign([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert ours == library.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')


@given(secret=st.binary(min_size=MIN_SECRET_BYTES, max_size=MAX_SECRET_BYTES), body=st.text().map(str.encode))
def test_what_is_signed_is_what_the_public_library_signs(secret: bytes, body: bytes):
    at = datetime.fromtimestamp(1_800_000_000, UTC)
    assert sign([secret], ID, 1_800_000_000, body) == Webhook(shown(secret)).sign(ID, at, body.decode())


def test_the_public_library_verifies_a_delivery():
    assert Webhook(shown(SECRET)).verify(BODY, headers(SECRET))["type"] == "EpisodeUnlocked"


@pytest.mark.parametrize("known", [SECRET, FORMER])
def test_while_a_secret_is_rotated_either_one_verifies(known: bytes):
    Webhook(shown(known)).verify(BODY, headers(SECRET, FORMER))


def test_after_the_overlap_the_former_secret_verifies_nothing():
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(FORMER)).verify(BODY, headers(SECRET))


@pytest.mark.parametrize(
    "changed",
    [{"webhook-id": "evt-1"}, {"webhook-timestamp": str(now_s() + 60)}],
    ids=["another id", "another time"],
)
def test_id_and_time_are_part_of_what_is_signed(changed: dict[str, str]):
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(SECRET)).verify(BODY, headers(SECRET) | changed)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_attempt_of_another_time_is_refused_so_that_none_can_be_played_again(seconds: int):
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(SECRET)).verify(BODY, headers(SECRET, at_s=now_s() + seconds))


@pytest.mark.parametrize("message_id", ["", "evt.1", "evt-1\n", "evt 1", "é", "x" * 65])
def test_an_id_that_could_be_read_as_more_than_an_id_is_not_signed(message_id: str):
    with pytest.raises(NameInvalid):
        sign([SECRET], message_id, 1_800_000_000, BODY)


@pytest.mark.parametrize("length", [0, MIN_SECRET_BYTES - 1, MAX_SECRET_BYTES + 1])
def test_a_secret_of_a_length_that_the_standard_does_not_allow_signs_nothing(length: int):
    with pytest.raises(InternalError):
        sign([SECRET, bytes(length)], ID, 1_800_000_000, BODY)
    with pytest.raises(InternalError):
        shown(bytes(length))


def test_nothing_is_sent_unsigned():
    with pytest.raises(InternalError):
        sign([], ID, 1_800_000_000, BODY)
