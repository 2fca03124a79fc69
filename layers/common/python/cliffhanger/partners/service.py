"""Use cases of partners: what others ask about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cliffhanger.errors import NotFound
from cliffhanger.partners.domain import Partner, Reach

if TYPE_CHECKING:
    from cliffhanger.partners.store import PartnersStore


def get_partner(store: PartnersStore, partner: str) -> Partner:
    """A partner with its clients.

    Raises:
        NotFound: there is none of that id.
        Unavailable: the table does not answer.
    """
    found = store.find(partner)
    if found is None:
        raise NotFound("There is no such partner.")
    return found


def reach_of(store: PartnersStore, partner: str) -> Reach:
    """Which events a partner may see; none where there is no such partner, or it is closed.

    Raises:
        Unavailable: the table does not answer.
    """
    found = store.find(partner)
    return found.reach if found is not None and found.active else Reach(partner)
