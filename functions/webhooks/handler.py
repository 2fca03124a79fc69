"""Serves partners' endpoints, their deliveries and replays, and the sandbox's events."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.clock import ms_of
from cliffhanger.errors import (
    CursorInvalid,
    EndpointAddressRefused,
    EndpointsFull,
    KeyReused,
    NotFound,
    ReplaysFull,
    RotationRunning,
    Unavailable,
    ValidationFailed,
)
from cliffhanger.telemetry.log import logger
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.webhooks import looking, service, trying
from cliffhanger.webhooks.items import Wanted
from cliffhanger.webhooks.looking import Span
from cliffhanger.webhooks.service import Asked, Whose
from functions.webhooks.answers import (
    DeliveriesAnswer,
    DeliveryAnswer,
    DeliveryRow,
    EndpointAnswer,
    EndpointsAnswer,
    EndpointSecrets,
    RangeReplay,
    SandboxEventAnswer,
    delivery_answer,
    delivery_row,
    endpoint_answer,
    replay_answer,
    secret_answer,
)
from functions.webhooks.schemas import (
    DeliveriesQuery,
    DeliveryPath,
    EndpointBody,
    EndpointChange,
    EndpointPath,
    ModePath,
    OverlapBody,
    RangeReplayBody,
    ReplayPath,
    SandboxEventBody,
    TestBody,
)


def list_endpoints(call: Call) -> Answer:
    """All endpoints of the partner in the mode: twenty at most, so there are no pages."""
    whose = Whose(call.partner.id, call.path.mode)
    found = service.endpoints(bootstrap.webhook_office(), whose)
    return Answer(200, EndpointsAnswer([endpoint_answer(each) for each in found]))


def create_endpoint(call: Call) -> Answer:
    """Has events sent to an address, from ten seconds after: 201 at first, 200 when asked again under the same key."""
    body = call.body
    asked = Asked(body.url, body.description, tuple(body.types))
    whose = Whose(call.partner.id, call.path.mode)
    made, new = service.create(bootstrap.webhook_office(), whose, asked, call.idempotency_key)
    _tell(call, "createEndpoint", made.endpoint)
    return Answer(201 if new else 200, endpoint_answer(made))


def get_endpoint(call: Call) -> Answer:
    """One endpoint, and how it does."""
    return Answer(200, endpoint_answer(service.get(bootstrap.webhook_office(), _whose(call))))


def put_endpoint(call: Call) -> Answer:
    """Changes an endpoint, pauses it, or lets it be sent to again. Attempts obey at once, new events in ten seconds."""
    body = call.body
    asked = Asked(body.url, body.description, tuple(body.types))
    changed = service.change(bootstrap.webhook_office(), _whose(call), asked, body.status)
    _tell(call, "putEndpoint", changed.endpoint)
    return Answer(200, endpoint_answer(changed))


def delete_endpoint(call: Call) -> Answer:
    """Has nothing more sent there. What was delivered cannot be looked at any more."""
    service.remove(bootstrap.webhook_office(), _whose(call))
    _tell(call, "deleteEndpoint", call.path.endpoint_id)
    return Answer(204, None)


def get_secret(call: Call) -> Answer:
    """What messages are signed with, for the receiver."""
    secrets = service.secrets(bootstrap.webhook_office(), _whose(call))
    _tell(call, "getEndpointSecret", call.path.endpoint_id)
    return Answer(200, secret_answer(secrets))


def rotate_secret(call: Call) -> Answer:
    """Puts a new secret in force, and answers with it. While the one before is, both sign."""
    office, whose = bootstrap.webhook_office(), _whose(call)
    service.rotate(office, whose, call.body.overlap_hours)
    _tell(call, "rotateEndpointSecret", call.path.endpoint_id)
    return Answer(200, secret_answer(service.secrets(office, whose)))


def test_endpoint(call: Call) -> Answer:
    """Sends an event that tries the endpoint, once, whether or not it is active; see what came of it by its id."""
    sent = trying.send_test(bootstrap.webhook_office(), _whose(call), call.body.type)
    return Answer(202, delivery_row(sent))


def list_deliveries(call: Call) -> Answer:
    """What was sent to an endpoint in the last thirty days, newest first."""
    query, cursors = call.query, bootstrap.cursors()
    since, until = _ms(query.since), _ms(query.until)
    name = f"listDeliveries {call.path.endpoint_id} {query.status} {query.type} {since} {until}"
    after = str(cursors.open(name, call.partner.id, query.cursor)[0]) if query.cursor else None
    states = () if query.status is None else (query.status,)
    wanted = Wanted(since or 0, Wanted().until if until is None else until, states, query.type or "")
    page = looking.deliveries(bootstrap.webhook_office(), _whose(call), wanted, query.limit, after)
    following = None if page.after is None else cursors.seal(name, call.partner.id, [page.after])
    return Answer(200, DeliveriesAnswer([delivery_row(each) for each in page.deliveries], following))


def get_delivery(call: Call) -> Answer:
    """One delivery with what was sent, and its attempts."""
    found = looking.delivery(bootstrap.webhook_office(), _whose(call), call.path.delivery_id)
    return Answer(200, delivery_answer(found))


def replay_delivery(call: Call) -> Answer:
    """Sends a delivery again now, under the same message id, from the schedule's beginning."""
    again = looking.replay_one(bootstrap.webhook_office(), _whose(call), call.path.delivery_id)
    return Answer(202, delivery_row(again))


