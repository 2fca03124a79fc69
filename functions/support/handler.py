"""Serves operators. Whatever they do is logged with who did it, to what, and what came of it: ids and codes only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cliffhanger import bootstrap
from cliffhanger.errors import (
    Busy,
    CaseClosed,
    CursorInvalid,
    FourEyesRequired,
    KeyReused,
    NotFound,
    NotRefundable,
    NotReversible,
    ProviderUnavailable,
    Unavailable,
    Undecided,
)
from cliffhanger.parking.domain import Replayed, key_of
from cliffhanger.parking.service import list_parked, replay
from cliffhanger.support.domain import Asked, Case, Kind, Reason, Request, case_id
from cliffhanger.support.explain import explain
from cliffhanger.support.service import approve, get_case, list_cases, open_case, refuse
from cliffhanger.switches.domain import Switch
from cliffhanger.telemetry.log import logger
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.fields import ListQuery
from functions.support.acts import acted
from functions.support.answers import (
    CaseAnswer,
    CasesAnswer,
    ExplainedAnswer,
    ParkedList,
    ReplayAnswer,
    SwitchAnswer,
    SwitchesAnswer,
    case_answer,
    explained_answer,
    parked_answer,
    replay_answer,
    switch_answer,
)
from functions.support.held_rewards import HELD_REWARDS
from functions.support.rule_sets import RULE_SETS
from functions.support.schemas import (
    AccountPath,
    CasePath,
    CasesQuery,
    FreezeBody,
    GrantBody,
    ParkedPath,
    RefundBody,
    ReplayBody,
    ReversalBody,
    SwitchBody,
    SwitchPath,
)

Done = TypeVar("Done", Case, Switch, Replayed)

OPERATION: dict[Kind, str] = {
    "grant": "grantCoins",
    "reversal": "reverseEntry",
    "refund": "refundPurchase",
    "freeze": "freezeAccount",
}
STATUS = {"done": 201, "awaiting": 202}
"""Of an answer to what was asked for; a case that was refused since is shown with 200."""


def get_account(call: Call) -> Answer:
    """What an account holds, in words and numbers, and its entries, each checked."""
    account, cursors, cursor = call.path.address, bootstrap.cursors(), call.query.cursor
    name = f"explainAccount {account}"
    before = int(cursors.open(name, call.person, cursor)[0]) if cursor else None
    explained = explain(bootstrap.ledger_store(), account, call.query.limit, before)
    logger().info("support", operation="explainAccount", operator=call.person, account=account, outcome="shown")
    following = None if explained.before is None else cursors.seal(name, call.person, [explained.before])
    return Answer(200, explained_answer(explained, following))


def post_grant(call: Call) -> Answer:
    """Grants bonus coins; many of them await a second operator."""
    asked = {"coins": call.body.coins, "lifetimeDays": call.body.lifetime_days}
    return _open(call, "grant", asked, call.body.reason)


def post_reversal(call: Call) -> Answer:
    """Reverses an unlock or a grant; what moves many coins awaits a second operator."""
    return _open(call, "reversal", {"seq": call.body.seq}, call.body.reason)


def post_refund(call: Call) -> Answer:
    """Gives money of an order back; what moves many coins awaits a second operator."""
    asked = {"orderId": call.body.order_id, "amount": call.body.amount or 0}
    return _open(call, "refund", asked, call.body.reason)


def post_freeze(call: Call) -> Answer:
    """Stops spending from an account, or allows it again."""
    return _open(call, "freeze", {"frozen": call.body.frozen}, call.body.reason)


def get_cases(call: Call) -> Answer:
    """Cases of one status, oldest first; those that await a second operator unless told otherwise."""
    status, cursors, cursor = call.query.status, bootstrap.cursors(), call.query.cursor
    name = f"listCases {status}"
    position = cursors.open(name, call.person, cursor) if cursor else None
    after = None if position is None else (int(position[0]), str(position[1]))
    page = list_cases(bootstrap.casework(), status, call.query.limit, after)
    following = None if page.after is None else cursors.seal(name, call.person, list(page.after))
    return Answer(200, CasesAnswer([case_answer(case) for case in page.cases], following))


def read_case(call: Call) -> Answer:
    """One case as it stands."""
    return Answer(200, case_answer(get_case(bootstrap.casework(), call.path.case_id)))


def post_approval(call: Call) -> Answer:
    """Approves another operator's case, and carries it out."""
    case = call.path.case_id
    approved = _acted(call, "approveCase", lambda: approve(bootstrap.casework(), case, call.person), case=case)
    return Answer(200, case_answer(approved))


def post_refusal(call: Call) -> Answer:
    """Refuses a case, or withdraws one's own."""
    case = call.path.case_id
    refused = _acted(call, "refuseCase", lambda: refuse(bootstrap.casework(), case, call.person), case=case)
    return Answer(200, case_answer(refused))


def get_switches(_: Call) -> Answer:
    """Every switch as it stands now."""
    return Answer(200, SwitchesAnswer([switch_answer(switch) for switch in bootstrap.switches().all()]))


