"""Access tokens: each way in which one does not hold has its own code."""

from __future__ import annotations

import base64
import json
import time

import pytest

from cliffhanger.errors import (
    AccessError,
    SignInTooOld,
    TokenExpired,
    TokenForeign,
    TokenForged,
    TokenMalformed,
    TokenMissing,
    TokenUnsigned,
    Unavailable,
)
from cliffhanger.web.tokens import (
    KEYS_LIFETIME_MS,
    KEYS_RETRY_MS,
    MAX_REMEMBERED,
    Caller,
    KeySet,
    bearer_of,
    check_fresh,
    fetch_keys,
    verify,
)
from tests.support.http import CLIENT, ISSUER, access_token, key_set


def now() -> int:
    return int(time.time() * 1000)


def check(token: str, keys: KeySet | None = None) -> Caller:
    return verify(token, keys or KeySet(key_set, now), ISSUER, frozenset({CLIENT}), now)


def test_a_genuine_token_names_the_person_and_the_groups() -> None:
    caller = check(access_token("mia", groups=("creator",), sub="a-subject"))
    assert caller == Caller("mia", frozenset({"creator"}), age=None, subject="a-subject")


@pytest.mark.parametrize("age", [0, 17, 150])
def test_a_genuine_token_tells_the_age(age: int) -> None:
    assert check(access_token(age=age)).age == age


@pytest.mark.parametrize("age", [None, -1, 151, 10**30, True, 17.5, "17", [17], {"years": 17}])
def test_an_age_that_makes_no_sense_is_one_that_is_not_known(age: object) -> None:
    """Never a number that opens what is for adults, and never a token that is refused for it."""
    assert check(access_token(age=age)).age is None


def test_a_genuine_token_tells_in_seconds_when_the_person_joined() -> None:
    assert check(access_token(joined_at=1_795_284_245)).joined == 1_795_284_245_000


@pytest.mark.parametrize("joined", [None, 0, -1, 10**30, True, 17.5, "1795284245", [1], {"at": 1}])
def test_a_joining_that_makes_no_sense_is_one_that_is_not_known(joined: object) -> None:
    """Who has not joined at any time is not new, and what is for new viewers is not for them."""
    assert check(access_token(joined_at=joined)).joined is None


def test_whoever_is_in_the_group_of_members_has_a_membership() -> None:
    assert check(access_token(groups=("creator", "member"))).member
    assert not check(access_token(groups=("creator", "members"))).member


@pytest.mark.parametrize("age_s", [-30, 0, 299, 300])
def test_a_sign_in_of_at_most_five_minutes_is_fresh(age_s: int) -> None:
    caller = check(access_token(auth_time=int(time.time())))
    check_fresh(caller, 300, lambda: (caller.signed_in_at + age_s) * 1_000 + 999)


@pytest.mark.parametrize("age_s", [-31, 301, 86_400])
def test_an_older_sign_in_is_refused_with_the_limit_and_so_is_one_from_the_future(age_s: int) -> None:
    caller = check(access_token(auth_time=int(time.time())))
    with pytest.raises(SignInTooOld) as refused:
        check_fresh(caller, 300, lambda: (caller.signed_in_at + age_s) * 1_000)
    assert refused.value.members == {"maxAgeSeconds": 300}


@pytest.mark.parametrize("claim", [None, True, -1, 0, "now", 1.5, []])
def test_a_token_that_does_not_say_when_its_person_signed_in_is_never_fresh(claim: object) -> None:
    with pytest.raises(SignInTooOld):
        check_fresh(check(access_token(auth_time=claim)), 300, now)


@pytest.mark.parametrize("claim", [None, True, -1, 0, "now", 1.5, []])
def test_a_token_by_which_we_have_seen_no_sign_in_is_never_fresh(claim: object) -> None:
    """Whatever its issuer says of it: Cognito has told that who refreshed a token had just signed in."""
    with pytest.raises(SignInTooOld):
        check_fresh(check(access_token(auth_time=now() // 1_000, signed_in_at=claim)), 300, now)


@pytest.mark.parametrize(("issuer_s", "ours_s"), [(0, 301), (301, 0)])
def test_a_sign_in_is_as_old_as_the_older_of_what_its_issuer_and_we_say(issuer_s: int, ours_s: int) -> None:
    at = now() // 1_000
    caller = check(access_token(auth_time=at - issuer_s, signed_in_at=at - ours_s))
    assert caller.signed_in_at == at - 301
    with pytest.raises(SignInTooOld):
        check_fresh(caller, 300, now)


def unsigned(algorithm: object) -> str:
    first, second, _ = access_token(header={"alg": algorithm}).split(".")
    return f"{first}.{second}."


def tampered() -> str:
    first, second, third = access_token("mia").split(".")
    claims = json.loads(base64.urlsafe_b64decode(second + "=="))
    claims["person_id"] = "noa"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{first}.{forged}.{third}"


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("nonsense", TokenMalformed),
        ("a.b.c", TokenMalformed),
        ("..", TokenMalformed),
        ("W10.W10.W10", TokenMalformed),
        ("x" * 9_000, TokenMalformed),
        (unsigned("none"), TokenUnsigned),
        (unsigned("None"), TokenUnsigned),
        (unsigned("RS256"), TokenUnsigned),
        (access_token(header={"alg": "HS256"}), TokenUnsigned),
        (access_token(header={"alg": None}), TokenUnsigned),
        (tampered(), TokenForged),
        (access_token(key="another-key"), TokenForged),
        (access_token(key="another-key", header={"kid": "key-of-tests"}), TokenForged),
        (access_token(header={"kid": None}), TokenForged),
        (access_token(exp=int(time.time()) - 1), TokenExpired),
        (access_token(exp=None), TokenExpired),
        (access_token(exp="tomorrow"), TokenExpired),
        (access_token(iss="https://elsewhere.invalid"), TokenForeign),
        (access_token(client_id="another-app"), TokenForeign),
        (access_token(token_use="id"), TokenForeign),
        (access_token(person_id=None), TokenForeign),
    ],
)
def test_a_token_that_does_not_hold_says_why(token: str, error: type[AccessError]) -> None:
    with pytest.raises(error) as refused:
        check(token)
    assert refused.value.code == error.code


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "Basic abc"}, {"authorization": "Bearer "}, {"authorization": ""}]
)
def test_no_token_is_not_a_bad_token(header: dict[str, str]) -> None:
    with pytest.raises(TokenMissing):
        bearer_of(header)


