"""What a request says: nested forms (v1) and JSON (v2) as one reader, which knows what it was not asked for.

An operation reads everything that it takes and then calls :meth:`Form.done`, before it changes anything; whatever is
left over is refused, as Stripe refuses a parameter that it does not know.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import parse_qsl

from local.stripe.errors import StripeError, invalid

MAX_FIELDS: Final = 1_000
MAX_DEPTH: Final = 6
MAX_ITEMS: Final = 100
MAX_TEXT: Final = 5_000
"""Characters of a text that has no limit of its own."""

MAX_INTEGER: Final = 99_999_999_999
METADATA_KEYS, METADATA_NAME, METADATA_VALUE = 50, 40, 500
"""Stripe's API reference, "Metadata"."""

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")

Values = dict[str, Any]


def decode_form(text: str) -> Values:
    """The nested values of ``a[b][0]=c`` pairs; lists by their numbers, or by ``[]`` in the order in which they come.

    Raises:
        StripeError: too much, too deep, or not of that form.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, strict_parsing=bool(text))
    except ValueError as error:
        raise invalid(f"Invalid form: {error}") from error
    found: Values = {}
    for name, value in pairs:
        matched = _NAME.fullmatch(name)
        parts = [matched[1], *_PART.findall(matched[2])] if matched else []
        if not 0 < len(parts) <= MAX_DEPTH:
            raise invalid(f"Invalid parameter name: {name[:100]}", "parameter_unknown")
        _place(found, parts, value, name)
    listed: Values = {name: value if name == "metadata" else _lists(value) for name, value in found.items()}
    return listed


def _place(found: Values, parts: list[str], value: str, name: str) -> None:
    place = found
    for index, part in enumerate(parts):
        key = part or str(len(place))
        if index == len(parts) - 1:
            place[key] = value
        else:
            place = place.setdefault(key, {})
            if not isinstance(place, dict):
                raise invalid(f"Invalid parameter: {name[:100]}", param=parts[0])


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    # Numbers are names in metadata, and never a list.
    inner = {name: item if name == "metadata" else _lists(item) for name, item in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def decode_json(body: bytes) -> Values:
    """The object of a v2 request.

    Raises:
        StripeError: it is none.
    """
    try:
        found = json.loads(body) if body else {}
    except ValueError as error:
        raise invalid(f"The body is not JSON: {error}", "invalid_json") from error
    if not isinstance(found, dict):
        raise invalid("The body must be a JSON object.", "invalid_json")
    return found


class Form:
    """Reads one object of a request. ``prefix`` is what its names begin with in a message."""

    def __init__(self, values: Values, prefix: str = "") -> None:
        self._values = values
        self._prefix = prefix
        self._read: set[str] = set()
        self._inner: list[Form] = []

    def named(self, name: str) -> str:
        """A parameter as the client writes it, such as ``card[number]``."""
        return f"{self._prefix}[{name}]" if self._prefix else name

    def has(self, name: str) -> bool:
        """Whether a parameter was sent."""
        return name in self._values

    def raw(self, name: str) -> Any:
        """A parameter as it came, or None."""
        self._read.add(name)
        return self._values.get(name)

    def text(self, name: str, longest: int = MAX_TEXT) -> str | None:
        """A text; None when it was not sent, or was sent empty, which is how a value is unset.

        Raises:
            StripeError: it is no text, or too long.
        """
        value = self.raw(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise invalid("Invalid string", param=self.named(name))
        if len(value) > longest:
            raise invalid(f"Invalid string: must be at most {longest} characters", param=self.named(name))
        return value

    def needed(self, name: str, longest: int = MAX_TEXT) -> str:
        """A text that must be there.

        Raises:
            StripeError: it is not.
        """
        value = self.text(name, longest)
        if value is None:
            raise self.lacks(name)
        return value

    def lacks(self, name: str) -> StripeError:
        """The refusal of a request without a parameter."""
        return invalid(f"Missing required param: {self.named(name)}.", "parameter_missing", self.named(name))

    def integer(self, name: str, least: int = 0, most: int = MAX_INTEGER) -> int | None:
        """A whole number within bounds, or None.

        Raises:
            StripeError: it is no such number.
        """
        value = self.raw(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}", value, re.ASCII):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise invalid(f"Invalid integer: {value}", "parameter_invalid_integer", self.named(name))
        if not least <= value <= most:
            words = f"This value must be from {least} to {most}."
            raise invalid(words, "parameter_invalid_integer", self.named(name))
        return value

    def flag(self, name: str) -> bool | None:
        """A truth value, or None.

        Raises:
            StripeError: it is neither true nor false.
        """
        value = self.raw(name)
        if value is None or value == "":
            return None
        known: dict[Any, bool] = {"true": True, "false": False, True: True, False: False}
        if not isinstance(value, str | bool) or value not in known:
            raise invalid("Invalid boolean", param=self.named(name))
        return known[value]

    def choice(self, name: str, *allowed: str) -> str | None:
        """One of a few words, or None.

        Raises:
            StripeError: it is none of them.
        """
        value = self.text(name)
        if value is not None and value not in allowed:
            words = f"Invalid {self.named(name)}: must be one of {', '.join(allowed)}"
            raise invalid(words, param=self.named(name))
        return value

    def inner(self, name: str) -> Form | None:
        """An object within, or None.

        Raises:
            StripeError: it is none.
        """
        value = self.raw(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=self.named(name))
        form = Form(value, self.named(name))
        self._inner.append(form)
        return form

    def items(self, name: str) -> list[Any]:
        """A list, empty when it was not sent.

        Raises:
            StripeError: it is none, or too long.
        """
        value = self.raw(name)
        if value is None or value == "":
            return []
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise invalid(f"Invalid array: at most {MAX_ITEMS} items", param=self.named(name))
        return value

    def forms(self, name: str) -> list[Form]:
        """A list of objects.

        Raises:
            StripeError: it is none.
        """
        found = []
        for index, value in enumerate(self.items(name)):
            if not isinstance(value, dict):
                raise invalid("Invalid object", param=self.named(name))
            found.append(Form(value, f"{self.named(name)}[{index}]"))
        self._inner += found
        return found

    def words(self, name: str) -> list[str]:
        """A list of texts.

        Raises:
            StripeError: it is none.
        """
        found = self.items(name)
        if not all(isinstance(value, str) and len(value) <= MAX_TEXT for value in found):
            raise invalid("Invalid string", param=self.named(name))
        return found

    def metadata(self, known: dict[str, str] | None = None) -> dict[str, str]:
        """The metadata after this request: what is known, with what was sent; an empty value unsets its key.

        Raises:
            StripeError: it is larger than Stripe allows.
        """
        sent = self.raw("metadata")
        if sent == "":
            return {}
        if not isinstance(sent, dict | None) or not all(isinstance(value, str) for value in (sent or {}).values()):
            raise invalid("Invalid metadata: texts by name", param=self.named("metadata"))
        merged = {name: value for name, value in {**(known or {}), **(sent or {})}.items() if value != ""}
        if len(merged) > METADATA_KEYS:
            raise invalid(f"Metadata can have at most {METADATA_KEYS} keys", param=self.named("metadata"))
        for name, value in merged.items():
            if len(name) > METADATA_NAME or len(value) > METADATA_VALUE:
                words = f"Metadata: {METADATA_NAME} characters for a key, {METADATA_VALUE} for a value"
                raise invalid(words, param=self.named("metadata"))
        return merged

    def done(self) -> None:
        """Nothing more is read.

        Raises:
            StripeError: there is a parameter that was not asked for.
        """
        for name in self._values:
            if name not in self._read:
                words = f"Received unknown parameter: {self.named(name)[:200]}"
                raise invalid(words, "parameter_unknown", self.named(name)[:200])
        for form in self._inner:
            form.done()
