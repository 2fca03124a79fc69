"""Serves partners: their members, their clients, and the operators who make them.

What is done is logged with who did it and to what: ids and codes only, never a secret or a token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cliffhanger import bootstrap
from cliffhanger.clock import ms_of, system_clock
from cliffhanger.errors import (
    ClientRefused,
    ClientsFull,
    CliffhangerError,
    CursorInvalid,
    GrantUnsupported,
    MemberTaken,
    NotFound,
    PartnerChanged,
    RateLimited,
    ScopeRefused,
    Unavailable,
    Undecided,
    ValidationFailed,
)
from cliffhanger.partners import managing
from cliffhanger.partners.credentials import HOUR_MS
from cliffhanger.partners.domain import Partner
from cliffhanger.partners.granting import Asked, grant
from cliffhanger.partners.requests import DAY_MS, KEPT_DAYS, Asking, last_days, owner_key
from cliffhanger.partners.service import get_partner
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count
from cliffhanger.web.addresses import block_of
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.fields import ListQuery
from cliffhanger.web.oauth import Credentials, Refusal, basic_of, refuse
from functions.partners import answers, schemas

Done = TypeVar("Done")
GRANT_TYPE = "client_credentials"
MAX_TIME_MS = 9_999_999_999_999


def post_token(call: Call) -> Answer:
    """Gives a client a token for fifteen minutes (RFC 6749, 4.4). Keep it and use it again until it ends."""
    form, shown = call.body, basic_of(call.event.get("headers") or {})
    if form.grant_type != GRANT_TYPE:
        raise GrantUnsupported(f"The grant type is '{GRANT_TYPE}'.")
    if shown is not None and (form.client_secret or form.client_id not in ("", shown.client)):
        raise ValidationFailed("Authenticate in one way: by HTTP Basic, or in the form.", where="body")
    known = shown or Credentials(form.client_id, form.client_secret)
    if not known.client or not known.secret:
        raise ClientRefused("Send the client's id and secret.")
    scopes = frozenset(form.scope.split()) or None
    outcome = "error"
    try:
        granted = grant(bootstrap.token_desk(), Asked(known.client, known.secret, scopes, block_of(call.event)))
        outcome = "granted"
    except (ClientRefused, ScopeRefused, RateLimited) as error:
        outcome = error.code
        if not isinstance(error, ScopeRefused):
            count("TokensRefused", 1)
        raise
    finally:
        # Whoever guesses may send anything as an id, so what is not known as one is not logged.
        logger().info("token", outcome=outcome, client=known.client if outcome == "granted" else None)
    return Answer(200, answers.token_answer(granted), {"pragma": "no-cache"})


def read_partner(call: Call) -> Answer:
    """The partner that the caller is a member of."""
    return Answer(200, answers.partner_answer(get_partner(bootstrap.partners_store(), call.partner.id)))


def list_clients(call: Call) -> Answer:
    """The partner's clients in a mode, without their secrets."""
    partner, now = get_partner(bootstrap.partners_store(), call.partner.id), system_clock()
    found = [client for client in answers.in_order(partner.clients) if client.mode == call.path.mode]
    return Answer(200, answers.ClientsAnswer([answers.client_answer(client, now) for client in found]))


def post_client(call: Call) -> Answer:
    """Makes a client. Its secret is shown in this answer and never again."""
    store, mode, body = bootstrap.partners_store(), call.path.mode, call.body

    def make() -> managing.Shown:
        scopes = frozenset(body.scopes)
        return managing.create_client(store, call.partner.id, mode, body.name, scopes, clock=system_clock)

    shown = _acted(call, "createClient", make, mode=mode)
    return Answer(201, answers.shown_answer(shown, system_clock()))


def post_rotation(call: Call) -> Answer:
    """A new secret for a client. Those before hold for the overlap, so that nothing breaks while it is rolled out."""
    store, mode, client = bootstrap.partners_store(), call.path.mode, call.path.client_id
    overlap_ms = call.body.overlap_hours * HOUR_MS

    def rotate() -> managing.Shown:
        return managing.rotate_secret(store, call.partner.id, mode, client, overlap_ms, clock=system_clock)

    shown = _acted(call, "rotateSecret", rotate, mode=mode, client=client)
    return Answer(200, answers.shown_answer(shown, system_clock()))


def delete_client(call: Call) -> Answer:
    """Removes a client, as often as is asked. Its tokens end within ten seconds."""
    store, mode, client = bootstrap.partners_store(), call.path.mode, call.path.client_id
    _acted(
        call,
        "deleteClient",
        lambda: managing.remove_client(store, call.partner.id, mode, client),
        mode=mode,
        client=client,
    )
    return Answer(204, None)


def list_requests(call: Call) -> Answer:
    """What the partner's clients have asked in the last thirty days, and what its members have changed."""
    query, owner = call.query, owner_key(call.partner.id, call.path.mode)
    since = _time(query.since, "since", system_clock() - KEPT_DAYS * DAY_MS)
    until = _time(query.until, "until", MAX_TIME_MS)
    name = f"listRequests {since if query.since else ''} {until} {query.status}"
    after = str(bootstrap.cursors().open(name, owner, query.cursor)[0]) if query.cursor else None
    page = bootstrap.requests_store().page(Asking(owner, since, until, query.status), query.limit, after)
    following = None if page.after is None else bootstrap.cursors().seal(name, owner, [page.after])
    return Answer(200, answers.RequestsAnswer([answers.request_answer(one) for one in page.requests], following))


