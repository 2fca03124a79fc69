"""Refunds, disputes, transfers, payouts: what each does to the balance, which always adds up."""

from __future__ import annotations

import time

import pytest
import stripe

from tests.local.arrangements import post_form

RECIPIENT = {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}}


def lines(local, source, account=None):
    found = local.v1.balance_transactions.list(
        {"source": source, "limit": 100}, {"stripe_account": account} if account else None
    )
    return [(line.type, line.reporting_category, line.amount, line.fee) for line in found][::-1]


def available(local, currency="usd", account=None):
    found = local.v1.balance.retrieve(None, {"stripe_account": account} if account else None)
    return {line.currency: line.amount for line in found.available}.get(currency, 0)


def test_a_payment_is_given_back_in_parts_until_nothing_is_left(local):
    paid, before = local.paid(amount=1_000), available(local)
    first = local.v1.refunds.create({"payment_intent": paid.id, "amount": 300, "metadata": {"order": "o-1"}})
    assert (first.status, first.metadata["order"], first.charge) == ("succeeded", "o-1", paid.latest_charge)
    with pytest.raises(stripe.InvalidRequestError, match=r"\(701\) is greater .* \(700\)"):
        local.v1.refunds.create({"payment_intent": paid.id, "amount": 701})
    rest = local.v1.refunds.create({"charge": paid.latest_charge})
    assert rest.amount == 700
    charge = local.v1.charges.retrieve(paid.latest_charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 1_000)
    assert [refund.id for refund in charge.refunds.data] == [rest.id, first.id]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_already_refunded"
    assert available(local) == before - 1_000
    assert lines(local, first.id) == [("refund", "refund", -300, 0)]
    assert local.wait_for(rest.id, "refund.created")["data"]["object"]["amount"] == 700
    told = [event for event in local.receiver.events() if event["type"] == "charge.refunded"]
    assert [event["data"]["object"]["amount_refunded"] for event in told][-2:] == [300, 1_000]


def test_a_refund_that_the_bank_sends_back_has_failed_and_the_money_is_with_us(local):
    paid, before = local.paid("refundFail"), available(local)
    refund = local.v1.refunds.create({"payment_intent": paid.id})
    found = local.v1.refunds.retrieve(refund.id)
    assert (found.status, found.failure_reason) == ("failed", "lost_or_stolen_card")
    assert local.v1.charges.retrieve(paid.latest_charge).amount_refunded == 0
    assert available(local) == before
    assert [line[0] for line in lines(local, refund.id)] == ["refund", "refund_failure"]
    local.wait_for(refund.id, "refund.failed")


