"""Lists with cursors, and ids that are answered as whole objects (``expand``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.forms import Form
from local.stripe.identity import outputs_of
from local.stripe.store import Object, copied

MAX_PAGE: Final = 100
PAGE: Final = 10
V2_PAGE: Final = 20
MAX_EXPANDED: Final = 20
MAX_DEPTH: Final = 4

EXPANDABLE: Final = {
    "balance_transaction": {"source"},
    "charge": {"balance_transaction", "customer", "failure_balance_transaction", "payment_intent", "refunds"},
    "checkout.session": {"customer", "line_items", "payment_intent"},
    "dispute": {"charge", "payment_intent"},
    "identity.verification_session": {"last_verification_report", "verified_outputs"},
    "payment_intent": {"customer", "latest_charge", "payment_method"},
    "payment_method": {"customer"},
    "payout": {"balance_transaction", "failure_balance_transaction"},
    "refund": {"balance_transaction", "charge", "failure_balance_transaction", "payment_intent"},
    "transfer": {"balance_transaction", "source_transaction"},
    "transfer_reversal": {"balance_transaction", "transfer"},
}
"""By kind, which members can be expanded."""


def page(core: Core, call: Call, kind: str, *filters: str, account: str | None = None, **fixed: Any) -> Object:
    """A page of a kind, newest first: what fits the request's ``filters``, and what is fixed."""
    form = call.form
    wanted = {**{name: form.text(name, 255) for name in filters}, **fixed}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    within = created(form)
    found = (
        one
        for one in core.store.newest(kind, account)
        if not one.get("deleted")
        and all(one.get(name) == value for name, value in wanted.items())
        and within(one["created"])
    )
    return cut(call, found)


def created(form: Form) -> Callable[[int], bool]:
    """Whether a time fits the request's ``created``: a second, or bounds."""
    if not isinstance(form.raw("created"), dict):
        exactly = form.integer("created")
        return lambda at: exactly is None or at == exactly
    bounds = form.inner("created") or Form({})
    above, least = bounds.integer("gt"), bounds.integer("gte")
    below, most = bounds.integer("lt"), bounds.integer("lte")

    def fits(at: int) -> bool:
        low = (above is None or at > above) and (least is None or at >= least)
        return low and (below is None or at < below) and (most is None or at <= most)

    return fits


def cut(call: Call, found: Iterable[Object]) -> Object:
    """The page that the request's cursor asks for; this reads the last of its parameters.

    Raises:
        StripeError: the cursor is none of the list.
    """
    form = call.form
    limit = form.integer("limit", 1, MAX_PAGE) or PAGE
    after, before = form.text("starting_after", 255), form.text("ending_before", 255)
    form.done()
    if before is not None:
        rows = list(found)
        at = _position(rows, before, "ending_before")
        data, more = rows[max(0, at - limit) : at], at > limit
    else:
        rest = iter(found)
        if after is not None and not any(one["id"] == after for one in rest):
            raise invalid(f"No such object: '{after}'", "resource_missing", "starting_after")
        rows = list(islice(rest, limit + 1))
        data, more = rows[:limit], len(rows) > limit
    return {"object": "list", "data": data, "has_more": more, "url": call.path}


def _position(rows: list[Object], name: str, param: str) -> int:
    for index, one in enumerate(rows):
        if one["id"] == name:
            return index
    raise invalid(f"No such object: '{name}'", "resource_missing", param)


def page_v2(call: Call, found: Iterable[Object]) -> Object:
    """A page as v2 has it: with the address of the next one."""
    form = call.form
    limit, after = form.integer("limit", 1, MAX_PAGE) or V2_PAGE, form.text("page", 255)
    form.done()
    rest = iter(found)
    if after is not None and not any(one["id"] == after for one in rest):
        raise invalid(f"No such page: '{after}'", "resource_missing", "page")
    rows = list(islice(rest, limit + 1))
    more = len(rows) > limit
    following = f"{call.path}?{urlencode({'limit': limit, 'page': rows[limit - 1]['id']})}" if more else None
    return {"data": rows[:limit], "next_page_url": following, "previous_page_url": None}


def expanded(core: Core, found: Object, paths: list[str]) -> Object:
    """A copy of what is answered, with the ids at those paths replaced by their objects.

    Raises:
        StripeError: a path leads to what cannot be expanded.
    """
    if len(paths) > MAX_EXPANDED:
        raise invalid(f"At most {MAX_EXPANDED} properties can be expanded.", None, "expand")
    made = copied(found)
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH:
            raise invalid(f"You cannot expand more than {MAX_DEPTH} levels of a property.", None, "expand")
        if made["object"] == "list":
            if parts[0] != "data":
                raise invalid(f"This property cannot be expanded ({path[:100]}).", None, "expand")
            for one in made["data"]:
                _expand(core, one, parts[1:], path)
        else:
            _expand(core, made, parts, path)
    return made


def _expand(core: Core, found: Object, parts: list[str], path: str) -> None:
    if not parts:
        return
    name, kind = parts[0], found.get("object", "")
    if name not in EXPANDABLE.get(kind, ()):
        raise invalid(f"This property cannot be expanded ({path[:100]}).", None, "expand")
    if name == "verified_outputs":
        found[name] = outputs_of(core, found, birth=parts[1:] == ["dob"])
        return
    value = _value(core, found, name)
    found[name] = value
    if isinstance(value, dict):
        _expand(core, value, parts[1:], path)


def _value(core: Core, found: Object, name: str) -> Any:
    if name == "line_items":
        return _whole(core.store.note(found["id"])["lines"], f"/v1/checkout/sessions/{found['id']}/line_items")
    if name == "refunds":
        rows = [one for one in core.store.newest("refund") if one["charge"] == found["id"]]
        return _whole(rows, f"/v1/charges/{found['id']}/refunds")
    value = found[name]
    known = core.store.find(value) if isinstance(value, str) else None
    return value if known is None else copied(known)


def _whole(rows: list[Object], url: str) -> Object:
    return copied({"object": "list", "data": rows[:PAGE], "has_more": len(rows) > PAGE, "url": url})
