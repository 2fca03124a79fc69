"""What we ask of a provider that verifies documents. Pure; ``stripe_identity`` answers it.

Every call may raise ``ProviderUnavailable`` or ``ProviderRejected``, as in :mod:`cliffhanger.payments.ports`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

Status = Literal["open", "processing", "verified", "canceled", "gone"]
"""How a session stands. ``open``: it waits for its person. ``gone``: what it knew was erased."""


class Session(NamedTuple):
    """A session in which a person shows a document, for one check of ours; of another stage's, ``person`` is empty.

    ``url`` is where the person goes, for a short time only: it is handed on, and kept nowhere. ``code`` says why what
    was shown did not do.
    """

    session: str
    person: str
    check: int
    status: Status
    url: str = ""
    code: str = ""


class Identity(NamedTuple):
    """Who a document says that a person is. Asked for when it is needed; kept nowhere, logged nowhere.

    ``birth_date`` is ``YYYY-MM-DD``, ``country`` the one that issued it (ISO 3166-1 alpha-2); empty where not known.
    """

    name: str
    birth_date: str
    country: str


class IdentityPort(Protocol):
    """Who verifies documents."""

    def open(self, person: str, check: int, return_url: str, *, selfie: bool) -> Session:
        """A session for a check, with a matching face where that is asked; the same one when asked again in a day."""

    def show(self, session: str) -> Session:
        """A session as it stands now."""

    def identity(self, session: str) -> Identity | None:
        """Who was verified in a session; None where that was erased."""

    def cancel(self, session: str) -> None:
        """Gives up a session that waits; nothing happens to one that is over."""

    def erase(self, session: str) -> None:
        """Has all erased that was shown in a session, for good; nothing happens where it was given up or is erased."""
