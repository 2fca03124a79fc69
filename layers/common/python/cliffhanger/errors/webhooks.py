"""Endpoints and deliveries that are not as a request needs them."""

from __future__ import annotations

from cliffhanger.errors.faults import InternalError
from cliffhanger.errors.states import StateError


class EndpointsFull(StateError):
    """The partner has as many endpoints in that mode as it may have; ``most`` is how many."""

    code = "endpoints_full"


class RotationRunning(StateError):
    """The secret before is signed with ``until`` then; a rotation without overlap ends it at once."""

    code = "rotation_running"


class ReplaysFull(StateError):
    """As many replays of the endpoint are running as may be; ``most`` is how many."""

    code = "replays_full"


class DeliveryUnreadable(InternalError):
    """What is kept of a delivery is not what was written."""

    code = "delivery_unreadable"


class EventTooLarge(InternalError):
    """An event has more bytes than any endpoint is sent."""

    code = "event_too_large"
