"""Serves the wallet: what a viewer holds, has spent and allows."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import Busy, CursorInvalid, KeyReused, NotFound, Unavailable, Undecided
from cliffhanger.ledger.names import key_reference
from cliffhanger.wallet.history import proven, statement
from cliffhanger.wallet.service import change_limits, get_wallet
from cliffhanger.wallet.views import WalletAnswer, wallet_answer
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.fields import ListQuery
from functions.wallet.schemas import (
    EntryPath,
    LimitsBody,
    ProvenReceipt,
    StatementAnswer,
    limits_asked,
    receipt_answer,
    statement_answer,
)

LIST = "statement"


def read_wallet(call: Call) -> Answer:
    """What the viewer holds, lot by lot, and allows, as of the last entry."""
    return Answer(200, wallet_answer(get_wallet(bootstrap.ledger_store(), call.person)))


def put_limits(call: Call) -> Answer:
    """Replaces the viewer's own limits, once per key; limits that stand already change nothing."""
    reference = key_reference(call.idempotency_key, bootstrap.request_secret())
    wallet = change_limits(bootstrap.ledger_store(), call.person, limits_asked(call.body), reference=reference)
    return Answer(200, wallet_answer(wallet))


def read_statement(call: Call) -> Answer:
    """What every entry changed, newest first."""
    cursors, cursor = bootstrap.cursors(), call.query.cursor
    before = int(cursors.open(LIST, call.person, cursor)[0]) if cursor else None
    page = statement(bootstrap.ledger_store(), call.person, call.query.limit, before)
    following = None if page.before is None else cursors.seal(LIST, call.person, [page.before])
    return Answer(200, statement_answer(page, following))


def read_receipt(call: Call) -> Answer:
    """One of the viewer's entries as a receipt that proves itself."""
    return Answer(200, receipt_answer(proven(bootstrap.ledger_store(), call.person, call.path.seq)))


handler = build_api(
    "wallet",
    {
        "getWallet": Operation(read_wallet, answers={200: WalletAnswer}, problems=(Busy,)),
        "setLimits": Operation(
            put_limits,
            body=LimitsBody,
            answers={200: WalletAnswer},
            problems=(KeyReused, Busy, Undecided, Unavailable),
            keyed=True,
        ),
        "getStatement": Operation(
            read_statement,
            query=ListQuery,
            answers={200: StatementAnswer},
            problems=(CursorInvalid, Busy, Unavailable),
        ),
        "getReceipt": Operation(read_receipt, path=EntryPath, answers={200: ProvenReceipt}, problems=(NotFound, Busy)),
    },
    bootstrap.rate_limiter,
)