def test_the_scheme_is_read_without_regard_to_case() -> None:
    assert bearer_of({"authorization": "bearer abc"}) == "abc"


class Issuer:
    """Counts how often its keys are fetched, at a time of its own."""

    def __init__(self) -> None:
        self.at = 0
        self.fetched = 0
        self.document = key_set()
        self.up = True

    def fetch(self) -> bytes:
        if not self.up:
            raise OSError
        self.fetched += 1
        return self.document

    def clock(self) -> int:
        return self.at

    def keys(self) -> KeySet:
        return KeySet(self.fetch, self.clock)


def test_unknown_keys_make_us_ask_the_issuer_at_most_once_a_minute() -> None:
    """Or anyone could make us hammer the issuer with made-up key ids."""
    issuer = Issuer()
    keys = issuer.keys()
    for _ in range(20):
        assert keys.find("made-up") is None
    assert issuer.fetched == 1
    issuer.at += KEYS_RETRY_MS + 1
    keys.find("made-up")
    assert issuer.fetched == 2


def test_a_new_key_of_the_issuer_is_found_within_a_minute() -> None:
    issuer = Issuer()
    keys = issuer.keys()
    assert keys.find("rotated") is None
    issuer.document = key_set("key-of-tests", "rotated")
    issuer.at += KEYS_RETRY_MS + 1
    assert keys.find("rotated") is not None


def test_keys_already_known_survive_an_issuer_that_is_down() -> None:
    issuer = Issuer()
    keys = issuer.keys()
    assert keys.find("key-of-tests") is not None
    issuer.up = False
    issuer.at += KEYS_LIFETIME_MS + 1
    assert keys.find("key-of-tests") is not None


def test_an_issuer_that_is_down_is_not_asked_for_every_forged_token() -> None:
    issuer = Issuer()
    issuer.up = False
    keys = issuer.keys()
    asked = 0

    def fetch() -> bytes:
        nonlocal asked
        asked += 1
        raise OSError

    keys._fetch = fetch
    for number in range(50):
        with pytest.raises(Unavailable):
            keys.find(f"made-up-{number}")
    assert asked == 1


def test_an_issuer_that_is_down_delays_known_keys_once_a_minute_only() -> None:
    issuer = Issuer()
    keys = issuer.keys()
    keys.find("key-of-tests")
    issuer.up = False
    issuer.at += KEYS_LIFETIME_MS + 1
    tries = 0

    def fetch() -> bytes:
        nonlocal tries
        tries += 1
        return issuer.fetch()

    keys._fetch = fetch
    for _ in range(10):
        assert keys.find("key-of-tests") is not None
    assert tries == 1


def test_an_issuer_that_never_answered_is_unavailable_and_not_a_forged_token() -> None:
    issuer = Issuer()
    issuer.up = False
    with pytest.raises(Unavailable):
        check(access_token(), issuer.keys())


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b'{"keys": [{"kty": "RSA"}]}', b'{"keys": 1}'])
def test_a_document_that_is_no_key_set_is_an_issuer_that_does_not_answer(document: bytes) -> None:
    issuer = Issuer()
    issuer.document = document
    with pytest.raises(Unavailable):
        check(access_token(), issuer.keys())


def test_keys_are_fetched_over_http_only() -> None:
    with pytest.raises(ValueError, match="file"):
        fetch_keys("file:///etc/passwd")


def test_a_token_that_was_genuine_once_still_expires() -> None:
    keys = KeySet(key_set, now)
    token = access_token(exp=int(time.time()) + 60)
    assert check(token, keys).person == "mia"
    with pytest.raises(TokenExpired):
        verify(token, keys, ISSUER, frozenset({CLIENT}), lambda: now() + 61_000)


def test_a_token_is_forgotten_when_the_keys_are_fetched_anew() -> None:
    issuer = Issuer()
    keys = issuer.keys()
    token = access_token()
    assert check(token, keys).person == "mia"
    issuer.document = key_set("another-key")
    issuer.at += KEYS_LIFETIME_MS + 1
    keys.find("another-key")
    with pytest.raises(TokenForged):
        check(token, keys)


def test_the_tokens_that_are_remembered_are_bounded() -> None:
    keys = KeySet(key_set, now)
    for number in range(MAX_REMEMBERED + 5):
        keys.remember(f"token-{number}", {})
    assert keys.genuine("token-0") is None
    assert keys.genuine(f"token-{MAX_REMEMBERED + 4}") == {}
