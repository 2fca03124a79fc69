"""What the payment provider tells of identity sessions, as notices name them: looked up, and then taken."""

from __future__ import annotations

from cliffhanger.kyc.desk import Desk
from cliffhanger.kyc.steps import told


def hear(desk: Desk, session: str) -> str:
    """Takes what a session has come to, by the provider's id of it; what became of that, in a word.

    The session is looked up: a notice that comes late must not bring back what has changed since.

    Raises:
        ProviderUnavailable, Busy, Unavailable: again later.
    """
    return told(desk, desk.identity().show(session))
