"""Serves what creators earn, and how operators let it be divided.

What operators do is logged with who did it, to what, and what came of it: ids and codes only.
"""

from __future__ import annotations

from collections.abc import Callable

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import (
    CliffhangerError,
    CursorInvalid,
    FourEyesRequired,
    KeyReused,
    NotFound,
    NotOwner,
    PageTooLarge,
    SplitChanged,
    Unavailable,
    Undecided,
)
from cliffhanger.revenue.domain import Split, day_of, split_on
from cliffhanger.revenue.service import earnings
from cliffhanger.revenue.telling import statement_of, statements_of
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.fields import ListQuery
from functions.revenue import schemas


def get_earnings(call: Call) -> Answer:
    """What the creator has earned and has, what is held and why, and the last thirty days."""
    found = earnings(bootstrap.ledger_store(), call.person, system_clock())
    return Answer(200, schemas.earnings_answer(found))


def get_own_splits(call: Call) -> Answer:
    """How a series' income is divided, for those who have a part in it."""
    splits = bootstrap.splits().seen_by(call.path.series_id, call.person)
    return Answer(200, schemas.OwnSplitsAnswer([schemas.own_split_answer(split) for split in splits]))


def list_statements(call: Call) -> Answer:
    """The creator's statements, newest first."""
    cursors, cursor = bootstrap.cursors(), call.query.cursor
    before = str(cursors.open("listCreatorStatements", call.person, cursor)[0]) if cursor else None
    page = statements_of(bootstrap.cabinet(), call.person, call.query.limit, before)
    following = None if page.before is None else cursors.seal("listCreatorStatements", call.person, [page.before])
    return Answer(200, schemas.StatementFilesList([schemas.statement_line(one) for one in page.statements], following))


def get_statement(call: Call) -> Answer:
    """Where the creator's statement of a day can be fetched from: its JSON, byte for byte as hashed, and its PDF."""
    return Answer(200, schemas.statement_answer(*statement_of(bootstrap.cabinet(), call.person, call.path.day)))


def get_splits(call: Call) -> Answer:
    """Every version of a series' split, proposed or approved."""
    shipped, *kept = bootstrap.splits().of(call.path.series_id)
    today = split_on(kept, day_of(system_clock()), shipped=shipped)
    items = [schemas.split_answer(split) for split in (shipped, *kept)]
    return Answer(200, schemas.SplitsAnswer(today.version, items))


def put_split(call: Call) -> Answer:
    """Proposes the next version of a series' split. It divides nothing before another operator has approved it."""
    path, body = call.path, call.body

    def propose() -> tuple[Split, bool]:
        shares = schemas.shares_of(body)
        return bootstrap.splits().propose(path.series_id, path.version, shares, body.since, call.person)

    split, new = _acted(call, "putSplit", propose)
    return Answer(201 if new else 200, schemas.split_answer(split))


def post_approval(call: Call) -> Answer:
    """Approves another operator's version, so that it divides what is earned from its day on. Once is enough."""
    path = call.path

    def approve() -> tuple[Split, bool]:
        return bootstrap.splits().approve(path.series_id, path.version, call.person), False

    split, _ = _acted(call, "approveSplit", approve)
    return Answer(200, schemas.split_answer(split))


def _acted(call: Call, operation: str, act: Callable[[], tuple[Split, bool]]) -> tuple[Split, bool]:
    outcome = "error"
    try:
        done = act()
        outcome = "new" if done[1] else "known"
    except CliffhangerError as error:
        outcome = error.code
        raise
    finally:
        named = {"series": call.path.series_id, "version": call.path.version}
        logger().info("support", operation=operation, operator=call.person, outcome=outcome, **named)
        count("SupportOperations", 1)
    return done


handler = build_api(
    "revenue",
    {
        "getEarnings": Operation(get_earnings, answers={200: schemas.EarningsAnswer}, problems=(Unavailable,)),
        "getOwnSplits": Operation(
            get_own_splits,
            path=schemas.SeriesPath,
            answers={200: schemas.OwnSplitsAnswer},
            problems=(NotFound, NotOwner, Unavailable),
        ),
        "listCreatorStatements": Operation(
            list_statements,
            query=ListQuery,
            answers={200: schemas.StatementFilesList},
            problems=(CursorInvalid, Unavailable),
        ),
        "getCreatorStatement": Operation(
            get_statement,
            path=schemas.DayPath,
            answers={200: schemas.StatementFiles},
            problems=(NotFound, Unavailable),
        ),
        "listSplits": Operation(
            get_splits,
            path=schemas.SeriesPath,
            answers={200: schemas.SplitsAnswer},
            problems=(NotFound, Unavailable),
        ),
        "putSplit": Operation(
            put_split,
            path=schemas.SplitPath,
            body=schemas.SplitBody,
            answers={201: schemas.SplitAnswer, 200: schemas.SplitAnswer},
            problems=(NotFound, KeyReused, SplitChanged, Unavailable),
        ),
        "approveSplit": Operation(
            post_approval,
            path=schemas.SplitPath,
            answers={200: schemas.SplitAnswer},
            problems=(NotFound, SplitChanged, FourEyesRequired, PageTooLarge, Undecided, Unavailable),
        ),
    },
    bootstrap.rate_limiter,
)