def put_switch(call: Call) -> Answer:
    """Switches something off or on; obeyed everywhere within ten seconds."""
    switch, body = call.path.switch, call.body

    def turn() -> Switch:
        return bootstrap.switches().put(switch, off=body.off, reason=body.reason, by=call.person)

    return Answer(200, switch_answer(_acted(call, "putSwitch", turn, switch=switch)))


def get_parked(call: Call) -> Answer:
    """What a consumer of the ledger's stream could not take."""
    consumer, cursors, cursor = call.path.consumer, bootstrap.cursors(), call.query.cursor
    name = f"listParked {consumer}"
    after = str(cursors.open(name, call.person, cursor)[0]) if cursor else None
    page = list_parked(bootstrap.parked_store(), consumer, call.query.limit, after)
    following = None if page.after is None else cursors.seal(name, call.person, [page.after])
    return Answer(200, ParkedList([parked_answer(parked) for parked in page.parked], following))


def post_replay(call: Call) -> Answer:
    """Lets a consumer take a parked entry once more, and says what became of it."""
    entry = key_of(call.body.entry.account, call.body.entry.seq)

    def again() -> Replayed:
        return replay(bootstrap.replay_desk(), call.path.consumer, entry)

    return Answer(200, replay_answer(_acted(call, "replayParked", again, consumer=call.path.consumer, entry=entry)))


def _open(call: Call, kind: Kind, asked: Asked, reason: Reason) -> Answer:
    case = case_id(call.person, call.idempotency_key, bootstrap.request_secret("cases"))
    request = Request(case, call.person, kind, call.path.address, asked, reason)
    opened = _acted(
        call, OPERATION[kind], lambda: open_case(bootstrap.casework(), request), case=case, account=request.account
    )
    return Answer(STATUS.get(opened.status, 200), case_answer(opened))


def _acted(call: Call, operation: str, act: Callable[[], Done], **subject: str) -> Done:
    return acted(call, operation, act, _outcome_of, **subject)


def _outcome_of(done: Case | Switch | Replayed) -> str:
    if isinstance(done, Switch):
        return "off" if done.off else "on"
    return done.status if isinstance(done, Case) else done.outcome


OPENED = {201: CaseAnswer, 202: CaseAnswer, 200: CaseAnswer}
AGAIN = (Busy, Undecided, Unavailable)
REFUSED_CASES = (NotFound, FourEyesRequired, KeyReused, NotReversible, *AGAIN)
REFUSED_REFUNDS = (NotFound, FourEyesRequired, KeyReused, NotRefundable, ProviderUnavailable, *AGAIN)
DECIDED = {200: CaseAnswer}
REFUSED_DECISIONS = (
    *(NotFound, FourEyesRequired, CaseClosed, NotReversible, NotRefundable),
    *(ProviderUnavailable, *AGAIN),
)

handler = build_api(
    "support",
    {
        "explainAccount": Operation(
            get_account,
            path=AccountPath,
            query=ListQuery,
            answers={200: ExplainedAnswer},
            problems=(NotFound, CursorInvalid, Busy, Unavailable),
        ),
        "grantCoins": Operation(
            post_grant, path=AccountPath, body=GrantBody, answers=OPENED, problems=REFUSED_CASES, keyed=True
        ),
        "reverseEntry": Operation(
            post_reversal, path=AccountPath, body=ReversalBody, answers=OPENED, problems=REFUSED_CASES, keyed=True
        ),
        "refundPurchase": Operation(
            post_refund, path=AccountPath, body=RefundBody, answers=OPENED, problems=REFUSED_REFUNDS, keyed=True
        ),
        "freezeAccount": Operation(
            post_freeze, path=AccountPath, body=FreezeBody, answers=OPENED, problems=REFUSED_CASES, keyed=True
        ),
        "listCases": Operation(
            get_cases, query=CasesQuery, answers={200: CasesAnswer}, problems=(CursorInvalid, Unavailable)
        ),
        "getCase": Operation(read_case, path=CasePath, answers=DECIDED, problems=(NotFound, Busy, Unavailable)),
        "approveCase": Operation(post_approval, path=CasePath, answers=DECIDED, problems=REFUSED_DECISIONS),
        "refuseCase": Operation(post_refusal, path=CasePath, answers=DECIDED, problems=REFUSED_DECISIONS),
        "listSwitches": Operation(get_switches, answers={200: SwitchesAnswer}, problems=(Unavailable,)),
        "putSwitch": Operation(
            put_switch, path=SwitchPath, body=SwitchBody, answers={200: SwitchAnswer}, problems=(Unavailable,)
        ),
        "listParked": Operation(
            get_parked,
            path=ParkedPath,
            query=ListQuery,
            answers={200: ParkedList},
            problems=(CursorInvalid, Unavailable),
        ),
        "replayParked": Operation(
            post_replay, path=ParkedPath, body=ReplayBody, answers={200: ReplayAnswer}, problems=(Unavailable,)
        ),
        **HELD_REWARDS,
        **RULE_SETS,
    },
    limiter=bootstrap.rate_limiter,
)
