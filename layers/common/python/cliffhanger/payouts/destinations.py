"""Use cases of destinations: where a creator's money goes, and what happens when that is changed."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.payments.connect import Link, Recipient
from cliffhanger.payouts.desk import Desk, until_written
from cliffhanger.payouts.domain import Destination, Rule
from cliffhanger.payouts.policy import COOLING_OFF_MS
from cliffhanger.payouts.standing import cooled_at, rule_of
from cliffhanger.payouts.telling import changed_event


class Shown(NamedTuple):
    """A destination, from when on it is paid out to, and the rule that is in the way, if one is."""

    destination: Destination | None
    pays_from: int
    rule: Rule | None


class Setting(NamedTuple):
    """A destination that is being named or changed: the page on which its holder goes on."""

    shown: Shown
    url: str


def get_destination(desk: Desk, person: str) -> Shown:
    """Where a creator's money goes; looked up at the provider's while that takes none for it.

    Raises:
        ProviderUnavailable, Unavailable: try again.
    """
    found = desk.payouts.destination(person)
    if found is not None and not found.ready and look_up(desk, found.account).ready:
        ready = found.becomes(ready=True)._replace(revision=found.revision + 1)
        found = ready if desk.payouts.put_destination(ready) else desk.payouts.destination(person)
    return _shown(desk, found)


def look_up(desk: Desk, account: str) -> Recipient:
    """A creator's account at the provider's, as it stands: before one counts as ready, it pays nothing out by itself.

    Raises:
        ProviderUnavailable: try again.
    """
    shown = desk.provider.recipient(account)
    if shown.ready and shown.person:
        desk.provider.stop_automatic_payouts(account)
    return shown


def set_destination(desk: Desk, person: str, country: str, return_url: str) -> Setting:
    """Names a destination, or changes it: the bank itself is told to the provider alone, on a page of its own.

    As soon as the page is asked for, the bank counts as changed: nothing is paid out for the cooling-off, and the
    creator is told. One that never took money is being named for the first time, and is not changed by that; one that
    takes none any more is.

    Raises:
        ProviderUnavailable, Unavailable, Busy: try again; at most a page was made that nobody uses.
    """
    opened = desk.provider.open_account(person, country) if desk.payouts.destination(person) is None else ""

    def attempt() -> Destination | None:
        now = desk.clock()
        found = desk.payouts.destination(person)
        if found is None:
            following = Destination(person, opened, country, created_at=now, revision=1)
        elif not found.named:
            return found
        else:
            following = found._replace(changed_at=now, instant=True, revision=found.revision + 1)
            desk.tell([changed_event(following, now + COOLING_OFF_MS)])
        return following if desk.payouts.put_destination(following) else None

    destination = until_written(desk, attempt)
    kind: Link = "update" if destination.ready else "onboarding"
    return Setting(_shown(desk, destination), desk.provider.link(destination.account, kind, return_url))


def _shown(desk: Desk, destination: Destination | None) -> Shown:
    pays_from = 0 if destination is None else cooled_at(destination)
    return Shown(destination, pays_from, rule_of(destination, desk.clock()))
