"""The steps of the workflow: each goes on from what it finds, so that it may be broken off anywhere and done again.

What is about to be done is written before it is done, and what came of it after. A step that was done is passed over;
one that may have been done is looked for at the provider's before it is asked for again (docs/adr/0039). No step raises
what waiting mends: it answers how long to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import (
    AccountFrozen,
    BalanceShort,
    Busy,
    DebtOutstanding,
    DestinationRefused,
    EventsRefused,
    HoldExpired,
    HoldMissing,
    HoldsFull,
    InsufficientFunds,
    PayoutRefused,
    SwitchedOff,
    Unavailable,
    Undecided,
)
from cliffhanger.payments.connect import Sent
from cliffhanger.payouts.admitting import check_and_set_aside, check_wanted
from cliffhanger.payouts.booking import came_back, let_leave
from cliffhanger.payouts.desk import Desk, changed, until_written
from cliffhanger.payouts.domain import Payout, Rule, refuse, rule_in
from cliffhanger.payouts.noting import (
    AGAIN,
    FIRST_S,
    GO,
    OVER,
    WAITING,
    Done,
    Overtaken,
    blamed,
    go_on,
    wait,
    wait_for,
    written,
)
from cliffhanger.payouts.service import existing
from cliffhanger.payouts.standing import check_account, check_disputed, check_person, standing_of
from cliffhanger.payouts.telling import paid_event, requested_event
from cliffhanger.payouts.undoing import SETTLED_S, bring_back, fail, has_left, release_failed, sending_of, stop

UNSENT = ("requested", "held", "sending")
OURS = Done("wait", FIRST_S)
"""Something of ours does not answer, and not even that can be noted."""
UNANSWERED = (Busy, EventsRefused, Unavailable, Unclear, Undecided)


def run(desk: Desk, task: Mapping[str, Any]) -> Done:
    """Carries out one task of the workflow, and answers it, where it waits by a token and there is no need to.

    Raises:
        NotFound: there is no such payout; a fault of ours.
    """
    person, name, token = str(task["person"]), str(task["payout"]), str(task.get("token", ""))
    try:
        done = pay(desk, person, name, token) if task["step"] == "pay" else STEPS[task["step"]](desk, person, name)
    except UNANSWERED as error:
        done = _wait_for_us(desk, person, name)._replace(why=repr(error))
    if token and done != GO:
        desk.workflow.answer(token, _WHEN_PAYING.get(done.outcome, done).document())
    return done


def admit(desk: Desk, person: str, name: str) -> Done:
    """Checks everything once more, and sets the amount aside."""
    payout = existing(desk, person, name)
    if payout.rule and payout.status in UNSENT and not payout.transfer:
        return stop(desk, payout, payout.rule)
    if payout.status != "requested":
        release_failed(desk, payout)
        return go_on(payout)
    try:
        desk.go()
        if not has_left(desk, payout):
            check_and_set_aside(desk, payout)
    except SwitchedOff as error:
        return wait_for(desk, payout, error)
    except PayoutRefused as refused:
        return fail(desk, payout, rule_in(refused))
    except (AccountFrozen, DebtOutstanding, InsufficientFunds, HoldsFull) as refused:
        return fail(desk, payout, _LEDGER_RULES[type(refused)])
    desk.tell([requested_event(payout)])
    if changed(desk, payout.moved("held", desk.clock())):
        return GO
    release_failed(desk, existing(desk, person, name))
    return AGAIN


def send(desk: Desk, person: str, name: str) -> Done:
    """Lets the amount leave the account, and sends it to the creator's account at the provider's."""
    payout = existing(desk, person, name)
    if payout.status not in ("held", "sending") or payout.transfer:
        return go_on(payout)
    if payout.rule:
        return stop(desk, payout, payout.rule)
    try:
        if payout.status == "held":
            payout = _let_leave(desk, payout)
        asked = _post(desk, payout)
        _transfer(desk, payout, asked=asked)
    except Overtaken:
        return AGAIN
    except PayoutRefused as refused:
        return stop(desk, payout, rule_in(refused))
    except (AccountFrozen, HoldExpired, HoldMissing) as refused:
        return fail(desk, payout, _LEDGER_RULES[type(refused)])
    except DestinationRefused as refused:
        return stop(desk, payout, "provider_refused", _code(refused))
    except WAITING as error:
        return wait_for(desk, payout, error, "platform_balance")
    return GO


def pay(desk: Desk, person: str, name: str, token: str) -> Done:
    """Sends what arrived at the creator's account on to the bank; the execution waits until that has answered.

    What hits a payout before the bank has been asked, or while it has not, brings back what was transferred.
    """
    payout = existing(desk, person, name)
    if payout.status not in ("sending", "inTransit") or payout.rule:
        return go_on(payout)
    if payout.status == "inTransit" and not payout.asked_at:  # by a version that did not note when
        payout = payout._replace(asked_at=desk.clock())
    try:
        payout, sent = _send_on(desk, payout._replace(token=token))
        payout = written(desk, payout._replace(sent=sent.sent, arrives_at=sent.arrives_at, waits_for="", waits=0))
    except Overtaken:
        return AGAIN
    except PayoutRefused as refused:
        return _call_back(desk, payout, rule_in(refused))
    except DestinationRefused as refused:
        _note_speed(desk, payout, _code(refused))
        blamed(desk, payout, "provider_refused", _code(refused))
        return Done("failed")
    except WAITING as error:
        return wait_for(desk, payout, error)
    if sent.status == "failed":
        blamed(desk, payout, "bank_refused", sent.code)
    return GO if sent.status == "pending" else Done(sent.status)


def close(desk: Desk, person: str, name: str) -> Done:
    """Notes that it was paid, and tells: at once, for whoever took the notice is about to forget the token."""
    at = desk.clock()

    def attempt() -> Done | None:
        payout = existing(desk, person, name)
        if payout.status != "inTransit" or payout.rule:
            return go_on(payout)
        paid = payout.moved("paid", at, paid_at=at, token="")
        desk.tell([paid_event(paid)])
        return OVER if changed(desk, paid) else None

    return until_written(desk, attempt)


def _wait_for_us(desk: Desk, person: str, name: str) -> Done:
    """Something of ours does not answer: what it is can take weeks to mend, as what it is of others can."""
    try:
        return wait(desk, existing(desk, person, name), "us")
    except UNANSWERED:
        return OURS


def _recheck(desk: Desk, payout: Payout) -> None:
    """What may have come in between: operators, the creator, a sanctions hit, another destination, support, a bank.

    What is on the account is what is there beside the payout, which is set aside or has left it.
    """
    desk.go()
    check_wanted(payout)
    check_person(desk, payout)
    standing = standing_of(desk, payout.person, payout.currency)
    check_account(standing)
    check_disputed(standing)


def _let_leave(desk: Desk, payout: Payout) -> Payout:
    """Looks once more whether the money may leave, and writes that it is about to."""
    if not has_left(desk, payout):
        _recheck(desk, payout)
        if desk.provider.balance().get(payout.currency, 0) < payout.net:
            raise BalanceShort("There is not as much at the provider's.")
    return written(desk, payout.moved("sending", desk.clock()))


def _post(desk: Desk, payout: Payout) -> bool:
    """The amount leaves the account for the provider's, its fee for the platform's, in one entry; had it left before?

    Raises:
        PayoutRefused: it was released before, by who was then broken off; it fails by the rule that was noted there.
    """
    resolved, repeated = let_leave(desk.ledger, payout, desk.retrying)
    if resolved.terms["kind"] != "post":
        raise refuse(resolved.terms.get("payout", "expired"), "What was set aside has been released.")
    back = came_back(desk.ledger, payout) if repeated else None
    if back is not None:
        raise refuse(back.terms.get("payout", "expired"), "It has come back.")
    return repeated


def _transfer(desk: Desk, payout: Payout, *, asked: bool) -> None:
    """Sends to the creator's account; a transfer that may have been made is looked for first.

    One that is ``asked`` for may have been, though the table does not say so: it may have been restored. What was
    sent on from one that is found is looked for likewise. What arrives there stays until it is sent on: that is seen to
    each time, for whoever may change it.
    """
    found = desk.provider.find_transfer(payout.payout) if asked or "transfer" in payout.tried else ""
    if found:
        payout = payout._replace(tried=("transfer", "payout"))
    else:
        desk.provider.stop_automatic_payouts(payout.account)
        _recheck(desk, payout)
        if "transfer" not in payout.tried:
            payout = written(desk, payout._replace(tried=(*payout.tried, "transfer")))
        found = desk.provider.transfer(sending_of(payout))
    written(desk, payout._replace(transfer=found, waits_for="", waits=0))


def _send_on(desk: Desk, payout: Payout) -> tuple[Payout, Sent]:
    """Sends to the bank; a payout that may have been made is looked for first. Answers with what was written of it."""
    now = desk.clock()
    if payout.status == "inTransit" or "payout" in payout.tried or payout.executions > 1:
        payout = written(desk, payout)
        found = desk.provider.find_payout(payout.account, payout.payout)
        if found is not None:
            return payout if payout.status == "inTransit" else payout.moved("inTransit", now, asked_at=now), found
    _recheck(desk, payout)
    asking = payout._replace(asked_at=now)
    payout = written(desk, asking.moved("inTransit", now) if payout.status == "sending" else asking)
    return payout, desk.provider.pay_out(sending_of(payout), instant=payout.speed == "instant")


def _call_back(desk: Desk, payout: Payout, rule: Rule) -> Done:
    """Stops a payout whose transfer was made, as soon as no call that was given up may reach the bank any more."""
    if desk.clock() < payout.asked_at + SETTLED_S * 1_000:
        return Done("wait", SETTLED_S)
    blamed(desk, payout, rule)
    return Done("failed")


def _note_speed(desk: Desk, payout: Payout, code: str) -> None:
    """A bank that takes no instant payouts is not offered them again; a limit is all creators', and is of its day."""
    destination = desk.payouts.destination(payout.person)
    never = code.startswith("instant_payouts_") and code != "instant_payouts_limit_exceeded"
    if never and destination is not None and destination.instant:
        desk.payouts.put_destination(destination._replace(instant=False, revision=destination.revision + 1))


def _code(refused: DestinationRefused) -> str:
    return str(refused.members.get("providerCode", ""))


_WHEN_PAYING: Mapping[str, Done] = {"back": Done("failed"), "over": Done("paid")}
"""What is answered where a payout is past paying: the state machine goes on to bring it back, or to find it closed."""
_LEDGER_RULES: Mapping[type[Exception], Rule] = {
    AccountFrozen: "frozen",
    DebtOutstanding: "debt",
    InsufficientFunds: "over_payable",
    HoldsFull: "too_many",
    HoldExpired: "expired",
    HoldMissing: "expired",
}
STEPS: Mapping[str, Callable[[Desk, str, str], Done]] = {
    "admit": admit,
    "send": send,
    "close": close,
    "bring_back": bring_back,
}
"""By the names that the state machine has for them; ``pay`` is the one that waits."""
