"""Checkout, as its page is filled in."""

from __future__ import annotations

import time
from urllib.request import urlopen

import pytest
import stripe

from tests.local.arrangements import fetch, post_form
from tests.local.stripe.conftest import call

DECLINED = "4000 0000 0000 0002"
ASKED = "4000 0027 6000 3184"


def authenticate(url, to):
    return post_form(url.partition("?")[0], {"key": url.partition("key=")[2], "to": to})


def read(local, session):
    return local.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent", "line_items"]})


def test_a_session_is_paid_on_its_page_and_leads_to_the_success_address(local):
    session = local.session(payment_intent_data={"metadata": {"order": "o-1"}}, metadata={"order": "o-1"})
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 999)
    status, _, back = local.type_card(session)
    assert (status, back) == (303, f"http://127.0.0.1:9/done?session={session.id}")
    found = read(local, session)
    assert (found.status, found.payment_status, found.payment_intent.status) == ("complete", "paid", "succeeded")
    assert found.payment_intent.metadata["order"] == "o-1"
    assert found.line_items.data[0].description == "100 coins"
    assert found.url is None
    told = local.wait_for(session.id, "checkout.session.completed")["data"]["object"]
    assert (told["metadata"], told["payment_intent"]) == ({"order": "o-1"}, found.payment_intent.id)


def test_a_declined_card_is_told_on_the_page_and_another_one_pays_the_same_payment(local):
    session = local.session()
    status, page, _ = local.type_card(session, DECLINED)
    assert status == 402
    assert '<p class="problem" role="alert">Your card was declined.</p>' in page
    first = read(local, session).payment_intent
    assert first.status == "requires_payment_method"
    assert local.type_card(session)[0] == 303
    assert read(local, session).payment_intent.id == first.id


@pytest.mark.parametrize(
    "typed",
    [
        {"number": "4242 4242 4242 4241"},
        {"number": ""},
        {"expiry": "soon"},
        {"expiry": "13/30"},
        {"expiry": "1/20"},
        {"cvc": "12"},
        {"cvc": "abc"},
        {"key": "k_of_another_page"},
    ],
)
def test_what_is_no_card_is_told_and_charges_nothing(local, typed):
    session = local.session()
    status, page, _ = local.type_card(session, **typed)
    assert status == 402
    assert 'role="alert"' in page
    assert read(local, session).status == "open"


def test_three_d_secure_in_checkout_pays_when_the_bank_agrees(local):
    session = local.session()
    _, _, bank = local.type_card(session, ASKED)
    assert read(local, session).payment_intent.status == "requires_action"
    _, _, back = authenticate(bank, "complete")
    status, _, done = fetch(back)
    assert (status, done) == (303, f"http://127.0.0.1:9/done?session={session.id}")
    assert read(local, session).status == "complete"


def test_the_page_at_the_bank_lets_its_form_end_where_the_session_does(local):
    session = local.session(success_url="http://127.0.0.1:9/done")
    _, _, bank = local.type_card(session, ASKED)
    with urlopen(bank) as page:
        policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:9;" in policy


def test_three_d_secure_that_fails_leads_back_to_the_page_which_says_so(local):
    session = local.session()
    _, _, bank = local.type_card(session, ASKED)
    _, _, back = authenticate(bank, "fail")
    _, _, again = fetch(back)
    _, page, _ = fetch(local.url + again)
    assert "We are unable to authenticate your payment method" in page.decode()
    assert local.type_card(session)[0] == 303


def test_who_closed_the_page_at_the_bank_is_paid_all_the_same(local):
    session = local.session()
    _, _, bank = local.type_card(session, ASKED)
    authenticate(bank, "complete")
    assert read(local, session).status == "complete"
    local.wait_for(session.id, "checkout.session.completed")


def test_a_session_is_paid_once_however_often_the_form_is_sent(local):
    session = local.session()
    _, page, _ = fetch(session.url)
    key = page.decode().split('name="key" value="')[1].split('"')[0]
    form = {"number": "4242424242424242", "expiry": "12/40", "cvc": "123", "key": key}
    for _ in range(3):
        assert post_form(session.url, form)[2].endswith(session.id)
    payment = read(local, session).payment_intent.id
    assert len(local.v1.charges.list({"payment_intent": payment}).data) == 1


def test_a_session_can_be_ended_and_then_takes_nothing(local):
    session = local.session()
    local.type_card(session, DECLINED)
    payment = read(local, session).payment_intent.id
    ended = local.v1.checkout.sessions.expire(session.id)
    assert (ended.status, ended.url) == ("expired", None)
    assert local.v1.payment_intents.retrieve(payment).status == "canceled"
    local.wait_for(session.id, "checkout.session.expired")
    status, page, _ = fetch(session.url)
    assert (status, "This page has expired." in page.decode()) == (200, True)
    with pytest.raises(stripe.InvalidRequestError):
        local.v1.checkout.sessions.expire(session.id)


def test_a_session_lasts_from_thirty_minutes_to_a_day(local):
    now = int(time.time())
    assert local.session(expires_at=now + 3_600).expires_at == now + 3_600
    for end in (now + 60, now + 2 * 86_400):
        with pytest.raises(stripe.InvalidRequestError, match="at least 30 minutes"):
            local.session(expires_at=end)


def test_who_asks_for_it_has_the_card_saved_with_the_customer(local):
    customer = local.v1.customers.create().id
    offer = {"payment_method_save": "enabled"}
    for save, cards in ((None, 0), ("yes", 1)):
        session = local.session(customer=customer, saved_payment_method_options=offer)
        local.type_card(session, **({"save": save} if save else {}))
        assert len(local.v1.customers.payment_methods.list(customer).data) == cards
    always = local.session(customer_creation="if_required", payment_intent_data={"setup_future_usage": "off_session"})
    local.type_card(always)
    made = read(local, always).customer
    assert len(local.v1.customers.payment_methods.list(made).data) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"success_url": "javascript:alert(1)"},
        {"cancel_url": "/back"},
        {"success_url": None},
        {"mode": "subscription"},
        {"line_items": []},
        {"line_items": [{"price_data": {"currency": "eur", "unit_amount": 10, "product_data": {"name": "x"}}}]},
        {"line_items": [{"price": "price_1"}]},
        {"payment_intent_data": {"surprise": "1"}},
    ],
)
def test_a_session_that_does_not_fit_is_refused(local, change):
    with pytest.raises(stripe.InvalidRequestError):
        local.session(**change)


def test_names_of_products_cannot_change_the_page(local):
    item = {"price_data": {"currency": "eur", "unit_amount": 999, "product_data": {"name": "<script>x</script>"}}}
    _, page, _ = fetch(local.session(line_items=[item]).url)
    assert "<script" not in page.decode()


def test_another_sites_form_and_another_sites_name_are_refused(local):
    session = local.session()
    path = session.url.removeprefix(local.url)
    assert call(local.url + path, b"number=1", Origin="http://evil.example")[0] == 403
    assert call(local.url + path, None, "GET", Host="evil.example")[0] == 403
