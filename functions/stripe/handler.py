"""Takes what Stripe tells us: verified over its bytes, recorded once, and let into the queue, from which it is worked.

Stripe waits for the answer, so nothing else happens here.
"""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import BodyTooLarge, MalformedJson, SignatureInvalid, Unavailable, ValidationFailed
from cliffhanger.payments.notices import MAX_BODY_BYTES
from cliffhanger.payments.recording import receive
from cliffhanger.payments.signatures import verify
from cliffhanger.telemetry.log import logger
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.bodies import raw_body
from functions.stripe.schemas import NoticeAnswer

SIGNATURE_HEADER = "stripe-signature"
MAX_LOGGED_CHARS = 100


def take_notice(call: Call) -> Answer:
    """Records what Stripe tells us, once, and lets it be worked off."""
    body = raw_body(call.event, MAX_BODY_BYTES)
    header = (call.event.get("headers") or {}).get(SIGNATURE_HEADER, "")
    verify(body, header, bootstrap.webhook_secrets().now(), system_clock())
    notice, outcome = receive(bootstrap.payments_office(), body)
    logger().info("notice", notice=str(notice.key), kind=notice.kind[:MAX_LOGGED_CHARS], outcome=outcome)
    return Answer(200, NoticeAnswer(outcome))


handler = build_api(
    "stripe",
    {
        "takeStripeNotice": Operation(
            take_notice,
            answers={200: NoticeAnswer},
            problems=(SignatureInvalid, BodyTooLarge, MalformedJson, ValidationFailed, Unavailable),
        ),
    },
)