@pytest.mark.parametrize("to", ["succeeded", "failed"])
def test_a_refund_can_wait_for_the_bank_on_request(local, to):
    local.ask("/_local/outcomes", {"of": "refund", "to": "pending"})
    refund = local.v1.refunds.create({"payment_intent": local.paid().id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    local.ask(f"/_local/refunds/{refund.id}", {"to": to})
    assert local.v1.refunds.retrieve(refund.id).status == to
    local.wait_for(refund.id, "refund.updated")


def test_what_was_never_paid_cannot_be_given_back(local):
    made = local.v1.payment_intents.create({"amount": 999, "currency": "usd"})
    for told in ({"payment_intent": made.id}, {"payment_intent": "pi_none"}, {}, {"charge": "ch_none"}):
        with pytest.raises(stripe.InvalidRequestError):
            local.v1.refunds.create(told)


def dispute_of(local, paid):
    (found,) = local.v1.disputes.list({"payment_intent": paid.id})
    return found


def test_a_dispute_takes_the_money_and_a_fee_and_a_won_one_gives_the_money_back(local):
    before = available(local)
    paid = local.paid("createDispute", amount=1_000)
    found = dispute_of(local, paid)
    assert (found.status, found.amount, found.is_charge_refundable) == ("needs_response", 1_000, False)
    assert available(local) == before + 941 - 1_000 - 1_500
    assert local.v1.charges.retrieve(paid.latest_charge).disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"
    local.ask(f"/_local/disputes/{found.id}", {"to": "won"})
    assert available(local) == before + 941 - 1_500
    assert lines(local, found.id) == [
        ("adjustment", "dispute", -1_000, 1_500),
        ("adjustment", "dispute_reversal", 1_000, 0),
    ]
    local.wait_for(found.id, "charge.dispute.closed")
    assert local.receiver.types(found.id) == [
        *("charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"),
        "charge.dispute.closed",
    ]
    assert local.receiver.events()[-1]["data"]["object"]["status"] == "won"


def test_a_lost_dispute_gives_nothing_back_and_is_over(local):
    found = dispute_of(local, local.paid("createDispute"))
    before = available(local)
    assert local.v1.disputes.close(found.id).status == "lost"
    assert available(local) == before
    with pytest.raises(stripe.InvalidRequestError):
        local.v1.disputes.close(found.id)
    with pytest.raises(stripe.InvalidRequestError):
        local.v1.disputes.update(found.id, {"evidence": {"uncategorized_text": "late"}})


def test_evidence_is_kept_until_it_is_submitted_and_then_reviewed(local):
    found = dispute_of(local, local.paid("createDispute"))
    kept = local.v1.disputes.update(found.id, {"evidence": {"product_description": "coins"}, "submit": False})
    assert (kept.status, kept.evidence_details.has_evidence) == ("needs_response", True)
    sent = local.v1.disputes.update(found.id, {"evidence": {"access_activity_log": "…"}, "submit": True})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert sent.evidence.product_description == "coins"
    local.ask(f"/_local/disputes/{found.id}", {"to": "lost"})
    assert local.v1.disputes.retrieve(found.id).status == "lost"


@pytest.mark.parametrize(("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_evidence_decides_as_stripes_test_words_do(local, text, status):
    found = dispute_of(local, local.paid("createDispute"))
    sent = local.v1.disputes.update(found.id, {"evidence": {"uncategorized_text": text}})
    assert sent.status == status


def test_an_inquiry_takes_nothing_until_it_becomes_a_dispute(local):
    before = available(local)
    paid = local.paid("createDisputeInquiry", amount=1_000)
    found = dispute_of(local, paid)
    assert (found.status, found.is_charge_refundable) == ("warning_needs_response", True)
    assert available(local) == before + 941
    local.v1.refunds.create({"payment_intent": paid.id, "amount": 100})
    local.ask(f"/_local/disputes/{found.id}", {"to": "needs_response"})
    assert local.v1.disputes.retrieve(found.id).status == "needs_response"
    assert [line[1] for line in lines(local, found.id)] == ["dispute"]


def test_a_part_of_any_payment_can_be_disputed_on_request(local):
    paid = local.paid(amount=1_000)
    told = {"to": "disputed", "reason": "product_not_received", "amount": 400}
    local.ask(f"/_local/charges/{paid.id}", told)
    found = dispute_of(local, paid)
    assert (found.amount, found.reason) == (400, "product_not_received")


def recipient(local):
    account = local.client.v2.core.accounts.create({"contact_email": "cleo@example.com", "configuration": RECIPIENT})
    return account.id


def test_an_account_takes_money_once_its_holder_has_said_who_they_are(local):
    local.paid(amount=500_000)
    account = recipient(local)
    told = {"amount": 700, "currency": "usd", "destination": account}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.v1.transfers.create(told)
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    case = {"configurations": ["recipient"], "refresh_url": f"{local.url}/again", "return_url": f"{local.url}/back"}
    link = local.client.v2.core.account_links.create(
        {"account": account, "use_case": {"type": "account_onboarding", "account_onboarding": case}}
    )
    form = {"key": link.url.partition("key=")[2], "to": "active"}
    assert post_form(link.url.partition("?")[0], form)[::2] == (303, f"{local.url}/back")
    found = local.client.v2.core.accounts.retrieve(account, {"include": ["configuration.recipient"]})
    assert found.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "active"
    assert local.v1.transfers.create(told).amount == 700
    kind = "v2.core.account[configuration.recipient].capability_status_updated"
    thin = local.wait_for(account, kind)
    assert (thin["object"], thin["related_object"]["id"]) == ("v2.core.event", account)
    assert "data" not in thin
    status, page, _ = post_form(link.url.partition("?")[0], form)
    assert (status, "This link has expired." in page.decode()) == (200, True)


def test_a_transfer_moves_money_and_its_reversal_moves_it_back(local):
    local.paid(amount=500_000)
    account = recipient(local)
    local.ask(f"/_local/accounts/{account}", {"to": "active"})
    before = available(local)
    sent = local.v1.transfers.create({"amount": 700, "currency": "usd", "destination": account, "transfer_group": "g"})
    assert (available(local), available(local, account=account)) == (before - 700, 700)
    back = local.v1.transfers.reversals.create(sent.id, {"amount": 200})
    with pytest.raises(stripe.InvalidRequestError, match="500 is left"):
        local.v1.transfers.reversals.create(sent.id, {"amount": 501})
    assert (available(local), available(local, account=account)) == (before - 500, 500)
    found = local.v1.transfers.retrieve(sent.id)
    assert (found.amount_reversed, found.reversed, found.reversals.data[0].id) == (200, False, back.id)
    assert [one.id for one in local.v1.transfers.list({"destination": account})] == [sent.id]
    assert [one.id for one in local.v1.transfers.reversals.list(sent.id)] == [back.id]
    assert lines(local, back.id) == [("transfer_refund", "transfer_reversal", 200, 0)]
    local.v1.payouts.create({"amount": 400, "currency": "usd"}, {"stripe_account": account})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.v1.transfers.reversals.create(sent.id, {"amount": 101})
    assert refused.value.code == "balance_insufficient"
    assert local.v1.transfers.retrieve(sent.id).amount_reversed == 200
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.v1.transfers.create({"amount": 10**9, "currency": "usd", "destination": account})
    assert refused.value.code == "balance_insufficient"


def test_payouts_arrive_at_once_or_later_or_not_at_all_and_belong_to_their_account(local):
    local.paid(amount=500_000)
    account = recipient(local)
    local.ask(f"/_local/accounts/{account}", {"to": "active"})
    local.v1.transfers.create({"amount": 5_000, "currency": "usd", "destination": account})
    theirs = {"stripe_account": account}

    def pay_out(**more):
        return local.v1.payouts.create({"amount": 1_000, "currency": "usd", **more}, theirs)

    instant, standard = pay_out(method="instant"), pay_out()
    assert {instant.status, standard.status} == {"pending"}
    assert local.v1.payouts.retrieve(instant.id, None, theirs).status == "paid"
    local.ask(f"/_local/payouts/{standard.id}", {"to": "in_transit"})
    local.ask(f"/_local/payouts/{standard.id}", {"to": "failed", "code": "account_closed"})
    found = local.v1.payouts.retrieve(standard.id, None, theirs)
    assert (found.status, found.failure_code) == ("failed", "account_closed")
    local.ask("/_local/outcomes", {"of": "payout", "to": "failed", "code": "no_account"})
    assert local.v1.payouts.retrieve(pay_out(method="instant").id, None, theirs).failure_code == "no_account"
    called_off = local.v1.payouts.cancel(pay_out().id, None, theirs)
    assert called_off.status == "canceled"
    assert available(local, account=account) == 4_000
    with pytest.raises(stripe.InvalidRequestError):
        local.v1.payouts.retrieve(instant.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay_out(amount=4_001)
    assert refused.value.code == "balance_insufficient"
    told = local.wait_for(standard.id, "payout.failed")
    assert told["account"] == account


def test_the_days_payout_names_the_lines_that_it_consists_of(fresh):
    paid = fresh.paid(amount=1_000)
    refund = fresh.v1.refunds.create({"payment_intent": paid.id, "amount": 100})
    fresh.paid(amount=2_000, currency="eur")
    made = fresh.ask("/_local/payouts", {})["payouts"]
    assert {(one["currency"], one["amount"], one["automatic"]) for one in made} == {
        ("usd", 841, True),
        ("eur", 1_912, True),
    }
    (dollars,) = [one["id"] for one in made if one["currency"] == "usd"]
    rows = fresh.v1.balance_transactions.list({"payout": dollars}).data
    assert {row.source for row in rows} == {dollars, refund.id, paid.latest_charge}
    assert sum(row.net for row in rows) == 0
    assert available(fresh) == 0


def test_the_balance_is_the_sum_of_its_lines_and_lines_are_found_by_time_and_type(fresh):
    now = int(time.time())
    for card in ("visa", "createDispute", "refundFail", "visa"):
        paid = fresh.paid(card, amount=2_000)
        if card != "createDispute":
            fresh.v1.refunds.create({"payment_intent": paid.id, "amount": 500})
    found = [*fresh.v1.balance_transactions.list({"limit": 3}).auto_paging_iter()]
    assert len(found) == len({line.id for line in found}) == 9
    assert sum(line.net for line in found) == available(fresh)
    assert all(line.net == line.amount - line.fee for line in found)
    rows = fresh.v1.balance_transactions.list

    def count(**told):
        return len(rows({"limit": 100, **told}).data)

    assert count(created={"gte": now}) == 9
    assert count(created={"lt": now}) == 0
    assert count(created={"gt": now - 1, "lte": now + 600}) == 9
    newest = found[0].created
    assert count(created={"gte": newest, "lte": newest}) == count(created=newest) > 0
    assert count(created={"gte": newest, "lt": newest}) == 0
    assert (count(type="charge"), count(type="refund"), count(currency="eur")) == (4, 3, 0)


@pytest.mark.parametrize("to", ["verified", "requires_input"])
def test_a_person_shows_a_document_and_the_session_says_what_came_of_it(local, to):
    made = local.v1.identity.verification_sessions.create(
        {"type": "document", "return_url": f"{local.url}/back", "client_reference_id": "cleo"}
    )
    assert made.status == "requires_input"
    assert post_form(made.url, {"to": to})[::2] == (303, f"{local.url}/back")
    found = local.v1.identity.verification_sessions.retrieve(made.id)
    assert (found.status, found.last_error is None) == (to, to == "verified")
    local.wait_for(made.id, f"identity.verification_session.{to}")


def test_a_verification_is_moved_or_given_up_on_request(local):
    made = local.v1.identity.verification_sessions.create({"type": "document"})
    local.ask(f"/_local/verifications/{made.id}", {"to": "processing"})
    local.ask(f"/_local/verifications/{made.id}", {"to": "requires_input", "code": "selfie_face_mismatch"})
    assert local.v1.identity.verification_sessions.retrieve(made.id).last_error.code == "selfie_face_mismatch"
    assert local.v1.identity.verification_sessions.cancel(made.id).status == "canceled"
