"""A notice's event as it is kept: JSON without spaces, compressed with what every event has in common. Pure.

A typical event is of 4 KB and packs into less than 1 KB, which is one write unit. The dictionary is part of the form:
another one is a new form beside this one, for as long as notices are kept.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from cliffhanger.errors import NoticeUnreadable
from cliffhanger.payments.notices import MAX_BODY_BYTES

FORM = 1

_LEVEL = 9

# What zlib finds in it costs next to nothing; the likeliest stands last. From Stripe's description of a charge, a
# payment, a refund, a dispute and a session, in the order in which it writes their members.
_DICTIONARY = (
    b'"object":"dispute","amount":,"balance_transactions":[],"charge":"ch_,"evidence":{"access_activity_log":null,'
    b'"billing_address":null,"cancellation_policy":null,"customer_email_address":null,"customer_name":null,'
    b'"duplicate_charge_id":null,"product_description":null,"receipt":null,"refund_policy":null,"service_date":null,'
    b'"uncategorized_text":null},"evidence_details":{"due_by":,"has_evidence":false,"past_due":false,'
    b'"submission_count":0},"is_charge_refundable":true,"reason":"fraudulent","status":"needs_response"'
    b'"object":"refund","destination_details":{"card":{"reference":null,"reference_status":"pending",'
    b'"type":"refund"},"type":"card"},"receipt_number":null,"source_transfer_reversal":null,'
    b'"transfer_reversal":null,"status":"succeeded","charge.dispute.created","refund.created"'
    b'"object":"checkout.session","client_reference_id":null,"payment_status":"unpaid","success_url":"https://'
    b'"checkout.session.expired","expires_at":,"ui_mode":"hosted"'
    b'"object":"payment_intent","amount_capturable":0,"amount_details":{"tip":{}},"amount_received":0,'
    b'"application":null,"application_fee_amount":null,"automatic_payment_methods":null,"canceled_at":null,'
    b'"cancellation_reason":null,"capture_method":"automatic_async","client_secret":"pi__secret_",'
    b'"confirmation_method":"automatic","description":null,"last_payment_error":null,"latest_charge":"ch_'
    b'"next_action":null,"on_behalf_of":null,"payment_method_options":{"card":{"installments":null,'
    b'"mandate_options":null,"network":null,"request_three_d_secure":"automatic"}},"payment_method_types":["card"],'
    b'"processing":null,"setup_future_usage":null,"status":"requires_payment_method","payment_intent.canceled",'
    b'"payment_intent.payment_failed","card_declined","insufficient_funds","Your card was declined.",'
    b'"payment_intent.succeeded"'
    b'{"id":"evt_3","object":"event","api_version":"2026-10-28.endive","created":17,"data":{"object":{"id":"ch_3",'
    b'"object":"charge","amount":,"amount_captured":,"amount_refunded":0,"application":null,'
    b'"application_fee":null,"application_fee_amount":null,"balance_transaction":"txn_3","billing_details":'
    b'{"address":{"city":null,"country":"US","line1":null,"line2":null,"postal_code":"","state":null},'
    b'"email":"@","name":"","phone":null,"tax_id":null},"calculated_statement_descriptor":"CLIFFHANGER",'
    b'"captured":true,"created":17,"currency":"eur","customer":"cus_","description":null,"destination":null,'
    b'"dispute":null,"disputed":false,"failure_balance_transaction":null,"failure_code":null,'
    b'"failure_message":null,"fraud_details":{},"invoice":null,"livemode":true,"metadata":{"order":"","person":"",'
    b'"stage":"prod"},"on_behalf_of":null,"order":null,"outcome":{"advice_code":null,"network_advice_code":null,'
    b'"network_decline_code":null,"network_status":"approved_by_network","reason":null,"risk_level":"normal",'
    b'"risk_score":,"seller_message":"Payment complete.","type":"authorized"},"paid":true,"payment_intent":"pi_3",'
    b'"payment_method":"pm_1","payment_method_details":{"card":{"amount_authorized":,'
    b'"authorization_code":"","brand":"visa","checks":{"address_line1_check":null,'
    b'"address_postal_code_check":"pass","cvc_check":"pass"},"country":"US","exp_month":1,"exp_year":20,'
    b'"extended_authorization":{"status":"disabled"},"fingerprint":"","funding":"credit",'
    b'"incremental_authorization":{"status":"unavailable"},"installments":null,"last4":"4242","mandate":null,'
    b'"multicapture":{"status":"unavailable"},"network":"visa","network_token":{"used":false},'
    b'"network_transaction_id":"","overcapture":{"maximum_amount_capturable":,"status":"unavailable"},'
    b'"regulated_status":"unregulated","three_d_secure":{"authentication_flow":"challenge",'
    b'"electronic_commerce_indicator":"05","exemption_indicator":null,"result":"authenticated",'
    b'"result_reason":null,"transaction_id":"","version":"2.2.0"},"wallet":null},"type":"card"},'
    b'"radar_options":{},"receipt_email":null,"receipt_number":null,'
    b'"receipt_url":"https://pay.stripe.com/receipts/payment/","refunded":false,"review":null,"shipping":null,'
    b'"source":null,"source_transfer":null,"statement_descriptor":null,"statement_descriptor_suffix":null,'
    b'"status":"succeeded","transfer_data":null,"transfer_group":null}},"livemode":true,"pending_webhooks":1,'
    b'"request":{"id":"req_","idempotency_key":""},"type":"charge.succeeded"}'
)


def packed(event: Mapping[str, Any]) -> bytes:
    """An event in the form that :func:`unpacked` reads."""
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    packer = zlib.compressobj(_LEVEL, zdict=_DICTIONARY)
    return packer.compress(text) + packer.flush()


def unpacked(data: bytes) -> dict[str, Any]:
    """The event that was packed.

    Raises:
        NoticeUnreadable: these are no such bytes, or too many.
    """
    unpacker = zlib.decompressobj(zdict=_DICTIONARY)
    try:
        text = unpacker.decompress(data, 2 * MAX_BODY_BYTES)
        event = json.loads(text.decode("utf-8", "surrogatepass"))
    except (zlib.error, ValueError) as error:
        raise NoticeUnreadable("What was recorded of the notice is no event.") from error
    if not unpacker.eof or not isinstance(event, dict):
        raise NoticeUnreadable("What was recorded of the notice is no event.")
    return event
