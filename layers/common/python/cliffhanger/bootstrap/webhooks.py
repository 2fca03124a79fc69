"""What partners' webhooks are sent with."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cliffhanger.webhooks.addresses import Networks
    from cliffhanger.webhooks.sending import Sender


@functools.cache
def webhook_networks() -> Networks:
    """Networks that webhooks may be sent to though they are not public; on every stage but one machine's, none."""
    from cliffhanger.webhooks.addresses import networks_of

    return networks_of(os.environ.get("WEBHOOK_NETWORKS", ""))


@functools.cache
def webhook_sender() -> Sender:
    """What sends webhooks; on one machine, it trusts the machine's own receivers too."""
    from cliffhanger.webhooks.sending import Sender

    return Sender(webhook_networks(), os.environ.get("WEBHOOK_CA"))
