"""Every way by which money leaves, or somebody decides where it goes or who may take it out, needs a new sign-in."""

from __future__ import annotations

import pytest

from cliffhanger.routes import FRESH_S, ROUTES

LEAVES = {"requestPayout", "resumePayout"}
WHERE_TO = {"setPayoutDestination", "setPayoutSchedule", "putSplit", "approveSplit"}
WHO = {"decideReview", "putEdition"}


def test_what_needs_a_new_sign_in_is_this_and_nothing_else() -> None:
    """A route that is to be here and is not, is a way out for whoever has found an open tab."""
    assert {route.operation for route in ROUTES if route.fresh_sign_in} == LEAVES | WHERE_TO | WHO
    assert {route.fresh_sign_in for route in ROUTES} == {0, FRESH_S}
    assert FRESH_S == 5 * 60


@pytest.mark.parametrize("route", [route for route in ROUTES if route.fresh_sign_in], ids=lambda route: route.operation)
def test_only_people_can_have_signed_in(route: object) -> None:
    """A partner's client and a guest never do: their routes are authenticated without looking at it."""
    assert route.auth in {"creator", "reviewer", "operator"}  # type: ignore[attr-defined]
    assert route.method != "GET"  # type: ignore[attr-defined]


def test_money_is_stopped_by_any_sign_in() -> None:
    """Whoever has lost an account, or sees one being emptied, is not sent to sign in first."""
    stops = {"cancelPayout", "stopPayout", "putSwitch", "freezeAccount"}
    assert all(not route.fresh_sign_in for route in ROUTES if route.operation in stops)