def create_replay(call: Call) -> Answer:
    """Sends many deliveries again: 202 at first, 200 when asked again under the same key. It begins within a minute."""
    body, office = call.body, bootstrap.webhook_office()
    span = Span(_ms(body.since, "body") or 0, _ms(body.until, "body"), body.status)
    begun, new = looking.begin_replay(office, _whose(call), span, call.idempotency_key)
    _tell(call, "createReplay", call.path.endpoint_id)
    return Answer(202 if new else 200, replay_answer(begun))


def get_replay(call: Call) -> Answer:
    """How far a replay has come."""
    return Answer(200, replay_answer(looking.replay(bootstrap.webhook_office(), _whose(call), call.path.replay_id)))


def send_sandbox_event(call: Call) -> Answer:
    """Sends an event that did not happen to all of the partner's sandbox endpoints that want it."""
    body, partner = call.body, call.partner.id
    event, count = trying.send_to_sandbox(bootstrap.webhook_office(), partner, body.type, body.data)
    return Answer(202, SandboxEventAnswer(event, body.type, count))


def _whose(call: Call) -> Whose:
    return Whose(call.partner.id, call.path.mode, call.path.endpoint_id)


def _ms(time: str | None, where: str = "query") -> int | None:
    if time is None:
        return None
    try:
        return ms_of(time)
    except ValueError as error:
        raise ValidationFailed("A time is written as RFC 3339 says.", where=where) from error


def _tell(call: Call, operation: str, endpoint: str) -> None:
    """Who has changed what, or was shown a secret; neither addresses nor secrets."""
    caller = call.partner
    logger().info(
        "webhooks",
        operation=operation,
        partner=caller.id,
        mode=caller.mode,
        by=caller.client or caller.person,
        endpoint=endpoint,
    )


FOUND = (NotFound, Unavailable)
ASKED = (EndpointAddressRefused, Unavailable)

handler = build_api(
    "webhooks",
    {
        "listEndpoints": Operation(
            list_endpoints, path=ModePath, answers={200: EndpointsAnswer}, problems=(Unavailable,)
        ),
        "createEndpoint": Operation(
            create_endpoint,
            path=ModePath,
            body=EndpointBody,
            answers={201: EndpointAnswer, 200: EndpointAnswer},
            problems=(KeyReused, EndpointsFull, *ASKED),
            keyed=True,
        ),
        "getEndpoint": Operation(get_endpoint, path=EndpointPath, answers={200: EndpointAnswer}, problems=FOUND),
        "putEndpoint": Operation(
            put_endpoint,
            path=EndpointPath,
            body=EndpointChange,
            answers={200: EndpointAnswer},
            problems=(NotFound, *ASKED),
        ),
        "deleteEndpoint": Operation(delete_endpoint, path=EndpointPath, answers={204: None}, problems=(Unavailable,)),
        "getEndpointSecret": Operation(get_secret, path=EndpointPath, answers={200: EndpointSecrets}, problems=FOUND),
        "rotateEndpointSecret": Operation(
            rotate_secret,
            path=EndpointPath,
            body=OverlapBody,
            answers={200: EndpointSecrets},
            problems=(RotationRunning, *FOUND),
        ),
        "testEndpoint": Operation(
            test_endpoint, path=EndpointPath, body=TestBody, answers={202: DeliveryRow}, problems=FOUND
        ),
        "listDeliveries": Operation(
            list_deliveries,
            path=EndpointPath,
            query=DeliveriesQuery,
            answers={200: DeliveriesAnswer},
            problems=(CursorInvalid, *FOUND),
        ),
        "getDelivery": Operation(get_delivery, path=DeliveryPath, answers={200: DeliveryAnswer}, problems=FOUND),
        "replayDelivery": Operation(replay_delivery, path=DeliveryPath, answers={202: DeliveryRow}, problems=FOUND),
        "createReplay": Operation(
            create_replay,
            path=EndpointPath,
            body=RangeReplayBody,
            answers={202: RangeReplay, 200: RangeReplay},
            problems=(KeyReused, ReplaysFull, *FOUND),
            keyed=True,
        ),
        "getReplay": Operation(get_replay, path=ReplayPath, answers={200: RangeReplay}, problems=FOUND),
        "sendSandboxEvent": Operation(
            send_sandbox_event, body=SandboxEventBody, answers={202: SandboxEventAnswer}, problems=(Unavailable,)
        ),
    },
    bootstrap.rate_limiter,
    bootstrap.partner_reception,
)
