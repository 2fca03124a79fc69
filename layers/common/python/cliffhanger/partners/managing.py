"""Use cases of those who manage: members their clients, operators the partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.clock import Clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import ClientsFull, MemberTaken, NotFound, PartnerChanged, Undecided
from cliffhanger.partners.credentials import digest_of, new_client_id, new_secret, rotated
from cliffhanger.partners.domain import Client, Mode, Partner, Reach, Secret, Status
from cliffhanger.partners.service import get_partner
from cliffhanger.texts import clean_name

if TYPE_CHECKING:
    from cliffhanger.partners.store import PartnersStore

MAX_NAME_CHARS = 100
ATTEMPTS = 2
"""A second one is for the rival that came between reading and writing."""


class Shown(NamedTuple):
    """A client with its new secret, which is never shown again."""

    client: Client
    secret: str


class Wanted(NamedTuple):
    """What operators want a partner to be. ``revision`` is the one that the change was made from, 0 for a new one."""

    name: str
    members: frozenset[str]
    reach_all: bool
    reach_series: frozenset[str]
    quotas: Mapping[Mode, int]
    status: Status
    revision: int


def create_client(
    store: PartnersStore, partner: str, mode: Mode, name: str, scopes: frozenset[str], *, clock: Clock
) -> Shown:
    """Makes a client of a partner in a mode.

    Raises:
        ValidationFailed: the name cannot be read.
        ClientsFull: the partner has as many clients in the mode as it may; nothing changed.
        Undecided: it may or may not have been made; the list of clients tells.
    """
    secret = new_secret(mode)
    client = Client(
        id=new_client_id(mode),
        mode=mode,
        name=clean_name(name, "name", MAX_NAME_CHARS),
        scopes=scopes,
        secrets=(Secret(1, digest_of(secret)),),
        created_at=clock(),
    )
    try:
        made = store.add_client(partner, client)
    except Unclear as error:
        raise Undecided("Look whether the client is in the list.") from error
    if not made:
        raise ClientsFull("Remove a client that is not needed any more.")
    return Shown(client, secret)


def rotate_secret(
    store: PartnersStore, partner: str, mode: Mode, client_id: str, overlap_ms: int, *, clock: Clock
) -> Shown:
    """Gives a client a new secret beside the one that it has, which ends after the overlap; 0 ends it now.

    Raises:
        NotFound: the partner has no such client in the mode.
        Undecided: it may or may not have been done; doing it again ends nothing earlier.
        Unavailable: the table does not answer.
    """
    for _ in range(ATTEMPTS):
        before = _client(store, partner, mode, client_id)
        secret = new_secret(mode)
        after = rotated(before, secret, clock(), overlap_ms)
        try:
            if store.put_secrets(partner, before, after):
                return Shown(after, secret)
        except Unclear as error:
            raise Undecided("Rotate once more; that ends nothing earlier.") from error
    raise Undecided("Others rotate the same client; try again.")


def remove_client(store: PartnersStore, partner: str, mode: Mode, client_id: str) -> None:
    """Removes a client, as often as is asked: its tokens end within ten seconds, and it is given no more.

    Raises:
        Undecided: it may or may not have been removed; removing it again will tell.
        Unavailable: the table does not answer.
    """
    try:
        store.remove_client(partner, _client(store, partner, mode, client_id))
    except NotFound:
        return
    except Unclear as error:
        raise Undecided("Remove it once more.") from error


def put_partner(store: PartnersStore, partner_id: str, wanted: Wanted, clock: Clock) -> Partner:
    """Makes a partner, or changes it; what it is then.

    Raises:
        ValidationFailed: the name cannot be read.
        PartnerChanged: it is another revision than the change was made from; nothing changed.
        MemberTaken: somebody who is to be a member is one of another partner; nothing changed.
        Undecided: it may or may not have been done; the partner as it stands tells.
        Unavailable: the table does not answer.
    """
    before, now = store.find(partner_id), clock()
    if wanted.revision != (0 if before is None else before.revision):
        raise PartnerChanged("Look at the partner as it stands.", revision=0 if before is None else before.revision)
    after = Partner(
        id=partner_id,
        name=clean_name(wanted.name, "name", MAX_NAME_CHARS),
        members=wanted.members,
        reach=Reach(partner_id, wanted.reach_all, wanted.reach_series),
        quotas=wanted.quotas,
        status=wanted.status,
        revision=wanted.revision + 1,
        created_at=now if before is None else before.created_at,
        changed_at=now,
        clients=() if before is None else before.clients,
    )
    try:
        outcome = store.put(after, before)
    except Unclear as error:
        raise Undecided("Look at the partner as it stands.") from error
    if outcome.moved:
        raise PartnerChanged("Look at the partner as it stands.", revision=get_partner(store, partner_id).revision)
    if outcome.taken:
        raise MemberTaken("A person is a member of one partner at most.", persons=list(outcome.taken))
    return after


def _client(store: PartnersStore, partner: str, mode: Mode, client_id: str) -> Client:
    found = get_partner(store, partner).client(client_id)
    if found is None or found.mode != mode:
        raise NotFound("There is no such client.")
    return found
