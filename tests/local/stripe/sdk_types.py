"""Whether an answer's JSON is what the SDK's own classes say that it is."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from inspect import get_annotations
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import stripe
from stripe import ListObject, StripeObject

Names = dict[str, Any]


class _Names(dict[str, Any]):
    """Names as a module's type checker would know them: most are imported for it alone."""

    def __missing__(self, name: str) -> Any:
        found = getattr(stripe, name.removesuffix("Resource"), None)
        if found is None and name in NOT_SPOKEN:
            return Any
        if found is None:
            raise KeyError(name)
        return found


NOT_SPOKEN = {
    *("ApplicationFeeRefund", "Authorization", "IssuingDisputeResource", "TestClock", "Transaction"),
    "VerificationReport",
}
"""Kinds that no answer of ours holds, and that the SDK keeps in packages of their own."""


@cache
def hints_of(kind: type) -> Names:
    """The attributes of an SDK class with their types."""
    # Classes within a class are named there without it.
    known = _Names(vars(sys.modules[kind.__module__]) | _within(kind))
    holder = types.SimpleNamespace(__annotations__=get_annotations(kind), __module__=kind.__module__)
    own = get_type_hints(holder, globalns={}, localns=known)
    return {name: hint for name, hint in own.items() if "ClassVar" not in str(hint) and not name.startswith("_")}


def _within(kind: type) -> Names:
    return {name: value for name, value in vars(kind).items() if isinstance(value, type)}


def misfits(value: Any, hint: Any, where: str) -> Iterator[str]:
    """What does not fit, with its place."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return
    if origin is Union or origin is types.UnionType:
        words = [one for one in arguments if get_origin(one) is Literal]
        # The SDK takes any text where Stripe may add a word; we may not.
        known = words if words and isinstance(value, str) else arguments
        tries = [[*misfits(value, one, where)] for one in known]
        if all(tries):
            yield from min(tries, key=len) if isinstance(value, dict) else [f"{where}: {value!r} is no {hint}"[:300]]
    elif origin is Literal:
        if value not in arguments:
            yield f"{where}: {value!r} is none of {arguments}"[:300]
    elif origin is list:
        if not isinstance(value, list):
            yield f"{where}: no list"
            return
        for index, item in enumerate(value):
            yield from misfits(item, arguments[0], f"{where}[{index}]")
    elif origin is not None and issubclass(origin, ListObject):
        yield from _list(value, arguments[0], where)
    elif origin is not None:
        yield from _untyped(value, arguments[-1], where)
    elif isinstance(hint, type) and issubclass(hint, StripeObject):
        yield from _object(value, hint, where)
    elif hint is type(None):
        if value is not None:
            yield f"{where}: not null"
    elif hint in (int, float, str, bool, Decimal):
        wanted: Any = {float: (int, float), Decimal: str}.get(hint, hint)
        if not isinstance(value, wanted) or (hint is not bool and isinstance(value, bool)):
            yield f"{where}: {value!r} is no {hint.__name__}"
    else:
        yield f"{where}: {hint!r} is not understood"


def _list(value: Any, item: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("object") != "list":
        yield f"{where}: no list object"
        return
    for name, hint in (("url", str), ("has_more", bool)):
        yield from misfits(value.get(name), hint, f"{where}.{name}")
    for index, one in enumerate(value["data"]):
        yield from misfits(one, item, f"{where}.data[{index}]")


def _untyped(value: Any, item: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: no object"
        return
    for name, one in value.items():
        yield from misfits(one, item, f"{where}.{name}")


def _object(value: Any, kind: type, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {str(value)[:40]!r} is no {kind.__qualname__}"
        return
    hints = hints_of(kind)
    for name in value.keys() - hints.keys():
        yield f"{where}.{name}: {kind.__qualname__} has no such attribute"
    for name, hint in hints.items():
        if name in value:
            yield from misfits(value[name], hint, f"{where}.{name}")
        elif not _optional(hint):
            yield f"{where}.{name}: is missing"


def _optional(hint: Any) -> bool:
    return hint is Any or type(None) in get_args(hint)


def left_out(value: Names, kind: type) -> set[str]:
    """The attributes that the SDK knows and the answer does not have."""
    return hints_of(kind).keys() - value.keys()
