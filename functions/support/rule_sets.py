"""Rule sets of rewards: shown, uploaded, activated."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger import bootstrap
from cliffhanger.clock import rfc3339
from cliffhanger.errors import (
    Busy,
    CursorInvalid,
    FourEyesRequired,
    KeyReused,
    NotFound,
    RuleSetChanged,
    RuleSetUnbounded,
    Unavailable,
)
from cliffhanger.rewards.bounds import most_a_day
from cliffhanger.rewards.rule_store import Activation, Kept
from cliffhanger.rewards.rules import RuleSet
from cliffhanger.rewards.shipped import shipped
from cliffhanger.web.api import Answer, Call, Operation
from cliffhanger.web.fields import ListQuery, whole
from functions.support.acts import acted

RulesVersion = Annotated[
    str,
    Meta(
        pattern=whole("[a-z0-9][a-z0-9-]{0,31}"), description="The version of a rule set", examples=["2026-12-festive"]
    ),
]


class RuleSetPath(Struct, rename="camel"):
    """The path of a rule set."""

    version: RulesVersion


class ActivationBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Which version is active now, as the caller knows it: another one since then is not replaced unseen."""

    replaces: RulesVersion


class MostAnswer(Struct, rename="camel"):
    """The most bonus coins of one day: of the house to a viewer and to a device's viewers, of campaigns to a viewer."""

    house_viewer: int
    house_device: int
    campaigns_viewer: int


class RuleSetAnswer(Struct, rename="camel"):
    """A rule set, the most that it pays in a day, and who uploaded it when; null for the one that ships."""

    rule_set: RuleSet
    most_a_day: MostAnswer
    uploaded_by: str | None
    uploaded_at: str | None


class RuleSetLine(Struct, rename="camel"):
    """A version in the list."""

    version: str
    description: str
    most_a_day: MostAnswer
    uploaded_by: str | None
    uploaded_at: str | None


class ActivationAnswer(Struct, rename="camel"):
    """Which version is active, instead of which, since when and by whom; null where nobody has activated any yet."""

    active: str
    before: str | None
    activated_by: str | None
    activated_at: str | None


class RuleSetsAnswer(Struct, rename="camel"):
    """What is active, and the versions that were uploaded, by name, the last first; what ships before them."""

    activation: ActivationAnswer
    rule_sets: list[RuleSetLine]
    next_cursor: str | None


def get_rule_sets(call: Call) -> Answer:
    """What is active, and every version."""
    book, cursors, cursor, limit = bootstrap.rulebook(), bootstrap.cursors(), call.query.cursor, call.query.limit
    before = str(cursors.open("listRuleSets", call.person, cursor)[0]) if cursor else None
    found = book.page(limit + 1, before)  # one more tells whether there is a next page
    shown = found[:limit]
    lines = [_line(kept) for kept in (*(() if cursor else (Kept(shipped()),)), *shown)]
    following = None
    if len(found) > limit:
        following = cursors.seal("listRuleSets", call.person, [shown[-1].rules.version])
    return Answer(200, RuleSetsAnswer(_activation(book.activation()), lines, following))


def get_rule_set(call: Call) -> Answer:
    """One version, as it was uploaded."""
    return Answer(200, _answer(bootstrap.rulebook().find(call.path.version)))


def put_rule_set(call: Call) -> Answer:
    """Keeps a new version, once it is sure that it cannot pay too much. It pays nothing before it is activated."""
    version = call.path.version

    def keep() -> tuple[Kept, bool]:
        return bootstrap.rulebook().upload(version, call.body, call.person)

    kept, new = acted(call, "putRuleSet", keep, lambda done: "new" if done[1] else "known", version=version)
    return Answer(201 if new else 200, _answer(kept))


def post_activation(call: Call) -> Answer:
    """Lets a version rule within ten seconds: another operator's, the one that ships, or the one before."""
    version, replaces = call.path.version, call.body.replaces

    def activate() -> Activation:
        return bootstrap.rulebook().activate(version, replaces, call.person)

    made = acted(call, "activateRuleSet", activate, lambda done: done.version, version=version, replaces=replaces)
    return Answer(200, _activation(made))


def _answer(kept: Kept) -> RuleSetAnswer:
    return RuleSetAnswer(kept.rules, MostAnswer(*most_a_day(kept.rules)), kept.by or None, _time(kept.at))


def _line(kept: Kept) -> RuleSetLine:
    rules, most = kept.rules, MostAnswer(*most_a_day(kept.rules))
    return RuleSetLine(rules.version, rules.description, most, kept.by or None, _time(kept.at))


def _activation(made: Activation) -> ActivationAnswer:
    return ActivationAnswer(made.version, made.before or None, made.by or None, _time(made.at))


def _time(at: int) -> str | None:
    return rfc3339(at) if at else None


RULE_SETS: dict[str, Operation] = {
    "listRuleSets": Operation(
        get_rule_sets, query=ListQuery, answers={200: RuleSetsAnswer}, problems=(CursorInvalid, Unavailable)
    ),
    "getRuleSet": Operation(
        get_rule_set, path=RuleSetPath, answers={200: RuleSetAnswer}, problems=(NotFound, Unavailable)
    ),
    "putRuleSet": Operation(
        put_rule_set,
        path=RuleSetPath,
        body=RuleSet,
        answers={201: RuleSetAnswer, 200: RuleSetAnswer},
        problems=(RuleSetUnbounded, KeyReused, Unavailable),
    ),
    "activateRuleSet": Operation(
        post_activation,
        path=RuleSetPath,
        body=ActivationBody,
        answers={200: ActivationAnswer},
        problems=(NotFound, RuleSetUnbounded, RuleSetChanged, FourEyesRequired, Busy, Unavailable),
    ),
}