def get_usage(call: Call) -> Answer:
    """Requests of the partner's clients by day, and what is left of today's quota."""
    owner = owner_key(call.partner.id, call.path.mode)
    days = bootstrap.requests_store().days(owner, last_days(system_clock()))
    return Answer(200, answers.usage_answer(call.partner.quota, days))


def list_partners(call: Call) -> Answer:
    """All partners, newest first."""
    cursors, cursor = bootstrap.cursors(), call.query.cursor
    position = cursors.open("listPartners", call.person, cursor) if cursor else None
    after = None if position is None else (int(position[0]), str(position[1]))
    page = bootstrap.partners_store().listed(call.query.limit, after)
    following = None if page.after is None else cursors.seal("listPartners", call.person, list(page.after))
    return Answer(200, answers.PartnersAnswer([answers.partner_line(row) for row in page.rows], following))


def explain_partner(call: Call) -> Answer:
    """A partner with its members and clients."""
    found = get_partner(bootstrap.partners_store(), call.path.partner_id)
    return Answer(200, answers.partner_details(found, system_clock()))


def put_partner(call: Call) -> Answer:
    """Makes a partner, or changes it: who its members are, what it sees, how much it may ask, whether it gets in."""
    store, partner, body = bootstrap.partners_store(), call.path.partner_id, call.body
    wanted = managing.Wanted(
        body.name,
        frozenset(body.members),
        body.reach.all,
        frozenset(body.reach.series),
        body.quotas.by_mode(),
        body.status,
        body.revision,
    )

    def put() -> Partner:
        return managing.put_partner(store, partner, wanted, system_clock)

    done = _acted(call, "putPartner", put, partner=partner)
    return Answer(201 if done.revision == 1 else 200, answers.partner_details(done, system_clock()))


def _acted(call: Call, operation: str, act: Callable[[], Done], **subject: str) -> Done:
    """What an act came to, told to the log with who did it; also when it is refused."""
    if call.for_partner is not None:
        subject["partner"] = call.for_partner.id
    outcome = "error"
    try:
        done = act()
        outcome = "done"
    except CliffhangerError as error:
        outcome = error.code
        raise
    finally:
        logger().info("partners", operation=operation, person=call.person, outcome=outcome, **subject)
    return done


def _time(text: str | None, name: str, otherwise: int) -> int:
    if text is None:
        return otherwise
    try:
        return min(MAX_TIME_MS, max(0, ms_of(text)))
    except ValueError as error:
        raise ValidationFailed(f"'{name}' is a time as RFC 3339 writes it.", where="query") from error


CHANGED = (ClientsFull, NotFound, Undecided, Unavailable, ValidationFailed)
SHOWN = (NotFound, Unavailable)
DETAILS = {200: answers.PartnerDetails, 201: answers.PartnerDetails}

handler = build_api(
    "partners",
    {
        "grantToken": Operation(
            post_token,
            body=schemas.TokenForm,
            answers={200: answers.TokenAnswer, 400: Refusal, 401: Refusal},
            problems=(RateLimited, Unavailable),
            form=True,
            refuse=refuse,
        ),
        "getPartner": Operation(read_partner, answers={200: answers.PartnerAnswer}, problems=SHOWN),
        "listClients": Operation(
            list_clients, path=schemas.ModePath, answers={200: answers.ClientsAnswer}, problems=SHOWN
        ),
        "createClient": Operation(
            post_client,
            path=schemas.ModePath,
            body=schemas.ClientBody,
            answers={201: answers.ShownAnswer},
            problems=CHANGED,
        ),
        "rotateSecret": Operation(
            post_rotation,
            path=schemas.ClientPath,
            body=schemas.RotationBody,
            answers={200: answers.ShownAnswer},
            problems=(NotFound, Undecided, Unavailable),
        ),
        "deleteClient": Operation(
            delete_client, path=schemas.ClientPath, answers={204: None}, problems=(Undecided, Unavailable)
        ),
        "listRequests": Operation(
            list_requests,
            path=schemas.ModePath,
            query=schemas.RequestsQuery,
            answers={200: answers.RequestsAnswer},
            problems=(CursorInvalid, Unavailable),
        ),
        "getUsage": Operation(
            get_usage, path=schemas.ModePath, answers={200: answers.UsageAnswer}, problems=(Unavailable,)
        ),
        "listPartners": Operation(
            list_partners,
            query=ListQuery,
            answers={200: answers.PartnersAnswer},
            problems=(CursorInvalid, Unavailable),
        ),
        "explainPartner": Operation(
            explain_partner, path=schemas.PartnerPath, answers={200: answers.PartnerDetails}, problems=SHOWN
        ),
        "putPartner": Operation(
            put_partner,
            path=schemas.PartnerPath,
            body=schemas.PartnerBody,
            answers=DETAILS,
            problems=(PartnerChanged, MemberTaken, Undecided, Unavailable),
        ),
    },
    bootstrap.rate_limiter,
    bootstrap.partner_reception,
)
