"""Stripe Identity before the local Stripe: both mean the same by what is said of sessions and of who was verified."""

from __future__ import annotations

import pytest

from cliffhanger.clock import system_clock
from cliffhanger.errors import ProviderRejected, ProviderUnavailable
from cliffhanger.payments.breaker import Breaker
from cliffhanger.payments.identities import Identity
from cliffhanger.payments.stripe_calls import StripeCalls
from cliffhanger.payments.stripe_identity import StripeIdentity
from tests.local.stripe.conftest import KEY

BACK = "http://127.0.0.1:9/done"
MIA = "4h7d9k2m8q1r5t0v"


@pytest.fixture
def local(fresh):
    return fresh


def identities(local, stage="local"):
    return StripeIdentity(StripeCalls(lambda: KEY, Breaker(system_clock), local.url), stage)


@pytest.fixture
def provider(local):
    return identities(local)


def test_a_session_is_opened_once_for_each_check_and_says_whose_it_is(local, provider):
    made = provider.open(MIA, 1, BACK, selfie=False)
    assert (made.person, made.check, made.status, made.code) == (MIA, 1, "open", "")
    assert made.url.startswith(local.url)
    assert provider.open(MIA, 1, BACK, selfie=False) == made
    assert provider.open(MIA, 2, BACK, selfie=False).session != made.session
    assert provider.show(made.session) == made


def test_a_face_is_asked_for_only_where_the_tier_needs_it(local, provider):
    for check, selfie in ((1, False), (2, True)):
        made = provider.open(MIA, check, BACK, selfie=selfie)
        asked = local.v1.identity.verification_sessions.retrieve(made.session).options.document
        assert (asked.require_matching_selfie, asked.require_live_capture) == (selfie, True)


def test_who_was_verified_is_told_when_asked(local, provider):
    made = provider.open(MIA, 1, BACK, selfie=False)
    assert provider.identity(made.session) is None
    who = {"first_name": "Viktor", "last_name": "Morozenko", "dob": "1961-04-30", "country": "RU"}
    local.ask(f"/_local/verifications/{made.session}", {"to": "verified", **who})
    assert provider.show(made.session).status == "verified"
    assert provider.identity(made.session) == Identity("Viktor Morozenko", "1961-04-30", "RU")


def test_no_name_is_shown_to_who_does_not_ask_for_it(local, provider):
    made = provider.open(MIA, 1, BACK, selfie=False)
    local.ask(f"/_local/verifications/{made.session}", {"to": "verified"})
    shown = local.v1.identity.verification_sessions.retrieve(made.session)
    assert "verified_outputs" not in shown.to_dict()
    expanded = local.v1.identity.verification_sessions.retrieve(made.session, {"expand": ["verified_outputs"]})
    assert expanded.verified_outputs.first_name == "Cleo"
    assert "dob" not in expanded.verified_outputs


def test_what_did_not_do_is_told_with_its_code(local, provider):
    made = provider.open(MIA, 1, BACK, selfie=False)
    local.ask(f"/_local/verifications/{made.session}", {"to": "requires_input", "code": "document_expired"})
    found = provider.show(made.session)
    assert (found.status, found.code) == ("open", "document_expired")
    local.ask(f"/_local/verifications/{made.session}", {"to": "processing"})
    assert provider.show(made.session).status == "processing"


def test_what_was_erased_is_gone(local, provider):
    made = provider.open(MIA, 1, BACK, selfie=False)
    local.ask(f"/_local/verifications/{made.session}", {"to": "verified"})
    local.ask(f"/_local/verifications/{made.session}", {"to": "redacted"})
    assert provider.show(made.session).status == "gone"
    assert provider.identity(made.session) is None


def test_what_was_shown_is_erased_once_for_all_and_asking_again_is_harmless(local, provider):
    made = provider.open(MIA, 1, BACK, selfie=False)
    local.ask(f"/_local/verifications/{made.session}", {"to": "verified"})
    for _ in range(2):
        provider.erase(made.session)
    assert provider.identity(made.session) is None
    assert provider.show(made.session)[1:4] == ("", 0, "gone")
    given_up = provider.open(MIA, 2, BACK, selfie=False)
    provider.cancel(given_up.session)
    provider.erase(given_up.session)
    busy = provider.open(MIA, 3, BACK, selfie=False)
    local.ask(f"/_local/verifications/{busy.session}", {"to": "processing"})
    with pytest.raises(ProviderRejected):
        provider.erase(busy.session)


def test_a_session_is_given_up_and_one_that_is_over_stays_as_it_is(local, provider):
    made = provider.open(MIA, 1, BACK, selfie=False)
    provider.cancel(made.session)
    provider.cancel(made.session)
    assert provider.show(made.session).status == "canceled"
    other = provider.open(MIA, 2, BACK, selfie=False)
    local.ask(f"/_local/verifications/{other.session}", {"to": "verified"})
    provider.cancel(other.session)
    assert provider.show(other.session).status == "verified"


def test_the_session_of_another_stage_or_of_another_s_making_is_nobody_s(local, provider):
    made = provider.open(MIA, 1, BACK, selfie=False)
    assert identities(local, "prod").show(made.session)[1:3] == ("", 0)
    by_hand = local.v1.identity.verification_sessions.create({"type": "document"})
    assert provider.show(by_hand.id)[1:3] == ("", 0)


def test_nothing_that_is_no_id_is_asked_for(provider):
    for name in ("", "vs_1/../x", "x" * 256):
        with pytest.raises(ProviderRejected):
            provider.identity(name)


def test_a_provider_that_does_not_answer_says_so(local, provider):
    local.ask("/_local/faults", {"kind": "500", "times": 9})
    with pytest.raises(ProviderUnavailable):
        provider.open(MIA, 1, BACK, selfie=False)
