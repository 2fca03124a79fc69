"""Which problems an operation can answer with, for the API's description."""

from __future__ import annotations

from cliffhanger import errors
from cliffhanger.errors import CliffhangerError, problem_of
from cliffhanger.routes import Route
from cliffhanger.web.api import OPEN, Operation

TOKEN_PROBLEMS = (
    errors.TokenMissing,
    errors.TokenMalformed,
    errors.TokenUnsigned,
    errors.TokenExpired,
    errors.TokenForged,
    errors.TokenForeign,
)
BODY_PROBLEMS = (errors.MalformedJson, errors.BodyTooLarge, errors.ValidationFailed)
GRANT_PROBLEMS = (errors.GrantMissing, errors.GrantForged, errors.GrantExpired, errors.GrantForeign)


def problems_of(route: Route, operation: Operation) -> list[type[CliffhangerError]]:
    """Every problem that a route can answer with: those it names, and those that its kind brings along."""
    problems: list[type[CliffhangerError]] = [errors.OriginRefused, *operation.problems]
    if operation.body is not None and operation.refuse is None:
        problems += BODY_PROBLEMS
    if operation.path is not None or operation.query is not None:
        problems.append(errors.ValidationFailed)
    if route.auth == "grant":
        problems += GRANT_PROBLEMS
    elif route.auth not in OPEN:
        problems += [*TOKEN_PROBLEMS, errors.Unavailable]
    if route.auth not in (*OPEN, "guest", "viewer"):
        problems.append(errors.GroupRequired)
    if route.fresh_sign_in:
        problems.append(errors.SignInTooOld)
    if route.auth == "partner":
        problems += partner_problems(route)
    if operation.keyed:
        problems += [errors.KeyMissing, errors.ValidationFailed]
    if route.rate != "open":
        problems.append(errors.RateLimited)
    problems.append(errors.InternalError)
    return sorted(set(problems), key=lambda error: (problem_of(error()).status, error.code))


def partner_problems(route: Route) -> list[type[CliffhangerError]]:
    """What a partner's route brings along: its callers may be gone, and its mode and scope must fit."""
    problems: list[type[CliffhangerError]] = [errors.PartnerRequired, errors.TokenRevoked]
    if route.scope:
        problems += [errors.ScopeMissing, errors.QuotaReached]
        problems += [errors.WrongMode] if "{mode}" in route.path or route.mode else []
    return problems
